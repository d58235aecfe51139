package main

import (
	"context"
	"io"
	"os"

	"github.com/spf13/cobra"

	"sessionferry/host"
	"sessionferry/host/config"
	"sessionferry/internal/version"
	"sessionferry/session"
)

// run is the command line.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) error {
	root := &cobra.Command{
		Use:           "sessionferry",
		Short:         "Move a signed-in browser session to your company's vault",
		Version:       version.Version,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.NoArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usage(err) })
	root.CompletionOptions.HiddenDefaultCmd = true
	root.AddCommand(statusCommand(), loginCommand(), logoutCommand(), accountCommand(), runnerCommand(), devicesCommand(), trustCommand(), appsCommand(),
		installCommand(), uninstallCommand(), doctorCommand())
	err := root.ExecuteContext(ctx)
	if session.CodeOf(err) == session.CodeInternal && !errorIsOurs(err) {
		return usage(err) // what cobra itself refuses: unknown commands and wrong numbers of arguments
	}
	return err
}

// withService is a RunE that needs the service.
func withService(f func(*cobra.Command, *host.Service, []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		dirs, err := config.UserDirs(os.Getenv)
		if err != nil {
			return err
		}
		return f(cmd, host.New(dirs), args)
	}
}
