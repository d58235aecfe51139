package vault

import (
	"bytes"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"sessionferry/session"
	"sessionferry/vault/pages"
)

func (c *call) language() pages.Language {
	return pages.Speak(c.sealed(cookieLanguage), c.r.Header.Get("Accept-Language"))
}

// show answers with a page.
func (c *call) show(status int, v pages.View) error {
	pages.Themed(v, pages.ParseTheme(c.sealed(cookieTheme)))
	var b bytes.Buffer
	if err := pages.Render(&b, c.language(), v); err != nil {
		return err
	}
	c.w.Header().Set("Content-Type", "text/html; charset=utf-8")
	c.w.Header().Set("Content-Security-Policy", pages.Policy)
	c.w.WriteHeader(status)
	_, _ = c.w.Write(b.Bytes()) // the caller has gone away
	return nil
}

// frame begins a page for who is signed in. What was just done is told by the
// address that the form has led to.
func (c *call) frame(title pages.Text, here pages.Place, crumbs ...pages.Link) pages.Frame {
	f := pages.Frame{Title: title, Nav: &pages.Nav{Person: c.by.Name, Admin: c.by.Admin, Here: here}, Crumbs: crumbs}
	if done := c.r.URL.Query().Get("done"); slices.Contains(dones, done) {
		f.Done = pages.Say(done)
	}
	return f
}

// dones are what an address may say was done.
var dones = []string{"added", "added_trimmed", "edited", "edited_trimmed", "removed", "deleted", "saved", "signin_ended", "program_ended", "password_changed", "totp_on", "totp_off", "adm_person_removed", "adm_uninvited", "adm_retention_set"}

// showForm shows a form.
func (c *call) showForm(f *pages.Form) error {
	f.Begin()
	return c.show(http.StatusOK, f)
}

// tellProblem answers as the API does.
func tellProblem(c *call, err error) session.Code { return writeProblem(c.w, c.w.id, err) }

// showFault shows what the vault could not do, in place of a page. Who is signed in
// can go on to the others.
func (s *Server) showFault(c *call, err error) session.Code {
	code := session.CodeOf(err)
	if code == session.CodeSignedOut && c.r.Method == http.MethodGet {
		to := ""
		if c.r.URL.Path != "/" {
			to = "?to=" + url.QueryEscape(c.r.URL.Path)
		}
		_ = c.see("/signin" + to)
		return code
	}
	status := statuses[code]
	title := pages.Say("fault_title")
	if code == session.CodeNotFound {
		title = pages.Say("not_found_title")
		if c.by.Role == "" { // no route has looked who it is; if that is nobody, there is nowhere to go
			_ = s.authorize(c, AccessPerson)
		}
	}
	frame := pages.Frame{Title: title}
	if c.by.Role == RoleWeb {
		frame = c.frame(title, "")
	}
	frame.Refuse(code)
	f := pages.Form{Frame: frame, Links: []pages.Link{{Href: "/", Label: pages.Say("home")}}}
	if status == 0 {
		status = http.StatusInternalServerError
	}
	if status >= http.StatusInternalServerError {
		f.Problem.RequestID = c.w.id
	}
	setRetry(c.w, err)
	if c.show(status, &f) != nil { // an embedded template is at fault
		return writeProblem(c.w, c.w.id, err)
	}
	return code
}

// problemPage tells what a code means, for a script that has met one. It may be of a
// newer extension.
func (s *Server) problemPage(c *call) error {
	code := session.Code(c.r.PathValue("code"))
	if !code.Known() {
		code = session.CodeInternal
	}
	return c.show(http.StatusOK, &pages.Form{Frame: pages.Frame{Title: pages.Say("fault_title"), Problem: &pages.Problem{Code: string(code)}}})
}

// see sends the browser to another page.
func (c *call) see(path string) error {
	http.Redirect(c.w, c.r, path, http.StatusSeeOther)
	return nil
}

// back is where a person wanted to go who had to sign in first: a page of ours, or
// the first one.
func (s *Server) back(v url.Values) string {
	if to := v.Get("to"); isOwnPath(s.url, to) {
		return to
	}
	return "/"
}

// isOwnPath reports whether every reader takes a reference for the path of a page
// of this origin: it is written in its one form, in printable ASCII, and leads to
// where it seems to.
func isOwnPath(origin, to string) bool {
	if !isPlain(to) || strings.ContainsFunc(to, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
		return false
	}
	base, err := url.Parse(origin)
	if err != nil {
		return false
	}
	target, err := base.Parse(to)
	return err == nil && target.String() == origin+to
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

// asset serves one of the files that pages load.
func (s *Server) asset(c *call) error {
	if !pages.Asset(c.w, c.r, c.r.PathValue("file")) {
		return NotFound()
	}
	return nil
}
