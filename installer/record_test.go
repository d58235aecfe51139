//go:build linux

package installer

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"sessionferry/manifest"
)

// recorded is a person with two browsers and a record.
func recorded(t *testing.T) Config {
	c := person(t, "chromium", "firefox")
	c.Record = Record{Path: filepath.Join(c.Home, ".config", "sessionferry", "folders.json"), Content: []byte("{}\n")}
	return c
}

func TestRecordIsKeptWithTheRegistrations(t *testing.T) {
	c := recorded(t)
	last := func(results []Result, err error) Result {
		t.Helper()
		require.NoError(t, err)
		return results[len(results)-1]
	}
	dry := c
	dry.DryRun = true
	require.Equal(t, Result{Path: c.Record.Path, Action: WouldWrite, Content: "{}\n"}, last(Install(dry)))
	require.NoFileExists(t, c.Record.Path)
	require.Equal(t, Written, last(Install(c)).Action)
	require.Equal(t, Unchanged, last(Install(c)).Action)
	require.Equal(t, WouldRemove, last(Uninstall(dry)).Action)

	one := c
	one.Browsers = []manifest.Browser{manifest.Firefox}
	require.Equal(t, manifest.Firefox, last(Uninstall(one)).Browser)
	require.FileExists(t, c.Record.Path, "Chromium is registered still")
	require.Equal(t, Result{Path: c.Record.Path, Action: Removed}, last(Uninstall(c)))
	require.NoFileExists(t, c.Record.Path)
}

// TestRecordOfTheUsualFolders: none is needed, and one from before is removed.
func TestRecordOfTheUsualFolders(t *testing.T) {
	c := recorded(t)
	write(t, c.Record.Path, "{}\n")
	c.Record.Content = nil
	results, err := Install(c)
	require.NoError(t, err)
	require.Equal(t, Result{Path: c.Record.Path, Action: Removed}, results[2])
	results, err = Install(c)
	require.NoError(t, err)
	require.Len(t, results, 2)
}

func TestRecordThatCannotBeWritten(t *testing.T) {
	c := recorded(t)
	require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Dir(c.Record.Path)), 0o700))
	write(t, filepath.Dir(c.Record.Path), "a file in the folder's place")
	results, err := Install(c)
	require.NoError(t, err)
	require.Equal(t, []Action{Written, Written, Failed}, []Action{results[0].Action, results[1].Action, results[2].Action})
	require.Contains(t, results[2].Err.Error(), c.Record.Path)
	require.NotEmpty(t, results[2].Next)
}

func TestBrowsersOfTheShellAreRegisteredToo(t *testing.T) {
	c := person(t, "chromium", "firefox")
	c.ConfigHome, c.ShellConfigHome = filepath.Join(c.Home, ".config"), filepath.Join(c.Home, "dotfiles")
	results, err := Install(c)
	require.NoError(t, err)
	var paths []string
	for _, r := range results {
		require.Equal(t, Written, r.Action)
		paths = append(paths, r.Path)
	}
	require.Equal(t, []string{
		filepath.Join(c.Home, ".config/chromium/NativeMessagingHosts", manifest.FileName),
		filepath.Join(c.Home, "dotfiles/chromium/NativeMessagingHosts", manifest.FileName),
		filepath.Join(c.Home, ".mozilla/native-messaging-hosts", manifest.FileName),
	}, paths)
	results, err = Uninstall(c)
	require.NoError(t, err)
	require.Len(t, results, 3)
	for _, path := range paths {
		require.NoFileExists(t, path)
	}
}
