package runner

import (
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/stretchr/testify/require"

	"sessionferry/runner/cdpmux"
)

// navigate goes to an address in an open page, waits until it has loaded and
// evaluates an expression.
func navigate(t *testing.T, s *cdpmux.Session, address, expression string) string {
	t.Helper()
	loaded, stop := s.Subscribe("Page.loadEventFired")
	defer stop()
	res, err := cdp.Call(t.Context(), s, page.Navigate, page.NavigateParams{URL: address})
	require.NoError(t, err)
	require.Empty(t, res.ErrorText)
	select {
	case <-loaded:
	case <-time.After(time.Minute):
		t.Fatal("the page did not load")
	}
	out, err := evaluate(t.Context(), s, expression)
	require.NoError(t, err)
	return out
}
