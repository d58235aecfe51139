package host

import (
	"context"
	"time"

	"sessionferry/envelope"
	"sessionferry/host/config"
	"sessionferry/internal/vaultapi"
	"sessionferry/session"
)

// Login enrols this device at the embedded vault behind socket: it makes the
// device's key if there is none and starts the roster of a person who has none.
func (s *Service) Login(ctx context.Context, socket, name string) error {
	seeds, err := s.Keys.MakeSeeds(ctx)
	if err != nil {
		return err
	}
	keys, err := seeds.Keys(envelope.RoleDevice)
	if err != nil {
		return err
	}
	enrolled, err := vaultapi.Enrol(ctx, socket, "device", name, keys.Public().Marshal())
	if err != nil {
		return err
	}
	if err := s.Keys.RemoveToken(ctx); err != nil { // it may be another vault's
		return err
	}
	e := &config.Enrolment{Vault: enrolled.Vault, Workspace: enrolled.Workspace, Person: enrolled.Person, Device: enrolled.Principal, Name: name}
	if err := s.Dirs.SaveEnrolment(e); err != nil {
		return err
	}
	s.disconnect()
	return s.startRoster(ctx, keys)
}

// startRoster makes the first version for a person who has none. A person who
// has one already has other devices, of which one must sign this one in.
func (s *Service) startRoster(ctx context.Context, keys *envelope.Keys) error {
	l, err := s.connect(ctx)
	if err != nil {
		return err
	}
	versions, err := l.vault.Roster(ctx)
	if err != nil {
		return err
	}
	if len(versions) > 0 {
		_, err := s.trustedRoster(ctx, l)
		return err
	}
	now := s.Now().UTC().Truncate(time.Second)
	first, err := envelope.FirstRoster(l.enrolment.Workspace, l.enrolment.Person,
		envelope.Entry{Keys: keys.Public(), Name: l.enrolment.Name, NotAfter: now.Add(keyLife)}, now)
	if err != nil {
		return err
	}
	_, err = s.publish(ctx, l, first, keys)
	return err
}

// Logout ends this device at the vault and forgets its token. With forgetKey the
// device's key goes too: sessions that were shared from it can then not be
// enrolled anew from here. A vault that does not answer is no reason to keep
// the token.
func (s *Service) Logout(ctx context.Context, forgetKey bool) error {
	var remote error
	if l, err := s.connect(ctx); err == nil {
		remote = l.vault.Leave(ctx)
	}
	if err := s.Keys.RemoveToken(ctx); err != nil {
		return err
	}
	if forgetKey {
		if err := s.Keys.RemoveSeeds(ctx); err != nil {
			return err
		}
	}
	s.disconnect()
	if err := s.Dirs.RemoveEnrolment(); err != nil {
		return err
	}
	if session.CodeOf(remote) == session.CodeUnauthorized {
		return nil
	}
	return remote
}
