package sqlite

import (
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/util/vfsutil"
	"github.com/ncruces/go-sqlite3/vfs"
	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault"
	"sessionferry/vault/sqlstore"
	"sessionferry/vault/storetest"
)

// sickDisk is SQLite's usual file system with a disk that takes some more writes
// and then none until it is well again.
type sickDisk struct {
	vfs.VFS
	word sqlite3.ErrorCode // what the disk says then
	left atomic.Int64      // writes that it still takes
}

const well = 1 << 40

func (d *sickDisk) take() error {
	if d.left.Add(-1) < 0 {
		return d.word
	}
	return nil
}

func (d *sickDisk) OpenFilename(name *vfs.Filename, flags vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	f, out, err := vfsutil.WrapOpenFilename(d.VFS, name, flags)
	if err != nil {
		return nil, out, err
	}
	return sickFile{f, d, vfsutil.WrapSharedMemory(f)}, out, nil
}

type sickFile struct {
	vfs.File
	disk *sickDisk
	shm  vfs.SharedMemory
}

func (f sickFile) WriteAt(p []byte, at int64) (int, error) {
	if err := f.disk.take(); err != nil {
		return 0, err
	}
	return f.File.WriteAt(p, at)
}

func (f sickFile) Truncate(size int64) error {
	if err := f.disk.take(); err != nil {
		return err
	}
	return f.File.Truncate(size)
}

func (f sickFile) Sync(flags vfs.SyncFlag) error {
	if err := f.disk.take(); err != nil {
		return err
	}
	return f.File.Sync(flags)
}

func (f sickFile) SharedMemory() vfs.SharedMemory { return f.shm }

// TestSickDisk lets the disk fail at every one of a put's writes in turn. The put
// is refused with a code, the older session is as it was, and what was refused is
// applied as soon as the disk is well again.
func TestSickDisk(t *testing.T) {
	for word, code := range map[sqlite3.ErrorCode]session.Code{
		sqlite3.FULL:     session.CodeVaultDiskFull,
		sqlite3.READONLY: session.CodeVaultUnavailable,
		sqlite3.IOERR:    session.CodeVaultUnavailable,
	} {
		t.Run(word.Error(), func(t *testing.T) {
			t.Parallel()
			disk := &sickDisk{VFS: vfs.Find(""), word: word}
			disk.left.Store(well)
			name := strings.ReplaceAll(t.Name(), "/", "-")
			vfs.Register(name, disk)
			t.Cleanup(func() { vfs.Unregister(name) })
			d, err := open(t.Context(), filepath.Join(t.TempDir(), "vault.db"), name)
			require.NoError(t, err)
			cfg := sqlstore.Config{Epochs: storetest.NewKeys()}
			require.NoError(t, cfg.Fill())
			s, err := sqlstore.New(t.Context(), d, cfg)
			require.NoError(t, err)
			defer func() { require.NoError(t, s.Close()) }()
			refusals := shareOnSickDisk(t, s, disk, code)
			require.Greater(t, refusals, 3, "the disk has failed at several places")

			faults, err := d.Faults(t.Context())
			require.NoError(t, err)
			require.Empty(t, faults)
			n, err := s.Erase(t.Context())
			require.NoError(t, err)
			require.Positive(t, n)
		})
	}
}

// shareOnSickDisk shares while the disk takes no write, one, two and so on, until
// a share has succeeded at once. It returns how many were refused.
func shareOnSickDisk(t *testing.T, s *sqlstore.Store, disk *sickDisk, code session.Code) (refusals int) {
	device, err := s.Enrol(t.Context(), vault.Enrolment{Role: vault.RoleDevice, Name: "laptop", Keys: []byte{1}, Key: []byte{1}})
	require.NoError(t, err)
	account, err := s.AddAccount(t.Context(), device, vault.Card{App: "mediawiki", Site: "https://wiki.example", Username: "Bob"})
	require.NoError(t, err)
	status := func() session.Status {
		st, err := s.Status(t.Context(), device, account.ID)
		require.NoError(t, err, "reading goes on")
		return st
	}
	shareOne(t, s, device, account.ID, 1)
	for number := uint64(2); ; number++ {
		before := status()
		p := onePut(device, account.ID, number)
		disk.left.Store(int64(number) - 2)
		r, err := s.Put(t.Context(), device, p)
		disk.left.Store(well)
		if err == nil {
			require.True(t, r.Applied)
			return refusals
		}
		require.Equal(t, code, session.CodeOf(err), "%v", err)
		require.Equal(t, before, status())
		r, err = s.Put(t.Context(), device, p)
		require.NoError(t, err)
		require.True(t, r.Applied)
		require.Equal(t, number, status().Generation.Share)
		refusals++
	}
}
