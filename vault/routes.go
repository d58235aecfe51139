package vault

import "slices"

// Access says which callers may use a route. What they may do with an account
// is decided by the store.
type Access string

// The kinds of callers.
const (
	AccessAnyone     Access = "anyone"
	AccessEverybody  Access = "people and their programs"
	AccessPrograms   Access = "devices and runners"
	AccessOwn        Access = "people and their devices"
	AccessDevice     Access = "devices"
	AccessRunner     Access = "runners"
	AccessPerson     Access = "people who are signed in"
	AccessFresh      Access = "people who have just given their password"
	AccessAdmin      Access = "admins"
	AccessFreshAdmin Access = "admins who have just given their password"
)

// grants are the roles that each kind of access admits.
var grants = map[Access][]Role{
	AccessEverybody:  {RoleDevice, RoleRunner, RoleWeb},
	AccessPrograms:   {RoleDevice, RoleRunner},
	AccessOwn:        {RoleDevice, RoleWeb},
	AccessDevice:     {RoleDevice},
	AccessRunner:     {RoleRunner},
	AccessPerson:     {RoleWeb},
	AccessFresh:      {RoleWeb},
	AccessAdmin:      {RoleWeb},
	AccessFreshAdmin: {RoleWeb},
}

// Admits reports whether callers of a role may use the route.
func (a Access) Admits(r Role) bool { return slices.Contains(grants[a], r) }

// Fresh reports whether a person must have given the password just now.
func (a Access) Fresh() bool { return a == AccessFresh || a == AccessFreshAdmin }

// Admin reports whether the person must be an admin.
func (a Access) Admin() bool { return a == AccessAdmin || a == AccessFreshAdmin }

// Route is one row of the API.
type Route struct {
	Method, Path string
	Access       Access
	limit        int64 // bytes of body
	handle       func(*Server, *call) error
}

