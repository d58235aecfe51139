package sqlstore

import (
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"sessionferry/internal/version"
	"sessionferry/vault/backup"
)

// LongTime bounds what may take long: a backup.
const LongTime = 12 * time.Hour

// progressRows is after how many rows progress is told.
const progressRows = 10_000

// Backup writes what a restore can bring back, as of one moment: people, programs,
// accounts, rosters and the audit log, no session and no secret. The vault may be
// serving meanwhile. told is called now and then with the rows so far.
func (s *Store) Backup(ctx context.Context, to io.Writer, told func(rows int64)) (rows int, err error) {
	err = s.db.Snapshot(ctx, func(db Tx) error {
		return s.in(ctx, db, false, func(t *tx) error {
			w, err := backup.NewWriter(to, version.Version, fromMillis(t.now))
			if err != nil {
				return err
			}
			for _, table := range backupTables {
				if err := t.backUp(w, table, told); err != nil {
					return fmt.Errorf("back up %s: %w", table.name, err)
				}
			}
			rows = w.Rows()
			return w.Close()
		})
	})
	return rows, err
}

func (t *tx) backUp(w *backup.Writer, table backedUp, told func(rows int64)) error {
	if err := w.Table(table.header()); err != nil {
		return err
	}
	row := make(backup.Row, len(table.columns))
	var exprs []string
	var dest []any
	for i, c := range table.columns {
		exprs = append(exprs, cmp.Or(c.from, c.name))
		dest = append(dest, &cell{c.kind, &row[i]})
	}
	query := `SELECT ` + strings.Join(exprs, ", ") + ` FROM ` + cmp.Or(table.from, table.name) + ` ORDER BY ` + table.order
	return t.each(query, nil, func() error {
		if n := w.Rows() + 1; n%progressRows == 0 {
			told(int64(n))
		}
		return w.Row(row)
	}, dest...)
}

// cell scans a value into its text.
type cell struct {
	kind kind
	to   **string
}

// Scan implements sql.Scanner.
func (c *cell) Scan(v any) error {
	*c.to = nil
	var text string
	switch v := v.(type) {
	case nil:
		return nil
	case int64:
		text = strconv.FormatInt(v, 10)
	case string:
		text = v
	case []byte:
		text = string(v)
		if c.kind == binary {
			text = base64.StdEncoding.EncodeToString(v)
		}
	default:
		return errors.New("a column holds what no backup can")
	}
	*c.to = &text
	return nil
}

// value is a cell's text as an argument.
func value(k kind, text *string) (any, error) {
	switch {
	case text == nil:
		return nil, nil
	case k == number:
		return strconv.ParseInt(*text, 10, 64)
	case k == binary:
		return base64.StdEncoding.DecodeString(*text)
	}
	return *text, nil
}
