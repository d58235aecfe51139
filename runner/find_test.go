package runner

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"

	"sessionferry/session"
)

// TestFindChromium looks for browsers in a PATH that the test makes.
func TestFindChromium(t *testing.T) {
	for _, c := range []struct {
		name     string
		explicit string
		programs map[string]string // name in PATH: content
		want     string
		code     session.Code
	}{
		{"none", "", nil, "", session.CodeBrowserMissing},
		{"one", "", map[string]string{"google-chrome": "ELF"}, "google-chrome", ""},
		{"the first by rank", "", map[string]string{"google-chrome": "ELF", "chromium": "ELF"}, "chromium", ""},
		{"a wrapper of a snap", "", map[string]string{"chromium-browser": "#!/bin/sh\nexec /snap/bin/chromium \"$@\"\n"}, "", session.CodeBrowserSnap},
		{"a snap beside a real one", "", map[string]string{"chromium-browser": "#!/bin/sh\nexec /snap/bin/chromium\n", "google-chrome": "ELF"}, "google-chrome", ""},
		{"a wrapper that is none", "", map[string]string{"chromium": "#!/bin/sh\nexec /usr/lib/chromium/chromium\n"}, "chromium", ""},
		{"the given one only", "mine", map[string]string{"chromium": "ELF"}, "", session.CodeBrowserMissing},
		{"the given one", "mine", map[string]string{"chromium": "ELF", "mine": "ELF"}, "mine", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			look := func(name string) (string, error) {
				content, ok := c.programs[name]
				if !ok {
					return "", errors.New("not there")
				}
				path := filepath.Join(dir, name)
				return path, os.WriteFile(path, []byte(content), 0o700)
			}
			path, err := findChromium(c.explicit, look)
			assert.Equal(t, c.code, session.CodeOf(err))
			if c.code == "" {
				assert.Equal(t, c.want, filepath.Base(path))
			}
		})
	}
	assert.Equal(t, session.CodeBrowserSnap, session.CodeOf(refuseSnap("/snap/bin/chromium")))
}

// TestSwitches keeps what must never be on the command line off it.
func TestSwitches(t *testing.T) {
	p := &profile{dir: "/memory/p"}
	got := switches(p, testContext)
	assert.Contains(t, got, "--user-data-dir=/memory/p/data")
	assert.Contains(t, got, "--screen-info={2400x1350 devicePixelRatio=1.5}")
	assert.Contains(t, got, "--accept-lang=es-ES,es,en")
	assert.Equal(t, "about:blank", got[len(got)-1])
	for _, s := range got {
		assert.NotContains(t, s, "remote-debugging-port")
		assert.NotContains(t, s, "site-isolation")
		assert.NotContains(t, s, "ignore-certificate-errors")
	}
	assert.Len(t, switches(p, session.BrowserContext{}), len(got)-6, "what was not captured is not said")

	env := environment([]string{"HOME=/home/x", "PATH=/bin", "LC_ALL=de_DE", "SESSIONFERRY_CDP_URL=ws://secret", "CREDENTIALS_DIRECTORY=/run/c"}, p, testContext)
	assert.Equal(t, []string{"PATH=/bin", "HOME=/memory/p/home", "TMPDIR=/memory/p/tmp", "LANG=C.UTF-8", "TZ=Asia/Tokyo", "LANGUAGE=es_ES"}, env)
}

// TestSandbox keeps the sandbox unless somebody has asked to go without it.
func TestSandbox(t *testing.T) {
	for _, c := range []struct {
		without bool
		euid    int
		want    []string
		code    session.Code
	}{
		{false, 1000, nil, ""},
		{true, 1000, []string{"--no-sandbox"}, ""},
		{true, 0, []string{"--no-sandbox"}, ""},
		{false, 0, nil, session.CodeBrowserAsRoot},
	} {
		got, err := sandboxSwitches(c.without, c.euid)
		assert.Equal(t, c.want, got, "%+v", c)
		assert.Equal(t, c.code, session.CodeOf(err), "%+v", c)
	}
	asked := func(name string) string { return map[string]string{"SESSIONFERRY_NO_SANDBOX": "1"}[name] }
	assert.True(t, Config{Environment: asked}.WithDefaults().NoSandbox)
	assert.False(t, Config{Environment: func(string) string { return "" }}.WithDefaults().NoSandbox)
}
