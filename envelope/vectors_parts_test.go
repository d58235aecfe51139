package envelope

import (
	"bytes"
	"encoding/binary"
	"slices"
	"testing"
	"time"

	"sessionferry/session"
)

// movedParts are made from the parts of good envelopes.
func movedParts(t *testing.T, w *world) []vector {
	b := w.share.Bytes()
	public, stanzas := w.share.Split()
	s := func(i int) []byte { return stanzas[i*stanzaSize:][:stanzaSize] }
	h := w.header()
	h.Generation.Share = 8
	other := must1(Seal(h, w.keys["laptop"], w.roster.Recipients(w.Now), writes(w.bundle)))(t)
	otherPublic, _ := other.Split()
	payload := slices.Concat(public[:w.share.header+signatureSize], otherPublic[other.header+signatureSize:], stanzas)
	permuted := slices.Concat(public, s(1), s(0), s(2))
	edited := bytes.Clone(b)
	binary.BigEndian.PutUint64(edited[58:], 9)
	return []vector{
		{Name: "payload-of-another-generation", Why: "nonce and payload of share 8 under the header of share 7", data: payload, Code: session.CodeEnvelopeSender},
		{Name: "payload-of-another-generation-signed", Why: "likewise, signed again by the device", data: resign(payload, w.keys["laptop"]), Code: session.CodeEnvelopeInvalid},
		{Name: "stanzas-permuted", Why: "the first two changed places", data: permuted, Code: session.CodeEnvelopeSender},
		{Name: "stanzas-permuted-signed", Why: "likewise, signed again by the device", data: resign(permuted, w.keys["laptop"]), Opener: w.recipient(0), Code: session.CodeEnvelopeInvalid},
		{Name: "stanza-dropped", Why: "the last one is missing", data: slices.Concat(public, s(0), s(1)), Code: session.CodeEnvelopeInvalid},
		{Name: "stanza-duplicated", Why: "the first stands in place of the second", data: slices.Concat(public, s(0), s(0), s(2)), Code: session.CodeEnvelopeSender},
		{Name: "stanza-added", Why: "the last one stands twice", data: slices.Concat(b, s(2)), Code: session.CodeEnvelopeInvalid},
		{Name: "header-edited", Why: "share 7 calls itself share 9", data: edited, Code: session.CodeEnvelopeSender},
		{Name: "truncated", Why: "the last byte is missing", data: b[:len(b)-1], Code: session.CodeEnvelopeInvalid},
		{Name: "trailing-byte", Why: "one zero byte follows", data: append(bytes.Clone(b), 0), Code: session.CodeEnvelopeInvalid},
	}
}

// recipient is the name of the golden share's i-th recipient.
func (w *world) recipient(i int) string {
	for name, k := range w.keys {
		if k.id == w.share.h.Recipients[i] {
			return name
		}
	}
	return ""
}

// wrongHands are signed by or sealed to keys that may not.
func wrongHands(t *testing.T, w *world) []vector {
	stripped := func(by string) []byte {
		b := bytes.Clone(w.share.Bytes())
		copy(b[98:], w.keys[by].id[:])
		return resign(b, w.keys[by])
	}
	sealed := func(from string, to ...string) []byte {
		return forge{h: w.header(), from: w.keys[from], to: w.members(to...), plain: pack(t, w.bundle)}.bytes(t)
	}
	outlived := w.header()
	outlived.Origin, outlived.Generation.Refresh = OriginRefresh, 1
	outlived.share = w.refresh.h.share
	byDevice := forge{h: outlived, from: w.keys["desktop"], to: w.members("laptop", "desktop", "runner"), plain: pack(t, w.bundle)}.bytes(t)
	return []vector{
		{Name: "signed-again-by-stranger", Why: "the sender in the header is replaced by a key of no roster", data: stripped("stranger"), Code: session.CodeEnvelopeSender},
		{Name: "signed-again-by-member", Why: "the sender in the header is replaced by another device of the roster", data: stripped("desktop"), Code: session.CodeEnvelopeInvalid},
		{Name: "signed-by-another-key", Why: "the header names the laptop, the desktop signed", data: resign(w.share.Bytes(), w.keys["desktop"]), Code: session.CodeEnvelopeSender},
		{Name: "share-by-runner", Why: "only a device shares", data: sealed("runner", "laptop", "runner"), Code: session.CodeEnvelopeSender},
		{Name: "refresh-by-device", Why: "only a runner refreshes", data: byDevice, Code: session.CodeEnvelopeSender},
		{Name: "unlisted-sender", Why: "made whole by a key of no roster", data: sealed("stranger", "laptop", "runner"), Code: session.CodeEnvelopeSender},
		{Name: "revoked-sender", Why: "made by a device that is revoked", data: sealed("phone", "laptop", "runner"), Code: session.CodeEnvelopeSender},
		{Name: "unlisted-recipient", Why: "sealed to a key of no roster too", data: sealed("laptop", "runner", "stranger"), Code: session.CodeEnvelopeRecipient},
		{Name: "revoked-recipient", Why: "sealed to a revoked device too", data: sealed("laptop", "runner", "phone"), Code: session.CodeEnvelopeRecipient},
		{Name: "expired-recipient", Why: "sealed to an expired runner too", data: sealed("laptop", "runner", "spare"), Code: session.CodeEnvelopeRecipient},
	}
}

