package storetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault"
)

// pages reads all pages of a list and returns how many there were.
func pages[E any](t *testing.T, page func(cursor string) ([]E, string, error)) (list []E, n int) {
	t.Helper()
	for cursor := ""; ; {
		some, next, err := page(cursor)
		require.NoError(t, err)
		list, n = append(list, some...), n+1
		if cursor = next; cursor == "" {
			return list, n
		}
	}
}

// finds are the user names of the accounts that a filter lets through.
func (w *world) finds(t *testing.T, p vault.Principal, f vault.AccountFilter, size int) (names []string, n int) {
	t.Helper()
	list, n := pages(t, func(cursor string) ([]session.Account, string, error) {
		return w.Store.FindAccounts(t.Context(), p, f, cursor, size)
	})
	for _, a := range list {
		require.Equal(t, w.statusOf(t, p, a), a.Status)
		names = append(names, a.Username)
	}
	return names, n
}

func (w *world) statusOf(t *testing.T, p vault.Principal, a session.Account) session.Status {
	st, err := w.Store.Status(t.Context(), p, a.ID)
	require.NoError(t, err)
	return st
}

// testFindAccounts: a person finds accounts by a text in whatever case and by the
// state that their card shows, also one that only the clock has changed.
func testFindAccounts(t *testing.T, w *world) {
	var of = map[string]session.Account{}
	for _, name := range []string{"Ålice", "Bob", "ÅLICIA", "Carol"} {
		of[name] = w.add(t, name)
	}
	gitea, err := w.Store.AddAccount(t.Context(), w.device, vault.Card{App: "gitea", Site: "https://git.example", Username: "bobby"})
	require.NoError(t, err)
	find := func(f vault.AccountFilter) []string {
		names, _ := w.finds(t, w.device, f, 2)
		return names
	}
	require.Equal(t, []string{"Ålice", "Bob", "ÅLICIA", "Carol", "bobby"}, find(vault.AccountFilter{}))
	require.Equal(t, []string{"Ålice", "ÅLICIA"}, find(vault.AccountFilter{Text: "åliC"}))
	require.Equal(t, []string{"Bob", "bobby"}, find(vault.AccountFilter{Text: "BOB"}))
	require.Equal(t, []string{"bobby"}, find(vault.AccountFilter{Text: "Git.example"}))
	require.Equal(t, []string{"bobby"}, find(vault.AccountFilter{Text: "gitea"}))
	require.Empty(t, find(vault.AccountFilter{Text: "%"}), "no letter stands for others")

	w.put(t, of["Bob"], 1, "one")
	w.puts(t, of["Carol"], 1, "waits")
	w.put(t, of["Ålice"], 1, "invalid")
	w.invalidate(t, of["Ålice"], session.CauseSignedOut)
	short := w.share(gitea, 1, "short")
	short.NotAfter = w.Clock.Now().Add(time.Minute)
	_, err = w.Store.Put(t.Context(), w.device, short)
	require.NoError(t, err)
	w.Clock.Advance(time.Minute) // nothing is swept
	for state, names := range map[session.State][]string{
		session.StateNone: {"ÅLICIA"}, session.StateTransferred: {"Bob"}, session.StateConfirming: {"Carol"}, session.StateInvalid: {"Ålice"}, session.StateExpired: {"bobby"},
	} {
		require.Equal(t, names, find(vault.AccountFilter{State: state}), state)
	}
	require.Equal(t, []string{"bobby"}, find(vault.AccountFilter{Text: "bob", State: session.StateExpired}))
	require.Empty(t, find(vault.AccountFilter{Text: "carol", State: session.StateExpired}))

	// A collaborator finds what they may see, with nothing but the word.
	require.NoError(t, w.Store.AddMember(t.Context(), w.device, of["Bob"].ID, w.stranger.Person))
	names, _ := w.finds(t, w.stranger, vault.AccountFilter{State: session.StateTransferred}, 10)
	require.Equal(t, []string{"Bob"}, names)
	names, _ = w.finds(t, w.stranger, vault.AccountFilter{Text: "carol"}, 10)
	require.Empty(t, names)
	_, _, err = w.Store.FindAccounts(t.Context(), w.device, vault.AccountFilter{Text: "x"}, "x", 2)
	wantCode(t, session.CodeRequestInvalid, err)
}

// testFindAmongMany: a search of very many accounts takes several calls, and none
// is left out.
func testFindAmongMany(t *testing.T, w *world) {
	const many = 6000
	id := func(n int) []byte { return []byte(fmt.Sprintf("account %08d", n)) }
	for n := range many / 500 {
		query, args := `INSERT INTO accounts (workspace, owner, id, app, site, username, created, since) VALUES `, []any{w.device.Workspace[:], w.device.Person[:]}
		members := `INSERT INTO memberships (person, account, role) VALUES `
		memberArgs := []any{w.device.Person[:]}
		for i := range 500 {
			comma := map[bool]string{true: ", "}[i > 0]
			query += fmt.Sprintf(`%s($1, $2, $%d, 'mediawiki', 'https://wiki.example', 'user %d', 0, 0)`, comma, len(args)+1, n*500+i)
			members += fmt.Sprintf(`%s($1, $%d, 'owner')`, comma, len(memberArgs)+1)
			args, memberArgs = append(args, id(n*500+i)), append(memberArgs, id(n*500+i))
		}
		w.Exec(t, query, args...)
		w.Exec(t, members, memberArgs...)
	}
	names, n := w.finds(t, w.device, vault.AccountFilter{Text: "user 5999"}, 100)
	require.Equal(t, []string{"user 5999"}, names)
	require.Greater(t, n, 1, "a call is bounded")
	names, n = w.finds(t, w.device, vault.AccountFilter{Text: "user 1"}, 100)
	require.Len(t, names, 1111)
	require.Less(t, n, 20)
}

