package storetest

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault"
)

func testPrincipals(t *testing.T, w *world) {
	ws, err := w.Store.Workspace(t.Context())
	require.NoError(t, err)
	require.Equal(t, ws, vault.Workspace{ID: w.device.Workspace, Person: w.device.Person})

	w.token(t, "laptop", "one")
	p, err := w.Store.Authenticate(t.Context(), [32]byte(hash("one")))
	require.NoError(t, err)
	require.Equal(t, w.device, p)
	_, err = w.Store.Authenticate(t.Context(), [32]byte(hash("nothing")))
	wantCode(t, session.CodeUnauthorized, err)
	_, err = w.Store.Grant(t.Context(), hash("nobody"), [32]byte(hash("two")), [32]byte{})
	wantCode(t, session.CodeUnauthorized, err)

	a := w.add(t, "Bob")
	w.put(t, a, 1, "one")
	l := w.lease(t, a)
	w.token(t, "runner", "three")
	require.NoError(t, w.Store.Leave(t.Context(), w.runner))
	_, err = w.Store.Authenticate(t.Context(), [32]byte(hash("three")))
	wantCode(t, session.CodeUnauthorized, err)
	_, err = w.Store.Grant(t.Context(), hash("runner"), [32]byte(hash("four")), [32]byte{})
	wantCode(t, session.CodeUnauthorized, err)
	require.Empty(t, w.reads(t, l), "who left holds no lease")
	wantCode(t, session.CodeUnauthorized, w.Store.Leave(t.Context(), w.runner))
}

// testTokens: a token ends by itself, a program that is never seen needs a new
// enrolment, and one that enrols anew is one program.
func testTokens(t *testing.T, w *world) {
	w.token(t, "laptop", "one")
	w.Clock.Advance(vault.TokenTime)
	_, err := w.Store.Authenticate(t.Context(), [32]byte(hash("one")))
	wantCode(t, session.CodeUnauthorized, err)
	w.token(t, "laptop", "two")
	require.NoError(t, w.Store.Forget(t.Context()))
	_, err = w.Store.Authenticate(t.Context(), [32]byte(hash("two")))
	require.NoError(t, err)

	again := w.enrol(t, vault.RoleDevice, "laptop")
	_, err = w.Store.Authenticate(t.Context(), [32]byte(hash("two")))
	wantCode(t, session.CodeUnauthorized, err)
	w.token(t, "laptop", "three")
	p, err := w.Store.Authenticate(t.Context(), [32]byte(hash("three")))
	require.NoError(t, err)
	require.Equal(t, again, p)

	w.Clock.Advance(vault.ProgramIdle)
	_, err = w.Store.Grant(t.Context(), hash("laptop"), [32]byte(hash("four")), [32]byte{})
	wantCode(t, session.CodeUnauthorized, err)
}

// testProofs: a request that is sent twice changes something once.
func testProofs(t *testing.T, w *world) {
	p := w.device
	p.Once = [32]byte(hash("proof"))
	card := vault.Card{App: "mediawiki", Site: "https://wiki.example", Username: "Bob"}
	a, err := w.Store.AddAccount(t.Context(), p, card)
	require.NoError(t, err)
	require.NoError(t, w.Store.Forget(t.Context()))
	wantCode(t, session.CodeProofReplayed, w.Store.RemoveAccount(t.Context(), p, a.ID))
	_, err = w.Store.Account(t.Context(), w.device, a.ID)
	require.NoError(t, err)

	// What changed nothing may be tried again.
	p.Once = [32]byte(hash("another"))
	_, err = w.Store.AddAccount(t.Context(), p, card)
	wantCode(t, session.CodeAccountExists, err)
	require.NoError(t, w.Store.RemoveAccount(t.Context(), p, a.ID))

	w.Clock.Advance(vault.ProofTime)
	require.NoError(t, w.Store.Forget(t.Context()))
	_, err = w.Store.AddAccount(t.Context(), p, card)
	require.NoError(t, err, "it is not kept for ever: its nonce has ended long before")
}

// testSecrets: every process has the same one.
func testSecrets(t *testing.T, w *world) {
	one, err := w.Store.Secret(t.Context(), "nonce")
	require.NoError(t, err)
	require.Len(t, one, 32)
	again, err := w.Store.Secret(t.Context(), "nonce")
	require.NoError(t, err)
	require.Equal(t, one, again)
	other, err := w.Store.Secret(t.Context(), "other")
	require.NoError(t, err)
	require.NotEqual(t, one, other)
}

