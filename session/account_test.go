package session

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestConsent(t *testing.T) {
	now := time.Date(2026, 11, 24, 23, 0, 0, 0, time.UTC)
	good := Consent{Text: ConsentText, Time: now, Surface: "popup"}
	require.NoError(t, good.Validate(now))

	for name, c := range map[string]struct {
		change func(*Consent)
		want   Code
	}{
		"from the web app's page":   {func(c *Consent) { c.Surface = "page" }, ""},
		"a clock 10 minutes behind": {func(c *Consent) { c.Time = now.Add(10 * time.Minute) }, ""},
		"given long ago":            {func(c *Consent) { c.Time = now.AddDate(-1, 0, 0) }, ""},
		"no time":                   {func(c *Consent) { c.Time = time.Time{} }, CodeConsentMissing},
		"in the future":             {func(c *Consent) { c.Time = now.Add(601 * time.Second) }, CodeConsentMissing},
		"another surface":           {func(c *Consent) { c.Surface = "" }, CodeConsentMissing},
		"an older text":             {func(c *Consent) { c.Text = "2025-01" }, CodeConsentOutdated},
		"no text":                   {func(c *Consent) { c.Text = "" }, CodeConsentOutdated},
	} {
		consent := good
		c.change(&consent)
		require.Equal(t, c.want, CodeOf(consent.Validate(now)), name)
	}
	require.Equal(t, CodeConsentMissing, CodeOf((*Consent)(nil).Validate(now)))
}

func TestCausesHaveSentences(t *testing.T) {
	for cause := range causeText {
		require.Regexp(t, `^[A-Z].*\.$`, cause.Text(), cause)
	}
	require.Empty(t, Cause("unheard of").Text())
}

// Compare is a total order in which a share outweighs any refresh.
func TestGenerationCompare(t *testing.T) {
	number := rapid.OneOf(rapid.Uint64Range(0, 3), rapid.Uint64())
	draw := rapid.Custom(func(t *rapid.T) Generation {
		return Generation{Share: number.Draw(t, "share"), Refresh: number.Draw(t, "refresh")}
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := draw.Draw(t, "a"), draw.Draw(t, "b"), draw.Draw(t, "c")
		require.Equal(t, -b.Compare(a), a.Compare(b))
		require.Equal(t, a == b, a.Compare(b) == 0)
		if a.Compare(b) <= 0 && b.Compare(c) <= 0 {
			require.LessOrEqual(t, a.Compare(c), 0)
		}
		if a.Share < b.Share {
			require.Equal(t, -1, a.Compare(b))
		}
		require.GreaterOrEqual(t, a.Compare(Generation{}), 0)
	})
}
