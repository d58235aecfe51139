//go:build linux

package installer

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/internal/version"
	"sessionferry/manifest"
)

// patientOf is a person with one browser for which the test program is
// registered as the host, and a computer of their own.
func patientOf(t *testing.T, b manifest.Browser) Config {
	t.Helper()
	c := person(t)
	host, err := os.Executable()
	require.NoError(t, err)
	c.Host, c.Root, c.Browsers = host, t.TempDir(), []manifest.Browser{b}
	c.answerLimit, c.exitLimit = time.Minute, time.Minute // the machine may be busy
	_, err = Install(c)
	require.NoError(t, err)
	return c
}

// own is the path of the person's manifest.
func own(t *testing.T, c Config) string {
	path, err := manifest.Place(c.Browsers[0], "linux", manifest.Dirs{Home: c.Home, Config: filepath.Join(c.Home, ".config")})
	require.NoError(t, err)
	return path
}

// write writes a file with its folders.
func write(t *testing.T, path, text string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
	require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
}

// forProgram is the text of the browser's manifest for a program.
func forProgram(t *testing.T, c Config, program string) string {
	data, err := manifest.Manifest(c.Browsers[0], program)
	require.NoError(t, err)
	return string(data)
}

func diagnose(t *testing.T, c Config) Diagnosis {
	t.Helper()
	found, err := Doctor(t.Context(), c)
	require.NoError(t, err)
	require.Len(t, found, 1)
	for _, f := range found[0].Findings {
		require.NotEmpty(t, f.Sentence)
		require.NotEmpty(t, f.Next)
		require.NotContains(t, f.Next, "NAME")
		require.NotContains(t, f.Next, "PROGRAM")
	}
	return found[0]
}

func words(d Diagnosis) []manifest.Fault {
	var out []manifest.Fault
	for _, f := range d.Findings {
		out = append(out, f.Fault)
	}
	return out
}

func TestDoctorOfTheHealthy(t *testing.T) {
	for _, b := range manifest.Browsers() {
		c := patientOf(t, b)
		told := filepath.Join(t.TempDir(), "told")
		t.Setenv(record, told)
		d := diagnose(t, c)
		require.Empty(t, d.Findings)
		require.True(t, d.Works())
		require.Equal(t, own(t, c), d.Manifest)
		require.Equal(t, c.Host, d.Program)
		require.Equal(t, version.Version, d.Version)
		require.Positive(t, d.Took)

		// As hosts are started: the arguments and the working folder.
		args := "chrome-extension://" + manifest.ExtensionID + "/"
		if b == manifest.Firefox {
			args = own(t, c) + "\n" + manifest.AddonID
		}
		data, err := os.ReadFile(told)
		require.NoError(t, err)
		require.Equal(t, args+"\n"+filepath.Dir(c.Host), string(data))
	}
}

// Each fault of a manifest in the person's own place, as the only one there.
func TestDoctorNamesFaultsOfManifests(t *testing.T) {
	id := func(b manifest.Browser) string {
		if b == manifest.Firefox {
			return manifest.AddonID
		}
		return manifest.ExtensionID
	}
	for _, b := range manifest.Browsers() {
		for fault, spoil := range map[manifest.Fault]func(text string) string{
			manifest.JSONInvalid:         func(s string) string { return s[:len(s)/2] },
			manifest.NameWrong:           func(s string) string { return strings.Replace(s, manifest.HostName, "io.other.host", 1) },
			manifest.DescriptionMissing:  func(s string) string { return strings.Replace(s, `"Sessionferry: `, `null, "x": "`, 1) },
			manifest.TypeWrong:           func(s string) string { return strings.Replace(s, "stdio", "pipe", 1) },
			manifest.PathMissing:         func(s string) string { return strings.Replace(s, `"path": "`, `"path": "", "x": "`, 1) },
			manifest.PathRelative:        func(s string) string { return strings.Replace(s, `"path": "`, `"path": ".`, 1) },
			manifest.AllowedInvalid:      func(s string) string { return strings.Replace(s, id(b), "*", 1) },
			manifest.ExtensionNotAllowed: func(s string) string { return strings.Replace(s, id(b), id(b)+"x", 1) },
		} {
			c := patientOf(t, b)
			write(t, own(t, c), spoil(forProgram(t, c, c.Host)))
			d := diagnose(t, c)
			require.False(t, d.Works())
			require.Contains(t, words(d), fault, b)
			require.Equal(t, own(t, c), d.Manifest)
			require.Empty(t, d.Version, "what the browser would not start is not started")
			require.Equal(t, "Run: sessionferry install --browser "+string(b), d.Findings[0].Next)

			_, err := Install(c)
			require.NoError(t, err)
			require.Empty(t, diagnose(t, c).Findings, "the command that was named has mended it")
		}
	}
}

