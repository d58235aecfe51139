package envelope

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"time"

	"sessionferry/session"
)

// TestSealOpen seals bundles of every kind of size.
func TestSealOpen(t *testing.T) {
	w := loadWorld(t)
	for _, n := range []int{0, 1, 3000, 5000, 100_000, 3 << 20} {
		bundle := noise(n)
		e := must1(Seal(w.header(), w.keys["laptop"], w.members("runner", "laptop"), writes(bundle)))(t)
		parsed := must1(Parse(e.Bytes()))(t)
		got := must1(parsed.Open(w.keys["runner"], w.roster, w.expect()))(t)
		if !bytes.Equal(got, bundle) {
			t.Errorf("%d bytes come back as another %d", n, len(got))
		}
		if !isBucket(len(e.payload()) - tagSize) {
			t.Errorf("%d bytes fill %d", n, len(e.payload()))
		}
	}
}

// TestSizesHide compares the envelopes of two bundles of almost one size.
func TestSizesHide(t *testing.T) {
	w := loadWorld(t)
	size := func(n int) int {
		return len(must1(Seal(w.header(), w.keys["laptop"], w.members("runner"), writes(noise(n))))(t).Bytes())
	}
	if size(9000) != size(9100) {
		t.Error("100 bytes show")
	}
}

// TestFreshKeys seals one bundle twice.
func TestFreshKeys(t *testing.T) {
	w := loadWorld(t)
	seal := func() *Envelope {
		return must1(Seal(w.header(), w.keys["laptop"], w.members("runner"), writes(w.bundle)))(t)
	}
	a, b := seal(), seal()
	if a.h.Commitment == b.h.Commitment || bytes.Equal(a.nonce(), b.nonce()) || bytes.Equal(a.payload(), b.payload()) {
		t.Error("a data key or a nonce was used twice")
	}
}

// TestRefreshChain hands a session back twice and lets go of the older ones.
func TestRefreshChain(t *testing.T) {
	w := loadWorld(t)
	e := w.share
	for i := range uint64(3) {
		e = must1(SealRefresh(e, Refresh{Created: w.Now.Add(time.Hour)}, w.keys["runner"], w.roster.Recipients(w.Now), writes(w.bundle)))(t)
		e = must1(Parse(e.Bytes()))(t)
		must1(e.Open(w.keys["runner"], w.roster, w.expect()))(t)
		if e.h.Generation != (session.Generation{Share: 7, Refresh: i + 1}) || !e.h.NotAfter.Equal(e.h.Cap) || !bytes.Equal(e.h.share.header, w.share.headerBytes()) {
			t.Errorf("refresh %d: %+v", i+1, e.h)
		}
	}
}

// TestRefreshMoreKeys gives SealRefresh a roster that has grown since the share.
func TestRefreshMoreKeys(t *testing.T) {
	w := loadWorld(t)
	to := append(w.members("stranger"), w.roster.Recipients(w.Now)...)
	e := must1(SealRefresh(w.share, Refresh{Created: w.Now}, w.keys["runner"], to, writes(w.bundle)))(t)
	if !slices.Equal(e.h.Recipients, w.share.h.Recipients) {
		t.Error("the recipients changed")
	}
	_, err := SealRefresh(w.share, Refresh{Created: w.Now}, w.keys["runner"], to[:3], writes(w.bundle))
	wantCode(t, err, session.CodeEnvelopeRecipient)
}

// TestEndIsCapped seals with no end and with one beyond the cap.
func TestEndIsCapped(t *testing.T) {
	w := loadWorld(t)
	for _, end := range []time.Time{{}, w.Now.AddDate(9, 0, 0)} {
		h := w.header()
		h.NotAfter = end
		e := must1(Seal(h, w.keys["laptop"], w.members("runner"), writes(w.bundle)))(t)
		if !e.h.NotAfter.Equal(h.Cap) {
			t.Errorf("ends %v", e.h.NotAfter)
		}
	}
}

