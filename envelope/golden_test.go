package envelope

import (
	"bytes"
	"slices"
	"testing"

	"sessionferry/session"
)

// TestGolden opens what version 1 has written, with each recipient's key.
func TestGolden(t *testing.T) {
	w := loadWorld(t)
	for _, e := range []*Envelope{w.share, w.refresh} {
		for _, name := range []string{"laptop", "desktop", "runner"} {
			got, err := e.Open(w.keys[name], w.roster, w.expect())
			must(t, err)
			if !bytes.Equal(got, w.bundle) {
				t.Errorf("%s: %s reads another bundle", e.h.Origin, name)
			}
		}
	}
}

// TestGoldenHeader reads the fields of the golden headers.
func TestGoldenHeader(t *testing.T) {
	w := loadWorld(t)
	want := w.header()
	for _, e := range []*Envelope{w.share, w.refresh} {
		h := e.Header()
		if h.Workspace != want.Workspace || h.Account != want.Account || h.App != want.App || h.Session != want.Session ||
			h.Generation.Share != 7 || !h.Cap.Equal(want.Cap) || h.Consent != want.Consent {
			t.Errorf("%s: %+v", h.Origin, h)
		}
		if h.SharedBy() != w.keys["laptop"].ID() || !h.Names(w.keys["laptop"].ID()) || !h.Names(w.keys["runner"].ID()) || h.Names(w.keys["phone"].ID()) {
			t.Errorf("%s names other keys", h.Origin)
		}
	}
	if h := w.refresh.Header(); h.Origin != OriginRefresh || h.Generation.Refresh != 1 || h.Sender != w.keys["runner"].ID() {
		t.Errorf("refresh: %+v", h)
	}
}

// TestHeaderIsCopy changes a header that was handed out.
func TestHeaderIsCopy(t *testing.T) {
	w := loadWorld(t)
	w.share.Header().Recipients[0] = KeyID{}
	must(t, w.share.Verify(w.roster, w.Now))
}

// TestGoldenChain verifies every beginning of the chain, with every pin in it.
func TestGoldenChain(t *testing.T) {
	w := loadWorld(t)
	for n := 1; n <= len(w.chain); n++ {
		for _, pinned := range w.chain[:n] {
			r, hash, err := VerifyChain(w.chain[:n], HashOf(pinned))
			must(t, err)
			if r.Version != uint64(n) || hash != HashOf(w.chain[n-1]) || r.Hash() != hash {
				t.Errorf("version %d, want %d", r.Version, n)
			}
		}
	}
	var names []string
	for _, p := range w.roster.Recipients(w.Now) {
		e, _ := w.roster.Find(p.ID())
		names = append(names, e.Name)
	}
	if !slices.Equal(names, []string{"laptop", "runner", "desktop"}) {
		t.Errorf("recipients %q", names)
	}
}

// TestSplitJoin takes the stanzas off and puts them back.
func TestSplitJoin(t *testing.T) {
	w := loadWorld(t)
	for _, e := range []*Envelope{w.share, w.refresh} {
		public, stanzas := e.Split()
		if len(stanzas) != 3*stanzaSize {
			t.Errorf("%d bytes of stanzas", len(stanzas))
		}
		joined := must1(Join(public, stanzas))(t)
		if !bytes.Equal(joined.Bytes(), e.Bytes()) {
			t.Errorf("%s changed", e.h.Origin)
		}
	}
	public, stanzas := w.share.Split()
	_, err := Join(public, stanzas[1:])
	wantCode(t, err, session.CodeEnvelopeInvalid)
	_, err = Join(public, make([]byte, (MaxRecipients+1)*stanzaSize))
	wantCode(t, err, session.CodeEnvelopeInvalid)
	_, err = Parse(make([]byte, MaxEnvelope+1))
	wantCode(t, err, session.CodeBundleTooLarge)
}
