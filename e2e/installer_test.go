package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/e2e/testbed"
	"sessionferry/manifest"
)

// registered is a browser and its registration, which a test spoils.
type registered struct {
	t       *testing.T
	bed     *testbed.Bed
	browser testbed.Browser
	args    []string // of sessionferry, to mean this browser
	path    string   // of the manifest
	program string   // that the manifest names: a copy that may be spoilt too
}

// doctor returns the words of what hinders, or "" if nothing does.
func (r *registered) doctor() string {
	r.t.Helper()
	out, err := r.bed.Sessionferry(r.t.Context(), append([]string{"doctor", "--json"}, r.args...)...)
	var failed *testbed.RunError
	if err != nil {
		require.ErrorAs(r.t, err, &failed)
		require.Empty(r.t, failed.Stderr)
	}
	var report struct {
		OK       bool
		Browsers []struct {
			Findings []struct {
				Code, Sentence, Next string
				Note                 bool
			}
		}
	}
	require.NoError(r.t, json.Unmarshal([]byte(out), &report))
	require.Len(r.t, report.Browsers, 1)
	var words []string
	for _, f := range report.Browsers[0].Findings {
		assert.NotEmpty(r.t, f.Sentence)
		assert.NotEmpty(r.t, f.Next)
		if !f.Note {
			words = append(words, f.Code)
		}
	}
	assert.Equal(r.t, err == nil, report.OK)
	assert.Equal(r.t, len(words) == 0, report.OK)
	return strings.Join(words, " ")
}

// disconnected stands for the end of a port of which the browser says nothing.
const disconnected = "disconnected"

// knock opens a port as the extension does and returns what the browser says, or
// "" if the host has answered.
func (r *registered) knock() string {
	r.t.Helper()
	said, err := r.browser.Eval(r.t.Context(), fmt.Sprintf(`new Promise((done) => {
		const port = chrome.runtime.connectNative(%q);
		port.onMessage.addListener(() => { port.disconnect(); done(''); });
		port.onDisconnect.addListener(() => done(chrome.runtime.lastError?.message || port.error?.message || %q));
		port.postMessage(%s);
	})`, manifest.HostName, disconnected, hello))
	require.NoError(r.t, err)
	return said
}

// in is the same for a part of the test.
func (r *registered) in(t *testing.T) *registered {
	part := *r
	part.t = t
	return &part
}

// spoil registers a whole copy of the program and makes a change to it.
func (r *registered) spoil(b manifest.Browser, c change) {
	r.t.Helper()
	whole, err := os.ReadFile(r.bed.Program("sessionferry"))
	require.NoError(r.t, err)
	require.NoError(r.t, os.RemoveAll(r.program))
	require.NoError(r.t, os.WriteFile(r.program, whole, 0o755))
	text, err := manifest.Manifest(b, r.program)
	require.NoError(r.t, err)
	require.NoError(r.t, os.RemoveAll(r.path))
	if changed := c(r, string(text)); changed != "" {
		require.NoError(r.t, os.WriteFile(r.path, []byte(changed), 0o644))
	}
}

// change spoils the text of the manifest.
type change func(r *registered, text string) string

func replacing(old, with string) change {
	return func(r *registered, text string) string {
		require.Contains(r.t, text, old)
		return strings.Replace(text, old, with, 1)
	}
}

// allowing replaces what stands in the list of extensions.
func allowing(with string) change {
	return func(_ *registered, text string) string {
		before, rest, _ := strings.Cut(text, "[")
		_, after, _ := strings.Cut(rest, "]")
		return before + "[" + with + "]" + after
	}
}

// starting puts another program in the place of the host.
func starting(text string, mode os.FileMode) change {
	return func(r *registered, manifest string) string {
		require.NoError(r.t, os.RemoveAll(r.program))
		require.NoError(r.t, os.WriteFile(r.program, []byte(text), mode))
		return manifest
	}
}

