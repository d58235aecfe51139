package e2e

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/manifest"
)

// person is somebody with a home, the program and two browsers, and without
// rights over what is others', even where root runs the tests.
type person struct {
	t    *testing.T
	home string
	who  *syscall.Credential // nil where the tests are not run by root
}

const nobody = 65534

func newPerson(t *testing.T) *person {
	home, err := os.MkdirTemp("", "sf")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(home)) })
	require.NoError(t, os.Mkdir(filepath.Join(home, "bin"), 0o755))
	program, err := os.ReadFile(filepath.Join(programs, "sessionferry"))
	require.NoError(t, err)
	for name, data := range map[string][]byte{"sessionferry": program, "chromium": nil, "firefox": nil} {
		require.NoError(t, os.WriteFile(filepath.Join(home, "bin", name), data, 0o755))
	}
	p := &person{t: t, home: home}
	if os.Geteuid() == 0 {
		p.who = &syscall.Credential{Uid: nobody, Gid: nobody}
		p.give(home)
	}
	return p
}

// give makes a folder with all that is in it the person's.
func (p *person) give(dir string) {
	p.t.Helper()
	require.NoError(p.t, filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		require.NoError(p.t, err)
		return os.Chown(path, nobody, nobody)
	}))
}

// run runs a program in the person's name.
func (p *person) run(name string, args ...string) (stdout, stderr string, exit int) {
	p.t.Helper()
	cmd := exec.CommandContext(p.t.Context(), name, args...)
	var out, words bytes.Buffer
	cmd.Stdout, cmd.Stderr, cmd.Dir = &out, &words, p.home
	cmd.Env = []string{"HOME=" + p.home, "PATH=" + filepath.Join(p.home, "bin") + ":/usr/bin:/bin"}
	if name == p.program() {
		cmd.Env[1] = "PATH=" + filepath.Join(p.home, "bin")
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: p.who}
	_ = cmd.Run()
	require.NotNil(p.t, cmd.ProcessState)
	return out.String(), words.String(), cmd.ProcessState.ExitCode()
}

func (p *person) program() string { return filepath.Join(p.home, "bin", "sessionferry") }

// outcome is what install and uninstall print of one browser.
type outcome struct{ Browser, Action, Path, Content, Code, Detail, Next string }

// registers runs a command with --json and returns what it says of each browser.
func (p *person) registers(exit int, args ...string) []outcome {
	p.t.Helper()
	out, _, got := p.run(p.program(), append(args, "--json")...)
	assert.Equal(p.t, exit, got)
	var all []outcome
	require.NoError(p.t, json.Unmarshal([]byte(out), &all), out)
	return all
}

func TestInstallCommand(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	places := []string{filepath.Join(p.home, ".config/chromium/NativeMessagingHosts", manifest.FileName),
		filepath.Join(p.home, ".mozilla/native-messaging-hosts", manifest.FileName)}
	for _, step := range []struct {
		args   []string
		action string
		there  bool
	}{
		{[]string{"uninstall"}, "absent", false},
		{[]string{"install", "--print"}, "would_write", false},
		{[]string{"install"}, "written", true},
		{[]string{"install"}, "unchanged", true},
		{[]string{"uninstall", "--print"}, "would_remove", true},
		{[]string{"uninstall"}, "removed", false},
	} {
		all := p.registers(0, step.args...)
		require.Len(t, all, 2)
		for i, o := range all {
			assert.Equal(t, step.action, o.Action)
			assert.Equal(t, places[i], o.Path)
			if step.action == "would_write" {
				assert.Contains(t, o.Content, p.program())
			} else {
				assert.Empty(t, o.Content)
			}
			if step.there {
				assert.FileExists(t, o.Path)
			} else {
				assert.NoFileExists(t, o.Path)
			}
		}
	}
	out, _, exit := p.run(p.program(), "install", "--print", "--browser", "firefox")
	assert.Zero(t, exit)
	text, err := manifest.Manifest(manifest.Firefox, p.program())
	require.NoError(t, err)
	assert.Equal(t, "Firefox: Sessionferry would be registered.\n  "+places[1]+"\n"+string(text), out)

	out, _, exit = p.run(p.program(), "install")
	assert.Zero(t, exit)
	assert.Contains(t, out, "Chromium: Sessionferry is registered now.\n  "+places[0]+"\nFirefox: Sessionferry is registered now.\n")
	assert.Contains(t, out, "Next: add the Sessionferry extension to Chromium and Firefox from your administrator's link")
	out, _, exit = p.run(p.program(), "uninstall")
	assert.Zero(t, exit)
	assert.Contains(t, out, "Firefox: Sessionferry is not registered any more.\n  "+places[1]+"\n")
	assert.NotContains(t, out, "Next:")
}

