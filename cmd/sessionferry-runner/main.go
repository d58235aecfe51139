// Command sessionferry-runner leases a person's session from the vault, opens it
// with its own key, restores it into a fresh headless Chromium and asks the app
// who is signed in. It serves no inbound traffic but the DevTools of that
// browser, to the one program that it runs, on 127.0.0.1.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"sessionferry/internal/cli"
	"sessionferry/internal/userdirs"
	"sessionferry/session"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	err := program().Run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(cli.ExitCode(err))
}

// program is the command line. All it needs of its surroundings besides is the
// environment.
func program() cli.Program {
	root := &cobra.Command{Use: "sessionferry-runner", Short: "Restore shared sessions into a headless browser"}
	root.PersistentPreRunE = func(*cobra.Command, []string) error { return userdirs.CheckState(os.Getenv, os.Args) }
	root.AddCommand(keyCommand(), enrolCommand(), trustCommand(), statusCommand(), restoreCommand(), execCommand(), serveCommand())
	return cli.Program{Root: root, Next: next}
}

// next replaces next steps that name the person's own program: a runner enrols by
// itself, and its owner looks up ids.
var next = map[session.Code]string{
	session.CodeNotEnrolled:  `Run "sessionferry-runner enrol" as the same user and with the same XDG_STATE_HOME.`,
	session.CodeUnauthorized: `Run "sessionferry-runner enrol" again.`,
	session.CodeProofInvalid: `Update Sessionferry to the vault's version; if this persists, run "sessionferry-runner enrol" again.`,
	session.CodeNotFound:     `Ask the account's owner for its ID, which "sessionferry account list" shows.`,
	session.CodeInternal:     "Try again; if this persists, report it to your administrator with what the runner printed.",
}