// wrongRefreshes are by a runner of the roster that departs from the share.
func wrongRefreshes(t *testing.T, w *world) []vector {
	to := []string{"laptop", "desktop", "runner"}
	changed := func(edit func(h *Header), to ...string) []byte {
		h := *w.refresh.h
		share := *h.share
		h.share = &share
		edit(&h)
		return forge{h: h, from: w.keys["runner"], to: w.members(to...), plain: pack(t, w.bundle)}.bytes(t)
	}
	bySpy := must1(Parse(forge{h: w.header(), from: w.keys["stranger"], to: w.members(to...), plain: pack(t, w.bundle)}.bytes(t)))(t)
	byRunner := must1(Parse(forge{h: w.header(), from: w.keys["runner"], to: w.members(to...), plain: pack(t, w.bundle)}.bytes(t)))(t)
	embed := func(e *Envelope) func(h *Header) {
		return func(h *Header) {
			*h.share = embedded{header: e.headerBytes(), parsed: e.h, signature: [64]byte(e.signature())}
		}
	}
	return []vector{
		{Name: "refresh-share-signature", Why: "the embedded share's signature is damaged", data: changed(func(h *Header) { h.share.signature[0] ^= 1 }, to...), Code: session.CodeEnvelopeSender},
		{Name: "refresh-share-rest", Why: "the embedded share's hash is of another rest", data: changed(func(h *Header) { h.share.rest[0] ^= 1 }, to...), Code: session.CodeEnvelopeSender},
		{Name: "refresh-share-by-stranger", Why: "the embedded share is by a key of no roster", data: changed(embed(bySpy), to...), Code: session.CodeEnvelopeSender},
		{Name: "refresh-share-by-runner", Why: "the embedded share is by a runner", data: changed(embed(byRunner), to...), Code: session.CodeEnvelopeSender},
		{Name: "refresh-other-recipients", Why: "one recipient fewer than the share", data: changed(func(*Header) {}, "laptop", "runner"), Code: session.CodeEnvelopeContext},
		{Name: "refresh-other-account", Why: "another account than the share", data: changed(func(h *Header) { h.Account = testID(9) }, to...), Account: testID(9), Code: session.CodeEnvelopeContext},
		{Name: "refresh-other-app", Why: "another app than the share", data: changed(func(h *Header) { h.App = "gitea" }, to...), App: "gitea", Code: session.CodeEnvelopeContext},
		{Name: "refresh-other-session", Why: "another session id than the share", data: changed(func(h *Header) { h.Session = testID(9) }, to...), Code: session.CodeEnvelopeContext},
		{Name: "refresh-other-share-number", Why: "a refresh raises only the second number", data: changed(func(h *Header) { h.Generation.Share = 8 }, to...), Code: session.CodeEnvelopeContext},
		{Name: "refresh-other-cap", Why: "a cap one day beyond the share's", data: changed(func(h *Header) { h.Cap = h.Cap.AddDate(0, 0, 1) }, to...), Code: session.CodeEnvelopeContext},
		{Name: "refresh-other-consent", Why: "a consent record that the person did not make", data: changed(func(h *Header) { h.Consent.Surface = "page" }, to...), Code: session.CodeEnvelopeContext},
		{Name: "refresh-not-after-beyond-cap", Why: "an end one second beyond the cap", data: changed(func(h *Header) { h.NotAfter = h.Cap.Add(time.Second) }, to...), Code: session.CodeEnvelopeInvalid},
		{Name: "refresh-embeds-refresh", Why: "only a share can be embedded", data: changed(func(h *Header) {
			h.share.header = bytes.Clone(h.share.header)
			h.share.header[5] = byte(OriginRefresh)
		}, to...), Code: session.CodeEnvelopeInvalid},
	}
}