// testWorkspaceLists: an admin sees whose all accounts and programs are, and one
// word of each account.
func testWorkspaceLists(t *testing.T, w *world) {
	ctx := t.Context()
	olga := w.setUp(t)
	mia := w.join(t, olga, "mia", vault.PersonMember)
	laptop := w.allow(t, mia, vault.RoleDevice, "mia's laptop")
	bob := w.add(t, "Bob")
	w.put(t, bob, 1, "one")
	hers, err := w.Store.AddAccount(ctx, mia, vault.Card{App: "mediawiki", Site: "https://wiki.example", Username: "Carol"})
	require.NoError(t, err)
	require.NoError(t, w.Store.AddMember(ctx, mia, hers.ID, olga.Person))

	find := func(f vault.AccountFilter) []vault.WorkspaceAccount {
		list, _ := pages(t, func(cursor string) ([]vault.WorkspaceAccount, string, error) {
			return w.Store.WorkspaceAccounts(ctx, olga, f, cursor, 1)
		})
		return list
	}
	all := []vault.WorkspaceAccount{
		{ID: bob.ID, App: "mediawiki", Site: bob.Site, Username: "Bob", Owner: olga.Person, OwnerName: "Olga", State: session.StateTransferred},
		{ID: hers.ID, App: "mediawiki", Site: hers.Site, Username: "Carol", Owner: mia.Person, OwnerName: "mia", State: session.StateNone},
	}
	require.Equal(t, all, find(vault.AccountFilter{}))
	require.Equal(t, all[1:], find(vault.AccountFilter{Text: "MIA"}))
	require.Equal(t, all[:1], find(vault.AccountFilter{State: session.StateTransferred}))

	list, n := pages(t, func(cursor string) ([]vault.WorkspaceProgram, string, error) {
		return w.Store.WorkspacePrograms(ctx, olga, cursor, 2)
	})
	require.Equal(t, 2, n)
	owners := map[string]string{}
	for _, p := range list {
		owners[p.Name] = p.PersonName
		require.NotEmpty(t, p.Keys)
		require.NotZero(t, p.Created)
		require.False(t, p.Current)
	}
	require.Equal(t, map[string]string{"laptop": "Olga", "runner": "Olga", "mia's laptop": "mia", "of another person": ""}, owners)
	require.NoError(t, w.Store.Leave(ctx, laptop))
	_, n = pages(t, func(cursor string) ([]vault.WorkspaceProgram, string, error) {
		return w.Store.WorkspacePrograms(ctx, olga, cursor, 3)
	})
	require.Equal(t, 1, n)

	h, err := w.Store.WorkspaceHealth(ctx, olga)
	require.NoError(t, err)
	require.Positive(t, h.Bytes)
	require.Equal(t, vault.WorkspaceHealth{Health: w.health(t), People: 3, Accounts: 2, Sessions: 1, Programs: 3, Bytes: h.Bytes}, h)
}

// testAdminsOnly: what is for admins is refused to all others, also to who was one.
func testAdminsOnly(t *testing.T, w *world) {
	ctx := t.Context()
	olga := w.setUp(t)
	mia := w.join(t, olga, "mia", vault.PersonAdmin)
	require.NoError(t, w.Store.SetRole(ctx, olga, mia.Person, vault.PersonMember))
	for name, call := range map[string]func(p vault.Principal) error{
		"WorkspaceAccounts": func(p vault.Principal) error {
			_, _, err := w.Store.WorkspaceAccounts(ctx, p, vault.AccountFilter{}, "", 9)
			return err
		},
		"WorkspacePrograms": func(p vault.Principal) error { _, _, err := w.Store.WorkspacePrograms(ctx, p, "", 9); return err },
		"WorkspaceHealth":   func(p vault.Principal) error { _, err := w.Store.WorkspaceHealth(ctx, p); return err },
		"FindAudit": func(p vault.Principal) error {
			_, _, err := w.Store.FindAudit(ctx, p, vault.AuditFilter{}, "", 9)
			return err
		},
		"SetRetention":     func(p vault.Principal) error { return w.Store.SetRetention(ctx, p, "", 9) },
		"PreviewRetention": func(p vault.Principal) error { _, err := w.Store.PreviewRetention(ctx, p, "", 9); return err },
	} {
		require.Equal(t, session.CodeNotAdmin, session.CodeOf(call(mia)), name)
		require.NoError(t, call(olga), name)
	}
}
