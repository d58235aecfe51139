//go:build linux

package installer

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"sessionferry/manifest"
	"sessionferry/session"
)

// person is a home folder with a host and, for each name, a browser's program.
func person(t *testing.T, browsers ...string) Config {
	t.Helper()
	home, bin := t.TempDir(), t.TempDir()
	for _, name := range append(browsers, "sessionferry") {
		require.NoError(t, os.WriteFile(filepath.Join(bin, name), []byte("#!/bin/sh\n"), 0o755))
	}
	return Config{
		Host: filepath.Join(bin, "sessionferry"),
		Home: home,
		LookPath: func(name string) (string, error) {
			path := filepath.Join(bin, name)
			if _, err := os.Stat(path); err != nil {
				return "", exec.ErrNotFound
			}
			return path, nil
		},
	}
}

func actions(results []Result) map[manifest.Browser]Action {
	out := map[manifest.Browser]Action{}
	for _, r := range results {
		out[r.Browser] = r.Action
	}
	return out
}

func TestInstallAndUninstall(t *testing.T) {
	c := person(t, "chromium", "google-chrome-stable", "firefox-esr")
	all := func(a Action) map[manifest.Browser]Action {
		return map[manifest.Browser]Action{manifest.Chromium: a, manifest.Chrome: a, manifest.Firefox: a}
	}

	results, err := Install(c)
	require.NoError(t, err)
	require.Equal(t, all(Written), actions(results))
	for _, r := range results {
		want, err := manifest.Manifest(r.Browser, c.Host)
		require.NoError(t, err)
		data, err := os.ReadFile(r.Path)
		require.NoError(t, err)
		require.Equal(t, string(want), string(data))
		info, err := os.Stat(r.Path)
		require.NoError(t, err)
		require.Equal(t, fs.FileMode(0o644), info.Mode())
		beside, err := os.ReadDir(filepath.Dir(r.Path))
		require.NoError(t, err)
		require.Len(t, beside, 1, "no temporary file is left")
	}

	results, err = Install(c)
	require.NoError(t, err)
	require.Equal(t, all(Unchanged), actions(results))

	results, err = Uninstall(c)
	require.NoError(t, err)
	require.Equal(t, all(Removed), actions(results))
	for _, r := range results {
		require.NoFileExists(t, r.Path)
	}

	results, err = Uninstall(c)
	require.NoError(t, err)
	require.Equal(t, all(Absent), actions(results))
}

func TestInstallTakesTheBrowsersThatAreHere(t *testing.T) {
	results, err := Install(person(t, "firefox"))
	require.NoError(t, err)
	require.Equal(t, map[manifest.Browser]Action{manifest.Firefox: Written}, actions(results))

	_, err = Install(person(t))
	require.ErrorIs(t, err, &session.Error{Code: session.CodeBrowserMissing})
}

func TestInstallMendsWhatIsThere(t *testing.T) {
	c := person(t, "chromium")
	results, err := Install(c)
	require.NoError(t, err)
	path := results[0].Path
	good, err := os.ReadFile(path)
	require.NoError(t, err)

	for name, spoil := range map[string]func(){
		"another host": func() { require.NoError(t, os.WriteFile(path, []byte(`{"name":"io.sessionferry.host"}`), 0o644)) },
		"half a file":  func() { require.NoError(t, os.Truncate(path, 10)) },
		"not readable": func() { require.NoError(t, os.Chmod(path, 0o600)) },
		"a dangling link": func() {
			require.NoError(t, os.Remove(path))
			require.NoError(t, os.Symlink(filepath.Join(c.Home, "nowhere"), path))
		},
	} {
		spoil()
		results, err = Install(c)
		require.NoError(t, err)
		require.Equal(t, Written, results[0].Action, name)
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, string(good), string(data), name)
	}
	require.NoFileExists(t, filepath.Join(c.Home, "nowhere"))
}

// A browser whose folder cannot be made must not keep the others from theirs.
func TestBrowsersFailIndependently(t *testing.T) {
	c := person(t, "chromium", "firefox")
	require.NoError(t, os.Mkdir(filepath.Join(c.Home, ".config"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(c.Home, ".config", "chromium"), nil, 0o600))

	for _, do := range []func(Config) ([]Result, error){Install, Uninstall} {
		results, err := do(c)
		require.NoError(t, err)
		require.Equal(t, Failed, results[0].Action)
		require.ErrorIs(t, results[0].Err, &session.Error{Code: session.CodeInstallFailed})
		require.Contains(t, results[0].Err.Error(), results[0].Path, "the person learns which folder")
		require.Nil(t, results[1].Err)
		require.Contains(t, []Action{Written, Removed}, results[1].Action)
	}
}

func TestAFolderInTheManifestsPlace(t *testing.T) {
	c := person(t, "firefox")
	path, err := manifest.Place(manifest.Firefox, "linux", manifest.Dirs{Home: c.Home})
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll(path, 0o700))
	results, err := Install(c)
	require.NoError(t, err)
	require.Equal(t, Failed, results[0].Action)
	beside, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	require.Len(t, beside, 1, "no temporary file is left")
}

