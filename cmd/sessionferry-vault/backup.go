package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"sessionferry/internal/atomicfile"
	"sessionferry/internal/cli"
	"sessionferry/session"
	"sessionferry/vault/sqlstore"
)

func backupCommand() *cobra.Command {
	o := newOptions(ofStore...)
	return o.command(&cobra.Command{
		Use:   "backup FILE",
		Short: "Write people, programs, accounts, rosters and the audit log to a file; the vault may be serving",
		Long:  "Write people, accounts, rosters and the audit log to a file; the vault may be serving.\nNo session and no token is in it, but the hashes of passwords. A backup of one kind of database can be restored into the other.",
		Args:  cobra.ExactArgs(1),
	}, func(cmd *cobra.Command) error {
		return o.withStore(cmd.Context(), sqlstore.Config{Aside: true}, func(s *sqlstore.Store) error {
			return backUp(cmd, s, cmd.Flags().Arg(0))
		})
	})
}

func backUp(cmd *cobra.Command, s *sqlstore.Store, file string) error {
	if _, err := os.Lstat(file); !errors.Is(err, os.ErrNotExist) {
		return session.Errorf(session.CodeFileExists, "%s", filepath.Base(file)).Because(err)
	}
	rows := 0
	err := atomicfile.WriteFrom(file, 0o600, func(w io.Writer) (err error) {
		rows, err = s.Backup(cmd.Context(), w, progress(cmd.ErrOrStderr(), "rows so far"))
		return err
	})
	if err != nil {
		return err
	}
	return cli.Print(cmd, backedUp{file, rows}, func(w io.Writer) error {
		_, err := fmt.Fprintf(w, "%d rows are in %s.\nIt holds the hashes of passwords: keep it as you keep the database.\n", rows, file)
		return err
	})
}

// backedUp is what "backup" and "restore" print with --json.
type backedUp struct {
	File string `json:"file"`
	Rows int    `json:"rows"`
}

func restoreCommand() *cobra.Command {
	o := newOptions(ofStore...)
	return o.command(&cobra.Command{
		Use:   "restore FILE",
		Short: "Bring a backup back into a new vault that is not serving yet",
		Args:  cobra.ExactArgs(1),
	}, func(cmd *cobra.Command) error {
		leave, err := alone(o)
		if err != nil {
			return err
		}
		defer leave()
		return o.withStore(cmd.Context(), sqlstore.Config{Restoring: true}, func(s *sqlstore.Store) error {
			file := cmd.Flags().Arg(0)
			f, err := os.Open(file)
			if err != nil {
				return session.Errorf(session.CodeFileUnreadable, "%s", filepath.Base(file)).Because(err)
			}
			defer f.Close()
			rows, err := s.Restore(cmd.Context(), f, progress(cmd.ErrOrStderr(), "rows so far"))
			if err != nil {
				return err
			}
			return cli.Print(cmd, backedUp{file, rows}, func(w io.Writer) error {
				_, err := fmt.Fprintf(w, "%d rows are back. Programs go on by their keys, people sign in again, and owners share their sessions again.\n", rows)
				return err
			})
		})
	})
}

// withStore opens the store in a way of cfg and closes it behind f.
func (o *options) withStore(ctx context.Context, cfg sqlstore.Config, f func(*sqlstore.Store) error) (err error) {
	all := o.store()
	all.Aside, all.Restoring = cfg.Aside, cfg.Restoring
	s, err := openStore(ctx, o, all)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return f(s)
}
