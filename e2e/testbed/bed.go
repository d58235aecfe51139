package testbed

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Bed is one temporary world.
type Bed struct {
	Root string // everything is below it
	Bin  string // where the three programs are
	Env  []string

	bus     string // address of the session bus
	keyring *Proc

	mu    sync.Mutex
	procs []*Proc
}

var ownPrograms = []string{"sessionferry", "sessionferry-vault", "sessionferry-runner"}

// New makes the folders. bin is where "make build" put the programs.
func New(bin string) (*Bed, error) {
	bin, err := filepath.Abs(bin)
	if err != nil {
		return nil, err
	}
	for _, name := range ownPrograms {
		if _, err := os.Stat(filepath.Join(bin, name)); err != nil {
			return nil, fmt.Errorf("%s is not built: run \"make build\" first", name)
		}
	}
	root, err := os.MkdirTemp("", "sf")
	if err != nil {
		return nil, err
	}
	b := &Bed{Root: root, Bin: bin}
	for _, dir := range []string{"home", "run", "tmp"} {
		if err := os.Mkdir(filepath.Join(root, dir), 0o700); err != nil {
			return nil, err
		}
	}
	b.Env = append(keepEnv(), "HOME="+b.Path("home"), "XDG_RUNTIME_DIR="+b.Path("run"), "TMPDIR="+b.Path("tmp"))
	if os.Geteuid() == 0 {
		b.Setenv("SESSIONFERRY_NO_SANDBOX", "1") // as chromedp does for the person's browser
	}
	return b, nil
}

// keepEnv drops what would tie the world to the caller's own: folders, bus and
// keyring. A display is kept for windows.
func keepEnv() []string {
	return slices.DeleteFunc(os.Environ(), func(kv string) bool {
		name, _, _ := strings.Cut(kv, "=")
		return name == "HOME" || name == "TMPDIR" || strings.HasPrefix(name, "XDG_") ||
			strings.HasPrefix(name, "DBUS_") || strings.HasPrefix(name, "GNOME_") || strings.HasPrefix(name, "SESSIONFERRY_")
	})
}

// Path joins below the bed's root.
func (b *Bed) Path(parts ...string) string {
	return filepath.Join(append([]string{b.Root}, parts...)...)
}

// Setenv adds a variable to the environment of everything that starts later.
func (b *Bed) Setenv(name, value string) { b.Env = append(b.Env, name+"="+value) }

// Unsetenv takes variables away from everything that starts later.
func (b *Bed) Unsetenv(names ...string) {
	b.Env = slices.DeleteFunc(b.Env, func(kv string) bool {
		name, _, _ := strings.Cut(kv, "=")
		return slices.Contains(names, name)
	})
}

// Proc is a process of the bed, leader of a group of its own.
type Proc struct {
	cmd  *exec.Cmd
	done chan struct{}
	err  error
	Log  string // file with what it said
}

// Start runs a program until Close. Its output goes to a log file of that name.
func (b *Bed) Start(name, program string, args ...string) (*Proc, error) {
	return b.StartIn("", name, program, args...)
}

// StartIn is Start in a working directory.
func (b *Bed) StartIn(dir, name, program string, args ...string) (*Proc, error) {
	log, err := os.Create(b.Path(name + ".log"))
	if err != nil {
		return nil, err
	}
	defer log.Close()
	cmd := exec.Command(program, args...)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = dir, b.Env, log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &Proc{cmd: cmd, done: make(chan struct{}), Log: log.Name()}
	go func() { p.err = cmd.Wait(); close(p.done) }()
	b.mu.Lock()
	b.procs = append(b.procs, p)
	b.mu.Unlock()
	return p, nil
}

// Pid is the process's id.
func (p *Proc) Pid() int { return p.cmd.Process.Pid }

// Signal signals the process alone.
func (p *Proc) Signal(s syscall.Signal) { _ = syscall.Kill(p.Pid(), s) }

// Exited is closed when the process has ended.
func (p *Proc) Exited() <-chan struct{} { return p.done }

// Stop ends the process's whole group: politely, then for good.
func (p *Proc) Stop() {
	_ = syscall.Kill(-p.Pid(), syscall.SIGTERM)
	select {
	case <-p.done:
	case <-time.After(20 * time.Second):
	}
	_ = syscall.Kill(-p.Pid(), syscall.SIGKILL)
	<-p.done
}

// Run runs a program to its end and returns its standard output. A failure
// carries what it said on standard error.
func (b *Bed) Run(ctx context.Context, stdin, program string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env, cmd.Stdin = b.Env, strings.NewReader(stdin)
	var stdout, stderr strings.Builder
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return stdout.String(), &RunError{Program: filepath.Base(program), Args: args, Err: err, Stderr: strings.TrimSpace(stderr.String())}
	}
	return stdout.String(), nil
}

// RunError is a program that failed.
type RunError struct {
	Program string
	Args    []string
	Err     error
	Stderr  string
}

func (e *RunError) Error() string {
	return fmt.Sprintf("%s %s: %v\n%s", e.Program, strings.Join(e.Args, " "), e.Err, e.Stderr)
}

// Unwrap returns the exit error.
func (e *RunError) Unwrap() error { return e.Err }

// Close ends every process, the youngest first, and removes the folder.
func (b *Bed) Close() error {
	b.mu.Lock()
	procs := b.procs
	b.procs = nil
	b.mu.Unlock()
	for _, p := range slices.Backward(procs) {
		p.Stop()
	}
	return os.RemoveAll(b.Root)
}

// startWait is how long a program of the bed may take to be ready on a machine that
// is busy with other things too: one that takes longer hangs.
const startWait = 5 * time.Minute

// waitPoll is how often a process is looked at that is to become ready.
const waitPoll = 50 * time.Millisecond

// Wait polls ready until it is true, the process ends or startWait is over.
func Wait(what string, p *Proc, ready func() bool) error {
	for end := time.Now().Add(startWait); time.Now().Before(end); time.Sleep(waitPoll) {
		if ready() {
			return nil
		}
		select {
		case <-p.done:
			return fmt.Errorf("%s ended: %w\n%s", what, errors.Join(p.err, errors.New("it was to run on")), tail(p.Log))
		default:
		}
	}
	return fmt.Errorf("%s was not ready within %s\n%s", what, startWait, tail(p.Log))
}

// tail is the end of a log, for an error.
func tail(path string) string {
	data, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	return string(data[max(0, len(data)-2000):])
}
