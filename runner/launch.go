package runner

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"sessionferry/runner/cdpmux"
	"sessionferry/session"
)

// chromium is one headless Chromium with a profile of its own. Its DevTools
// speak over a pipe that only this process holds.
type chromium struct {
	mux     *cdpmux.Mux
	process *exec.Cmd
	profile *profile
	exited  chan struct{}
	output  *tail
	once    sync.Once
}

// launch starts a browser that looks as bc says. It ends with close, or with
// this process.
func launch(ctx context.Context, cfg Config, bc session.BrowserContext) (*chromium, error) {
	path, err := findChromium(cfg.Chromium, lookPath)
	if err != nil {
		return nil, err
	}
	extra, err := sandboxSwitches(cfg.NoSandbox, os.Geteuid())
	if err != nil {
		return nil, err
	}
	prof, err := newProfile(cfg.Memory)
	if err != nil {
		return nil, err
	}
	if err := prof.trust(cfg.Environment("HOME")); err != nil {
		_ = prof.remove()
		return nil, err
	}
	b := &chromium{profile: prof, exited: make(chan struct{}), output: new(tail)}
	b.process = exec.Command(path, slices.Concat(extra, switches(prof, bc), cfg.ExtraArgs)...)
	b.process.Env = environment(os.Environ(), prof, bc)
	b.process.Stdout, b.process.Stderr = b.output, b.output
	b.process.WaitDelay = time.Second // children may hold the output open
	// A group of its own, so that every child can be ended. When this process
	// dies, the browser ends by itself, since its pipe closes.
	b.process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	pipe, err := b.start()
	if err != nil {
		_ = prof.remove()
		return nil, session.Errorf(session.CodeBrowserFailed, "").Because(err)
	}
	b.mux = cdpmux.New(pipe)
	if err := b.greet(ctx, cfg.BrowserStart); err != nil {
		b.close()
		return nil, session.Errorf(session.CodeBrowserFailed, "its last words: %s", b.output).Because(err)
	}
	return b, nil
}

// start runs the process with file descriptors 3 (commands) and 4 (answers).
func (b *chromium) start() (io.ReadWriteCloser, error) {
	commands, toBrowser, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	fromBrowser, answers, err := os.Pipe()
	if err != nil {
		_, _ = commands.Close(), toBrowser.Close()
		return nil, err
	}
	b.process.ExtraFiles = []*os.File{commands, answers}
	err = b.process.Start()
	_, _ = commands.Close(), answers.Close()
	if err != nil {
		_, _ = toBrowser.Close(), fromBrowser.Close()
		return nil, err
	}
	go func() {
		_ = b.process.Wait()
		close(b.exited)
	}()
	return &twoPipes{fromBrowser, toBrowser}, nil
}

// greet waits for the browser's first answer.
func (b *chromium) greet(ctx context.Context, limit time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	c, err := b.mux.NewClient(ctx, nil)
	if err != nil {
		return err
	}
	c.Close()
	return nil
}

// close kills the browser with all its children and removes the profile. There
// is nothing for it to save, so it is not asked first.
func (b *chromium) close() {
	b.once.Do(func() {
		group := -b.process.Process.Pid
		_ = syscall.Kill(group, syscall.SIGKILL)
		_ = b.mux.Close()
		<-b.exited
		// Children die a moment later and may write to the profile until then. They
		// count as there for as long as nobody has reaped them, so not for ever.
		for range 20 {
			if errors.Is(syscall.Kill(group, 0), syscall.ESRCH) {
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
		for range 10 {
			if b.profile.remove() == nil {
				break
			}
			time.Sleep(20 * time.Millisecond)
		}
	})
}

// twoPipes is a connection of two one-way pipes.
type twoPipes struct {
	io.ReadCloser
	w io.WriteCloser
}

func (p *twoPipes) Write(b []byte) (int, error) { return p.w.Write(b) }

func (p *twoPipes) Close() error {
	err := p.w.Close()
	if e := p.ReadCloser.Close(); err == nil {
		err = e
	}
	return err
}

// tail keeps the end of what the browser prints, for the one error that shows
// it: a browser that did not start, and so has seen no session yet.
type tail struct {
	mu  sync.Mutex
	buf []byte
}

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.buf = append(t.buf, p...)
	if over := len(t.buf) - 4096; over > 0 {
		t.buf = t.buf[over:]
	}
	return len(p), nil
}

// String returns the last non-empty line, at most 200 bytes.
func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	lines := strings.FieldsFunc(string(t.buf), func(r rune) bool { return r == '\n' })
	if len(lines) == 0 {
		return "none"
	}
	last := strings.ToValidUTF8(lines[len(lines)-1], "?")
	return last[:min(len(last), 200)]
}
