// Package backup is the file that a vault's records are backed up in. It is the
// same for every database.
//
// It is text, a JSON value a line: a header, then for each table its name and
// columns and a list of texts for each row, null where there is nothing, and a last
// line with the number of rows and the SHA-256 of all lines before it. Numbers are
// decimal, bytes base64. Whoever reads it checks the last line before anything else.
//
// It never holds a session, a key that opens one, a token or a web session. It
// does hold the hashes of passwords, and the secrets of one-time codes sealed by them.
package backup

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"
	"time"

	"sessionferry/session"
)

// Format and Version name the form of the file.
const (
	Format  = "sessionferry-vault-backup"
	Version = 1
)

// maxLine is above the longest row: a roster's version.
const maxLine = 4 << 20

// Header is the first line.
type Header struct {
	Format  string    `json:"format"`
	Version int       `json:"version"`
	Made    time.Time `json:"made"`
	Program string    `json:"program"` // version of what made it
}

// Table begins the rows of a table.
type Table struct {
	Name    string   `json:"table"`
	Columns []string `json:"columns"`
}

type trailer struct {
	Rows   int    `json:"rows"`
	SHA256 string `json:"sha256"`
}

// Row holds a text for each column, nil for null.
type Row []*string

// Writer writes a backup.
type Writer struct {
	out  *bufio.Writer
	sum  hash.Hash
	rows int
}

// NewWriter writes the header.
func NewWriter(w io.Writer, program string, now time.Time) (*Writer, error) {
	b := &Writer{sum: sha256.New()}
	b.out = bufio.NewWriter(io.MultiWriter(w, b.sum))
	return b, b.line(Header{Format, Version, now.UTC(), program})
}

func (w *Writer) line(v any) error {
	b, err := session.Marshal(v)
	if err != nil {
		return err
	}
	_, err = w.out.Write(append(b, '\n'))
	return err
}

// Table begins a table.
func (w *Writer) Table(t Table) error { return w.line(t) }

// Row writes a row of the table that was begun last.
func (w *Writer) Row(r Row) error {
	w.rows++
	return w.line(r)
}

// Close writes the last line. Without it the file is none.
func (w *Writer) Close() error {
	if err := w.out.Flush(); err != nil {
		return err
	}
	if err := w.line(trailer{w.rows, hex.EncodeToString(w.sum.Sum(nil))}); err != nil {
		return err
	}
	return w.out.Flush()
}

// Rows is how many rows were written.
func (w *Writer) Rows() int { return w.rows }

func damaged(format string, args ...any) error {
	return session.Errorf(session.CodeBackupInvalid, "it is damaged or was cut: "+format, args...)
}
