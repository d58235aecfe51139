package vault

import (
	"net/http"
	"path"
	"slices"
	"strings"

	"sessionferry/session"
)

// recorder remembers what was answered, for the log.
type recorder struct {
	http.ResponseWriter
	id     string // of the request
	status int
	code   session.Code
	cause  error
	broken bool // what was begun cannot be finished
}

// WriteHeader implements http.ResponseWriter.
func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	return r.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// route is the pattern that matched, never the path: a path may hold anything.
func route(r *http.Request) string {
	if _, where, ok := strings.Cut(r.Pattern, " "); ok {
		return where
	}
	return "none"
}

// isPlain reports whether a path is written in its one form. Ours need no escapes,
// and a mux would answer the other forms with a redirect, which no call follows.
func isPlain(escaped string) bool {
	return path.Clean(escaped) == escaped && strings.HasPrefix(escaped, "/") && !strings.ContainsAny(escaped, "%;\\")
}

var methods = []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}

// method is the request's method if it is a known word.
func method(r *http.Request) string {
	if slices.Contains(methods, r.Method) {
		return r.Method
	}
	return "other"
}
