package envelope

import (
	"crypto/sha512"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/cryptotest"
	"time"
)

// TestMakeTestdata makes the golden files and the vectors to reject, with
// "go test -run TestMakeTestdata -update". Without the flag it does nothing.
func TestMakeTestdata(t *testing.T) {
	if !*update {
		return
	}
	cryptotest.SetGlobalRandom(t, 1)
	w := makeGolden(t)
	makeVectors(t, w)
}

func makeGolden(t *testing.T) *world {
	w := &world{keys: map[string]*Keys{}, goldenFacts: goldenFacts{
		Seeds: map[string]string{},
		Roles: map[string]Role{
			"laptop": RoleDevice, "desktop": RoleDevice, "phone": RoleDevice, "stranger": RoleDevice,
			"runner": RoleRunner, "spare": RoleRunner,
		},
		Workspace: testID(1), Person: testID(2), Account: testID(3), App: "mediawiki",
		Now: time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC),
	}}
	for name := range w.Roles {
		s := sha512.Sum512([]byte("sessionferry golden key of " + name))
		w.Seeds[name] = hex.EncodeToString(s[:])
	}
	w.derive(t)
	w.makeChain(t)
	w.bundle = []byte(`{"version":1,"app":"mediawiki","note":"` + strings.Repeat("golden ", 40) + `"}`)
	to := w.roster.Recipients(w.Now)
	w.share = must1(Seal(w.header(), w.keys["laptop"], to, writes(w.bundle)))(t)
	change := Refresh{Created: w.Now.Add(time.Hour), NotAfter: w.Now.AddDate(0, 0, 20)}
	w.refresh = must1(SealRefresh(w.share, change, w.keys["runner"], to, writes(w.bundle)))(t)

	must(t, os.RemoveAll(goldenDir))
	facts := must1(json.MarshalIndent(w.goldenFacts, "", "\t"))(t)
	writeFile(t, goldenDir, "facts.json", append(facts, '\n'))
	writeFile(t, goldenDir, "bundle.json", w.bundle)
	writeFile(t, goldenDir, "share.bin", w.share.Bytes())
	writeFile(t, goldenDir, "refresh.bin", w.refresh.Bytes())
	for i, v := range w.chain {
		writeFile(t, goldenDir, versionName(i), v)
	}
	return w
}

func (w *world) makeChain(t *testing.T) {
	day := w.Now.AddDate(0, 0, -30)
	entry := func(name string) Entry { return Entry{Keys: w.keys[name].Public(), Name: name} }
	sign := func(r *Roster, err error) *Roster {
		must(t, err)
		w.chain = append(w.chain, must1(r.Sign(w.keys["laptop"]))(t))
		day = day.AddDate(0, 0, 1)
		return r
	}
	spare := entry("spare")
	spare.NotAfter = w.Now.AddDate(0, 0, -10)
	r := sign(FirstRoster(w.Workspace, w.Person, entry("laptop"), day))
	r = sign(r.Add(entry("runner"), day))
	r = sign(r.Add(entry("desktop"), day))
	r = sign(r.Add(entry("phone"), day))
	r = sign(r.Add(spare, day))
	r = sign(r.Revoke(w.keys["phone"].ID(), day))
	w.roster, w.Pin, w.Versions = r, r.Hash(), len(w.chain)
}

func writeFile(t *testing.T, dir, name string, b []byte) {
	t.Helper()
	must(t, os.MkdirAll(dir, 0o755))
	must(t, os.WriteFile(filepath.Join(dir, name), b, 0o644))
}
