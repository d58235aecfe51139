package vaulttest

import (
	"bytes"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault"
)

// Password is everybody's.
const Password = "correct horse battery staple"

// Web is a web browser at the vault.
type Web struct {
	URL    string
	Person session.ID
	Name   string
	Email  string
	http   http.Client
}

// Browser is one in which nobody has signed in.
func (v *Vault) Browser(t testing.TB) *Web {
	t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	noRedirect := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &Web{URL: v.URL, http: http.Client{Transport: v.Pool(t), Jar: secureJar{jar}, CheckRedirect: noRedirect}}
}

// secureJar takes this computer for safe without TLS, as browsers do.
type secureJar struct{ *cookiejar.Jar }

func secured(u *url.URL) *url.URL {
	s := *u
	s.Scheme = "https"
	return &s
}

func (j secureJar) SetCookies(u *url.URL, c []*http.Cookie) { j.Jar.SetCookies(secured(u), c) }
func (j secureJar) Cookies(u *url.URL) []*http.Cookie       { return j.Jar.Cookies(secured(u)) }

// SetUp makes the first person, the owner of what enrols over the socket, an admin
// who is signed in.
func (v *Vault) SetUp(t testing.TB) *Web {
	t.Helper()
	w := v.Browser(t)
	w.Name, w.Email = "Olga Owner", "olga@company.example"
	w.Do(t, "POST", "/v1/setup", map[string]string{"code": v.Setup, "name": w.Name, "email": w.Email, "password": Password}).Wants(t, 204)
	w.learn(t)
	return w
}

// Invite makes another person, who is signed in.
func (w *Web) Invite(t testing.TB, v *Vault, name string, role vault.PersonRole) *Web {
	t.Helper()
	next := v.Browser(t)
	next.Name, next.Email = name, name+"@company.example"
	var invited struct {
		Code string `json:"code"`
	}
	w.Do(t, "POST", "/v1/invitations", map[string]any{"email": next.Email, "role": role}).Wants(t, 201).Into(t, &invited)
	next.Do(t, "POST", "/v1/join", map[string]string{"code": invited.Code, "name": name, "password": Password}).Wants(t, 204)
	next.learn(t)
	return next
}

func (w *Web) learn(t testing.TB) {
	t.Helper()
	var me struct {
		Person session.ID `json:"person"`
	}
	w.Do(t, "GET", "/v1/me", nil).Wants(t, 200).Into(t, &me)
	w.Person = me.Person
}

// SignIn signs a person in, in another browser.
func (w *Web) SignIn(t testing.TB, v *Vault) *Web {
	t.Helper()
	again := v.Browser(t)
	again.Person, again.Name, again.Email = w.Person, w.Name, w.Email
	again.Do(t, "POST", "/v1/signin", map[string]string{"email": w.Email, "password": Password}).Wants(t, 204)
	return again
}

// Enrol makes a program of the person, by a code that the person confirms.
func (w *Web) Enrol(t testing.TB, v *Vault, role vault.Role, name string) *Client {
	t.Helper()
	b := v.Beginner(t, role, name)
	w.Do(t, "POST", "/v1/enrolments/answer", map[string]any{"code": b.Code, "allow": true}).Wants(t, 204)
	var answer struct {
		Workspace session.ID `json:"workspace"`
		Person    session.ID `json:"person"`
		Principal session.ID `json:"principal"`
	}
	b.Outcome(t).Wants(t, 200).Into(t, &answer)
	b.Workspace, b.Person, b.Principal = answer.Workspace, answer.Person, answer.Principal
	b.Renew(t)
	return b.Client
}

// Beginner is a program that waits for somebody's word.
type Beginner struct {
	*Client
	Enrolment, Code string
}

// Newcomer is a program that is not enrolled.
func (v *Vault) Newcomer(t testing.TB, role vault.Role, name string) *Beginner {
	t.Helper()
	c := newClient(t, role, name)
	c.URL = v.URL
	c.connect(t, v)
	return &Beginner{Client: c}
}

// Beginner begins to enrol a program.
func (v *Vault) Beginner(t testing.TB, role vault.Role, name string) *Beginner {
	t.Helper()
	b := v.Newcomer(t, role, name)
	c := b.Client
	var begun struct {
		Enrolment string `json:"enrolment"`
		Code      string `json:"code"`
	}
	c.Do(t, "POST", "/v1/enrolments", map[string]any{"role": role, "name": name, "key": c.Keys.Public().Marshal()}).Wants(t, 201).Into(t, &begun)
	b.Enrolment, b.Code = begun.Enrolment, begun.Code
	return b
}

// Outcome asks what the person has said.
func (b *Beginner) Outcome(t testing.TB) Answer {
	t.Helper()
	return b.Do(t, "POST", "/v1/enrolments/outcome", map[string]any{"enrolment": b.Enrolment})
}

// Do sends a request as a page of the vault does. A body that is url.Values is a
// form, any other JSON.
func (w *Web) Do(t testing.TB, method, path string, body any, header ...string) Answer {
	t.Helper()
	var data []byte
	kind := ""
	switch b := body.(type) {
	case nil:
	case url.Values:
		data, kind = []byte(b.Encode()), "application/x-www-form-urlencoded"
	case []byte:
		data, kind = b, vault.MediaType
	default:
		var err error
		data, err = session.Marshal(b)
		require.NoError(t, err)
		kind = "application/json"
	}
	req, err := http.NewRequestWithContext(t.Context(), method, w.URL+path, bytes.NewReader(data))
	require.NoError(t, err)
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	if method != http.MethodGet {
		req.Header.Set("Origin", w.URL)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := w.http.Do(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	read, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return Answer{resp.StatusCode, resp.Header, read}
}

// Open asks for something whose answer may never be whole. The caller closes its
// body.
func (w *Web) Open(t testing.TB, path string) (*http.Response, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.URL+path, nil)
	require.NoError(t, err)
	return w.http.Do(req)
}