// registrationFaults are made one by one. For each browser stands what the doctor names, and
// "" where the browser does not mind.
var registrationFaults = []struct {
	name              string
	change            change
	chromium, firefox string
}{
	{"none", replacing("", ""), "", ""},
	{"no file", func(*registered, string) string { return "" }, "not_registered", "not_registered"},
	{"half of a file", func(_ *registered, s string) string { return s[:len(s)/2] }, "json_invalid", "json_invalid"},
	{"a last comma", replacing("\n}", ",\n}"), "json_invalid", "json_invalid"},
	{"another name", replacing(manifest.HostName, "io.sessionferry.other"), "name_wrong", "name_wrong"},
	{"another type", replacing("stdio", "pkcs11"), "type_wrong", "type_wrong"},
	{"a relative path", replacing(`"path": "`, `"path": ".`), "path_relative", "path_relative"},
	{"a path with ~", replacing(`"path": "`, `"path": "~`), "path_relative", "path_relative"},
	{"no path", replacing(`"path": "`, `"path": "", "description": "`), "path_missing", "path_missing"},
	{"no program", func(r *registered, s string) string { require.NoError(r.t, os.Remove(r.program)); return s }, "program_missing", "program_missing"},
	{"a program that may not run", starting("#!/bin/sh\n", 0o644), "program_not_executable", "program_not_executable"},
	{"a program of another computer", starting("\x7fELF of another computer", 0o755), "program_format", "program_format"},
	{"a program without its interpreter", starting("#!/nowhere/python3\n", 0o755), "interpreter_missing", "interpreter_missing"},
	{"a program that ends", starting("#!/bin/sh\nexit 3\n", 0o755), "program_stopped", "program_stopped"},
	{"a program that prints", starting("#!/bin/sh\necho Starting Sessionferry\nexec cat >/dev/null\n", 0o755), "output_polluted", "output_polluted"},
	{"another extension", allowing(`"chrome-extension://aaaabbbbccccddddeeeeffffgggghhhh/"`), "extension_not_allowed", "allowed_invalid"},
	{"another add-on", allowing(`"other@example.org"`), "allowed_invalid", "extension_not_allowed"},
	{"any extension", allowing(`"*"`), "allowed_invalid", "allowed_invalid"},
	{"no extension", allowing(""), "extension_not_allowed", "allowed_invalid"},
	{"no list", replacing(`"allowed_`, `"description": "x", "allow_`), "allowed_invalid", "key_unknown allowed_invalid"},
	{"no slash", allowing(`"chrome-extension://` + manifest.ExtensionID + `"`), "allowed_invalid", "allowed_invalid"},
	{"an empty description", replacing(`"description": "`, `"description": "", "name": "`+manifest.HostName+`", "type": "stdio", "x": "`), "description_missing", "key_unknown"},
	{"an unknown key", replacing("{", `{"later": true,`), "", "key_unknown"},
	{"Firefox's key too", replacing("{", `{"allowed_extensions": ["`+manifest.AddonID+`"],`), "", ""},
	{"Chromium's key too", replacing("{", `{"allowed_origins": ["`+origin+`"],`), "", "forms_mixed"},
	{"a comment", replacing("{", "{ // why\n"), "", "json_invalid"},
	{"a byte order mark", replacing("{", "\ufeff{"), "", ""},
}

// The words of Chromium for a host that is not there any more. Which of the two
// is said depends on whether the end is seen before our message cannot be written.
const (
	exited = "Native host has exited."
	broken = "Error when communicating with the native messaging host."
)

// chromiumSays is all that a person learns from Chromium itself.
var chromiumSays = map[string]string{
	"":                       "",
	"extension_not_allowed":  "Access to the specified native messaging host is forbidden.",
	"program_not_executable": exited,
	"program_format":         exited,
	"interpreter_missing":    exited,
	"program_stopped":        exited,
	"output_polluted":        broken,
}

// firefoxSays is what Firefox says of these, where it is not that there is no such
// program. Of a program that ended it says nothing at all.
var firefoxSays = map[string]string{
	"a path with ~":                     "An unexpected error occurred",
	"no program":                        "An unexpected error occurred",
	"a program that may not run":        "An unexpected error occurred",
	"a program of another computer":     disconnected,
	"a program without its interpreter": disconnected,
	"a program that ends":               disconnected,
	"a program that prints":             "Native application tried to send a message of 1918989395 bytes, which exceeds the limit of 1048576 bytes.",
}

func TestDoctorAndChromium(t *testing.T) {
	t.Parallel()
	w := newBareWorld(t) // a greeting needs neither keyring nor vault
	c := w.browser("profile")
	require.NoError(t, c.Visit(t.Context(), origin+"popup/popup.html"))
	r := &registered{t: t, bed: w.bed, browser: c, args: []string{"--browser", "chromium", "--user-data-dir", c.Profile},
		path: filepath.Join(c.Profile, "NativeMessagingHosts", manifest.FileName), program: w.bed.Path("host")}
	for _, f := range registrationFaults {
		t.Run(f.name, func(t *testing.T) {
			r := r.in(t)
			r.spoil(manifest.Chromium, f.change)
			assert.Equal(t, f.chromium, r.doctor())
			says, known := chromiumSays[f.chromium]
			if !known {
				says = "Specified native messaging host not found."
			}
			said := r.knock()
			if says == exited && said == broken {
				said = exited
			}
			assert.Equal(t, says, said)
		})
	}
}

// addon is where the extension's pages are in the Firefox of this test.
const addon = "3b1f4a4e-8e0c-4a62-9d2d-0000000d0c70"

func TestDoctorAndFirefox(t *testing.T) {
	t.Parallel()
	w := newBareWorld(t)
	f := w.firefox("profile", map[string]any{"extensions.webextensions.uuids": `{"` + manifest.AddonID + `":"` + addon + `"}`})
	require.NoError(t, f.Visit(t.Context(), "moz-extension://"+addon+"/popup/popup.html"))
	r := &registered{t: t, bed: w.bed, browser: f, args: []string{"--browser", "firefox"},
		path: w.bed.Path("home", ".mozilla", "native-messaging-hosts", manifest.FileName), program: w.bed.Path("host")}
	for _, fault := range registrationFaults {
		t.Run(fault.name, func(t *testing.T) {
			r := r.in(t)
			r.spoil(manifest.Firefox, fault.change)
			assert.Equal(t, fault.firefox, r.doctor())
			says, known := firefoxSays[fault.name]
			if !known && fault.firefox != "" {
				says = "No such native application " + manifest.HostName
			}
			assert.Equal(t, says, r.knock())
		})
	}
}
