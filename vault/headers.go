package vault

import "net/http"

// headers are what every answer carries, whatever it says, so that a browser that
// is brought to load one does nothing with it. Pages set a policy of their own.
var headers = [][2]string{
	{"Cache-Control", "no-store"},
	{"Content-Security-Policy", "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
	{"Cross-Origin-Opener-Policy", "same-origin"},
	{"Cross-Origin-Resource-Policy", "same-origin"},
	{"Permissions-Policy", "camera=(), clipboard-read=(), display-capture=(), geolocation=(), microphone=(), payment=(), serial=(), usb=()"},
	{"Referrer-Policy", "no-referrer"},
	{"X-Content-Type-Options", "nosniff"},
}

// hsts keeps browsers on TLS for two years. Over plain HTTP they must not heed it.
const hsts = "max-age=63072000; includeSubDomains"

func setHeaders(h http.Header, r *http.Request, requestID string) {
	h.Set("X-Request-Id", requestID)
	for _, row := range headers {
		h.Set(row[0], row[1])
	}
	if r.TLS != nil {
		h.Set("Strict-Transport-Security", hsts)
	}
}
