package e2e

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"sessionferry/e2e/testbed"
)

// TestScreensWeb makes the pictures of the web app: a real vault whose clock runs as
// fast as the story wants, its pages in a real browser. The accounts are examples.
func TestScreensWeb(t *testing.T) {
	t.Parallel()
	h := newHarbour(t)
	w := newBareWorld(t)
	w.plainType()
	c := w.browser("profile")
	s := &webShots{h.at(w, c), c}

	s.both("web-accounts", 1040, 700)
	s.visit("/accounts/" + h.shared.ID.String())
	s.shows(".plot")
	s.both("web-account", 1040, 1180)
	s.clicks("[data-dialog=delete]")
	s.shows("dialog[open]")
	s.save("web-delete", s.shot(testbed.Look{}, 1040, 700, 1.5))
	s.visit("/accounts/" + h.ended.ID.String())
	s.shows(".fix")
	s.save("web-invalid", s.shot(testbed.Look{}, 1040, 760, 1.5))
	s.visit("/admin/programs")
	s.shows(".key")
	s.save("web-programs", s.shot(testbed.Look{}, 1040, 700, 1.5))
	s.visit("/admin/all")
	s.shows("table")
	s.both("web-admin", 1040, 700)
}

// webShots is a browser in which pictures of the web app are taken.
type webShots struct {
	*webTab
	c *testbed.Chromium
}

// both saves a light and a dark picture.
func (s *webShots) both(name string, width, height int64) {
	s.t.Helper()
	s.save(name, s.shot(testbed.Look{}, width, height, 1.5))
	s.save(name+"-dark", s.shot(testbed.Look{Dark: true}, width, height, 1.5))
}

func (s *webShots) shot(l testbed.Look, width, height int64, scale float64) []byte {
	s.t.Helper()
	s.eval("(document.documentElement.style.scrollbarWidth = 'none', scrollTo(0, 0), '')")
	require.NoError(s.t, s.p.Look(s.t.Context(), l))
	png, err := s.c.Picture(s.t.Context(), width, height, scale)
	require.NoError(s.t, err)
	return png
}

func (s *webShots) save(name string, png []byte) {
	s.t.Helper()
	if *screens != "" {
		require.NoError(s.t, os.WriteFile(filepath.Join(*screens, name+".png"), png, 0o600))
	}
}
