package catalogue

import "slices"

// Whoami is how to ask the app who is signed in: a GET of each path in turn, in
// a page of the card's site, until one answers in the expected form. Package apps
// has the evaluator.
type Whoami struct {
	Get       []string  // absolute paths on the card's site, with query
	Bearer    *Bearer   // what signs the request in besides cookies; nil: nothing
	Via       []Op      // from the body to the account name
	FromToken bool      // Via reads the bearer's token instead, once the app has accepted it
	Kind      string    // of the account name
	SignedOut SignedOut // the app's own mark of a session that is signed out
}

// Bearer names the item of web storage whose value goes with a request as
// "Authorization: Bearer". The value is read in the page, and leaves it only
// for Whoami.FromToken.
type Bearer struct {
	Store Store  `json:"store"` // Local or Session
	Name  string `json:"name"`
}

// SignedOut is the app's own mark of an answer to someone who is not signed in. An
// answer has the mark if it has all of the parts that are given; a status alone
// is no mark, since a gateway may answer it.
type SignedOut struct {
	Status []int        // with Any: beside 2xx
	Type   string       // media type of Content-Type, lower case; "": any
	Header []HeaderMark // all of them
	Any    [][]Op       // pipelines over the body; one that yields a value is enough
}

// HeaderMark is a response header that an answer must have.
type HeaderMark struct {
	Name  string // lower case
	Value Pattern
}

// Marked reports whether there is a mark beside the status. Files of version 0.1
// may have none: such an app is never found signed out.
func (s *SignedOut) Marked() bool { return s.Type != "" || len(s.Header) > 0 || len(s.Any) > 0 }

// Headers lists the response headers that tell the app's answer from a gateway's,
// lower case and sorted.
func (w *Whoami) Headers() []string {
	out := []string{HeaderType, HeaderChallenge}
	for _, h := range w.SignedOut.Header {
		out = append(out, h.Name)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// The response headers that every answer is judged by.
const (
	HeaderType      = "content-type"
	HeaderChallenge = "www-authenticate"
)
