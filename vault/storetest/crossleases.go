package storetest

import (
	"errors"
	"fmt"
	"slices"

	"sessionferry/session"
	"sessionferry/vault"
)

// granted names a new lease of p and tells of it.
func (s *side) granted(p vault.Principal, l vault.Lease, err error) string {
	if err == nil {
		s.name(l.ID, fmt.Sprint("lease ", len(s.leases)))
		s.leases, s.holders = append(s.leases, l), append(s.holders, p.ID)
	}
	return s.text(err, l)
}

func (c *cross) lease() {
	seen := c.seen()
	c.on(fmt.Sprint("lease, seen ", seen), func(s *side, p vault.Principal, a session.ID) string {
		l, err := s.Store.Lease(c.t.Context(), p, a, seen)
		return s.granted(p, l, err)
	})
}

func (c *cross) leaseWaiting() {
	p := c.who()
	c.both(fmt.Sprintf("program %d: lease what waits", p), func(s *side) string {
		l, err := s.Store.LeaseWaiting(c.t.Context(), s.principals[p], runnerKey)
		return s.granted(s.principals[p], l, err)
	})
}

// with makes a call with one of the newest leases, mostly by its holder.
func (c *cross) with(what string, call func(s *side, p vault.Principal, l vault.Lease) string) {
	all := len(c.sides[0].leases)
	if all == 0 {
		return
	}
	n := all - 1 - min(c.below(all), c.below(4))*c.below(2)
	p := slices.IndexFunc(c.sides[0].principals, func(p vault.Principal) bool { return p.ID == c.sides[0].holders[n] })
	if p < 0 || c.rarely(6) {
		p = c.who()
	}
	c.both(fmt.Sprintf("program %d, lease %d: %s", p, n, what), func(s *side) string { return call(s, s.principals[p], s.leases[n]) })
}

// leased reads, renews, asks about or ends a lease.
func (c *cross) leased() {
	ctx := c.t.Context()
	switch c.below(5) {
	case 0:
		c.with("leased", func(s *side, p vault.Principal, l vault.Lease) string {
			got, err := s.Store.Leased(ctx, p, l.ID)
			return s.text(err, got)
		})
	case 1:
		c.with("renew", func(s *side, p vault.Principal, l vault.Lease) string {
			got, err := s.Store.Renew(ctx, p, l.ID)
			return s.text(err, got)
		})
	case 2:
		c.with("end", func(s *side, p vault.Principal, l vault.Lease) string { return s.text(s.Store.EndLease(ctx, p, l.ID)) })
	default:
		c.with("read", func(s *side, p vault.Principal, l vault.Lease) string {
			sealed, err := s.Store.LeasedEnvelope(ctx, p, l.ID)
			return s.text(err, string(sealed.Stanzas), string(sealed.Rest))
		})
	}
}

// refresh hands a session back, mostly as the vault wants it.
func (c *cross) refresh() {
	key, lasts, off := session.NewID().String(), c.lasts(), c.rarely(8)
	c.with(fmt.Sprintf("refresh %s, number off %t, lasts %v", key, off, lasts), func(s *side, p vault.Principal, l vault.Lease) string {
		var put vault.Put
		for n, a := range s.cards {
			if a.ID == l.Account.ID {
				put = s.shares[n]
			}
		}
		st, _ := s.Store.Status(c.t.Context(), s.device, put.Account)
		put = s.refreshed(put, st.Generation.Refresh+1, key)
		put.Confirm, put.Roster, put.NotAfter = false, c.versions, put.Created.Add(lasts)
		if off {
			put.Generation.Refresh++
		}
		r, err := s.Store.Refresh(c.t.Context(), p, l.ID, put)
		return s.text(err, r)
	})
}

func (c *cross) report() {
	r := oneOf(c.choices, []vault.Report{
		{}, {}, {Confirmed: true}, {Confirmed: true}, {Confirmed: true},
		{Invalid: true, Cause: session.CauseSignedOut}, {Invalid: true, Cause: session.CauseSignedOut}, {Invalid: true, Cause: session.CauseWrongAccount},
	})
	c.with(fmt.Sprintf("report %+v", r), func(s *side, p vault.Principal, l vault.Lease) string {
		st, err := s.Store.Report(c.t.Context(), p, l.ID, r)
		return s.text(err, st)
	})
}

// roster adds a version, seldom after another one than the newest, and compares the
// chain. A key that every share names is revoked seldom.
func (c *cross) roster() {
	after, version := c.versions, session.NewID()
	if c.rarely(5) {
		after++
	}
	var revoked [][]byte
	if c.rarely(3) {
		revoked = [][]byte{oneOf(c.choices, [][]byte{[]byte("device key"), []byte("runner's own key")})}
	}
	c.both(fmt.Sprintf("roster: %s after %d, revoked %q", version, after, revoked), func(s *side) string {
		err := s.Store.AppendRoster(c.t.Context(), s.device, vault.RosterAppend{After: after, Version: version[:], Revoked: revoked})
		chain, fault := s.Store.Roster(c.t.Context(), s.device.Person)
		return s.text(errors.Join(err, fault), len(chain), chain[max(0, len(chain)-2):])
	})
	if after == c.versions {
		c.versions++
	}
}

// enrol adds a program of the owner's, up to some, or enrols one anew.
func (c *cross) enrol() {
	n := min(len(c.sides[0].principals), 3+c.below(3))
	c.both(fmt.Sprint("enrol program ", n), func(s *side) string {
		name := fmt.Sprint("program ", n)
		p, err := s.Store.Enrol(c.t.Context(), vault.Enrolment{Role: vault.RoleRunner, Name: name, Keys: []byte(name), Key: hash(name)})
		s.name(p.ID, name)
		if n == len(s.principals) {
			s.principals = append(s.principals, p)
		}
		s.principals[n] = p
		return s.text(err, p)
	})
}

// leave ends a program that enrol has added, with its leases.
func (c *cross) leave() {
	n := 3 + c.below(3)
	if n < len(c.sides[0].principals) {
		c.both(fmt.Sprintf("program %d leaves", n), func(s *side) string { return s.text(s.Store.Leave(c.t.Context(), s.principals[n])) })
	}
}

// upkeep is what the vault does by itself.
func (c *cross) upkeep() {
	ctx := c.t.Context()
	c.both("upkeep", func(s *side) string {
		clock, err1 := s.Store.CheckClock(ctx)
		expired, err2 := s.Store.Expire(ctx, 100)
		erased, err3 := s.Store.Erase(ctx)
		if err3 != nil {
			err3 = errors.New("the erasure has failed")
		}
		h, err4 := s.Store.Health(ctx)
		return s.text(errors.Join(err1, err2, err3, err4, s.Store.Forget(ctx), s.Store.SettleRetention(ctx)), clock, expired, erased, h, len(s.Keys.IDs()))
	})
	if c.rarely(3) {
		c.both("confirm the clock", func(s *side) string {
			h, err := s.Store.ConfirmClock(ctx)
			return s.text(err, h)
		})
	}
}

// fail lets the destruction of keys fail, or not any more.
func (c *cross) fail() {
	var err error
	if c.rarely(3) {
		err = errors.New("the disk says no")
	}
	c.both(fmt.Sprint("keys are destroyed: ", err == nil), func(s *side) string { s.Keys.FailDestroy(err); return "" })
}
