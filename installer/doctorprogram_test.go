//go:build linux

package installer

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/internal/version"
	"sessionferry/manifest"
)

func TestDoctorNamesFaultsOfPrograms(t *testing.T) {
	dir := t.TempDir()
	program := func(name, text string, mode os.FileMode) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(text), mode))
		return path
	}
	itself := filepath.Join(dir, "itself")
	for path, want := range map[string]manifest.Fault{
		filepath.Join(dir, "gone"):                         programMissing,
		filepath.Join(program("file", "", 0o755), "below"): programMissing,
		dir:                                    programNotFile,
		program("plain", "#!/bin/sh\n", 0o644): programNotExecutable,
		program("foreign", "\x7fELF of another computer", 0o755):      programFormat,
		program("script", "#!/nowhere/python3\n", 0o755):              interpreterMissing,
		program("odd", "#!"+program("closed", "", 0o644)+"\n", 0o755): programNotStarted,
		program("itself", "#!"+itself+"\n", 0o755):                    programNotStarted,
	} {
		for _, b := range []manifest.Browser{manifest.Chromium, manifest.Firefox} {
			c := patientOf(t, b)
			write(t, own(t, c), forProgram(t, c, path))
			d := diagnose(t, c)
			require.False(t, d.Works())
			require.Equal(t, path, d.Program)
			last := d.Findings[len(d.Findings)-1]
			require.Equal(t, want, last.Fault, path)
			if want == programNotExecutable {
				require.Equal(t, "Run: chmod +x "+path, last.Next)
			}
		}
	}
}

func TestDoctorStartsTheHost(t *testing.T) {
	c := patientOf(t, manifest.Chromium)
	for how, want := range map[string]struct {
		fault  manifest.Fault
		detail string
	}{
		"stops":           {programStopped, "exit status 3: last [1mwords"},
		"is silent":       {programSilent, "for 300ms"},
		"prints":          {outputPolluted, `it begins with "Star"`},
		"prints little":   {outputPolluted, `"ok"`},
		"sends half":      {outputPolluted, "a message without its end"},
		"prints later":    {outputPolluted, `it begins with "one "`},
		"refuses":         {programRefused, "version_unsupported"},
		"answers another": {programRefused, "its answer is not one to the greeting"},
		"answers badly":   {programRefused, "its answer is not one to the greeting"},
		"is old":          {versionDiffers, "it is 0.0.9, this is " + version.Version},
		"fails":           {programFailed, "exit status 5: cannot write the log"},
		"lingers":         {programLingers, "for more than 300ms"},
		"leaves a child":  {programLingers, "for more than 300ms"},
	} {
		t.Run(how, func(t *testing.T) {
			t.Setenv(behaviour, how)
			c := c
			switch want.fault {
			case programSilent:
				c.answerLimit = 300 * time.Millisecond
			case programLingers:
				c.exitLimit = 300 * time.Millisecond
			}
			d := diagnose(t, c)
			require.Equal(t, []manifest.Fault{want.fault}, words(d))
			require.Equal(t, want.detail, d.Findings[0].Detail)
			require.False(t, d.Works())
		})
	}
}

func TestDoctorIsInterrupted(t *testing.T) {
	c := patientOf(t, manifest.Chromium)
	t.Setenv(behaviour, "is silent")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	found, err := Doctor(ctx, c)
	require.NoError(t, err)
	require.Equal(t, []manifest.Fault{programSilent}, words(found[0]))
}

func TestDoctorTellsOfAnotherProgram(t *testing.T) {
	c := patientOf(t, manifest.Chromium)
	registered := c.Host
	c.Host = filepath.Join(t.TempDir(), "sessionferry")
	require.NoError(t, os.WriteFile(c.Host, nil, 0o755))
	d := diagnose(t, c)
	require.Equal(t, []manifest.Fault{programOther}, words(d))
	require.True(t, d.Works(), "it is no hindrance")
	require.Equal(t, registered, d.Program)

	require.NoError(t, os.Remove(c.Host))
	require.NoError(t, os.Symlink(registered, c.Host))
	require.Empty(t, diagnose(t, c).Findings, "a link to the same program")
}
