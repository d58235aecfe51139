package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"sessionferry/host"
	"sessionferry/internal/cli"
	"sessionferry/session"
)

// pickCard returns the card that an id, or the beginning of one, names.
func pickCard(cmd *cobra.Command, s *host.Service, typed string) (host.Card, error) {
	cards, err := s.AllAccounts(cmd.Context())
	if err != nil {
		return host.Card{}, err
	}
	card, found := cli.ByPrefix(cards, typed, func(c host.Card) string { return c.ID.String() })
	switch found {
	case 1:
		return card, nil
	case 0:
		return host.Card{}, session.Errorf(session.CodeNotFound, "no id begins with %q", typed)
	}
	return host.Card{}, cli.WithNext(cli.Valuef("%d accounts have an id that begins with %q", found, typed),
		`Give more of the ID that "sessionferry account list" shows.`)
}

// named is a card in words.
func named(c host.Card) string {
	return fmt.Sprintf("%s of %s at %s", session.Shown(c.Username), session.Shown(c.AppName), session.Shown(c.Site))
}

// cards completes the id of a card.
func (open opener) cards() cli.CompletionFunc {
	return cli.Choices(func(ctx context.Context) ([]cli.Choice, error) {
		s, err := open()
		if err != nil {
			return nil, err
		}
		cards, err := s.AllAccounts(ctx)
		if err != nil {
			return nil, err
		}
		choices := make([]cli.Choice, len(cards))
		for i, c := range cards {
			choices[i] = cli.Choice{Value: c.ID.String(), Meaning: named(c)}
		}
		return choices, nil
	})
}
