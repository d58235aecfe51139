package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"sessionferry/host"
	"sessionferry/internal/cli"
	"sessionferry/session"
)

func (open opener) session() *cobra.Command {
	return cli.Group("session", "Show and delete the session of an account", open.sessionStatus(), open.sessionDelete())
}

func (open opener) sessionStatus() *cobra.Command {
	return &cobra.Command{
		Use: "status ID", Short: "Show the status of an account's session", Args: cobra.ExactArgs(1),
		ValidArgsFunction: cli.First(open.cards()),
		RunE: open.with(func(cmd *cobra.Command, s *host.Service, args []string) error {
			card, err := pickCard(cmd, s, args[0])
			if err != nil {
				return err
			}
			report, err := s.Status(cmd.Context(), card.ID, "")
			if err != nil {
				return err
			}
			return printSession(cmd, card, report.Status)
		}),
	}
}

func (open opener) sessionDelete() *cobra.Command {
	cmd := &cobra.Command{
		Use: "delete ID", Short: "Erase the session of an account for good; its card stays", Args: cobra.ExactArgs(1),
		ValidArgsFunction: cli.First(open.cards()),
	}
	yes := cli.YesFlag(cmd)
	cmd.RunE = open.with(func(cmd *cobra.Command, s *host.Service, args []string) error {
		card, err := pickCard(cmd, s, args[0])
		if err != nil {
			return err
		}
		if !*yes {
			if err := cli.Confirm(cmd, fmt.Sprintf("Erase the session of %s?", named(card))); err != nil {
				return err
			}
		}
		report, err := s.Delete(cmd.Context(), card.ID)
		if err != nil {
			return err
		}
		return printSession(cmd, card, report.Status)
	})
	return cmd
}

// printSession prints a session's status, as JSON in the form of docs/api.md.
func printSession(cmd *cobra.Command, card host.Card, st session.Status) error {
	return cli.Print(cmd, st, func(w io.Writer) error {
		row := func(name, value string) {
			if value != "" {
				fmt.Fprintf(w, "%-11s %s\n", name, session.Shown(value))
			}
		}
		row("account", named(card))
		row("session", string(st.State))
		row("why", st.Cause.Text())
		return nil
	})
}
