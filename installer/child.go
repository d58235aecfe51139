//go:build linux

package installer

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
	"unicode"
)

const (
	// maxReply is the browsers' own limit for a message of a host, in bytes.
	maxReply = 1 << 20
	// maxWords bounds what is kept of a program's standard error, in bytes.
	maxWords = 4 << 10
	// releaseLimit is for a grandchild that keeps a pipe of a killed program open.
	releaseLimit = time.Second
)

// child is a host that was started as a browser does: its working folder is the
// program's, it has pipes and this environment. Unlike a browser's it leads a
// process group, so that whatever it starts can be ended with it.
type child struct {
	cmd    *exec.Cmd
	stdin  io.WriteCloser
	stdout io.ReadCloser
	words  tail // the end of its standard error

	first chan []byte   // its first message; closed when none can come any more
	read  chan struct{} // closed when its output has ended
	stray error         // what else than messages its output held; to be read after read is closed
}

func startChild(environ []string, program string, args ...string) (*child, error) {
	cmd := exec.Command(program, args...)
	c := &child{cmd: cmd, first: make(chan []byte, 1), read: make(chan struct{})}
	cmd.Dir, cmd.Env = filepath.Dir(program), environ
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Stderr = &c.words
	cmd.WaitDelay = releaseLimit
	var errIn, errOut error
	c.stdin, errIn = cmd.StdinPipe()
	c.stdout, errOut = cmd.StdoutPipe()
	if err := errors.Join(errIn, errOut, cmd.Start()); err != nil {
		return nil, err
	}
	go c.readAll()
	return c, nil
}

// send writes one message. A child that is gone shows by its end.
func (c *child) send(body string) {
	_, _ = c.stdin.Write(append(binary.NativeEndian.AppendUint32(nil, uint32(len(body))), body...))
}

// readAll takes messages until the output ends. After something else it only
// makes room, as nothing behind it can be told apart.
func (c *child) readAll() {
	defer close(c.read)
	for n := 0; ; n++ {
		body, err := readMessage(c.stdout)
		if n == 0 && err == nil {
			c.first <- body
		}
		if n == 0 {
			close(c.first)
		}
		if err != nil {
			if !errors.Is(err, io.EOF) {
				c.stray = err
			}
			_, _ = io.Copy(io.Discard, c.stdout)
			return
		}
	}
}

// finish ends the input and waits for the child's end. One that goes on for
// longer than limit is killed with all that it started. err is its failure.
func (c *child) finish(limit time.Duration) (lingers bool, err error) {
	_ = c.stdin.Close()
	ended := make(chan error, 1)
	go func() {
		<-c.read // Wait closes the pipe that is read from
		ended <- c.cmd.Wait()
	}()
	select {
	case err := <-ended:
		return false, err
	case <-time.After(limit):
	}
	_ = syscall.Kill(-c.cmd.Process.Pid, syscall.SIGKILL)
	select {
	case err = <-ended:
	case <-time.After(releaseLimit):
		_ = c.stdout.Close()
		err = <-ended
	}
	return true, err
}

// fate is how the child ended and its last words, for a person. It is of use
// after finish.
func (c *child) fate() string {
	how := c.cmd.ProcessState.String()
	if last := c.words.lastLine(); last != "" {
		how += ": " + last
	}
	return how
}

// readMessage reads one message. io.EOF stands for an end between two.
func readMessage(r io.Reader) ([]byte, error) {
	var head [4]byte
	n, err := io.ReadFull(r, head[:])
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return nil, fmt.Errorf("%q", head[:n])
	case err != nil:
		return nil, io.EOF
	}
	size := binary.NativeEndian.Uint32(head[:])
	if size == 0 || size > maxReply {
		return nil, fmt.Errorf("it begins with %q", head[:])
	}
	body := make([]byte, size)
	if _, err := io.ReadFull(r, body); err != nil {
		return nil, errors.New("a message without its end")
	}
	return body, nil
}

// tail keeps the last bytes that were written.
type tail struct{ kept []byte }

func (t *tail) Write(p []byte) (int, error) {
	t.kept = append(t.kept, p...)
	t.kept = t.kept[max(0, len(t.kept)-maxWords):]
	return len(p), nil
}

// lastLine is the last line, short and printable.
func (t *tail) lastLine() string {
	lines := strings.Split(strings.TrimSpace(string(t.kept)), "\n")
	line := []rune(strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, lines[len(lines)-1]))
	return string(line[:min(len(line), 200)])
}