// Routes are all routes of the API. Tests are generated from it, so that a new
// one cannot be forgotten.
func Routes() []Route {
	return []Route{
		{"GET", "/healthz", AccessAnyone, maxEmpty, (*Server).health},
		{"GET", "/readyz", AccessAnyone, maxEmpty, (*Server).ready},
		{"GET", "/openapi.json", AccessAnyone, maxEmpty, (*Server).openAPI},

		{"POST", "/v1/token", AccessAnyone, maxEmpty, (*Server).grant},
		{"GET", "/v1/me", AccessEverybody, maxEmpty, (*Server).me},
		{"DELETE", "/v1/me", AccessPrograms, maxEmpty, (*Server).leave},
		{"GET", "/v1/audit", AccessOwn, maxEmpty, (*Server).audit},

		{"POST", "/v1/setup", AccessAnyone, maxForm, (*Server).setupJSON},
		{"POST", "/v1/signin", AccessAnyone, maxForm, (*Server).signInJSON},
		{"POST", "/v1/join", AccessAnyone, maxForm, (*Server).joinJSON},
		{"POST", "/v1/proof", AccessPerson, maxForm, (*Server).prove},
		{"GET", "/v1/websessions", AccessPerson, maxEmpty, (*Server).webSessions},
		{"DELETE", "/v1/websessions/{websession}", AccessPerson, maxEmpty, (*Server).endWebSession},
		{"PUT", "/v1/me/password", AccessPerson, maxForm, (*Server).setPassword},
		{"POST", "/v1/me/totp", AccessPerson, maxEmpty, (*Server).newTOTP},
		{"PUT", "/v1/me/totp", AccessPerson, maxForm, (*Server).setTOTP},
		{"POST", "/v1/me/totp/end", AccessPerson, maxForm, (*Server).endTOTP},

		{"GET", "/v1/erasures", AccessAdmin, maxEmpty, (*Server).erasures},
		{"GET", "/v1/people", AccessPerson, maxEmpty, (*Server).people},
		{"PUT", "/v1/people/{person}/role", AccessFreshAdmin, maxForm, (*Server).setRole},
		{"DELETE", "/v1/people/{person}", AccessFreshAdmin, maxEmpty, (*Server).removePerson},
		{"GET", "/v1/invitations", AccessAdmin, maxEmpty, (*Server).invitations},
		{"POST", "/v1/invitations", AccessFreshAdmin, maxForm, (*Server).invite},
		{"DELETE", "/v1/invitations/{invitation}", AccessAdmin, maxEmpty, (*Server).uninvite},

		{"GET", "/v1/workspace/accounts", AccessAdmin, maxEmpty, (*Server).workspaceAccounts},
		{"GET", "/v1/workspace/programs", AccessAdmin, maxEmpty, (*Server).workspacePrograms},
		{"GET", "/v1/workspace/retention", AccessAdmin, maxEmpty, (*Server).retention},
		{"PUT", "/v1/workspace/retention", AccessFreshAdmin, maxForm, (*Server).setRetention},
		{"GET", "/v1/workspace/retention/preview", AccessAdmin, maxEmpty, (*Server).previewRetention},
		{"GET", "/v1/workspace/audit", AccessAdmin, maxEmpty, (*Server).findAudit},
		{"GET", "/v1/workspace/audit/export", AccessAdmin, maxEmpty, (*Server).exportAudit},
		{"GET", "/v1/workspace/health", AccessAdmin, maxEmpty, (*Server).workspaceHealth},

		{"POST", "/v1/enrolments", AccessAnyone, maxForm, (*Server).begin},
		{"POST", "/v1/enrolments/outcome", AccessAnyone, maxForm, (*Server).outcome},
		{"POST", "/v1/enrolments/find", AccessPerson, maxForm, (*Server).findJSON},
		{"POST", "/v1/enrolments/answer", AccessFresh, maxForm, (*Server).answerJSON},
		{"GET", "/v1/programs", AccessOwn, maxEmpty, (*Server).programs},
		{"DELETE", "/v1/programs/{program}", AccessOwn, maxEmpty, (*Server).revoke},

		{"GET", "/v1/accounts", AccessEverybody, maxEmpty, (*Server).accounts},
		{"POST", "/v1/accounts", AccessOwn, maxJSON, (*Server).addAccount},
		{"GET", "/v1/accounts/{id}", AccessEverybody, maxEmpty, (*Server).account},
		{"PUT", "/v1/accounts/{id}", AccessOwn, maxJSON, (*Server).changeAccount},
		{"DELETE", "/v1/accounts/{id}", AccessOwn, maxEmpty, (*Server).removeAccount},
		{"GET", "/v1/accounts/{id}/history", AccessOwn, maxEmpty, (*Server).history},
		{"GET", "/v1/accounts/{id}/outcomes", AccessOwn, maxEmpty, (*Server).outcomes},
		{"GET", "/v1/accounts/{id}/members", AccessOwn, maxEmpty, (*Server).members},
		{"PUT", "/v1/accounts/{id}/members/{person}", AccessOwn, maxEmpty, (*Server).addMember},
		{"DELETE", "/v1/accounts/{id}/members/{person}", AccessOwn, maxEmpty, (*Server).removeMember},
		{"PUT", "/v1/accounts/{id}/owner/{person}", AccessFresh, maxEmpty, (*Server).transfer},

		{"GET", "/v1/accounts/{id}/session", AccessEverybody, maxEmpty, (*Server).status},
		{"PUT", "/v1/accounts/{id}/session", AccessDevice, maxEnvelope, (*Server).put},
		{"DELETE", "/v1/accounts/{id}/session", AccessOwn, maxEmpty, (*Server).deleteSession},

		{"GET", "/v1/roster", AccessEverybody, maxEmpty, (*Server).roster},
		{"DELETE", "/v1/roster", AccessFresh, maxEmpty, (*Server).restartRoster},
		{"POST", "/v1/roster", AccessDevice, maxJSON, (*Server).appendRoster},

		{"POST", "/v1/accounts/{id}/lease", AccessRunner, maxJSON, (*Server).lease},
		{"POST", "/v1/confirmations", AccessRunner, maxJSON, (*Server).confirmation},
		{"GET", "/v1/leases/{lease}/envelope", AccessRunner, maxEmpty, (*Server).leasedEnvelope},
		{"PUT", "/v1/leases/{lease}/session", AccessRunner, maxEnvelope, (*Server).refresh},
		{"POST", "/v1/leases/{lease}/renew", AccessRunner, maxEmpty, (*Server).renew},
		{"POST", "/v1/leases/{lease}/report", AccessRunner, maxJSON, (*Server).report},
		{"DELETE", "/v1/leases/{lease}", AccessRunner, maxEmpty, (*Server).endLease},
	}
}