func TestUninstallLeavesOtherProgramsAlone(t *testing.T) {
	c := person(t, "chromium")
	results, err := Install(c)
	require.NoError(t, err)
	path := results[0].Path

	for _, text := range []string{
		`{"name":"org.example.host","path":"/x/sessionferry"}`,
		`{"name":"io.sessionferry.host","path":"/x/another"}`,
		`not JSON`,
	} {
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
		results, err = Uninstall(c)
		require.NoError(t, err)
		require.Equal(t, Foreign, results[0].Action)
		require.FileExists(t, path)
	}

	moved := `{"name":"io.sessionferry.host","path":"/gone/sessionferry","later":1}`
	require.NoError(t, os.WriteFile(path, []byte(moved), 0o644))
	results, err = Uninstall(c)
	require.NoError(t, err)
	require.Equal(t, Removed, results[0].Action, "ours, from where it was before")
}

func TestUserDataFolder(t *testing.T) {
	c := person(t)
	c.Browsers, c.UserData = []manifest.Browser{manifest.Chromium}, t.TempDir()
	results, err := Install(c)
	require.NoError(t, err)
	require.Equal(t, filepath.Join(c.UserData, "NativeMessagingHosts", manifest.FileName), results[0].Path)
	require.FileExists(t, results[0].Path)
	require.NoDirExists(t, filepath.Join(c.Home, ".config"))

	for _, browsers := range [][]manifest.Browser{nil, {manifest.Firefox}, manifest.Browsers()} {
		c.Browsers = browsers
		_, err = Install(c)
		require.ErrorIs(t, err, &session.Error{Code: session.CodeValueInvalid})
	}
}

func TestConfigHome(t *testing.T) {
	c := person(t, "chromium")
	c.ConfigHome = t.TempDir()
	results, err := Install(c)
	require.NoError(t, err)
	require.Equal(t, filepath.Join(c.ConfigHome, "chromium/NativeMessagingHosts", manifest.FileName), results[0].Path)

	c.Home, c.ConfigHome = "", ""
	t.Setenv("HOME", t.TempDir())
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	results, err = Install(c)
	require.NoError(t, err)
	require.Equal(t, filepath.Join(os.Getenv("XDG_CONFIG_HOME"), "chromium/NativeMessagingHosts", manifest.FileName), results[0].Path)
}

func TestInstallRefusesAHostThatCannotStart(t *testing.T) {
	c := person(t, "chromium")
	plain := filepath.Join(t.TempDir(), "sessionferry")
	require.NoError(t, os.WriteFile(plain, nil, 0o644))
	for path, code := range map[string]session.Code{
		"":                          session.CodeInstallFailed,
		"bin/sessionferry":          session.CodeInstallFailed,
		filepath.Dir(c.Host):        session.CodeInstallFailed,
		c.Host + "-that-is-missing": session.CodeInstallFailed,
		plain:                       session.CodeInstallFailed,
	} {
		c.Host = path
		_, err := Install(c)
		require.Equal(t, code, session.CodeOf(err), path)
	}
}

func TestSnapChromiumIsRefused(t *testing.T) {
	wrapper := "#!/bin/sh\nexec /snap/bin/chromium \"$@\"\n"
	for name, prepare := range map[string]func(t *testing.T, c *Config){
		"by its wrapper": func(t *testing.T, c *Config) {
			path, err := c.LookPath("chromium")
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(path, []byte(wrapper), 0o755))
		},
		"by its link": func(t *testing.T, c *Config) {
			path, err := c.LookPath("chromium")
			require.NoError(t, err)
			snap := filepath.Join(t.TempDir(), "snap")
			require.NoError(t, os.WriteFile(snap, nil, 0o755))
			require.NoError(t, os.Remove(path))
			require.NoError(t, os.Symlink(snap, path))
		},
		"by its place": func(_ *testing.T, c *Config) {
			c.LookPath = func(name string) (string, error) { return filepath.Join("/snap/bin", name), nil }
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := person(t, "chromium", "firefox")
			prepare(t, &c)
			c.Browsers = []manifest.Browser{manifest.Chromium, manifest.Firefox}
			results, err := Install(c)
			require.NoError(t, err)
			require.ErrorIs(t, results[0].Err, &session.Error{Code: session.CodeBrowserSnap})
			require.Equal(t, Written, results[1].Action)
		})
	}
}

func TestASnapBesideAPackageIsNoHindrance(t *testing.T) {
	c := person(t, "chromium")
	deb := c.LookPath
	c.LookPath = func(name string) (string, error) {
		if name == "chromium-browser" {
			return "/snap/bin/chromium", nil
		}
		return deb(name)
	}
	results, err := Install(c)
	require.NoError(t, err)
	require.Equal(t, Written, results[0].Action)
}

func TestUnknownBrowser(t *testing.T) {
	c := person(t)
	c.Browsers = []manifest.Browser{"lynx"}
	_, err := Install(c)
	require.ErrorIs(t, err, &session.Error{Code: session.CodeValueInvalid})
}
