package e2e

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/manifest"
)

const origin = "chrome-extension://" + manifest.ExtensionID + "/"

// hostRun is one run of the built host to its end.
type hostRun struct {
	frames []map[string]any
	stderr string
	exit   int
	took   time.Duration
}

// runHost starts the built host as a browser would, gives it stdin and waits.
func runHost(t *testing.T, stdin io.Reader, env []string, args ...string) hostRun {
	t.Helper()
	program, err := filepath.Abs(filepath.Join(programs, "sessionferry"))
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr, cmd.Env = stdin, &stdout, &stderr, env
	started := time.Now()
	err = cmd.Run()
	r := hostRun{stderr: stderr.String(), took: time.Since(started), exit: cmd.ProcessState.ExitCode()}
	if err != nil {
		var exit *exec.ExitError
		require.ErrorAs(t, err, &exit)
	}
	for out := stdout.Bytes(); len(out) > 0; {
		require.GreaterOrEqual(t, len(out), 4, "only whole frames go to standard output")
		n := int(binary.NativeEndian.Uint32(out))
		require.LessOrEqual(t, 4+n, len(out), "only whole frames go to standard output")
		var m map[string]any
		require.NoError(t, json.Unmarshal(out[4:4+n], &m))
		r.frames, out = append(r.frames, m), out[4+n:]
	}
	return r
}

// home is an environment with a fresh home and no bus.
func home(t *testing.T) []string {
	return []string{"HOME=" + t.TempDir(), "PATH=" + os.Getenv("PATH"), "DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent"}
}

func message(body string) string {
	return string(binary.NativeEndian.AppendUint32(nil, uint32(len(body)))) + body
}

const hello = `{"id":"1","type":"hello","protocol":[1],"extension":"0.1.0"}`

func TestHostProcess(t *testing.T) {
	t.Run("says hello to both browsers", func(t *testing.T) {
		for _, args := range [][]string{{origin}, {origin, "--parent-window=0"}, {"/x/" + manifest.FileName, manifest.AddonID}} {
			r := runHost(t, strings.NewReader(message(hello)), home(t), args...)
			require.Len(t, r.frames, 1)
			assert.Equal(t, true, r.frames[0]["ok"])
			assert.Zero(t, r.exit)
		}
	})
	t.Run("serves nobody else", func(t *testing.T) {
		for _, args := range [][]string{{"chrome-extension://aaaabbbbccccddddeeeeffffgggghhhh/"}, {strings.TrimSuffix(origin, "/")}, {"/x/" + manifest.FileName, "other@example.org"}} {
			r := runHost(t, strings.NewReader(message(hello)), home(t), args...)
			assert.Empty(t, r.frames)
			assert.Contains(t, r.stderr, "caller_unknown")
			assert.Equal(t, 2, r.exit)
		}
	})
	t.Run("ends quietly when the browser closes the port", func(t *testing.T) {
		r := runHost(t, strings.NewReader(""), home(t), origin)
		assert.Zero(t, r.exit)
		assert.Empty(t, r.frames)
		assert.Empty(t, r.stderr)
	})
	t.Run("an end inside a frame is a failure and is logged", func(t *testing.T) {
		env := home(t)
		r := runHost(t, strings.NewReader(message(hello)[:20]), env, origin)
		assert.Equal(t, 1, r.exit)
		assert.Empty(t, r.frames)
		log, err := os.ReadFile(filepath.Join(strings.TrimPrefix(env[0], "HOME="), ".local/state/sessionferry/host.log"))
		require.NoError(t, err)
		assert.Contains(t, string(log), "truncated")
	})
	t.Run("a length that is too large is refused before memory is taken", func(t *testing.T) {
		r := runHost(t, strings.NewReader("\xff\xff\xff\xff{}"), home(t), origin)
		require.Len(t, r.frames, 1)
		assert.Equal(t, "frame_too_large", r.frames[0]["error"].(map[string]any)["code"])
		assert.Equal(t, 1, r.exit)
	})
	t.Run("no keyring is a state, not a hang", func(t *testing.T) {
		r := runHost(t, strings.NewReader(message(`{"id":"1","type":"state"}`)), home(t), origin)
		require.Len(t, r.frames, 1)
		state := r.frames[0]["result"].(map[string]any)
		assert.Equal(t, "keyring_absent", state["keyring"])
		assert.Equal(t, "not_enrolled", state["vault"])
	})
	t.Run("answers without HOME, and with a log that cannot be written", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "file")
		require.NoError(t, os.WriteFile(file, nil, 0o600))
		r := runHost(t, strings.NewReader(message(hello)), []string{"HOME=" + file}, origin)
		require.Len(t, r.frames, 1)
		assert.Equal(t, true, r.frames[0]["ok"])
	})
	t.Run("ends on a signal within a second", func(t *testing.T) {
		for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGHUP, syscall.SIGINT} {
			assert.Less(t, endBy(t, sig), time.Second)
		}
	})
	t.Run("without a browser's arguments it is a command", func(t *testing.T) {
		r := runCommand(t, home(t), "--parent-window=0")
		assert.Equal(t, 2, r.exit)
		assert.Contains(t, r.stderr, "usage_invalid")
	})
}

// endBy starts the host with an open port, sends it a signal and returns how
// long it takes to end.
func endBy(t *testing.T, sig syscall.Signal) time.Duration {
	cmd := exec.CommandContext(t.Context(), filepath.Join(programs, "sessionferry"), origin)
	cmd.Env = home(t)
	stdin, err := cmd.StdinPipe()
	require.NoError(t, err)
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	_, err = io.WriteString(stdin, message(hello))
	require.NoError(t, err)
	_, err = io.ReadFull(stdout, make([]byte, 4)) // it runs
	require.NoError(t, err)
	started := time.Now()
	require.NoError(t, cmd.Process.Signal(sig))
	_ = cmd.Wait()
	return time.Since(started)
}

// runCommand runs a command of the program; its output is no protocol.
func runCommand(t *testing.T, env []string, args ...string) hostRun {
	cmd := exec.CommandContext(t.Context(), filepath.Join(programs, "sessionferry"), args...)
	var stderr bytes.Buffer
	cmd.Env, cmd.Stderr = env, &stderr
	_ = cmd.Run()
	return hostRun{stderr: stderr.String(), exit: cmd.ProcessState.ExitCode()}
}
