package catalogue

import (
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// whoamiOrNone reads the value of the key whoami: how to ask, or why nobody can.
func (r *reader) whoamiOrNone(n ast.Node) (*Whoami, string) {
	if m, ok := n.(*ast.MappingNode); !ok || len(m.Values) != 1 || m.Values[0].Key.String() != "none" {
		return r.whoami(n, "whoami"), ""
	}
	why := ""
	r.entries(n, "whoami", func(key string, v ast.Node) bool {
		why = r.text(v, key)
		return true
	})
	return nil, why
}

// whoami reads the value of the key whoami or probe.
func (r *reader) whoami(n ast.Node, name string) *Whoami {
	w, before := &Whoami{}, len(r.faults)
	r.entries(n, name, func(key string, v ast.Node) bool {
		switch key {
		case "get":
			w.Get = r.texts(v, key)
		case "bearer":
			w.Bearer = r.bearer(v)
		case "via":
			w.Via = r.pipeline(v)
		case "from":
			if r.text(v, key) != "bearer" {
				r.fail(line(v), "from is bearer, or left out")
			}
			w.FromToken = true
		case "kind":
			w.Kind = r.kind(v)
		case "signed_out":
			w.SignedOut = r.signedOut(v)
		default:
			return false
		}
		return true
	})
	switch {
	case !r.good(before):
	case len(w.Get) == 0 || len(w.Get) > 4 || slices.ContainsFunc(w.Get, func(p string) bool { return len(p) > 1024 }):
		r.fail(line(n), "%s gets 1 to 4 paths of at most 1024 bytes", name)
	case slices.ContainsFunc(w.Get, func(p string) bool {
		return !wholePath().MatchString(p) || strings.HasPrefix(p, "//") || strings.ContainsAny(p, `\#`)
	}):
		r.fail(line(n), "a path begins with one / and has neither host nor fragment")
	case w.FromToken && (w.Bearer == nil || name == "probe"):
		r.fail(line(n), "from: bearer is for a whoami with a bearer")
	case len(w.Via) == 0 || w.Kind == "":
		r.fail(line(n), "%s needs via and kind", name)
	case len(w.SignedOut.Status) == 0 && len(w.SignedOut.Any) == 0:
		r.fail(line(n), "%s needs the answers that mean signed out: any, or a status with type or header", name)
	case !w.SignedOut.Marked():
		r.warn(line(n), "signed_out with a status alone is never believed, since a gateway may answer it: add type, header or any")
	case w.FromToken && w.SignedOut.Type == "":
		r.warn(line(n), "from: bearer without a type in signed_out: any page with status 200 would accept the token")
	}
	return w
}

func (r *reader) bearer(n ast.Node) *Bearer {
	var b Bearer
	before := len(r.faults)
	r.entries(n, "bearer", func(key string, v ast.Node) bool {
		if b.Store != "" || key != string(Local) && key != string(Session) {
			return false
		}
		b.Store, b.Name = Store(key), r.text(v, key)
		return true
	})
	if r.good(before) && (b.Name == "" || len(b.Name) > 256) {
		r.fail(line(n), "bearer names one item of local or session, by at most 256 bytes")
	}
	return &b
}

func (r *reader) signedOut(n ast.Node) SignedOut {
	var s SignedOut
	r.entries(n, "signed_out", func(key string, v ast.Node) bool {
		switch key {
		case "status":
			for _, m := range r.list(v, key) {
				s.Status = append(s.Status, r.status(m))
			}
		case "type":
			if s.Type = r.text(v, key); !mediaType().MatchString(s.Type) {
				r.fail(line(v), "type is a media type in lower case, such as application/json")
			}
		case "header":
			s.Header = r.headers(v)
		case "any":
			for _, m := range r.list(v, key) {
				s.Any = append(s.Any, r.pipeline(m))
			}
		default:
			return false
		}
		return true
	})
	return s
}

// status reads a status that an app itself may answer.
func (r *reader) status(n ast.Node) int {
	s := r.number(n, "status", 200, 499)
	if s >= 300 && s < 400 || s == 407 || s == 429 {
		r.fail(line(n), "status %d is never the app's own verdict", s)
	}
	return s
}

func (r *reader) headers(n ast.Node) []HeaderMark {
	var out []HeaderMark
	r.entries(n, "header", func(name string, v ast.Node) bool {
		if !headerName().MatchString(name) || name == "set-cookie" {
			r.fail(line(v), "a header has a name in lower case, and is not set-cookie, which no page can read")
		}
		out = append(out, HeaderMark{name, r.pattern(v)})
		return true
	})
	if len(out) > maxHeaders {
		r.fail(line(n), "header has more than %d members", maxHeaders)
	}
	return out
}
