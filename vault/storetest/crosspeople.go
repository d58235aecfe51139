package storetest

import (
	"fmt"
	"slices"
	"strings"

	"sessionferry/session"
	"sessionferry/vault"
)

// crossPeopleOps are the calls of people in browsers.
var crossPeopleOps = []func(*cross){
	(*cross).invite, (*cross).invite, (*cross).join, (*cross).join, (*cross).join, (*cross).signIn, (*cross).signIn, (*cross).signIn,
	(*cross).people, (*cross).setRole, (*cross).removePerson, (*cross).revoke, (*cross).addMember, (*cross).addMember, (*cross).transfer,
	(*cross).personAdds, (*cross).personAdds, (*cross).change, (*cross).change, (*cross).setRetention, (*cross).setRetention, (*cross).setRetention,
	(*cross).find, (*cross).find, (*cross).history, (*cross).history, (*cross).findAudit,
}

// invites is how many different addresses are invited.
const invites = 6

// person is one of those who have joined; the first is the owner of what enrols.
func (c *cross) person() int { return c.below(len(c.sides[0].people)) }

// by makes a call of a person.
func (c *cross) by(what string, call func(s *side, p vault.Principal) string) {
	n := c.person()
	c.both(fmt.Sprintf("person %d: %s", n, what), func(s *side) string { return call(s, s.people[n]) })
}

// byOn makes a call of a person about an account.
func (c *cross) byOn(what string, call func(s *side, p vault.Principal, account session.Account) string) {
	if n, ok := c.card(); ok {
		c.by(fmt.Sprintf("account %d: %s", n, what), func(s *side, p vault.Principal) string { return call(s, p, s.cards[n]) })
	}
}

// byOf makes a call of a person about a person.
func (c *cross) byOf(what string, call func(s *side, p vault.Principal, of session.ID) string) {
	n := c.person()
	c.by(fmt.Sprintf("%s, person %d", what, n), func(s *side, p vault.Principal) string { return call(s, p, s.people[n].Person) })
}

func (c *cross) invite() {
	n, id, role := c.below(invites), session.NewID(), oneOf(c.choices, []vault.PersonRole{vault.PersonAdmin, vault.PersonMember})
	c.invited = n
	c.by(fmt.Sprintf("invites guest %d as %s", n, role), func(s *side, p vault.Principal) string {
		i := vault.Invitation{ID: id, Email: guest(n) + "@company.example", Role: role}
		return s.text(s.Store.Invite(c.t.Context(), p, i, [32]byte(hash("code of "+guest(n)))))
	})
}

func guest(n int) string { return fmt.Sprint("guest ", n) }

// join takes an invitation, mostly the newest. There may be none.
func (c *cross) join() {
	n, web := c.invited, browser(session.NewID().String())
	if c.rarely(3) {
		n = c.below(invites)
	}
	c.both(fmt.Sprint(guest(n), " joins"), func(s *side) string {
		err := s.Store.Join(c.t.Context(), [32]byte(hash("code of "+guest(n))), vault.Profile{Name: guest(n), Password: guest(n) + "'s password"}, web)
		return s.enter(c, err, web)
	})
}

// signIn signs a person in whose last web session may have ended.
func (c *cross) signIn() {
	n, web := c.person(), browser(session.NewID().String())
	c.both(fmt.Sprintf("person %d signs in", n), func(s *side) string {
		l, err := s.Store.OwnLogin(c.t.Context(), s.people[n])
		if err == nil {
			err = s.Store.SignIn(c.t.Context(), l, web)
		}
		return s.enter(c, err, web)
	})
}

// enter keeps the principal of a web session that has begun.
func (s *side) enter(c *cross, err error, web vault.WebSession) string {
	if err != nil {
		return s.text(err)
	}
	p, err := s.Store.ByWebSession(c.t.Context(), web.Token)
	n := slices.IndexFunc(s.people, func(o vault.Principal) bool { return o.Person == p.Person })
	if n < 0 {
		n, s.people = len(s.people), append(s.people, p)
		s.name(p.Person, fmt.Sprint("the person ", n))
	}
	s.people[n] = p
	return s.text(err, p)
}

// people compares who is there, in any order: several may have come at one time.
func (c *cross) people() {
	c.by("people, programs, health", func(s *side, p vault.Principal) string {
		people, err1 := s.Store.People(c.t.Context(), p)
		programs, _, err2 := s.Store.WorkspacePrograms(c.t.Context(), p, "", 1000)
		h, err3 := s.Store.WorkspaceHealth(c.t.Context(), p)
		h.Bytes = 0
		return s.sorted(err1, people) + s.sorted(err2, programs) + s.text(err3, h)
	})
}

// sorted is text of a list whose order does not matter.
func (s *side) sorted(err error, list any) string {
	lines := strings.SplitAfter(s.text(nil, list), "},")
	for n, line := range lines {
		lines[n] = strings.Trim(line, "[],")
	}
	slices.Sort(lines)
	return s.text(err) + strings.Join(lines, "\n")
}

func (c *cross) setRole() {
	role := oneOf(c.choices, []vault.PersonRole{vault.PersonAdmin, vault.PersonMember})
	c.byOf(fmt.Sprint("makes ", role), func(s *side, p vault.Principal, of session.ID) string {
		return s.text(s.Store.SetRole(c.t.Context(), p, of, role))
	})
}

