package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"sessionferry/internal/cli"
	"sessionferry/session"
	"sessionferry/vault"
	"sessionferry/vault/sqlstore"
)

func auditCommand() *cobra.Command {
	return cli.Group("audit", "Verify or export the audit log, also while the vault runs", auditVerifyCommand(), auditExportCommand())
}

func auditVerifyCommand() *cobra.Command {
	var known string
	cmd := auditPart("verify", "Check that no entry was changed, removed, moved or put in since its batch was closed",
		func(cmd *cobra.Command, store *sqlstore.Store, step func(int64)) error {
			var head *vault.AuditHash
			if known != "" {
				h, err := vault.ParseAuditHash(known)
				if err != nil {
					return cli.Valuef("--known: %s", err)
				}
				head = &h
			}
			sum, err := vault.VerifyAudit(cmd.Context(), store, head, step)
			if err != nil {
				return err
			}
			return cli.Print(cmd, verified{sum.Entries, sum.Batches, sum.Waiting, sum.Head.String()}, func(w io.Writer) error {
				_, err := fmt.Fprintf(w, "The audit log is whole: %d entries, %d batches, %d entries wait for the next one.\nhead %s\n",
					sum.Entries, sum.Batches, sum.Waiting, sum.Head)
				return err
			})
		})
	cmd.Flags().StringVar(&known, "known", "", "`HASH` of an earlier verify, which must be in the chain: finds a log that was made anew from some entry on")
	return cmd
}

// verified is what "audit verify --json" prints.
type verified struct {
	Entries int64  `json:"entries"`
	Batches int64  `json:"batches"`
	Waiting int64  `json:"waiting"` // entries that no batch is closed over yet
	Head    string `json:"head"`
}

func auditExportCommand() *cobra.Command {
	return auditPart("export", "Print the whole log as JSON Lines: the entries, each batch behind its own",
		func(cmd *cobra.Command, store *sqlstore.Store, step func(int64)) error {
			return exportAudit(cmd.Context(), store, cmd.OutOrStdout(), step)
		})
}

func exportAudit(ctx context.Context, from vault.AuditReader, stdout io.Writer, step func(int64)) error {
	w := bufio.NewWriter(stdout)
	entries := int64(0)
	err := from.AuditExport(ctx, func(r *vault.AuditRecord, b *vault.AuditBatch) error {
		line := any(b)
		if r != nil {
			line = r
			entries++
			step(entries)
		}
		if err := session.MarshalWrite(w, line); err != nil {
			return err
		}
		return w.WriteByte('\n')
	})
	return errors.Join(err, w.Flush())
}

// auditPart is a command that reads the log of the database that its flags name.
func auditPart(use, short string, run func(*cobra.Command, *sqlstore.Store, func(entries int64)) error) *cobra.Command {
	o := newOptions(ofLog...)
	return o.command(&cobra.Command{Use: use, Short: short}, func(cmd *cobra.Command) (err error) {
		store, err := openToRead(cmd.Context(), o)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, store.Close()) }()
		return run(cmd, store, progress(cmd.ErrOrStderr(), "entries read"))
	})
}

// progressEvery is how long a person waits for a sign of life.
const progressEvery = 2 * time.Second

// progress says now and then how far long work has come.
func progress(w io.Writer, what string) func(n int64) {
	next := time.Now().Add(progressEvery)
	return func(n int64) {
		if time.Now().After(next) {
			next = time.Now().Add(progressEvery)
			fmt.Fprintf(w, "%d %s\n", n, what)
		}
	}
}
