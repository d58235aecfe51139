package runner

import (
	"context"
	_ "embed"
	"fmt"

	"sessionferry/apps"
	"sessionferry/apps/catalogue"
	"sessionferry/session"
)

//go:embed js/whoami.js
var whoamiJS string

// Whoami asks the app who is signed in, in the restored browser, and compares
// the answer with whom the proof found when the session was shared.
//
// The error is session.CodeAppSignedOut or CodeAppOtherAccount when the app itself
// has said so, and CodeSessionBound when it names the account but wants to tie the
// session to the device that asks: these speak against the session. It is
// CodeAppUnreachable when no answer is the app's own in the form that its file
// expects. The identity is set whenever somebody is signed in.
func (r *Restored) Whoami(ctx context.Context, app *catalogue.App) (session.Identity, error) {
	question := app.Question()
	if question == nil {
		return session.Identity{}, session.Errorf(session.CodeAppUnknown, "it is not known how to ask %s", app.App)
	}
	p, err := r.tabs.openBlank(ctx, r.bundle.Site)
	if err != nil {
		return session.Identity{}, err
	}
	defer p.close(ctx)
	if err := r.tabs.meetIn(ctx, p, r.bundle.Site); err != nil {
		return session.Identity{}, err
	}
	// Filling takes as long as there is much to fill; the app has a time limit.
	ctx, cancel := context.WithTimeout(ctx, r.cfg.PageLoad)
	defer cancel()
	bound, err := p.watchBinding(ctx)
	if err != nil {
		return session.Identity{}, err
	}
	answer, last, err := p.ask(ctx, question)
	tied := bound(ctx)
	switch {
	case err != nil:
		return session.Identity{}, err
	case answer.State == apps.WhoamiSignedOut:
		return session.Identity{}, session.Errorf(session.CodeAppSignedOut, "")
	case answer.State != apps.WhoamiSignedIn:
		return session.Identity{}, unreachable(last)
	case answer.Identity.Kind != r.bundle.Identity.Kind:
		return answer.Identity, session.Errorf(session.CodeAppUnreachable, "its answer names another kind of account than the proof")
	case tied: // with an answer of the app: before another's, such as a gateway's, it means nothing
		return answer.Identity, session.Errorf(session.CodeSessionBound, "")
	case !apps.SameIdentity(answer.Identity, r.bundle.Identity):
		return answer.Identity, session.Errorf(session.CodeAppOtherAccount, "")
	}
	return answer.Identity, nil
}

// unreachable says what answered in the app's place, as far as that is known.
func unreachable(last apps.Response) error {
	if last.Status == 0 {
		return session.Errorf(session.CodeAppUnreachable, "nothing of its own site answered")
	}
	return session.Errorf(session.CodeAppUnreachable, "its site answered with status %d, not in the form of the app", last.Status)
}

// ask tries the app's paths until one answers in the expected form. It also returns
// the last response.
func (p *blank) ask(ctx context.Context, w *catalogue.Whoami) (a apps.Answer, last apps.Response, err error) {
	for _, path := range w.Get {
		arg, err := session.Marshal(struct {
			Path      string            `json:"path"`
			Bearer    *catalogue.Bearer `json:"bearer"`
			FromToken bool              `json:"fromToken"`
			Headers   []string          `json:"headers"`
			Limit     int               `json:"limit"`
		}{path, w.Bearer, w.FromToken, w.Headers(), apps.MaxWhoami})
		if err != nil {
			return a, last, session.Errorf(session.CodeCatalogueInvalid, "a path of whoami").Because(err)
		}
		text, err := p.eval(ctx, fmt.Sprintf("(() => {\n%sreturn ask(%s);\n})()", whoamiJS, arg))
		if err != nil {
			return a, last, err
		}
		var got struct {
			Status  int               `json:"status"`
			Headers map[string]string `json:"headers"`
			Body    string            `json:"body"`
		}
		if err := session.Unmarshal([]byte(text), &got, session.CodeAppUnreachable); err != nil {
			return a, last, err
		}
		last = apps.Response{Status: got.Status, Header: got.Headers, Body: got.Body}
		if a = apps.ReadWhoami(w, last); a.State != apps.WhoamiNoAnswer {
			break
		}
	}
	return a, last, nil
}
