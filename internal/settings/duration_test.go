package settings

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestDurations: a time may be given in days wherever it is set, and is printed so
// that it can be read again.
func TestDurations(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"30d": 30 * day, "1d12h": 36 * time.Hour, "0d": 0, "90s": 90 * time.Second, "720h": 30 * day, "1d1ms": day + time.Millisecond,
	} {
		e := newExample()
		require.NoError(t, e.Parse([]string{"--erase-within", text}), text)
		require.NoError(t, e.Load([]string{"EXAMPLE_ERASE_WITHIN=7d"}, ""))
		require.Equal(t, want, e.within, text)
		again := newExample()
		require.NoError(t, again.Load(nil, file(t, "erase-within: "+e.Lookup("erase-within").Value.String())))
		require.Equal(t, want, again.within, text)
	}
	require.Equal(t, "30d", newDuration(720*time.Hour).String())
	require.Equal(t, "36h0m0s", newDuration(36*time.Hour).String())
	for _, text := range []string{"", "d", "30", "-1d", "1.5d", "1d-1h", "1d+1h", "1dd", "1d2d", "soon", "99999d9999999h", "200000d", "4294967296d"} {
		require.ErrorContains(t, newExample().Parse([]string{"--erase-within", text}), "it is a time such as 90s, 15m or 30d", text)
	}
}

func newDuration(d time.Duration) *duration { return (*duration)(&d) }

// FuzzDuration: whatever is understood is understood again as it is printed.
func FuzzDuration(f *testing.F) {
	for _, s := range []string{"30d", "1d12h", "90s", "-5m", "1d"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, err := parseDuration(text)
		if err != nil {
			return
		}
		back, err := parseDuration(newDuration(v).String())
		require.NoError(t, err)
		require.Equal(t, v, back)
	})
}
