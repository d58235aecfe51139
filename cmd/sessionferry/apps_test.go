package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/internal/cli"
	"sessionferry/session"
)

const ownApp = `app: crm
name: CRM
icon: {letters: C, color: '#1f4e9c'}
evidence: {grade: A, checked: 2026-11-25, source: our own source}
domains: ['*']
signed_in: [[crm_sid]]
active: [{cookie: crm_user, kind: username}]
complete: yes
whoami: {get: [/me], via: [json, 'path:$.name'], kind: username, signed_out: {status: [401], type: application/json}}
`

const ownVectors = `now: 1790000000
vectors:
- {id: in, app: crm, card: bob, c: {crm.example: {crm_sid: s, crm_user: bob}}, want: {verdict: one, who: bob}}
- {id: out, app: crm, c: {crm.example: {crm_user: bob}}, want: {verdict: signed_out}}
`

// home gives the commands a user's configuration of the test's own.
func home(t *testing.T, files map[string]string) string {
	dir := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", dir)
	folder := filepath.Join(dir, "sessionferry", "apps")
	require.NoError(t, os.MkdirAll(folder, 0o700))
	for name, text := range files {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600))
	}
	return folder
}

func command(t *testing.T, args ...string) (string, error) {
	var out bytes.Buffer
	err := program(system).Run(t.Context(), args, strings.NewReader(""), &out, &out)
	return out.String(), err
}

func TestAppsList(t *testing.T) {
	home(t, map[string]string{"crm.yaml": ownApp, "bad.yaml": "app: bad\n"})
	out, err := command(t, "apps", "list")
	require.NoError(t, err)
	assert.Regexp(t, `crm +CRM +your company's own +2026-11-25 +\(your company's file\)`, out)
	assert.Regexp(t, `mediawiki +MediaWiki`, out)
	assert.Contains(t, out, "bad.yaml line 1", "a bad file is told and takes nobody down")
	assert.NotContains(t, out, "NOT SUPPORTED")
	out, err = command(t, "apps", "list", "--all")
	require.NoError(t, err)
	assert.Regexp(t, `zoom +Zoom +no rule`, out)
	assert.Regexp(t, `discord +Discord +its rule was never checked`, out)
	out, err = command(t, "apps", "list", "--json", "--apps", t.TempDir())
	require.NoError(t, err)
	assert.NotContains(t, out, `"crm"`)
	assert.Contains(t, out, `{"apps":[{"app":"authjs"`)
}

func TestAppsShow(t *testing.T) {
	home(t, map[string]string{"crm.yaml": ownApp})
	out, err := command(t, "apps", "show", "x")
	require.NoError(t, err)
	for _, want := range []string{"X (x), not supported yet", "signed in by auth_token", "other accounts from auth_multi (uid)", "exactly one account",
		"auth_token, ct0, twid", "nobody: its API wants", "grade A, checked 2026-09-01"} {
		assert.Contains(t, out, want)
	}
	out, err = command(t, "apps", "show", "crm", "--json")
	require.NoError(t, err)
	assert.Contains(t, out, `"offered":true`)
	_, err = command(t, "apps", "show", "nosuch")
	assert.Equal(t, session.CodeAppUnknown, session.CodeOf(err))
}

func TestAppsLint(t *testing.T) {
	folder := home(t, map[string]string{"crm.yaml": ownApp, "bad.yaml": strings.Replace(ownApp, "complete: yes", "complete: perhaps\nrotating: 1", 1),
		"x.yaml": strings.Replace(ownApp, "app: crm", "app: x", 1), "x.vectors.yaml": "no app's file"})
	out, err := command(t, "apps", "lint")
	require.ErrorIs(t, err, cli.ErrReported)
	assert.Contains(t, out, "bad.yaml line 8: complete is yes, assumed or no")
	assert.Contains(t, out, "bad.yaml line 9: rotating is a list", "every line, not only the first")
	assert.Contains(t, out, "files checked: 3, faults: 3")
	out, err = command(t, "apps", "lint", filepath.Join(folder, "bad.yaml"))
	require.ErrorIs(t, err, cli.ErrReported)
	assert.Contains(t, out, "files checked: 1, faults: 2")
	out, err = command(t, "apps", "lint", filepath.Join(folder, "crm.yaml"))
	require.NoError(t, err)
	assert.Equal(t, "files checked: 1, faults: 0\n", out)
}

func TestAppsTest(t *testing.T) {
	folder := home(t, map[string]string{"crm.yaml": ownApp, "crm.vectors.yaml": ownVectors})
	out, err := command(t, "apps", "test")
	require.NoError(t, err)
	assert.Contains(t, out, "2 passed, 0 failed")
	out, err = command(t, "apps", "test", "--vectors", "../../apps/testdata/accounts.yaml")
	require.NoError(t, err)
	assert.Contains(t, out, " passed, 0 failed")

	elsewhere := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(elsewhere, "crm.yaml"), []byte(strings.Replace(ownApp, "crm_sid", "other", 1)), 0o600))
	require.NoError(t, os.Rename(filepath.Join(folder, "crm.vectors.yaml"), filepath.Join(elsewhere, "crm.vectors.yaml")))
	out, err = command(t, "apps", "test", filepath.Join(elsewhere, "crm.yaml"))
	require.ErrorIs(t, err, cli.ErrReported, "the file that is named, and not the user's of that name")
	assert.Contains(t, out, "1 passed, 1 failed")

	_, err = command(t, "apps", "test")
	assert.ErrorContains(t, err, "there is no file crm.vectors.yaml")
	_, err = command(t, "apps", "test", "--apps", t.TempDir())
	assert.Equal(t, session.CodeValueInvalid, session.CodeOf(err))
}

// The doctor tells of an app's file that is not used.
func TestDoctorTellsOfApps(t *testing.T) {
	home(t, map[string]string{"bad.yaml": "app: bad\nwrong: 1\n"})
	require.Len(t, appFaults(), 1)
	assert.Contains(t, appFaults()[0], "bad.yaml line 2")
	var out bytes.Buffer
	require.NoError(t, doctorReport{Apps: appFaults()}.print(&out))
	assert.Contains(t, out.String(), "An app's file is not used: bad.yaml line 2")
}
