package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"sessionferry/session"
	"sessionferry/vault/backup"
)

// restoreBatch is how many rows one transaction brings back.
const restoreBatch = 500

// unfinished is the counter that is there as long as a restore is not done.
const unfinished = "restoring"

// Restore brings a backup back into an empty vault. Every session that there was
// then shows none, share again, and the shares go on from the highest number known.
// It is done in pieces: a vault that was broken off in it does not serve, and may
// be restored again. told is called now and then with the rows so far.
func (s *Store) Restore(ctx context.Context, from io.ReadSeeker, told func(rows int64)) (rows int, err error) {
	if err := s.write(ctx, (*tx).refuseFilled); err != nil {
		return 0, err
	}
	r := &restoring{s: s, ctx: ctx, told: told}
	if _, err := backup.Read(from, r.begin, r.add); err != nil {
		return r.rows, err
	}
	if err := r.flush(); err != nil {
		return r.rows, err
	}
	if err := s.db.GoOn(ctx); err != nil {
		return r.rows, err
	}
	return r.rows, s.write(ctx, func(t *tx) error {
		_, err := t.exec(`DELETE FROM counters WHERE name = ?`, unfinished)
		return err
	})
}

// refuseFilled refuses a vault in which anything has happened.
func (t *tx) refuseFilled() error {
	if half, err := t.halfRestored(); err != nil || half {
		return err
	}
	var n int
	_, err := t.row(`SELECT (SELECT count(*) FROM principals) + (SELECT count(*) FROM accounts) + (SELECT count(*) FROM audit)`, nil, &n)
	if err == nil && n > 0 {
		err = session.Errorf(session.CodeVaultNotEmpty, "")
	}
	return err
}

func (t *tx) halfRestored() (half bool, err error) {
	var one int
	return t.row(`SELECT 1 FROM counters WHERE name = ?`, []any{unfinished}, &one)
}

func (s *Store) refuseHalfRestored(ctx context.Context) error {
	return s.read(ctx, func(t *tx) error {
		half, err := t.halfRestored()
		if half {
			err = errors.New("a restore of this vault was broken off: run \"sessionferry-vault restore\" again")
		}
		return err
	})
}

// restoring is a restore at work.
type restoring struct {
	s    *Store
	ctx  context.Context
	told func(rows int64)

	table *backedUp // that the rows are of
	into  []column
	batch []backup.Row
	rows  int
	clear bool // the vault was emptied
}

// begin goes on with another table. The file names its columns, so that a backup
// of an older vault can be brought back: what it lacks has the schema's default.
func (r *restoring) begin(t backup.Table) error {
	if err := r.flush(); err != nil {
		return err
	}
	if !r.clear {
		r.clear = true
		if err := r.s.write(r.ctx, (*tx).empty); err != nil {
			return err
		}
	}
	i := slices.IndexFunc(backupTables, func(b backedUp) bool { return b.name == t.Name })
	if i < 0 {
		return session.Errorf(session.CodeBackupInvalid, "it has %.40q, which this version does not know: use the version that made it, or a later one", t.Name)
	}
	r.table, r.into = &backupTables[i], nil
	for _, name := range t.Columns {
		i := slices.IndexFunc(r.table.columns, func(c column) bool { return c.name == name })
		if i < 0 {
			return session.Errorf(session.CodeBackupInvalid, "its %s have %.40q, which this version does not know: use the version that made it, or a later one", t.Name, name)
		}
		r.into = append(r.into, r.table.columns[i])
	}
	return nil
}

// empty removes what a new vault has, or what a restore has left that was broken off.
func (t *tx) empty() error {
	for _, b := range slices.Backward(backupTables) {
		if _, err := t.exec(`DELETE FROM ` + b.name); err != nil {
			return err
		}
	}
	_, err := t.exec(`INSERT INTO counters (name, value) VALUES (?, 1)`, unfinished)
	return err
}

func (r *restoring) add(row backup.Row) error {
	if r.batch = append(r.batch, row); len(r.batch) < restoreBatch {
		return nil
	}
	return r.flush()
}

// flush writes the rows that have come.
func (r *restoring) flush() error {
	if len(r.batch) == 0 {
		return nil
	}
	var names []string
	for _, c := range r.into {
		names = append(names, c.name)
	}
	query := `INSERT INTO ` + r.table.name + ` (` + strings.Join(names, ", ") + `) VALUES (?` + strings.Repeat(", ?", len(names)-1) + `)`
	err := r.s.write(r.ctx, func(t *tx) error {
		for _, row := range r.batch {
			args := make([]any, len(row))
			for i, text := range row {
				var err error
				if args[i], err = value(r.into[i].kind, text); err != nil {
					return fmt.Errorf("%s of %s is not what it should be: %w", r.into[i].name, r.table.name, err)
				}
			}
			if _, err := t.exec(query, args...); err != nil {
				return fmt.Errorf("bring back %s: %w", r.table.name, err)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	r.rows += len(r.batch)
	r.batch = r.batch[:0]
	if r.rows%progressRows < restoreBatch {
		r.told(int64(r.rows))
	}
	return nil
}