func TestDoctorNamesFaultsOfFirefoxAlone(t *testing.T) {
	for fault, key := range map[manifest.Fault]string{manifest.KeyUnknown: "later", manifest.FormsMixed: "allowed_origins"} {
		for _, b := range manifest.Browsers() {
			c := patientOf(t, b)
			write(t, own(t, c), strings.Replace(forProgram(t, c, c.Host), "{", `{"`+key+`": ["chrome-extension://`+manifest.ExtensionID+`/"],`, 1))
			d := diagnose(t, c)
			require.Equal(t, b != manifest.Firefox, d.Works())
			if b == manifest.Firefox {
				require.Equal(t, []manifest.Fault{fault}, words(d))
			}
		}
	}
}

func TestDoctorWhereNothingIsToBeRead(t *testing.T) {
	for name, spoil := range map[string]func(path string) manifest.Fault{
		"absent": func(string) manifest.Fault { return notRegistered },
		"a dangling link": func(path string) manifest.Fault {
			require.NoError(t, os.Symlink(filepath.Join(t.TempDir(), "gone"), path))
			return notRegistered
		},
		"a link in a circle": func(path string) manifest.Fault {
			require.NoError(t, os.Symlink(path, path))
			return manifestUnreadable
		},
		"a folder": func(path string) manifest.Fault {
			require.NoError(t, os.Mkdir(path, 0o700))
			return manifestUnreadable
		},
		"too long": func(path string) manifest.Fault {
			write(t, path, strings.Repeat(" ", maxManifest+1))
			return manifestUnreadable
		},
	} {
		for _, b := range manifest.Browsers() {
			c := patientOf(t, b)
			require.NoError(t, os.Remove(own(t, c)))
			want := spoil(own(t, c))
			d := diagnose(t, c)
			require.Equal(t, []manifest.Fault{want}, words(d), "%s: %s", b, name)
			require.Contains(t, d.Findings[0].Detail, own(t, c), name)
		}
	}
}

func TestDoctorFindsWhatTheBrowserFinds(t *testing.T) {
	for _, b := range manifest.Browsers() {
		t.Run(string(b), func(t *testing.T) {
			for _, place := range manifest.SystemPlaces(b, "linux") {
				c := patientOf(t, b)
				system := filepath.Join(c.Root, place)
				write(t, system, forProgram(t, c, c.Host))
				require.Equal(t, own(t, c), diagnose(t, c).Manifest, "the person's own comes first")

				write(t, own(t, c), "broken")
				d := diagnose(t, c)
				if b == manifest.Firefox {
					require.Equal(t, []manifest.Fault{passedOver}, words(d))
					require.True(t, d.Works())
					require.Equal(t, system, d.Manifest)
				} else {
					require.Equal(t, []manifest.Fault{manifest.JSONInvalid, shadows}, words(d))
					require.Equal(t, own(t, c), d.Manifest)
					require.Equal(t, system, d.Findings[1].Detail)
				}

				require.NoError(t, os.Remove(own(t, c)))
				d = diagnose(t, c)
				require.Empty(t, d.Findings)
				require.Equal(t, system, d.Manifest)

				write(t, system, "broken")
				require.Equal(t, []manifest.Fault{manifest.JSONInvalid}, words(diagnose(t, c)))
			}
		})
	}
}

