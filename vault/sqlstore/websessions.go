package sqlstore

import (
	"context"

	"sessionferry/session"
	"sessionferry/vault"
)

// seenEvery is how often it is noted that a web session is in use.
const seenEvery = 60_000 // milliseconds

// startWeb starts a web session of a person, whose network is known from then on.
func (t *tx) startWeb(person session.ID, w vault.WebSession, action vault.Action) error {
	return t.startWebProved(person, w, action, t.now)
}

// startWebProved is startWeb for a person who showed at a time before now who it is.
func (t *tx) startWebProved(person session.ID, w vault.WebSession, action vault.Action, proved int64) error {
	return t.run(
		stmt(`INSERT INTO websessions (id, token, person, browser, created, seen, proved, until) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
			w.ID[:], w.Token[:], person[:], w.Browser, t.now, t.now, proved, t.now+vault.WebTime.Milliseconds()),
		stmt(`INSERT INTO networks (person, network, until) VALUES (?, ?, ?) ON CONFLICT (person, network) DO UPDATE SET until = excluded.until`,
			person[:], w.Network[:], t.now+vault.NetworkTime.Milliseconds()),
		t.auditing(entry{action: action, owner: person, by: vault.Principal{ID: w.ID, Person: person}}),
	)
}

// SignIn implements vault.People.
func (s *Store) SignIn(ctx context.Context, l vault.Login, w vault.WebSession) error {
	return s.write(ctx, func(t *tx) error {
		here, err := t.stillHere(l.Person)
		if err != nil {
			return err
		}
		if !here {
			return session.Errorf(session.CodeSignInFailed, "")
		}
		if err := t.takeLogin(l); err != nil {
			return err
		}
		return t.startWeb(l.Person, w, vault.ActionSignedIn)
	})
}

// stillHere locks a person and reports whether it has not been removed since it was
// found.
func (t *tx) stillHere(person session.ID) (bool, error) {
	if err := t.lock(`SELECT id FROM persons WHERE id = ? FOR UPDATE`, person[:]); err != nil {
		return false, err
	}
	var one int
	return t.row(`SELECT 1 FROM persons WHERE id = ? AND removed IS NULL`, []any{person[:]}, &one)
}

// takeLogin refuses what was checked by a password that has been changed since, and
// takes the time step of a one-time code, once.
func (t *tx) takeLogin(l vault.Login) error {
	n, err := t.exec(`UPDATE persons SET totp_step = CASE WHEN ? > totp_step THEN ? ELSE totp_step END
		WHERE id = ? AND password = ? AND (? = 0 OR totp_step < ?)`, l.Step, l.Step, l.Person[:], l.Password, l.Step, l.Step)
	if err == nil && n == 0 {
		err = session.Errorf(session.CodeSignInFailed, "the password has been changed, or the code was used before")
	}
	return err
}

// ByWebSession implements vault.People.
func (s *Store) ByWebSession(ctx context.Context, token [32]byte) (p vault.Principal, err error) {
	var seen, now int64
	err = s.readOne(ctx, func(t *tx) error {
		var proved int64
		now = t.now
		found, err := t.row(`SELECT w.id, pe.workspace, pe.id, pe.name, CASE WHEN pe.role = 'admin' THEN 1 ELSE 0 END, w.proved, w.seen
			FROM websessions w JOIN persons pe ON pe.id = w.person WHERE w.token = ? AND w.until > ? AND w.seen > ? AND pe.removed IS NULL`,
			[]any{token[:], t.now, t.now - vault.WebIdle.Milliseconds()},
			toID(&p.ID), toID(&p.Workspace), toID(&p.Person), &p.Name, toBool(&p.Admin), &proved, &seen)
		if err == nil && !found {
			return session.Errorf(session.CodeSignedOut, "")
		}
		p.Role, p.Proved = vault.RoleWeb, fromMillis(proved)
		return err
	})
	if err != nil || now-seen < seenEvery {
		return p, err
	}
	return p, s.write(ctx, func(t *tx) error {
		_, err := t.exec(`UPDATE websessions SET seen = ? WHERE id = ?`, t.now, p.ID[:])
		return err
	})
}

// Prove implements vault.People.
func (s *Store) Prove(ctx context.Context, p vault.Principal, l vault.Login) error {
	return s.act(ctx, p, func(t *tx) error {
		if err := t.takeLogin(l); err != nil {
			return err
		}
		_, err := t.exec(`UPDATE websessions SET proved = ? WHERE id = ?`, t.now, p.ID[:])
		return err
	})
}

// WebSessions implements vault.People.
func (s *Store) WebSessions(ctx context.Context, p vault.Principal) (list []vault.WebSession, err error) {
	err = s.read(ctx, func(t *tx) error {
		var w vault.WebSession
		var created, seen int64
		return t.each(`SELECT id, browser, created, seen FROM websessions WHERE person = ? AND until > ? AND seen > ? ORDER BY seen DESC, id`,
			[]any{p.Person[:], t.now, t.now - vault.WebIdle.Milliseconds()},
			func() error {
				w.Created, w.Seen, w.Current = fromMillis(created), fromMillis(seen), w.ID == p.ID
				list = append(list, w)
				return nil
			}, toID(&w.ID), &w.Browser, &created, &seen)
	})
	return list, err
}

// EndWebSession implements vault.People.
func (s *Store) EndWebSession(ctx context.Context, p vault.Principal, id session.ID) error {
	return s.act(ctx, p, func(t *tx) error {
		n, err := t.exec(`DELETE FROM websessions WHERE id = ? AND person = ?`, id[:], p.Person[:])
		if err != nil || n == 0 {
			return err
		}
		return t.audit(entry{action: vault.ActionSignedOut, owner: p.Person, by: p, of: id})
	})
}
