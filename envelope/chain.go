package envelope

import (
	"crypto/ed25519"
	"slices"

	"sessionferry/session"
)

// VerifyChain verifies a person's whole chain of roster versions, oldest first,
// and returns the newest one and its hash, which the caller pins.
//
// pin is the hash of the newest version that the caller has seen before; it must
// be in the chain, else the error has session.CodeRosterRollback: the vault shows
// an older list, or one that forked off an earlier version. The zero pin means
// none, for a device that starts the chain itself; a runner gets its first pin
// from its owner and never from the vault.
//
// A chain that is not whole, not in its one form, too large or not signed by a
// device that the version before lists as unrevoked and unexpired has
// session.CodeRosterInvalid.
func VerifyChain(versions [][]byte, pin Hash) (*Roster, Hash, error) {
	if len(versions) == 0 || len(versions) > MaxVersions {
		return nil, Hash{}, session.Errorf(session.CodeRosterInvalid, "%d versions", len(versions))
	}
	total := 0
	for _, v := range versions {
		if total += len(v); total > MaxChain {
			return nil, Hash{}, session.Errorf(session.CodeRosterInvalid, "more than %d bytes", MaxChain)
		}
	}
	var newest *Roster
	checked := checkedKeys{}
	pinned := pin.IsZero()
	for _, v := range versions {
		next, err := follow(newest, v, checked)
		if err != nil {
			return nil, Hash{}, err
		}
		newest = next
		pinned = pinned || newest.hash == pin
	}
	if !pinned {
		return nil, Hash{}, session.Errorf(session.CodeRosterRollback, "the chain lacks the version that was seen")
	}
	return newest, newest.hash, nil
}

// follow verifies that the signed version b continues the chain after prev,
// which is nil for the first.
func follow(prev *Roster, b []byte, checked checkedKeys) (*Roster, error) {
	r, body, signature, err := parseRoster(b, checked)
	if err != nil {
		return nil, err
	}
	signer, err := r.signer(prev)
	if err != nil {
		return nil, err
	}
	if !ed25519.Verify(signer.Keys.Roster, rosterSigned(body), signature) {
		return nil, session.Errorf(session.CodeRosterInvalid, "the signature of version %d", r.Version)
	}
	return r, nil
}

// signer returns the entry whose key must have signed r: one of the version
// before, or for the first version one of its own. It refuses a version that
// does not continue prev.
func (r *Roster) signer(prev *Roster) (*Entry, error) {
	bad := func(what string) error {
		return session.Errorf(session.CodeRosterInvalid, "version %d: %s", r.Version, what)
	}
	list := prev
	if prev == nil {
		if r.Version != 1 {
			return nil, bad("the first version is missing")
		}
		list = r
	} else if r.Version != prev.Version+1 || r.Prev != prev.hash || r.Workspace != prev.Workspace ||
		r.Person != prev.Person || r.Created.Before(prev.Created) {
		return nil, bad("it does not continue the one before")
	}
	i := slices.IndexFunc(list.Entries, func(e Entry) bool { return e.Keys.ID() == r.Signer })
	if i < 0 || list.Entries[i].Keys.Role != RoleDevice || !list.Entries[i].active(r.Created) {
		return nil, bad("it is not signed by a listed device")
	}
	return &list.Entries[i], nil
}
