package host

import (
	"context"
	"errors"
	"time"

	"sessionferry/envelope"
	"sessionferry/host/keystore"
	"sessionferry/session"
)

// The words of a State that are no error codes.
const (
	WordOK    = "ok"
	WordEmpty = "empty" // a keyring without a key of ours
)

// State is what the extension asks for first: what works and what is missing.
// Words are WordOK, WordEmpty or an error code.
type State struct {
	Keyring     string       `json:"keyring"`
	Vault       string       `json:"vault"`
	VaultDetail string       `json:"vault_detail,omitempty"` // session.Error's Detail of the code in Vault
	Enrolled    bool         `json:"enrolled"`
	Device      string       `json:"device,omitempty"`
	Address     string       `json:"address,omitempty"` // of the vault
	Fingerprint string       `json:"fingerprint,omitempty"`
	Roster      *RosterState `json:"roster,omitempty"`
}

// RosterState is the newest roster version that this device trusts.
type RosterState struct {
	Version uint64 `json:"version"`
	Hash    string `json:"hash"`
	Runners int    `json:"runners"`
}

// Works reports whether keyring and vault work, so that a session can be shared.
func (st *State) Works() bool { return st.Keyring == WordOK && st.Vault == WordOK }

// State never fails: what does not work is what it tells. A locked keyring is left
// so unless unlock is set: then the person is asked to unlock it, where a prompt
// can appear.
func (s *Service) State(ctx context.Context, unlock bool) *State {
	st := &State{Keyring: WordOK, Vault: string(session.CodeNotEnrolled)}
	if e, err := s.Dirs.Enrolment(); err == nil {
		st.Enrolled, st.Device, st.Address = true, e.Name, e.Vault
	} else {
		st.Vault = string(session.CodeOf(err))
	}
	err := s.Keys.Probe(ctx)
	if unlock && session.CodeOf(err) == session.CodeKeyringLocked {
		err = s.Keys.Unlock(ctx)
	}
	if err == nil {
		var keys *envelope.Keys
		if keys, err = s.keys(ctx); err == nil {
			st.Fingerprint = keys.ID().Fingerprint()
		}
	}
	switch {
	case errors.Is(err, keystore.ErrNotFound):
		st.Keyring = WordEmpty
	case err != nil:
		st.Keyring = string(session.CodeOf(err))
		if st.Enrolled {
			st.Vault = st.Keyring // a new login would change nothing
		}
	case st.Enrolled:
		s.vaultState(ctx, st)
	}
	return st
}

func (s *Service) vaultState(ctx context.Context, st *State) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	l, err := s.connect(ctx)
	if err == nil {
		var r *envelope.Roster
		if r, err = s.trustedRoster(ctx, l); err == nil {
			st.Roster = s.rosterState(r)
		}
	}
	st.Vault = WordOK
	if err != nil {
		e := session.AsError(err)
		st.Vault, st.VaultDetail = string(e.Code), e.Detail
	}
}

func (s *Service) rosterState(r *envelope.Roster) *RosterState {
	st := &RosterState{Version: r.Version}
	if hash, err := s.pin(); err == nil {
		st.Hash = hash.String()
	}
	for _, k := range r.Recipients(s.Now()) {
		if k.Role == envelope.RoleRunner {
			st.Runners++
		}
	}
	return st
}
