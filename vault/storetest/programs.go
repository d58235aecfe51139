package storetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/envelope"
	"sessionferry/session"
	"sessionferry/vault"
)

// begin lets a program ask under its name and returns the key of its proofs. Its
// person types "code of" and the name.
func (w *world) begin(t *testing.T, role vault.Role, name string) []byte {
	kind, err := envelope.ParseRole(string(role))
	require.NoError(t, err)
	keys, err := envelope.NewSeeds().Keys(kind)
	require.NoError(t, err)
	e := vault.Enrolment{Role: role, Name: name, Keys: keys.Public().Marshal()}
	require.NoError(t, w.Store.Begin(t.Context(), e, [32]byte(hash(name)), [32]byte(hash("code of "+name))))
	return keys.Public().DPoP
}

func (w *world) answer(t *testing.T, p vault.Principal, name string, yes bool) error {
	return w.Store.Answer(t.Context(), p, [32]byte(hash("code of "+name)), yes)
}

// allow enrols a program of the person's.
func (w *world) allow(t *testing.T, p vault.Principal, role vault.Role, name string) vault.Principal {
	key := w.begin(t, role, name)
	require.NoError(t, w.answer(t, p, name, true))
	made, err := w.Store.Outcome(t.Context(), [32]byte(hash(name)), key)
	require.NoError(t, err)
	require.Equal(t, p.Person, made.Person)
	return made
}

// testEnrolments: a program is the person's who says so first, in time. It hears so
// by its own key alone.
func testEnrolments(t *testing.T, w *world) {
	ctx := t.Context()
	olga := w.setUp(t)
	mia := w.join(t, olga, "mia", vault.PersonMember)
	key := w.begin(t, vault.RoleDevice, "tablet")
	outcome := func(name string, key []byte) (vault.Principal, error) {
		return w.Store.Outcome(ctx, [32]byte(hash(name)), key)
	}
	waits, err := outcome("tablet", key)
	require.NoError(t, err)
	require.Zero(t, waits)
	found, err := w.Store.Find(ctx, mia, [32]byte(hash("code of tablet")))
	require.NoError(t, err)
	require.Equal(t, "tablet", found.Name)
	require.Equal(t, vault.RoleDevice, found.Role)
	require.Equal(t, w.Clock.Now(), found.Created)
	_, err = w.Store.Find(ctx, mia, [32]byte(hash("a guess")))
	wantCode(t, session.CodeCodeWrong, err)

	both := [2]vault.Principal{olga, mia}
	one := wantOne(t, session.CodeCodeWrong, atOnce(2, func(n int) error { return w.answer(t, both[n], "tablet", true) }))
	made, err := outcome("tablet", key)
	require.NoError(t, err)
	require.Equal(t, both[one].Person, made.Person)
	require.Equal(t, found.Keys, made.Keys)
	require.Equal(t, key, made.Key)
	_, err = outcome("tablet", hash("another key"))
	wantCode(t, session.CodeEnrolmentEnded, err)
	_, err = outcome("a guess", key)
	wantCode(t, session.CodeEnrolmentEnded, err)
	_, err = w.Store.Find(ctx, mia, [32]byte(hash("code of tablet")))
	wantCode(t, session.CodeCodeWrong, err)
	require.Equal(t, []vault.Action{vault.ActionEnrolled}, w.actions(t, both[one], 1))

	key = w.begin(t, vault.RoleRunner, "refused")
	require.NoError(t, w.answer(t, mia, "refused", false))
	wantCode(t, session.CodeCodeWrong, w.answer(t, mia, "refused", true))
	_, err = outcome("refused", key)
	wantCode(t, session.CodeEnrolmentDenied, err)
	require.Equal(t, []vault.Action{vault.ActionProgramDenied}, w.actions(t, mia, 1))

	key = w.begin(t, vault.RoleRunner, "late")
	w.Clock.Advance(vault.EnrolTime - time.Millisecond)
	_, err = outcome("late", key)
	require.NoError(t, err)
	w.Clock.Advance(time.Millisecond)
	_, err = outcome("late", key)
	wantCode(t, session.CodeEnrolmentEnded, err)
	wantCode(t, session.CodeCodeWrong, w.answer(t, mia, "late", true))
	w.Clock.Advance(vault.EnrolTime)
	require.NoError(t, w.Store.Forget(ctx))
	w.begin(t, vault.RoleRunner, "late") // the names are free again
}

