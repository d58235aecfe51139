package apps

import (
	"regexp"
	"slices"
	"strings"
	"sync"

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

// Answer is what an app says of who is signed in.
type Answer struct {
	State    WhoamiState
	Identity session.Identity // with WhoamiSignedIn
	Path     string           // that was asked
}

// Response is what the app's own origin answered, after redirects within it.
type Response struct {
	Status int               // of HTTP; 0: nothing, or only another origin did
	Header map[string]string // those of Whoami.Headers that came, by lower-case name
	Body   string            // with Whoami.FromToken, of a 2xx: the token that the app accepted
}

// ReadWhoami reads the response to one question of w. Signed out is only what has
// the whole of the app's own mark and asks for no HTTP authentication, which is a
// gateway's. A part of the mark is no answer, like a body of more than MaxWhoami
// bytes: the name that an app gives to strangers is no account.
func ReadWhoami(w *catalogue.Whoami, r Response) Answer {
	ok := r.Status >= 200 && r.Status <= 299
	if len(r.Body) > MaxWhoami {
		return Answer{State: WhoamiNoAnswer}
	}
	says := slices.ContainsFunc(w.SignedOut.Any, func(via []catalogue.Op) bool {
		vals, _ := run(r.Body, via)
		return len(vals) > 0
	})
	switch {
	case marked(&w.SignedOut, r, says, ok):
		return Answer{State: WhoamiSignedOut}
	case !ok || says, w.FromToken && !hasType(r, w.SignedOut.Type): // any page would accept a token with 200
		return Answer{State: WhoamiNoAnswer}
	}
	vals, whole := run(r.Body, w.Via)
	if len(vals) != 1 || !whole {
		return Answer{State: WhoamiNoAnswer}
	}
	id, ok := identityText(vals[0])
	if !ok || id == "" {
		return Answer{State: WhoamiNoAnswer}
	}
	return Answer{State: WhoamiSignedIn, Identity: session.Identity{Kind: w.Kind, Value: id}}
}

// challenge finds the schemes by which a server asks a browser's user for a
// password or a ticket. Apps ask by a page of their own; their interfaces name
// schemes of tokens, such as Bearer.
var challenge = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)(?:^|,)\s*(?:basic|digest|hoba|kerberos|mutual|negotiate|ntlm|scram-[\w-]+)\s*(?:[\s,]|$)`)
})

// marked reports whether a response has all parts of the mark. says is whether its
// body has, and ok whether its status is 2xx.
func marked(mark *catalogue.SignedOut, r Response, says, ok bool) bool {
	switch {
	case !mark.Marked(), len(mark.Any) > 0 && !says, !hasType(r, mark.Type):
	case !slices.Contains(mark.Status, r.Status) && !(says && ok):
	case challenge().MatchString(r.Header[catalogue.HeaderChallenge]):
	default:
		return !slices.ContainsFunc(mark.Header, func(h catalogue.HeaderMark) bool {
			value, sent := r.Header[h.Name]
			return !sent || h.Value.Match(value) == nil
		})
	}
	return false
}

// hasType reports whether a response has a media type; "" is any.
func hasType(r Response, want string) bool {
	media, _, _ := strings.Cut(r.Header[catalogue.HeaderType], ";")
	return want == "" || strings.EqualFold(strings.TrimSpace(media), want)
}

// SameIdentity compares what an app answered with what a card or a bundle
// names: within one kind, without regard to case, addresses as Google compares
// them. Identities of different kinds are never the same.
func SameIdentity(a, b session.Identity) bool { return same(a, b) }