// pageRoutes are what a browser shows. Who is not signed in is led to where that is
// done.
func pageRoutes() []Route {
	return []Route{
		{"GET", "/assets/{file}", AccessAnyone, maxEmpty, (*Server).asset},
		{"GET", "/problems/{code}", AccessAnyone, maxEmpty, (*Server).problemPage},
		{"GET", "/setup", AccessAnyone, maxEmpty, (*Server).setupPage},
		{"POST", "/setup", AccessAnyone, maxForm, (*Server).setupPost},
		{"GET", "/signin", AccessAnyone, maxEmpty, (*Server).signInPage},
		{"POST", "/signin", AccessAnyone, maxForm, (*Server).signInPost},
		{"GET", pathOIDC, AccessAnyone, maxEmpty, (*Server).beginOIDC},
		{"GET", pathCallback, AccessAnyone, maxEmpty, (*Server).finishOIDC},
		{"POST", "/signout", AccessAnyone, maxForm, (*Server).signOut},
		{"GET", "/join", AccessAnyone, maxEmpty, (*Server).joinPage},
		{"POST", "/join", AccessAnyone, maxForm, (*Server).joinPost},

		{"GET", "/{$}", AccessPerson, maxEmpty, (*Server).accountsPage},
		{"GET", "/accounts/new", AccessPerson, maxEmpty, (*Server).newAccount},
		{"POST", "/accounts/new", AccessPerson, maxForm, (*Server).newAccount},
		{"GET", "/accounts/{id}", AccessPerson, maxEmpty, (*Server).accountPage},
		{"GET", "/accounts/{id}/history", AccessPerson, maxEmpty, (*Server).historyPage},
		{"GET", "/accounts/{id}/transfer", AccessPerson, maxEmpty, (*Server).transferPage},
		{"GET", "/accounts/{id}/delete", AccessPerson, maxEmpty, (*Server).deletePage},
		{"POST", "/accounts/{id}/delete", AccessPerson, maxForm, (*Server).deletePage},
		{"GET", "/accounts/{id}/edit", AccessPerson, maxEmpty, (*Server).editPage},
		{"POST", "/accounts/{id}/edit", AccessPerson, maxForm, (*Server).editPage},
		{"GET", "/accounts/{id}/remove", AccessPerson, maxEmpty, (*Server).removePage},
		{"POST", "/accounts/{id}/remove", AccessPerson, maxForm, (*Server).removePage},
		{"POST", "/accounts/{id}/members", AccessPerson, maxForm, (*Server).membersPost},
		{"GET", "/accounts/{id}/owner", AccessPerson, maxEmpty, (*Server).ownerPage},
		{"POST", "/accounts/{id}/owner", AccessPerson, maxForm, (*Server).ownerPage},

		{"GET", "/devices", AccessPerson, maxEmpty, (*Server).devicesPage},
		{"GET", "/devices/{program}/end", AccessPerson, maxEmpty, (*Server).endProgramPage},
		{"POST", "/devices/{program}/end", AccessPerson, maxForm, (*Server).endProgramPage},
		{"GET", "/device", AccessPerson, maxEmpty, (*Server).devicePage},
		{"POST", "/device", AccessPerson, maxForm, (*Server).devicePost},
		{"GET", "/you", AccessPerson, maxEmpty, (*Server).youPage},
		{"POST", "/you/browsers", AccessPerson, maxForm, (*Server).signInsPost},
		{"POST", "/you/looks", AccessPerson, maxForm, (*Server).looksPost},
		{"GET", "/you/password", AccessPerson, maxEmpty, (*Server).passwordPage},
		{"POST", "/you/password", AccessPerson, maxForm, (*Server).passwordPage},
		{"GET", "/you/totp", AccessPerson, maxEmpty, (*Server).totpPage},
		{"POST", "/you/totp", AccessPerson, maxForm, (*Server).totpPage},
		{"GET", "/you/totp/end", AccessPerson, maxEmpty, (*Server).endTOTPPage},
		{"POST", "/you/totp/end", AccessPerson, maxForm, (*Server).endTOTPPage},

		{"GET", "/admin/people", AccessAdmin, maxEmpty, (*Server).peoplePage},
		{"GET", "/admin/people/invite", AccessAdmin, maxEmpty, (*Server).invitePage},
		{"POST", "/admin/people/invite", AccessAdmin, maxForm, (*Server).invitePage},
		{"POST", "/admin/people/uninvite", AccessAdmin, maxForm, (*Server).uninvitePost},
		{"GET", "/admin/people/{person}/role", AccessAdmin, maxEmpty, (*Server).rolePage},
		{"POST", "/admin/people/{person}/role", AccessAdmin, maxForm, (*Server).rolePage},
		{"GET", "/admin/people/{person}/remove", AccessAdmin, maxEmpty, (*Server).removePersonPage},
		{"POST", "/admin/people/{person}/remove", AccessAdmin, maxForm, (*Server).removePersonPage},
		{"GET", "/admin/all", AccessAdmin, maxEmpty, (*Server).allPage},
		{"GET", "/admin/programs", AccessAdmin, maxEmpty, (*Server).programsPage},
		{"GET", "/admin/programs/{program}/end", AccessAdmin, maxEmpty, (*Server).endAnyProgramPage},
		{"POST", "/admin/programs/{program}/end", AccessAdmin, maxForm, (*Server).endAnyProgramPage},
		{"GET", "/admin/retention", AccessAdmin, maxEmpty, (*Server).retentionPage},
		{"GET", "/admin/retention/preview", AccessAdmin, maxEmpty, (*Server).previewPage},
		{"POST", "/admin/retention/preview", AccessAdmin, maxForm, (*Server).previewPage},
		{"GET", "/admin/apps", AccessAdmin, maxEmpty, (*Server).appsPage},
		{"GET", "/admin/audit", AccessAdmin, maxEmpty, (*Server).auditPage},
		{"GET", "/admin/health", AccessAdmin, maxEmpty, (*Server).healthPage},
	}
}

// enrolRoutes are served on the Unix socket alone.
func enrolRoutes() []Route {
	return []Route{
		{"POST", "/v1/enrol", AccessAnyone, maxJSON, (*Server).enrol},
		{"POST", "/v1/clock", AccessAnyone, maxEmpty, (*Server).confirmClock},
	}
}

// metricsRoutes are served on a listener of their own, where an operator wants one:
// how much work there is concerns no caller of the API.
func metricsRoutes() []Route {
	return []Route{
		{"GET", "/healthz", AccessAnyone, maxEmpty, (*Server).health},
		{"GET", "/readyz", AccessAnyone, maxEmpty, (*Server).ready},
		{"GET", "/metrics", AccessAnyone, maxEmpty, (*Server).metricsPage},
	}
}
