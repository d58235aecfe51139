package installer

import (
	"slices"

	"sessionferry/manifest"
)

// The faults beyond those of a manifest's text, which package manifest has.
const (
	notRegistered        manifest.Fault = "not_registered"
	manifestUnreadable   manifest.Fault = "manifest_unreadable"
	shadows              manifest.Fault = "shadows"
	passedOver           manifest.Fault = "passed_over"
	policyUserLevel      manifest.Fault = "policy_user_level"
	policyBlocked        manifest.Fault = "policy_blocked"
	policyUnreadable     manifest.Fault = "policy_unreadable"
	browserSnap          manifest.Fault = "browser_snap"
	browserPortal        manifest.Fault = "browser_portal"
	programMissing       manifest.Fault = "program_missing"
	programNotFile       manifest.Fault = "program_not_file"
	programNotExecutable manifest.Fault = "program_not_executable"
	programFormat        manifest.Fault = "program_format"
	interpreterMissing   manifest.Fault = "interpreter_missing"
	programNotStarted    manifest.Fault = "program_not_started"
	programSilent        manifest.Fault = "program_silent"
	programStopped       manifest.Fault = "program_stopped"
	programRefused       manifest.Fault = "program_refused"
	outputPolluted       manifest.Fault = "output_polluted"
	programLingers       manifest.Fault = "program_lingers"
	programFailed        manifest.Fault = "program_failed"
	versionDiffers       manifest.Fault = "version_differs"
	programOther         manifest.Fault = "program_other"
	foldersDiffer        manifest.Fault = "folders_differ"
	homeDiffers          manifest.Fault = "home_differs"
	busDiffers           manifest.Fault = "bus_differs"
	networkDiffers       manifest.Fault = "network_differs"
)

// Next steps that depend on the browser and the program, in the words of the docs.
const (
	registerAnew   = "Run: sessionferry install --browser NAME"
	replaceProgram = "Register this program anew, or install it again."
	forAllUsers    = "Ask your administrator to put what \"sessionferry install --print --browser NAME\" shows into PLACE."
	mayRun         = "Run: chmod +x PROGRAM"
)

// row is what a person reads of a fault: a plain sentence and the next step.
type row struct {
	fault    manifest.Fault
	note     bool
	sentence string
	next     string
}

// faultTable is the table of docs/operations.md, section Doctor.
var faultTable = []row{
	{notRegistered, false, "The browser finds no registration of Sessionferry.", registerAnew},
	{manifestUnreadable, false, "The registration cannot be read.", registerAnew},
	{manifest.JSONInvalid, false, "The registration is not valid JSON.", registerAnew},
	{manifest.NameWrong, false, "The registration is for another name than " + manifest.HostName + ".", registerAnew},
	{manifest.DescriptionMissing, false, "The registration has no description, without which the browser refuses it.", registerAnew},
	{manifest.TypeWrong, false, "The registration's type is not stdio.", registerAnew},
	{manifest.PathMissing, false, "The registration names no program.", registerAnew},
	{manifest.PathRelative, false, "The registration names its program by a path that is not absolute; neither ~ nor variables count.", registerAnew},
	{manifest.AllowedInvalid, false, "The registration's list of extensions is not in the form that the browser takes.", registerAnew},
	{manifest.ExtensionNotAllowed, false, "The registration does not allow the Sessionferry extension.", registerAnew},
	{manifest.KeyUnknown, false, "The registration has a key that Firefox does not know, which makes it refuse the whole file.", registerAnew},
	{manifest.FormsMixed, false, "The registration has a key of Chromium's form, which makes Firefox refuse the whole file.", registerAnew},
	{shadows, false, "It hides a good registration for all users: the browser takes the first that is there.", registerAnew},
	{passedOver, true, "The browser passes over a broken registration.", registerAnew},
	{policyUserLevel, false, "A policy of this computer makes the browser ignore registrations of single users.", forAllUsers},
	{policyBlocked, false, "A policy of this computer forbids the browser to start Sessionferry.", "Ask your administrator to put " + manifest.HostName + " on the NativeMessagingAllowlist."},
	{policyUnreadable, true, "A policy file of this computer cannot be read; what it says of Sessionferry is not known.", "Open chrome://policy and look for NativeMessaging."},
	{browserSnap, false, "This browser is a snap, which cannot start programs of this computer.", "Install it from your distribution's packages, or use another browser."},
	{browserPortal, true, "This browser is a snap: it starts the program by way of the desktop, which asks you first.", "Answer with Allow when it asks."},
	{programMissing, false, "The registration names a program that is not there.", registerAnew},
	{programNotFile, false, "The registration names something that is no program.", registerAnew},
	{programNotExecutable, false, "The program may not be executed.", mayRun},
	{programFormat, false, "The program is not one that this computer can run.", replaceProgram},
	{interpreterMissing, false, "The program needs an interpreter or loader that is not there.", replaceProgram},
	{programNotStarted, false, "The program could not be started.", replaceProgram},
	{programSilent, false, "The program was started and gave no answer.", replaceProgram},
	{programStopped, false, "The program ended before it had answered.", replaceProgram},
	{programRefused, false, "The program refused the browser's greeting.", "Update Sessionferry and the extension to the same version."},
	{outputPolluted, false, "The program's output holds something else than messages, on which the browser ends it.", replaceProgram},
	{programLingers, false, "The program goes on when the browser closes, until it is killed.", replaceProgram},
	{programFailed, false, "The program ended with a failure.", "See the log that \"sessionferry status\" names."},
	{versionDiffers, false, "The registered program is of another version than this one.", registerAnew},
	{programOther, true, "The registered program is another file than the one that you ran.", registerAnew},
	{foldersDiffer, false, "The program uses other folders when a browser starts it than in this shell, so \"sessionferry login\" in this shell does not connect the browser.", "Run: sessionferry install"},
	{homeDiffers, true, "This shell has another home folder than the desktop, whose browsers look for registrations there.", "Run Sessionferry's commands in a terminal of the desktop."},
	{busDiffers, true, "This shell uses another session bus than the desktop, and perhaps another keyring.", "Run \"sessionferry login\" in a terminal of the desktop."},
	{networkDiffers, true, "A browser from the desktop may have other values of these variables, which decide how the vault is reached.", "Run \"sessionferry login\" again, which keeps them but for a password, or set them in ~/.config/environment.d/network.conf and sign in to the desktop again."},
}

func rowOf(f manifest.Fault) row {
	return faultTable[slices.IndexFunc(faultTable, func(r row) bool { return r.fault == f })]
}