// TestSealRefuses asks for what the format does not allow.
func TestSealRefuses(t *testing.T) {
	w := loadWorld(t)
	own := errors.New("the encoder's own")
	broken := w.members("runner")
	broken[0].KEM = broken[0].KEM[1:]
	many := make([]PublicKeys, MaxRecipients+1)
	for i := range many {
		many[i] = w.members("runner")[0]
		many[i].Sign = append([]byte{byte(i), byte(i >> 8)}, many[i].Sign[2:]...)
	}
	for name, c := range map[string]struct {
		edit   func(h *Header)
		from   string
		to     []PublicKeys
		encode func(io.Writer) error
		code   session.Code
	}{
		"by a runner":      {from: "runner", code: session.CodeEnvelopeSender},
		"no recipient":     {to: []PublicKeys{}, code: session.CodeEnvelopeRecipient},
		"double recipient": {to: w.members("runner", "runner"), code: session.CodeEnvelopeRecipient},
		"many recipients":  {to: many, code: session.CodeEnvelopeRecipient},
		"broken recipient": {to: broken, code: session.CodeEnvelopeRecipient},
		"no consent":       {edit: func(h *Header) { h.Consent = session.Consent{} }, code: session.CodeEnvelopeInvalid},
		"no app":           {edit: func(h *Header) { h.App = "" }, code: session.CodeEnvelopeInvalid},
		"no workspace":     {edit: func(h *Header) { h.Workspace = session.ID{} }, code: session.CodeEnvelopeInvalid},
		"no generation":    {edit: func(h *Header) { h.Generation = session.Generation{} }, code: session.CodeEnvelopeInvalid},
		"no times":         {edit: func(h *Header) { h.Created = time.Time{} }, code: session.CodeEnvelopeInvalid},
		"ended":            {edit: func(h *Header) { h.NotAfter = h.Created.Add(-time.Hour) }, code: session.CodeEnvelopeInvalid},
		"encoder fails":    {encode: func(io.Writer) error { return own }, code: session.CodeInternal},
		"too large":        {encode: zeros(session.MaxBundle + 1), code: session.CodeBundleTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			h, from, to, encode := w.header(), "laptop", w.members("runner"), writes(w.bundle)
			if c.edit != nil {
				c.edit(&h)
			}
			if c.from != "" {
				from = c.from
			}
			if c.to != nil {
				to = c.to
			}
			if c.encode != nil {
				encode = c.encode
			}
			_, err := Seal(h, w.keys[from], to, encode)
			wantCode(t, err, c.code)
		})
	}
	_, err := SealRefresh(w.share, Refresh{Created: w.Now}, w.keys["laptop"], w.roster.Recipients(w.Now), writes(w.bundle))
	wantCode(t, err, session.CodeEnvelopeSender)
}

// TestNoClock verifies without a time, which would make every key endless.
func TestNoClock(t *testing.T) {
	w := loadWorld(t)
	wantCode(t, w.share.Verify(w.roster, time.Time{}), session.CodeInternal)
}

// TestLargest seals and opens a bundle near the limit, and one that does not
// shrink enough, and counts the memory that is taken.
func TestLargest(t *testing.T) {
	w := loadWorld(t)
	bundle := []byte(base64.StdEncoding.EncodeToString(noise(30 << 20 / 4 * 3)))
	var e *Envelope
	took := allocated(func() {
		e = must1(Seal(w.header(), w.keys["laptop"], w.members("runner"), writes(bundle)))(t)
	})
	t.Logf("sealing %d bytes took %d, the envelope has %d", len(bundle), took, len(e.Bytes()))
	if took > uint64(len(e.Bytes()))+6<<20 {
		t.Errorf("sealing took %d bytes for an envelope of %d", took, len(e.Bytes()))
	}
	var got []byte
	took = allocated(func() {
		got = must1(must1(Parse(e.Bytes()))(t).Open(w.keys["runner"], w.roster, w.expect()))(t)
	})
	t.Logf("opening took %d", took)
	if took > uint64(len(e.payload())+len(bundle))+1<<20 {
		t.Errorf("opening took %d bytes for a payload of %d and a bundle of %d", took, len(e.payload()), len(bundle))
	}
	if !bytes.Equal(got, bundle) {
		t.Error("another bundle came back")
	}
}

// TestIncompressible seals what fits as JSON and not as a payload.
func TestIncompressible(t *testing.T) {
	w := loadWorld(t)
	_, err := Seal(w.header(), w.keys["laptop"], w.members("runner"), writes(noise(session.MaxBundle)))
	wantCode(t, err, session.CodeBundleTooLarge)
}

// allocated returns how many bytes f allocated in all, freed ones included: an
// upper bound of its peak.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// noise is n bytes that do not compress, the same each time.
func noise(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{1}).Read(b)
	return b
}

// zeros writes n zero bytes in pieces.
func zeros(n int) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.CopyN(w, zeroReader{}, int64(n))
		return err
	}
}

type zeroReader struct{}

func (zeroReader) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}
