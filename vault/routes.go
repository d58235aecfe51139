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
	page         bool // it answers a person's browser, in HTML
}

// Routes are all routes of the API. Tests are generated from it, so that a new
// one cannot be forgotten.
func Routes() []Route {
	return []Route{
		{"GET", "/healthz", AccessAnyone, maxEmpty, (*Server).health, false},
		{"GET", "/readyz", AccessAnyone, maxEmpty, (*Server).ready, false},
		{"GET", "/openapi.json", AccessAnyone, maxEmpty, (*Server).openAPI, false},

		{"POST", "/v1/token", AccessAnyone, maxEmpty, (*Server).grant, false},
		{"GET", "/v1/me", AccessEverybody, maxEmpty, (*Server).me, false},
		{"DELETE", "/v1/me", AccessPrograms, maxEmpty, (*Server).leave, false},
		{"GET", "/v1/audit", AccessOwn, maxEmpty, (*Server).audit, false},

		{"POST", "/v1/setup", AccessAnyone, maxForm, (*Server).setupJSON, false},
		{"POST", "/v1/signin", AccessAnyone, maxForm, (*Server).signInJSON, false},
		{"POST", "/v1/join", AccessAnyone, maxForm, (*Server).joinJSON, false},
		{"POST", "/v1/proof", AccessPerson, maxForm, (*Server).prove, false},
		{"GET", "/v1/websessions", AccessPerson, maxEmpty, (*Server).webSessions, false},
		{"DELETE", "/v1/websessions/{websession}", AccessPerson, maxEmpty, (*Server).endWebSession, false},
		{"PUT", "/v1/me/password", AccessPerson, maxForm, (*Server).setPassword, false},
		{"POST", "/v1/me/totp", AccessPerson, maxEmpty, (*Server).newTOTP, false},
		{"PUT", "/v1/me/totp", AccessPerson, maxForm, (*Server).setTOTP, false},
		{"POST", "/v1/me/totp/end", AccessPerson, maxForm, (*Server).endTOTP, false},

		{"GET", "/v1/erasures", AccessAdmin, maxEmpty, (*Server).erasures, false},
		{"GET", "/v1/people", AccessPerson, maxEmpty, (*Server).people, false},
		{"PUT", "/v1/people/{person}/role", AccessFreshAdmin, maxForm, (*Server).setRole, false},
		{"DELETE", "/v1/people/{person}", AccessFreshAdmin, maxEmpty, (*Server).removePerson, false},
		{"GET", "/v1/invitations", AccessAdmin, maxEmpty, (*Server).invitations, false},
		{"POST", "/v1/invitations", AccessFreshAdmin, maxForm, (*Server).invite, false},
		{"DELETE", "/v1/invitations/{invitation}", AccessAdmin, maxEmpty, (*Server).uninvite, false},

		{"POST", "/v1/enrolments", AccessAnyone, maxForm, (*Server).begin, false},
		{"POST", "/v1/enrolments/outcome", AccessAnyone, maxForm, (*Server).outcome, false},
		{"POST", "/v1/enrolments/find", AccessPerson, maxForm, (*Server).findJSON, false},
		{"POST", "/v1/enrolments/answer", AccessFresh, maxForm, (*Server).answerJSON, false},
		{"GET", "/v1/programs", AccessOwn, maxEmpty, (*Server).programs, false},
		{"DELETE", "/v1/programs/{program}", AccessOwn, maxEmpty, (*Server).revoke, false},

		{"GET", "/v1/accounts", AccessEverybody, maxEmpty, (*Server).accounts, false},
		{"POST", "/v1/accounts", AccessOwn, maxJSON, (*Server).addAccount, false},
		{"GET", "/v1/accounts/{id}", AccessEverybody, maxEmpty, (*Server).account, false},
		{"DELETE", "/v1/accounts/{id}", AccessOwn, maxEmpty, (*Server).removeAccount, false},
		{"GET", "/v1/accounts/{id}/members", AccessOwn, maxEmpty, (*Server).members, false},
		{"PUT", "/v1/accounts/{id}/members/{person}", AccessOwn, maxEmpty, (*Server).addMember, false},
		{"DELETE", "/v1/accounts/{id}/members/{person}", AccessOwn, maxEmpty, (*Server).removeMember, false},
		{"PUT", "/v1/accounts/{id}/owner/{person}", AccessFresh, maxEmpty, (*Server).transfer, false},

		{"GET", "/v1/accounts/{id}/session", AccessEverybody, maxEmpty, (*Server).status, false},
		{"PUT", "/v1/accounts/{id}/session", AccessDevice, maxEnvelope, (*Server).put, false},
		{"DELETE", "/v1/accounts/{id}/session", AccessOwn, maxEmpty, (*Server).deleteSession, false},

		{"GET", "/v1/roster", AccessEverybody, maxEmpty, (*Server).roster, false},
		{"DELETE", "/v1/roster", AccessFresh, maxEmpty, (*Server).restartRoster, false},
		{"POST", "/v1/roster", AccessDevice, maxJSON, (*Server).appendRoster, false},

		{"POST", "/v1/accounts/{id}/lease", AccessRunner, maxJSON, (*Server).lease, false},
		{"POST", "/v1/confirmations", AccessRunner, maxJSON, (*Server).confirmation, false},
		{"GET", "/v1/leases/{lease}/envelope", AccessRunner, maxEmpty, (*Server).leasedEnvelope, false},
		{"PUT", "/v1/leases/{lease}/session", AccessRunner, maxEnvelope, (*Server).refresh, false},
		{"POST", "/v1/leases/{lease}/renew", AccessRunner, maxEmpty, (*Server).renew, false},
		{"POST", "/v1/leases/{lease}/report", AccessRunner, maxJSON, (*Server).report, false},
		{"DELETE", "/v1/leases/{lease}", AccessRunner, maxEmpty, (*Server).endLease, false},
	}
}

