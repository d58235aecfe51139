package main

import (
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"sessionferry/host"
	"sessionferry/internal/cli"
	"sessionferry/session"
)

func (open opener) account() *cobra.Command {
	return cli.Group("account", "Add, list and remove account cards", open.accountAdd(), open.accountList(), open.accountRemove())
}

func (open opener) accountAdd() *cobra.Command {
	var app, site, username string
	cmd := &cobra.Command{
		Use:     "add --app APP --site ORIGIN --username NAME",
		Short:   "Make the card of one account: app, site and user name",
		Example: "  sessionferry account add --app mediawiki --site https://wiki.example --username Bob",
		Args:    cli.NoArgs,
		RunE: open.with(func(cmd *cobra.Command, s *host.Service, _ []string) error {
			card, err := s.AddAccount(cmd.Context(), app, site, username)
			if err != nil {
				return similarApps(app, s.Catalogue.Names(), err)
			}
			if _, rest := session.SiteOf(site); rest != "" {
				fmt.Fprintf(cmd.ErrOrStderr(), "A card is for a whole site: without %s it is %s.\n", session.Shown(rest), session.Shown(card.Site))
			}
			return cli.Print(cmd, card, func(w io.Writer) error {
				_, err := fmt.Fprintf(w, "Added %s.\nIts id is %s\n", named(*card), card.ID)
				return err
			})
		}),
	}
	cmd.Flags().StringVar(&app, "app", "", "the app, one of \"sessionferry apps list\"")
	cmd.Flags().StringVar(&site, "site", "", "the site's origin, such as https://wiki.example")
	cmd.Flags().StringVar(&username, "username", "", "the user name that the app shows")
	for _, name := range []string{"app", "site", "username"} {
		_ = cmd.MarkFlagRequired(name)
	}
	cli.CompleteFlag(cmd, "app", offeredApps(new(string)))
	cli.CompleteFlag(cmd, "site", cli.Nothing)
	cli.CompleteFlag(cmd, "username", cli.Nothing)
	return cmd
}

func (open opener) accountList() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List your accounts and the status of their sessions", Args: cli.NoArgs,
		RunE: open.with(func(cmd *cobra.Command, s *host.Service, _ []string) error {
			cards, err := s.AllAccounts(cmd.Context())
			if err != nil {
				return err
			}
			return cli.Print(cmd, cards, func(out io.Writer) error {
				w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
				fmt.Fprintln(w, "ID\tAPP\tSITE\tUSERNAME\tROLE\tSESSION")
				for _, c := range cards {
					fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", c.ID, session.Shown(c.App), session.Shown(c.Site), session.Shown(c.Username),
						session.Shown(string(c.Role)), session.Shown(string(c.Status.State)))
				}
				return w.Flush()
			})
		}),
	}
}

func (open opener) accountRemove() *cobra.Command {
	cmd := &cobra.Command{
		Use: "remove ID", Short: "Remove a card and erase its session", Args: cobra.ExactArgs(1),
		ValidArgsFunction: cli.First(open.cards()),
	}
	yes := cli.YesFlag(cmd)
	cmd.RunE = open.with(func(cmd *cobra.Command, s *host.Service, args []string) error {
		card, err := pickCard(cmd, s, args[0])
		if err != nil {
			return err
		}
		if !*yes {
			if err := cli.Confirm(cmd, fmt.Sprintf("Remove %s, and erase its session?", named(card))); err != nil {
				return err
			}
		}
		if err := s.RemoveAccount(cmd.Context(), card.ID); err != nil {
			return err
		}
		return cli.Print(cmd, removed{card.ID}, func(w io.Writer) error {
			_, err := fmt.Fprintf(w, "Removed %s. Its session, if there was one, is erased.\n", named(card))
			return err
		})
	})
	return cmd
}

// removed is what "account remove --json" prints.
type removed struct {
	ID session.ID `json:"id"`
}
