package host

import (
	"context"
	"time"

	"sessionferry/envelope"
	"sessionferry/session"
)

// keyLife is how long a key stays in the roster before it must be signed in
// again.
const keyLife = 2 * 365 * 24 * time.Hour

// trustedRoster fetches the chain, verifies it against the pin and moves the pin
// forward.
func (s *Service) trustedRoster(ctx context.Context, l *link) (*envelope.Roster, error) {
	pinned, err := s.pin()
	if err != nil {
		return nil, err
	}
	if pinned == (envelope.Hash{}) {
		return nil, session.Errorf(session.CodeRosterInvalid, "no roster was ever pinned here")
	}
	versions, err := l.vault.Roster(ctx)
	if err != nil {
		return nil, err
	}
	roster, hash, err := envelope.VerifyChain(versions, pinned)
	if err != nil {
		return nil, err
	}
	if roster.Workspace != l.enrolment.Workspace || roster.Person != l.enrolment.Person {
		return nil, session.Errorf(session.CodeRosterInvalid, "the roster of another person")
	}
	if hash != pinned {
		err = s.Dirs.PinRoster(hash.String())
	}
	return roster, err
}

func (s *Service) pin() (envelope.Hash, error) {
	text, err := s.Dirs.RosterPin()
	if err != nil || text == "" {
		return envelope.Hash{}, err
	}
	return envelope.ParseHash(text)
}

// publish signs a roster version, hands it to the vault and pins it.
func (s *Service) publish(ctx context.Context, l *link, r *envelope.Roster, k *envelope.Keys) (envelope.Hash, error) {
	signed, err := r.Sign(k)
	if err != nil {
		return envelope.Hash{}, err
	}
	if err := l.vault.AppendRoster(ctx, signed); err != nil {
		return envelope.Hash{}, err
	}
	hash := envelope.HashOf(signed)
	return hash, s.Dirs.PinRoster(hash.String())
}
