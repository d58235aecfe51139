package vault

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"sessionferry/envelope"
	"sessionferry/session"
)

// FuzzPut: no body of a put makes the vault fail, and one that is taken comes out
// of its two pieces as it went in.
func FuzzPut(f *testing.F) {
	f.Add([]byte{})
	golden, err := os.ReadFile("testdata/share.envelope")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(golden)
	f.Fuzz(func(t *testing.T, body []byte) {
		account, origin := session.ID{}, envelope.OriginShare
		if e, err := envelope.Parse(body); err == nil {
			account, origin = e.Header().Account, e.Header().Origin
		}
		p, err := parsePut(body, origin, account, time.Unix(1_796_000_000, 0))
		if err != nil {
			if code := session.CodeOf(err); statuses[code] == 0 {
				t.Fatalf("%v is told as the vault's own fault", code)
			}
			return
		}
		if got := len(p.Sealed.Rest) + len(p.Sealed.Stanzas); got != len(body) {
			t.Fatalf("%d bytes of %d", got, len(body))
		}
	})
}

// FuzzSeen: a generation that is taken has one form only.
func FuzzSeen(f *testing.F) {
	for _, s := range []string{"", "0.0", "12.3", "01.0", "1", ".", "18446744073709551615.0"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		g, err := parseSeen(s)
		if err != nil || s == "" {
			return
		}
		if want := fmt.Sprintf("%d.%d", g.Share, g.Refresh); want != s {
			t.Fatalf("%q is read as %q", s, want)
		}
	})
}

// FuzzCounts: counts that are taken have one form only, and none is beyond what a
// capture holds.
func FuzzCounts(f *testing.F) {
	for _, s := range []string{"", "0.0.0", "12.3.1", "12.3", "01.0.0", "4000.200000.204000", "18446744073709551615.0.0"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := parseCounts(s)
		if err != nil || c == nil {
			return
		}
		if want := fmt.Sprintf("%d.%d.%d", c.Cookies, c.Items, c.Left); want != s || max(c.Cookies, c.Items, c.Left) > 204_000 {
			t.Fatalf("%q is read as %q", s, want)
		}
	})
}

// FuzzHeaders: what is taken as an idempotency key or a name is harmless in a
// line of text.
func FuzzHeaders(f *testing.F) {
	for _, s := range []string{"", "share-1_A", "a b", "é", "a\u202Eb", strings.Repeat("x", 65)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if session.IsKey(s) && (len(s) > 64 || strings.ContainsAny(s, " \"\\\r\n\t/")) {
			t.Fatalf("%q is taken as a key", s)
		}
		if isName(s) && (len(s) > 100 || strings.ContainsAny(s, "\r\n\t\x00\u2028\u202e")) {
			t.Fatalf("%q is taken as a name", s)
		}
	})
}

// FuzzReport: whatever a runner says, it is one of the few words that the store
// knows, or refused; and no call waits for ever.
func FuzzReport(f *testing.F) {
	f.Add([]byte(`{"result":"used"}`))
	f.Add([]byte(`{"result":"confirmed"}`))
	f.Add([]byte(`{"result":"invalid","cause":"bound_to_device"}`))
	f.Add([]byte(`{"result":"confirmed","cause":"shared"}`))
	f.Add([]byte(`{"wait":50}`))
	f.Add([]byte(`{"wait":-1}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		var report reportBody
		if session.Unmarshal(body, &report, session.CodeRequestInvalid) == nil {
			r, err := report.report()
			if err == nil && (r.Invalid && r.Confirmed || r.Invalid != (r.Cause != "") || r.Cause != report.Cause) {
				t.Fatalf("%q is taken as %+v", body, r)
			}
		}
		var wait waitBody
		if session.Unmarshal(body, &wait, session.CodeRequestInvalid) == nil {
			if d, err := wait.duration(); err == nil && (d < 0 || d > maxWait*time.Second) {
				t.Fatalf("%q waits %s", body, d)
			}
		}
	})
}

// FuzzJSON: the bodies of the API are read strictly: what is taken can be written
// and read again.
func FuzzJSON(f *testing.F) {
	f.Add([]byte(`{"app":"mediawiki","site":"https://wiki.example","username":"Bob"}`))
	f.Add([]byte(`{"seen":{"share":1,"refresh":0}}`))
	f.Add([]byte(`{"app":"a","app":"b"}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		var card, again Card
		if session.Unmarshal(body, &card, session.CodeRequestInvalid) != nil {
			return
		}
		b, err := session.Marshal(card)
		if err != nil {
			t.Fatal(err)
		}
		if err := session.Unmarshal(b, &again, session.CodeRequestInvalid); err != nil || again != card {
			t.Fatalf("%q: %v", b, err)
		}
	})
}
