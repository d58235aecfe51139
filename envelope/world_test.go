package envelope

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"flag"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"sessionferry/session"
)

// update makes testdata anew. What a released version has written stays for
// ever, so this is for vectors of a format that nobody has used yet.
var update = flag.Bool("update", false, "make testdata/golden and testdata/reject anew")

const (
	goldenDir = "testdata/golden"
	rejectDir = "testdata/reject"
)

// goldenFacts is golden/facts.json: the secrets and the context of the golden
// files.
type goldenFacts struct {
	Seeds     map[string]string `json:"seeds"` // hexadecimal, by name
	Roles     map[string]Role   `json:"roles"`
	Workspace session.ID        `json:"workspace"`
	Person    session.ID        `json:"person"`
	Account   session.ID        `json:"account"`
	App       string            `json:"app"`
	Now       time.Time         `json:"now"`
	Pin       Hash              `json:"pin"` // of the newest version
	Versions  int               `json:"versions"`
}

// world is everything that the tests share: the golden files and their keys.
// The chain lists laptop (a device), runner, desktop (a device), phone (a
// device, revoked) and spare (a runner, expired); stranger is in no roster.
type world struct {
	goldenFacts
	keys           map[string]*Keys
	chain          [][]byte
	roster         *Roster
	bundle         []byte
	share, refresh *Envelope
}

func loadWorld(t testing.TB) *world {
	t.Helper()
	w := &world{keys: map[string]*Keys{}}
	must(t, json.Unmarshal(readFile(t, goldenDir, "facts.json"), &w.goldenFacts))
	w.derive(t)
	for i := range w.Versions {
		w.chain = append(w.chain, readFile(t, goldenDir, versionName(i)))
	}
	w.roster = must1(verifyChain(w.chain, w.Pin))(t)
	w.bundle = readFile(t, goldenDir, "bundle.json")
	w.share = must1(Parse(readFile(t, goldenDir, "share.bin")))(t)
	w.refresh = must1(Parse(readFile(t, goldenDir, "refresh.bin")))(t)
	return w
}

func (w *world) derive(t testing.TB) {
	t.Helper()
	for name, text := range w.Seeds {
		seeds := must1(ParseSeeds(must1(hex.DecodeString(text))(t)))(t)
		w.keys[name] = must1(seeds.Keys(w.Roles[name]))(t)
	}
}

// expect is what an opener expects of the golden envelopes.
func (w *world) expect() Expect {
	return Expect{Workspace: w.Workspace, Account: w.Account, App: w.App, Seen: session.Generation{Share: 7}, Now: w.Now}
}

// header is what a device fills in for the golden share.
func (w *world) header() Header {
	return Header{
		Workspace: w.Workspace, Account: w.Account, App: w.App, Session: testID(4),
		Generation: session.Generation{Share: 7}, Created: w.Now,
		Cap: w.Now.AddDate(0, 0, 90), NotAfter: w.Now.AddDate(0, 0, 14),
		Consent: session.Consent{Text: "2026-11", Time: w.Now.Add(-time.Minute), Surface: "popup"},
	}
}

// members are the public keys of the named, in that order.
func (w *world) members(names ...string) []PublicKeys {
	out := make([]PublicKeys, len(names))
	for i, n := range names {
		out[i] = w.keys[n].Public()
	}
	return out
}

func testID(n byte) session.ID { return session.ID(bytes.Repeat([]byte{n}, 16)) }

func writes(b []byte) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := w.Write(b)
		return err
	}
}

func versionName(i int) string { return "roster-" + string(rune('1'+i)) + ".bin" }

// verifyChain is VerifyChain without the hash.
func verifyChain(versions [][]byte, pin Hash) (*Roster, error) {
	r, _, err := VerifyChain(versions, pin)
	return r, err
}

func readFile(t testing.TB, dir, name string) []byte {
	t.Helper()
	return must1(os.ReadFile(filepath.Join(dir, name)))(t)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// must1 lets a call with two results stand where its value is needed.
func must1[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		must(t, err)
		return v
	}
}

func wantCode(t testing.TB, err error, code session.Code) {
	t.Helper()
	if got := session.CodeOf(err); got != code {
		t.Errorf("code %q (%v), want %q", got, err, code)
	}
}
