package storetest

import (
	"crypto/sha256"
	"testing"
	"time"

	"sessionferry/session"
	"sessionferry/vault"
)

// do makes a call of the store.
func (r *round) do(t *testing.T, c call) (a answer, err error) {
	ctx, p, account := t.Context(), r.who[principal(c.client)], r.accounts[c.account].ID
	seen := session.Generation{Share: c.seen}
	var st session.Status
	var l vault.Lease
	switch c.op {
	case opPut:
		var result vault.PutResult
		result, err = r.Store.Put(ctx, p, r.sealed(c))
		a.applied, st = result.Applied, result.Status
	case opDelete:
		st, err = r.Store.Delete(ctx, p, account)
	case opStatus:
		st, err = r.Store.Status(ctx, p, account)
	case opLease:
		l, err = r.Store.Lease(ctx, p, account, seen)
		st = l.Account.Status
	case opWaiting:
		l, err = r.Store.LeaseWaiting(ctx, p, r.key(c.account))
		st = l.Account.Status
	case opRead:
		var sealed vault.Sealed
		sealed, err = r.Store.LeasedEnvelope(ctx, p, c.lease)
		a.text = string(sealed.Stanzas) + ", " + string(sealed.Rest)
	case opRenew:
		l, err = r.Store.Renew(ctx, p, c.lease)
		st = l.Account.Status
	case opRefresh:
		var result vault.PutResult
		result, err = r.Store.Refresh(ctx, p, c.lease, r.sealed(c))
		a.applied, st = result.Applied, result.Status
	case opReport:
		st, err = r.Store.Report(ctx, p, c.lease, c.report)
	case opEnd:
		err = r.Store.EndLease(ctx, p, c.lease)
	case opExpire:
		_, err = r.Store.Expire(ctx, 1+c.client) // in batches of all sizes
	case opErase:
		_, err = r.Store.Erase(ctx)
	}
	a.code = session.CodeOf(err)
	if a.code != "" && a.code != session.CodeGenerationConflict {
		return answer{code: a.code}, err // nothing is promised of the rest
	}
	if st.State != "" {
		a.status = statusOf(st)
	}
	if !l.ID.IsZero() {
		a.lease, a.until, a.share = l.ID, millis(l.Until), l.Share
	}
	return a, err
}

// sealed is the put or the refresh of a call. A share and its refreshes have one
// session id.
func (r *round) sealed(c call) vault.Put {
	put := r.share(r.accounts[c.account], c.share, c.key)
	put.Generation.Refresh = c.refresh
	of := sha256.Sum256([]byte(c.key))
	if c.op == opRefresh {
		of = sha256.Sum256([]byte(c.of))
	}
	put.Session = session.ID(of[:16])
	put.Confirm, put.Seen.Share, put.Cap = c.confirm, c.seen, time.UnixMilli(c.cap)
	put.KeyIDs = append(put.KeyIDs, r.key(c.account))
	put.NotAfter = time.Time{}
	if c.end != 0 {
		put.NotAfter = time.UnixMilli(c.end)
	}
	return put
}
