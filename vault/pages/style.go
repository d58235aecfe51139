package pages

import (
	"html/template"
	"regexp"
	"strings"
)

// Style is the page that shows every part of the web app in every state, for whoever
// works on it. It draws the pages' own templates with samples, so that nothing is
// shown there which a page would not show.
type Style struct {
	Frame
	Pieces []Piece
}

func (*Style) template() string { return "style" }

// Piece is one sample, by day and by night.
type Piece struct {
	Name   string
	Halves []Half
}

// Half is a piece in the colours of one theme.
type Half struct {
	Theme Theme
	HTML  template.HTML
}

// NewStyle draws the page in a language, from right to left or not.
func NewStyle(l Language, rtl bool) (*Style, error) {
	s := &Style{Frame: Frame{Title: Say("name_of", "Style"), Nav: &Nav{Person: sampleName, Admin: true, Here: PlaceHealth}, Styles: "style.css", Still: true}}
	if rtl {
		s.Dir = "rtl"
	}
	for _, sample := range Samples() {
		p := Piece{Name: sample.Name}
		for _, theme := range []Theme{ThemeLight, ThemeDark} {
			var b strings.Builder
			if err := sets()[l][sample.View.template()].ExecuteTemplate(&b, "body", sample.View); err != nil {
				return nil, err
			}
			p.Halves = append(p.Halves, Half{theme, template.HTML(apart(b.String(), "-"+sample.Name+"-"+string(theme)))}) //nolint:gosec // a template has escaped it
		}
		s.Pieces = append(s.Pieces, p)
	}
	return s, nil
}

var (
	named   = regexp.MustCompile(` (id|for|aria-labelledby|aria-describedby)="([^"]+)"`)
	pattern = regexp.MustCompile(`url\(#(\w+)\)`)
)

// apart gives the parts of a page ids of their own, so that many pages can stand in
// one, and takes the focus from its fields.
func apart(html, suffix string) string {
	html = named.ReplaceAllStringFunc(html, func(s string) string {
		m := named.FindStringSubmatch(s)
		return " " + m[1] + `="` + strings.ReplaceAll(m[2], " ", suffix+" ") + suffix + `"`
	})
	return strings.ReplaceAll(pattern.ReplaceAllString(html, "url(#${1}"+suffix+")"), " autofocus", "")
}
