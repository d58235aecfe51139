// Command sessionferry-runner leases a person's session from the vault, opens it
// with its own key, restores it into a fresh headless Chromium and asks the app
// who is signed in. It serves no inbound traffic but the DevTools of that
// browser, to the one program that it runs, on 127.0.0.1.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"sessionferry/runner"
	"sessionferry/session"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	err := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(exitCode(os.Stderr, err))
}

// run is the program. All it needs of its surroundings besides is the
// environment.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) error {
	root := rootCommand()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	return root.ExecuteContext(ctx)
}

// Exit codes besides 0 and those of the program that "exec" runs.
const (
	exitFailed = 1
	exitUsage  = 2
)

// enrolNext replaces next steps that name the person's own program: a runner
// enrols by itself.
var enrolNext = map[session.Code]string{
	session.CodeNotEnrolled:  `Run "sessionferry-runner enrol" as the same user and with the same XDG_STATE_HOME.`,
	session.CodeUnauthorized: `Run "sessionferry-runner enrol" again.`,
}

// exitCode tells the person what happened and returns the code to exit with. Of a
// program that was run, the code says enough.
func exitCode(stderr io.Writer, err error) int {
	if err == nil {
		return 0
	}
	var program *runner.ExitError
	var ours *session.Error
	ran := errors.As(err, &program)
	if ran && !errors.As(err, &ours) {
		return program.Code
	}
	e := session.AsError(err)
	_, _ = fmt.Fprint(stderr, e.Explain("sessionferry-runner", enrolNext[e.Code]))
	if ran {
		return program.Code
	}
	if e.Code == session.CodeUsageInvalid {
		return exitUsage
	}
	return exitFailed
}
