package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"sessionferry/apps/catalogue"
	"sessionferry/session"
)

func appsLint(dir *string) *cobra.Command {
	return &cobra.Command{
		Use:   "lint [FILE.yaml...]",
		Short: "Check app files and say what is wrong, with lines",
		Long: "Check app files and say what is wrong, with lines: those that are named or, without any, every file\n" +
			"of your company's own apps. Exit code 1 if one is not valid.",
		RunE: func(cmd *cobra.Command, files []string) error {
			known, err := openApps(*dir)
			if err != nil {
				return err
			}
			faults, checked := known.Faults(), len(known.Own())
			if len(files) > 0 {
				faults, checked = lintFiles(files), len(files)
			}
			for _, f := range faults {
				fmt.Fprintln(cmd.OutOrStdout(), f.Detail)
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%d files checked, %d faults\n", checked, len(faults))
			if len(faults) > 0 {
				return errSilent
			}
			return nil
		},
	}
}

// lintFiles returns what is wrong with each file. The names of this build's apps
// are taken.
func lintFiles(files []string) []*session.Error {
	var out []*session.Error
	for _, f := range files {
		name := strings.TrimSuffix(filepath.Base(f), ".yaml")
		data, err := catalogue.ReadFile(f)
		if err == nil {
			out = append(out, catalogue.Lint(name, data)...)
			continue
		}
		out = append(out, session.AsError(err))
	}
	return out
}
