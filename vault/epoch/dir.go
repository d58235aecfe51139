package epoch

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"sessionferry/internal/atomicfile"
	"sessionferry/session"
)

// Dir keeps each key in one file of a folder: folder 0700, files 0600, named by
// the key's id.
type Dir struct{ path string }

// OpenDir makes the folder if it is absent and refuses one that others may enter.
func OpenDir(path string) (*Dir, error) {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, fmt.Errorf("make the folder of epoch keys: %w", err)
	}
	info, err := os.Lstat(path)
	switch {
	case err != nil:
		return nil, err
	case !info.IsDir():
		return nil, errors.New("the place of the epoch keys is not a folder")
	case info.Mode().Perm()&0o077 != 0:
		return nil, errors.New("others may enter the folder of epoch keys: set its mode to 0700")
	}
	if err := removeUnfinished(path); err != nil {
		return nil, err
	}
	// The folder's own entry must be durable before a key in it is relied on.
	if err := atomicfile.SyncDir(filepath.Dir(path)); err != nil {
		return nil, err
	}
	return &Dir{path}, nil
}

// unfinishedFor is how old a file must be that a process was writing to be taken
// for what one left that died: others may share the folder.
const unfinishedFor = 10 * time.Minute

// removeUnfinished removes keys that were never used.
func removeUnfinished(path string) error {
	left, _ := filepath.Glob(filepath.Join(path, ".*.*")) // the pattern is well formed
	for _, f := range left {
		info, err := os.Lstat(f)
		if err == nil && time.Since(info.ModTime()) > unfinishedFor {
			err = os.Remove(f)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

func (d *Dir) file(id session.ID) string { return filepath.Join(d.path, id.String()) }

// Create implements Keys.
func (d *Dir) Create(id session.ID) error {
	if _, err := os.Lstat(d.file(id)); !errors.Is(err, fs.ErrNotExist) {
		return errors.Join(errors.New("the epoch key exists already"), err)
	}
	key := make([]byte, KeySize)
	_, _ = rand.Read(key) // never fails: crypto/rand aborts the program instead
	defer clear(key)
	return fault(atomicfile.Write(d.file(id), key, 0o600))
}

// Load implements Keys.
func (d *Dir) Load(id session.ID) ([]byte, error) {
	f, err := os.Open(d.file(id))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNoKey
	}
	if err != nil {
		return nil, fault(err)
	}
	defer f.Close()
	key := make([]byte, KeySize+1) // one more, to notice a file that is too long
	if n, err := io.ReadFull(f, key); n != KeySize || !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, fault(errors.Join(fmt.Errorf("an epoch key's file has not %d bytes", KeySize), err))
	}
	if key = key[:KeySize]; bytes.Equal(key, make([]byte, KeySize)) { // Destroy is about to remove it
		return nil, ErrNoKey
	}
	return key, nil
}

// Destroy implements Keys. The file's bytes are written over first: where the
// file system writes in place, this also clears the blocks.
func (d *Dir) Destroy(id session.ID) error { return fault(d.destroy(id)) }

func (d *Dir) destroy(id session.ID) error {
	f, err := os.OpenFile(d.file(id), os.O_WRONLY, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return atomicfile.SyncDir(d.path) // an earlier removal may not have reached the disk
	}
	if err != nil {
		return err
	}
	if _, err = f.Write(make([]byte, KeySize)); err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := os.Remove(d.file(id)); err != nil && !errors.Is(err, fs.ErrNotExist) { // another process may be at it
		return err
	}
	return atomicfile.SyncDir(d.path)
}

// List implements Lister. Files of other names are none of ours.
func (d *Dir) List() (ids []session.ID, err error) {
	files, err := os.ReadDir(d.path)
	if err != nil {
		return nil, fault(err)
	}
	for _, f := range files {
		if id, err := session.ParseID(f.Name()); err == nil {
			ids = append(ids, id)
		}
	}
	return ids, nil
}
