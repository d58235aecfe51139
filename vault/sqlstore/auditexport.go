package sqlstore

import (
	"context"
	"errors"
	"math"

	"sessionferry/vault"
)

// maxSeq is above every sequence number.
const maxSeq = math.MaxInt64

// exportPage is how many batches are read at once. Entries come by AuditBatchRows.
// Each page is a transaction of its own, so that a slow reader holds up nothing.
const exportPage = 100

// AuditExport implements vault.Store.
func (s *Store) AuditExport(ctx context.Context, yield func(*vault.AuditRecord, *vault.AuditBatch) error) error {
	last := vault.AuditBatch{Last: math.MinInt64} // an entry that was put in may have any number
	for {
		batches, err := s.batchesAfter(ctx, last.Number)
		if err != nil {
			return err
		}
		for _, b := range batches {
			b.Previous = last.Hash
			if err := s.exportEntries(ctx, last.Last, b.Last, b, yield); err != nil {
				return err
			}
			if err := yield(nil, &b); err != nil {
				return err
			}
			last = b
		}
		if len(batches) < exportPage {
			return s.exportEntries(ctx, last.Last, maxSeq, vault.AuditBatch{First: maxSeq}, yield)
		}
	}
}

// exportEntries yields the entries above after and up to last, of which those
// from the batch's first on are in it.
func (s *Store) exportEntries(ctx context.Context, after, last int64, b vault.AuditBatch, yield func(*vault.AuditRecord, *vault.AuditBatch) error) error {
	for {
		var page []vault.AuditRecord
		err := s.readOne(ctx, func(t *tx) error {
			return t.auditRecords(after, last, func(r vault.AuditRecord) { page = append(page, r) })
		})
		if err != nil {
			return err
		}
		for _, r := range page {
			if r.Seq >= b.First {
				r.Batch = b.Number
			}
			if err := yield(&r, nil); err != nil {
				return err
			}
			after = r.Seq
		}
		if len(page) < vault.AuditBatchRows {
			return nil
		}
	}
}

func (s *Store) batchesAfter(ctx context.Context, number int64) (list []vault.AuditBatch, err error) {
	err = s.readOne(ctx, func(t *tx) error {
		var b vault.AuditBatch
		var closed int64
		return t.each(`SELECT number, first, last, closed, hash FROM audit_batches WHERE number > ? ORDER BY number LIMIT ?`, []any{number, exportPage}, func() error {
			b.Closed = fromMillis(closed)
			list = append(list, b)
			return nil
		}, &b.Number, &b.First, &b.Last, &closed, hashColumn{&b.Hash})
	})
	return list, err
}

// AuditBatches implements vault.Store.
func (s *Store) AuditBatches(ctx context.Context) (n int64, err error) {
	err = s.readOne(ctx, func(t *tx) error {
		_, err := t.row(`SELECT value FROM counters WHERE name = 'audit_batches'`, nil, &n)
		return err
	})
	return n, err
}

// hashColumn scans a hash of the audit log.
type hashColumn struct{ hash *vault.AuditHash }

// Scan implements sql.Scanner.
func (c hashColumn) Scan(v any) error {
	b, ok := v.([]byte)
	if !ok || len(b) != len(c.hash) {
		return errors.New("a column does not hold a hash")
	}
	copy(c.hash[:], b)
	return nil
}
