package storetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault"
)

// history are the actions that an account's history tells, newest first.
func (w *world) history(t *testing.T, p vault.Principal, a session.Account, size int) (list []vault.HistoryEntry, actions []vault.Action) {
	t.Helper()
	list, _ = pages(t, func(cursor string) ([]vault.HistoryEntry, string, error) {
		return w.Store.History(t.Context(), p, a.ID, cursor, size)
	})
	for _, e := range list {
		require.Equal(t, a.ID, e.Account)
		actions = append(actions, e.Action)
	}
	return list, actions
}

// testHistory: an account's owner reads what has happened to it and by whom, from
// when it became theirs on.
func testHistory(t *testing.T, w *world) {
	ctx := t.Context()
	olga := w.setUp(t)
	mia := w.join(t, olga, "mia", vault.PersonMember)
	a, other := w.add(t, "Bob"), w.add(t, "Carol")
	w.put(t, a, 1, "one")
	w.put(t, other, 1, "of another account")
	l := w.lease(t, a)
	w.Clock.Advance(time.Minute)
	w.report(t, l, vault.Report{})
	w.report(t, l, vault.Report{Invalid: true, Cause: session.CauseSignedOut})
	w.Clock.Advance(time.Minute)
	w.against(t, a, session.CauseSignedOut)
	w.Clock.Advance(time.Minute)
	w.against(t, a, session.CauseSignedOut)
	list, actions := w.history(t, olga, a, 2)
	told := []vault.Action{vault.ActionInvalid, vault.ActionLeased, vault.ActionDoubted, vault.ActionLeased, vault.ActionDoubted, vault.ActionUsed, vault.ActionLeased, vault.ActionShared, vault.ActionAccountAdded}
	require.Equal(t, told, actions)
	require.Equal(t, session.CauseSignedOut, list[0].Cause)
	require.Equal(t, vault.DoneBy{PersonName: "Olga", ProgramName: "runner"}, list[0].DoneBy)
	require.Equal(t, vault.DoneBy{PersonName: "Olga", ProgramName: "laptop"}, list[7].DoneBy)

	require.NoError(t, w.Store.AddMember(ctx, olga, a.ID, mia.Person))
	for p, code := range map[*vault.Principal]session.Code{&mia: session.CodeNotOwner, &w.stranger: session.CodeNotFound} {
		_, _, err := w.Store.History(ctx, *p, a.ID, "", 9)
		wantCode(t, code, err)
		_, err = w.Store.Outcomes(ctx, *p, a.ID, 9)
		wantCode(t, code, err)
	}
	require.NoError(t, w.Store.Transfer(ctx, olga, a.ID, mia.Person))
	_, actions = w.history(t, mia, a, 2)
	require.Equal(t, []vault.Action{vault.ActionOwnerChanged}, actions)
	days, err := w.Store.Outcomes(ctx, mia, a.ID, 1)
	require.NoError(t, err)
	require.Equal(t, []vault.Outcome{{Day: "2026-11-24"}}, days)
	_, _, err = w.Store.History(ctx, olga, a.ID, "", 9)
	wantCode(t, session.CodeNotOwner, err)
	for _, cursor := range []string{"x", "1", "1.x"} {
		_, _, err = w.Store.History(ctx, mia, a.ID, cursor, 9)
		wantCode(t, session.CodeRequestInvalid, err)
	}
}

// testOutcomes: each day tells how often the session was used and refused, days
// without a task too.
func testOutcomes(t *testing.T, w *world) {
	a, other := w.add(t, "Bob"), w.add(t, "Carol")
	use := func(of session.Account, reports ...vault.Report) {
		w.put(t, of, w.status(t, of).NextShare, session.NewID().String())
		l := w.lease(t, of)
		for _, r := range reports {
			if r.Invalid {
				require.NoError(t, w.Store.EndLease(t.Context(), w.runner, l.ID))
				w.invalidate(t, of, r.Cause)
				return
			}
			w.report(t, l, r)
		}
		require.NoError(t, w.Store.EndLease(t.Context(), w.runner, l.ID))
	}
	invalid := vault.Report{Invalid: true, Cause: session.CauseSignedOut}
	use(a, vault.Report{}, invalid)
	use(a, vault.Report{}, invalid)
	w.Clock.Advance(12*time.Hour - 2*vault.DefaultRecheckAfter - time.Millisecond) // the last of the day
	use(a, vault.Report{}, vault.Report{})
	use(other, vault.Report{})
	w.Clock.Advance(time.Millisecond)
	use(a, vault.Report{})
	w.Clock.Advance(48 * time.Hour)
	want := []vault.Outcome{{Day: "2026-11-23"}, {Day: "2026-11-24", Used: 4, Invalid: 2}, {Day: "2026-11-25", Used: 1}, {Day: "2026-11-26"}, {Day: "2026-11-27"}}
	got, err := w.Store.Outcomes(t.Context(), w.device, a.ID, 5)
	require.NoError(t, err)
	require.Equal(t, want, got)
	got, err = w.Store.Outcomes(t.Context(), w.device, a.ID, 3)
	require.NoError(t, err)
	require.Equal(t, want[2:], got)
}

