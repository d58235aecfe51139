package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"sessionferry/internal/daemon"
)

// configCommand looks at the settings without serving.
func configCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Look at the settings of flags, environment and file together",
		Args:  cobra.NoArgs,
	}
	checked, printed := newOptions(), newOptions()
	cmd.AddCommand(
		checked.command(&cobra.Command{Use: "check", Short: "Say what is wrong with them, and where it stands"}, func(cmd *cobra.Command) error {
			if _, err := knownApps(checked.apps, daemon.NewLog(cmd.ErrOrStderr(), checked.jsonLog)); err != nil {
				return err
			}
			_, err := fmt.Fprintln(cmd.OutOrStdout(), "The settings are right.")
			return err
		}),
		printed.command(&cobra.Command{Use: "print", Short: "Print them as a file, each with the place that it comes from"}, func(cmd *cobra.Command) error {
			return printed.Print(cmd.OutOrStdout())
		}),
	)
	return cmd
}
