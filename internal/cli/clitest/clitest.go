// Package clitest holds what the command lines of all three programs must keep:
// a suite that walks through every command of one, and a way to run one in a test.
package clitest

import (
	"bytes"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/internal/cli"
	"sessionferry/internal/version"
	"sessionferry/session"
)

// Result is what a person or a program sees of one run.
type Result struct {
	Stdout, Stderr string
	Code           int
}

// Run runs a command line with nothing to read.
func Run(t *testing.T, p cli.Program, args ...string) Result { return RunWith(t, p, "", args...) }

// RunWith runs a command line that reads stdin.
func RunWith(t *testing.T, p cli.Program, stdin string, args ...string) Result {
	t.Helper()
	var out, notes bytes.Buffer
	err := p.Run(t.Context(), args, strings.NewReader(stdin), &out, &notes)
	return Result{out.String(), notes.String(), cli.ExitCode(err)}
}

// Failure is an error as --json prints it.
type Failure struct {
	Code     session.Code `json:"code"`
	Sentence string       `json:"sentence"`
	Detail   string       `json:"detail"`
	Next     string       `json:"next"`
}

// Failure reads the last line of standard error as JSON.
func (r Result) Failure(t *testing.T) Failure {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(r.Stderr), "\n")
	var body struct {
		Error Failure `json:"error"`
	}
	require.NoError(t, session.Unmarshal([]byte(lines[len(lines)-1]), &body, session.CodeInternal), r.Stderr)
	require.True(t, body.Error.Code.Known(), r.Stderr)
	require.NotEmpty(t, body.Error.Sentence)
	require.NotEmpty(t, body.Error.Next)
	return body.Error
}

// Suite checks every command of a program. make returns a fresh one each time.
func Suite(t *testing.T, make func() cli.Program) {
	name := make().Root.Name()
	run := func(t *testing.T, args ...string) Result { return Run(t, make(), args...) }

	t.Run("version", func(t *testing.T) {
		want := Result{Stdout: name + " version " + version.Version + "\n"}
		assert.Equal(t, want, run(t, "version"))
		assert.Equal(t, want, run(t, "--version"))
		assert.JSONEq(t, `{"program":"`+name+`","version":"`+version.Version+`"}`, run(t, "version", "--json").Stdout)
	})
	t.Run("completion", func(t *testing.T) {
		assert.Regexp(t, `(?m)^  completion +Generate`, run(t, "--help").Stdout)
		for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
			got := run(t, "completion", shell)
			assert.Zero(t, got.Code)
			assert.Contains(t, got.Stdout, name)
		}
		refused(t, run(t, "completion", "bsh"), `did you mean "bash"`)
	})
	t.Run("help", func(t *testing.T) {
		assert.Equal(t, run(t, "--help"), run(t, "help"))
		refused(t, run(t, "help", "versio"), `did you mean "version"?`)
	})
	for _, path := range commands(make) {
		t.Run(strings.Join(path, " "), func(t *testing.T) {
			line := append([]string{}, path...)
			help := run(t, append(line, "--help")...)
			assert.Zero(t, help.Code)
			assert.Empty(t, help.Stderr)
			assert.NotContains(t, help.Stdout, "\t")
			assert.Contains(t, help.Stdout, "--json")

			refused(t, run(t, append(line, "--jsn")...), `did you mean "--json"?`)
			refused(t, run(t, append(line, "--nonsense")...), "unknown flag: --nonsense")
			inJSON := run(t, append(line, "--nonsense", "--json")...)
			assert.Equal(t, 2, inJSON.Code)
			assert.Equal(t, session.CodeUsageInvalid, inJSON.Failure(t).Code)
			assert.Equal(t, "Run: "+name+" "+strings.Join(path, " ")+" --help", inJSON.Failure(t).Next)

			for _, flag := range valued(make, path) {
				got := run(t, append(line, "--json", "--"+flag, "\x1b[2J")...)
				assert.Equal(t, 2, got.Code)
				assert.Equal(t, session.CodeValueInvalid, got.Failure(t).Code, flag)
				assert.Contains(t, got.Failure(t).Detail, "--"+flag)
			}
		})
	}
	for _, group := range groups(make) {
		t.Run("unknown word of "+name+" "+strings.Join(group.path, " "), func(t *testing.T) {
			refused(t, run(t, append(group.path, group.sub+"x")...), `"`+group.sub+`"`)
			refused(t, run(t, append(group.path, "qqqqqqqqqqqq")...), `unknown command "qqqqqqqqqqqq"`)
		})
	}
}

// refused wants a command line to end as one that was not understood.
func refused(t *testing.T, got Result, detail string) {
	t.Helper()
	assert.Equal(t, 2, got.Code)
	assert.Empty(t, got.Stdout)
	assert.Contains(t, got.Stderr, "["+string(session.CodeUsageInvalid)+"]")
	assert.Contains(t, got.Stderr, detail)
}

// prepared is a program whose tree is complete.
func prepared(make func() cli.Program) *cobra.Command {
	p := make()
	_ = p.Run(discardContext, []string{"--version"}, strings.NewReader(""), new(bytes.Buffer), new(bytes.Buffer))
	return p.Root
}