// testFindAudit: an admin finds entries of all persons by who did it, by account, by
// what happened and by time.
func testFindAudit(t *testing.T, w *world) {
	ctx := t.Context()
	olga := w.setUp(t)
	mia := w.join(t, olga, "mia", vault.PersonMember)
	a := w.add(t, "Bob")
	w.Clock.Advance(time.Hour)
	w.put(t, a, 1, "one")
	w.Clock.Advance(time.Hour)
	hers, err := w.Store.AddAccount(ctx, mia, vault.Card{App: "mediawiki", Site: "https://wiki.example", Username: "Carol"})
	require.NoError(t, err)
	require.NoError(t, w.Store.SetRetention(ctx, olga, "gitea", 7))
	require.NoError(t, w.Store.RemoveAccount(ctx, mia, hers.ID))
	begin := w.Clock.Now().Add(-2 * time.Hour)

	find := func(f vault.AuditFilter) (found []vault.FoundEntry, actions []vault.Action) {
		found, _ = pages(t, func(cursor string) ([]vault.FoundEntry, string, error) {
			return w.Store.FindAudit(ctx, olga, f, cursor, 2)
		})
		for _, e := range found {
			actions = append(actions, e.Action)
		}
		return found, actions
	}
	all, _ := find(vault.AuditFilter{})
	w.chain(t, 1)
	sum, err := w.verify(t, nil)
	require.NoError(t, err)
	require.EqualValues(t, sum.Entries, len(all), "an admin reads all")
	require.Equal(t, vault.ActionAccountRemoved, all[0].Action)
	for n, e := range all[1:] {
		require.Greater(t, all[n].Seq, e.Seq, "newest first")
	}

	found, actions := find(vault.AuditFilter{Account: a.ID})
	require.Equal(t, []vault.Action{vault.ActionShared, vault.ActionAccountAdded}, actions)
	require.Equal(t, vault.DoneBy{PersonName: "Olga", ProgramName: "laptop"}, found[0].DoneBy)
	require.Equal(t, []string{"Olga", "Bob"}, []string{found[0].OwnerName, found[0].Username})
	_, actions = find(vault.AuditFilter{Person: mia.Person})
	require.Equal(t, []vault.Action{vault.ActionAccountRemoved, vault.ActionAccountAdded, vault.ActionJoined}, actions)
	found, actions = find(vault.AuditFilter{Action: vault.ActionRetentionChanged})
	require.Equal(t, []vault.Action{vault.ActionRetentionChanged}, actions)
	require.Equal(t, "gitea", found[0].App)
	require.Equal(t, 7, found[0].Days)
	_, actions = find(vault.AuditFilter{From: begin.Add(time.Hour), To: begin.Add(2 * time.Hour)})
	require.Equal(t, []vault.Action{vault.ActionShared}, actions)
	_, actions = find(vault.AuditFilter{Person: mia.Person, Account: a.ID})
	require.Empty(t, actions)
	_, actions = find(vault.AuditFilter{Person: olga.Person, Account: a.ID, Action: vault.ActionShared, From: begin})
	require.Equal(t, []vault.Action{vault.ActionShared}, actions)

	require.NoError(t, w.Store.AddMember(ctx, olga, a.ID, mia.Person))
	require.NoError(t, w.Store.RemovePerson(ctx, olga, mia.Person, session.ID{}))
	found, _ = find(vault.AuditFilter{Account: a.ID, Action: vault.ActionMemberAdded})
	require.Equal(t, "mia", found[0].OfName, "to whom it was done, who is not there any more")
}
