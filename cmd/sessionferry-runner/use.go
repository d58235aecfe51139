package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"sessionferry/internal/atomicfile"
	"sessionferry/internal/cli"
	"sessionferry/runner"
	"sessionferry/session"
)

func restoreCommand() *cobra.Command {
	var account, screenshot, apps string
	var verify bool
	cmd := &cobra.Command{
		Use: "restore --account ID", Short: "Restore a session, compare it and ask the app who is signed in", Args: cli.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			id, err := accountID(account)
			if err != nil {
				return err
			}
			opt := runner.Options{Verify: verify}
			if screenshot != "" {
				opt.Work = func(ctx context.Context, r *runner.Restored) error { return saveScreenshot(ctx, r, screenshot) }
			}
			r, err := runnerWith(apps, cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			res, err := r.Use(cmd.Context(), id, opt)
			if res == nil || err != nil && cli.JSON(cmd) {
				return err
			}
			return errors.Join(err, cli.Print(cmd, res, func(w io.Writer) error { return printResult(w, res) }))
		},
	}
	f := cmd.Flags()
	f.StringVar(&account, "account", "", "the `ID` of the account's card")
	_ = cmd.MarkFlagRequired("account")
	cli.CompleteFlag(cmd, "account", cli.Nothing)
	appsFlag(cmd, &apps)
	f.BoolVar(&verify, "verify", false, "visit every origin of the session, to compare all of its storage")
	f.StringVar(&screenshot, "screenshot", "", "write what the app shows to `FILE` (PNG)")
	return cmd
}

func execCommand() *cobra.Command {
	var account, apps string
	var state bool
	cmd := &cobra.Command{
		Use: "exec --account ID -- CMD...", Short: "Run a program beside a browser that is signed in", Args: cobra.MinimumNArgs(1),
		Long: "Run a program beside a browser that is signed in. It finds the browser's DevTools at\n" +
			runner.EnvCDP + ", with the session in the default context. Its exit code is passed\n" +
			"on; then the browser is ended. docs/operations.md shows how each tool connects.",
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := accountID(account)
			if err != nil {
				return err
			}
			with, err := runnerWith(apps, cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			stdout, stderr := cli.Streams(cmd)
			_, err = with.Use(cmd.Context(), id, runner.Options{HandBack: true, Work: func(ctx context.Context, r *runner.Restored) error {
				return r.Exec(ctx, runner.Command{
					Args: args, Stdin: cmd.InOrStdin(), Stdout: stdout, Stderr: stderr, StorageState: state,
				})
			}})
			return passedOn(err)
		},
	}
	cmd.Flags().StringVar(&account, "account", "", "the `ID` of the account's card")
	_ = cmd.MarkFlagRequired("account")
	cli.CompleteFlag(cmd, "account", cli.Nothing)
	appsFlag(cmd, &apps)
	cmd.Flags().BoolVar(&state, "storage-state", false, "also write a Playwright storageState file, named by "+runner.EnvStorageState)
	cmd.Flags().SetInterspersed(false)
	return cmd
}

// passedOn makes the exit code of a program that was run this program's own.
func passedOn(err error) error {
	var task *runner.ExitError
	if errors.As(err, &task) {
		return cli.Exit(task.Code, err)
	}
	return err
}

func accountID(text string) (session.ID, error) {
	id, err := session.ParseID(text)
	if err != nil {
		return session.ID{}, cli.WithNext(cli.Valuef("--account: %q is no account's ID", text), next[session.CodeNotFound])
	}
	return id, nil
}

func saveScreenshot(ctx context.Context, r *runner.Restored, path string) error {
	png, err := r.Screenshot(ctx)
	if err != nil {
		return err
	}
	if err := atomicfile.Write(path, png, 0o600); err != nil {
		return session.Errorf(session.CodeFileUnwritable, "%s", path).Because(err)
	}
	return nil
}

// printResult prints the comparison for people.
func printResult(w io.Writer, res *runner.Result) error {
	if err := runner.WriteDifferences(w, res.Differences); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "cookies      %d of %d as captured\nstorage      %d of %d items met and as captured\n",
		res.Cookies.Restored, res.Cookies.Captured, res.Storage.Restored, res.Storage.Captured)
	if res.RestoredAs != "" {
		_, err = fmt.Fprintf(w, "signed in as %s\n", session.Shown(res.RestoredAs))
	}
	return err
}
