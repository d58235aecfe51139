package vault

import (
	"context"
	"fmt"
)

// AuditFault is the first place at which the audit log is not what was written.
type AuditFault struct {
	Batch int64  // the batch that should be there or does not fit; 0 behind the last
	What  string // a sentence without its end
}

// Error implements error.
func (f *AuditFault) Error() string {
	if f.Batch == 0 {
		return "the audit log was changed: " + f.What
	}
	return fmt.Sprintf("the audit log was changed at batch %d: %s", f.Batch, f.What)
}

// AuditSummary is what an audit log that is whole holds.
type AuditSummary struct {
	Entries int64
	Batches int64
	Waiting int64     // entries that no batch is closed over yet
	Head    AuditHash // of the last batch
}

// AuditReader is the part of a store that reads the whole log.
type AuditReader interface {
	// AuditExport yields every entry in order and each batch behind its entries; one
	// of the two is nil.
	AuditExport(ctx context.Context, yield func(*AuditRecord, *AuditBatch) error) error
	// AuditBatches is how many batches were ever closed.
	AuditBatches(ctx context.Context) (int64, error)
}

// VerifyAudit reads the whole log and returns an *AuditFault if an entry was
// edited, removed, moved or put in, or a batch removed. Who can write to the
// database can also make a chain anew: that is found only by known, the head of an
// earlier summary, which must be in it; nil for none. step is called after each
// entry.
func VerifyAudit(ctx context.Context, from AuditReader, known *AuditHash, step func(entries int64)) (AuditSummary, error) {
	closed, err := from.AuditBatches(ctx) // before the others, since more may be closed meanwhile
	if err != nil {
		return AuditSummary{}, err
	}
	v := &auditVerifier{found: known == nil || *known == AuditHash{}, hasher: NewAuditHasher(AuditHash{})}
	err = from.AuditExport(ctx, func(r *AuditRecord, b *AuditBatch) error {
		if b != nil {
			return v.batch(b, known)
		}
		step(v.sum.Entries)
		return v.entry(r)
	})
	switch {
	case err != nil:
	case v.sum.Batches < closed:
		err = &AuditFault{v.sum.Batches + 1, "it is missing"}
	case !v.found:
		err = &AuditFault{0, "no batch has the hash that was known"}
	}
	return v.sum, err
}

// auditVerifier follows the chain.
type auditVerifier struct {
	sum    AuditSummary
	seq    int64 // of the last entry
	last   int64 // of the last batch
	found  bool  // the hash that was known
	hasher *AuditHasher
}

func (v *auditVerifier) entry(r *AuditRecord) error {
	v.sum.Entries++
	if r.Batch == 0 {
		v.sum.Waiting++
		return nil // the order of these is not settled yet
	}
	if next := v.sum.Batches + 1; r.Batch != next {
		return &AuditFault{next, "it is missing"}
	}
	if r.Seq != v.seq+1 {
		return &AuditFault{r.Batch, fmt.Sprintf("entry %d stands behind entry %d", r.Seq, v.seq)}
	}
	v.seq = r.Seq
	v.hasher.Add(*r)
	return nil
}

func (v *auditVerifier) batch(b *AuditBatch, known *AuditHash) error {
	next := v.sum.Batches + 1
	switch {
	case b.Number != next:
		return &AuditFault{next, "it is missing"}
	case v.sum.Waiting > 0:
		return &AuditFault{next, "an entry before it is in no batch"}
	case b.First != v.last+1 || b.Last != v.seq:
		return &AuditFault{next, fmt.Sprintf("it has not the entries %d to %d", v.last+1, v.seq)}
	case v.hasher.Close(*b) != b.Hash:
		return &AuditFault{next, "its entries have not its hash"}
	}
	v.sum.Batches, v.sum.Head, v.last = next, b.Hash, b.Last
	v.found = v.found || *known == b.Hash
	v.hasher = NewAuditHasher(b.Hash)
	return nil
}
