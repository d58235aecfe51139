// Package pages draws the vault's web app: it makes HTML of what the vault says,
// and serves the files that pages load.
//
// It decides nothing. Who may see what is settled before a view is filled; here a
// name is text whatever it holds, a time is shown in UTC until a script knows the
// person's zone, and every sentence comes from the catalogue of the person's
// language. No page needs a script to be read or to send its form.
package pages

import (
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"path"
	"strings"
	"sync"

	"sessionferry/internal/plain"
	"sessionferry/session"
)

//go:embed templates assets styles words
var files embed.FS

// Policy lets a page load its own styles, scripts and pictures, ask the vault that
// it came from, and send its own forms.
const Policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// View is what one page shows. Each has a Frame and a template of its name.
type View interface {
	frame() *Frame
	template() string
}

// Frame is what every page has around its own part.
type Frame struct {
	Title   Text
	Theme   Theme
	Nav     *Nav // nil for who is not signed in
	Crumbs  []Link
	Problem *Problem
	Done    Text
	Scripts []string // beside app.js
	Styles  string   // a sheet of the page's own; "" for none
	Still   bool     // the page runs no script
	Wide    bool     // the page has more than one column
	Dir     string
}

func (f *Frame) frame() *Frame { return f }

// Refuse tells above the page's own part what was wrong.
func (f *Frame) Refuse(code session.Code) { f.Problem = &Problem{Code: string(code)} }

// Nav is where somebody who is signed in can go.
type Nav struct {
	Person string
	Admin  bool
	Here   Place
}

// Place is one of the entries of the navigation.
type Place string

// The places. Those below PlaceAdmin are an admin's.
const (
	PlaceAccounts  Place = "accounts"
	PlaceDevices   Place = "devices"
	PlaceYou       Place = "you"
	PlacePeople    Place = "people"
	PlaceAll       Place = "all"
	PlacePrograms  Place = "programs"
	PlaceRetention Place = "retention"
	PlaceApps      Place = "apps"
	PlaceAudit     Place = "audit"
	PlaceHealth    Place = "health"
)

// adminPlaces are the pages of whoever runs the vault, in their order.
var adminPlaces = []Place{PlacePeople, PlaceAll, PlacePrograms, PlaceRetention, PlaceApps, PlaceAudit, PlaceHealth}

// AdminPlaces returns them.
func (n *Nav) AdminPlaces() []Place { return adminPlaces }

// InAdmin reports whether the page is one of them.
func (n *Nav) InAdmin() bool {
	for _, p := range adminPlaces {
		if n.Here == p {
			return true
		}
	}
	return false
}

// Link leads to another page. Quiet is one beside the page's own matter.
type Link struct {
	Href  string
	Label Text
}

// Problem is what was wrong, and what to do about it.
type Problem struct {
	Code      string
	RequestID string // of a fault of the vault's own, for whoever looks at its log
}

// Theme is the colours that a person has chosen; "" for those of the system.
type Theme string

// The themes.
const (
	ThemeLight Theme = "light"
	ThemeDark  Theme = "dark"
)

// ParseTheme reads a theme; what is none is the system's.
func ParseTheme(s string) Theme {
	if t := Theme(s); t == ThemeLight || t == ThemeDark {
		return t
	}
	return ""
}

// Render writes a page in a language. Hidden characters of what others wrote are
// escaped (package plain), so that no name turns a line around.
func Render(w io.Writer, l Language, v View) error {
	t := sets()[l][v.template()]
	if t == nil {
		return fmt.Errorf("there is no template for the page %q", v.template())
	}
	p := plain.Writer(w, []rune(isolate+isolateEnd)...)
	return errors.Join(t.ExecuteTemplate(p, "layout.html", v), p.Close())
}

// sets are the templates by language and name. A page's own file defines "main",
// which the layout places.
var sets = sync.OnceValue(func() map[Language]map[string]*template.Template {
	out := map[Language]map[string]*template.Template{}
	own, err := fs.Glob(files, "templates/*.html")
	must(err)
	for _, l := range Languages() {
		base := template.Must(template.New("").Funcs(functions(l)).ParseFS(files, "templates/layout.html", "templates/parts/*.html"))
		out[l] = map[string]*template.Template{}
		for _, file := range own {
			if name := strings.TrimSuffix(path.Base(file), ".html"); name != "layout" {
				out[l][name] = template.Must(template.Must(base.Clone()).ParseFS(files, file))
			}
		}
	}
	return out
})

// must ends a program whose embedded files are not as its tests have seen them.
func must(err error) {
	if err != nil {
		panic(err)
	}
}
