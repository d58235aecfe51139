//go:build linux

package installer

import (
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"sessionferry/manifest"
)

func TestRemedy(t *testing.T) {
	home := t.TempDir()
	config := filepath.Join(home, ".config")
	folder := filepath.Join(config, "google-chrome", "Native Hosts")
	file := filepath.Join(folder, manifest.FileName)
	require.NoError(t, os.MkdirAll(folder, 0o700))
	c := Config{Home: home, ConfigHome: config}
	me, another := os.Geteuid(), os.Geteuid()+1
	denied := &fs.PathError{Op: "open", Path: file, Err: syscall.EACCES}

	require.Equal(t, `Run: sudo chown -R "$(id -un)" '`+folder+`'`, c.remedy(file, denied, another))
	require.Equal(t, `Run: chmod u+rwx '`+folder+`'`, c.remedy(file, denied, me))
	require.Equal(t, `Run: chmod u+rwx `+config, c.remedy(filepath.Join(config, "chromium", "a", "b"), denied, me), "what is there of it")
	require.Empty(t, c.remedy(file, &fs.PathError{Err: syscall.ENOSPC}, me))
	require.Empty(t, c.remedy(filepath.Join(home, "x"), denied, another), "a home of another is not to be taken")
	require.Empty(t, c.remedy("/etc/chromium/NativeMessagingHosts/x", denied, me), "nor is what belongs to all")

	require.NoError(t, os.WriteFile(file, nil, 0o600))
	require.Equal(t, `Run: chmod u+rwx '`+folder+`'`, c.remedy(file, denied, me), "a file is replaced by way of its folder")
	in := filepath.Join(file, "below")
	require.Equal(t, `Run: mv '`+file+`' '`+file+`.old'`, c.remedy(in, &fs.PathError{Err: syscall.ENOTDIR}, me))
	require.Equal(t, `Run: mv `+config+` `+config+`.old`, c.remedy(config, &fs.PathError{Err: syscall.EISDIR}, me))

	elsewhere := t.TempDir()
	c.UserData = elsewhere
	require.Equal(t, "Run: chmod u+rwx "+elsewhere, c.remedy(filepath.Join(elsewhere, "NativeMessagingHosts", "x"), denied, me))
}

func TestQuote(t *testing.T) {
	for in, want := range map[string]string{
		"/home/bob/.config": "/home/bob/.config", "": "''", "a b": "'a b'", "it's": `'it'\''s'`, "$HOME": "'$HOME'", "~": "'~'", "ä": "'ä'",
	} {
		require.Equal(t, want, quote(in))
	}
}

func TestDryRun(t *testing.T) {
	c := person(t, "chromium", "firefox")
	for _, step := range []struct {
		do            func(Config) ([]Result, error)
		would, really Action
	}{
		{Uninstall, Absent, Absent}, {Install, WouldWrite, Written}, {Install, Unchanged, Unchanged}, {Uninstall, WouldRemove, Removed},
	} {
		for _, dry := range []bool{true, false} {
			c.DryRun = dry
			before := files(t, c.Home)
			results, err := step.do(c)
			require.NoError(t, err)
			want := step.really
			if dry {
				want = step.would
				require.Equal(t, before, files(t, c.Home))
			}
			require.Equal(t, map[manifest.Browser]Action{manifest.Chromium: want, manifest.Firefox: want}, actions(results))
			for _, r := range results {
				if want != WouldRemove && want != Absent && want != Removed {
					text, err := manifest.Manifest(r.Browser, c.Host)
					require.NoError(t, err)
					require.Equal(t, string(text), r.Content)
				}
			}
		}
	}
}

// files lists what is below a folder.
func files(t *testing.T, dir string) []string {
	var out []string
	require.NoError(t, filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		out = append(out, path)
		return err
	}))
	return out
}