func testAccounts(t *testing.T, w *world) {
	a := w.add(t, "Bob")
	require.Equal(t, session.RoleOwner, a.Role)
	require.Equal(t, session.Status{
		State: session.StateNone, Cause: session.CauseNever, CauseText: session.CauseNever.Text(), NextShare: 1,
	}, a.Status)

	_, err := w.Store.AddAccount(t.Context(), w.device, vault.Card{App: a.App, Site: a.Site, Username: a.Username})
	wantCode(t, session.CodeAccountExists, err)
	_, err = w.Store.AddAccount(t.Context(), w.stranger, vault.Card{App: a.App, Site: a.Site, Username: a.Username})
	require.NoError(t, err, "another person's card says nothing about this one")

	for i := range 4 {
		w.add(t, fmt.Sprint("user", i))
	}
	var names []string
	cursor, pages := "", 0
	for {
		list, next, err := w.Store.Accounts(t.Context(), w.device, cursor, 2)
		require.NoError(t, err)
		for _, a := range list {
			names = append(names, a.Username)
		}
		pages++
		if cursor = next; cursor == "" {
			break
		}
	}
	require.Equal(t, []string{"Bob", "user0", "user1", "user2", "user3"}, names)
	require.Equal(t, 3, pages)
	_, _, err = w.Store.Accounts(t.Context(), w.device, "-1", 2)
	wantCode(t, session.CodeRequestInvalid, err)

	w.put(t, a, 1, "one")
	l := w.lease(t, a)
	require.NoError(t, w.Store.RemoveAccount(t.Context(), w.device, a.ID))
	require.Empty(t, w.reads(t, l))
	_, err = w.Store.Account(t.Context(), w.device, a.ID)
	wantCode(t, session.CodeNotFound, err)
	h, err := w.Store.Health(t.Context())
	require.NoError(t, err)
	require.Equal(t, 1, h.Pending, "the session of a removed account is erased like any other")
}

// testOwnerOnly: a stranger cannot tell an account that exists from one that does
// not, a collaborator learns one word.
func testOwnerOnly(t *testing.T, w *world) {
	a := w.add(t, "Bob")
	before := w.put(t, a, 1, "one")
	collaborator := w.AddPerson(t, vault.RoleRunner)
	w.AddMember(t, a.ID, collaborator.Person, session.RoleCollaborator)

	for name, call := range w.calls(t, a) {
		none := a
		none.ID = session.NewID()
		wantCode(t, session.CodeNotFound, call(w.stranger, a))
		require.Equal(t, call(w.device, none), call(w.stranger, a), "%s: the stranger's answer is that to nothing", name)
	}
	for name, call := range w.calls(t, a) {
		if name == "Account" || name == "Status" {
			continue
		}
		wantCode(t, session.CodeNotOwner, call(collaborator, a))
	}

	word := session.Status{State: session.StateTransferred}
	seen, err := w.Store.Account(t.Context(), collaborator, a.ID)
	require.NoError(t, err)
	require.Equal(t, word, seen.Status)
	require.Equal(t, session.RoleCollaborator, seen.Role)
	st, err := w.Store.Status(t.Context(), collaborator, a.ID)
	require.NoError(t, err)
	require.Equal(t, word, st)

	require.Equal(t, before, w.status(t, a), "nobody has changed anything")

	l := w.lease(t, a)
	other := w.enrol(t, vault.RoleRunner, "another runner")
	_, err = w.Store.LeasedEnvelope(t.Context(), other, l.ID)
	wantCode(t, session.CodeLeaseEnded, err)
	_, err = w.Store.Report(t.Context(), other, l.ID, vault.Report{Invalid: true, Cause: session.CauseSignedOut})
	wantCode(t, session.CodeLeaseEnded, err)
	require.NoError(t, w.Store.EndLease(t.Context(), other, l.ID))
	require.NotEmpty(t, w.reads(t, l), "a lease ends by its holder only")
}

// calls are all methods that name an account.
func (w *world) calls(t *testing.T, a session.Account) map[string]func(vault.Principal, session.Account) error {
	ctx := t.Context()
	return map[string]func(vault.Principal, session.Account) error{
		"Account": func(p vault.Principal, a session.Account) error { _, err := w.Store.Account(ctx, p, a.ID); return err },
		"Status": func(p vault.Principal, a session.Account) error {
			_, err := w.Store.Status(ctx, p, a.ID)
			return err
		},
		"Put": func(p vault.Principal, a session.Account) error {
			put := w.share(a, 2, "two")
			put.Seen.Share = 9
			_, err := w.Store.Put(ctx, p, put)
			return err
		},
		"Delete": func(p vault.Principal, a session.Account) error { _, err := w.Store.Delete(ctx, p, a.ID); return err },
		"ChangeAccount": func(p vault.Principal, a session.Account) error {
			_, err := w.Store.ChangeAccount(ctx, p, a.ID, vault.Card{Site: a.Site, Username: "another"})
			return err
		},
		"History": func(p vault.Principal, a session.Account) error {
			_, _, err := w.Store.History(ctx, p, a.ID, "", 9)
			return err
		},
		"Outcomes": func(p vault.Principal, a session.Account) error {
			_, err := w.Store.Outcomes(ctx, p, a.ID, 9)
			return err
		},
		"RemoveAccount": func(p vault.Principal, a session.Account) error { return w.Store.RemoveAccount(ctx, p, a.ID) },
		"Lease": func(p vault.Principal, a session.Account) error {
			_, err := w.Store.Lease(ctx, p, a.ID, session.Generation{Share: 9})
			return err
		},
	}
}
