package e2e

import (
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// elsewhere is another browser in which Olga is signed in to the web app, as far as
// the vault can tell: one that loads pages and sends forms.
type elsewhere struct {
	t       *testing.T
	address string
	cookie  string
}

func (w *world) elsewhere() *elsewhere {
	w.t.Helper()
	e := &elsewhere{t: w.t, address: w.front.URL}
	for _, c := range e.post("/signin", url.Values{"email": {"olga@company.example"}, "password": {pagePassword}}) {
		e.cookie = c.Name + "=" + c.Value
	}
	require.NotEmpty(w.t, e.cookie)
	return e
}

// post sends a form, which leads to another page, and returns the cookies that are set.
func (e *elsewhere) post(path string, form url.Values) []*http.Cookie {
	e.t.Helper()
	req, err := http.NewRequestWithContext(e.t.Context(), http.MethodPost, e.address+path, strings.NewReader(form.Encode()))
	require.NoError(e.t, err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp := e.do(req)
	require.NoError(e.t, resp.Body.Close())
	require.Equal(e.t, http.StatusSeeOther, resp.StatusCode)
	return resp.Cookies()
}

func (e *elsewhere) do(req *http.Request) *http.Response {
	e.t.Helper()
	req.Header.Set("Cookie", e.cookie)
	resp, err := http.DefaultTransport.RoundTrip(req)
	require.NoError(e.t, err)
	return resp
}

var signInRow = regexp.MustCompile(`(?s)<li>.*?</li>`)

// endOthers ends all sign-ins of hers but this one.
func (e *elsewhere) endOthers() {
	e.t.Helper()
	req, err := http.NewRequestWithContext(e.t.Context(), http.MethodGet, e.address+"/you", nil)
	require.NoError(e.t, err)
	resp := e.do(req)
	defer resp.Body.Close()
	page, err := io.ReadAll(resp.Body)
	require.NoError(e.t, err)
	ended := 0
	for _, row := range signInRow.FindAllString(string(page), -1) {
		if !strings.Contains(row, "this browser") {
			e.post("/you/browsers", url.Values{"signin": {found(e.t, row, `value="([^"]+)"`)}})
			ended++
		}
	}
	require.NotZero(e.t, ended)
}
