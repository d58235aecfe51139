package fidelity

import "strings"

// cookie is one cookie of the jar that the server sets.
type cookie struct {
	Kind string // what it is there for, for the table
	At   string // the page that sets it
	Line string // the Set-Cookie header, byte for byte
}

// The pages that set cookies. The last two are frames: the first in the app's
// page, the second, of the app again, in the first.
const (
	atSignIn = "sign-in" // the third site, as a page
	atApp    = "app"
	atWidget = "widget"
	atBack   = "back"
)

// jar is every kind of cookie, one of each.
var jar = []cookie{
	{"host-only, session", atApp, "sid=alice; Path=/; Secure; HttpOnly"},
	{"domain-wide", atApp, "domain=d; Path=/; Domain=fidelity.test; Secure"},
	{"SameSite=Strict", atApp, "strict=s; Path=/; Secure; SameSite=Strict"},
	{"SameSite=Lax", atApp, "lax=l; Path=/; Secure; SameSite=Lax"},
	{"SameSite=None, third site", atSignIn, "none=n; Path=/; Secure; SameSite=None"},
	{"SameSite unspecified", atApp, "unspecified=u; Path=/; Secure"},
	{"Max-Age", atApp, "max-age=m; Path=/; Secure; Max-Age=86400"},
	{"800 days", atApp, "long=l; Path=/; Secure; Max-Age=69120000"},
	{"__Host-", atApp, "__Host-h=1; Path=/; Secure"},
	{"__Secure-", atApp, "__Secure-s=1; Path=/; Domain=fidelity.test; Secure"},
	{"__Http-", atApp, "__Http-t=1; Path=/; Secure; HttpOnly"},
	{"__Host-Http-", atApp, "__Host-Http-b=1; Path=/; Secure; HttpOnly"},
	{"one name: of the host", atApp, "same=host; Path=/; Secure"},
	{"one name: of a path", atApp, "same=path; Path=/sub; Secure"},
	{"one name: of the domain", atApp, "same=domain; Path=/; Domain=fidelity.test; Secure"},
	{"empty value", atApp, "empty=; Path=/; Secure"},
	{"unnamed", atApp, "=unnamed; Path=/; Secure"},
	{"not Secure, over https", atApp, "plain=p; Path=/"},
	{"Priority", atApp, "priority=high; Path=/; Secure; Priority=High"},
	{"quoted", atApp, `quoted="a b, c"; Path=/; Secure`},
	{"UTF-8", atApp, "utf8=grüße-日本; Path=/; Secure"},
	{"a name beyond ASCII", atApp, "größe=XL; Path=/; Secure"},
	{"a Latin-1 byte", atApp, "latin1=caf\xe9; Path=/; Secure"},
	{"'=' in the value", atApp, "equals=a=b==; Path=/; Secure"},
	{"4,093 bytes", atApp, "big=" + strings.Repeat("x", 4090) + "; Path=/; Secure"},
	{"CHIPS, first-party", atApp, "chips=first; Path=/; Secure; SameSite=None; Partitioned"},
	{"CHIPS, third-party", atWidget, "chips=third; Path=/; Secure; SameSite=None; Partitioned"},
	{"CHIPS, A in B in A", atBack, "chips=back; Path=/; Secure; SameSite=None; Partitioned"},
}

// name is the cookie's name.
func (c cookie) name() string { n, _, _ := strings.Cut(c.Line, "="); return n }

// value is the value that the server sent.
func (c cookie) value() string {
	_, rest, _ := strings.Cut(c.Line, "=")
	v, _, _ := strings.Cut(rest, ";")
	return v
}
