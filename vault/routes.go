package vault

// Access says which callers may use a route. What they may do with an account
// is decided by the store.
type Access string

// The kinds of callers.
const (
	AccessAnyone   Access = "anyone"
	AccessPrograms Access = "devices and runners"
	AccessDevice   Access = "devices"
	AccessRunner   Access = "runners"
)

// admits reports whether a caller of the role may use the route.
func (a Access) admits(r Role) bool {
	switch a {
	case AccessAnyone:
		return true
	case AccessPrograms:
		return r == RoleDevice || r == RoleRunner
	case AccessDevice:
		return r == RoleDevice
	case AccessRunner:
		return r == RoleRunner
	}
	return false
}

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

		{"POST", "/v1/token", AccessAnyone, maxEmpty, (*Server).grant},
		{"GET", "/v1/me", AccessPrograms, maxEmpty, (*Server).me},
		{"DELETE", "/v1/me", AccessPrograms, maxEmpty, (*Server).leave},
		{"GET", "/v1/audit", AccessDevice, maxEmpty, (*Server).audit},

		{"GET", "/v1/accounts", AccessPrograms, maxEmpty, (*Server).accounts},
		{"POST", "/v1/accounts", AccessDevice, maxJSON, (*Server).addAccount},
		{"GET", "/v1/accounts/{id}", AccessPrograms, maxEmpty, (*Server).account},
		{"DELETE", "/v1/accounts/{id}", AccessDevice, maxEmpty, (*Server).removeAccount},

		{"GET", "/v1/accounts/{id}/session", AccessPrograms, maxEmpty, (*Server).status},
		{"PUT", "/v1/accounts/{id}/session", AccessDevice, maxEnvelope, (*Server).put},
		{"DELETE", "/v1/accounts/{id}/session", AccessDevice, maxEmpty, (*Server).deleteSession},

		{"GET", "/v1/roster", AccessPrograms, maxEmpty, (*Server).roster},
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

// enrolRoutes are served on the Unix socket alone.
func enrolRoutes() []Route {
	return []Route{
		{"POST", "/v1/enrol", AccessAnyone, maxJSON, (*Server).enrol},
		{"POST", "/v1/clock", AccessAnyone, maxEmpty, (*Server).confirmClock},
	}
}
