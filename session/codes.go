package session

// The codes, in the order of their publication. Append only.
const (
	CodeInternal           Code = "internal"
	CodeCallerUnknown      Code = "caller_unknown"
	CodeFrameEmpty         Code = "frame_empty"
	CodeFrameTooLarge      Code = "frame_too_large"
	CodeMessageInvalid     Code = "message_invalid"
	CodeMessageUnknown     Code = "message_unknown"
	CodeVersionUnsupported Code = "version_unsupported"
	CodeReplyTooLarge      Code = "reply_too_large"
	CodeBundleTooLarge     Code = "bundle_too_large"
	CodeBundleIncomplete   Code = "bundle_incomplete"
	CodeBundleInvalid      Code = "bundle_invalid"
	CodeCookieInvalid      Code = "cookie_invalid"
	CodeOutsideSite        Code = "outside_site"
	CodeKeyringAbsent      Code = "keyring_absent"
	CodeKeyringNoDefault   Code = "keyring_no_default"
	CodeKeyringLocked      Code = "keyring_locked"
	CodeKeyringDenied      Code = "keyring_denied"
	CodeKeyringTimeout     Code = "keyring_timeout"
	CodeKeyringCorrupt     Code = "keyring_corrupt"
	CodeNotEnrolled        Code = "not_enrolled"
	CodeVaultUnreachable   Code = "vault_unreachable"
	CodeVaultFailed        Code = "vault_failed"
	CodeVaultAnswer        Code = "vault_answer"
	CodeUnauthorized       Code = "unauthorized"
	CodeNotFound           Code = "not_found"
	CodeNotOwner           Code = "not_owner"
	CodeGenerationConflict Code = "generation_conflict"
	CodeRequestInvalid     Code = "request_invalid"
	CodeTooLarge           Code = "too_large"
	CodeAppUnknown         Code = "app_unknown"
	CodeSiteInvalid        Code = "site_invalid"
	CodeUsernameInvalid    Code = "username_invalid"
	CodeAccountExists      Code = "account_exists"
	CodeConsentMissing     Code = "consent_missing"
	CodeConsentOutdated    Code = "consent_outdated"
	CodePermissionDenied   Code = "permission_denied"
	CodeCaptureFailed      Code = "capture_failed"
	CodeTabClosed          Code = "tab_closed"
	CodeHostMissing        Code = "host_missing"
	CodeHostStopped        Code = "host_stopped"
	CodeInterrupted        Code = "interrupted"
	CodeAccountSignedOut   Code = "account_signed_out"
	CodeAccountUnclear     Code = "account_unclear"
	CodeAccountSeveral     Code = "account_several"
	CodeAccountWrong       Code = "account_wrong"
	CodeAccountConflict    Code = "account_conflict"
	CodeAccountPickScope   Code = "account_pick_scope"
	CodeAccountUnprovable  Code = "account_unprovable"
	CodeAccountActing      Code = "account_acting"
	CodeSessionBound       Code = "session_bound"
	CodeRosterInvalid      Code = "roster_invalid"
	CodeRosterRollback     Code = "roster_rollback"
	CodeRosterUntrusted    Code = "roster_untrusted"
	CodeKeyFileInvalid     Code = "key_file_invalid"
	CodeEnvelopeInvalid    Code = "envelope_invalid"
	CodeEnvelopeRecipient  Code = "envelope_recipient"
	CodeEnvelopeSender     Code = "envelope_sender"
	CodeEnvelopeContext    Code = "envelope_context"
	CodeEnvelopeReplayed   Code = "envelope_replayed"
	CodeEnvelopeExpired    Code = "envelope_expired"
	CodeSessionNone        Code = "session_none"
	CodeLeaseHeld          Code = "lease_held"
	CodeLeaseEnded         Code = "lease_ended"
	CodeBrowserMissing     Code = "browser_missing"
	CodeBrowserSnap        Code = "browser_snap"
	CodeBrowserAsRoot      Code = "browser_as_root"
	CodeBrowserFailed      Code = "browser_failed"
	CodeAppUnreachable     Code = "app_unreachable"
	CodeAppSignedOut       Code = "app_signed_out"
	CodeAppOtherAccount    Code = "app_other_account"
	CodeRestoreFailed      Code = "restore_failed"
	CodeCatalogueInvalid   Code = "catalogue_invalid"
	CodeOSUnsupported      Code = "os_unsupported"
	CodeInstallFailed      Code = "install_failed"
	CodeHomeForeign        Code = "home_foreign"
	CodeUsageInvalid       Code = "usage_invalid"
	CodeBusy               Code = "busy"
	CodeWrongRole          Code = "wrong_role"
	CodeRosterConflict     Code = "roster_conflict"
	CodeDeviceUnlisted     Code = "device_unlisted"
	CodeSessionChanged     Code = "session_changed"
	CodeProofInvalid       Code = "proof_invalid"
	CodeProofReplayed      Code = "proof_replayed"
	CodeNonceNeeded        Code = "nonce_needed"
	CodeClockWrong         Code = "clock_wrong"
	CodeSignInFailed       Code = "signin_failed"
	CodeTOTPNeeded         Code = "totp_needed"
	CodeAttemptsExceeded   Code = "attempts_exceeded"
	CodeCodeWrong          Code = "code_wrong"
	CodePasswordWeak       Code = "password_weak"
	CodeEmailInvalid       Code = "email_invalid"
	CodeNameInvalid        Code = "name_invalid"
	CodeNotAdmin           Code = "not_admin"
	CodeLastAdmin          Code = "last_admin"
	CodePersonUnknown      Code = "person_unknown"
	CodeStepUpNeeded       Code = "stepup_needed"
	CodeSetupDone          Code = "setup_done"
	CodeEnrolmentDenied    Code = "enrolment_denied"
	CodeEnrolmentEnded     Code = "enrolment_ended"
	CodeOIDCFailed         Code = "oidc_failed"
	CodeNotInvited         Code = "not_invited"
	CodeSignedOut          Code = "signed_out"
	CodeVaultUnavailable   Code = "vault_unavailable"
	CodeVaultDiskFull      Code = "vault_disk_full"
	CodeDeclined           Code = "declined"
	CodeGrantMissing       Code = "grant_missing"
	CodeTooSoon            Code = "too_soon"
	CodeClickNeeded        Code = "click_needed"
	CodeDaysInvalid        Code = "days_invalid"
	CodeDateInvalid        Code = "date_invalid"
	CodeChoiceInvalid      Code = "choice_invalid"
	CodeStorageUnread      Code = "storage_unread"
	CodeProxyFailed        Code = "proxy_failed"
	CodeProxyAuthNeeded    Code = "proxy_auth_needed"
	CodeCertUntrusted      Code = "certificate_untrusted"
	CodeCertInvalid        Code = "certificate_invalid"
	CodeAnswerForeign      Code = "answer_foreign"
	CodeVaultRedirected    Code = "vault_redirected"
	CodeGatewayFailed      Code = "gateway_failed"
	CodeVaultAddress       Code = "vault_address_invalid"
	CodeLossUnconfirmed    Code = "loss_unconfirmed"
	CodeLocalUserUnknown   Code = "local_user_unknown"
	CodeValueInvalid       Code = "value_invalid"
	CodeNotConfirmed       Code = "not_confirmed"
	CodeProgramUnknown     Code = "program_unknown"
	CodeFileUnreadable     Code = "file_unreadable"
	CodeFileUnwritable     Code = "file_unwritable"
	CodeFileExists         Code = "file_exists"
	CodeTaskNotStarted     Code = "task_not_started"
	CodeSettingInvalid     Code = "setting_invalid"
	CodeCommandFailed      Code = "command_failed"
	CodeDataInUse          Code = "data_in_use"
	CodeDatabaseMissing    Code = "database_missing"
	CodeVaultNotEmpty      Code = "vault_not_empty"
	CodeBackupInvalid      Code = "backup_invalid"
	CodeAuditChanged       Code = "audit_changed"
	CodeRecordsDamaged     Code = "records_damaged"
	CodeGenerationAhead    Code = "generation_ahead"
)