func TestDoctorKnowsPolicies(t *testing.T) {
	const host = manifest.HostName
	for name, v := range map[string]struct {
		files map[string]string
		want  []manifest.Fault
	}{
		"user level off":              {map[string]string{"a.json": `{"NativeMessagingUserLevelHosts": false}`}, []manifest.Fault{policyUserLevel}},
		"user level on":               {map[string]string{"a.json": `{"NativeMessagingUserLevelHosts": true}`}, nil},
		"of another type":             {map[string]string{"a.json": `{"NativeMessagingUserLevelHosts": "false"}`}, nil},
		"the later name wins":         {map[string]string{"b": `{"NativeMessagingUserLevelHosts": true}`, "a": `{"NativeMessagingUserLevelHosts": false}`}, nil},
		"comments and commas":         {map[string]string{"a.json": "// ours\n{\"NativeMessagingUserLevelHosts\": false,}"}, []manifest.Fault{policyUserLevel}},
		"all are blocked":             {map[string]string{"a.json": `{"NativeMessagingBlocklist": ["*"]}`}, []manifest.Fault{policyBlocked}},
		"ours is blocked":             {map[string]string{"a.json": `{"NativeMessagingBlocklist": ["` + host + `"]}`}, []manifest.Fault{policyBlocked}},
		"another is blocked":          {map[string]string{"a.json": `{"NativeMessagingBlocklist": ["io.other.host"]}`}, nil},
		"ours is allowed":             {map[string]string{"a.json": `{"NativeMessagingBlocklist": ["*"]}`, "b": `{"NativeMessagingAllowlist": ["` + host + `"]}`}, nil},
		"what cannot be read":         {map[string]string{"a.json": `{"NativeMessaging`}, []manifest.Fault{policyUnreadable}},
		"blocked, and user level off": {map[string]string{"a": `{"NativeMessagingBlocklist": ["*"], "NativeMessagingUserLevelHosts": false}`}, []manifest.Fault{policyBlocked, policyUserLevel}},
	} {
		for _, b := range []manifest.Browser{manifest.Chromium, manifest.Chrome} {
			c := patientOf(t, b)
			for file, text := range v.files {
				write(t, filepath.Join(c.Root, manifest.PolicyPlace(b, "linux"), file), text)
			}
			require.NoError(t, os.Mkdir(filepath.Join(c.Root, manifest.PolicyPlace(b, "linux"), "folder"), 0o700))
			require.Equal(t, v.want, words(diagnose(t, c)), "%s: %s", b, name)
		}
	}
}

// Where single users' manifests do not count, only the administrator's does, and
// running install would change nothing.
func TestDoctorWhereUserLevelIsOff(t *testing.T) {
	c := patientOf(t, manifest.Chromium)
	write(t, filepath.Join(c.Root, manifest.PolicyPlace(manifest.Chromium, "linux"), "a.json"), `{"NativeMessagingUserLevelHosts": false}`)
	system := filepath.Join(c.Root, manifest.SystemPlaces(manifest.Chromium, "linux")[0])
	d := diagnose(t, c)
	require.Contains(t, d.Findings[0].Next, "Ask your administrator")
	require.Contains(t, d.Findings[0].Next, system)

	write(t, system, "broken")
	d = diagnose(t, c)
	require.Equal(t, []manifest.Fault{manifest.JSONInvalid}, words(d))
	require.Contains(t, d.Findings[0].Next, "Ask your administrator")

	write(t, system, forProgram(t, c, c.Host))
	require.Empty(t, diagnose(t, c).Findings)
}

func TestDoctorKnowsSnaps(t *testing.T) {
	for b, want := range map[manifest.Browser]manifest.Fault{manifest.Chromium: browserSnap, manifest.Firefox: browserPortal} {
		c := patientOf(t, b)
		c.LookPath = func(name string) (string, error) { return "/snap/bin/" + name, nil }
		d := diagnose(t, c)
		require.Equal(t, []manifest.Fault{want}, words(d))
		require.Equal(t, b == manifest.Firefox, d.Works())
	}
}

func TestDoctorOfAProfile(t *testing.T) {
	c := patientOf(t, manifest.Chromium)
	c.UserData = filepath.Join(t.TempDir(), "a profile")
	d := diagnose(t, c)
	require.Equal(t, []manifest.Fault{notRegistered}, words(d))
	require.Equal(t, "Run: sessionferry install --browser chromium --user-data-dir '"+c.UserData+"'", d.Findings[0].Next)
	_, err := Install(c)
	require.NoError(t, err)
	require.Empty(t, diagnose(t, c).Findings)
}
