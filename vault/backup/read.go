package backup

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"

	"sessionferry/session"
)

// Read checks a whole backup and then calls table and row for what is in it, in
// order. Nothing is called for a backup that is not whole.
func Read(f io.ReadSeeker, table func(Table) error, row func(Row) error) (Header, error) {
	h, err := scan(f, func(Table) error { return nil }, func(Row) error { return nil })
	if err != nil {
		return h, err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return h, err
	}
	return scan(f, table, row)
}

func scan(f io.Reader, table func(Table) error, row func(Row) error) (h Header, err error) {
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, maxLine)
	if !lines.Scan() {
		return h, errors.Join(damaged("it is empty"), lines.Err())
	}
	if err := session.UnmarshalLoose(lines.Bytes(), &h, session.CodeRequestInvalid); err != nil || h.Format != Format {
		return h, session.Errorf(session.CodeBackupInvalid, "it is no backup of a Sessionferry vault")
	}
	if h.Version != Version {
		return h, session.Errorf(session.CodeBackupInvalid, "it is of form %d and this program reads form %d: use version %.20q, which made it", h.Version, Version, h.Program)
	}
	sum, rows, columns := sha256.New(), 0, -1
	for n := 2; ; n++ {
		sum.Write(lines.Bytes())
		sum.Write([]byte{'\n'})
		if !lines.Scan() {
			return h, errors.Join(damaged("its last line is missing"), lines.Err())
		}
		line := lines.Bytes()
		var t Table
		var end trailer
		var r Row
		switch {
		case bytes.HasPrefix(line, []byte(`{"table":`)) && session.Unmarshal(line, &t, session.CodeRequestInvalid) == nil:
			columns = len(t.Columns)
			err = table(t)
		case bytes.HasPrefix(line, []byte(`[`)) && session.Unmarshal(line, &r, session.CodeRequestInvalid) == nil && len(r) == columns:
			rows++
			err = row(r)
		case bytes.HasPrefix(line, []byte(`{"rows":`)) && session.Unmarshal(line, &end, session.CodeRequestInvalid) == nil:
			if end.Rows != rows || end.SHA256 != hex.EncodeToString(sum.Sum(nil)) {
				return h, damaged("its checksum is another")
			}
			if lines.Scan() {
				return h, damaged("there is more behind its end")
			}
			return h, lines.Err()
		default:
			return h, damaged("line %d", n)
		}
		if err != nil {
			return h, err
		}
	}
}
