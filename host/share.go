package host

import (
	"context"
	"io"
	"slices"
	"time"

	"sessionferry/apps"
	"sessionferry/envelope"
	"sessionferry/host/vaultclient"
	"sessionferry/session"
)

// absoluteCap is how long a shared session may live, however often it is used
// or refreshed. The vault may end it earlier.
const absoluteCap = 90 * 24 * time.Hour

// ShareRequest is one click on Share.
type ShareRequest struct {
	Account  session.ID
	Key      string // idempotency key: the same one never shares twice
	Consent  *session.Consent
	Capture  CaptureFunc
	Ask      AskFunc
	Named    bool                                // the person says that the session is that of the account on the card
	Observed *Observed                           // nil: nothing
	Lossy    bool                                // the extension cannot transfer something, and the person has not accepted that
	Accepted []string                            // names of lost cookies that the person has accepted
	Progress func(stage string, done, total int) // stages of docs/protocol.md; bytes, 0 if unknown
}

// Shared is the answer of Share.
type Shared struct {
	Verdict Verdict        `json:"verdict"`
	Status  session.Status `json:"status"`
	Counts  session.Counts `json:"counts"`
	Names   apps.Names     `json:"names"`
	Lost    []string       `json:"lost"` // names of cookies that no restore makes again
	Took    Took           `json:"-"`
}

// Took is how long the host's own work took; what is left of a share is waiting
// for the browser and for the vault's other answers.
type Took struct{ Decode, Proof, Seal, Upload time.Duration }

// Share proves, seals and uploads. Whatever fails, the older session stays.
func (s *Service) Share(ctx context.Context, r ShareRequest) (*Shared, error) {
	if err := r.Consent.Validate(s.Now()); err != nil {
		return nil, err
	}
	if err := r.Observed.validate(); err != nil {
		return nil, err
	}
	t, err := s.ownedTarget(ctx, r.Account)
	if err != nil {
		return nil, err
	}
	// The vault's answers come while the browser sends the session.
	wait := make(chan func() (*terms, error), 1)
	go func() {
		got, err := s.terms(ctx, t)
		wait <- func() (*terms, error) { return got, err }
	}()
	var took Took
	p, err := s.prove(ctx, t, r.Capture, r.Ask, r.Observed, &took)
	if err != nil {
		return nil, err
	}
	r.Progress("proving", 0, 0)
	travelling, names := apps.Travels(t.app, p.captured)
	p.verdict.Name = nameable(t.app, p.result.Verdict, &travelling)
	if err := p.result.Err(); err != nil && !(r.Named && p.verdict.Name) {
		return nil, &Refusal{err, p.verdict}
	}
	if r.Lossy || !containsAll(r.Accepted, p.lost) {
		return nil, &Loss{session.Errorf(session.CodeLossUnconfirmed, ""), p.lost}
	}
	names.Stayed = sortedNames(slices.Concat(names.Stayed, p.lost))
	identity := session.Identity{Kind: t.app.Card, Value: t.account.Username}
	if seen := p.result.Known(t.app.Card); seen != nil {
		identity = *seen // as the app writes it, which may differ in case
	}
	bundle := &session.Bundle{Version: session.BundleVersion, App: t.app.App, Site: t.account.Site, Identity: identity,
		Proof: proofOf(p.result, p.told, r.Named), Capture: travelling}

	r.Progress("sealing", 0, 0)
	terms, err := (<-wait)()
	if err != nil {
		return nil, err
	}
	began := time.Now()
	sealed, err := s.seal(t, terms, r.Consent, p.result.NotAfter, bundle)
	if err != nil {
		return nil, err
	}
	took.Seal = time.Since(began)
	total := len(sealed)
	counts := session.Counts{Cookies: len(travelling.Cookies), Items: travelling.ItemCount(), Left: names.Cookies + names.Items + p.dropped}
	began = time.Now()
	share := vaultclient.Share{Key: r.Key, Seen: terms.seen, Confirm: bundle.Proof != session.ProofJar, Counts: counts, Envelope: sealed}
	status, err := t.vault.Put(ctx, r.Account, share, func(done int) { r.Progress("uploading", done, total) })
	if err != nil {
		return nil, err
	}
	took.Upload = time.Since(began)
	if err := s.Dirs.Saw(r.Account, status.Generation); err != nil {
		return nil, err
	}
	return &Shared{Verdict: p.verdict, Status: *status, Counts: counts, Names: names, Lost: p.lost, Took: took}, nil
}

// terms are what a share is sealed with, and to whom.
type terms struct {
	keys   *envelope.Keys
	roster *envelope.Roster
	seen   session.Generation // the newest that this device knows of
	share  uint64             // the number of the next one
}

// terms asks keyring and vault.
func (s *Service) terms(ctx context.Context, t *target) (*terms, error) {
	out := &terms{}
	var err error
	if out.seen, err = s.Dirs.Seen(t.account.ID); err != nil {
		return nil, err
	}
	if out.keys, err = s.keys(ctx); err != nil {
		return nil, err
	}
	if out.roster, err = s.trustedRoster(ctx, t.link); err != nil {
		return nil, err
	}
	if own, ok := out.roster.Find(out.keys.ID()); !ok || own.Revoked {
		return nil, session.Errorf(session.CodeDeviceUnlisted, "") // no opener would take it
	}
	status, err := t.vault.Session(ctx, t.account.ID)
	if err != nil {
		return nil, err
	}
	out.share = max(status.NextShare, out.seen.Share+1) // a vault restored from a backup catches up by the put
	return out, nil
}

// seal makes the next generation's envelope for the recipients of the roster.
func (s *Service) seal(t *target, with *terms, consent *session.Consent, notAfter *time.Time, b *session.Bundle) ([]byte, error) {
	now := s.Now().UTC().Truncate(time.Second)
	h := envelope.Header{
		Workspace:  t.enrolment.Workspace,
		Account:    t.account.ID,
		App:        t.app.App,
		Session:    session.NewID(),
		Generation: session.Generation{Share: with.share},
		Created:    now,
		Cap:        now.Add(absoluteCap),
		Consent:    *consent,
	}
	h.NotAfter = h.Cap
	if notAfter != nil && notAfter.Before(h.Cap) {
		h.NotAfter = notAfter.UTC().Truncate(time.Second)
	}
	e, err := envelope.Seal(h, with.keys, with.roster.Recipients(now), func(w io.Writer) error { return b.Encode(w) })
	if err != nil {
		return nil, err
	}
	return e.Bytes(), nil
}
