package host

import (
	"context"
	"time"

	"sessionferry/envelope"
	"sessionferry/host/vaultclient"
	"sessionferry/session"
)

// Program is a device or runner of this person: what the vault says of it, and
// whether the roster of this device trusts its key.
type Program struct {
	vaultclient.Program
	Key    envelope.PublicKeys
	Listed bool
}

// Handle names the program in commands: its id at the vault or, where the vault
// does not name it, the beginning of its key's.
func (p Program) Handle() string {
	if p.ID.IsZero() {
		return p.Key.ID().String()[:26]
	}
	return p.ID.String()
}

// Programs lists the person's devices and runners. Names and times are the vault's
// word; who is listed is not. What the roster trusts is among them whether the vault
// names it or not: it may have ended there, or be hidden.
func (s *Service) Programs(ctx context.Context) ([]Program, error) {
	l, err := s.connect(ctx)
	if err != nil {
		return nil, err
	}
	roster, err := s.trustedRoster(ctx, l)
	if err != nil {
		return nil, err
	}
	told, err := l.vault.Programs(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]Program, 0, len(told))
	named := map[envelope.KeyID]bool{}
	for _, p := range told {
		key, err := envelope.ParsePublicKeys(p.Keys)
		if err != nil || key.Role.String() != p.Role {
			return nil, session.Errorf(session.CodeVaultAnswer, "a program without its key")
		}
		entry, ok := roster.Find(key.ID())
		list = append(list, Program{p, key, ok && !entry.Revoked})
		named[key.ID()] = true
	}
	for _, e := range roster.Entries {
		if !e.Revoked && !named[e.Keys.ID()] {
			list = append(list, Program{vaultclient.Program{Role: e.Keys.Role.String(), Name: e.Name}, e.Keys, true})
		}
	}
	return list, nil
}

// Approve signs a key into the roster, so that it is trusted from now on: a
// runner's to open what is shared, a device's to share. Whoever calls it has
// compared the fingerprint. It returns the new roster's hash, which the program
// must be told by hand.
func (s *Service) Approve(ctx context.Context, name string, key envelope.PublicKeys) (envelope.Hash, error) {
	if !session.ValidName(name, envelope.MaxName) {
		return envelope.Hash{}, session.Errorf(session.CodeNameInvalid, "the device's or runner's")
	}
	return s.change(ctx, func(r *envelope.Roster, now time.Time) (*envelope.Roster, error) {
		if entry, ok := r.Find(key.ID()); ok && !entry.Revoked {
			return nil, nil
		}
		return r.Add(envelope.Entry{Keys: key, Name: name, NotAfter: now.Add(keyLife)}, now)
	})
}

// AddRunner is Approve for what "sessionferry-runner key" printed.
func (s *Service) AddRunner(ctx context.Context, name string, key envelope.PublicKeys) (envelope.Hash, error) {
	if key.Role != envelope.RoleRunner {
		return envelope.Hash{}, session.Errorf(session.CodeKeyFileInvalid, "not a runner's key")
	}
	return s.Approve(ctx, name, key)
}

// Revoke strikes a program's key out of the roster, which erases the sessions that
// name it, and ends the program at the vault.
func (s *Service) Revoke(ctx context.Context, p Program) (envelope.Hash, error) {
	hash, err := s.change(ctx, func(r *envelope.Roster, now time.Time) (*envelope.Roster, error) {
		if entry, ok := r.Find(p.Key.ID()); !ok || entry.Revoked {
			return nil, nil
		}
		return r.Revoke(p.Key.ID(), now)
	})
	if err != nil || p.ID.IsZero() {
		return hash, err
	}
	l, err := s.connect(ctx)
	if err != nil {
		return hash, err
	}
	return hash, l.vault.Revoke(ctx, p.ID)
}

// change publishes what edit makes of the roster, unless that is nil, and returns
// the newest hash.
func (s *Service) change(ctx context.Context, edit func(*envelope.Roster, time.Time) (*envelope.Roster, error)) (envelope.Hash, error) {
	l, err := s.connect(ctx)
	if err != nil {
		return envelope.Hash{}, err
	}
	roster, err := s.trustedRoster(ctx, l)
	if err != nil {
		return envelope.Hash{}, err
	}
	keys, err := s.keys(ctx)
	if err != nil {
		return envelope.Hash{}, err
	}
	next, err := edit(roster, s.Now().UTC().Truncate(time.Second))
	if err != nil {
		return envelope.Hash{}, err
	}
	if next == nil {
		return s.pin()
	}
	return s.publish(ctx, l, next, keys)
}

// Trust pins the roster with a hash, as another device of the same person shows
// it. A new one replaces the old, which is how a person who lost every device starts
// over.
func (s *Service) Trust(hash string) error {
	h, err := envelope.ParseHash(hash)
	if err != nil || h.IsZero() {
		return session.Errorf(session.CodeValueInvalid, "a roster hash has 128 hexadecimal digits, not all of them 0")
	}
	return s.Dirs.PinRoster(h.String())
}
