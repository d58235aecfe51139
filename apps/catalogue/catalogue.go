package catalogue

import (
	"bytes"
	"embed"
	"strings"
	"sync"

	"sessionferry/session"
)

//go:embed files/*.yaml
var files embed.FS

// loaded holds an *entry for each app that was asked for.
var loaded sync.Map

type entry struct {
	once sync.Once
	app  *App
	err  error
}

// Names returns the ids of all apps of the catalogue, sorted. It parses none.
func Names() []string {
	dir, _ := files.ReadDir("files") // embedded: cannot fail
	out := make([]string, len(dir))
	for i, f := range dir {
		out[i] = strings.TrimSuffix(f.Name(), ".yaml")
	}
	return out
}

// Get returns the app of that id; its file is parsed when it is first asked
// for. The error is session.CodeAppUnknown, or session.CodeCatalogueInvalid for
// a file that does not parse.
func Get(name string) (*App, error) {
	data, err := source(name)
	if err != nil {
		return nil, err
	}
	e, _ := loaded.LoadOrStore(name, &entry{})
	one := e.(*entry)
	one.once.Do(func() { one.app, one.err = Parse(name, data) })
	return one.app, one.err
}

// Offered returns the apps that cards can be made for (see App.Offered), sorted
// by id.
func Offered() ([]*App, error) {
	var out []*App
	for _, name := range Names() {
		data, err := source(name)
		if err != nil {
			return nil, err
		}
		// An app that cannot be asked is not offered, so its file need not be parsed.
		if !bytes.Contains(data, []byte("whoami:")) && !bytes.Contains(data, []byte("probe:")) {
			continue
		}
		a, err := Get(name)
		if err != nil {
			return nil, err
		}
		if a.Offered() {
			out = append(out, a)
		}
	}
	return out, nil
}

func source(name string) ([]byte, error) {
	if !appName().MatchString(name) {
		return nil, session.Errorf(session.CodeAppUnknown, "")
	}
	data, err := files.ReadFile("files/" + name + ".yaml")
	if err != nil {
		return nil, session.Errorf(session.CodeAppUnknown, "%s", name)
	}
	return data, nil
}
