package vault

// Access says which programs may call a route. What they may do with an account
// is decided by the store.
type Access string

// The kinds of callers.
const (
	AccessAnyone Access = "anyone"
	AccessBoth   Access = "device or runner"
	AccessDevice Access = Access(RoleDevice)
	AccessRunner Access = Access(RoleRunner)
)

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

		{"GET", "/v1/me", AccessBoth, maxEmpty, (*Server).me},
		{"DELETE", "/v1/me", AccessBoth, maxEmpty, (*Server).leave},
		{"GET", "/v1/audit", AccessDevice, maxEmpty, (*Server).audit},

		{"GET", "/v1/accounts", AccessBoth, maxEmpty, (*Server).accounts},
		{"POST", "/v1/accounts", AccessDevice, maxJSON, (*Server).addAccount},
		{"GET", "/v1/accounts/{id}", AccessBoth, maxEmpty, (*Server).account},
		{"DELETE", "/v1/accounts/{id}", AccessDevice, maxEmpty, (*Server).removeAccount},

		{"GET", "/v1/accounts/{id}/session", AccessBoth, maxEmpty, (*Server).status},
		{"PUT", "/v1/accounts/{id}/session", AccessDevice, maxEnvelope, (*Server).put},
		{"DELETE", "/v1/accounts/{id}/session", AccessDevice, maxEmpty, (*Server).deleteSession},

		{"GET", "/v1/roster", AccessBoth, maxEmpty, (*Server).roster},
		{"POST", "/v1/roster", AccessDevice, maxJSON, (*Server).appendRoster},

		{"POST", "/v1/accounts/{id}/lease", AccessRunner, maxJSON, (*Server).lease},
		{"POST", "/v1/confirmations", AccessRunner, maxJSON, (*Server).confirmation},
		{"GET", "/v1/leases/{lease}/envelope", AccessRunner, maxEmpty, (*Server).leasedEnvelope},
		{"POST", "/v1/leases/{lease}/report", AccessRunner, maxJSON, (*Server).report},
		{"DELETE", "/v1/leases/{lease}", AccessRunner, maxEmpty, (*Server).endLease},
	}
}

// enrolRoutes are served on the Unix socket alone.
func enrolRoutes() []Route {
	return []Route{{"POST", "/v1/enrol", AccessAnyone, maxJSON, (*Server).enrol}}
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
