package envelope

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"sessionferry/session"
)

// TestReject runs every vector of reject/vectors.json.
func TestReject(t *testing.T) {
	w := loadWorld(t)
	var vectors []vector
	must(t, json.Unmarshal(readFile(t, rejectDir, "vectors.json"), &vectors))
	for _, v := range vectors {
		t.Run(v.Name, func(t *testing.T) {
			_, err := w.ask(t, v)
			wantCode(t, err, v.Code)
		})
	}
}

// ask parses and opens a vector's envelope as the vector says.
func (w *world) ask(t *testing.T, v vector) ([]byte, error) {
	want, opener, r := w.expect(), "runner", w.roster
	if v.Opener != "" {
		opener = v.Opener
	}
	if !v.Workspace.IsZero() {
		want.Workspace = v.Workspace
	}
	if !v.Account.IsZero() {
		want.Account = v.Account
	}
	if v.App != "" {
		want.App = v.App
	}
	if v.Seen != (session.Generation{}) {
		want.Seen = v.Seen
	}
	if !v.Now.IsZero() {
		want.Now = v.Now
	}
	want.Pending = v.Pending
	if v.Versions > 0 {
		r = must1(verifyChain(w.chain[:v.Versions], Hash{}))(t)
	}
	e, err := Parse(readEither(t, v.File))
	if err != nil {
		return nil, err
	}
	return e.Open(w.keys[opener], r, want)
}

// readEither reads a file of reject/ or, if it is not there, of golden/.
func readEither(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(rejectDir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return readFile(t, goldenDir, name)
	}
	must(t, err)
	return b
}

// TestRejectChains runs every vector of reject/chains.json.
func TestRejectChains(t *testing.T) {
	var vectors []chainVector
	must(t, json.Unmarshal(readFile(t, rejectDir, "chains.json"), &vectors))
	for _, v := range vectors {
		t.Run(v.Name, func(t *testing.T) {
			var chain [][]byte
			for _, f := range v.Files {
				chain = append(chain, readEither(t, f))
			}
			_, _, err := VerifyChain(chain, v.Pin)
			wantCode(t, err, v.Code)
		})
	}
}

// TestTruncation cuts every format at every length.
func TestTruncation(t *testing.T) {
	w := loadWorld(t)
	for _, e := range []*Envelope{w.share, w.refresh} {
		for n := range e.Bytes() {
			if _, err := Parse(e.Bytes()[:n]); session.CodeOf(err) != session.CodeEnvelopeInvalid {
				t.Fatalf("%s cut to %d bytes: %v", e.h.Origin, n, err)
			}
		}
	}
	second := must1(verifyChain(w.chain[:2], Hash{}))(t)
	for n := range w.chain[2] {
		if _, err := follow(second, w.chain[2][:n], checkedKeys{}); session.CodeOf(err) != session.CodeRosterInvalid {
			t.Fatalf("roster cut to %d bytes: %v", n, err)
		}
	}
	keys := w.keys["runner"].Public().Marshal()
	for n := range keys {
		if _, err := ParsePublicKeys(keys[:n]); session.CodeOf(err) != session.CodeKeyFileInvalid {
			t.Fatalf("public keys cut to %d bytes: %v", n, err)
		}
	}
}

// TestBitFlips flips every bit of the headers and signatures, and in the share
// one bit of every other byte.
func TestBitFlips(t *testing.T) {
	w := loadWorld(t)
	for _, e := range []*Envelope{w.share, w.refresh} {
		b := bytes.Clone(e.Bytes())
		for i := range b {
			masks := []byte{1, 2, 4, 8, 16, 32, 64, 128}
			if i >= e.header+signatureSize {
				if e.h.Origin == OriginRefresh {
					break
				}
				masks = masks[i%8:][:1]
			}
			for _, m := range masks {
				b[i] ^= m
				got, err := Parse(b)
				if err == nil {
					err = got.Verify(w.roster, w.Now)
				}
				if err == nil {
					t.Fatalf("%s: byte %d with %#02x flipped is accepted", e.h.Origin, i, m)
				}
				b[i] ^= m
			}
		}
	}
}

// TestFlippedRoster flips one bit of every byte of a version.
func TestFlippedRoster(t *testing.T) {
	w := loadWorld(t)
	first := must1(verifyChain(w.chain[:1], Hash{}))(t)
	b := bytes.Clone(w.chain[1])
	for i := range b {
		b[i] ^= 1 << (i % 8)
		if _, err := follow(first, b, checkedKeys{}); session.CodeOf(err) != session.CodeRosterInvalid {
			t.Fatalf("byte %d flipped: %v", i, err)
		}
		b[i] ^= 1 << (i % 8)
	}
}
