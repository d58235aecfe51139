package pgtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// Bouncer is a PgBouncer in front of a Server, reached by a Unix socket alone. It
// shares two connections of each database among its clients, where its mode lets it.
type Bouncer struct {
	dir  string
	cmd  *exec.Cmd
	done chan struct{}
}

const bouncerSettings = `[databases]
* = host=%s user=vault
[pgbouncer]
listen_addr =
listen_port = 5432
unix_socket_dir = %s
auth_type = any
pool_mode = %s
default_pool_size = %d
`

// Pool starts a PgBouncer whose connections clients share by mode: session,
// transaction or statement. Stop ends it.
func (s *Server) Pool(ctx context.Context, mode string) (_ *Bouncer, err error) {
	program, err := exec.LookPath("/usr/sbin/pgbouncer")
	if err != nil {
		return nil, errors.New("PgBouncer is not installed: \"make test\" and \"make quick\" install it (Debian's package pgbouncer)")
	}
	b := &Bouncer{done: make(chan struct{})}
	if b.dir, err = os.MkdirTemp("", "pgb"); err != nil { // a socket's path is short
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(b.dir))
		}
	}()
	size := 2
	if mode == "session" { // a client keeps its connection
		size = 20
	}
	file := filepath.Join(b.dir, "ini")
	if err := os.WriteFile(file, fmt.Appendf(nil, bouncerSettings, s.dir, b.dir, mode, size), 0o600); err != nil {
		return nil, err
	}
	if err := errors.Join(s.own(b.dir), s.own(file)); err != nil {
		return nil, err
	}
	log, err := os.Create(b.log())
	if err != nil {
		return nil, err
	}
	defer log.Close()
	b.cmd = exec.Command(program, file)
	b.cmd.SysProcAttr, b.cmd.Dir, b.cmd.Stdout, b.cmd.Stderr = s.as, b.dir, log, log
	if err := b.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		_ = b.cmd.Wait() // one that ends by itself is seen by its silence
		close(b.done)
	}()
	if err := answers(ctx, b.URL("postgres"), b.log(), b.done); err != nil {
		return nil, errors.Join(err, b.halt())
	}
	return b, nil
}

// URL is the address of one of the server's databases by way of the pooler.
func (b *Bouncer) URL(database string) string {
	return fmt.Sprintf("postgres://vault@/%s?host=%s", database, b.dir)
}

// At is the address of a database of the server by way of the pooler.
func (b *Bouncer) At(address string) (string, error) {
	of, err := pgx.ParseConfig(address)
	if err != nil {
		return "", err
	}
	return b.URL(of.Database), nil
}

func (b *Bouncer) log() string { return filepath.Join(b.dir, "log") }

func (b *Bouncer) halt() error {
	err := b.cmd.Process.Signal(syscall.SIGTERM)
	if errors.Is(err, os.ErrProcessDone) {
		err = nil
	}
	select {
	case <-b.done:
	case <-time.After(time.Minute):
		err = errors.Join(err, b.cmd.Process.Kill())
		<-b.done
	}
	return err
}

// Stop ends the pooler, with the connections of its clients, and removes its folder.
func (b *Bouncer) Stop() error { return errors.Join(b.halt(), os.RemoveAll(b.dir)) }
