package envelope

import (
	"slices"
	"time"

	"golang.org/x/crypto/chacha20poly1305"

	"sessionferry/session"
)

// Expect is what the opener knows of the session that it asked for, from its own
// records and never from the envelope.
type Expect struct {
	Workspace, Account session.ID
	App                string
	Seen               session.Generation // highest seen of the account; zero for none
	Pending            bool               // a share that waits for confirmation: must be a share; do not record its generation as seen
	Now                time.Time
}

// Open returns the bundle's JSON. It checks, in this order: all of Verify; that
// the context is the expected one; that the generation is not older than Seen;
// that Now is not past the end; that k is a recipient; the stanza; the
// commitment; the payload; and its lengths before memory is taken for them. It
// holds the opened payload and the JSON beside the envelope, and wipes the
// former. The JSON is not validated; see session.DecodeBundle.
//
// Errors: those of Verify, session.CodeEnvelopeContext, CodeEnvelopeReplayed,
// CodeEnvelopeExpired, CodeEnvelopeRecipient, CodeEnvelopeInvalid,
// CodeBundleTooLarge.
func (e *Envelope) Open(k *Keys, r *Roster, want Expect) ([]byte, error) {
	if err := e.Verify(r, want.Now); err != nil {
		return nil, err
	}
	if err := e.h.meets(want); err != nil {
		return nil, err
	}
	i := slices.Index(e.h.Recipients, k.id)
	if i < 0 {
		return nil, session.Errorf(session.CodeEnvelopeRecipient, "")
	}
	dataKey, err := openStanza(e.stanza(i), k, e.headerBytes())
	if err != nil {
		return nil, err
	}
	defer clear(dataKey)
	aead, err := chacha20poly1305.NewX(dataKey)
	if err != nil {
		return nil, session.Errorf(session.CodeEnvelopeInvalid, "the data key").Because(err)
	}
	plain, err := aead.Open(nil, e.nonce(), e.payload(), e.headerBytes())
	if err != nil {
		return nil, session.Errorf(session.CodeEnvelopeInvalid, "the payload does not open").Because(err)
	}
	defer clear(plain)
	return decompress(plain)
}

// meets compares the header with what the opener expects.
func (h *Header) meets(want Expect) error {
	switch {
	case h.Workspace != want.Workspace || h.Account != want.Account || h.App != want.App:
		return session.Errorf(session.CodeEnvelopeContext, "")
	case want.Pending && h.Origin != OriginShare:
		return session.Errorf(session.CodeEnvelopeContext, "only a share waits for confirmation")
	case h.Generation.Compare(want.Seen) < 0:
		return session.Errorf(session.CodeEnvelopeReplayed, "")
	case want.Now.After(h.NotAfter):
		return session.Errorf(session.CodeEnvelopeExpired, "")
	}
	return nil
}
