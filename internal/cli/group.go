package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"sessionferry/session"
)

// groupMark is the annotation of commands that only hold others.
const groupMark = "group"

// Group is a command that holds others and prints its help by itself.
func Group(use, short string, subs ...*cobra.Command) *cobra.Command {
	cmd := &cobra.Command{Use: use, Short: short}
	cmd.AddCommand(subs...)
	asGroup(cmd)
	return cmd
}

func asGroup(cmd *cobra.Command) {
	cmd.Annotations = map[string]string{groupMark: ""}
	cmd.Args = NoArgs
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
}

func isGroup(cmd *cobra.Command) bool {
	_, is := cmd.Annotations[groupMark]
	return is
}

// NoArgs refuses arguments, and says which command may have been meant.
func NoArgs(cmd *cobra.Command, args []string) error {
	switch {
	case len(args) == 0:
		return nil
	case cmd.HasSubCommands():
		return unknownCommand(cmd, args[0])
	}
	return session.Errorf(session.CodeUsageInvalid, "%q takes no argument, such as %q", cmd.CommandPath(), args[0])
}

func unknownCommand(cmd *cobra.Command, word string) error {
	cmd.SuggestionsMinimumDistance = 2
	return session.Errorf(session.CodeUsageInvalid, "unknown command %q for %q%s", word, cmd.CommandPath(), didYouMean("", cmd.SuggestionsFor(word)))
}

// refuseUnknownWords makes cobra's own commands, "help" and "completion", fail for
// a word that they do not know, as all others do.
func refuseUnknownWords(root *cobra.Command, args []string) {
	root.InitDefaultCompletionCmd(args...)
	root.InitDefaultHelpCmd()
	for _, cmd := range root.Commands() {
		switch cmd.Name() {
		case "completion":
			asGroup(cmd)
		case "help":
			cmd.Run, cmd.RunE = nil, help
		}
	}
}

func help(cmd *cobra.Command, args []string) error {
	about, rest, err := cmd.Root().Find(args)
	if err != nil {
		return err
	}
	if len(rest) > 0 {
		return unknownCommand(about, rest[0])
	}
	about.InitDefaultHelpFlag()
	about.InitDefaultVersionFlag()
	return about.Help()
}

// Similar returns the candidates that a word may have been meant for, as cobra
// finds similar commands.
func Similar(word string, candidates []string) []string {
	list := &cobra.Command{SuggestionsMinimumDistance: 2}
	for _, c := range candidates {
		list.AddCommand(&cobra.Command{Use: c, Run: func(*cobra.Command, []string) {}})
	}
	return list.SuggestionsFor(word)
}

// DidYouMean is the end of a complaint about a word, empty without candidates that
// are similar.
func DidYouMean(word string, candidates []string) string {
	return didYouMean("", Similar(word, candidates))
}

func didYouMean(prefix string, similar []string) string {
	if len(similar) == 0 {
		return ""
	}
	quoted := make([]string, len(similar))
	for i, s := range similar {
		quoted[i] = fmt.Sprintf("%q", prefix+s)
	}
	return "; did you mean " + strings.Join(quoted, " or ") + "?"
}
