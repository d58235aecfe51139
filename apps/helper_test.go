package apps_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/apps"
	"sessionferry/apps/catalogue"
	"sessionferry/session"
)

var now = time.Date(2026, 11, 24, 23, 0, 0, 0, time.UTC)

var allStores = []string{"cookie", "local", "session", "idb"}

// rule parses an app with the given lines of a rule.
func rule(t testing.TB, lines string) *catalogue.App {
	if !strings.Contains(lines, "whoami:") && !strings.Contains(lines, "probe:") {
		lines += "\nwhoami: {none: a test asks nobody}"
	}
	a, err := catalogue.Parse("probe", []byte("app: probe\nname: Probe\nicon: {letters: P, color: '#1f4e9c'}\n"+
		"evidence: {grade: A, checked: 2026-09-01, source: a test}\ndomains: [probe.example]\n"+lines+"\n"))
	require.NoError(t, err)
	return a
}

func app(t testing.TB, name string) *catalogue.App {
	a, err := catalogue.Embedded().Get(name)
	require.NoError(t, err)
	return a
}

// ck is a host-only cookie of the probe's host.
func ck(name, value string) session.Cookie {
	return session.Cookie{Name: name, Value: value, Domain: "probe.example", HostOnly: true, Path: "/",
		Secure: true, SameSite: session.SameSiteLax, Store: "0"}
}

func until(c session.Cookie, at time.Time) session.Cookie {
	sec := float64(at.Unix())
	c.Expires = &sec
	return c
}

func jar(cookies ...session.Cookie) *session.Capture {
	return &session.Capture{Captured: now, Store: session.Store{ID: "0", Kind: "default"}, Read: allStores, Cookies: cookies}
}

func input(c *session.Capture) apps.Input {
	return apps.Input{Items: apps.Items(c), Read: c.Read, Now: now}
}

func evaluate(a *catalogue.App, cookies ...session.Cookie) apps.Result {
	return apps.Evaluate(a, input(jar(cookies...)))
}
