package runner

import (
	_ "embed"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"sessionferry/session"
)

//go:embed js/text.js
var textJS string

//go:embed js/storage.js
var storageJS string

//go:embed js/settled.js
var settledJS string

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
	origin  string
	kind    string
	framed  bool
	large   bool // too much to go into every new document: see originSeed
	items   int
	entries string // JSON of them; frames and pages share it
	tops    string // JSON of the origins of pages below which a frame is the app's
}

// largeStorage is from where on, in bytes, the localStorage of an origin is
// filled when the origin is met. A script in every new document is faster for
// less, and would be carried to every page's process for more.
const largeStorage = 64 << 10

// part is what the fill script takes for seeds of one origin and kind.
func part(seeds []*storageSeed) string {
	var framed []string
	for _, s := range seeds {
		framed = append(framed, strconv.FormatBool(s.framed))
	}
	s := seeds[0]
	return fmt.Sprintf("{origin: %q, kind: %q, framed: [%s], tops: %s, items: %s}", s.origin, s.kind, strings.Join(framed, ", "), s.tops, s.entries)
}

// onNewDocument is the script that fills a document before it runs, and reports.
// It is one for all seeds, since each more costs every document a compilation.
func onNewDocument(seeds []*storageSeed) string {
	var b strings.Builder
	b.WriteString("(() => {\n" + textJS + storageJS + "for (const part of [\n")
	for len(seeds) > 0 {
		n := 1
		for n < len(seeds) && seeds[n].origin == seeds[0].origin && seeds[n].kind == seeds[0].kind {
			n++
		}
		b.WriteString(part(seeds[:n]) + ",\n")
		seeds = seeds[n:]
	}
	b.WriteString("]) {\nconst said = fill(part);\nif (said) " + fillReport + "(said);\n}\n})();")
	return b.String()
}

// now is the expression that fills the document that is there, whose value is
// the report or "", once the document's end could not undo it.
func (s *storageSeed) now() string {
	script := textJS + storageJS + "const said = fill(" + part([]*storageSeed{s}) + ") ?? '';\n"
	if s.kind == kindLocal {
		script += settledJS + "if (said && JSON.parse(said).fresh) await settled();\n" // else an app may be at work there
	}
	return "(async () => {\n" + script + "return said;\n})()"
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
	topsJSON, err := session.Marshal(tops)
	if err != nil {
		return nil, session.Errorf(session.CodeBundleInvalid, "an origin").Because(err)
	}
	var out []*storageSeed
	for _, o := range b.Capture.Origins {
		for _, part := range []struct {
			kind  string
			items []session.Item
		}{{kindLocal, o.Local}, {kindSession, o.Session}} {
			if len(part.items) == 0 {
				continue
			}
			entries, err := session.Marshal(part.items)
			if err != nil {
				return nil, session.Errorf(session.CodeBundleInvalid, "web storage").Because(err)
			}
			seed := storageSeed{origin: o.Origin, kind: part.kind, items: len(part.items), entries: string(entries), tops: string(topsJSON)}
			seed.large = part.kind == kindLocal && len(entries) > largeStorage
			out = append(out, &seed)
			if !seed.large { // a document below another site does without
				frames := seed
				frames.framed = true
				out = append(out, &frames)
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