// testSameProgram: a program that asks two people at once is one person's.
func testSameProgram(t *testing.T, w *world) {
	ctx := t.Context()
	olga := w.setUp(t)
	mia := w.join(t, olga, "mia", vault.PersonMember)
	w.begin(t, vault.RoleDevice, "first")
	found, err := w.Store.Find(ctx, olga, [32]byte(hash("code of first")))
	require.NoError(t, err)
	require.NoError(t, w.Store.Begin(ctx, found.Enrolment, [32]byte(hash("second")), [32]byte(hash("code of second"))))
	both := [2]vault.Principal{olga, mia}
	for _, err := range atOnce(2, func(n int) error { return w.answer(t, both[n], []string{"first", "second"}[n], true) }) {
		require.NoError(t, err)
	}
	names := 0
	for _, p := range both {
		list, err := w.Store.Programs(ctx, p)
		require.NoError(t, err)
		for _, program := range list {
			if program.Name == "first" {
				names++
			}
		}
	}
	require.Equal(t, 1, names)
}

// testRevoke: a program that its person ends can do nothing from then on. Nobody
// else can end it.
func testRevoke(t *testing.T, w *world) {
	ctx := t.Context()
	olga := w.setUp(t)
	mia := w.join(t, olga, "mia", vault.PersonMember)
	a := w.add(t, "Bob")
	w.put(t, a, 1, "one")
	w.token(t, "runner", "token")
	l := w.lease(t, a)
	list, err := w.Store.Programs(ctx, w.device)
	require.NoError(t, err)
	require.ElementsMatch(t, []vault.Program{
		{ID: w.device.ID, Role: vault.RoleDevice, Name: "laptop", Keys: w.device.Keys, Created: w.Clock.Now(), Seen: w.Clock.Now(), Current: true},
		{ID: w.runner.ID, Role: vault.RoleRunner, Name: "runner", Keys: w.runner.Keys, Created: w.Clock.Now(), Seen: w.Clock.Now()},
	}, list)

	require.NoError(t, w.Store.Revoke(ctx, mia, w.runner.ID))
	require.NotEmpty(t, w.reads(t, l))
	require.NoError(t, w.Store.Revoke(ctx, olga, w.runner.ID))
	require.NoError(t, w.Store.Revoke(ctx, olga, w.runner.ID))
	require.Empty(t, w.reads(t, l))
	_, err = w.Store.Authenticate(ctx, [32]byte(hash("token")))
	wantCode(t, session.CodeUnauthorized, err)
	_, err = w.Store.Grant(ctx, hash("runner"), [32]byte(hash("another")), [32]byte{})
	wantCode(t, session.CodeUnauthorized, err)
	_, err = w.Store.Lease(ctx, w.runner, a.ID, session.Generation{})
	wantCode(t, session.CodeUnauthorized, err)
	require.Equal(t, []vault.Action{vault.ActionProgramRevoked}, w.actions(t, olga, 1))
	list, err = w.Store.Programs(ctx, olga)
	require.NoError(t, err)
	require.Len(t, list, 1)
	require.Equal(t, session.StateTransferred, w.status(t, a).State, "the session is the account's")
}

// testRevokeRaces: a lease that is asked for while its program is revoked does not
// keep the session from others.
func testRevokeRaces(t *testing.T, w *world) {
	ctx := t.Context()
	olga := w.setUp(t)
	a := w.add(t, "Bob")
	w.put(t, a, 1, "one")
	for range 10 {
		runner := w.enrol(t, vault.RoleRunner, "second")
		errs := atOnce(2, func(n int) (err error) {
			if n == 0 {
				return w.Store.Revoke(ctx, olga, runner.ID)
			}
			_, err = w.Store.Lease(ctx, runner, a.ID, session.Generation{})
			return err
		})
		require.NoError(t, errs[0])
		if errs[1] != nil {
			wantCode(t, session.CodeUnauthorized, errs[1])
		}
		require.NoError(t, w.Store.EndLease(ctx, w.runner, w.lease(t, a).ID))
	}
}
