package envelope

import (
	"crypto/ed25519"
	"slices"
	"time"

	"sessionferry/session"
)

// Roster is one version of the list of keys that a person trusts: senders and
// recipients alike. Versions form a chain; see VerifyChain, the only source of a
// roster to verify envelopes with.
type Roster struct {
	Workspace, Person session.ID
	Version           uint64    // 1 for the first
	Prev              Hash      // of the version before, zero for the first
	Signer            KeyID     // the device that signed; set by Sign
	Created           time.Time // seconds, UTC; never before the version before
	Entries           []Entry   // in the order in which they were added

	hash Hash    // of the signed bytes; zero until signed
	prev *Roster // the version before, while this one is being made
}

// Entry is one key of a roster.
type Entry struct {
	Keys     PublicKeys
	Name     string    // for people, by session.ValidName with MaxName
	NotAfter time.Time // seconds, UTC; zero for none
	Revoked  bool
}

// active reports whether the entry's key counts at the time now.
func (e *Entry) active(now time.Time) bool {
	return !e.Revoked && (e.NotAfter.IsZero() || !now.After(e.NotAfter))
}

// FirstRoster starts a person's chain with the one device that makes it, to be
// signed with that device's keys.
func FirstRoster(workspace, person session.ID, device Entry, now time.Time) (*Roster, error) {
	e, err := device.normal()
	if err != nil {
		return nil, err
	}
	r := &Roster{Workspace: workspace, Person: person, Version: 1, Created: seconds(now), Entries: []Entry{e}}
	return r, r.check()
}

// normal returns the entry as the format carries it.
func (e Entry) normal() (Entry, error) {
	if !e.NotAfter.IsZero() {
		e.NotAfter = seconds(e.NotAfter)
	}
	return e, e.Keys.check()
}

// Add returns the next version with one more key, to be signed. A key that is
// listed already is refused, revoked or not: make a new one instead.
func (r *Roster) Add(e Entry, now time.Time) (*Roster, error) {
	if _, ok := r.Find(e.Keys.ID()); ok {
		return nil, session.Errorf(session.CodeRosterInvalid, "the key is listed already")
	}
	e, err := e.normal()
	if err != nil {
		return nil, err
	}
	return r.next(append(slices.Clone(r.Entries), e), now)
}

// Renew returns the next version with another end for a key, to be signed. The
// zero time means none.
func (r *Roster) Renew(id KeyID, notAfter, now time.Time) (*Roster, error) {
	return r.change(id, now, func(e *Entry) { e.NotAfter = notAfter })
}

// Revoke returns the next version with the key revoked, to be signed. A device
// may revoke itself; a person whose last device is revoked starts a new chain.
func (r *Roster) Revoke(id KeyID, now time.Time) (*Roster, error) {
	return r.change(id, now, func(e *Entry) { e.Revoked = true })
}

func (r *Roster) change(id KeyID, now time.Time, edit func(*Entry)) (*Roster, error) {
	entries := slices.Clone(r.Entries)
	i := slices.IndexFunc(entries, func(e Entry) bool { return e.Keys.ID() == id })
	if i < 0 || entries[i].Revoked {
		return nil, session.Errorf(session.CodeRosterInvalid, "the key is not listed, or revoked already")
	}
	edit(&entries[i])
	e, err := entries[i].normal()
	if err != nil {
		return nil, err
	}
	entries[i] = e
	return r.next(entries, now)
}

func (r *Roster) next(entries []Entry, now time.Time) (*Roster, error) {
	if r.hash.IsZero() {
		return nil, session.Errorf(session.CodeRosterInvalid, "the version before is not signed yet")
	}
	n := &Roster{
		Workspace: r.Workspace, Person: r.Person, Version: r.Version + 1, Prev: r.hash,
		Created: seconds(now), Entries: entries, prev: r,
	}
	if n.Created.Before(r.Created) { // another device's clock was ahead
		n.Created = r.Created
	}
	return n, n.check()
}

// Sign returns the signed bytes of the version, which is what the vault stores
// and VerifyChain reads. k must be a device that the version before lists as
// unrevoked and unexpired, or for a first version the device that it lists. The
// error has session.CodeRosterInvalid.
func (r *Roster) Sign(k *Keys) ([]byte, error) {
	r.Signer = k.ID()
	if err := r.check(); err != nil {
		return nil, err
	}
	if r.Version > 1 && r.prev == nil {
		return nil, session.Errorf(session.CodeRosterInvalid, "the version is signed already")
	}
	if _, err := r.signer(r.prev); err != nil {
		return nil, err
	}
	body := r.marshal()
	b := append(body, ed25519.Sign(k.roster, rosterSigned(body))...)
	r.hash, r.prev = HashOf(b), nil
	return b, nil
}

// Hash returns the SHA-512 of the version as signed: what is pinned. It is zero
// before Sign.
func (r *Roster) Hash() Hash { return r.hash }

// Find returns the entry of a key.
func (r *Roster) Find(id KeyID) (Entry, bool) {
	for _, e := range r.Entries {
		if e.Keys.ID() == id {
			return e, true
		}
	}
	return Entry{}, false
}

// Recipients returns the keys to seal to: every device and runner that is
// neither revoked nor expired.
func (r *Roster) Recipients(now time.Time) []PublicKeys {
	var out []PublicKeys
	for i := range r.Entries {
		if r.Entries[i].active(now) {
			out = append(out, r.Entries[i].Keys)
		}
	}
	return out
}

// check holds for every version, made or received. The keys themselves are
// checked where they enter, in Add and in parsing.
func (r *Roster) check() error {
	bad := func(what string) error { return session.Errorf(session.CodeRosterInvalid, "%s", what) }
	switch {
	case r.Workspace.IsZero() || r.Person.IsZero():
		return bad("an id is missing")
	case r.Version == 0 || r.Version > MaxVersions, (r.Version == 1) != r.Prev.IsZero():
		return bad("the version")
	case !inRange(r.Created):
		return bad("the time")
	case len(r.Entries) == 0 || len(r.Entries) > MaxEntries:
		return bad("the number of keys")
	}
	seen := make(map[KeyID]bool, len(r.Entries))
	for _, e := range r.Entries {
		id := e.Keys.ID()
		switch {
		case !session.ValidName(e.Name, MaxName):
			return bad("a name")
		case !e.NotAfter.IsZero() && !inRange(e.NotAfter):
			return bad("a key's end")
		case seen[id]:
			return bad("one key twice")
		}
		seen[id] = true
	}
	return nil
}
