package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/internal/cli/clitest"
	"sessionferry/runner"
	"sessionferry/session"
)

func command(t *testing.T, args ...string) clitest.Result {
	t.Helper()
	return clitest.Run(t, program(), args...)
}

func TestEveryCommand(t *testing.T) { clitest.Suite(t, program) }

// TestCommands follows a runner from its key to the first refusal.
func TestCommands(t *testing.T) {
	home := t.TempDir()
	t.Setenv("XDG_STATE_HOME", home)
	t.Setenv("XDG_RUNTIME_DIR", home)
	t.Setenv("CREDENTIALS_DIRECTORY", "")

	key := command(t, "key", "--name", "my runner")
	assert.Equal(t, 0, key.Code)
	assert.Regexp(t, `^sessionferry-runner-key-1 [A-Za-z0-9+/]+=* my runner\n$`, key.Stdout, "one line, to be passed on as a file")
	assert.Regexp(t, `^fingerprint  ([a-z2-7]{4} ){7}[a-z2-7]{4}\n$`, key.Stderr)

	file := filepath.Join(home, "runner.pub")
	second := command(t, "key", "--out", file, "--name", "my runner")
	assert.Equal(t, "public key   "+file+"\n", second.Stdout)
	written, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, key.Stdout, string(written), "the key is made once")

	assert.Equal(t, 0, command(t, "trust", strings.Repeat("ab", 64)).Code)
	status := command(t, "status")
	assert.Equal(t, 1, status.Code)
	assert.Contains(t, status.Stdout, "fingerprint  "+strings.TrimPrefix(key.Stderr, "fingerprint  "))
	assert.Contains(t, status.Stdout, "pinned       "+strings.Repeat("ab", 64))
	assert.Contains(t, status.Stderr, "[not_enrolled]")

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
		{"not an account", "[value_invalid]", 2, []string{"restore", "--account", "bob"}},
		{"no program", "[usage_invalid]", 2, []string{"exec", "--account", id}},
		{"not a hash", "[value_invalid]", 2, []string{"trust", "abc"}},
		{"an unknown flag", "[usage_invalid]", 2, []string{"restore", "--now"}},
		{"an unknown command", "[usage_invalid]", 2, []string{"teleport"}},
		{"a name that is none", "[name_invalid]", 2, []string{"key", "--name", "a\u202eb"}},
		{"no folder for the key", "[file_unwritable]", 1, []string{"key", "--out", "/nowhere/key"}},
		{"two hashes", "[usage_invalid]", 2, []string{"trust", "a", "b"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := command(t, c.args...)
			assert.Equal(t, c.code, got.Code)
			assert.Contains(t, got.Stderr, c.want)
			assert.Empty(t, got.Stdout)
		})
	}
}

// TestPassedOn: the exit code of the program that exec runs is passed on, and
// nothing said but what failed besides.
func TestPassedOn(t *testing.T) {
	ends := func(task error) clitest.Result {
		p := program()
		p.Root.AddCommand(&cobra.Command{Use: "task", RunE: func(*cobra.Command, []string) error { return passedOn(task) }})
		return clitest.Run(t, p, "task")
	}
	ended := &runner.ExitError{Code: 42}
	assert.Equal(t, clitest.Result{Code: 42}, ends(errors.Join(ended)))
	both := ends(errors.Join(ended, session.Errorf(session.CodeLeaseEnded, "")))
	assert.Equal(t, 42, both.Code)
	assert.Contains(t, both.Stderr, "[lease_ended]", "but not what failed besides")
	assert.Zero(t, ends(nil).Code)
	assert.Equal(t, 1, ends(session.Errorf(session.CodeTaskNotStarted, "")).Code)
}

// TestNextSteps names this program, not the person's, where a runner enrols.
func TestNextSteps(t *testing.T) {
	for code, want := range map[session.Code]string{
		session.CodeNotEnrolled:  "\n  Run \"sessionferry-runner enrol\" as the same user and with the same XDG_STATE_HOME.  [not_enrolled]\n",
		session.CodeUnauthorized: "\n  Run \"sessionferry-runner enrol\" again.  [unauthorized]\n",
		session.CodeLeaseHeld:    "\n  " + session.CodeLeaseHeld.Message().Next + "  [lease_held]\n",
	} {
		p := program()
		p.Root.AddCommand(&cobra.Command{Use: "task", RunE: func(*cobra.Command, []string) error { return session.Errorf(code, "") }})
		got := clitest.Run(t, p, "task")
		assert.Equal(t, 1, got.Code)
		assert.Contains(t, got.Stderr, want)
	}
}

// TestPrintResult: what an app says is one line of text.
func TestPrintResult(t *testing.T) {
	res := &runner.Result{App: "mediawiki", RestoredAs: "Bob\x1b[2J\nsigned in as root", Match: true, Cookies: runner.CookieCounts{Captured: 2, Restored: 1},
		Differences: []runner.Difference{{Store: "cookie", Name: "a", Where: "x.test/", Field: "path\n", Captured: "/\x1b", Restored: "\u202e"}}}
	var out bytes.Buffer
	require.NoError(t, printResult(&out, res))
	assert.Contains(t, out.String(), "cookies      1 of 2 as captured\n")
	assert.Contains(t, out.String(), `signed in as "Bob\x1b[2J\nsigned in as root"`)
	assert.False(t, strings.ContainsFunc(strings.ReplaceAll(out.String(), "\n", ""), session.IsHidden), "%q", out.String())
	assert.Equal(t, 5, strings.Count(out.String(), "\n"))
}
