package vault

import "net/http"

// headers are what every answer carries, whatever it says, so that a browser that
// is brought to load one does nothing with it. Pages set a policy of their own.
var headers = []struct {
	name  string // in its canonical form
	value []string
}{
	{"Cache-Control", []string{"no-store"}},
	{"Content-Security-Policy", []string{"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"}},
	{"Cross-Origin-Opener-Policy", []string{"same-origin"}},
	{"Cross-Origin-Resource-Policy", []string{"same-origin"}},
	{"Permissions-Policy", []string{"camera=(), clipboard-read=(), display-capture=(), geolocation=(), microphone=(), payment=(), serial=(), usb=()"}},
	{"Referrer-Policy", []string{"no-referrer"}},
	{"X-Content-Type-Options", []string{"nosniff"}},
}

// hsts keeps browsers on TLS for two years. Over plain HTTP they must not heed it.
const hsts = "max-age=63072000; includeSubDomains"

func setHeaders(h http.Header, r *http.Request, requestID string) {
	h.Set("X-Request-Id", requestID)
	for _, row := range headers {
		h[row.name] = row.value // shared by all answers, which replace values and change none
	}
	if r.TLS != nil {
		h.Set("Strict-Transport-Security", hsts)
	}
}
