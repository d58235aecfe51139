package storetest

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault"
)

// testSeenAhead: a claim to have seen a number far above the vault's own changes
// nothing. The vault's own is always accepted back, however high it was driven.
func testSeenAhead(t *testing.T, w *world) {
	a := w.add(t, "Bob")
	w.put(t, a, 1, "one")
	claim := func(share uint64) (lease, put error) {
		_, lease = w.Store.Lease(t.Context(), w.runner, a.ID, session.Generation{Share: share})
		p := w.share(a, share+1, fmt.Sprint("seen-", share))
		p.Seen.Share = share
		_, put = w.Store.Put(t.Context(), w.device, p)
		return lease, put
	}
	for _, far := range []uint64{vault.MaxSeenAhead + 2, 1 << 48, math.MaxInt64 + 1, math.MaxUint64} {
		lease, put := claim(far)
		wantCode(t, session.CodeGenerationAhead, lease)
		wantCode(t, session.CodeGenerationAhead, put)
		require.Equal(t, uint64(2), w.status(t, a).NextShare)
	}
	lease, put := claim(vault.MaxSeenAhead + 1)
	wantCode(t, session.CodeSessionNone, lease)
	require.NoError(t, put, "a vault restored from a backup catches up")

	const spoiled = 1<<48 + 1
	w.Exec(t, `UPDATE accounts SET floor = $1 WHERE id = $2`, int64(spoiled), a.ID[:])
	require.Equal(t, uint64(spoiled+1), w.status(t, a).NextShare)
	lease, put = claim(spoiled)
	wantCode(t, session.CodeSessionNone, lease)
	require.NoError(t, put)
	w.put(t, a, spoiled+2, "and on")
	_, err := w.Store.Lease(t.Context(), w.runner, a.ID, w.status(t, a).Generation)
	require.NoError(t, err)
}
