package envelope

import (
	"crypto/ed25519"
	"crypto/sha512"
	"slices"
	"time"

	"sessionferry/session"
)

// Verify checks who made the envelope and for whom: its signature; that a share
// comes from a device and a refresh from a runner of the roster; for a refresh,
// the share that it embeds, its signature by a device and that both agree; and
// that the roster lists every key named as unrevoked and unexpired at now. It
// needs no private key, so the vault can do it too.
//
// r is what VerifyChain returned for the person who owns the account. Errors:
// session.CodeEnvelopeContext for another workspace or for a refresh that
// departs from its share, CodeEnvelopeSender for a signature or a sender,
// CodeEnvelopeRecipient for a recipient that the roster does not list.
func (e *Envelope) Verify(r *Roster, now time.Time) error {
	if now.IsZero() { // it would make every key and every session endless
		return session.Errorf(session.CodeInternal, "no time was given")
	}
	if e.h.Workspace != r.Workspace {
		return session.Errorf(session.CodeEnvelopeContext, "another workspace than the roster's")
	}
	listed := make(map[KeyID]*Entry, len(r.Entries))
	for i := range r.Entries {
		if r.Entries[i].active(now) {
			listed[r.Entries[i].Keys.ID()] = &r.Entries[i]
		}
	}
	role := RoleDevice
	if e.h.Origin == OriginRefresh {
		role = RoleRunner
	}
	if err := verifySignature(listed[e.h.Sender], role, e.headerBytes(), sha512.Sum512(e.rest()), e.signature()); err != nil {
		return err
	}
	if s := e.h.share; s != nil {
		if err := verifySignature(listed[s.parsed.Sender], RoleDevice, s.header, s.rest, s.signature[:]); err != nil {
			return err
		}
		if err := e.h.descends(s.parsed); err != nil {
			return err
		}
	}
	for _, id := range e.h.Recipients {
		if listed[id] == nil {
			return session.Errorf(session.CodeEnvelopeRecipient, "it names a key that the roster does not list, or no longer")
		}
	}
	return nil
}

func verifySignature(from *Entry, role Role, header []byte, rest [64]byte, signature []byte) error {
	switch {
	case from == nil:
		return session.Errorf(session.CodeEnvelopeSender, "the roster does not list the sender, or no longer")
	case from.Keys.Role != role:
		return session.Errorf(session.CodeEnvelopeSender, "it must come from a %s", role)
	case !ed25519.Verify(from.Keys.Sign, signed(header, rest), signature):
		return session.Errorf(session.CodeEnvelopeSender, "the signature does not fit")
	}
	return nil
}

// descends refuses a refresh that differs from its share in anything that a
// refresh copies.
func (h *Header) descends(share *Header) error {
	same := slices.Equal(h.Recipients, share.Recipients) && h.Workspace == share.Workspace && h.Account == share.Account && h.App == share.App &&
		h.Session == share.Session && h.Generation.Share == share.Generation.Share && h.Cap.Equal(share.Cap) &&
		h.Consent.Text == share.Consent.Text && h.Consent.Surface == share.Consent.Surface &&
		h.Consent.Time.Equal(share.Consent.Time)
	if !same {
		return session.Errorf(session.CodeEnvelopeContext, "the refresh departs from its share")
	}
	return nil
}
