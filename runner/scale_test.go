package runner

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/session"
)

// TestScale restores the largest session that is promised: 50 origins, 3,000
// cookies and 30 MiB of storage. A browser keeps 180 cookies of a site, so that
// these are 20 sites.
func TestScale(t *testing.T) {
	const sites, origins, cookies, keys = 20, 50, 3000, 6
	var domains []string
	for i := range sites {
		domains = append(domains, fmt.Sprintf("site%d.test", i))
	}
	b := &session.Bundle{Version: session.BundleVersion, App: "a", Site: "https://o0.site0.test", Capture: session.Capture{
		Captured: time.Now().UTC().Truncate(time.Second), Store: session.Store{ID: "0", Kind: "default"}, Read: []string{"cookie", "local"}, Context: testContext,
	}}
	for i := range cookies {
		b.Capture.Cookies = append(b.Capture.Cookies, crumb(fmt.Sprintf("c%d", i), func(c *session.Cookie) { c.Domain = domains[i%sites] }))
	}
	value := session.Text(strings.Repeat("0123456789abcdef", 30<<20/origins/keys/16))
	for i := range origins {
		o := session.OriginStorage{Origin: fmt.Sprintf("https://o%d.%s", i, domains[i%sites])}
		for k := range keys {
			o.Local = append(o.Local, session.Item{Key: session.Text(fmt.Sprint(k)), Value: value})
		}
		b.Capture.Origins = append(b.Capture.Origins, o)
	}
	var text strings.Builder
	require.NoError(t, b.Encode(&text))
	b, err := session.DecodeBundle([]byte(text.String()), domains)
	require.NoError(t, err)

	started := time.Now()
	r := opened(t, b)
	t.Logf("%d MiB and %d cookies: ready in %v", text.Len()>>20, cookies, time.Since(started))
	assert.Equal(t, CookieCounts{Captured: cookies, Restored: cookies}, r.Cookies())
	require.NoError(t, r.Verify(t.Context()))
	t.Logf("all of it written and compared in %v", time.Since(started))
	assert.Empty(t, r.Differences())
	assert.Equal(t, StorageCounts{Captured: origins * keys, Restored: origins * keys}, r.Storage())
}