// Each hindrance is of one browser; the other is registered all the same. The
// command that is printed is then run, and it mends.
func TestInstallNamesTheCommandThatMends(t *testing.T) {
	t.Parallel()
	for name, hinder := range map[string]func(p *person, dir string) (command string){
		"a closed folder": func(p *person, dir string) string {
			require.NoError(p.t, os.Chmod(dir, 0o500))
			return "chmod u+rwx " + dir
		},
		"a file in the folder's place": func(p *person, dir string) string {
			require.NoError(p.t, os.Remove(dir))
			require.NoError(p.t, os.WriteFile(dir, nil, 0o600))
			if p.who != nil {
				p.give(dir)
			}
			return "mv " + dir + " " + dir + ".old"
		},
		"a folder of root's": func(p *person, dir string) string {
			if p.who == nil { // only root can make one: here, as far as it goes, a closed one
				require.NoError(p.t, os.Chmod(dir, 0o500))
				return "chmod u+rwx " + dir
			}
			require.NoError(p.t, os.Chown(dir, 0, 0))
			return `sudo chown -R "$(id -un)" ` + dir
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPerson(t)
			dir := filepath.Join(p.home, ".config/chromium/NativeMessagingHosts")
			require.NoError(t, os.MkdirAll(dir, 0o700))
			if p.who != nil {
				p.give(filepath.Join(p.home, ".config"))
			}
			command := hinder(p, dir)

			all := p.registers(1, "install")
			assert.Equal(t, "written", all[1].Action)
			assert.Equal(t, "failed", all[0].Action)
			assert.Equal(t, "install_failed", all[0].Code)
			assert.Contains(t, all[0].Detail, dir)
			require.Equal(t, "Run: "+command, all[0].Next)
			_, stderr, exit := p.run(p.program(), "install")
			assert.Equal(t, 1, exit)
			assert.Contains(t, stderr, "Run: "+command)

			if root, is := strings.CutPrefix(command, "sudo "); is {
				out, err := exec.CommandContext(t.Context(), "sh", "-c", "id() { echo nobody; }; "+root).CombinedOutput()
				require.NoError(t, err, string(out))
			} else {
				_, stderr, exit := p.run("sh", "-c", command)
				require.Zero(t, exit, stderr)
			}
			assert.Equal(t, "written", p.registers(0, "install")[0].Action)
		})
	}
}

func TestDoctorCommand(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	out, _, exit := p.run(p.program(), "doctor")
	assert.Equal(t, 1, exit)
	assert.Contains(t, out, "firefox cannot start Sessionferry\n")
	assert.Contains(t, out, "[not_registered]\n    Run: sessionferry install --browser firefox\n")

	p.registers(0, "install")
	out, stderr, exit := p.run(p.program(), "doctor")
	assert.Zero(t, exit)
	assert.Empty(t, stderr)
	assert.Contains(t, out, "chromium can start Sessionferry\n")
	assert.Contains(t, out, "sessionferry status")

	out, _, exit = p.run(p.program(), "doctor", "--json")
	assert.Zero(t, exit)
	assert.Equal(t, 1, strings.Count(out, "\n"), "one object on one line")
	var report struct {
		OK       bool
		Browsers []struct{ Browser, Manifest, Program, Version string }
	}
	require.NoError(t, json.Unmarshal([]byte(out), &report))
	assert.True(t, report.OK)
	require.Len(t, report.Browsers, 2)
	for _, b := range report.Browsers {
		assert.FileExists(t, b.Manifest)
		assert.Equal(t, p.program(), b.Program)
		assert.NotEmpty(t, b.Version)
	}
}

func TestNoBrowserIsHere(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	for _, name := range []string{"chromium", "firefox"} {
		require.NoError(t, os.Remove(filepath.Join(p.home, "bin", name)))
	}
	for _, command := range []string{"install", "uninstall", "doctor"} {
		_, stderr, exit := p.run(p.program(), command)
		assert.Equal(t, 1, exit)
		assert.Contains(t, stderr, "sessionferry "+command+" --browser chromium  [browser_missing]")
	}
	out, _, exit := p.run(p.program(), "doctor", "--json")
	assert.Equal(t, 1, exit)
	assert.Contains(t, out, `"ok":false`)
}
