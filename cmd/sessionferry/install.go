package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"sessionferry/host/config"
	"sessionferry/installer"
	"sessionferry/internal/cli"
	"sessionferry/internal/desktop"
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
	var choice browserChoice
	var dryRun bool
	cmd := &cobra.Command{
		Use: name, Short: short, Args: cli.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := choice.config(cmd.Context())
			if err != nil {
				return err
			}
			c.DryRun = dryRun
			results, err := do(c)
			if err != nil {
				return withoutBrowsers(cmd, err)
			}
			err = cli.Print(cmd, outcomes(results, dryRun), func(w io.Writer) error {
				printResults(w, cmd.ErrOrStderr(), results, dryRun)
				if name == "install" && !dryRun {
					printNext(w, results)
				}
				return nil
			})
			for _, r := range results {
				if r.Err != nil {
					err = cmp.Or(err, cli.ErrReported)
				}
			}
			return err
		},
	}
	choice.flags(cmd)
	cmd.Flags().BoolVar(&dryRun, "print", false, "print what would be done and where, and do nothing")
	return cmd
}

// browserChoice says which browsers a command is for.
type browserChoice struct {
	browsers []string
	userData string
}

func (b *browserChoice) flags(cmd *cobra.Command) {
	cmd.Flags().StringSliceVar(&b.browsers, "browser", nil, "chromium, chrome or firefox (default: those that are found)")
	cmd.Flags().StringVar(&b.userData, "user-data-dir", "", "the profile folder of a Chromium that is started with one of its own")
	cli.CompleteFlag(cmd, "browser", cli.Choices(func(context.Context) ([]cli.Choice, error) {
		var choices []cli.Choice
		for _, b := range manifest.Browsers() {
			choices = append(choices, cli.Choice{Value: string(b)})
		}
		return choices, nil
	}))
	_ = cmd.MarkFlagDirname("user-data-dir")
}

func (b *browserChoice) config(ctx context.Context) (installer.Config, error) {
	program, err := os.Executable()
	if err == nil {
		program, err = filepath.EvalSymlinks(program)
	}
	if err != nil {
		return installer.Config{}, session.Errorf(session.CodeInternal, "the path of this program is not known").Because(err)
	}
	dirs, err := config.UserDirs(os.Getenv)
	if err != nil {
		return installer.Config{}, err
	}
	path, content, err := dirs.Record(os.Getenv)
	if err != nil {
		return installer.Config{}, err
	}
	c := installer.Config{Host: program, UserData: b.userData, Record: installer.Record{Path: path, Content: content}}
	c.Environ, _ = desktop.Environ(ctx, os.Environ())
	for _, name := range b.browsers {
		c.Browsers = append(c.Browsers, manifest.Browser(name))
	}
	return c, nil
}

// withoutBrowsers gives the next step of these commands to a computer on which no
// browser is found; other errors are as they were.
func withoutBrowsers(cmd *cobra.Command, err error) error {
	if session.CodeOf(err) != session.CodeBrowserMissing {
		return err
	}
	return cli.WithNext(err, fmt.Sprintf("Install one, or name the one that you have: sessionferry %s --browser chromium", cmd.Name()))
}

// outcome is what --json prints of one manifest, or of the record of the folders.
type outcome struct {
	Browser  manifest.Browser `json:"browser,omitempty"` // absent for the record
	Action   installer.Action `json:"action"`
	Path     string           `json:"path,omitempty"`
	Content  string           `json:"content,omitempty"` // with --print
	Code     session.Code     `json:"code,omitempty"`
	Sentence string           `json:"sentence,omitempty"`
	Detail   string           `json:"detail,omitempty"`
	Next     string           `json:"next,omitempty"`
}

func outcomes(results []installer.Result, dryRun bool) []outcome {
	out := make([]outcome, len(results))
	for i, r := range results {
		out[i] = outcome{Browser: r.Browser, Action: r.Action, Path: r.Path}
		if dryRun {
			out[i].Content = r.Content
		}
		if r.Err != nil {
			m := r.Err.Code.Message()
			out[i].Code, out[i].Sentence, out[i].Detail, out[i].Next = r.Err.Code, m.Sentence, r.Err.Detail, cmp.Or(r.Next, m.Next)
		}
	}
	return out
}
