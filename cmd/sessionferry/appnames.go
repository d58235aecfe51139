package main

import (
	"context"

	"sessionferry/internal/cli"
	"sessionferry/session"
)

// offeredApps completes the name of an app that cards can be made for; dir is as in
// openApps.
func offeredApps(dir *string) cli.CompletionFunc {
	return cli.Choices(func(context.Context) ([]cli.Choice, error) {
		known, err := openApps(*dir)
		if err != nil {
			return nil, err
		}
		offered, err := known.Offered()
		if err != nil {
			return nil, err
		}
		choices := make([]cli.Choice, len(offered))
		for i, a := range offered {
			choices[i] = cli.Choice{Value: a.App, Meaning: a.Name}
		}
		return choices, nil
	})
}

// similarApps adds to the error for an unknown app which one may have been meant.
func similarApps(app string, names []string, err error) error {
	if session.CodeOf(err) != session.CodeAppUnknown {
		return err
	}
	return session.Errorf(session.CodeAppUnknown, "%q%s", app, cli.DidYouMean(app, names)).Because(err)
}