var codeTable = []CodeRow{
	{CodeInternal, "Something went wrong inside Sessionferry.", "Try again; if it stays, send the log file named by \"sessionferry status\" to your administrator."},
	{CodeCallerUnknown, "This program serves only the Sessionferry extension.", "Install the extension from your administrator's link and open it there."},
	{CodeFrameEmpty, "The browser sent an empty message.", "Update the extension and try again."},
	{CodeFrameTooLarge, "A message is larger than allowed.", "Update the extension and try again."},
	{CodeMessageInvalid, "A message is not in the expected form.", "Update Sessionferry and the extension to the same version."},
	{CodeMessageUnknown, "This version does not know the request.", "Update Sessionferry and the extension to the same version."},
	{CodeVersionUnsupported, "The extension and the program on this computer do not fit together.", "Update both to the same version."},
	{CodeReplyTooLarge, "The answer does not fit into one message.", "Ask for fewer items at once."},
	{CodeBundleTooLarge, "The session holds more data than can be transferred.", "Clear old site data of the app, sign in again and share once more."},
	{CodeBundleIncomplete, "The session did not arrive whole.", "Try again and keep the browser open until it is done."},
	{CodeBundleInvalid, "The captured session is not in the expected form.", "Update Sessionferry and the extension to the same version."},
	{CodeCookieInvalid, "A cookie breaks the rules that browsers keep.", "Clear the app's cookies, sign in again and share once more."},
	{CodeOutsideSite, "The session holds data of a site that was not agreed to.", "Update the extension and try again."},
	{CodeKeyringAbsent, "No keyring is running on this computer.", "Start one, for example GNOME Keyring or KWallet, and try again."},
	{CodeKeyringNoDefault, "The keyring program has no default keyring.", "Create one in its window, or open your database in KeePassXC, and try again."},
	{CodeKeyringLocked, "The keyring is locked.", "Unlock it and try again."},
	{CodeKeyringDenied, "The keyring did not keep or give the key.", "Allow Sessionferry in the keyring's prompt and try again."},
	{CodeKeyringTimeout, "The keyring did not answer in time.", "Look for its prompt, answer it and try again."},
	{CodeKeyringCorrupt, "The key in the keyring is damaged.", "Run \"sessionferry logout --forget-key\", then \"sessionferry login\"."},
	{CodeNotEnrolled, "This computer is not connected to a vault.", "Run \"sessionferry login\" in a terminal."},
	{CodeVaultUnreachable, "The vault does not answer.", "Check the connection and try again; your older session is untouched."},
	{CodeVaultFailed, "The vault could not do it.", "Try again in a minute; your older session is untouched."},
	{CodeVaultAnswer, "The vault's answer is not in the expected form.", "Check the vault's address and version with your administrator."},
	{CodeUnauthorized, "The vault does not accept this computer any more.", "Run \"sessionferry login\" again."},
	{CodeNotFound, "There is no such account, or it is not yours to see.", "Go back to your accounts and refresh the list."},
	{CodeNotOwner, "Only the owner of the account may do this.", "Ask the owner to do it."},
	{CodeGenerationConflict, "Another transfer of this account was faster.", "Look at the status; share again if yours is the newer session."},
	{CodeRequestInvalid, "The vault cannot read the request.", "Update Sessionferry to the vault's version."},
	{CodeTooLarge, "The request is larger than the vault, or a proxy before it, accepts.", "Ask your administrator to raise the limit of the proxy, or clear old site data of the app and share again."},
	{CodeAppUnknown, "This app is not supported.", "Choose an app from \"sessionferry apps list\"."},
	{CodeSiteInvalid, "The site's address is not one that this app can have.", "Give an origin such as https://wiki.example."},
	{CodeUsernameInvalid, "The user name is empty, too long, or holds characters that cannot be seen.", "Give the name that the app shows for the account."},
	{CodeAccountExists, "There is already a card for this account.", "Use the card that is there."},
	{CodeConsentMissing, "You have not agreed to the transfer.", "Read the text, agree and transfer again."},
	{CodeConsentOutdated, "The text that you agreed to has changed.", "Read the new text, agree and share again."},
	{CodePermissionDenied, "The browser was not allowed to read this site.", "Share again and choose Allow."},
	{CodeCaptureFailed, "The app's page could not be read.", "Open the app in a tab, wait until it has loaded and share again."},
	{CodeTabClosed, "The app's tab was closed while it was read.", "Keep the tab open and share again."},
	{CodeHostMissing, "The Sessionferry program was not found on this computer.", "Install it, or run \"sessionferry install\"."},
	{CodeHostStopped, "The Sessionferry program stopped before it had answered.", "Try again; your older session is untouched."},
	{CodeInterrupted, "The transfer was interrupted.", "Share again; your older session is untouched."},
	{CodeAccountSignedOut, "Nobody is signed in to the app in this window.", "Sign in as the account on the card and share again."},
	{CodeAccountUnclear, "It cannot be seen whether anybody is signed in.", "Sign in to the app again and share once more."},
	{CodeAccountSeveral, "More than one account is signed in.", "Sign out of the others, or use a fresh browser profile with just this account."},
	{CodeAccountWrong, "Another account is signed in than the one on the card.", "Sign in as the account on the card, or use the other account's card."},
	{CodeAccountConflict, "The browser holds two different sign-ins that contradict each other.", "Sign out of the app, clear its cookies, sign in again and share once more."},
	{CodeAccountPickScope, "Sign-ins for more than one site of this app were found.", "Sign out of the ones that the card does not name."},
	{CodeAccountUnprovable, "The session does not show whose account it is.", "Sign in again with \"keep me signed in\" and share once more."},
	{CodeAccountActing, "You are acting as another page or person.", "Switch back to your own account in the app and share again."},
	{CodeSessionBound, "This session is tied to this device and would not work elsewhere.", "Sign in once in the runner's own browser, or use the app's own way to give access to others."},
	{CodeRosterInvalid, "The list of trusted keys cannot be verified.", "Do not go on; tell your administrator."},
	{CodeRosterRollback, "The vault shows an older list of trusted keys than this computer has seen.", "Do not go on; tell your administrator."},
	{CodeRosterUntrusted, "No list of trusted keys has been confirmed here.", "Compare the fingerprint and run \"sessionferry-runner trust HASH\"."},
	{CodeKeyFileInvalid, "The key file cannot be read.", "Make it again with \"sessionferry-runner key\"."},
	{CodeEnvelopeInvalid, "The sealed session is damaged or not in the expected form.", "Share the session again."},
	{CodeEnvelopeRecipient, "The sealed session is not for this key.", "Enrol the runner with \"sessionferry runner add\" and share again."},
	{CodeEnvelopeSender, "The sealed session was not signed by a trusted device.", "Do not use it; tell your administrator."},
	{CodeEnvelopeContext, "The sealed session belongs to another account.", "Do not use it; tell your administrator."},
	{CodeEnvelopeReplayed, "The vault served an older session than was seen before.", "Do not use it; tell your administrator."},
	{CodeEnvelopeExpired, "The sealed session is past its end.", "Share the session again."},
	{CodeSessionNone, "There is no session to use.", "Share the session from the browser first."},
	{CodeLeaseHeld, "Another runner is using this session.", "Wait until it is done, at most 10 minutes."},
	{CodeLeaseEnded, "The lease on this session has ended.", "Start the task again."},
	{CodeBrowserMissing, "No Chromium was found.", "Install the package chromium, or give its path."},
	{CodeBrowserSnap, "This Chromium is a snap, which cannot start programs of this computer.", "Install Chromium from Debian's packages, or use another browser."},
	{CodeBrowserAsRoot, "As root, Chromium runs without the sandbox that keeps web pages away from the computer.", "Run the runner as another user, or accept the risk: set SESSIONFERRY_NO_SANDBOX=1."},
	{CodeBrowserFailed, "The browser did not start or stopped.", "Try again; see the log for its last words."},
	{CodeAppUnreachable, "The app was not reached.", "Check that its site is up and that no gateway, portal or maintenance page answers in its place; then try again."},
	{CodeAppSignedOut, "The app has signed this session out.", "Sign in again in your browser and share once more."},
	{CodeAppOtherAccount, "The app says that another account is signed in.", "Sign in as the account on the card and share again."},
	{CodeRestoreFailed, "The session could not be restored whole.", "See the list of differences; share again if the app needs them."},
	{CodeCatalogueInvalid, "An app file is not valid.", "Mend the line that the message names."},
	{CodeOSUnsupported, "This system is not supported yet.", "Use Linux for now."},
	{CodeInstallFailed, "The browser's registration could not be written.", "Check the folder that the message names, its owner and its free space."},
	{CodeHomeForeign, "The home folder belongs to another user, who could not change what this command writes there.", "Run the command as that user."},
	{CodeUsageInvalid, "The command was not understood.", "Run it with --help to see how it is used."},
	{CodeBusy, "Another transfer is running.", "Wait until it is done and try again."},
	{CodeWrongRole, "The vault keeps this for another kind of program.", "Devices share and delete sessions; runners use them."},
	{CodeRosterConflict, "Another device changed the list of trusted keys at the same time.", "Try again."},
	{CodeDeviceUnlisted, "This computer's key is not in your list of trusted keys.", "Share from the computer whose key is; to begin anew, ask your administrator."},
	{CodeSessionChanged, "The sign-in changed while it was read.", "Wait until the app has loaded and share again."},
	{CodeProofInvalid, "The vault cannot check this computer's proof of its key.", "Update Sessionferry to the vault's version; if it stays, run \"sessionferry login\" again."},
	{CodeProofReplayed, "The vault has had this very request before.", "Try again."},
	{CodeNonceNeeded, "The vault asks for a fresh proof.", "Try again."},
	{CodeClockWrong, "This computer's clock is wrong.", "Set it and try again."},
	{CodeSignInFailed, "The e-mail address, the password or the one-time code is wrong.", "Try again, or ask an admin for a new invitation."},
	{CodeTOTPNeeded, "A one-time code is needed too.", "Give the code that your authenticator app shows."},
	{CodeAttemptsExceeded, "There were too many attempts.", "Wait a moment and try again."},
	{CodeCodeWrong, "The code is wrong, or its time is over.", "Check it, or ask for a new one."},
	{CodePasswordWeak, "The password is too easy to guess.", "Choose a longer one, for example four words that do not belong together."},
	{CodeEmailInvalid, "The e-mail address is not possible.", "Check it and try again."},
	{CodeNameInvalid, "The name is empty, too long, or holds characters that cannot be seen.", "Give 1 to 100 visible characters in one line."},
	{CodeNotAdmin, "Only an admin may do this.", "Ask an admin of your workspace."},
	{CodeLastAdmin, "A workspace needs an admin.", "Make somebody else an admin first."},
	{CodePersonUnknown, "There is no such person in your workspace.", "Refresh the list of people."},
	{CodeStepUpNeeded, "For this, show again that it is you.", "Give your password, then repeat it."},
	{CodeSetupDone, "The vault has its first admin already.", "Sign in."},
	{CodeEnrolmentDenied, "The enrolment of this program was refused.", "Ask the person who refused it."},
	{CodeEnrolmentEnded, "The code was not confirmed in time.", "Begin again."},
	{CodeOIDCFailed, "Signing in at your company's service did not work.", "Try again; if it stays, tell your administrator."},
	{CodeNotInvited, "Your company's service knows you, but nobody has invited you here.", "Ask an admin for an invitation."},
	{CodeSignedOut, "You are not signed in, or not any more.", "Sign in and do it again."},
	{CodeVaultUnavailable, "The vault cannot reach its records for the moment.", "Try again in a minute; your older session is untouched."},
	{CodeVaultDiskFull, "The vault has no space left to store anything.", "Ask your administrator to free space on its disk, then share again; your older session is untouched."},
	{CodeDeclined, "You did not agree in the extension's window.", "Begin again if you want to transfer the session; nothing was read."},
	{CodeGrantMissing, "You have not agreed to this in the extension, or the ten minutes for it are over.", "Begin the transfer again; the extension asks you where it has to."},
	{CodeTooSoon, "This browser was checked a moment ago.", "Wait two seconds and check again."},
	{CodeClickNeeded, "One click opens one window or begins one transfer.", "Click the button again."},
	{CodeDaysInvalid, "The number of days is not possible.", "Give a whole number of days, not more than the longest time for which sessions are kept."},
	{CodeDateInvalid, "The day is not one of the calendar.", "Give it in the form 2026-11-25."},
	{CodeChoiceInvalid, "What was chosen is not there, or not any more.", "Choose from what is there now."},
	{CodeStorageUnread, "Part of the app's storage could not be read, so the account cannot be checked.", "Close the app's other tabs, reload the app and share again."},
	{CodeProxyFailed, "The proxy on the way to the vault cannot be used.", "Check HTTPS_PROXY and NO_PROXY with your administrator; your older session is untouched."},
	{CodeProxyAuthNeeded, "The proxy on the way to the vault asks for a user name and a password.", "Ask your administrator for them and add them to HTTPS_PROXY; your older session is untouched."},
	{CodeCertUntrusted, "This computer does not trust a certificate on the way to the vault.", "Install the certificate of your company's authority on this computer, or name its file in SSL_CERT_FILE."},
	{CodeCertInvalid, "A certificate on the way to the vault is not valid.", "Check the address and this computer's clock, then report it to your administrator."},
	{CodeAnswerForeign, "Something other than the vault answered at the vault's address.", "Open the address in your browser and sign in to your network if a page asks for it, or ask your administrator."},
	{CodeVaultRedirected, "The vault's address redirects to another page.", "Open the address in your browser and sign in to your network if a page asks for it, or ask your administrator."},
	{CodeGatewayFailed, "A proxy or gateway on the way cannot reach the vault.", "Try again in a minute. If it persists, report it to your administrator."},
	{CodeVaultAddress, "The vault's address cannot be used.", "Give it in the form https://vault.example."},
	{CodeLossUnconfirmed, "Part of the session cannot be transferred, and you have not accepted that yet.", "Share again and accept that this part is left out."},
	{CodeLocalUserUnknown, "The vault cannot identify the user of this computer who opened the connection.", "Open the vault by its own name, such as https://vault.example, or ask your administrator."},
	{CodeValueInvalid, "A value in the command cannot be used.", "Correct the value that the message names; the command's --help shows the form."},
	{CodeNotConfirmed, "Nothing was changed, because you did not confirm it.", "Run the command again and type yes, or add --yes where it has that flag."},
	{CodeProgramUnknown, "There is no such device or runner.", "Choose an ID from \"sessionferry devices\"."},
	{CodeFileUnreadable, "A file cannot be read.", "Check its name, its form and that you may read it."},
	{CodeFileUnwritable, "A file cannot be written.", "Check the folder, its owner and its free space."},
	{CodeFileExists, "There is already a file of this name.", "Give the name of a new file."},
	{CodeTaskNotStarted, "The program of the task could not be started.", "Check its name and that you may run it."},
	{CodeSettingInvalid, "A setting of the vault cannot be used.", "Correct it where the message says; \"sessionferry-vault config print\" lists all settings."},
	{CodeCommandFailed, "The command did not succeed.", "Correct what the message names and run the command again."},
	{CodeDataInUse, "Another vault uses this data folder.", "Stop that vault, or give another folder with --data."},
	{CodeDatabaseMissing, "There is no database of a vault yet.", "Give the data folder of the vault with --data, or start the vault first."},
	{CodeVaultNotEmpty, "This vault is not empty.", "Restore into a new data folder or an empty database."},
	{CodeBackupInvalid, "The backup cannot be restored.", "Use another copy of it, or the version of Sessionferry that the message names."},
	{CodeAuditChanged, "The audit log is not what was written.", "Keep the database as it is, and compare it with a backup."},
	{CodeRecordsDamaged, "The vault's records are not in order.", "Do what stands below each fault, and check again."},
	{CodeGenerationAhead, "A newer session of this account was seen here than the vault can have had.", "Check the vault's address with your administrator; if it is right, remove the account's card and add it again."},
}
