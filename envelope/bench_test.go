package envelope

import (
	"encoding/base64"
	"fmt"
	"testing"
)

// sessionLike is n bytes that compress as a session does: keys that repeat,
// tokens that do not.
func sessionLike(n int) []byte {
	var b []byte
	for tokens := base64.StdEncoding.EncodeToString(noise(n)); len(b) < n; tokens = tokens[48:] {
		b = fmt.Appendf(b, `{"name":"token","value":"%s","domain":"wiki.example","path":"/","secure":true},`, tokens[:48])
	}
	return b[:n]
}

var benchSizes = []struct {
	name string
	size int
}{{"64KiB", 64 << 10}, {"1MiB", 1 << 20}}

// benchRoster returns a roster of the laptop and n-1 runners.
func benchRoster(b *testing.B, w *world, n int) *Roster {
	r := *w.roster
	r.Entries = []Entry{{Keys: w.keys["laptop"].Public(), Name: "laptop"}}
	for range n - 1 {
		r.Entries = append(r.Entries, Entry{Keys: must1(NewSeeds().Keys(RoleRunner))(b).Public(), Name: "runner"})
	}
	return &r
}

func BenchmarkSeal(b *testing.B) {
	w := loadWorld(b)
	for _, s := range benchSizes {
		for _, n := range []int{1, 5} {
			b.Run(fmt.Sprintf("%s/recipients=%d", s.name, n), func(b *testing.B) {
				bundle, to := sessionLike(s.size), benchRoster(b, w, n).Recipients(w.Now)
				b.SetBytes(int64(s.size))
				b.ReportAllocs()
				for b.Loop() {
					must1(Seal(w.header(), w.keys["laptop"], to, writes(bundle)))(b)
				}
			})
		}
	}
}

func BenchmarkOpen(b *testing.B) {
	w := loadWorld(b)
	for _, s := range benchSizes {
		for _, n := range []int{1, 5} {
			b.Run(fmt.Sprintf("%s/recipients=%d", s.name, n), func(b *testing.B) {
				r := benchRoster(b, w, n)
				e := must1(Seal(w.header(), w.keys["laptop"], r.Recipients(w.Now), writes(sessionLike(s.size))))(b)
				b.SetBytes(int64(s.size))
				b.ReportAllocs()
				for b.Loop() {
					must1(must1(Parse(e.Bytes()))(b).Open(w.keys["laptop"], r, w.expect()))(b)
				}
			})
		}
	}
}

// BenchmarkVerifyChain verifies the golden chain of six versions.
func BenchmarkVerifyChain(b *testing.B) {
	w := loadWorld(b)
	for b.Loop() {
		must1(verifyChain(w.chain, w.Pin))(b)
	}
}
