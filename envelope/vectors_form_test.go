package envelope

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"sessionferry/session"
)

// badEncodings are signed well, in a form that is not the one form.
func badEncodings(t *testing.T, w *world) []vector {
	plain := pack(t, w.bundle)
	base := forge{h: w.header(), from: w.keys["laptop"], to: w.members("laptop", "desktop", "runner"), plain: plain}
	edit := func(at int, v byte) []byte {
		f := base
		f.edit = func(header []byte) { header[at] = v }
		return f.bytes(t)
	}
	head := func(change func(h *Header)) []byte {
		f := base
		change(&f.h)
		return f.bytes(t)
	}
	unsorted, double, large, odd := base, base, base, base
	sorted, _ := byID(base.to)
	unsorted.to, unsorted.unsorted = []PublicKeys{sorted[1], sorted[0], sorted[2]}, true
	double.to, double.unsorted = []PublicKeys{sorted[0], sorted[0], sorted[1]}, true
	large.plain = append(bytes.Clone(plain), make([]byte, len(plain))...)
	odd.plain = append(bytes.Clone(plain), make([]byte, 4096*2)...)
	rows := []vector{
		{Name: "other-magic", Why: "not an envelope", data: edit(0, 'X')},
		{Name: "other-version", Why: "version 2", data: edit(4, 2)},
		{Name: "other-origin", Why: "origin 3", data: edit(5, 3)},
		{Name: "other-surface", Why: "a surface that does not exist", data: edit(170, 3)},
		{Name: "time-beyond-range", Why: "created in the year 10000 or later", data: edit(74, 0x7F)},
		{Name: "share-number-zero", Why: "the first share is number 1", data: head(func(h *Header) { h.Generation.Share = 0 })},
		{Name: "share-with-refresh-number", Why: "a share has refresh 0", data: head(func(h *Header) { h.Generation.Refresh = 1 })},
		{Name: "not-after-before-created", Why: "ends before it begins", data: head(func(h *Header) { h.NotAfter = h.Created.Add(-time.Second) })},
		{Name: "app-with-space", Why: "an app's id is one word", data: head(func(h *Header) { h.App = "media wiki" })},
		{Name: "app-empty", Why: "an app's id is one word", data: head(func(h *Header) { h.App = "" })},
		{Name: "recipients-unsorted", Why: "recipients ascend", data: unsorted.bytes(t)},
		{Name: "recipients-double", Why: "recipients are named once", data: double.bytes(t)},
		{Name: "bucket-odd", Why: "a payload of 12 KiB is no bucket", data: odd.bytes(t)},
		{Name: "bucket-too-large", Why: "a payload of 8 KiB where 4 KiB suffice", data: large.bytes(t)},
	}
	for i := range rows {
		rows[i].Code = session.CodeEnvelopeInvalid
	}
	return rows
}

// badPayloads are signed and sealed well; their content is not.
func badPayloads(t *testing.T, w *world) []vector {
	with := func(plain []byte) []byte {
		return forge{h: w.header(), from: w.keys["laptop"], to: w.members("laptop", "runner"), plain: plain}.bytes(t)
	}
	good := pack(t, w.bundle)
	gz, n := member(good), len(w.bundle)
	named := bytes.Clone(gz)
	named[9] = 3 // "Unix"
	sum := bytes.Clone(gz)
	sum[len(sum)-8] ^= 1
	padded := bytes.Clone(good)
	padded[len(padded)-1] = 1
	zeros := member(pack(t, make([]byte, 1<<20)))
	mismatch := forge{h: w.header(), from: w.keys["laptop"], to: w.members("laptop", "runner"), plain: good, committed: bytes.Repeat([]byte{1}, dataKeySize)}
	rows := []vector{
		{Name: "key-commitment-mismatch", Why: "the header commits to another data key than the stanzas hold", data: mismatch.bytes(t)},
		{Name: "bomb-declared", Why: "says that it holds 32 MiB and one byte", data: with(repack(session.MaxBundle+1, len(gz), gz, 4096)), Code: session.CodeBundleTooLarge},
		{Name: "bomb-hidden", Why: "says 1 KiB and holds 1 MiB", data: with(repack(1024, len(zeros), zeros, 4096))},
		{Name: "bomb-ratio", Why: "says 32 MiB in fewer bytes than deflate can", data: with(repack(session.MaxBundle, len(gz), gz, 4096))},
		{Name: "size-too-large", Why: "says one byte more than it holds", data: with(repack(n+1, len(gz), gz, 4096))},
		{Name: "size-too-small", Why: "says one byte fewer than it holds", data: with(repack(n-1, len(gz), gz, 4096))},
		{Name: "member-too-long", Why: "a zero byte after the gzip member belongs to it", data: with(repack(n, len(gz)+1, gz, 4096))},
		{Name: "member-beyond-payload", Why: "the gzip member reaches beyond the payload", data: with(repack(n, 1<<31, gz, 4096))},
		{Name: "two-members", Why: "a second gzip member follows in the first's length", data: with(repack(n, 2*len(gz), slices.Concat(gz, gz), 4096))},
		{Name: "gzip-other-header", Why: "a gzip header that names a system", data: with(repack(n, len(gz), named, 4096))},
		{Name: "gzip-checksum", Why: "the checksum of the gzip member is damaged", data: with(repack(n, len(gz), sum, 4096))},
		{Name: "padding-not-zero", Why: "the last byte of the padding is 1", data: with(padded)},
	}
	for i := range rows {
		if rows[i].Code == "" {
			rows[i].Code = session.CodeEnvelopeInvalid
		}
	}
	return rows
}
