package pages

import (
	"bytes"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/session"
)

func drawn(t *testing.T, l Language, v View) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, Render(&b, l, v))
	return b.String()
}

// adminViews are those with tables, filled.
func adminViews() map[string]View {
	now := time.Date(2026, 11, 25, 10, 0, 0, 0, time.UTC)
	f := Frame{Title: Say("nav_health"), Nav: &Nav{Admin: true, Here: PlaceHealth}}
	return map[string]View{
		"people": &People{Frame: f, People: []Person{{Name: "Olga", Role: "admin", Admin: true, Self: true, Since: now}}},
		"all":    &All{Frame: f, Accounts: []Owned{{Username: "Bob", State: session.StateExpired}}},
		"windows": &Windows{Frame: f, Windows: []Window{
			{Name: Say("adm_workspace"), Days: Say("adm_days", 30)}, {App: "gitea", Name: Say("name_of", "Gitea"), Days: Say("adm_days", 1), Set: true},
		}},
		"preview": &Form{Frame: f, Numbers: &Numbers{Caption: Say("adm_preview_title"), Heads: []Text{Say("adm_app"), Say("adm_held")}, Rows: []Counts{{Say("name_of", "Gitea"), []int{2}}}}},
		"apps":    &Apps{Frame: f, Apps: []Supported{{App: App{Name: "Gitea", Grade: "A", Checked: now}, Old: true}}, Grades: []string{"A", "B", "C", "U"}},
		"audit":   &Audit{Frame: f, Entries: []Found{{Time: now, Action: "shared", Account: "x", Consent: &session.Consent{Text: "2026-11-25", Time: now}}}},
		"health":  &Health{Frame: f, Erasures: []Erasure{{Since: now, Cause: session.CauseDeleted, Attempts: 3, Failure: "the disk is full"}}},
	}
}

// TestTablesAreReadAloud: a screen reader says what a cell is of, and a table that
// is wider than the window is reached and moved by keyboard.
func TestTablesAreReadAloud(t *testing.T) {
	for name, v := range adminViews() {
		for _, l := range Languages() {
			page := drawn(t, l, v)
			require.Contains(t, page, "<table>", name)
			require.NotRegexp(t, `<th(>| [^s])`, page, "%s: a heading without a scope", name)
			require.Regexp(t, `tabindex="0" role="region" aria-label(ledby)?="[^"]+"><table>`, page, name)
			for _, id := range regexp.MustCompile(`aria-labelledby="([^"]+)"><table>`).FindAllStringSubmatch(page, -1) {
				require.Contains(t, page, `id="`+id[1]+`"`, name)
			}
		}
	}
}

// TestSearchGoesOn: a page of a search that found nothing yet leads on.
func TestSearchGoesOn(t *testing.T) {
	f := Frame{Title: Say("nav_audit"), Nav: &Nav{Admin: true, Here: PlaceAudit}}
	for _, v := range []View{&All{Frame: f, Next: "/on?cursor=7"}, &Audit{Frame: f, Next: "/on?cursor=7"}, &Accounts{Frame: f, Search: "x", Next: "/on?cursor=7"}} {
		page := drawn(t, English, v)
		require.Contains(t, page, `Nothing was found so far. <a href="/on?cursor=7">Search on</a>`)
		require.NotContains(t, page, "matches.")
	}
}

// TestHealthSaysWhatToDo: each thing that can be wrong has a sentence and a way on.
func TestHealthSaysWhatToDo(t *testing.T) {
	until := time.Date(2026, 11, 26, 10, 0, 0, 0, time.UTC)
	p := &Health{Frame: Frame{Title: Say("nav_health")}, Alerts: []Alert{
		{What: Say("adm_alert_failing"), Next: Say("adm_alert_failing_next"), Detail: "the disk is full"},
		{What: Say("adm_alert_clock_gap"), Next: Say("adm_alert_clock_gap_next"), Until: until},
	}}
	page := drawn(t, English, p)
	require.Contains(t, page, "<p>the disk is full</p>")
	require.Contains(t, page, `It ends by itself on <time datetime="2026-11-26T10:00:00Z">`)
	require.NotContains(t, page, "The vault is well.")
}