// pageRoutes are what a browser shows. Who is not signed in is led to where that is
// done.
func pageRoutes() []Route {
	list := []Route{
		{"GET", "/assets/{file}", AccessAnyone, maxEmpty, (*Server).asset, false},
		{"GET", "/problems/{code}", AccessAnyone, maxEmpty, (*Server).problemPage, false},
		{"GET", "/setup", AccessAnyone, maxEmpty, (*Server).setupPage, false},
		{"POST", "/setup", AccessAnyone, maxForm, (*Server).setupPost, false},
		{"GET", "/signin", AccessAnyone, maxEmpty, (*Server).signInPage, false},
		{"POST", "/signin", AccessAnyone, maxForm, (*Server).signInPost, false},
		{"GET", pathOIDC, AccessAnyone, maxEmpty, (*Server).beginOIDC, false},
		{"GET", pathCallback, AccessAnyone, maxEmpty, (*Server).finishOIDC, false},
		{"POST", "/signout", AccessAnyone, maxForm, (*Server).signOut, false},
		{"GET", "/join", AccessAnyone, maxEmpty, (*Server).joinPage, false},
		{"POST", "/join", AccessAnyone, maxForm, (*Server).joinPost, false},

		{"GET", "/{$}", AccessPerson, maxEmpty, (*Server).accountsPage, false},
		{"GET", "/accounts/new", AccessPerson, maxEmpty, (*Server).newAccount, false},
		{"POST", "/accounts/new", AccessPerson, maxForm, (*Server).newAccount, false},
		{"GET", "/accounts/{id}", AccessPerson, maxEmpty, (*Server).accountPage, false},
		{"GET", "/accounts/{id}/history", AccessPerson, maxEmpty, (*Server).historyPage, false},
		{"GET", "/accounts/{id}/transfer", AccessPerson, maxEmpty, (*Server).transferPage, false},
		{"GET", "/accounts/{id}/delete", AccessPerson, maxEmpty, (*Server).deletePage, false},
		{"POST", "/accounts/{id}/delete", AccessPerson, maxForm, (*Server).deletePage, false},
		{"GET", "/accounts/{id}/edit", AccessPerson, maxEmpty, (*Server).editPage, false},
		{"POST", "/accounts/{id}/edit", AccessPerson, maxForm, (*Server).editPage, false},
		{"GET", "/accounts/{id}/remove", AccessPerson, maxEmpty, (*Server).removePage, false},
		{"POST", "/accounts/{id}/remove", AccessPerson, maxForm, (*Server).removePage, false},
		{"POST", "/accounts/{id}/members", AccessPerson, maxForm, (*Server).membersPost, false},
		{"GET", "/accounts/{id}/owner", AccessPerson, maxEmpty, (*Server).ownerPage, false},
		{"POST", "/accounts/{id}/owner", AccessPerson, maxForm, (*Server).ownerPage, false},

		{"GET", "/devices", AccessPerson, maxEmpty, (*Server).devicesPage, false},
		{"GET", "/devices/{program}/end", AccessPerson, maxEmpty, (*Server).endProgramPage, false},
		{"POST", "/devices/{program}/end", AccessPerson, maxForm, (*Server).endProgramPage, false},
		{"GET", "/device", AccessPerson, maxEmpty, (*Server).devicePage, false},
		{"POST", "/device", AccessPerson, maxForm, (*Server).devicePost, false},
		{"GET", "/you", AccessPerson, maxEmpty, (*Server).youPage, false},
		{"POST", "/you/signins", AccessPerson, maxForm, (*Server).signInsPost, false},
		{"POST", "/you/looks", AccessPerson, maxForm, (*Server).looksPost, false},
		{"GET", "/you/password", AccessPerson, maxEmpty, (*Server).passwordPage, false},
		{"POST", "/you/password", AccessPerson, maxForm, (*Server).passwordPage, false},
		{"GET", "/you/totp", AccessPerson, maxEmpty, (*Server).totpPage, false},
		{"POST", "/you/totp", AccessPerson, maxForm, (*Server).totpPage, false},
		{"GET", "/you/totp/end", AccessPerson, maxEmpty, (*Server).endTOTPPage, false},
		{"POST", "/you/totp/end", AccessPerson, maxForm, (*Server).endTOTPPage, false},
	}
	for i := range list {
		list[i].page = true
	}
	return list
}

// enrolRoutes are served on the Unix socket alone.
func enrolRoutes() []Route {
	return []Route{
		{"POST", "/v1/enrol", AccessAnyone, maxJSON, (*Server).enrol, false},
		{"POST", "/v1/clock", AccessAnyone, maxEmpty, (*Server).confirmClock, false},
	}
}

// metricsRoutes are served on a listener of their own, where an operator wants one:
// how much work there is concerns no caller of the API.
func metricsRoutes() []Route {
	return []Route{
		{"GET", "/healthz", AccessAnyone, maxEmpty, (*Server).health, false},
		{"GET", "/readyz", AccessAnyone, maxEmpty, (*Server).ready, false},
		{"GET", "/metrics", AccessAnyone, maxEmpty, (*Server).metricsPage, false},
	}
}
