package backup_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/vault/backup"
)

func made(t testing.TB) []byte {
	var out bytes.Buffer
	w, err := backup.NewWriter(&out, "1.2.3", time.Unix(1_796_000_000, 0))
	require.NoError(t, err)
	text := "Ada \"the\nfirst\"\u2028"
	require.NoError(t, w.Table(backup.Table{Name: "persons", Columns: []string{"id", "name"}}))
	require.NoError(t, w.Row(backup.Row{&text, nil}))
	require.NoError(t, w.Row(backup.Row{nil, &text}))
	require.NoError(t, w.Table(backup.Table{Name: "empty", Columns: []string{"id"}}))
	require.NoError(t, w.Close())
	return out.Bytes()
}

// read returns what a backup holds, in words, and how often a callback was called.
func read(data []byte) (words string, calls int, err error) {
	_, err = backup.Read(bytes.NewReader(data), func(t backup.Table) error {
		words += t.Name + ":"
		calls++
		return nil
	}, func(r backup.Row) error {
		for _, c := range r {
			if c == nil {
				words += "-;"
			} else {
				words += *c + ";"
			}
		}
		calls++
		return nil
	})
	return words, calls, err
}

func TestRoundTrip(t *testing.T) {
	words, _, err := read(made(t))
	require.NoError(t, err)
	require.Equal(t, "persons:Ada \"the\nfirst\"\u2028;-;-;Ada \"the\nfirst\"\u2028;empty:", words)
}

// TestDamage: a backup of which one bit has changed, or of which something is
// missing, is told so before anything of it is used.
func TestDamage(t *testing.T) {
	good := made(t)
	for n := range good {
		for _, bad := range [][]byte{good[:n], append(bytes.Clone(good[:n]), good[n+1:]...), flipped(good, n)} {
			_, calls, err := read(bad)
			if n == len(good)-1 && len(bad) == n { // the last line's end alone
				continue
			}
			require.Error(t, err, "%q", bad)
			require.Zero(t, calls)
		}
	}
	_, _, err := read([]byte(`{"format":"sessionferry-vault-backup","version":2,"made":"2026-11-25T00:00:00Z","program":"9.9.9"}` + "\n"))
	require.ErrorContains(t, err, `use version "9.9.9", which made it`)
	_, _, err = read([]byte("SQLite format 3"))
	require.ErrorContains(t, err, "it is no backup of a Sessionferry vault")
}

func flipped(b []byte, n int) []byte {
	b = bytes.Clone(b)
	b[n] ^= 1
	return b
}

// FuzzRead: whatever a file holds, nothing of it is used unless it is whole.
func FuzzRead(f *testing.F) {
	good := made(f)
	f.Add(good)
	f.Add(good[:len(good)/2])
	f.Add([]byte("{}\n[]\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, calls, err := read(data); err != nil && calls > 0 {
			t.Fatalf("%q is used in part: %v", data, err)
		}
	})
}
