package clitest

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"sessionferry/internal/cli"
)

var discardContext = context.Background()

// foreign are cobra's own commands, which take no --json.
func foreign(cmd *cobra.Command) bool {
	return cmd.Name() == "help" || cmd.Name() == "completion" || cmd.HasParent() && foreign(cmd.Parent())
}

func walk(cmd *cobra.Command, visit func(*cobra.Command)) {
	visit(cmd)
	for _, sub := range cmd.Commands() {
		walk(sub, visit)
	}
}

func pathOf(cmd *cobra.Command) []string { return strings.Fields(cmd.CommandPath())[1:] }

// commands are the paths of all commands that do something.
func commands(make func() cli.Program) (paths [][]string) {
	walk(prepared(make), func(cmd *cobra.Command) {
		if !foreign(cmd) && !isGroup(cmd) {
			paths = append(paths, pathOf(cmd))
		}
	})
	return paths
}

// isGroup reports whether a command only holds others: a list that has commands
// too, such as "devices", is none.
func isGroup(cmd *cobra.Command) bool {
	return cmd.HasSubCommands() && cmd.Flags().Lookup("json") == nil
}

type group struct {
	path []string
	sub  string
}

// groups are the commands that hold others, each with one of these.
func groups(make func() cli.Program) (out []group) {
	walk(prepared(make), func(cmd *cobra.Command) {
		if cmd.HasSubCommands() && cmd.Name() != "completion" {
			out = append(out, group{pathOf(cmd), cmd.Commands()[0].Name()})
		}
	})
	return out
}

// valued are a command's flags whose value has a form.
func valued(make func() cli.Program, path []string) (flags []string) {
	cmd, _, err := prepared(make).Find(path)
	if err != nil {
		panic(err)
	}
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if slices.Contains([]string{"duration", "int"}, f.Value.Type()) {
			flags = append(flags, f.Name)
		}
	})
	return flags
}
