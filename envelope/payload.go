package envelope

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"io"
	"slices"

	"sessionferry/session"
)

// The plaintext of a payload: length of the JSON (4 bytes), length of the gzip
// member (4 bytes), the member, zeros up to the bucket.
const payloadPrefix = 8

// gzipLevel is fixed, so that one version of Go gives one size for one session.
// Higher levels take two to four times as long and gain a hundredth: what is
// large in a session are tokens, which do not compress.
const gzipLevel = gzip.BestSpeed

// gzipHeader is the one header of the member: deflate, no flags, no time, no
// name, no hint of level or system.
var gzipHeader = []byte{0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF}

// maxRatio is the most that deflate can expand, so a small member cannot claim a
// large bundle.
const maxRatio = 1032

// compress appends the padded plaintext of what encode writes.
func compress(out *bucket, encode func(io.Writer) error) error {
	if _, err := out.Write(make([]byte, payloadPrefix)); err != nil {
		return err
	}
	zw, err := gzip.NewWriterLevel(out, gzipLevel)
	if err != nil {
		panic("envelope: the level is a constant")
	}
	in := &counter{w: zw}
	err = encode(in)
	if in.err != nil { // the first cause, which encode may have wrapped
		err = in.err
	}
	if err == nil {
		err = zw.Close()
	}
	if err != nil {
		clear(out.b)
		return err
	}
	// The library hints at the level; the format's one header does not.
	copy(out.b[out.prefix+payloadPrefix:], gzipHeader)
	plain := len(out.b) - out.prefix
	binary.BigEndian.PutUint32(out.b[out.prefix:], uint32(in.n))
	binary.BigEndian.PutUint32(out.b[out.prefix+4:], uint32(plain-payloadPrefix))
	size := bucketFor(plain)
	out.grow(size)
	out.b = out.b[:out.prefix+size]
	clear(out.b[out.prefix+plain:])
	return nil
}

// decompress returns the JSON in an opened payload.
func decompress(plain []byte) ([]byte, error) {
	bad := func(what string) ([]byte, error) {
		return nil, session.Errorf(session.CodeEnvelopeInvalid, "%s", what)
	}
	r := reader{b: plain}
	declared, length := r.uint32(), r.uint32()
	switch {
	case declared > session.MaxBundle:
		return nil, session.Errorf(session.CodeBundleTooLarge, "%d bytes, at most %d", declared, session.MaxBundle)
	case length > maxBucket:
		return bad("the length of the compressed session")
	}
	size, member := int(declared), int(length)
	gz := r.bytes(member)
	switch {
	case r.failed || bucketFor(payloadPrefix+member) != len(plain):
		return bad("the length of the compressed session")
	case !bytes.HasPrefix(gz, gzipHeader):
		return bad("the header of the compressed session")
	case size > maxRatio*member:
		return bad("the length of the session")
	case slices.ContainsFunc(r.b, func(b byte) bool { return b != 0 }):
		return bad("the padding")
	}
	src := bytes.NewReader(gz)
	zr, err := gzip.NewReader(src)
	if err != nil {
		return bad("the compressed session")
	}
	zr.Multistream(false)
	out := make([]byte, size)
	if _, err := io.ReadFull(zr, out); err != nil {
		return bad("the session is shorter than it says")
	}
	// Reading on must find the end, which also compares the checksum.
	if n, err := zr.Read(make([]byte, 1)); n != 0 || !errors.Is(err, io.EOF) || src.Len() != 0 {
		return bad("the session is longer than it says, or its checksum differs")
	}
	return out, nil
}
