package envelope

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// TestDocumentation holds the specification to the code: its labels, its worked
// example and the fingerprint in it.
func TestDocumentation(t *testing.T) {
	w := loadWorld(t)
	doc := string(must1(os.ReadFile("../docs/envelope.md"))(t))
	for _, label := range allLabels {
		if !strings.Contains(doc, "| `"+label+"` |") {
			t.Errorf("the label %s is not in the table", label)
		}
	}
	if !strings.Contains(doc, dump(w.share.headerBytes())) {
		t.Error("the worked example is not the golden share's header")
	}
	if !strings.Contains(doc, w.keys["laptop"].ID().Fingerprint()) {
		t.Error("the fingerprint is not the laptop's")
	}
}

// dump shows bytes as the specification does, 16 a line.
func dump(b []byte) string {
	var s strings.Builder
	for at := 0; at < len(b); at += 16 {
		line := b[at:min(at+16, len(b))]
		shown := strings.Map(func(c rune) rune {
			if c <= ' ' || c >= 0x7F {
				return '.'
			}
			return c
		}, latin1(line))
		fmt.Fprintf(&s, "    %04x  %-47s  %s\n", at, fmt.Sprintf("% x", line), shown)
	}
	return s.String()
}

// latin1 reads each byte as one character.
func latin1(b []byte) string {
	runes := make([]rune, len(b))
	for i, c := range b {
		runes[i] = rune(c)
	}
	return string(runes)
}
