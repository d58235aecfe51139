package envelope

import (
	"bytes"
	"testing"
	"time"

	"sessionferry/session"
)

// badChains are chains of roster versions that must not verify.
func badChains(t *testing.T, w *world) []chainVector {
	golden := func(n int) (names []string) {
		for i := range n {
			names = append(names, versionName(i))
		}
		return names
	}
	parsed := func(i int) Roster {
		r, _, _, err := parseRoster(w.chain[i], checkedKeys{})
		must(t, err)
		return *r
	}
	// row replaces the version at index i of the golden chain, and drops what follows.
	row := func(name, why string, i int, b []byte, pin Hash, code session.Code) chainVector {
		return chainVector{Name: name, Why: why, Files: append(golden(i), name+".bin"), Pin: pin, Code: code, data: map[string][]byte{name + ".bin": b}}
	}
	edited := func(i int, by string, edit func(r *Roster)) []byte {
		r := parsed(i)
		edit(&r)
		return forgeVersion(r, w.keys[by])
	}
	none, invalid, rollback := Hash{}, session.CodeRosterInvalid, session.CodeRosterRollback
	last := len(w.chain) - 1
	damaged := bytes.Clone(w.chain[last])
	damaged[len(damaged)-1] ^= 1
	flag := bytes.Clone(w.chain[0][:len(w.chain[0])-signatureSize])
	flag[len(flag)-len("laptop")-2] = 2
	return []chainVector{
		{Name: "chain-without-pin", Why: "the newest version that was seen is missing", Files: golden(last), Pin: w.Pin, Code: rollback},
		{Name: "chain-first-missing", Why: "does not begin at version 1", Files: golden(last + 1)[1:], Code: invalid},
		{Name: "chain-gap", Why: "version 2 is missing", Files: append([]string{versionName(0)}, golden(3)[2]), Code: invalid},
		{Name: "chain-repeated", Why: "version 2 stands twice", Files: append(golden(2), versionName(1)), Code: invalid},
		row("chain-forked", "a sound version 4 that is another than the pinned chain's", 3, edited(3, "laptop", func(r *Roster) { r.Entries[3].Name = "fork" }), HashOf(w.chain[3]), rollback),
		row("chain-fork-grafted", "a version 6 that follows another version 5", last, edited(last, "laptop", func(r *Roster) { r.Prev[0] ^= 1 }), none, invalid),
		row("chain-signature", "the newest version's signature is damaged", last, damaged, w.Pin, invalid),
		row("chain-by-runner", "a version signed by a runner", last, edited(last, "runner", func(*Roster) {}), none, invalid),
		row("chain-by-newcomer", "a version signed by a device that only it lists", 2, edited(2, "desktop", func(*Roster) {}), none, invalid),
		row("chain-by-stranger", "a first version that does not list its signer", 0, edited(0, "stranger", func(*Roster) {}), none, invalid),
		row("chain-first-by-runner", "a first version that lists its signer as a runner", 0, edited(0, "runner", func(r *Roster) { r.Entries[0].Keys = w.keys["runner"].Public() }), none, invalid),
		row("chain-other-person", "a version for another person", last, edited(last, "laptop", func(r *Roster) { r.Person = testID(9) }), none, invalid),
		row("chain-other-workspace", "a version for another workspace", last, edited(last, "laptop", func(r *Roster) { r.Workspace = testID(9) }), none, invalid),
		row("chain-back-in-time", "a version made before the one that it follows", last, edited(last, "laptop", func(r *Roster) { r.Created = w.Now.AddDate(-1, 0, 0) }), none, invalid),
		row("chain-key-twice", "a version that lists one key twice", 1, edited(1, "laptop", func(r *Roster) { r.Entries[1] = r.Entries[0] }), none, invalid),
		row("chain-name-empty", "a version with an empty name", 1, edited(1, "laptop", func(r *Roster) { r.Entries[1].Name = "" }), none, invalid),
		row("chain-name-lines", "a version with a name of two lines", 1, edited(1, "laptop", func(r *Roster) { r.Entries[1].Name = "a\nb" }), none, invalid),
		row("chain-truncated", "the newest version lacks its last byte", last, w.chain[last][:len(w.chain[last])-1], none, invalid),
		row("chain-trailing-byte", "a zero byte follows the newest version", last, append(bytes.Clone(w.chain[last]), 0), none, invalid),
		row("chain-flag", "a version whose revoked byte is 2, well signed", 0, signBody(flag, w.keys["laptop"]), none, invalid),
		w.chainByRevoked(t),
		w.chainByExpired(t),
	}
}

// chainByRevoked ends in a version by the phone, which the one before revoked.
func (w *world) chainByRevoked(t *testing.T) chainVector {
	n := len(w.chain)
	r, _, _, err := parseRoster(w.chain[n-1], checkedKeys{})
	must(t, err)
	r.Version, r.Prev = r.Version+1, HashOf(w.chain[n-1])
	const name = "chain-by-revoked.bin"
	v := chainVector{Name: "chain-by-revoked", Why: "a version signed by a device that the one before revoked", Code: session.CodeRosterInvalid}
	for i := range n {
		v.Files = append(v.Files, versionName(i))
	}
	v.Files, v.data = append(v.Files, name), map[string][]byte{name: forgeVersion(*r, w.keys["phone"])}
	return v
}

// chainByExpired ends in a version by a device past its end.
func (w *world) chainByExpired(t *testing.T) chainVector {
	device := Entry{Keys: w.keys["laptop"].Public(), Name: "laptop", NotAfter: w.Now}
	first := must1(FirstRoster(w.Workspace, w.Person, device, w.Now))(t)
	a := must1(first.Sign(w.keys["laptop"]))(t)
	second := must1(first.Add(Entry{Keys: w.keys["runner"].Public(), Name: "runner"}, w.Now.Add(time.Second)))(t)
	return chainVector{
		Name: "chain-by-expired", Why: "a version signed by a device one second past its end", Code: session.CodeRosterInvalid,
		Files: []string{"chain-by-expired-1.bin", "chain-by-expired-2.bin"},
		data:  map[string][]byte{"chain-by-expired-1.bin": a, "chain-by-expired-2.bin": forgeVersion(*second, w.keys["laptop"])},
	}
}
