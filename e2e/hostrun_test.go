package e2e

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"sessionferry/manifest"
	"sessionferry/session"
)

const origin = "chrome-extension://" + manifest.ExtensionID + "/"

// callers are the arguments that the two browsers start the host with.
var callers = map[string][]string{
	"Chromium": {origin},
	"Firefox":  {"/x/" + manifest.FileName, manifest.AddonID},
}

// inBothForms runs a test as each browser's host.
func inBothForms(t *testing.T, test func(t *testing.T, args []string)) {
	t.Helper()
	for browser, args := range callers {
		t.Run(browser, func(t *testing.T) { test(t, args) })
	}
}

// answer is a frame of the host's: a reply or an event.
type answer struct {
	ID     string `json:"id"`
	Event  string `json:"event"`
	Stage  string `json:"stage"`
	Done   int    `json:"done"`
	Total  int    `json:"total"`
	OK     bool   `json:"ok"`
	Result any    `json:"result"`
	Fault  struct {
		Code     session.Code `json:"code"`
		Sentence string       `json:"sentence"`
		Next     string       `json:"next"`
		Detail   string       `json:"detail"`
	} `json:"error"`
}

// hostRun is one run of the built host to its end.
type hostRun struct {
	answers []answer
	stderr  string
	exit    int
}

// hostCommand is the built host, to be started as a browser would.
func hostCommand(ctx context.Context, t *testing.T, env []string, args ...string) *exec.Cmd {
	t.Helper()
	program, err := filepath.Abs(filepath.Join(programs, "sessionferry"))
	require.NoError(t, err)
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env = env
	return cmd
}

// runHost starts the host, gives it stdin and waits for its end. What it writes
// must be frames that no browser stumbles over.
func runHost(t *testing.T, stdin io.Reader, env []string, args ...string) hostRun {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := hostCommand(ctx, t, env, args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = stdin, &stdout, &stderr
	_ = cmd.Run()
	require.NoError(t, ctx.Err(), "it hangs")
	r := hostRun{stderr: stderr.String(), exit: cmd.ProcessState.ExitCode()}
	for out := stdout.Bytes(); len(out) > 0; {
		body, rest := splitFrame(t, out)
		r.answers, out = append(r.answers, readAnswer(t, body)), rest
	}
	return r
}

// splitFrame takes the first frame. Lengths outside of 1 to 1 MiB, and half
// frames, are what browsers answer by closing the port or by waiting for ever.
func splitFrame(t *testing.T, out []byte) (body, rest []byte) {
	t.Helper()
	require.GreaterOrEqual(t, len(out), 4, "only whole frames go to standard output")
	n := int(binary.NativeEndian.Uint32(out))
	require.Positive(t, n)
	require.LessOrEqual(t, n, 1<<20)
	require.LessOrEqual(t, 4+n, len(out), "only whole frames go to standard output")
	return out[4 : 4+n], out[4+n:]
}

// readAnswer reads a body as strictly as no browser does: one object of valid
// UTF-8, no mark before it, nothing behind it, no key twice, no lone surrogate.
func readAnswer(t *testing.T, body []byte) answer {
	t.Helper()
	require.Equal(t, byte('{'), body[0])
	var a answer
	require.NoError(t, json.Unmarshal(body, &a, json.RejectUnknownMembers(true)), "%q", body)
	return a
}

// port is a running host with the browser's ends of its pipes.
type port struct {
	t      *testing.T
	cmd    *exec.Cmd
	in     *os.File
	out    *os.File
	ended  chan struct{}
	stderr bytes.Buffer
}

// openPort starts the host and leaves it running. When the test ends it is gone.
func openPort(t *testing.T, env []string, args ...string) *port {
	t.Helper()
	p := &port{t: t, cmd: hostCommand(t.Context(), t, env, args...), ended: make(chan struct{})}
	// Own pipes: those of the command would be closed by Wait.
	read, in, err := os.Pipe()
	require.NoError(t, err)
	out, write, err := os.Pipe()
	require.NoError(t, err)
	p.in, p.out = in, out
	p.cmd.Stdin, p.cmd.Stdout, p.cmd.Stderr = read, write, &p.stderr
	require.NoError(t, p.cmd.Start())
	require.NoError(t, read.Close())
	require.NoError(t, write.Close())
	go func() { _ = p.cmd.Wait(); close(p.ended) }()
	t.Cleanup(func() {
		_ = p.cmd.Process.Kill()
		<-p.ended
		_ = p.in.Close()
		_ = p.out.Close()
	})
	return p
}

// send writes requests, all in one write.
func (p *port) send(bodies ...string) {
	p.t.Helper()
	var all string
	for _, b := range bodies {
		all += message(b)
	}
	_, err := io.WriteString(p.in, all)
	require.NoError(p.t, err)
}

// next reads one frame.
func (p *port) next() answer {
	p.t.Helper()
	return readAnswer(p.t, p.body())
}

// body reads the body of one frame.
func (p *port) body() []byte {
	p.t.Helper()
	var head [4]byte
	_, err := io.ReadFull(p.out, head[:])
	require.NoError(p.t, err)
	frame := make([]byte, 4+binary.NativeEndian.Uint32(head[:]))
	copy(frame, head[:])
	_, err = io.ReadFull(p.out, frame[4:])
	require.NoError(p.t, err)
	body, _ := splitFrame(p.t, frame)
	return body
}

// reply reads the next reply and passes over events.
func (p *port) reply() answer {
	p.t.Helper()
	for {
		if a := p.next(); a.Event == "" {
			return a
		}
	}
}

// end waits for the host's end and returns its exit code.
func (p *port) end() (exit int) {
	p.t.Helper()
	select {
	case <-p.ended:
	case <-time.After(patience):
		p.t.Fatalf("the host still runs after %s", patience)
	}
	return p.cmd.ProcessState.ExitCode()
}

// home is an environment with a fresh home and no bus.
func home(t *testing.T) []string {
	return []string{"HOME=" + t.TempDir(), "PATH=" + os.Getenv("PATH"), "DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent"}
}

// hostLog is what a host with that environment has logged.
func hostLog(t *testing.T, env []string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(env[0][len("HOME="):], ".local/state/sessionferry/host.log"))
	require.NoError(t, err)
	return string(data)
}

func message(body string) string {
	return string(binary.NativeEndian.AppendUint32(nil, uint32(len(body)))) + body
}

const hello = `{"id":"1","type":"hello","protocol":[1],"extension":"0.1.0"}`
