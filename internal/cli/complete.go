package cli

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"sessionferry/session"
)

// completeWithin bounds how long a shell waits for live values.
const completeWithin = 3 * time.Second

// Choice is a value that can be completed, and what it stands for.
type Choice struct{ Value, Meaning string }

// CompletionFunc is the form in which cobra takes what completes a value.
type CompletionFunc = func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective)

// Choices completes a value by what list returns at that moment, which may come from
// the vault. Where it fails there is nothing to choose from.
func Choices(list func(context.Context) ([]Choice, error)) CompletionFunc {
	return func(cmd *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		ctx, cancel := context.WithTimeout(cmd.Context(), completeWithin)
		defer cancel()
		choices, err := list(ctx)
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		var out []string
		for _, c := range choices {
			if strings.HasPrefix(c.Value, typed) {
				out = append(out, cobra.CompletionWithDesc(session.Shown(c.Value), session.Shown(c.Meaning)))
			}
		}
		return out, cobra.ShellCompDirectiveNoFileComp
	}
}

// First completes the first argument alone.
func First(complete CompletionFunc) CompletionFunc {
	return func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return complete(cmd, args, typed)
	}
}

// Files completes the names of files with one of the endings.
func Files(endings ...string) CompletionFunc {
	return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return endings, cobra.ShellCompDirectiveFilterFileExt
	}
}

// Nothing completes a value that only its person knows.
var Nothing = cobra.NoFileCompletions

// CompleteFlag says how the value of a flag is completed. The flag must be there.
func CompleteFlag(cmd *cobra.Command, name string, complete CompletionFunc) {
	if err := cmd.RegisterFlagCompletionFunc(name, complete); err != nil {
		panic(err) // a flag that its own command does not have
	}
}
