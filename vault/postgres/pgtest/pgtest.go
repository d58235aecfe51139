// Package pgtest starts a PostgreSQL of a test's own: Debian's package, in a
// folder of its own, reached by a Unix socket alone.
package pgtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// Server is a PostgreSQL, running but between Halt and Resume.
type Server struct {
	dir     string
	program string
	args    []string
	as      *syscall.SysProcAttr

	cmd  *exec.Cmd
	done chan struct{}
	made atomic.Int64
}

// Start makes a cluster and starts it; extra are further settings, NAME=VALUE.
// Stop removes all of it.
func Start(ctx context.Context, extra ...string) (*Server, error) {
	return start(ctx, os.TempDir(), extra)
}

// StartInMemory is Start for many small databases, with data in memory if there is
// room. Syncs cost nothing there, and the vault refuses a server without them.
func StartInMemory(ctx context.Context) (*Server, error) {
	const memory, room = "/dev/shm", 4 << 30
	var fs syscall.Statfs_t
	if err := syscall.Statfs(memory, &fs); err != nil || fs.Bavail*uint64(fs.Bsize) < room {
		return Start(ctx)
	}
	return start(ctx, memory, nil)
}

func start(ctx context.Context, under string, extra []string) (_ *Server, err error) {
	programs, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil || len(programs) == 0 {
		return nil, errors.New("PostgreSQL is not installed: apt-get install postgresql")
	}
	bin := slices.MaxFunc(programs, func(a, b string) int { return version(a) - version(b) })
	s := &Server{program: filepath.Join(bin, "postgres")}
	if s.dir, err = os.MkdirTemp(under, "pg"); err != nil { // a socket's path is short
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(s.dir))
		}
	}()
	if s.as, err = notRoot(); err != nil {
		return nil, err
	}
	if err := s.own(s.dir); err != nil {
		return nil, err
	}
	data := filepath.Join(s.dir, "data")
	initdb := exec.CommandContext(ctx, filepath.Join(bin, "initdb"), "-D", data, "-U", "vault", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	initdb.SysProcAttr, initdb.Dir = s.as, s.dir
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w\n%s", err, out)
	}
	s.args = []string{"-D", data, "-k", s.dir, "-c", "listen_addresses=", "-c", "max_connections=200"}
	for _, e := range extra {
		s.args = append(s.args, "-c", e)
	}
	return s, s.Resume(ctx)
}

// Resume starts the server again, with all that it held.
func (s *Server) Resume(ctx context.Context) error {
	log, err := os.OpenFile(s.log(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	s.cmd, s.done = exec.Command(s.program, s.args...), make(chan struct{})
	s.cmd.SysProcAttr, s.cmd.Dir, s.cmd.Stdout, s.cmd.Stderr = s.as, s.dir, log, log
	if err := s.cmd.Start(); err != nil {
		return err
	}
	go func(cmd *exec.Cmd, done chan struct{}) {
		_ = cmd.Wait() // a server that ends by itself is seen by its silence
		close(done)
	}(s.cmd, s.done)
	return answers(ctx, s.URL("postgres"), s.log(), s.done)
}

// version is the number in /usr/lib/postgresql/NUMBER/bin.
func version(bin string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(bin)))
	return n
}

// notRoot makes the server's user the package's, since PostgreSQL does not run as
// root. It ends with this process.
func notRoot() (*syscall.SysProcAttr, error) {
	as := &syscall.SysProcAttr{Setpgid: true}
	if os.Geteuid() != 0 {
		return as, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, err
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	as.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return as, nil
}

// own makes a file or a folder the server's.
func (s *Server) own(path string) error {
	if s.as.Credential == nil {
		return nil
	}
	return os.Chown(path, int(s.as.Credential.Uid), int(s.as.Credential.Gid))
}

func (s *Server) log() string { return filepath.Join(s.dir, "log") }

// answers returns when a server does. One that has ended has said why in its log.
func answers(ctx context.Context, address, log string, ended <-chan struct{}) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		c, err := pgx.Connect(ctx, address)
		if err == nil {
			return c.Close(ctx)
		}
		select {
		case <-time.After(50 * time.Millisecond):
			continue
		case <-ended:
			err = errors.New("the server has ended")
		case <-ctx.Done():
		}
		said, _ := os.ReadFile(log) // without it the error says less
		return fmt.Errorf("%w\n%s", err, bytes.TrimSpace(said))
	}
}

// URL is the address of one of the server's databases.
func (s *Server) URL(database string) string {
	return fmt.Sprintf("postgres://vault@/%s?host=%s", database, s.dir)
}

// Database makes a fresh database and returns its address.
func (s *Server) Database(ctx context.Context) (string, error) { return s.copied(ctx, "template0") }

// Copy makes a database that holds what another one does, to which nobody may be
// connected, and returns its address.
func (s *Server) Copy(ctx context.Context, address string) (string, error) {
	of, err := pgx.ParseConfig(address)
	if err != nil {
		return "", err
	}
	return s.copied(ctx, of.Database)
}

func (s *Server) copied(ctx context.Context, of string) (address string, err error) {
	name := fmt.Sprintf("t%d", s.made.Add(1))
	c, err := pgx.Connect(ctx, s.URL("postgres"))
	if err != nil {
		return "", err
	}
	_, err = c.Exec(ctx, "CREATE DATABASE "+name+" TEMPLATE "+of)
	return s.URL(name), errors.Join(err, c.Close(ctx))
}

// Halt ends the server by a signal: SIGINT closes its connections first, SIGQUIT
// is as if it had crashed. It may have ended by itself.
func (s *Server) Halt(how syscall.Signal) error {
	err := s.cmd.Process.Signal(how)
	if errors.Is(err, os.ErrProcessDone) {
		err = nil
	}
	select {
	case <-s.done:
	case <-time.After(time.Minute):
		err = errors.Join(err, syscall.Kill(-s.cmd.Process.Pid, syscall.SIGKILL))
		<-s.done
	}
	return err
}

// Stop ends the server and removes its folder.
func (s *Server) Stop() error { return errors.Join(s.Halt(syscall.SIGINT), os.RemoveAll(s.dir)) }
