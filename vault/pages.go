package vault

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
	"net/url"
	"slices"

	"sessionferry/session"
)

//go:embed pages
var pageFiles embed.FS

var pageTemplate = template.Must(template.ParseFS(pageFiles, "pages/layout.html", "pages/form.html"))

// pagePolicy lets a page load its own style and picture and send its own forms.
const pagePolicy = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// page is one screen: a text, a form, links. It needs no script.
type page struct {
	Title   string
	Text    string
	Problem *session.Message
	Done    string
	Program *asking
	Action  string
	Hidden  []field
	Fields  []field
	Buttons []field
	Links   []link
}

// field is an input or a button of a form.
type field struct {
	Name, Label, Hint, Type, Value, Autocomplete string
	Code                                         bool // letters that somebody types from another screen
	Optional, Second                             bool
	Focus, Invalid, Explained                    bool // Explained by the problem
}

type link struct{ Href, Label string }

// isolated keeps a name that is written from right to left from turning the
// sentence around it.
func isolated(name string) string { return "\u2068" + name + "\u2069" }

func (c *call) show(status int, p page) error {
	if len(p.Fields) > 0 && !slices.ContainsFunc(p.Fields, func(f field) bool { return f.Focus }) {
		p.Fields[0].Focus = true
	}
	var b bytes.Buffer
	if err := pageTemplate.ExecuteTemplate(&b, "layout.html", p); err != nil {
		return err
	}
	c.w.Header().Set("Content-Type", "text/html; charset=utf-8")
	c.w.Header().Set("Content-Security-Policy", pagePolicy)
	c.w.WriteHeader(status)
	_, _ = c.w.Write(b.Bytes()) // the caller has gone away
	return nil
}

// showProblem shows a page again with what was wrong. A fault of the vault's own
// is answered as everywhere.
func (c *call) showProblem(err error, p page) error {
	code := session.CodeOf(err)
	status := statuses[code]
	if status == 0 {
		return err
	}
	m := code.Message()
	p.Problem = &m
	p.blame(code)
	setRetry(c.w, err)
	return c.show(status, p)
}

// blamed are the fields that a problem may be with.
var blamed = map[session.Code]string{
	session.CodeCodeWrong:    "code",
	session.CodeSignInFailed: "password",
	session.CodeTOTPNeeded:   "totp",
	session.CodePasswordWeak: "password",
	session.CodeEmailInvalid: "email",
	session.CodeNameInvalid:  "name",
}

// blame leads to what was wrong. Screen readers say the title of a page that has
// loaded and the field that has the focus, and not always an alert that was there
// from the start: so the focused field is explained by it.
func (p *page) blame(code session.Code) {
	if len(p.Fields) == 0 {
		return
	}
	at := slices.IndexFunc(p.Fields, func(f field) bool { return f.Name == blamed[code] })
	f := &p.Fields[max(at, 0)]
	f.Focus, f.Explained, f.Invalid = true, true, at >= 0
}

// see sends the browser to another page.
func (c *call) see(path string) error {
	http.Redirect(c.w, c.r, path, http.StatusSeeOther)
	return nil
}

// form reads the fields of a form.
func (c *call) form() (url.Values, error) {
	if c.r.Header.Get("Content-Type") != "application/x-www-form-urlencoded" {
		return nil, session.Errorf(session.CodeRequestInvalid, "the content type is not that of a form")
	}
	b, err := c.body()
	if err != nil {
		return nil, err
	}
	v, err := url.ParseQuery(string(b))
	if err != nil {
		return nil, session.Errorf(session.CodeRequestInvalid, "the form cannot be read")
	}
	return v, nil
}

// file serves one of the files that pages load.
func file(name, kind string) func(*Server, *call) error {
	data, err := pageFiles.ReadFile("pages/" + name)
	if err != nil {
		panic(err) // it is embedded
	}
	return func(_ *Server, c *call) error {
		c.w.Header().Set("Content-Type", kind)
		c.w.Header().Set("Cache-Control", "no-cache")
		_, _ = c.w.Write(data) // the caller has gone away
		return nil
	}
}
