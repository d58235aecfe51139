package runner

import (
	_ "embed"
	"net/url"
	"slices"
	"strings"

	"sessionferry/session"
)

//go:embed js/text.js
var textJS string

//go:embed js/storage.js
var storageJS string

// The kinds of web storage, as the scripts and the bundle's list name them.
const (
	kindLocal   = "local"
	kindSession = "session"
)

// fillReport is the binding by which a fill script reports, seen in our isolated
// world alone.
const fillReport = "sessionferryFilled"

// StorageCounts counts storage items (and IndexedDB records): those captured,
// and those of the origins met so far that were written and found again.
type StorageCounts struct {
	Captured int `json:"captured"`
	Restored int `json:"restored"`
}

// storageSeed is the storage of one kind that documents of one origin get when
// they are first met: once for each browser (local) or tab (session). Frames are
// apart from pages, since a frame of another site has a storage of its own.
type storageSeed struct {
	origin string
	kind   string
	framed bool
	large  bool // too much to go into every new document: see originSeed
	items  int
	arg    string // of the fill script
}

// largeStorage is from where on, in bytes, the localStorage of an origin is
// filled when the origin is met. A script of its own in every new document is
// faster for less, and would be carried to every page's process for more.
const largeStorage = 64 << 10

// onNewDocument is the script that fills a document before it runs, and reports.
func (s *storageSeed) onNewDocument() string {
	return "(() => {\n" + textJS + storageJS + "const said = fill(" + s.arg + ");\nif (said) " + fillReport + "(said);\n})();"
}

// now is the expression that fills the document that is there, whose value is
// the report or "".
func (s *storageSeed) now() string {
	return "(() => {\n" + textJS + storageJS + "return fill(" + s.arg + ") ?? '';\n})()"
}

// storagePart names the web storage of one kind and origin.
type storagePart struct{ origin, kind string }

// storageSeeds turns a bundle's storage into scripts.
func storageSeeds(b *session.Bundle) ([]*storageSeed, error) {
	tops := []string{b.Site}
	for _, o := range b.Capture.Origins {
		if !slices.Contains(tops, o.Origin) {
			tops = append(tops, o.Origin)
		}
	}
	var out []*storageSeed
	for _, o := range b.Capture.Origins {
		for _, framed := range []bool{false, true} {
			for _, part := range []struct {
				kind  string
				items []session.Item
			}{{kindLocal, o.Local}, {kindSession, o.Session}} {
				if len(part.items) == 0 {
					continue
				}
				arg, err := session.Marshal(struct {
					Origin string         `json:"origin"`
					Kind   string         `json:"kind"`
					Framed bool           `json:"framed"`
					Tops   []string       `json:"tops"`
					Items  []session.Item `json:"items"`
				}{o.Origin, part.kind, framed, tops, part.items})
				if err != nil {
					return nil, session.Errorf(session.CodeBundleInvalid, "web storage").Because(err)
				}
				large := part.kind == kindLocal && len(arg) > largeStorage
				if large && framed {
					continue // a document below another site does without
				}
				out = append(out, &storageSeed{origin: o.Origin, kind: part.kind, framed: framed, large: large, items: len(part.items), arg: string(arg)})
			}
		}
	}
	return out, nil
}

// fillResult is what a fill script reports. Lost names the keys that do not read
// back as written.
type fillResult struct {
	Origin string   `json:"origin"`
	Framed bool     `json:"framed"`
	Kind   string   `json:"kind"`
	Fresh  bool     `json:"fresh"`
	Lost   []string `json:"lost"`
}

func seedIndex(seeds []*storageSeed, r fillResult) int {
	return slices.IndexFunc(seeds, func(s *storageSeed) bool {
		return s.origin == r.Origin && s.kind == r.Kind && s.framed == r.Framed
	})
}

func (s *storageSeed) differences(r fillResult) []Difference {
	out := make([]Difference, len(r.Lost))
	for i, key := range r.Lost {
		out[i] = Difference{Store: s.kind, Name: visible(session.Text(key)), Where: s.origin, Field: "value"}
	}
	return out
}

// visible is a text of a page for people and for JSON.
func visible(t session.Text) string { return strings.ToValidUTF8(string(t), "\uFFFD") }

// storageCount counts the items and records of a bundle.
func storageCount(b *session.Bundle) int {
	n := 0
	for _, o := range b.Capture.Origins {
		n += len(o.Local) + len(o.Session)
		for _, db := range o.Databases {
			for _, st := range db.Stores {
				n += len(st.Records)
			}
		}
	}
	return n
}

// rootOf returns the address of an origin's root document.
func rootOf(origin string) string {
	u, err := url.Parse(origin)
	if err != nil {
		return origin
	}
	u.Path = "/"
	return u.String()
}
