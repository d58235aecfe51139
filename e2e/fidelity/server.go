package fidelity

import (
	"context"
	"crypto/tls"
	_ "embed" // the pages' script
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"sessionferry/e2e/testbed"
)

//go:embed page.js
var pageJS string

// hosts are the sites: the app, a host below it, a widget of another site that
// the app embeds, a sign-in on a third, and those of the check of bytes.
var hosts = append([]string{"app.fidelity.test", "x.app.fidelity.test", "widget.frames.test", "login.signin.test"}, bytesHosts...)

// domains are those of the app's file.
var domains = []string{"fidelity.test", "frames.test", "signin.test", hostNames, hostValues, hostPaths, hostIDN}

// sites is the running server of all hosts.
type sites struct{ port string }

// startSites serves over HTTPS with a certificate of our own until ctx ends. It
// speaks HTTP/1.1, where a header's bytes go as they are.
func startSites(ctx context.Context, bed *testbed.Bed) (*sites, error) {
	cert, err := bed.Certificate(ctx, hosts...)
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	_, port, err := net.SplitHostPort(listener.Addr().String())
	s := &sites{port: port}
	server := &http.Server{Handler: s.handler(), ReadHeaderTimeout: 10 * time.Second,
		TLSConfig: &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}}}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	go func() { _ = server.ServeTLS(listener, "", "") }() // it returns when the server is closed
	return s, err
}

// at is the address of a path on one of the hosts.
func (s *sites) at(host int, path string) string { return s.of(hosts[host], path) }

// of is the address of a path on a host of this name.
func (s *sites) of(host, path string) string {
	return "https://" + net.JoinHostPort(host, s.port) + path
}

func (s *sites) handler() http.Handler {
	mux := http.NewServeMux()
	page := func(path, sets, body string) {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, _ *http.Request) {
			for _, c := range jar {
				if c.At == sets {
					w.Header().Add("Set-Cookie", c.Line)
				}
			}
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.Header().Set("Cache-Control", "no-store")
			_, _ = fmt.Fprintf(w, "<!doctype html><meta charset=utf-8><link rel=icon href=data:,><script>%s</script>%s", pageJS, body)
		})
	}
	frame := func(host int, path string) string { return `<iframe src="` + s.at(host, path) + `"></iframe>` }
	page("/{$}", "", "") // the app's page, which sets nothing
	page("/sign-in", atSignIn, "")
	page("/set", atApp, frame(2, "/set-widget"))
	page("/set-widget", atWidget, frame(0, "/set-back"))
	page("/set-back", atBack, "")
	page("/frames", "", frame(2, "/widget"))
	page("/widget", "", frame(0, "/back"))
	page("/back", "", "")
	echo := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		_, _ = fmt.Fprintf(w, "%q", strings.Join(r.Header["Cookie"], " || "))
	}
	mux.HandleFunc("GET /echo", echo)
	mux.HandleFunc("GET /sub/echo", echo)
	mux.HandleFunc("GET /api/me", func(w http.ResponseWriter, r *http.Request) {
		user := ""
		if c, err := r.Cookie("sid"); err == nil {
			user = c.Value
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]string{"user": user})
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// Paths of the check of bytes are not those of a mux, which cleans them.
		if host, _, _ := net.SplitHostPort(r.Host); slices.Contains(bytesHosts, host) {
			serveBytes(w, r, host)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// appFile is the company's own app that the card is of. Its rule wants a cookie
// with a name beyond ASCII.
var appFile = `app: fidelity
name: Fidelity
icon: {letters: Fi, color: '#333333'}
card: username
evidence:
  grade: A
  checked: 2026-11-25
  source: the server of this program
domains: [` + strings.Join(domains, ", ") + `]
signed_in: [[{cookie: sid}, {cookie: größe}]]
active: [{cookie: sid, via: ['re:^([a-z]+)$'], kind: username}]
complete: yes
whoami:
  get: [/api/me]
  via: [json, 'path:$.user']
  kind: username
  signed_out:
    any: [[json, 'keep:$.user=""']]
`
