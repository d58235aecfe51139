package envelope

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"sessionferry/session"
)

// TestKeysDerive derives keys twice, for each role.
func TestKeysDerive(t *testing.T) {
	s := NewSeeds()
	a, b := must1(s.Keys(RoleDevice))(t), must1(s.Keys(RoleDevice))(t)
	if a.ID() != b.ID() || !bytes.Equal(a.Public().Marshal(), b.Public().Marshal()) {
		t.Error("one pair of seeds gives two keys")
	}
	if a.ID() == must1(s.Keys(RoleRunner))(t).ID() {
		t.Error("the role is not in the key id")
	}
	p := a.Public()
	if bytes.Equal(p.Sign, p.Roster) || bytes.Equal(p.Sign, p.DPoP) || bytes.Equal(p.Roster, p.DPoP) {
		t.Error("two purposes share a key")
	}
	if !p.DPoP.Equal(a.DPoP().Public()) {
		t.Error("the DPoP key is not the public one")
	}
	_, err := s.Keys(3)
	wantCode(t, err, session.CodeKeyFileInvalid)
}

// TestParseSeeds refuses what is no key.
func TestParseSeeds(t *testing.T) {
	good := NewSeeds()
	if got := must1(ParseSeeds(good[:]))(t); got != good {
		t.Error("seeds changed")
	}
	for _, b := range [][]byte{nil, good[:63], append(good[:], 0), make([]byte, 64), append(make([]byte, 32), good[32:]...), append(good[:32:32], make([]byte, 32)...)} {
		_, err := ParseSeeds(b)
		wantCode(t, err, session.CodeKeyFileInvalid)
	}
}

// TestSecretsDoNotPrint prints secrets in every way that a log might.
func TestSecretsDoNotPrint(t *testing.T) {
	s := NewSeeds()
	k := must1(s.Keys(RoleDevice))(t)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d", "%q"} {
		if got := fmt.Sprintf(verb, s); got != "envelope.Seeds(secret)" {
			t.Errorf("%s prints seeds as %q", verb, got)
		}
		if got := fmt.Sprintf(verb, k); !strings.HasPrefix(got, "envelope.Keys(device ") {
			t.Errorf("%s prints keys as %q", verb, got)
		}
	}
	if b, err := json.Marshal(s); err == nil {
		t.Errorf("seeds as JSON: %s", b)
	}
}

// TestPublicKeys refuses everything but what Marshal writes.
func TestPublicKeys(t *testing.T) {
	good := loadWorld(t).keys["runner"].Public().Marshal()
	p := must1(ParsePublicKeys(good))(t)
	if !bytes.Equal(p.Marshal(), good) || len(good) != PublicKeysSize {
		t.Error("public keys changed")
	}
	set := func(at int, with ...byte) []byte {
		b := bytes.Clone(good)
		copy(b[at:], with)
		return b
	}
	order8 := must1(hex.DecodeString("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85"))(t)
	for name, b := range map[string][]byte{
		"magic": set(0, 'X'), "version": set(4, 2), "role": set(5, 3), "trailing": append(bytes.Clone(good), 0),
		"small order, sign":   set(6, append([]byte{1}, make([]byte, 31)...)...),
		"small order, roster": set(38, make([]byte, 32)...),
		"small order, DPoP":   set(70, order8...),
		"ML-KEM not reduced":  set(102, 0xFF, 0xFF, 0xFF),
		"X25519 small order":  set(PublicKeysSize-32, make([]byte, 32)...),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ParsePublicKeys(b)
			wantCode(t, err, session.CodeKeyFileInvalid)
		})
	}
}

// TestTexts reads every text form back, and no other.
func TestTexts(t *testing.T) {
	id := loadWorld(t).keys["laptop"].ID()
	if got := must1(ParseKeyID(id.String()))(t); got != id {
		t.Error("key id changed")
	}
	h := HashOf([]byte("a version"))
	if got := must1(ParseHash(h.String()))(t); got != h {
		t.Error("hash changed")
	}
	for _, s := range []string{"", "00", strings.ToUpper(h.String()), strings.Repeat("0", 128), h.String() + "0", strings.Repeat("g", 128)} {
		_, err := ParseHash(s)
		wantCode(t, err, session.CodeMessageInvalid)
	}
	for _, s := range []string{"", strings.ToUpper(id.String()), strings.Repeat("g", 64)} {
		_, err := ParseKeyID(s)
		wantCode(t, err, session.CodeMessageInvalid)
	}
	type all struct {
		ID   KeyID
		Hash Hash
		Role Role
	}
	in := all{id, h, RoleRunner}
	var out all
	must(t, json.Unmarshal(must1(json.Marshal(in))(t), &out))
	if in != out {
		t.Errorf("%v comes back as %v", in, out)
	}
	for _, bad := range []string{`{"ID":"x"}`, `{"Hash":"x"}`, `{"Role":"x"}`} {
		wantCode(t, json.Unmarshal([]byte(bad), &out), session.CodeMessageInvalid)
	}
	if _, err := json.Marshal(Role(0)); err == nil {
		t.Error("an unknown role has a text form")
	}
}

// TestFingerprint pins the form that people compare.
func TestFingerprint(t *testing.T) {
	if got := (KeyID{}).Fingerprint(); got != "aaaa aaaa aaaa aaaa aaaa aaaa aaaa aaaa" {
		t.Errorf("%q", got)
	}
	w := loadWorld(t)
	if w.keys["laptop"].ID().Fingerprint() == w.keys["desktop"].ID().Fingerprint() {
		t.Error("two keys look the same")
	}
}

var allLabels = []string{labelEnvelopeKey, labelRosterKey, labelDPoPKey, labelKeyID, labelCommit, labelStanza, labelEnvelope, labelRoster}

// TestLabels checks that no label is the beginning of another.
func TestLabels(t *testing.T) {
	for i, a := range allLabels {
		for j, b := range allLabels {
			if i != j && strings.HasPrefix(a, b) {
				t.Errorf("%q begins with %q", a, b)
			}
		}
	}
}
