package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"sessionferry/installer"
	"sessionferry/manifest"
	"sessionferry/session"
)

func installCommand() *cobra.Command {
	return registration("install", "Register this program with your browsers, so that the extension can start it", installer.Install)
}

func uninstallCommand() *cobra.Command {
	return registration("uninstall", "Take the registration with your browsers back", installer.Uninstall)
}

// registration is the command that does one or the other for each browser.
// Browsers succeed or fail by themselves; any failure makes the exit code 1.
func registration(name, short string, do func(installer.Config) ([]installer.Result, error)) *cobra.Command {
	var browsers []string
	var userData string
	cmd := &cobra.Command{
		Use: name, Short: short, Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			program, err := os.Executable()
			if err == nil {
				program, err = filepath.EvalSymlinks(program)
			}
			if err != nil {
				return session.Errorf(session.CodeInternal, "the path of this program is not known").Because(err)
			}
			c := installer.Config{Host: program, UserData: userData}
			for _, b := range browsers {
				c.Browsers = append(c.Browsers, manifest.Browser(b))
			}
			results, err := do(c)
			if err != nil {
				return err
			}
			return printResults(cmd, results)
		},
	}
	cmd.Flags().StringSliceVar(&browsers, "browser", nil, "chromium, chrome or firefox (default: those that are found)")
	cmd.Flags().StringVar(&userData, "user-data-dir", "", "the profile folder of a Chromium that is started with one of its own")
	return cmd
}

func printResults(cmd *cobra.Command, results []installer.Result) error {
	var failed error
	for _, r := range results {
		fmt.Fprintf(cmd.OutOrStdout(), "%-9s %-9s %s\n", r.Browser, r.Action, r.Path)
		if r.Err != nil {
			exitCode(cmd.ErrOrStderr(), r.Err)
			failed = errSilent
		}
	}
	return failed
}
