// Package cli is what the command lines of the three programs share, around cobra:
// errors with a code, a sentence and the next step, the exit codes, --json of every
// command, the version, completion, and questions before what cannot be undone.
//
// Exit codes are 0, 1 for what failed, and 2 for a command line or a setting that
// cannot be. With --json a command prints one value on standard output, and its
// error as the last line of standard error: {"error": {code, sentence, detail, next}}.
// Nothing that a command prints acts on a terminal (package plain).
package cli

import (
	"context"
	"errors"
	"io"

	"github.com/spf13/cobra"

	"sessionferry/internal/plain"
	"sessionferry/internal/version"
	"sessionferry/session"
)

// Program is one program's command line.
type Program struct {
	Root *cobra.Command
	// Next replaces the next steps of codes where this program has better ones.
	Next map[session.Code]string
	// Wrap gives an error of a command that is not the project's own a code. By
	// default that is CodeInternal, which hides it.
	Wrap func(error) error
}

// streams are those of the process, for the programs that a command starts.
type streams struct{ stdout, stderr io.Writer }

type streamsKey struct{}

// Run runs a command line. The error is printed already; ExitCode has its code.
func (p Program) Run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) error {
	out, notes := plain.Writer(stdout), plain.Writer(stderr)
	p.Root.SetArgs(args)
	p.Root.SetIn(stdin)
	p.Root.SetOut(out)
	p.Root.SetErr(notes)
	begun := p.prepare(args)
	cmd, err := p.Root.ExecuteContextC(context.WithValue(ctx, streamsKey{}, streams{stdout, stderr}))
	if err != nil {
		err = ofCobra(err)
		p.report(notes, cmd, err, JSON(cmd) || !*begun && namesJSON(args))
	}
	return errors.Join(err, out.Close(), notes.Close())
}

// prepare gives the tree what all commands have. begun becomes true with the work of
// a command, when its arguments have been understood.
func (p Program) prepare(args []string) (begun *bool) {
	root := p.Root
	root.Version = version.Version
	root.SilenceErrors, root.SilenceUsage = true, true
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return flagError(cmd, err) })
	root.AddCommand(versionCommand())
	asGroup(root)
	begun = new(bool)
	p.complete(root, begun)
	refuseUnknownWords(root, args)
	return begun
}

// complete walks through the commands of our own.
func (p Program) complete(cmd *cobra.Command, begun *bool) {
	if run := cmd.RunE; run != nil && !isGroup(cmd) {
		cmd.Flags().Bool(jsonFlag, false, "print one JSON value; an error as JSON on standard error")
		cmd.RunE = func(cmd *cobra.Command, args []string) error {
			*begun = true
			return p.own(run(cmd, args))
		}
	}
	for _, sub := range cmd.Commands() {
		p.complete(sub, begun)
	}
}

// own gives a command's error its code, so that cobra's can be told from it.
func (p Program) own(err error) error {
	var ours *session.Error
	var ends *exit
	switch {
	case err == nil || errors.As(err, &ours) || errors.As(err, &ends):
		return err
	case p.Wrap != nil:
		return p.Wrap(err)
	}
	return session.AsError(err)
}

// Streams returns standard output and error of the process, which pass on all that
// another program writes.
func Streams(cmd *cobra.Command) (stdout, stderr io.Writer) {
	s, ok := cmd.Context().Value(streamsKey{}).(streams)
	if !ok {
		return cmd.OutOrStdout(), cmd.ErrOrStderr()
	}
	return s.stdout, s.stderr
}
