package config

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// env is an environment of these variables.
type env map[string]string

func (e env) get(name string) string { return e[name] }

func TestUserDirs(t *testing.T) {
	d, err := UserDirs(env{"HOME": "/h", "XDG_CONFIG_HOME": "/c", "XDG_STATE_HOME": "relative/is/ignored"}.get)
	require.NoError(t, err)
	assert.Equal(t, Dirs{Config: "/c/sessionferry", State: "/h/.local/state/sessionferry"}, d)
	d, err = BrowserDirs(env{}.get)
	require.NoError(t, err, "a browser may start the host without HOME")
	assert.True(t, filepath.IsAbs(d.State))
}

// The record that a shell with other folders has made is for every start without
// them; a browser's own variables do not change it.
func TestRecord(t *testing.T) {
	home := t.TempDir()
	shell := env{"HOME": home, "XDG_CONFIG_HOME": "/c", "XDG_STATE_HOME": "/s"}
	record := func(e env) (path string, content []byte) {
		dirs, err := UserDirs(e.get)
		require.NoError(t, err)
		path, content, err = dirs.Record(e.get)
		require.NoError(t, err)
		return path, content
	}
	path, content := record(env{"HOME": home})
	assert.Empty(t, content, "the usual folders need no record")
	path2, content := record(shell)
	require.Equal(t, path, path2, "the place does not depend on the variables")
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
	require.NoError(t, os.WriteFile(path, content, 0o644))
	_, again := record(env{"HOME": home})
	assert.Equal(t, content, again, "a command outside of the shell keeps it")

	for name, c := range map[string]struct {
		of   func(func(string) string) (Dirs, error)
		env  env
		want Dirs
	}{
		"a command without variables": {UserDirs, env{"HOME": home}, Dirs{"/c/sessionferry", "/s/sessionferry"}},
		"a command with one variable": {UserDirs, env{"HOME": home, "XDG_STATE_HOME": "/x"}, Dirs{"/c/sessionferry", "/x/sessionferry"}},
		"a browser":                   {BrowserDirs, env{"HOME": home}, Dirs{"/c/sessionferry", "/s/sessionferry"}},
		"a browser with variables":    {BrowserDirs, env{"HOME": home, "XDG_CONFIG_HOME": "/x"}, Dirs{"/c/sessionferry", "/s/sessionferry"}},
	} {
		got, err := c.of(c.env.get)
		require.NoError(t, err, name)
		assert.Equal(t, c.want, got, name)
	}
	for _, damaged := range []string{"", "{", `{"config":"/c/sessionferry"}`, `{"config":"c","state":"/s"}`, `{"config":"/c","state":"/s","more":1}`} {
		require.NoError(t, os.WriteFile(path, []byte(damaged), 0o644))
		got, err := BrowserDirs(env{"HOME": home}.get)
		require.NoError(t, err)
		assert.Equal(t, filepath.Join(home, ".config", "sessionferry"), got.Config, damaged)
	}
}
