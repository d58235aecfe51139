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
		r.fail(line(n), "%s needs the answers that mean signed out", name)
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
				s.Status = append(s.Status, r.number(m, key, 200, 599))
			}
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
