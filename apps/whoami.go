package apps

import (
	"slices"

	"sessionferry/apps/catalogue"
	"sessionferry/session"
)

// MaxWhoami bounds the body of an app's answer that is looked at, in bytes.
const MaxWhoami = 1 << 20

// WhoamiState is what an app's answer means.
type WhoamiState string

// The states of an Answer.
const (
	WhoamiSignedIn  WhoamiState = "signed_in"
	WhoamiSignedOut WhoamiState = "signed_out"
	WhoamiNoAnswer  WhoamiState = "no_answer" // not in the expected form: try the next path; after the last the app does not answer
)

// Answer is an app's word on who is signed in.
type Answer struct {
	State    WhoamiState
	Identity session.Identity // with WhoamiSignedIn
	Path     string           // that was asked
}

// ReadWhoami reads the answer to one request of w: the status of the last
// response and its body. A body of more than MaxWhoami bytes is no answer.
func ReadWhoami(w *catalogue.Whoami, status int, body []byte) Answer {
	if slices.Contains(w.SignedOut.Status, status) {
		return Answer{State: WhoamiSignedOut}
	}
	if status < 200 || status > 299 || len(body) > MaxWhoami {
		return Answer{State: WhoamiNoAnswer}
	}
	text := string(body)
	for _, via := range w.SignedOut.Any {
		if vals, _ := run(text, via); len(vals) > 0 {
			return Answer{State: WhoamiSignedOut}
		}
	}
	vals, whole := run(text, w.Via)
	if len(vals) != 1 || !whole {
		return Answer{State: WhoamiNoAnswer}
	}
	id, ok := identityText(vals[0])
	if !ok || id == "" {
		return Answer{State: WhoamiNoAnswer}
	}
	return Answer{State: WhoamiSignedIn, Identity: session.Identity{Kind: w.Kind, Value: id}}
}

// SameIdentity compares what an app answered with what a card or a bundle
// names: within one kind, without regard to case, addresses as Google compares
// them. Identities of different kinds are never the same.
func SameIdentity(a, b session.Identity) bool { return same(a, b) }
