package e2e

import (
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/e2e/testbed"
	"sessionferry/host/config"
	"sessionferry/manifest"
)

// TestShellFolders is a person whose shell has other XDG folders than the desktop,
// from which their browser is started. Its parts build on each other.
func TestShellFolders(t *testing.T) {
	t.Parallel()
	bed, err := testbed.New(programs)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, bed.Close()) })
	require.NoError(t, bed.StartKeyring(t.Context()))
	_, err = bed.StartVault(t.Context())
	require.NoError(t, err)
	menu := slices.Clone(bed.Env)
	shell := append(slices.Clone(bed.Env), "XDG_CONFIG_HOME="+bed.Path("home", "dotfiles", "config"), "XDG_STATE_HOME="+bed.Path("home", "dotfiles", "state"))
	firefox := []string{"--browser", "firefox"}

	t.Run("a login alone does not connect the browser, and says so", func(t *testing.T) {
		out, _ := runIn(t, shell, "login")
		assert.Contains(t, out, "does not connect the browser")
		assert.Contains(t, out, "Run: sessionferry install\n")
		assert.Equal(t, "not_enrolled", browserState(t, menu))
	})
	t.Run("the doctor finds a registration without the folders", func(t *testing.T) {
		_, exit := runIn(t, menu, append([]string{"install"}, firefox...)...)
		assert.Zero(t, exit)
		out, exit := runIn(t, shell, append([]string{"doctor"}, firefox...)...)
		assert.Equal(t, 1, exit)
		assert.Contains(t, out, "firefox can start Sessionferry\n")
		assert.Contains(t, out, "[folders_differ]\n    Run: sessionferry install\n")
	})
	t.Run("the registration keeps the folders", func(t *testing.T) {
		out, exit := runIn(t, shell, append([]string{"install"}, firefox...)...)
		assert.Zero(t, exit)
		assert.Contains(t, out, "The folders of this shell are recorded for the browsers.\n  "+bed.Path("home", ".config", "sessionferry", "folders.json")+"\n")
		out, exit = runIn(t, shell, append([]string{"doctor"}, firefox...)...)
		assert.Zero(t, exit, out)
		assert.Equal(t, "ok", browserState(t, menu))
		assert.Equal(t, "ok", browserState(t, append(slices.Clone(menu), "XDG_CONFIG_HOME="+bed.Path("home", "others"))), "the registration counts, not the browser's environment")
		out, _ = runIn(t, menu, "status")
		assert.Contains(t, out, "vault        works\n")
		out, _ = runIn(t, menu, append([]string{"install"}, firefox...)...)
		assert.Contains(t, out, "The folders of this shell were recorded already.", "a run of install outside of the shell loses nothing")
	})
	t.Run("folders that have moved since", func(t *testing.T) {
		moved := append(slices.Clone(shell), "XDG_CONFIG_HOME="+bed.Path("home", "moved"))
		out, _ := runIn(t, moved, "status")
		assert.Contains(t, out, "Run: sessionferry install\n")
		_, exit := runIn(t, moved, append([]string{"doctor"}, firefox...)...)
		assert.Equal(t, 1, exit)
	})
	t.Run("Chromium is registered for the menu and for the shell, until both are taken back", func(t *testing.T) {
		const place = "chromium/NativeMessagingHosts/" + manifest.FileName
		both := []string{bed.Path("home", ".config", place), bed.Path("home", "dotfiles", "config", place)}
		_, exit := runIn(t, shell, "install", "--browser", "chromium")
		assert.Zero(t, exit)
		for _, path := range both {
			assert.FileExists(t, path)
		}
		out, exit := runIn(t, shell, "doctor", "--browser", "chromium")
		assert.Zero(t, exit, out)
		assert.Contains(t, out, both[0], "the doctor looks where the browser of the menu looks")

		_, exit = runIn(t, shell, append([]string{"uninstall"}, firefox...)...)
		assert.Zero(t, exit)
		assert.Equal(t, "ok", browserState(t, menu), "Chromium still needs the folders")
		_, exit = runIn(t, shell, "uninstall", "--browser", "chromium")
		assert.Zero(t, exit)
		for _, path := range append(both, bed.Path("home", ".config", "sessionferry", "folders.json")) {
			assert.NoFileExists(t, path)
		}
		assert.Equal(t, "not_enrolled", browserState(t, menu))
	})
	t.Run("a desktop with the folders of the shell", func(t *testing.T) {
		stop, err := bed.StartDesktop(t.Context(), shell)
		require.NoError(t, err)
		defer stop()
		out, _ := runIn(t, shell, "status")
		assert.NotContains(t, out, "install")
	})
	t.Run("what else the desktop does not have", func(t *testing.T) {
		stop, err := bed.StartDesktop(t.Context(), append(slices.Clone(menu), "HTTP_PROXY=http://proxy.example", "DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/1/bus"))
		require.NoError(t, err)
		defer stop()
		out, _ := runIn(t, append(slices.Clone(menu), "HTTPS_PROXY=http://me:secret@proxy.example", "HTTP_PROXY=http://proxy.example"), append([]string{"doctor"}, firefox...)...)
		assert.Contains(t, out, "(HTTPS_PROXY)  [network_differs]")
		assert.NotContains(t, out, "secret")
		assert.Contains(t, out, "[bus_differs]")
	})
	t.Run("what login has kept for the browser", func(t *testing.T) {
		stop, err := bed.StartDesktop(t.Context(), menu)
		require.NoError(t, err)
		defer stop()
		dirs := config.Dirs{Config: bed.Path("home", ".config", "sessionferry")}
		require.NoError(t, dirs.SaveEnrolment(&config.Enrolment{Network: config.Network{"HTTPS_PROXY": "http://proxy.example"}}))
		out, _ := runIn(t, append(slices.Clone(menu), "HTTPS_PROXY=http://proxy.example"), append([]string{"doctor"}, firefox...)...)
		assert.NotContains(t, out, "[network_differs]")
		out, _ = runIn(t, append(slices.Clone(menu), "HTTPS_PROXY=http://new.example"), append([]string{"doctor"}, firefox...)...)
		assert.Contains(t, out, "(HTTPS_PROXY)  [network_differs]")
		require.NoError(t, dirs.RemoveEnrolment())
	})
	t.Run("a desktop of another home folder", func(t *testing.T) {
		stop, err := bed.StartDesktop(t.Context(), []string{"HOME=/home/other"})
		require.NoError(t, err)
		defer stop()
		out, _ := runIn(t, menu, append([]string{"doctor"}, firefox...)...)
		assert.Contains(t, out, "there /home/other)  [home_differs]")
	})
}

// runIn runs the person's program in an environment.
func runIn(t *testing.T, env []string, args ...string) (stdout string, exit int) {
	t.Helper()
	cmd := hostCommand(t.Context(), t, env, args...)
	cmd.Stderr = os.Stderr
	out, _ := cmd.Output()
	require.NotNil(t, cmd.ProcessState)
	return string(out), cmd.ProcessState.ExitCode()
}

// browserState is the state of the vault as the extension sees it where the
// browser has that environment.
func browserState(t *testing.T, env []string) string {
	t.Helper()
	p := openPort(t, env, callers["Firefox"]...)
	p.send(`{"id":"1","type":"state"}`)
	state, _ := p.reply().Result.(map[string]any)
	word, _ := state["vault"].(string)
	return word
}
