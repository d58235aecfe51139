package runner

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"sessionferry/runner/cdpmux"
	"sessionferry/session"
)

// The environment of a program that Exec runs.
const (
	EnvCDP          = "SESSIONFERRY_CDP_URL"       // the WebSocket address of the browser's DevTools
	EnvStorageState = "SESSIONFERRY_STORAGE_STATE" // path of a Playwright storageState file
)

// Command is a program to run beside a restored browser.
type Command struct {
	Args           []string // name or path, and arguments
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	StorageState   bool // also write the session as a storageState file
}

// ExitError is the exit code of a program that ended with another than 0.
type ExitError struct{ Code int }

func (e *ExitError) Error() string { return fmt.Sprintf("the program ended with code %d", e.Code) }

// commandGrace is how long a program may take to end when it is asked to.
const commandGrace = 5 * time.Second

// Exec runs a program to which the browser's DevTools are open until it ends. It
// is for Options.Work. The error is an *ExitError for the program's own code.
func (r *Restored) Exec(ctx context.Context, c Command) error {
	server, err := cdpmux.Serve(r.browser.mux)
	if err != nil {
		return session.Errorf(session.CodeInternal, "no port for the browser's DevTools").Because(err)
	}
	defer server.Close()
	cmd := exec.CommandContext(ctx, c.Args[0], c.Args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = c.Stdin, c.Stdout, c.Stderr
	cmd.Env = append(os.Environ(), EnvCDP+"="+server.URL())
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = commandGrace
	if c.StorageState {
		path, err := r.writeStorageState(c.Stderr)
		if err != nil {
			return err
		}
		defer func() { _ = os.Remove(path) }()
		cmd.Env = append(cmd.Env, EnvStorageState+"="+path)
	}
	err = cmd.Run()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil && session.CodeOf(context.Cause(ctx)) == session.CodeLeaseEnded:
		return session.Errorf(session.CodeLeaseEnded, "").Because(err)
	case ctx.Err() != nil:
		return session.Errorf(session.CodeInterrupted, "").Because(err)
	case errors.As(err, &exit) && exit.Exited():
		return &ExitError{exit.ExitCode()}
	case errors.As(err, &exit):
		return &ExitError{128 + int(exit.Sys().(syscall.WaitStatus).Signal())} // as shells count
	}
	return session.Errorf(session.CodeTaskNotStarted, "%q", c.Args[0]).Because(err)
}

// writeStorageState writes the file beside the profile, in memory, and tells
// what its form cannot hold.
func (r *Restored) writeStorageState(notes io.Writer) (string, error) {
	data, lost, err := storageState(r.bundle, float64(r.cfg.Now().Unix()))
	if err != nil {
		return "", err
	}
	path := filepath.Join(r.browser.profile.dir, "storage-state.json")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		return "", session.Errorf(session.CodeInternal, "the storageState file").Because(err)
	}
	for _, l := range lost {
		_, _ = fmt.Fprintln(notes, "storageState:", l)
	}
	return path, nil
}
