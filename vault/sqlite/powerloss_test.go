package sqlite

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ncruces/go-sqlite3/vfs"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite" // registers "sqlite": an independent reader

	"sessionferry/session"
	"sessionferry/vault"
	"sessionferry/vault/sqlstore"
	"sessionferry/vault/storetest"
)

// images is how many losses of power are tried.
const images = 1000

// TestPowerLoss: whenever power is lost, nothing that was acknowledged is lost,
// nothing that was deleted comes back, and what is there opens.
func TestPowerLoss(t *testing.T) {
	t.Parallel()
	lost, first := powerLosses(t, "FULL", 1)
	require.Zero(t, lost, first)
}

// TestPowerLossIsSeen: the same with a setting that is too weak finds losses, so
// that the harness is known to see them. kill -9 would not find them: the
// system's cache outlives a process.
func TestPowerLossIsSeen(t *testing.T) {
	t.Parallel()
	lost, first := powerLosses(t, "NORMAL", images/10)
	t.Logf("%d images have lost something: %s", lost, first)
	require.Equal(t, images/10, lost)
}

// powerLosses records a store at work and loses power at random moments of that.
// It counts the images that break a promise, until they are enough, and tells the
// first of them.
func powerLosses(t *testing.T, synchronous string, enough int) (lost int, first string) {
	tape, card := record(t, synchronous)
	start := 0
	for tape.events[start].kind != answered {
		start++
	}
	const seed = 1
	rnd := rand.New(rand.NewPCG(seed, seed))
	for n := 0; n < images && lost < enough; n++ {
		at := start + 1 + rnd.IntN(len(tape.events)-start)
		d := lossOfPower(tape.events[:min(at, len(tape.events))], rnd)
		if wrong := d.broken(t, card); wrong != "" {
			if lost++; lost == 1 {
				first = fmt.Sprintf("image %d, power lost after event %d: %s", n, at, wrong)
			}
		}
	}
	return lost, first
}

// began is the time of all shares.
var began = time.Now().UTC()

// cards are the accounts of the recording: one is shared again and again, the
// other shared and deleted.
type cards struct {
	again, deleted session.ID
	device, runner vault.Principal
}

// record is a store's life: shares, deletions, erasures.
func record(t *testing.T, synchronous string) (*tape, cards) {
	tape := new(tape)
	vfs.Register(t.Name(), tapeVFS{vfs.Find(""), tape})
	t.Cleanup(func() { vfs.Unregister(t.Name()) })
	d, err := open(t.Context(), filepath.Join(t.TempDir(), "vault.db"), t.Name())
	require.NoError(t, err)
	_, err = d.writer.c.exec("PRAGMA synchronous=" + synchronous)
	require.NoError(t, err)
	cfg := sqlstore.Config{Epochs: tapeKeys{storetest.NewKeys(), tape}}
	require.NoError(t, cfg.Fill())
	s, err := sqlstore.New(t.Context(), d, cfg)
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()

	var c cards
	c.device, err = s.Enrol(t.Context(), vault.Enrolment{Role: vault.RoleDevice, Name: "laptop", Keys: []byte{1}, Key: []byte{1}})
	require.NoError(t, err)
	c.runner, err = s.Enrol(t.Context(), vault.Enrolment{Role: vault.RoleRunner, Name: "runner", Keys: []byte{2}, Key: []byte{2}})
	require.NoError(t, err)
	add := func(username string) session.ID {
		a, err := s.AddAccount(t.Context(), c.device, vault.Card{App: "mediawiki", Site: "https://wiki.example", Username: username})
		require.NoError(t, err)
		return a.ID
	}
	c.again, c.deleted = add("again"), add("deleted")
	shareOne(t, s, c.device, c.again, 1)
	now := told{share: 1}
	tape.add(event{kind: answered, told: now})
	for n := uint64(2); n <= 40; n++ {
		shareOne(t, s, c.device, c.again, n)
		now.share = n
		tape.add(event{kind: answered, told: now})
		if n%5 == 0 {
			next := shareOne(t, s, c.device, c.deleted, now.deleted+1)
			_, err := s.Delete(t.Context(), c.device, c.deleted)
			require.NoError(t, err)
			now.deleted = next - 1
			tape.add(event{kind: answered, told: now})
		}
		if n%7 == 0 {
			_, err := s.Erase(t.Context())
			require.NoError(t, err)
		}
	}
	return tape, c
}

