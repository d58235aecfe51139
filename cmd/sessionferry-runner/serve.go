package main

import (
	"github.com/spf13/cobra"

	"sessionferry/internal/cli"
	"sessionferry/internal/daemon"
	"sessionferry/runner"
)

func serveCommand() *cobra.Command {
	var apps, readyFile string
	var jsonLog bool
	cmd := &cobra.Command{
		Use: "serve", Short: "Ask apps whose session it is, for shares that wait for their word", Args: cli.NoArgs,
		Long: "Ask apps whose session it is, for shares that wait for their word, until interrupted. A share\n" +
			"that the app confirms becomes the account's session; any other is erased.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			r, err := runnerWith(apps, cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			log := daemon.NewLog(cmd.ErrOrStderr(), jsonLog)
			return r.Serve(cmd.Context(), runner.ServeOptions{Log: log, Ready: func(vault string) {
				daemon.Announce(readyFile, map[string]string{"vault": vault}, log)
			}})
		},
	}
	appsFlag(cmd, &apps)
	cmd.Flags().BoolVar(&jsonLog, "json-log", false, "log as JSON lines instead of text")
	cmd.Flags().StringVar(&readyFile, "ready-file", "", "write {\"vault\"} to `FILE` once the vault has answered")
	return cmd
}
