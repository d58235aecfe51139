package sqlstore

import (
	"context"
	"errors"

	"sessionferry/session"
	"sessionferry/vault"
)

// ChainAudit implements vault.Store. One process does it at a time; two that meet
// close one batch.
//
// A batch must hold every entry that will ever have a number in its range, and on
// PostgreSQL numbers are given out before they are committed: a later one may be
// seen while an earlier one still comes. So no number is left out. One that is not
// there is given an entry of its own, ActionSkipped, for which the unique index
// settles the matter: the insert waits for a transaction that holds the number;
// if that commits, its entry stands, and if it does not, or had not written its
// entry yet, ours does and the late comer is run again with another number.
func (s *Store) ChainAudit(ctx context.Context) (batches int, err error) {
	skipped, due, err := s.auditDue(ctx)
	if err != nil || !due {
		return 0, err
	}
	mine, err := s.takeDuty(ctx, "audit")
	if err != nil || !mine {
		return 0, err
	}
	defer func() { err = errors.Join(err, s.leaveDuty(ctx, "audit")) }()
	for due {
		for _, seq := range skipped {
			if err := s.skip(ctx, seq); err != nil {
				return batches, err
			}
		}
		closed, err := s.closeBatch(ctx)
		if err != nil || !closed {
			return batches, err
		}
		batches++
		if skipped, due, err = s.auditDue(ctx); err != nil {
			return batches, err
		}
	}
	return batches, nil
}

// auditDue reports whether a batch is to be closed now, and the numbers that
// would be missing in it.
func (s *Store) auditDue(ctx context.Context) (skipped []int64, due bool, err error) {
	err = s.read(ctx, func(t *tx) error {
		last, err := t.lastBatch()
		if err != nil {
			return err
		}
		var seq, at int64
		oldest, rows, expected := t.now, 0, last.Last+1
		err = t.each(`SELECT seq, at FROM audit WHERE seq > ? ORDER BY seq LIMIT ?`, []any{last.Last, vault.AuditBatchRows}, func() error {
			for ; expected < seq; expected++ {
				skipped = append(skipped, expected)
			}
			rows, expected, oldest = rows+1, seq+1, min(oldest, at)
			return nil
		}, &seq, &at)
		due = rows == vault.AuditBatchRows || oldest <= t.now-vault.AuditBatchTime.Milliseconds()
		return err
	})
	return skipped, due, err
}

// skip gives a number an entry if it never had one. It is alone in its
// transaction, so that nobody waits for it who holds what it waits for.
func (s *Store) skip(ctx context.Context, seq int64) error {
	return s.write(ctx, func(t *tx) error {
		_, err := t.exec(`INSERT INTO audit (seq, at, owner, action) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`,
			seq, t.now, make([]byte, len(session.ID{})), string(vault.ActionSkipped))
		return err
	})
}

// closeBatch closes the next batch over the entries that follow the last one
// without a gap.
func (s *Store) closeBatch(ctx context.Context) (closed bool, err error) {
	err = s.write(ctx, func(t *tx) error {
		closed = false
		last, err := t.lastBatch()
		if err != nil {
			return err
		}
		b := vault.AuditBatch{Number: last.Number + 1, First: last.Last + 1, Last: last.Last, Closed: fromMillis(t.now), Previous: last.Hash}
		hasher := vault.NewAuditHasher(b.Previous)
		if err := t.auditRecords(last.Last, maxSeq, func(r vault.AuditRecord) {
			if r.Seq == b.Last+1 {
				hasher.Add(r)
				b.Last = r.Seq
			}
		}); err != nil || b.Last < b.First {
			return err
		}
		b.Hash = hasher.Close(b)
		n, err := t.exec(`INSERT INTO audit_batches (number, first, last, closed, hash) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
			b.Number, b.First, b.Last, t.now, b.Hash[:])
		if err != nil || n == 0 { // another process was faster
			return err
		}
		closed = true
		_, err = t.exec(`UPDATE counters SET value = value + 1 WHERE name = 'audit_batches'`)
		return err
	})
	return closed, err
}

// lastBatch returns the newest batch, zero if there is none.
func (t *tx) lastBatch() (b vault.AuditBatch, err error) {
	_, err = t.row(`SELECT number, last, hash FROM audit_batches ORDER BY number DESC LIMIT 1`, nil, &b.Number, &b.Last, hashColumn{&b.Hash})
	return b, err
}
