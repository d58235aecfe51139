package host

import (
	"context"
	"time"

	"sessionferry/envelope"
	"sessionferry/host/config"
	"sessionferry/internal/vaultapi"
	"sessionferry/session"
)

// LoginRequest says where to enrol this device.
type LoginRequest struct {
	Name    string         // of this device, as the vault shows it
	Address string         // of the vault, as it was typed; "" for the one behind Socket
	Socket  string         // of the embedded vault
	Network config.Network // for the program that the browser starts
	// Show shows the person the code to type and the page to type it at.
	Show func(vaultapi.Prompt)
}

// Login enrols this device at a vault: it makes the device's key if there is none
// and starts the roster of a person who has none. Where the person has one already
// it reports that another device must sign this one in.
func (s *Service) Login(ctx context.Context, r LoginRequest) (unlisted bool, err error) {
	if !session.ValidName(r.Name, envelope.MaxName) {
		return false, session.Errorf(session.CodeNameInvalid, "")
	}
	seeds, err := s.Keys.MakeSeeds(ctx)
	if err != nil {
		return false, err
	}
	keys, err := seeds.Keys(envelope.RoleDevice)
	if err != nil {
		return false, err
	}
	enrolled, err := enrol(ctx, r, keys)
	if err != nil {
		return false, err
	}
	if err := s.Keys.RemoveToken(ctx); err != nil { // it may be another vault's
		return false, err
	}
	e := &config.Enrolment{Vault: enrolled.Vault, Workspace: enrolled.Workspace, Person: enrolled.Person, Device: enrolled.Principal, Name: r.Name, Network: r.Network}
	if err := s.Dirs.SaveEnrolment(e); err != nil {
		return false, err
	}
	s.disconnect()
	return s.startRoster(ctx, keys)
}

func enrol(ctx context.Context, r LoginRequest, keys *envelope.Keys) (*vaultapi.Enrolled, error) {
	if r.Address == "" {
		return vaultapi.Enrol(ctx, r.Socket, "device", r.Name, keys.Public().Marshal())
	}
	waiting, err := vaultapi.Begin(ctx, r.Address, "device", r.Name, keys.DPoP(), keys.Public().Marshal())
	if err != nil {
		return nil, err
	}
	waiting.Fingerprint = keys.ID().Fingerprint()
	r.Show(waiting.Prompt)
	return waiting.Await(ctx)
}

// startRoster makes the first version for a person who has none. A person who
// has one already has other devices, of which one must sign this one in.
func (s *Service) startRoster(ctx context.Context, keys *envelope.Keys) (unlisted bool, err error) {
	l, err := s.connect(ctx)
	if err != nil {
		return false, err
	}
	versions, err := l.vault.Roster(ctx)
	if err != nil {
		return false, err
	}
	if len(versions) > 0 {
		pinned, err := s.pin()
		if err != nil || pinned.IsZero() {
			return true, err
		}
		roster, err := s.trustedRoster(ctx, l)
		if err != nil {
			return false, err
		}
		entry, ok := roster.Find(keys.ID())
		return !ok || entry.Revoked, nil
	}
	now := s.Now().UTC().Truncate(time.Second)
	first, err := envelope.FirstRoster(l.enrolment.Workspace, l.enrolment.Person,
		envelope.Entry{Keys: keys.Public(), Name: l.enrolment.Name, NotAfter: now.Add(keyLife)}, now)
	if err != nil {
		return false, err
	}
	_, err = s.publish(ctx, l, first, keys)
	return false, err
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
