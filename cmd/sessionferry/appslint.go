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
			if len(files) == 0 {
				folder, err := appsFolder(*dir)
				if err != nil {
					return err
				}
				if files, err = catalogue.Files(folder); err != nil {
					return err
				}
			}
			faults := lintFiles(files)
			for _, f := range faults {
				fmt.Fprintln(cmd.OutOrStdout(), f.Detail)
			}
			fmt.Fprintf(cmd.OutOrStdout(), "files checked: %d, faults: %d\n", len(files), len(faults))
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
