package main

import (
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"sessionferry/host"
	"sessionferry/session"
)

func accountCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "account", Short: "Add, list and remove account cards", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.AddCommand(accountAdd(), accountList(), accountRemove())
	return cmd
}

func accountAdd() *cobra.Command {
	var app, site, username string
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "add --app APP --site ORIGIN --username NAME",
		Short:   "Make the card of one account: app, site and user name",
		Example: "  sessionferry account add --app mediawiki --site https://wiki.example --username Bob",
		Args:    cobra.NoArgs,
		RunE: withService(func(cmd *cobra.Command, s *host.Service, _ []string) error {
			card, err := s.AddAccount(cmd.Context(), app, site, username)
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(cmd.OutOrStdout(), card)
			}
			fmt.Fprintf(cmd.OutOrStdout(), "Added %s of %s at %s.\nIts id is %s\n", card.Username, card.AppName, card.Site, card.ID)
			return nil
		}),
	}
	cmd.Flags().StringVar(&app, "app", "", "the app, one of \"sessionferry apps list\"")
	cmd.Flags().StringVar(&site, "site", "", "the site's origin, such as https://wiki.example")
	cmd.Flags().StringVar(&username, "username", "", "the user name that the app shows")
	jsonFlag(cmd, &asJSON)
	for _, name := range []string{"app", "site", "username"} {
		_ = cmd.MarkFlagRequired(name)
	}
	return cmd
}

func accountList() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "list", Short: "List your accounts and the status of their sessions", Args: cobra.NoArgs,
		RunE: withService(func(cmd *cobra.Command, s *host.Service, _ []string) error {
			cards := []host.Card{}
			for cursor := ""; ; {
				page, err := s.Accounts(cmd.Context(), cursor)
				if err != nil {
					return err
				}
				cards = append(cards, page.Accounts...)
				if cursor = page.Next; cursor == "" {
					break
				}
			}
			if asJSON {
				return writeJSON(cmd.OutOrStdout(), cards)
			}
			w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
			fmt.Fprintln(w, "ID\tAPP\tSITE\tUSERNAME\tROLE\tSESSION")
			for _, c := range cards {
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", c.ID, c.App, c.Site, c.Username, c.Role, c.Status.State)
			}
			return w.Flush()
		}),
	}
	jsonFlag(cmd, &asJSON)
	return cmd
}

func accountRemove() *cobra.Command {
	return &cobra.Command{
		Use: "remove ID", Short: "Remove a card and erase its session", Args: cobra.ExactArgs(1),
		RunE: withService(func(cmd *cobra.Command, s *host.Service, args []string) error {
			id, err := session.ParseID(args[0])
			if err != nil {
				return err
			}
			if err := s.RemoveAccount(cmd.Context(), id); err != nil {
				return err
			}
			fmt.Fprintln(cmd.OutOrStdout(), "Removed. Its session, if there was one, is erased.")
			return nil
		}),
	}
}
