package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"sessionferry/internal/atomicfile"
	"sessionferry/runner"
	"sessionferry/session"
)

func restoreCommand() *cobra.Command {
	var account, screenshot, apps string
	var asJSON, verify bool
	cmd := &cobra.Command{
		Use: "restore --account ID", Short: "Restore a session, compare it and ask the app who is signed in", Args: usage(cobra.NoArgs),
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
			if res != nil {
				if e := printResult(cmd.OutOrStdout(), res, asJSON && err == nil); e != nil && err == nil {
					err = session.Errorf(session.CodeInternal, "the result cannot be printed").Because(e)
				}
			}
			return err
		},
	}
	f := cmd.Flags()
	f.StringVar(&account, "account", "", "the `ID` of the account's card")
	appsFlag(cmd, &apps)
	f.BoolVar(&asJSON, "json", false, "print the result as JSON, on the last line")
	f.BoolVar(&verify, "verify", false, "visit every origin of the session, to compare all of its storage")
	f.StringVar(&screenshot, "screenshot", "", "write what the app shows to `FILE` (PNG)")
	return cmd
}

func execCommand() *cobra.Command {
	var account, apps string
	var state bool
	cmd := &cobra.Command{
		Use: "exec --account ID -- CMD...", Short: "Run a program beside a browser that is signed in", Args: usage(cobra.MinimumNArgs(1)),
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
			_, err = with.Use(cmd.Context(), id, runner.Options{HandBack: true, Work: func(ctx context.Context, r *runner.Restored) error {
				return r.Exec(ctx, runner.Command{
					Args: args, Stdin: cmd.InOrStdin(), Stdout: cmd.OutOrStdout(), Stderr: cmd.ErrOrStderr(), StorageState: state,
				})
			}})
			return err
		},
	}
	cmd.Flags().StringVar(&account, "account", "", "the `ID` of the account's card")
	appsFlag(cmd, &apps)
	cmd.Flags().BoolVar(&state, "storage-state", false, "also write a Playwright storageState file, named by "+runner.EnvStorageState)
	cmd.Flags().SetInterspersed(false)
	return cmd
}

func accountID(text string) (session.ID, error) {
	id, err := session.ParseID(text)
	if err != nil {
		return session.ID{}, session.Errorf(session.CodeUsageInvalid, "--account needs an account's id").Because(err)
	}
	return id, nil
}

func saveScreenshot(ctx context.Context, r *runner.Restored, path string) error {
	png, err := r.Screenshot(ctx)
	if err != nil {
		return err
	}
	if err := atomicfile.Write(path, png, 0o600); err != nil {
		return session.Errorf(session.CodeUsageInvalid, "the screenshot cannot be written there").Because(err)
	}
	return nil
}

// printResult prints the comparison for people and, asked for, the result as one
// line of JSON.
func printResult(w io.Writer, res *runner.Result, asJSON bool) error {
	if err := runner.WriteDifferences(w, res.Differences); err != nil {
		return err
	}
	_, _ = fmt.Fprintf(w, "cookies      %d of %d as captured\nstorage      %d of %d items met and as captured\n",
		res.Cookies.Restored, res.Cookies.Captured, res.Storage.Restored, res.Storage.Captured)
	if res.RestoredAs != "" {
		_, _ = fmt.Fprintf(w, "signed in as %s\n", res.RestoredAs)
	}
	if !asJSON {
		return nil
	}
	data, err := session.Marshal(res)
	if err != nil {
		return err
	}
	_, err = w.Write(append(data, '\n'))
	return err
}
