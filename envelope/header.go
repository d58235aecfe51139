package envelope

import (
	"slices"
	"time"

	"sessionferry/session"
)

// Origin says who made an envelope and why.
type Origin uint8

// The origins, as they stand on the wire.
const (
	OriginShare   Origin = 1 // a person shared; signed by their device
	OriginRefresh Origin = 2 // a runner hands a used session back; signed by the runner
)

// String returns "share" or "refresh".
func (o Origin) String() string {
	switch o {
	case OriginShare:
		return "share"
	case OriginRefresh:
		return "refresh"
	}
	return "unknown"
}

// Header is the part of an envelope that everybody may read. It holds opaque ids
// only, never a person's name, a cookie or the name of one. Times are whole
// seconds in UTC.
type Header struct {
	Origin     Origin             // set by Seal
	Workspace  session.ID         //
	Account    session.ID         //
	App        string             // the app's id, 1 to 64 bytes of printable ASCII
	Session    session.ID         // one id for a share and all its refreshes
	Generation session.Generation // Refresh is 0 in a share and above 0 in a refresh
	Created    time.Time          // when this envelope was made
	Cap        time.Time          // the session's absolute end; refreshes copy it
	NotAfter   time.Time          // when this envelope ends, Cap at the latest; Seal reads zero as Cap
	Sender     KeyID              // set by Seal
	Recipients []KeyID            // set by Seal: ascending, without doubles
	Commitment [32]byte           // set by Seal: to the data key
	Consent    session.Consent    // of the person who shared; refreshes copy it

	share *embedded // the original share, in a refresh only
}

// embedded is what a refresh carries of the share that it descends from: enough
// to verify the device's signature without the share's stanzas and payload.
type embedded struct {
	header    []byte // as signed
	parsed    *Header
	rest      [64]byte // SHA-512 of the share's rest
	signature [64]byte
}

// SharedBy returns the key id of the device that shared: the sender of a share,
// or of the share that a refresh descends from.
func (h *Header) SharedBy() KeyID {
	if h.share != nil {
		return h.share.parsed.Sender
	}
	return h.Sender
}

// Names reports whether the header names the key as sender, as recipient or as
// the device that shared. A session is erased when a key that it names is
// revoked.
func (h *Header) Names(id KeyID) bool {
	return h.Sender == id || h.SharedBy() == id || slices.Contains(h.Recipients, id)
}

// surfaces are the places where a person can consent; the index is the wire's
// value, from 1.
var surfaces = []string{"", "popup", "page"}

// check holds for every header, made or received.
func (h *Header) check() error {
	bad := func(what string) error { return session.Errorf(session.CodeEnvelopeInvalid, "%s", what) }
	switch {
	case h.Origin != OriginShare && h.Origin != OriginRefresh:
		return bad("the origin")
	case h.Generation.Share == 0, (h.Generation.Refresh == 0) != (h.Origin == OriginShare), (h.share == nil) != (h.Origin == OriginShare):
		return bad("the generation")
	case h.Workspace.IsZero() || h.Account.IsZero() || h.Session.IsZero():
		return bad("an id is missing")
	case !isWord(h.App, maxApp):
		return bad("the app")
	case !inRange(h.Created) || !inRange(h.Cap) || !inRange(h.NotAfter), h.Created.After(h.NotAfter), h.NotAfter.After(h.Cap):
		return bad("the times are not in the order created, not-after, cap")
	case !isWord(h.Consent.Text, maxConsentText) || slices.Index(surfaces, h.Consent.Surface) < 1 || !inRange(h.Consent.Time):
		return bad("the consent record")
	case len(h.Recipients) == 0 || len(h.Recipients) > MaxRecipients:
		return bad("the number of recipients")
	}
	for i := 1; i < len(h.Recipients); i++ {
		if compareIDs(h.Recipients[i-1], h.Recipients[i]) >= 0 {
			return bad("the order of the recipients")
		}
	}
	return nil
}

// clone returns a header that shares nothing that a caller could change.
func (h *Header) clone() *Header {
	c := *h
	c.Recipients = slices.Clone(h.Recipients)
	return &c
}
