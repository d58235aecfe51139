package catalogue

import (
	"bytes"
	"embed"
	"slices"
	"strings"
	"sync"

	"sessionferry/session"
)

//go:embed files/*.yaml
var files embed.FS

// Catalogue is a set of apps: those of this build, and a company's own if it was
// opened with their folder. It does not change, and is safe for use by several
// goroutines. A nil Catalogue is the embedded one.
type Catalogue struct {
	entries map[string]*entry
	names   []string // sorted
	own     []string // of the company's folder, sorted
	refused []*session.Error
}

// entry is one app's file; it is read and parsed when the app is first asked for.
type entry struct {
	read func() ([]byte, error)
	once sync.Once
	data []byte
	app  *App
	err  error
}

var embedded = sync.OnceValue(func() *Catalogue {
	c := &Catalogue{entries: map[string]*entry{}}
	dir, _ := files.ReadDir("files") // embedded: cannot fail
	for _, f := range dir {
		path := "files/" + f.Name()
		c.add(strings.TrimSuffix(f.Name(), extension), func() ([]byte, error) { return files.ReadFile(path) })
	}
	return c
})

// Embedded returns the apps of this build. Each is parsed once in a process.
func Embedded() *Catalogue { return embedded() }

// or is the catalogue itself, or the embedded one in the place of none.
func (c *Catalogue) or() *Catalogue {
	if c == nil {
		return embedded()
	}
	return c
}

func (c *Catalogue) add(name string, read func() ([]byte, error)) {
	c.entries[name] = &entry{read: read}
	at, _ := slices.BinarySearch(c.names, name)
	c.names = slices.Insert(c.names, at, name)
}

// Names returns the ids of all apps, sorted. It parses none.
func (c *Catalogue) Names() []string { return slices.Clone(c.or().names) }

// Own returns the ids of the apps from the company's folder, sorted.
func (c *Catalogue) Own() []string { return slices.Clone(c.or().own) }

// Get returns the app of that id; its file is parsed when it is first asked
// for. The error is session.CodeAppUnknown, or session.CodeCatalogueInvalid for
// a file that does not parse.
func (c *Catalogue) Get(name string) (*App, error) {
	e, ok := c.or().entries[name]
	if !ok {
		return nil, session.Errorf(session.CodeAppUnknown, "")
	}
	e.load(name)
	return e.app, e.err
}

// Source returns the text of an app's file, as Get has read it, with the same
// errors.
func (c *Catalogue) Source(name string) ([]byte, error) {
	_, err := c.Get(name)
	if err != nil {
		return nil, err
	}
	return c.or().entries[name].data, nil
}

func (e *entry) load(name string) {
	e.once.Do(func() {
		if e.data, e.err = e.read(); e.err == nil {
			e.app, e.err = Parse(name, e.data)
		}
	})
}

// Offered returns the apps that cards can be made for (see App.Offered), sorted
// by id. A company's file that does not parse is passed over: the other apps are
// no worse for it, and Faults tells of it.
func (c *Catalogue) Offered() ([]*App, error) {
	c = c.or()
	var out []*App
	for _, name := range c.names {
		own := slices.Contains(c.own, name)
		if !own && !c.asks(name) {
			continue
		}
		a, err := c.Get(name)
		switch {
		case err != nil && own:
		case err != nil:
			return nil, err
		case a.Offered():
			out = append(out, a)
		}
	}
	return out, nil
}

// asks reports whether an app of this build may have a question. One that has
// none is not offered, so its file need not be parsed.
func (c *Catalogue) asks(name string) bool {
	data, err := c.entries[name].read()
	return err != nil || bytes.Contains(data, []byte("get:"))
}
