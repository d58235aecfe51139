package config

import (
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/session"
)

func dirs(t *testing.T) Dirs {
	root := t.TempDir()
	return Dirs{Config: filepath.Join(root, "config"), State: filepath.Join(root, "state")}
}

func TestEnrolment(t *testing.T) {
	d := dirs(t)
	_, err := d.Enrolment()
	assert.Equal(t, session.CodeNotEnrolled, session.CodeOf(err))
	want := &Enrolment{Vault: "http://127.0.0.1:1", Workspace: session.NewID(), Person: session.NewID(), Device: session.NewID(), Name: "desk"}
	require.NoError(t, d.SaveEnrolment(want))
	got, err := d.Enrolment()
	require.NoError(t, err)
	assert.Equal(t, want, got)
	info, err := os.Stat(d.enrolmentFile())
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	require.NoError(t, d.RemoveEnrolment())
	require.NoError(t, d.RemoveEnrolment())
	_, err = d.Enrolment()
	assert.Equal(t, session.CodeNotEnrolled, session.CodeOf(err))
}

func TestADamagedFileIsAnErrorNotAFreshStart(t *testing.T) {
	d := dirs(t)
	require.NoError(t, os.MkdirAll(d.State, 0o700))
	require.NoError(t, os.WriteFile(d.memoryFile(), []byte(`{"roster":`), 0o600))
	_, err := d.RosterPin()
	assert.Equal(t, session.CodeInternal, session.CodeOf(err))
	assert.Error(t, d.PinRoster("x"))
}

func TestSeenOnlyGrows(t *testing.T) {
	d := dirs(t)
	id, other := session.NewID(), session.NewID()
	for _, g := range []session.Generation{{Share: 2}, {Share: 1, Refresh: 9}, {Share: 2, Refresh: 1}, {Share: 2}} {
		require.NoError(t, d.Saw(id, g))
	}
	got, err := d.Seen(id)
	require.NoError(t, err)
	assert.Equal(t, session.Generation{Share: 2, Refresh: 1}, got)
	got, err = d.Seen(other)
	require.NoError(t, err)
	assert.Zero(t, got)
}

func TestTwoHostsAtOnceLoseNothing(t *testing.T) {
	d := dirs(t)
	ids := make([]session.ID, 40)
	var wg sync.WaitGroup
	for i := range ids {
		ids[i] = session.NewID()
		wg.Go(func() { assert.NoError(t, d.Saw(ids[i], session.Generation{Share: 1})) })
	}
	wg.Wait()
	for _, id := range ids {
		got, err := d.Seen(id)
		require.NoError(t, err)
		assert.Equal(t, uint64(1), got.Share)
	}
}
