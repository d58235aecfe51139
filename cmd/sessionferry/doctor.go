package main

import (
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"sessionferry/installer"
	"sessionferry/internal/cli"
	"sessionferry/internal/version"
	"sessionferry/manifest"
	"sessionferry/session"
)

func doctorCommand() *cobra.Command {
	var choice browserChoice
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Find out why a browser does not start this program",
		Long: "Find out why a browser does not start this program: look where the browser looks, read what it\n" +
			"reads, and start the program as a browser from the desktop's menu would. Compare that environment\n" +
			"with this shell's. Nothing is changed. The exit code is 0 if all browsers can start the program\n" +
			"and it uses the same folders. \"sessionferry status\" reports on the keyring and the vault.",
		Args: cli.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := choice.config(cmd.Context())
			if err != nil {
				return err
			}
			found, err := installer.Doctor(cmd.Context(), c)
			if err != nil && session.CodeOf(err) != session.CodeBrowserMissing {
				return err
			}
			shell, failed := differences(cmd.Context())
			if failed != nil {
				return failed
			}
			r := report(c.Host, found, shell)
			r.Apps = appFaults()
			if failed := cli.Print(cmd, r, r.print); failed != nil {
				return failed
			}
			if err == nil && !r.OK {
				err = cli.ErrReported
			}
			return withoutBrowsers(cmd, err)
		},
	}
	choice.flags(cmd)
	return cmd
}

// doctorReport is what --json prints.
type doctorReport struct {
	OK       bool           `json:"ok"`
	Program  string         `json:"program"` // this one
	Version  string         `json:"version"`
	Browsers []browserState `json:"browsers"`
	Shell    []finding      `json:"shell"`          // how this shell differs from a browser that the desktop starts
	Apps     []string       `json:"apps,omitempty"` // what is wrong with files of your company's own apps, which are not used
}

// appFaults says what is wrong with the user's folder of apps. The program works
// without them.
func appFaults() []string {
	known, err := openApps("")
	if err != nil {
		return []string{session.AsError(err).Detail}
	}
	var out []string
	for _, f := range known.Faults() {
		out = append(out, f.Detail)
	}
	return out
}

type browserState struct {
	Browser  manifest.Browser `json:"browser"`
	OK       bool             `json:"ok"`
	Manifest string           `json:"manifest,omitempty"`
	Program  string           `json:"program,omitempty"`
	Version  string           `json:"version,omitempty"`
	Millis   int64            `json:"ms,omitempty"` // from the start to the answer
	Findings []finding        `json:"findings"`
}

type finding struct {
	Code     manifest.Fault `json:"code"`
	Note     bool           `json:"note,omitempty"` // no hindrance
	Sentence string         `json:"sentence"`
	Detail   string         `json:"detail,omitempty"`
	Next     string         `json:"next,omitempty"`
}

func report(program string, found []installer.Diagnosis, shell []installer.Finding) doctorReport {
	r := doctorReport{OK: len(found) > 0 && !installer.Hinders(shell), Program: program, Version: version.Version,
		Browsers: make([]browserState, len(found)), Shell: findings(shell)}
	for i, d := range found {
		r.OK = r.OK && d.Works()
		r.Browsers[i] = browserState{Browser: d.Browser, OK: d.Works(), Manifest: d.Manifest, Program: d.Program, Version: d.Version,
			Millis: d.Took.Round(time.Millisecond).Milliseconds(), Findings: findings(d.Findings)}
	}
	return r
}

func findings(found []installer.Finding) []finding {
	out := make([]finding, len(found))
	for i, f := range found {
		out[i] = finding{Code: f.Fault, Note: f.Note, Sentence: f.Sentence, Detail: f.Detail, Next: f.Next}
	}
	return out
}

func (r doctorReport) print(w io.Writer) error {
	for _, b := range r.Browsers {
		verdict := "can start Sessionferry"
		if !b.OK {
			verdict = "cannot start Sessionferry"
		}
		fmt.Fprintf(w, "%s %s\n", b.Browser, verdict)
		if b.Manifest != "" {
			fmt.Fprintf(w, "  registration  %s\n", b.Manifest)
		}
		if b.Program != "" {
			fmt.Fprintf(w, "  program       %s\n", b.Program)
		}
		if b.Version != "" {
			fmt.Fprintf(w, "  answer        version %s after %d ms\n", session.Shown(b.Version), b.Millis)
		}
		for _, f := range b.Findings {
			f.print(w)
		}
	}
	if len(r.Shell) > 0 {
		fmt.Fprintln(w, "This shell differs from a browser that the desktop starts")
	}
	for _, f := range r.Shell {
		f.print(w)
	}
	for _, fault := range r.Apps {
		fmt.Fprintf(w, "An app's file is not used: %s  [%s]\n    Correct the line; \"sessionferry apps lint\" checks again.\n", session.Shown(fault), session.CodeCatalogueInvalid)
	}
	if r.OK {
		fmt.Fprintln(w, "For the keyring and the vault: sessionferry status")
	}
	return nil
}

func (f finding) print(w io.Writer) {
	detail := ""
	if f.Detail != "" {
		detail = " (" + session.Shown(f.Detail) + ")"
	}
	fmt.Fprintf(w, "  %s%s  [%s]\n", f.Sentence, detail, f.Code)
	if f.Next != "" {
		fmt.Fprintf(w, "    %s\n", f.Next)
	}
}
