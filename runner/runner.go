package runner

import (
	"context"
	"sync"

	"sessionferry/envelope"
	"sessionferry/internal/vaultapi"
	"sessionferry/session"
)

// Runner is this machine's runner: its key, its vault and what it trusts.
type Runner struct {
	cfg   Config
	store store

	mu       sync.Mutex
	vault    *vault    // with its token
	enrolled Enrolment // where vault is
}

// New returns the runner of a configuration.
func New(cfg Config) *Runner {
	cfg = cfg.WithDefaults()
	return &Runner{cfg: cfg, store: store{cfg.State}}
}

// Key returns the runner's public key. A key is made on the first call, unless a
// service manager hands one over.
func (r *Runner) Key() (envelope.PublicKeys, error) {
	k, err := r.cfg.keyFile().ensure()
	if err != nil {
		return envelope.PublicKeys{}, err
	}
	return k.Public(), nil
}

// Enrol enrols at the embedded vault of this machine or, where the configuration
// names an address, at that vault, as its owner allows it: show shows the owner the
// code to type and the page to type it at.
func (r *Runner) Enrol(ctx context.Context, name string, show func(vaultapi.Prompt)) (*Enrolment, error) {
	if !session.ValidName(name, envelope.MaxName) {
		return nil, session.Errorf(session.CodeNameInvalid, "")
	}
	keys, err := r.cfg.keyFile().ensure()
	if err != nil {
		return nil, err
	}
	e, err := r.enrol(ctx, name, keys, show)
	if err != nil {
		return nil, err
	}
	out := &Enrolment{Vault: e.Vault, Workspace: e.Workspace, Person: e.Person, Runner: e.Principal, Name: name}
	return out, r.store.enrol(out)
}

func (r *Runner) enrol(ctx context.Context, name string, keys *envelope.Keys, show func(vaultapi.Prompt)) (*vaultapi.Enrolled, error) {
	if r.cfg.Vault == "" {
		return vaultapi.Enrol(ctx, r.cfg.Socket, "runner", name, keys.Public().Marshal())
	}
	waiting, err := vaultapi.Begin(ctx, r.cfg.Vault, "runner", name, keys.DPoP(), keys.Public().Marshal())
	if err != nil {
		return nil, err
	}
	waiting.Fingerprint = keys.ID().Fingerprint()
	show(waiting.Prompt)
	return waiting.Await(ctx)
}

// Trust pins a roster: hash is what "sessionferry status" shows to its owner. A
// new one replaces the old, which is how an owner who lost the last device
// starts over.
func (r *Runner) Trust(hash string) error {
	h, err := envelope.ParseHash(hash)
	if err != nil {
		return session.Errorf(session.CodeValueInvalid, "a roster hash has 128 hexadecimal digits").Because(err)
	}
	if h.IsZero() {
		return session.Errorf(session.CodeValueInvalid, "a roster hash is not all zeros")
	}
	return r.store.update(func(t *trust) { t.Roster = &h })
}

// Status is what the runner knows of itself.
type Status struct {
	Fingerprint string        // of its key; "" before there is one
	Enrolment   *Enrolment    // nil before
	Pinned      envelope.Hash // zero before
	Roster      uint64        // version of the verified roster; 0 if it was not reached
	Listed      bool          // whether the roster names this key as usable
	Problem     error         // why there is no verified roster
}

// Status asks the vault for the roster, so that it shows what a restore would
// meet.
func (r *Runner) Status(ctx context.Context) (*Status, error) {
	var s Status
	k, err := r.cfg.keyFile().load()
	if err == nil {
		s.Fingerprint = k.ID().Fingerprint()
	}
	t, err := r.store.trust()
	if err != nil {
		return nil, err
	}
	if t.Roster != nil {
		s.Pinned = *t.Roster
	}
	v, e, err := r.connect()
	if err != nil {
		s.Problem = err
		return &s, nil
	}
	s.Enrolment = e
	roster, hash, err := r.roster(ctx, v, e)
	if err != nil {
		s.Problem = err
		return &s, nil
	}
	s.Roster, s.Pinned = roster.Version, hash
	if k != nil {
		entry, ok := roster.Find(k.ID())
		s.Listed = ok && !entry.Revoked
	}
	return &s, nil
}

// connect returns the vault that the runner is enrolled at.
func (r *Runner) connect() (*vault, *Enrolment, error) {
	e, err := r.store.enrolment()
	if err != nil {
		return nil, nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.vault != nil && r.enrolled == *e {
		return r.vault, e, nil
	}
	keys, err := r.cfg.keyFile().load()
	if err != nil {
		return nil, nil, err
	}
	// A runner keeps no token between starts: its key fetches one.
	client, err := vaultapi.New(e.Vault, vaultapi.Credentials{Key: keys.DPoP()})
	if err != nil {
		return nil, nil, err
	}
	r.vault, r.enrolled = &vault{client}, *e
	return r.vault, e, nil
}

// roster returns the newest roster that follows from the pinned one, and pins
// it. Without a pin nothing is trusted: the vault's word alone never is.
func (r *Runner) roster(ctx context.Context, v *vault, e *Enrolment) (*envelope.Roster, envelope.Hash, error) {
	t, err := r.store.trust()
	if err != nil {
		return nil, envelope.Hash{}, err
	}
	if t.Roster == nil {
		return nil, envelope.Hash{}, session.Errorf(session.CodeRosterUntrusted, "")
	}
	versions, err := v.Roster(ctx)
	if err != nil {
		return nil, envelope.Hash{}, err
	}
	roster, hash, err := envelope.VerifyChain(versions, *t.Roster)
	if err != nil {
		return nil, envelope.Hash{}, err
	}
	if roster.Workspace != e.Workspace || roster.Person != e.Person {
		return nil, envelope.Hash{}, session.Errorf(session.CodeRosterInvalid, "it is another person's")
	}
	if hash != *t.Roster {
		err = r.store.update(func(now *trust) {
			if now.Roster != nil && *now.Roster == *t.Roster { // not trusted anew meanwhile
				now.Roster = &hash
			}
		})
	}
	return roster, hash, err
}
