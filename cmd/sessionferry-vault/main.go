// Command sessionferry-vault is the server that keeps sealed sessions, with its
// database embedded. It can open none of them. docs/api.md is its contract.
package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"sessionferry/internal/cli"
	"sessionferry/session"
	"sessionferry/vault"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := program().Run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(cli.ExitCode(err))
}

// program is the command line.
func program() cli.Program {
	root := &cobra.Command{Use: "sessionferry-vault", Short: "Keep sealed sessions, without being able to open one"}
	root.AddCommand(serveCommand(), auditCommand(), backupCommand(), restoreCommand(), checkCommand(), clockCommand(), configCommand())
	return cli.Program{Root: root, Wrap: withCode, Next: map[session.Code]string{
		session.CodeVaultUnreachable: "Start the vault, or give the socket on which it answers with --socket.",
	}}
}

// withCode gives an error of the vault its code. Whoever runs the vault may read
// what failed.
func withCode(err error) error {
	var changed *vault.AuditFault
	code := session.CodeCommandFailed
	if errors.As(err, &changed) {
		code = session.CodeAuditChanged
	}
	return session.Errorf(code, "%s", oneLine(err)).Because(err)
}

// oneLine is an error, or several, in one line.
func oneLine(err error) string { return strings.ReplaceAll(err.Error(), "\n", "; ") }
