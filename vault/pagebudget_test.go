package vault_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sessionferry/vault"
	"sessionferry/vault/pages"
	"sessionferry/vault/vaulttest"
)

// What a page may weigh when it is loaded for the first time, in bytes, none of them packed.
const (
	maxFirstLoad = 60_000
	maxScript    = 20_000
)

var (
	loaded  = regexp.MustCompile(`(?:href|src)="(/assets/[^"]+)"`)
	imports = regexp.MustCompile(`from '\./([^']+)'`)
)

// TestFirstLoad: the three main pages are light, with all that they load, on a phone
// far away from the vault too.
func TestFirstLoad(t *testing.T) {
	s := newScene(t, vaulttest.Options{})
	s.device.ShareNow(t, s.account, 100)
	owner := s.SetUp(t)
	for i := range 11 {
		owner.Do(t, "POST", "/v1/accounts", vault.Card{App: vaulttest.App, Site: vaulttest.Site, Username: fmt.Sprint("colleague ", i)}).Wants(t, 201)
	}
	account := "/accounts/" + s.account.ID.String()
	for _, language := range []string{"en", "es"} {
		for _, path := range []string{"/", account, account + "/transfer"} {
			page := owner.Do(t, "GET", path, nil, "Accept-Language", language).Wants(t, 200)
			all, script := len(page.Body), 0
			for _, file := range filesOf(t, owner, string(page.Body)) {
				if strings.HasPrefix(file.Header.Get("Content-Type"), "text/javascript") {
					script += len(file.Body)
				}
				all += len(file.Body)
			}
			t.Logf("%s in %s: %d bytes, of which %d are scripts", strings.Replace(path, s.account.ID.String(), "…", 1), language, all, script)
			require.Less(t, all, maxFirstLoad, path)
			require.Less(t, script, maxScript, path)
			require.NotZero(t, script)
		}
	}
}

// filesOf are all files that a page loads, and those that its scripts do.
func filesOf(t *testing.T, w *vaulttest.Web, page string) map[string]vaulttest.Answer {
	got := map[string]vaulttest.Answer{}
	wanted := []string{}
	for _, m := range loaded.FindAllStringSubmatch(page, -1) {
		wanted = append(wanted, m[1])
	}
	for len(wanted) > 0 {
		name := wanted[0]
		wanted = wanted[1:]
		if _, ok := got[name]; ok {
			continue
		}
		got[name] = w.Do(t, "GET", name, nil).Wants(t, 200)
		for _, m := range imports.FindAllStringSubmatch(string(got[name].Body), -1) {
			wanted = append(wanted, "/assets/"+m[1])
		}
	}
	return got
}

// TestStylePage: the page of samples is there for who asks for it at the start, and
// for nobody else. It may do no more than any page.
func TestStylePage(t *testing.T) {
	v := vaulttest.Start(t, vaulttest.Options{})
	v.Browser(t).Do(t, "GET", "/style", nil).Wants(t, http.StatusNotFound)
	dev := vaulttest.Start(t, vaulttest.Options{Dev: true})
	a := dev.Browser(t).Do(t, "GET", "/style?dir=rtl", nil, "Accept-Language", "es").Wants(t, 200)
	require.Contains(t, string(a.Body), `lang="es" dir="rtl"`)
	require.Equal(t, pages.Policy, a.Header.Get("Content-Security-Policy"))
	require.NotContains(t, string(a.Body), "style=")
}

// TestAssetsArePacked: what says the same to everybody is sent packed to who unpacks
// it; a page is not, since its size would tell of the names on it.
func TestAssetsArePacked(t *testing.T) {
	v := vaulttest.Start(t, vaulttest.Options{})
	w := v.Browser(t)
	plain := w.Do(t, "GET", "/assets/app.css", nil, "Accept-Encoding", "gzip;q=0").Wants(t, 200)
	packed := w.Do(t, "GET", "/assets/app.css", nil, "Accept-Encoding", "br, gzip").Wants(t, 200)
	require.Empty(t, plain.Header.Get("Content-Encoding"))
	require.Equal(t, "gzip", packed.Header.Get("Content-Encoding"))
	require.Equal(t, "Accept-Encoding", packed.Header.Get("Vary"))
	require.Less(t, len(packed.Body), len(plain.Body)/3)
	unpacked, err := gzip.NewReader(bytes.NewReader(packed.Body))
	require.NoError(t, err)
	body, err := io.ReadAll(unpacked)
	require.NoError(t, err)
	require.Equal(t, plain.Body, body)
	require.Empty(t, w.Do(t, "GET", "/setup", nil, "Accept-Encoding", "gzip").Wants(t, 200).Header.Get("Content-Encoding"))
}
