package envelope

import (
	"bytes"
	"encoding/binary"
	"testing"
)

// FuzzParse: whatever parses gives the same bytes again, by every way out.
func FuzzParse(f *testing.F) {
	w := loadWorld(f)
	f.Add(w.share.Bytes())
	f.Add(w.refresh.Bytes())
	f.Fuzz(func(t *testing.T, b []byte) {
		e, err := Parse(b)
		if err != nil {
			return
		}
		if !bytes.Equal(e.Bytes(), b) || !bytes.Equal(e.Header().marshal(), b[:e.header]) {
			t.Fatal("the envelope changed")
		}
		if joined := must1(Join(e.Split()))(t); !bytes.Equal(joined.Bytes(), b) {
			t.Fatal("split and joined, the envelope changed")
		}
	})
}

// FuzzOpen: nothing opens but the golden envelopes; what the device and the
// runner did not sign stays shut. The payload behind a good signature is fuzzed
// too.
func FuzzOpen(f *testing.F) {
	w := loadWorld(f)
	f.Add(w.share.Bytes())
	f.Add(w.refresh.Bytes())
	f.Add(pack(f, w.bundle))
	f.Fuzz(func(t *testing.T, b []byte) {
		if plain, err := decompress(b); err == nil && !bytes.Equal(decompressed(t, pack(t, plain)), plain) {
			t.Fatal("a bundle does not survive packing")
		}
		e, err := Parse(b)
		if err != nil {
			return
		}
		if _, err := e.Open(w.keys["runner"], w.roster, w.expect()); err == nil && !bytes.Equal(b, w.share.Bytes()) && !bytes.Equal(b, w.refresh.Bytes()) {
			t.Fatal("a forgery opens")
		}
	})
}

func decompressed(t *testing.T, plain []byte) []byte { return must1(decompress(plain))(t) }

// FuzzVerifyChain: no chain verifies that a listed device did not sign. The
// input holds the versions, each behind its length in four bytes.
func FuzzVerifyChain(f *testing.F) {
	w := loadWorld(f)
	known := map[string]bool{}
	for n := range w.chain {
		f.Add(bundled(w.chain[:n+1]))
		known[string(w.chain[n])] = true
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var chain [][]byte
		for r := (reader{b: b}); len(r.b) > 0 && !r.failed && len(chain) <= 16; {
			chain = append(chain, r.bytes(int(r.uint32())))
		}
		r, hash, err := VerifyChain(chain, HashOf(w.chain[0]))
		if err != nil {
			return
		}
		newest := chain[len(chain)-1]
		if !known[string(newest)] || hash != HashOf(newest) || !bytes.Equal(r.marshal(), newest[:len(newest)-signatureSize]) {
			t.Fatal("a forged version verifies")
		}
	})
}

func bundled(chain [][]byte) (b []byte) {
	for _, v := range chain {
		b = append(binary.BigEndian.AppendUint32(b, uint32(len(v))), v...)
	}
	return b
}

// FuzzParsePublicKeys: whatever parses gives the same bytes again and can be
// sealed to.
func FuzzParsePublicKeys(f *testing.F) {
	w := loadWorld(f)
	f.Add(w.keys["laptop"].Public().Marshal())
	f.Add(w.keys["runner"].Public().Marshal())
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := ParsePublicKeys(b)
		if err != nil {
			return
		}
		if !bytes.Equal(p.Marshal(), b) {
			t.Fatal("the keys changed")
		}
		must1(appendStanza(nil, p, p.ID(), w.share.headerBytes(), forgedKey))(t)
	})
}
