package runner

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/session"
)

// TestProfilesLieInMemory refuses a disk, and sweeps what a killed runner left.
func TestProfilesLieInMemory(t *testing.T) {
	_, err := newProfile([]string{"", "/proc"})
	assert.Equal(t, session.CodeBrowserFailed, session.CodeOf(err))

	probe, err := newProfile(Config{}.WithDefaults().Memory)
	require.NoError(t, err)
	memory := []string{filepath.Join(probe.dir, "memory")} // in which no other process sweeps
	require.NoError(t, os.Mkdir(memory[0], 0o700))
	p, err := newProfile(memory)
	require.NoError(t, err)
	left, err := newProfile(memory)
	require.NoError(t, err)
	require.NoError(t, left.lock.Close()) // as when its process is killed
	old := time.Now().Add(-time.Hour)
	require.NoError(t, os.Chtimes(left.dir, old, old))
	require.NoError(t, os.Chtimes(p.dir, old, old))

	next, err := newProfile(memory)
	require.NoError(t, err)
	assert.NoDirExists(t, left.dir)
	assert.DirExists(t, p.dir, "a profile in use stays")
	info, err := os.Stat(p.dir)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o700), info.Mode().Perm())
	require.NoError(t, p.remove())
	require.NoError(t, next.remove())
	require.NoError(t, probe.remove())
}

// TestProfilesFollowNoLink puts in the way what another user of the machine can put
// there, whose folder /dev/shm is, too.
func TestProfilesFollowNoLink(t *testing.T) {
	victim := filepath.Join(t.TempDir(), "victim")
	memory := func(t *testing.T) (base, name string) {
		p, err := newProfile(Config{}.WithDefaults().Memory)
		require.NoError(t, err)
		t.Cleanup(func() { assert.NoError(t, p.remove()) })
		base = filepath.Join(p.dir, "memory")
		require.NoError(t, os.Mkdir(base, 0o700))
		return base, filepath.Join(base, filepath.Base(filepath.Dir(p.dir)))
	}
	t.Run("a lock that is a link", func(t *testing.T) {
		base, _ := memory(t)
		p, err := newProfile([]string{base})
		require.NoError(t, err)
		planted := filepath.Join(filepath.Dir(p.dir), profilePrefix+"planted")
		require.NoError(t, os.Mkdir(planted, 0o755))
		require.NoError(t, os.Symlink(victim, filepath.Join(planted, "lock")))
		old := time.Now().Add(-time.Hour)
		require.NoError(t, os.Chtimes(planted, old, old))
		next, err := newProfile([]string{base})
		require.NoError(t, err)
		assert.NoFileExists(t, victim)
		assert.DirExists(t, planted)
		require.NoError(t, p.remove())
		require.NoError(t, next.remove())
	})
	for name, plant := range map[string]func(path, elsewhere string) error{
		"a folder that is a link":            func(path, elsewhere string) error { return os.Symlink(elsewhere, path) },
		"a file":                             func(path, _ string) error { return os.WriteFile(path, nil, 0o600) },
		"a folder that others may write to":  func(path, _ string) error { return errors.Join(os.Mkdir(path, 0o700), os.Chmod(path, 0o777)) },
		"a folder that others may look into": func(path, _ string) error { return os.Mkdir(path, 0o755) },
	} {
		t.Run(name, func(t *testing.T) {
			base, path := memory(t)
			elsewhere := filepath.Join(base, "elsewhere")
			require.NoError(t, os.Mkdir(elsewhere, 0o700))
			require.NoError(t, plant(path, elsewhere))
			p, err := newProfile([]string{base})
			require.NoError(t, err, "nobody can keep a runner from working")
			assert.NotEqual(t, path, filepath.Dir(p.dir))
			left, err := os.ReadDir(elsewhere)
			require.NoError(t, err)
			assert.Empty(t, left)
			next, err := newProfile([]string{base})
			require.NoError(t, err)
			assert.Equal(t, filepath.Dir(p.dir), filepath.Dir(next.dir), "the same folder is found again, and swept")
			require.NoError(t, p.remove())
			require.NoError(t, next.remove())
		})
	}
}
