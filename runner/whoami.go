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
// The error is session.CodeAppSignedOut or CodeAppOtherAccount when the app has
// said so, which ends the session; CodeAppUnreachable when it has said nothing
// that can be understood; CodeSessionBound when it wants to tie the session to
// the device that asks. The identity is set whenever somebody is signed in.
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
	answer, err := p.ask(ctx, question)
	switch {
	case bound(ctx):
		return answer.Identity, session.Errorf(session.CodeSessionBound, "")
	case err != nil:
		return session.Identity{}, err
	case answer.State == apps.WhoamiSignedOut:
		return session.Identity{}, session.Errorf(session.CodeAppSignedOut, "")
	case answer.State != apps.WhoamiSignedIn:
		return session.Identity{}, session.Errorf(session.CodeAppUnreachable, "none of its answers says who is signed in")
	case answer.Identity.Kind != r.bundle.Identity.Kind:
		return answer.Identity, session.Errorf(session.CodeAppUnreachable, "its answer names another kind of account than the proof")
	case !apps.SameIdentity(answer.Identity, r.bundle.Identity):
		return answer.Identity, session.Errorf(session.CodeAppOtherAccount, "")
	}
	return answer.Identity, nil
}

// ask tries the app's paths until one answers in the expected form.
func (p *blank) ask(ctx context.Context, w *catalogue.Whoami) (apps.Answer, error) {
	last := apps.Answer{State: apps.WhoamiNoAnswer}
	for _, path := range w.Get {
		arg, err := session.Marshal(struct {
			Path      string            `json:"path"`
			Bearer    *catalogue.Bearer `json:"bearer"`
			FromToken bool              `json:"fromToken"`
			Limit     int               `json:"limit"`
		}{path, w.Bearer, w.FromToken, apps.MaxWhoami})
		if err != nil {
			return last, session.Errorf(session.CodeCatalogueInvalid, "a path of whoami").Because(err)
		}
		text, err := p.eval(ctx, fmt.Sprintf("(() => {\n%sreturn ask(%s);\n})()", whoamiJS, arg))
		if err != nil {
			return last, err
		}
		var got struct {
			Status int    `json:"status"`
			Body   string `json:"body"`
		}
		if err := session.Unmarshal([]byte(text), &got, session.CodeAppUnreachable); err != nil {
			return last, err
		}
		if a := apps.ReadWhoami(w, got.Status, []byte(got.Body)); a.State != apps.WhoamiNoAnswer {
			return a, nil
		}
	}
	return last, nil
}
