package e2e

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/manifest"
	"sessionferry/session"
)

// TestHostileSurroundings is the built host with arguments, descriptors,
// folders and signals that it should not get.
func TestHostileSurroundings(t *testing.T) {
	t.Parallel()
	t.Run("arguments decide who is served", func(t *testing.T) {
		path := "/x/" + manifest.FileName
		for _, args := range [][]string{{origin}, {origin, "--parent-window=0"}, {origin, "--parent-window=-1"}, {origin, "--from-the-future=x", "word"}, {path, manifest.AddonID}, {path, manifest.AddonID, "--from-the-future"}} {
			r := runHost(t, strings.NewReader(message(hello)), home(t), args...)
			assert.Equal(t, []session.Code{""}, codes(r), args)
			assert.Zero(t, r.exit)
		}
		for _, args := range [][]string{{"chrome-extension://aaaabbbbccccddddeeeeffffgggghhhh/"}, {strings.TrimSuffix(origin, "/")}, {origin, "chrome-extension://aaaabbbbccccddddeeeeffffgggghhhh/"},
			{origin + "popup.html"}, {"moz-extension://" + manifest.AddonID + "/"}, {path, "other@example.org"}, {"/x/another.json", manifest.AddonID}, {path, origin}} {
			r := runHost(t, strings.NewReader(message(hello)), home(t), args...)
			assert.Empty(t, r.answers, args)
			assert.Contains(t, r.stderr, "caller_unknown", args)
			assert.Equal(t, 2, r.exit, args)
		}
		for _, args := range [][]string{nil, {"--parent-window=0"}, {path}, {manifest.AddonID}} {
			out, stderr, exit := runCommand(t, home(t), args...)
			assert.NotContains(t, out, "\x00", args, "no frame")
			if len(args) > 0 {
				assert.Contains(t, stderr, "usage_invalid", args)
				assert.Equal(t, 2, exit, args)
			}
		}
	})

	inBothForms(t, func(t *testing.T, args []string) {
		t.Run("standard output is the protocol's alone", func(t *testing.T) {
			p := openPort(t, home(t), args...)
			p.send(hello)
			assert.True(t, p.reply().OK)
			fd := func(n int) string {
				target, err := os.Readlink(fmt.Sprintf("/proc/%d/fd/%d", p.cmd.Process.Pid, n))
				require.NoError(t, err)
				return target
			}
			assert.Equal(t, fd(2), fd(1), "what a library prints goes to standard error")
		})
		t.Run("descriptors that are closed or no pipes", func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "in")
			require.NoError(t, os.WriteFile(file, []byte(message(hello)), 0o600))
			for name, redirect := range map[string]string{
				"no standard error":           `2>&- <"$IN"`,
				"standard error is full":      `2>/dev/full <"$IN"`,
				"input from a file":           `<"$IN"`,
				"input from the null device":  `</dev/null`,
				"no standard input":           `<&-`,
				"input that cannot be read":   `</`,
				"output that nobody can read": `<"$IN" >/dev/full`,
			} {
				env := append(home(t), "IN="+file)
				r := runShell(t, env, redirect, args)
				switch name {
				case "input from the null device":
					assert.Empty(t, r.answers, name)
					assert.Zero(t, r.exit, name)
				case "no standard input", "input that cannot be read", "output that nobody can read":
					assert.Empty(t, r.answers, name)
				default:
					assert.Equal(t, []session.Code{""}, codes(r), name)
					assert.Zero(t, r.exit, name)
				}
			}
		})
		t.Run("folders that are missing or cannot be written", func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "file")
			require.NoError(t, os.WriteFile(file, nil, 0o600))
			full := t.TempDir()
			require.NoError(t, os.MkdirAll(filepath.Join(full, "sessionferry"), 0o700))
			require.NoError(t, os.Symlink("/dev/full", filepath.Join(full, "sessionferry", "host.log")))
			for name, env := range map[string][]string{
				"no HOME, XDG or PATH":     {"X=1"},
				"a HOME that is a file":    {"HOME=" + file},
				"a HOME that is not there": {"HOME=/nonexistent"},
				"a relative HOME":          {"HOME=here"},
				"a full disk for the log":  append(home(t), "XDG_STATE_HOME="+full),
			} {
				r := runHost(t, strings.NewReader(message(hello)+message(`{"id":"2","type":"state"}`)), env, args...)
				assert.Equal(t, []session.Code{"", ""}, codes(r), name)
				assert.Zero(t, r.exit, name)
			}
		})
		t.Run("a signal ends it", func(t *testing.T) {
			for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGHUP, syscall.SIGINT} {
				p := openPort(t, home(t), args...)
				p.send(hello)
				assert.True(t, p.reply().OK)
				require.NoError(t, p.cmd.Process.Signal(sig))
				p.end()
			}
		})
		t.Run("a browser that has closed its end of the output", func(t *testing.T) {
			p := openPort(t, home(t), args...)
			require.NoError(t, p.out.Close())
			p.send(hello)
			assert.Zero(t, p.end())
			assert.Empty(t, p.stderr.String())
		})
		t.Run("a browser that does not read", func(t *testing.T) {
			p := openPort(t, home(t), args...)
			sent := make(chan int, 1)
			go func() {
				n := 0
				for ; n < 20_000; n++ {
					if _, err := io.WriteString(p.in, message(hello)); err != nil {
						break
					}
				}
				sent <- n
			}()
			full := capacity(t, p.in) * 9 / 10 // a message that does not fit into the rest of a page begins the next
			eventually(t, func() bool { return writes(p.cmd.Process.Pid) && unread(t, p.in) > full }, "both pipes are full")
			assert.Empty(t, sent, "the host takes no more than it can answer")
			assert.Less(t, peak(t, p.cmd.Process.Pid), 30<<10, "KiB")
			require.NoError(t, p.out.Close())
			_ = p.in.Close()
			p.end()
			assert.Positive(t, <-sent)
		})
		t.Run("a browser that reads slowly", func(t *testing.T) {
			p := openPort(t, home(t), args...)
			p.send(hello)
			var got []byte
			for one := make([]byte, 1); len(got) < 4 || len(got) < 4+int(got[0])+int(got[1])<<8; got = append(got, one[0]) {
				_, err := p.out.Read(one)
				require.NoError(t, err)
			}
			body, rest := splitFrame(t, got)
			assert.True(t, readAnswer(t, body).OK)
			assert.Empty(t, rest)
		})
	})
}

// runShell starts the host with a shell's redirections.
func runShell(t *testing.T, env []string, redirect string, args []string) hostRun {
	t.Helper()
	program, err := filepath.Abs(filepath.Join(programs, "sessionferry"))
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), "sh", append([]string{"-c", `exec "$0" "$@" ` + redirect, program}, args...)...)
	cmd.Env, cmd.Dir = env, "/sys" // where nobody can write
	out, err := cmd.Output()
	if err != nil {
		var exit *exec.ExitError
		require.ErrorAs(t, err, &exit)
	}
	r := hostRun{exit: cmd.ProcessState.ExitCode()}
	for len(out) > 0 {
		body, rest := splitFrame(t, out)
		r.answers, out = append(r.answers, readAnswer(t, body)), rest
	}
	return r
}

// runCommand runs a command of the program; its output is no protocol.
func runCommand(t *testing.T, env []string, args ...string) (stdout, stderr string, exit int) {
	t.Helper()
	cmd := hostCommand(t.Context(), t, env, args...)
	var out, errs strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &errs
	_ = cmd.Run()
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}
