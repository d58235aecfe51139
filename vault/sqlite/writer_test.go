package sqlite

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/ncruces/go-sqlite3/vfs"
	"github.com/stretchr/testify/require"

	"sessionferry/vault/sqlstore"
)

// group runs functions, in a bubble, so that all share one commit: the first waits
// until the others stand in line. It returns what each was told.
func (d *database) group(t *testing.T, fs ...func(context.Context, sqlstore.Tx) error) []any {
	told := make([]any, len(fs))
	var wait sync.WaitGroup
	begun, queue := make(chan struct{}), make(chan struct{})
	first := sync.OnceFunc(func() { close(begun); <-queue })
	for i, f := range fs {
		wait.Go(func() {
			defer func() {
				if v := recover(); v != nil {
					told[i] = v
				}
			}()
			if i > 0 {
				<-begun
			}
			if err := d.Write(t.Context(), func(tx sqlstore.Tx) error { first(); return f(t.Context(), tx) }); err != nil {
				told[i] = err
			}
		})
	}
	synctest.Wait()
	close(queue)
	wait.Wait()
	return told
}

func note(name string) func(context.Context, sqlstore.Tx) error {
	return func(ctx context.Context, tx sqlstore.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO counters (name, value) VALUES (?, 1)`, name)
		return err
	}
}

func (d *database) noted(t *testing.T) (names []string) {
	require.NoError(t, d.ReadOne(t.Context(), func(tx sqlstore.Tx) error {
		rows, err := tx.Query(t.Context(), `SELECT name FROM counters WHERE value = 1 ORDER BY name`)
		require.NoError(t, err)
		for rows.Next() {
			var name string
			require.NoError(t, rows.Scan(&name))
			names = append(names, name)
		}
		return errors.Join(rows.Err(), rows.Close())
	}))
	return names
}

// TestGroup: of functions that share a commit, one that fails or panics in the
// middle of its work, also with a query open, takes back its own and no more.
func TestGroup(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, err := open(t.Context(), filepath.Join(t.TempDir(), "vault.db"), "")
		require.NoError(t, err)
		defer func() { require.NoError(t, d.Close()) }()
		refused := errors.New("refused")
		told := d.group(t, note("a"),
			func(ctx context.Context, tx sqlstore.Tx) error {
				return errors.Join(note("b")(ctx, tx), refused)
			},
			note("c"),
			func(ctx context.Context, tx sqlstore.Tx) error {
				require.NoError(t, note("d")(ctx, tx))
				rows, err := tx.Query(ctx, `SELECT name FROM counters`)
				require.NoError(t, err)
				require.True(t, rows.Next())
				panic("at the disco")
			},
			note("e"))
		require.Nil(t, told[0])
		require.ErrorIs(t, told[1].(error), refused)
		require.Nil(t, told[2])
		require.Equal(t, "at the disco", told[3])
		require.Nil(t, told[4])
		require.Equal(t, []string{"a", "c", "e"}, d.noted(t))
		require.NoError(t, d.EmptyLog(t.Context()), "nothing was left open")
	})
}

// TestGroupCancel: who goes away takes back what it did; the others are not hurt.
func TestGroupCancel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, err := open(t.Context(), filepath.Join(t.TempDir(), "vault.db"), "")
		require.NoError(t, err)
		defer func() { require.NoError(t, d.Close()) }()
		gone, cancel := context.WithCancel(t.Context())
		told := d.group(t, note("a"), func(_ context.Context, tx sqlstore.Tx) error {
			require.NoError(t, note("b")(gone, tx))
			cancel()
			return note("c")(gone, tx)
		}, note("d"))
		require.Nil(t, told[0])
		require.ErrorIs(t, told[1].(error), context.Canceled)
		require.Nil(t, told[2])
		require.Equal(t, []string{"a", "d"}, d.noted(t))
		require.ErrorIs(t, d.Write(gone, func(sqlstore.Tx) error { panic("not run") }), context.Canceled)
	})
}

// fullVFS is a disk that takes no more once the log has some size.
type fullVFS struct {
	vfs.VFS
	limit *int64
}

func (v fullVFS) OpenFilename(name *vfs.Filename, flags vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	f, out, err := tapeVFS{v.VFS, new(tape)}.OpenFilename(name, flags)
	if err != nil || flags&vfs.OPEN_WAL == 0 {
		return f, out, err
	}
	return fullFile{f.(tapeFile), v.limit}, out, nil
}

type fullFile struct {
	tapeFile
	limit *int64
}

func (f fullFile) WriteAt(p []byte, at int64) (int, error) {
	if *f.limit > 0 && at+int64(len(p)) > *f.limit {
		return 0, errFull
	}
	return f.tapeFile.WriteAt(p, at)
}

var errFull = errors.New("no space is left")

// TestGroupDiskFull: where a commit fails for all that share it, each is tried
// alone, and only what does not fit is refused.
func TestGroupDiskFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var limit int64
		vfs.Register(t.Name(), fullVFS{vfs.Find(""), &limit})
		t.Cleanup(func() { vfs.Unregister(t.Name()) })
		d, err := open(t.Context(), filepath.Join(t.TempDir(), "vault.db"), t.Name())
		require.NoError(t, err)
		require.NoError(t, d.EmptyLog(t.Context()))
		limit = 60_000
		told := d.group(t, note("a"), func(ctx context.Context, tx sqlstore.Tx) error {
			_, err := tx.Exec(ctx, `INSERT INTO counters (name, value) VALUES (?, 1)`, fmt.Sprintf("b%100000d", 0))
			return err
		}, note("c"))
		require.Nil(t, told[0])
		require.Error(t, told[1].(error))
		require.Nil(t, told[2])
		require.Equal(t, []string{"a", "c"}, d.noted(t))
		limit = 0
		require.Equal(t, []any{nil}, d.group(t, note("d")), "with space again it goes on")
		require.NoError(t, d.Close())
		require.ErrorIs(t, d.Write(t.Context(), func(sqlstore.Tx) error { return nil }), errClosed)
	})
}