// removePerson spares the first person: whatever enrols is theirs.
func (c *cross) removePerson() {
	of, to := c.person(), c.person()
	if of == 0 || !c.rarely(3) {
		return
	}
	alone := c.rarely(2)
	c.by(fmt.Sprintf("removes person %d, their accounts go to person %d: %t", of, to, !alone), func(s *side, p vault.Principal) string {
		successor := s.people[to].Person
		if alone {
			successor = session.ID{}
		}
		return s.text(s.Store.RemovePerson(c.t.Context(), p, s.people[of].Person, successor))
	})
}

// revoke ends a program that enrol has added.
func (c *cross) revoke() {
	if n := 3 + c.below(3); n < len(c.sides[0].principals) {
		c.by(fmt.Sprint("revokes program ", n), func(s *side, p vault.Principal) string {
			return s.text(s.Store.Revoke(c.t.Context(), p, s.principals[n].ID))
		})
	}
}

func (c *cross) addMember() {
	n := c.person()
	c.byOn(fmt.Sprintf("add or remove person %d", n), func(s *side, p vault.Principal, a session.Account) string {
		err := s.Store.AddMember(c.t.Context(), p, a.ID, s.people[n].Person)
		list, fault := s.Store.Members(c.t.Context(), p, a.ID)
		return s.sorted(err, list) + s.text(fault)
	})
}

func (c *cross) transfer() {
	n := c.person()
	c.byOn(fmt.Sprintf("give to person %d", n), func(s *side, p vault.Principal, a session.Account) string {
		return s.text(s.Store.Transfer(c.t.Context(), p, a.ID, s.people[n].Person))
	})
}

func (c *cross) personAdds() {
	name := fmt.Sprint("user ", c.below(40))
	app := oneOf(c.choices, []string{"mediawiki", "gitea"})
	c.by("adds "+name+" of "+app, func(s *side, p vault.Principal) string { return s.add(c, p, app, name) })
}

func (c *cross) change() {
	name, site := fmt.Sprint("user ", c.below(40)), oneOf(c.choices, []string{"https://wiki.example", "https://other.example"})
	c.byOn(fmt.Sprint("is ", name, " at ", site), func(s *side, p vault.Principal, a session.Account) string {
		a, err := s.Store.ChangeAccount(c.t.Context(), p, a.ID, vault.Card{Site: site, Username: name})
		return s.text(err, a)
	})
}

func (c *cross) setRetention() {
	app, days := oneOf(c.choices, []string{"", "mediawiki", "gitea"}), oneOf(c.choices, []int{0, 1, 7, 30, 60, 90, 91})
	c.by(fmt.Sprintf("retention of %q: %d days", app, days), func(s *side, p vault.Principal) string {
		effects, err1 := s.Store.PreviewRetention(c.t.Context(), p, app, days)
		err2 := s.Store.SetRetention(c.t.Context(), p, app, days)
		is, err3 := s.Store.Retention(c.t.Context(), p)
		return s.text(err1, effects) + s.text(err2) + s.text(err3, is.Days, is.Apps)
	})
}

// find compares what is found, page by page.
func (c *cross) find() {
	f := vault.AccountFilter{
		Text:  oneOf(c.choices, []string{"", "USER 1", "gitea", "other", "guest"}),
		State: oneOf(c.choices, []session.State{"", session.StateTransferred, session.StateConfirming, session.StateExpired, session.StateNone}),
	}
	size := 1 + c.below(9)
	c.by(fmt.Sprintf("finds %+v, %d a page", f, size), func(s *side, p vault.Principal) string {
		return s.all(func(cursor string) (any, string, error) {
			return s.Store.FindAccounts(c.t.Context(), p, f, cursor, size)
		}) +
			s.all(func(cursor string) (any, string, error) {
				return s.Store.WorkspaceAccounts(c.t.Context(), p, f, cursor, size)
			})
	})
}

// all is the text of all pages. Not each store has the same cursors.
func (s *side) all(page func(cursor string) (any, string, error)) (text string) {
	for cursor := ""; ; {
		list, next, err := page(cursor)
		text += s.text(err, list) + "\n"
		if cursor = next; cursor == "" {
			return text
		}
	}
}

func (c *cross) history() {
	days := 1 + c.below(vault.MaxOutcomeDays)
	c.byOn(fmt.Sprintf("history, outcomes of %d days", days), func(s *side, p vault.Principal, a session.Account) string {
		outcomes, err := s.Store.Outcomes(c.t.Context(), p, a.ID, days)
		return s.text(err, outcomes) + s.all(func(cursor string) (any, string, error) {
			list, next, err := s.Store.History(c.t.Context(), p, a.ID, cursor, 7)
			for n := range list {
				list[n].Seq = 0
			}
			return list, next, err
		})
	})
}

// findAudit compares what is found, in any order as audit does.
func (c *cross) findAudit() {
	n, to := c.person(), c.below(2)
	action := oneOf(c.choices, []vault.Action{"", vault.ActionRetentionChanged, vault.ActionShared, vault.ActionExpired})
	c.by(fmt.Sprintf("finds %q of person %d: %t", action, n, to == 1), func(s *side, p vault.Principal) string {
		f := vault.AuditFilter{Action: action, From: s.Clock.Now().Add(-Window)}
		if to == 1 {
			f.Person = s.people[n].Person
		}
		var lines []string
		for cursor := ""; ; {
			list, next, err := s.Store.FindAudit(c.t.Context(), p, f, cursor, 50)
			for _, e := range list {
				e.Seq = 0
				lines = append(lines, s.text(nil, e))
			}
			if cursor = next; cursor == "" {
				slices.Sort(lines)
				return s.text(err) + strings.Join(lines, "\n")
			}
		}
	})
}
