package runner

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/storage"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/session"
)

// TestRestorableIsWhatChromiumMakes holds session.Cookie.Restorable against the
// real browser, for every character of a name, value and path: what it lets pass
// arrives exactly, and what it holds back would not.
func TestRestorableIsWhatChromiumMakes(t *testing.T) {
	root, in := freshContext(t)
	site, err := url.Parse(pitfallSite)
	require.NoError(t, err)
	tried := 0
	for what, c := range variants() {
		tried++
		param := storage.SetCookiesParams{Cookies: []*network.CookieParam{cookieParam(&c, site)}, BrowserContextID: in}
		_, refused := cdp.Call(t.Context(), root, storage.SetCookies, param)
		differ := compareCookies([]session.Cookie{c}, held(t, root, in), nil, now())
		exact := refused == nil && len(differ) == 0
		assert.Equal(t, exact, c.Restorable() == nil, "%s: made exactly: %v, restorable: %v, differences: %v", what, exact, c.Restorable(), differ)
		_, err := cdp.Call(t.Context(), root, storage.ClearCookies, storage.ClearCookiesParams{BrowserContextID: in})
		require.NoError(t, err)
	}
	assert.Greater(t, tried, 1000)
}

// variants are ordinary cookies with one part changed, by what that is.
func variants() map[string]session.Cookie {
	out := map[string]session.Cookie{}
	add := func(what string, change func(*session.Cookie)) { out[what] = crumb("a", change) }
	characters := []string{"\u0080", "\u0085", "\u00a0", "ñ", "\u07ff", "\u0800", "用", "\u2028", "\u202e", "\ufeff", "\ufffd", "\ufffe", "😀", "\U0010ffff"}
	for b := range 0x80 {
		characters = append(characters, string(rune(b)))
	}
	for _, c := range characters {
		for _, text := range []string{"x" + c + "y", c + "y", "x" + c} {
			add(fmt.Sprintf("name %+q", text), func(k *session.Cookie) { k.Name = text })
			add(fmt.Sprintf("value %+q", text), func(k *session.Cookie) { k.Value = text })
			add(fmt.Sprintf("no name, value %+q", text), func(k *session.Cookie) { k.Name, k.Value = "", text })
			add(fmt.Sprintf("path %+q", text), func(k *session.Cookie) { k.Path = "/" + text })
		}
	}
	for b := range 0x100 {
		path := fmt.Sprintf("/x%%%02Xy", b)
		add("path "+path, func(k *session.Cookie) { k.Path = path })
	}
	for _, path := range []string{"", "x", "/x/", "//", "//x", "/x//y", "/.", "/..", "/./x", "/x/.", "/x/..", "/x/../y", "/...", "/.x", "/x.", "/%2e", "/%2E%2e/", "/x/.%2e", "/%",
		"/%zz", "/%4", "/x%2fy", "/%e9", "/" + strings.Repeat("x", 1023), "/" + strings.Repeat("x", 1024)} {
		add(fmt.Sprintf("path %.20q of %d", path, len(path)), func(k *session.Cookie) { k.Path = path })
	}
	for _, n := range []int{4096, 4097} {
		add(fmt.Sprintf("%d bytes", n), func(k *session.Cookie) { k.Value = strings.Repeat("x", n-1) })
		add(fmt.Sprintf("%d bytes of UTF-8", n), func(k *session.Cookie) {
			k.Name, k.Value = "ab", strings.Repeat("ñ", (n-1)/2)+strings.Repeat("x", (n-1)%2)
		})
	}
	for _, prefix := range []string{"__Host-", "__host-", "__Hosta", "__Secure-", "__SECURE-", "__Http-", "__Host-Http-"} {
		for flags := range 16 {
			add(fmt.Sprintf("prefix %s with %04b", prefix, flags), func(k *session.Cookie) {
				k.Name, k.Secure, k.HTTPOnly, k.HostOnly = prefix+"a", flags&1 == 0, flags&2 == 0, flags&4 == 0
				if flags&8 != 0 {
					k.Path = "/x"
				}
			})
		}
		add("no name, prefix "+prefix, func(k *session.Cookie) { k.Name, k.Value = "", prefix+"a" })
	}
	return out
}

// TestRestoreWidensNothing: a cookie of a bundle that Chromium would change is not
// set, and the comparison names it.
func TestRestoreWidensNothing(t *testing.T) {
	s := newSite(t)
	pathed := func(name, path string) session.Cookie {
		return crumb(name, func(c *session.Cookie) { c.Path = path })
	}
	s.HandleFunc("/my%20area/echo", s.echo)
	s.HandleFunc("/private/echo", s.echo)
	b := bundleOf(t, s.origin("app.example.test"), []session.Cookie{crumb("sid", nil), pathed("admin", "/my area"), pathed("other", "/x/../private")}, nil)
	r := opened(t, b)
	assert.Equal(t, CookieCounts{Captured: 3, Restored: 1}, r.Cookies())
	var said []string
	for _, d := range r.Differences() {
		said = append(said, d.Name+" "+d.Field+" "+d.Restored)
	}
	assert.Equal(t, []string{"admin missing not set: the path", "other missing not set: the path"}, said)
	for _, path := range []string{"/my%20area/echo", "/private/echo"} {
		p := visit(t, r, s.origin("app.example.test")+path, "document.body.innerText")
		assert.Contains(t, p, `"cookie":"sid=v"`, path)
	}

	state, lost, err := storageState(b, now())
	require.NoError(t, err)
	assert.NotContains(t, string(state), "admin")
	assert.Contains(t, lost, "2 cookies that a browser would refuse or change are left out")
}
