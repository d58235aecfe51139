package sqlite

import (
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/ncruces/go-sqlite3/util/vfsutil"
	"github.com/ncruces/go-sqlite3/vfs"
	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault/epoch"
	"sessionferry/vault/storetest"
)

// tape is everything that a store has done to its disk and told its caller, in
// order.
type tape struct {
	mu     sync.Mutex
	events []event
}

type event struct {
	kind eventKind
	file string
	at   int64      // of a write, or the size to cut a file to
	data []byte     // of a write, or an epoch key's
	key  session.ID // an epoch key's name
	told told       // what an answer has promised
}

type eventKind int

const (
	written eventKind = iota
	cut
	synced
	removed
	keyMade // both are on disk when the call returns: see epoch.Dir
	keyDestroyed
	answered
)

// told is what was acknowledged so far.
type told struct{ share, deleted uint64 }

func (r *tape) add(e event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events = append(r.events, e)
}

// tapeVFS is SQLite's usual file system, recorded.
type tapeVFS struct {
	vfs.VFS
	tape *tape
}

func (v tapeVFS) OpenFilename(name *vfs.Filename, flags vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	f, out, err := vfsutil.WrapOpenFilename(v.VFS, name, flags)
	if err != nil {
		return nil, out, err
	}
	return tapeFile{f, v.tape, filepath.Base(name.String()), vfsutil.WrapSharedMemory(f)}, out, nil
}

func (v tapeVFS) Delete(name string, sync bool) error {
	v.tape.add(event{kind: removed, file: filepath.Base(name)})
	return v.VFS.Delete(name, sync)
}

type tapeFile struct {
	vfs.File
	tape *tape
	name string
	shm  vfs.SharedMemory
}

func (f tapeFile) WriteAt(p []byte, at int64) (int, error) {
	f.tape.add(event{kind: written, file: f.name, at: at, data: slices.Clone(p)})
	return f.File.WriteAt(p, at)
}

func (f tapeFile) Truncate(size int64) error {
	f.tape.add(event{kind: cut, file: f.name, at: size})
	return f.File.Truncate(size)
}

func (f tapeFile) Sync(flags vfs.SyncFlag) error {
	f.tape.add(event{kind: synced, file: f.name})
	return f.File.Sync(flags)
}

func (f tapeFile) SharedMemory() vfs.SharedMemory { return f.shm }

// tapeKeys are epoch keys whose making and destruction are recorded.
type tapeKeys struct {
	*storetest.Keys
	tape *tape
}

func (k tapeKeys) Create(id session.ID) error {
	if err := k.Keys.Create(id); err != nil {
		return err
	}
	key, err := k.Load(id)
	k.tape.add(event{kind: keyMade, key: id, data: key})
	return err
}

func (k tapeKeys) Destroy(id session.ID) error {
	k.tape.add(event{kind: keyDestroyed, key: id})
	return k.Keys.Destroy(id)
}

// disk is the files of one moment, and what was there beside them.
type disk struct {
	files map[string][]byte
	keys  map[session.ID][]byte
	told  told
}

// lossOfPower is the disk after power was lost behind these events: what was
// synced is there, and of the rest each change is there or not, some torn.
func lossOfPower(events []event, rnd *rand.Rand) disk {
	d := disk{files: map[string][]byte{}, keys: map[session.ID][]byte{}}
	pending := map[string][]event{}
	for _, e := range events {
		switch e.kind {
		case answered:
			d.told = e.told
		case keyMade:
			d.keys[e.key] = e.data
		case keyDestroyed:
			delete(d.keys, e.key)
		case synced:
			for _, p := range pending[e.file] {
				d.apply(p)
			}
			delete(pending, e.file)
			d.removals(pending)
		default:
			pending[e.file] = append(pending[e.file], e)
		}
	}
	for _, file := range slices.Sorted(maps.Keys(pending)) { // in one order for one seed
		for _, p := range pending[file] {
			if rnd.IntN(2) == 0 {
				d.apply(torn(p, rnd))
			}
		}
	}
	return d
}

// removals applies what was removed: a file system that keeps its own records in
// order has them on disk before what is synced later.
func (d *disk) removals(pending map[string][]event) {
	for file, events := range pending {
		last := -1
		for i, e := range events {
			if e.kind == removed {
				last = i
			}
		}
		if last >= 0 {
			delete(d.files, file)
			pending[file] = events[last+1:]
		}
	}
}

const sector = 512

// torn is a write of which, in one of three cases, only the first sectors arrived.
func torn(e event, rnd *rand.Rand) event {
	if e.kind == written && len(e.data) > sector && rnd.IntN(3) == 0 {
		e.data = e.data[:sector*(1+rnd.IntN(len(e.data)/sector))]
	}
	return e
}

func (d *disk) apply(e event) {
	b := d.files[e.file]
	switch e.kind {
	case written:
		if missing := int(e.at) + len(e.data) - len(b); missing > 0 {
			b = append(b, make([]byte, missing)...)
		}
		copy(b[e.at:], e.data)
	case cut:
		b = b[:min(int64(len(b)), e.at)]
	case removed:
		delete(d.files, e.file)
		return
	}
	d.files[e.file] = b
}

// write puts the files into a folder. The log's index lives in memory and is gone.
func (d *disk) write(t *testing.T, folder string) {
	for name, b := range d.files {
		if !strings.HasSuffix(name, "-shm") {
			require.NoError(t, os.WriteFile(filepath.Join(folder, name), b, 0o600))
		}
	}
}

// Create implements epoch.Keys: a disk has the keys of its moment.
func (d *disk) Create(id session.ID) error {
	d.keys[id] = make([]byte, epoch.KeySize)
	return nil
}

// Load implements epoch.Keys.
func (d *disk) Load(id session.ID) ([]byte, error) {
	if d.keys[id] == nil {
		return nil, epoch.ErrNoKey
	}
	return slices.Clone(d.keys[id]), nil
}

// Destroy implements epoch.Keys.
func (d *disk) Destroy(id session.ID) error {
	delete(d.keys, id)
	return nil
}
