package main

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"sessionferry/apps/catalogue"
	"sessionferry/internal/cli"
	"sessionferry/session"
)

func appsLint(dir *string) *cobra.Command {
	return &cobra.Command{
		Use:   "lint [FILE.yaml...]",
		Short: "Check app files and say what is wrong, with lines",
		Long: "Check app files and say what is wrong, with lines: those that are named or, without any, every file\n" +
			"of your company's own apps. Exit code 1 if one is not valid.",
		ValidArgsFunction: cli.Files("yaml"),
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
			r := lintReport{Files: len(files), Faults: make([]string, len(faults))}
			for i, f := range faults {
				r.Faults[i] = f.Detail
			}
			if err := cli.Print(cmd, r, r.print); err != nil {
				return err
			}
			if len(faults) > 0 {
				return cli.ErrReported
			}
			return nil
		},
	}
}

// lintReport is what "apps lint --json" prints.
type lintReport struct {
	Files  int      `json:"files"`  // that were checked
	Faults []string `json:"faults"` // with file and line
}

func (r lintReport) print(w io.Writer) error {
	for _, f := range r.Faults {
		fmt.Fprintln(w, session.Shown(f))
	}
	_, err := fmt.Fprintf(w, "files checked: %d, faults: %d\n", r.Files, len(r.Faults))
	return err
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
