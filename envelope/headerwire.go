package envelope

import (
	"bytes"
	"encoding/binary"

	"sessionferry/session"
)

const (
	headerMagic = "SFEN"

	// offsets in a header
	headerLengthAt   = 6
	headerPrefixSize = 10
	commitmentAt     = 130
	commitmentSize   = 32
)

// marshal returns the header's bytes. h has passed check.
func (h *Header) marshal() []byte {
	b := append(make([]byte, 0, 512), headerMagic...)
	b = append(b, formatVersion, byte(h.Origin))
	b = binary.BigEndian.AppendUint32(b, 0) // the length, below
	b = append(b, h.Workspace[:]...)
	b = append(b, h.Account[:]...)
	b = append(b, h.Session[:]...)
	b = binary.BigEndian.AppendUint64(b, h.Generation.Share)
	b = binary.BigEndian.AppendUint64(b, h.Generation.Refresh)
	b = appendTime(b, h.Created)
	b = appendTime(b, h.Cap)
	b = appendTime(b, h.NotAfter)
	b = append(b, h.Sender[:]...)
	b = append(b, h.Commitment[:]...)
	b = appendTime(b, h.Consent.Time)
	b = append(b, surfaceByte(h.Consent.Surface))
	b = appendText(b, h.App)
	b = appendText(b, h.Consent.Text)
	b = binary.BigEndian.AppendUint16(b, uint16(len(h.Recipients)))
	for _, id := range h.Recipients {
		b = append(b, id[:]...)
	}
	if h.share != nil {
		b = append(b, h.share.header...)
		b = append(b, h.share.rest[:]...)
		b = append(b, h.share.signature[:]...)
	}
	binary.BigEndian.PutUint32(b[headerLengthAt:], uint32(len(b)))
	return b
}

// cutHeader returns the header at the front of b by its own length field.
func cutHeader(b []byte) ([]byte, error) {
	r := reader{b: b}
	magic, version := string(r.bytes(4)), r.uint8()
	r.uint8()
	n := r.uint32()
	if r.failed || magic != headerMagic || version != formatVersion {
		return nil, session.Errorf(session.CodeEnvelopeInvalid, "not an envelope of this version")
	}
	if n < headerPrefixSize || n > maxHeader || int(n) > len(b) {
		return nil, session.Errorf(session.CodeEnvelopeInvalid, "the header's length")
	}
	return b[:n:n], nil
}

// parseHeader reads exactly one header. b has passed cutHeader.
func parseHeader(b []byte) (*Header, error) {
	h, err := readHeader(b)
	if err != nil {
		return nil, err
	}
	if err := h.check(); err != nil {
		return nil, err
	}
	if !bytes.Equal(h.marshal(), b) {
		return nil, session.Errorf(session.CodeEnvelopeInvalid, "the header is not in its one form")
	}
	return h, nil
}

func readHeader(b []byte) (*Header, error) {
	h := &Header{}
	r := reader{b: b}
	r.bytes(5) // magic and version, seen by cutHeader
	h.Origin = Origin(r.uint8())
	r.uint32() // the length, likewise
	r.into(h.Workspace[:])
	r.into(h.Account[:])
	r.into(h.Session[:])
	h.Generation.Share, h.Generation.Refresh = r.uint64(), r.uint64()
	h.Created, h.Cap, h.NotAfter = unix(r.uint64()), unix(r.uint64()), unix(r.uint64())
	r.into(h.Sender[:])
	r.into(h.Commitment[:])
	h.Consent.Time = unix(r.uint64())
	if s := int(r.uint8()); s < len(surfaces) {
		h.Consent.Surface = surfaces[s]
	}
	h.App, h.Consent.Text = r.text(), r.text()
	for ids := (reader{b: r.bytes(int(r.uint16()) * len(KeyID{}))}); len(ids.b) > 0; {
		h.Recipients = append(h.Recipients, KeyID(ids.bytes(len(KeyID{}))))
	}
	if h.Origin == OriginRefresh {
		share, err := readEmbedded(&r)
		if err != nil {
			return nil, err
		}
		h.share = share
	}
	if !r.done() {
		return nil, session.Errorf(session.CodeEnvelopeInvalid, "the header's fields do not fill it")
	}
	return h, nil
}

// readEmbedded reads the share in a refresh. Only a share is accepted, so it
// nests once and no deeper.
func readEmbedded(r *reader) (*embedded, error) {
	raw, err := cutHeader(r.b)
	if err != nil {
		return nil, err
	}
	if Origin(raw[5]) != OriginShare {
		return nil, session.Errorf(session.CodeEnvelopeInvalid, "a refresh embeds a share")
	}
	parsed, err := parseHeader(raw)
	if err != nil {
		return nil, err
	}
	s := &embedded{header: bytes.Clone(r.bytes(len(raw))), parsed: parsed} // a copy, to let go of the envelope
	r.into(s.rest[:])
	r.into(s.signature[:])
	return s, nil
}

func surfaceByte(s string) byte {
	for i := range surfaces {
		if surfaces[i] == s {
			return byte(i)
		}
	}
	return 0
}
