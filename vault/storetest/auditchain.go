package storetest

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"sessionferry/vault"
)

func (w *world) chain(t *testing.T, wants int) {
	t.Helper()
	n, err := w.Store.ChainAudit(t.Context())
	require.NoError(t, err)
	require.Equal(t, wants, n)
}

func (w *world) verify(t *testing.T, known *vault.AuditHash) (vault.AuditSummary, error) {
	return vault.VerifyAudit(t.Context(), w.Store, known, func(int64) {})
}

// filled is a log of four closed batches and one entry that waits.
func (w *world) filled(t *testing.T) vault.AuditSummary {
	for n := range 4 {
		w.put(t, w.add(t, fmt.Sprint("user", n)), 1, "one")
		w.Clock.Advance(vault.AuditBatchTime)
		w.chain(t, 1)
	}
	w.add(t, "the last")
	sum, err := w.verify(t, nil)
	require.NoError(t, err)
	return sum
}

// testAuditBatches: batches close by time or by number, each names the one before,
// and the export has every entry once with its batch.
func testAuditBatches(t *testing.T, w *world) {
	w.Clock.Advance(vault.AuditBatchTime - 1)
	w.chain(t, 0)
	sum := w.filled(t)
	require.EqualValues(t, 4, sum.Batches)
	require.EqualValues(t, 1, sum.Waiting)
	require.EqualValues(t, 2+4*2+1, sum.Entries, "two enrolments, four cards with a share, a card")

	var entries []vault.AuditRecord
	var batches []vault.AuditBatch
	require.NoError(t, w.Store.AuditExport(t.Context(), func(r *vault.AuditRecord, b *vault.AuditBatch) error {
		if b != nil {
			require.Equal(t, entries[len(entries)-1].Seq, b.Last, "a batch comes behind its entries")
			batches = append(batches, *b)
			return nil
		}
		entries = append(entries, *r)
		return nil
	}))
	for n, b := range batches {
		require.EqualValues(t, n+1, b.Number)
		if n > 0 {
			require.Equal(t, batches[n-1].Hash, b.Previous)
		}
	}
	require.Equal(t, sum.Head, batches[3].Hash)
	require.EqualValues(t, 1, entries[0].Batch)
	require.Equal(t, w.device.Person, entries[0].Owner)
	require.Zero(t, entries[len(entries)-1].Batch)

	for n := range vault.AuditBatchRows {
		_, err := w.Store.AddAccount(t.Context(), w.device, vault.Card{App: "mediawiki", Site: "https://wiki.example", Username: fmt.Sprint("many", n)})
		require.NoError(t, err)
	}
	w.chain(t, 1)
	later, err := w.verify(t, &sum.Head)
	require.NoError(t, err, "the head that was known is still in the chain")
	require.EqualValues(t, 5, later.Batches)
	require.EqualValues(t, 1, later.Waiting)
}

// testAuditChanged: whatever is changed behind the store's back is found.
func testAuditChanged(t *testing.T, w *world) {
	sum := w.filled(t)
	for _, c := range []struct {
		name  string
		batch int64
		do    []string
		undo  []string
	}{
		{"edited", 2, []string{`UPDATE audit SET share = 2 WHERE seq = 6`}, []string{`UPDATE audit SET share = 1 WHERE seq = 6`}},
		{"its consent edited", 2, []string{`UPDATE audit SET consent_at = consent_at + 1 WHERE seq = 6`}, []string{`UPDATE audit SET consent_at = consent_at - 1 WHERE seq = 6`}},
		{"given to another", 2, []string{`UPDATE audit SET owner = account WHERE seq = 6`}, []string{`UPDATE audit SET owner = person WHERE seq = 6`}},
		{"removed in the middle", 1, []string{`UPDATE audit SET seq = 1099511627776 WHERE seq = 2`}, []string{`UPDATE audit SET seq = 2 WHERE seq = 1099511627776`}},
		{"removed at a batch's end", 4, []string{`UPDATE audit SET seq = 1099511627776 WHERE seq = 10`}, []string{`UPDATE audit SET seq = 10 WHERE seq = 1099511627776`}},
		{"reordered", 3, []string{`UPDATE audit SET seq = 0 WHERE seq = 7`, `UPDATE audit SET seq = 7 WHERE seq = 8`, `UPDATE audit SET seq = 8 WHERE seq = 0`},
			[]string{`UPDATE audit SET seq = 0 WHERE seq = 7`, `UPDATE audit SET seq = 7 WHERE seq = 8`, `UPDATE audit SET seq = 8 WHERE seq = 0`}},
		{"put in", 1, []string{`INSERT INTO audit (seq, at, owner, action) SELECT -5, at, owner, action FROM audit WHERE seq = 1`}, []string{`DELETE FROM audit WHERE seq = -5`}},
		{"a batch removed", 2, []string{`UPDATE audit_batches SET number = number + 100 WHERE number = 2`}, []string{`UPDATE audit_batches SET number = number - 100 WHERE number = 102`}},
		{"the last batch removed", 4, []string{`UPDATE audit_batches SET number = -4 WHERE number = 4`}, []string{`UPDATE audit_batches SET number = 4 WHERE number = -4`}},
		{"a batch's time edited", 2, []string{`UPDATE audit_batches SET closed = closed + 1 WHERE number = 2`}, []string{`UPDATE audit_batches SET closed = closed - 1 WHERE number = 2`}},
		{"a batch made wider", 1, []string{`UPDATE audit_batches SET last = last + 1 WHERE number = 1`}, []string{`UPDATE audit_batches SET last = last - 1 WHERE number = 1`}},
	} {
		for _, query := range c.do {
			w.Exec(t, query)
		}
		_, err := w.verify(t, nil)
		var fault *vault.AuditFault
		require.ErrorAs(t, err, &fault, c.name)
		require.Equal(t, c.batch, fault.Batch, "%s: %v", c.name, err)
		for _, query := range c.undo {
			w.Exec(t, query)
		}
		again, err := w.verify(t, nil)
		require.NoError(t, err, c.name)
		require.Equal(t, sum, again)
	}

	// Everything from some entry on is made anew, and the chain with it.
	w.Exec(t, `DELETE FROM audit_batches`)
	w.Exec(t, `UPDATE counters SET value = 0 WHERE name = 'audit_batches'`)
	w.Exec(t, `UPDATE audit SET share = 2 WHERE seq = 6`)
	w.Clock.Advance(vault.AuditBatchTime)
	w.chain(t, 1)
	_, err := w.verify(t, nil)
	require.NoError(t, err)
	_, err = w.verify(t, &sum.Head)
	require.ErrorContains(t, err, "no batch has the hash that was known")
}
