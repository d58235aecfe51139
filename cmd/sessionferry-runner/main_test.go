package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/runner"
	"sessionferry/session"
)

// result is what a person sees of one run.
type result struct {
	stdout, stderr string
	code           int
}

// command runs the program in a home of the test's own.
func command(t *testing.T, args ...string) result {
	t.Helper()
	var out, notes bytes.Buffer
	code := exitCode(&notes, run(context.Background(), args, strings.NewReader(""), &out, &notes))
	return result{out.String(), notes.String(), code}
}

// TestCommands follows a runner from its key to the first refusal.
func TestCommands(t *testing.T) {
	home := t.TempDir()
	t.Setenv("XDG_STATE_HOME", home)
	t.Setenv("XDG_RUNTIME_DIR", home)
	t.Setenv("CREDENTIALS_DIRECTORY", "")

	key := command(t, "key", "--name", "my runner")
	assert.Equal(t, 0, key.code)
	assert.Regexp(t, `^sessionferry-runner-key-1 [A-Za-z0-9+/]+=* my runner\n$`, key.stdout, "one line, to be passed on as a file")
	assert.Regexp(t, `^fingerprint  ([a-z2-7]{4} ){7}[a-z2-7]{4}\n$`, key.stderr)

	file := filepath.Join(home, "runner.pub")
	second := command(t, "key", "--out", file, "--name", "my runner")
	assert.Equal(t, "public key   "+file+"\n", second.stdout)
	written, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, key.stdout, string(written), "the key is made once")

	assert.Equal(t, 0, command(t, "trust", strings.Repeat("ab", 64)).code)
	status := command(t, "status")
	assert.Equal(t, 1, status.code)
	assert.Contains(t, status.stdout, "fingerprint  "+strings.TrimPrefix(key.stderr, "fingerprint  "))
	assert.Contains(t, status.stdout, "pinned       "+strings.Repeat("ab", 64))
	assert.Contains(t, status.stderr, "[not_enrolled]")

	id := session.NewID().String()
	for _, c := range []struct {
		name, want string
		code       int
		args       []string
	}{
		{"no vault", "[vault_unreachable]", 1, []string{"enrol"}},
		{"not enrolled", "[not_enrolled]", 1, []string{"restore", "--account", id}},
		{"exec, not enrolled", "[not_enrolled]", 1, []string{"exec", "--account", id, "--", "true", "--json"}},
		{"serve, not enrolled", "[not_enrolled]", 1, []string{"serve"}},
		{"serve with a word too many", "[usage_invalid]", 2, []string{"serve", "now"}},
		{"no account", "[usage_invalid]", 2, []string{"restore"}},
		{"not an account", "[usage_invalid]", 2, []string{"restore", "--account", "bob"}},
		{"no program", "[usage_invalid]", 2, []string{"exec", "--account", id}},
		{"not a hash", "[usage_invalid]", 2, []string{"trust", "abc"}},
		{"an unknown flag", "[usage_invalid]", 2, []string{"restore", "--now"}},
		{"an unknown command", "[usage_invalid]", 2, []string{"teleport"}},
		{"two hashes", "[usage_invalid]", 2, []string{"trust", "a", "b"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := command(t, c.args...)
			assert.Equal(t, c.code, got.code)
			assert.Contains(t, got.stderr, c.want)
			assert.Empty(t, got.stdout)
		})
	}
}

// TestExitCode passes on the code of the program that exec runs, and says
// nothing of its own then.
func TestExitCode(t *testing.T) {
	var notes bytes.Buffer
	assert.Equal(t, 42, exitCode(&notes, errors.Join(&runner.ExitError{Code: 42})))
	assert.Empty(t, notes.String())
	handBack := session.Errorf(session.CodeLeaseEnded, "")
	assert.Equal(t, 42, exitCode(&notes, errors.Join(&runner.ExitError{Code: 42}, handBack)))
	assert.Contains(t, notes.String(), "[lease_ended]", "but not what failed besides")
}

// TestNextSteps names this program, not the person's, where a runner enrols.
func TestNextSteps(t *testing.T) {
	for code, want := range map[session.Code]string{
		session.CodeNotEnrolled:  "\n  Run \"sessionferry-runner enrol\" as the same user and with the same XDG_STATE_HOME.  [not_enrolled]\n",
		session.CodeUnauthorized: "\n  Run \"sessionferry-runner enrol\" again.  [unauthorized]\n",
		session.CodeLeaseHeld:    "\n  " + session.CodeLeaseHeld.Message().Next + "  [lease_held]\n",
	} {
		var notes bytes.Buffer
		assert.Equal(t, exitFailed, exitCode(&notes, session.Errorf(code, "")))
		assert.Contains(t, notes.String(), want)
	}
}

// TestPrintResult ends in one line of JSON, and only if it is asked for.
func TestPrintResult(t *testing.T) {
	res := &runner.Result{App: "mediawiki", RestoredAs: "Bob", Match: true, Cookies: runner.CookieCounts{Captured: 2, Restored: 1},
		Differences: []runner.Difference{{Store: "cookie", Name: "a", Where: "x.test/", Field: "missing"}}}
	var out bytes.Buffer
	require.NoError(t, printResult(&out, res, true))
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	assert.JSONEq(t, `{"account":"`+session.ID{}.String()+`","app":"mediawiki","restored_as":"Bob","match":true,"cookies":{"captured":2,"restored":1},
		"storage":{"captured":0,"restored":0},"differences":[{"store":"cookie","name":"a","where":"x.test/","field":"missing"}]}`, lines[len(lines)-1])
	assert.Contains(t, out.String(), "cookies      1 of 2 as captured")
	out.Reset()
	require.NoError(t, printResult(&out, res, false))
	assert.NotContains(t, out.String(), "{")
}
