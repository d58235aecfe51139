package host

import (
	"context"

	"sessionferry/apps"
	"sessionferry/apps/catalogue"
	"sessionferry/session"
)

// AskFunc puts a question to the app in the person's own browser, in a page of
// the card's site and as the account that is signed in there.
type AskFunc func(ctx context.Context, q Question) (Reply, error)

// Question is one GET request.
type Question struct {
	Path   string            `json:"path"`             // absolute, with query
	Bearer *catalogue.Bearer `json:"bearer,omitempty"` // what signs it in besides cookies
	Watch  []string          `json:"watch"`            // names of the cookies that sign in

	Headers []string `json:"headers"` // names of response headers to report, lower case
}

// Reply is what came back.
type Reply struct {
	Status int    `json:"status"` // of HTTP; 0: no answer of the card's own origin
	Body   string `json:"body"`   // empty if it was too large
	Steady bool   `json:"steady"` // the watched cookies were the same afterwards as in the capture

	Headers map[string]string `json:"headers"` // those of Question.Headers that came
}

// probe asks the app who is signed in, path by path until one answers in the
// expected form. The error is session.CodeSessionChanged if the session that
// answered is perhaps not the captured one.
func probe(ctx context.Context, app *catalogue.App, in apps.Input, ask AskFunc) (*apps.Answer, error) {
	watch := apps.Watched(app, in)
	for _, path := range app.Probe.Get {
		r, err := ask(ctx, Question{Path: path, Bearer: app.Probe.Bearer, Watch: watch, Headers: app.Probe.Headers()})
		if err != nil {
			return nil, err
		}
		if !r.Steady {
			return nil, session.Errorf(session.CodeSessionChanged, "")
		}
		if a := apps.ReadWhoami(app.Probe, apps.Response{Status: r.Status, Header: r.Headers, Body: r.Body}); a.State != apps.WhoamiNoAnswer {
			a.Path = path
			return &a, nil
		}
	}
	return nil, nil
}
