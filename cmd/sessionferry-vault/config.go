package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"sessionferry/internal/cli"
	"sessionferry/internal/daemon"
)

// configCommand looks at the settings without serving.
func configCommand() *cobra.Command {
	return cli.Group("config", "Look at the settings of flags, environment and file together", configCheckCommand(), configPrintCommand())
}

func configCheckCommand() *cobra.Command {
	o := newOptions()
	return o.command(&cobra.Command{Use: "check", Short: "Say what is wrong with them, and where it stands"}, func(cmd *cobra.Command) error {
		if _, err := knownApps(o.apps, daemon.NewLog(cmd.ErrOrStderr(), o.jsonLog)); err != nil {
			return err
		}
		return cli.Print(cmd, map[string]bool{"ok": true}, func(w io.Writer) error {
			_, err := fmt.Fprintln(w, "The settings are right.")
			return err
		})
	})
}

func configPrintCommand() *cobra.Command {
	o := newOptions()
	return o.command(&cobra.Command{Use: "print", Short: "Print them as a file, each with the place that it comes from"}, func(cmd *cobra.Command) error {
		return cli.Print(cmd, o.Settings(), o.Print)
	})
}