// shareOne shares a session whose envelope tells its number.
func shareOne(t *testing.T, s vault.Store, by vault.Principal, account session.ID, share uint64) (next uint64) {
	t.Helper()
	r, err := s.Put(t.Context(), by, onePut(by, account, share))
	require.NoError(t, err)
	return r.Status.NextShare
}

func onePut(by vault.Principal, account session.ID, share uint64) vault.Put {
	return vault.Put{
		Account: account, Workspace: by.Workspace, App: "mediawiki", Session: session.NewID(), Key: fmt.Sprint(share),
		Generation: session.Generation{Share: share}, Created: began, Cap: began.Add(vault.DefaultRetentionCap),
		Sealed: vault.Sealed{Stanzas: []byte(fmt.Sprint(share)), Rest: content(share)},
	}
}

func content(share uint64) []byte { return []byte(strings.Repeat(fmt.Sprint(share, ","), 5000)) }

// memory is where images are written: on a disk most of the time would go into
// syncs. "" is the usual place, where the system has no such folder.
var memory = func() string {
	const folder = "/dev/shm"
	if _, err := os.Stat(folder); err != nil {
		return ""
	}
	return folder
}()

// broken says which promise a disk breaks, "" for none.
func (d *disk) broken(t *testing.T, c cards) string {
	folder, err := os.MkdirTemp(memory, "power")
	require.NoError(t, err)
	defer func() { require.NoError(t, os.RemoveAll(folder)) }() // a thousand would fill the disk
	d.write(t, folder)
	path := filepath.Join(folder, "vault.db")
	if fault := integrity(t, path); fault != "" {
		return "the database is damaged: " + fault
	}
	s, err := Open(t.Context(), path, sqlstore.Config{Epochs: d})
	if err != nil {
		return "it does not open: " + err.Error()
	}
	defer func() { require.NoError(t, s.Close()) }()
	st, err := s.Status(t.Context(), c.device, c.again)
	switch {
	case err != nil:
		return err.Error()
	case st.State != session.StateTransferred:
		return fmt.Sprintf("share %d is %s, %s", d.told.share, st.State, st.Cause)
	case st.Generation.Share < d.told.share || st.Generation.Share > d.told.share+1:
		return fmt.Sprintf("share %d was acknowledged, %d is there", d.told.share, st.Generation.Share)
	}
	l, err := s.Lease(t.Context(), c.runner, c.again, session.Generation{})
	if err != nil {
		return err.Error()
	}
	sealed, err := s.LeasedEnvelope(t.Context(), c.runner, l.ID)
	if err != nil {
		return err.Error()
	}
	if string(sealed.Rest) != string(content(st.Generation.Share)) || string(sealed.Stanzas) != fmt.Sprint(st.Generation.Share) {
		return "an envelope is not whole"
	}
	st, err = s.Status(t.Context(), c.device, c.deleted)
	if err != nil {
		return err.Error()
	}
	if st.State == session.StateTransferred && st.Generation.Share <= d.told.deleted || st.NextShare <= d.told.deleted {
		return fmt.Sprintf("share %d was deleted and is back", d.told.deleted)
	}
	return ""
}

// integrity asks the independent reader.
func integrity(t *testing.T, path string) string {
	db, err := sql.Open("sqlite", "file:"+path)
	require.NoError(t, err)
	defer db.Close()
	var said string
	if err := db.QueryRowContext(t.Context(), "PRAGMA integrity_check").Scan(&said); err != nil {
		return err.Error()
	}
	if said != "ok" {
		return said
	}
	return ""
}
