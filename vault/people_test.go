package vault_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault"
	"sessionferry/vault/vaulttest"
)

func people(t *testing.T, w *vaulttest.Web) map[string]vault.PersonRole {
	var list struct {
		People []vault.Person `json:"people"`
	}
	w.Do(t, "GET", "/v1/people", nil).Wants(t, 200).Into(t, &list)
	out := map[string]vault.PersonRole{}
	for _, p := range list.People {
		out[p.Name] = p.Role
	}
	return out
}

// TestRoles: admins make admins, and one is always left.
func TestRoles(t *testing.T) {
	s := newScene(t, vaulttest.Options{})
	owner := s.SetUp(t)
	mia := owner.Invite(t, s.Vault, "mia", vault.PersonMember)
	require.Equal(t, map[string]vault.PersonRole{"Olga Owner": "admin", "mia": "member"}, people(t, mia))
	set := func(by, who *vaulttest.Web, role string) vaulttest.Answer {
		return by.Do(t, "PUT", "/v1/people/"+who.Person.String()+"/role", map[string]string{"role": role})
	}
	require.Equal(t, session.CodeNotAdmin, set(mia, mia, "admin").Wants(t, 403).Code())
	require.Equal(t, session.CodeLastAdmin, set(owner, owner, "member").Wants(t, 409).Code())
	require.Equal(t, session.CodeChoiceInvalid, set(owner, mia, "owner").Wants(t, 422).Code())
	set(owner, mia, "admin").Wants(t, 204)
	set(mia, owner, "member").Wants(t, 204)
	require.Equal(t, map[string]vault.PersonRole{"Olga Owner": "member", "mia": "admin"}, people(t, owner))
	require.Equal(t, session.CodeNotAdmin, set(owner, mia, "member").Wants(t, 403).Code(), "at once")
	a := mia.Do(t, "PUT", "/v1/people/"+session.NewID().String()+"/role", map[string]string{"role": "admin"}).Wants(t, 404)
	require.Equal(t, session.CodePersonUnknown, a.Code())
}

// TestInvitations: a code is good once, for a week, unless it is taken back; for
// somebody who is there it is a new password.
func TestInvitations(t *testing.T) {
	s := newScene(t, vaulttest.Options{})
	owner := s.SetUp(t)
	invite := func(email string) (id session.ID, code string) {
		var made struct {
			ID   session.ID `json:"id"`
			Code string     `json:"code"`
		}
		owner.Do(t, "POST", "/v1/invitations", map[string]string{"email": email, "role": "member"}).Wants(t, 201).Into(t, &made)
		return made.ID, made.Code
	}
	join := func(code, password string) vaulttest.Answer {
		return s.Browser(t).Do(t, "POST", "/v1/join", map[string]string{"code": code, "name": "Mia", "password": password})
	}
	_, code := invite("mia@company.example")
	require.Equal(t, session.CodePasswordWeak, join(code, "mia@company.example").Wants(t, 422).Code())
	join(code, vaulttest.Password).Wants(t, 204)
	require.Equal(t, session.CodeCodeWrong, join(code, vaulttest.Password).Wants(t, 422).Code(), "once")

	id, code := invite("max@company.example")
	var list struct {
		Invitations []vault.Invitation `json:"invitations"`
	}
	owner.Do(t, "GET", "/v1/invitations", nil).Wants(t, 200).Into(t, &list)
	require.Len(t, list.Invitations, 1)
	require.Equal(t, "max@company.example", list.Invitations[0].Email)
	owner.Do(t, "DELETE", "/v1/invitations/"+id.String(), nil).Wants(t, 204)
	require.Equal(t, session.CodeCodeWrong, join(code, vaulttest.Password).Wants(t, 422).Code())

	_, old := invite("max@company.example")
	_, code = invite("max@company.example")
	require.Equal(t, session.CodeCodeWrong, join(old, vaulttest.Password).Wants(t, 422).Code(), "a new invitation replaces the older one")
	s.Advance(vault.InviteTime)
	require.Equal(t, session.CodeCodeWrong, join(code, vaulttest.Password).Wants(t, 422).Code())

	owner = owner.SignIn(t, s.Vault)
	mia := &vaulttest.Web{Email: "mia@company.example"}
	before := mia.SignIn(t, s.Vault)
	_, code = invite("mia@company.example")
	join(code, "another horse battery staple").Wants(t, 204)
	before.Do(t, "GET", "/v1/me", nil).Wants(t, 401)
	signIn(t, s.Vault, mia.Email, vaulttest.Password, "").Wants(t, 401)
	signIn(t, s.Vault, mia.Email, "another horse battery staple", "").Wants(t, 204)
	require.Len(t, people(t, owner), 2)
}

// TestDemotionEndsInvitations: who is no admin any more lets nobody in, and resets
// nobody's password, by what was prepared before. A reset stands in the log of the one
// concerned.
func TestDemotionEndsInvitations(t *testing.T) {
	s := newScene(t, vaulttest.Options{})
	owner := s.SetUp(t)
	ada := owner.Invite(t, s.Vault, "ada", vault.PersonAdmin)
	invite := func(by *vaulttest.Web, email string) (code string) {
		var made struct {
			Code string `json:"code"`
		}
		by.Do(t, "POST", "/v1/invitations", map[string]string{"email": email, "role": "admin"}).Wants(t, 201).Into(t, &made)
		return made.Code
	}
	join := func(code string) vaulttest.Answer {
		return s.Browser(t).Do(t, "POST", "/v1/join", map[string]string{"code": code, "name": "Eve", "password": "another horse battery staple"})
	}
	codes := []string{invite(ada, "eve@company.example"), invite(ada, owner.Email)}
	owner.Do(t, "PUT", "/v1/people/"+ada.Person.String()+"/role", map[string]string{"role": "member"}).Wants(t, 204)
	for _, code := range codes {
		require.Equal(t, session.CodeCodeWrong, join(code).Wants(t, 422).Code())
	}
	require.Equal(t, map[string]vault.PersonRole{"Olga Owner": "admin", "ada": "member"}, people(t, owner))
	signIn(t, s.Vault, owner.Email, vaulttest.Password, "").Wants(t, 204)

	join(invite(owner, ada.Email)).Wants(t, 204)
	again := s.Browser(t)
	again.Do(t, "POST", "/v1/signin", map[string]string{"email": ada.Email, "password": "another horse battery staple"}).Wants(t, 204)
	var log struct {
		Entries []vault.AuditEntry `json:"entries"`
	}
	again.Do(t, "GET", "/v1/audit", nil).Wants(t, 200).Into(t, &log)
	require.Equal(t, vault.ActionPasswordReset, log.Entries[2].Action, "before two sign-ins")
	require.Equal(t, owner.Person, log.Entries[2].Person, "who had invited")
	require.Equal(t, ada.Person, log.Entries[2].Of)
}

// TestRemovalEndsEverything that somebody had, at once: web sessions, programs,
// leases and sessions. What they owned goes on under its new owner, or not at all.
func TestRemovalEndsEverything(t *testing.T) {
	s := newScene(t, vaulttest.Options{})
	owner := s.SetUp(t)
	mia := owner.Invite(t, s.Vault, "mia", vault.PersonMember)
	device, runner := mia.Enrol(t, s.Vault, vault.RoleDevice, "mia's laptop"), mia.Enrol(t, s.Vault, vault.RoleRunner, "mia's runner")
	device.Trust(t, runner)
	kept, double := device.AddAccount(t, "Carol"), device.AddAccount(t, "Bob") // the owner has a Bob too
	device.ShareNow(t, kept, 100)
	device.ShareNow(t, double, 100)
	lease := runner.Lease(t, kept)
	owner.Do(t, "PUT", s.path("/members/"+mia.Person.String()), nil).Wants(t, 204)

	require.Equal(t, session.CodeNotAdmin, mia.Do(t, "DELETE", "/v1/people/"+owner.Person.String(), nil).Wants(t, 403).Code())
	require.Equal(t, session.CodeLastAdmin, owner.Do(t, "DELETE", "/v1/people/"+owner.Person.String(), nil).Wants(t, 409).Code())
	owner.Do(t, "DELETE", "/v1/people/"+mia.Person.String()+"?successor="+owner.Person.String(), nil).Wants(t, 204)

	mia.Do(t, "GET", "/v1/me", nil).Wants(t, 401)
	device.Do(t, "GET", "/v1/me", nil).Wants(t, 401)
	runner.Do(t, "GET", lease+"/envelope", nil).Wants(t, 401)
	gone := *device
	gone.Token = ""
	gone.Do(t, "POST", "/v1/token", nil).Wants(t, 401)
	signIn(t, s.Vault, mia.Email, vaulttest.Password, "").Wants(t, 401)
	require.Equal(t, map[string]vault.PersonRole{"Olga Owner": "admin"}, people(t, owner))

	var list struct {
		Accounts []session.Account `json:"accounts"`
	}
	owner.Do(t, "GET", "/v1/accounts", nil).Wants(t, 200).Into(t, &list)
	names := map[string]session.State{}
	for _, a := range list.Accounts {
		names[a.Username] = a.Status.State
		require.Equal(t, session.RoleOwner, a.Role)
	}
	require.Equal(t, map[string]session.State{"Bob": session.StateNone, "Carol": session.StateNone}, names)
	n, err := s.Store.Erase(t.Context())
	require.NoError(t, err)
	require.Equal(t, 2, n, "both sessions are gone for good")
	var members struct {
		Members []vault.Member `json:"members"`
	}
	owner.Do(t, "GET", s.path("/members"), nil).Wants(t, 200).Into(t, &members)
	require.Len(t, members.Members, 1)
}

// TestTransferOfOwnership erases the session: it was sealed to the older owner's
// programs. The older owner sees the status word from then on.
func TestTransferOfOwnership(t *testing.T) {
	s := newScene(t, vaulttest.Options{})
	owner := s.SetUp(t)
	mia := owner.Invite(t, s.Vault, "mia", vault.PersonMember)
	s.device.ShareNow(t, s.account, 100)
	lease := s.runner.Lease(t, s.account)
	to := s.path("/owner/" + mia.Person.String())
	require.Equal(t, session.CodeNotFound, mia.Do(t, "PUT", to, nil).Wants(t, 404).Code())
	owner.Do(t, "PUT", to, nil).Wants(t, 204)
	require.Equal(t, session.CodeLeaseEnded, s.runner.Do(t, "GET", lease+"/envelope", nil).Wants(t, 410).Code())
	st := mia.Do(t, "GET", s.path("/session"), nil).Wants(t, 200).StatusOf(t)
	require.Equal(t, session.StateNone, st.State)
	require.Equal(t, uint64(2), st.NextShare, "its numbers go on")
	require.Equal(t, session.CodeNotOwner, owner.Do(t, "DELETE", s.path("/session"), nil).Wants(t, 403).Code())
	require.Equal(t, session.CodeNotOwner, owner.Do(t, "PUT", to, nil).Wants(t, 403).Code())

	device := mia.Enrol(t, s.Vault, vault.RoleDevice, "mia's laptop")
	device.Trust(t)
	device.Put(t, s.account, "k", device.Seal(t, vaulttest.Share{Account: s.account, Number: 2, Size: 100})).Wants(t, 201)
	require.Equal(t, session.StateTransferred, owner.Do(t, "GET", s.path("/session"), nil).Wants(t, 200).StatusOf(t).State)
}

// TestProgramsEnrolByCode: a program is its person's only once they have said so,
// in time, after seeing its name and key; a guess or another key gets nothing.
func TestProgramsEnrolByCode(t *testing.T) {
	s := newScene(t, vaulttest.Options{})
	owner := s.SetUp(t)
	mia := owner.Invite(t, s.Vault, "mia", vault.PersonMember)
	laptop := s.Beginner(t, vault.RoleDevice, "laptop")
	require.Regexp(t, `^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$`, laptop.Code)
	laptop.Outcome(t).Wants(t, 202)
	var seen struct {
		Name        string `json:"name"`
		Fingerprint string `json:"fingerprint"`
	}
	mia.Do(t, "POST", "/v1/enrolments/find", map[string]string{"code": " " + laptop.Code[:4] + " " + laptop.Code[5:]}).Wants(t, 200).Into(t, &seen)
	require.Equal(t, "laptop", seen.Name)
	require.Equal(t, laptop.Keys.ID().Fingerprint(), seen.Fingerprint)

	thief := s.Beginner(t, vault.RoleDevice, "thief")
	thief.Enrolment = laptop.Enrolment
	mia.Do(t, "POST", "/v1/enrolments/answer", map[string]any{"code": laptop.Code, "allow": true}).Wants(t, 204)
	require.Equal(t, session.CodeEnrolmentEnded, thief.Outcome(t).Wants(t, 410).Code(), "another key")
	laptop.Outcome(t).Wants(t, 200)
	laptop.Renew(t)
	var me struct {
		Person session.ID `json:"person"`
	}
	laptop.Do(t, "GET", "/v1/me", nil).Wants(t, 200).Into(t, &me)
	require.Equal(t, mia.Person, me.Person)
	require.Equal(t, session.CodeCodeWrong, mia.Do(t, "POST", "/v1/enrolments/answer", map[string]any{"code": laptop.Code, "allow": true}).Wants(t, 422).Code(), "once")

	refused := s.Beginner(t, vault.RoleRunner, "runner")
	mia.Do(t, "POST", "/v1/enrolments/answer", map[string]any{"code": refused.Code, "allow": false}).Wants(t, 204)
	require.Equal(t, session.CodeEnrolmentDenied, refused.Outcome(t).Wants(t, 403).Code())

	late := s.Beginner(t, vault.RoleRunner, "late")
	s.Advance(vault.EnrolTime)
	require.Equal(t, session.CodeEnrolmentEnded, late.Outcome(t).Wants(t, 410).Code())
	mia = mia.SignIn(t, s.Vault)
	require.Equal(t, session.CodeCodeWrong, mia.Do(t, "POST", "/v1/enrolments/answer", map[string]any{"code": late.Code, "allow": true}).Wants(t, 422).Code())
}

// TestProgramsPollSlowly: a program that asks too often is told to wait.
func TestProgramsPollSlowly(t *testing.T) {
	bubble(t, vaulttest.Options{}, func(t *testing.T, s *scene) {
		b := s.Beginner(t, vault.RoleDevice, "laptop")
		for range 3 {
			b.Outcome(t).Wants(t, 202)
		}
		require.NotEmpty(t, b.Outcome(t).Wants(t, 429).Header.Get("Retry-After"))
		time.Sleep(vault.EnrolPolling)
		b.Outcome(t).Wants(t, 202)
	})
}

// TestProgramsAreOnesOwn: a person lists and revokes the own programs only; one
// that is revoked can do nothing from that moment on.
func TestProgramsAreOnesOwn(t *testing.T) {
	s := newScene(t, vaulttest.Options{})
	owner := s.SetUp(t)
	mia := owner.Invite(t, s.Vault, "mia", vault.PersonMember)
	s.device.ShareNow(t, s.account, 100)
	lease := s.runner.Lease(t, s.account)
	list := func(c caller) (names []string) {
		var answer struct {
			Programs []vault.Program `json:"programs"`
		}
		c.Do(t, "GET", "/v1/programs", nil).Wants(t, 200).Into(t, &answer)
		for _, p := range answer.Programs {
			require.NotEmpty(t, p.Fingerprint)
			require.WithinDuration(t, s.Now(), p.Seen, time.Minute)
			names = append(names, p.Name)
		}
		return names
	}
	require.Equal(t, []string{"laptop", "runner"}, list(owner))
	require.Equal(t, []string{"laptop", "runner"}, list(s.device))
	require.Empty(t, list(mia))
	path := "/v1/programs/" + s.runner.Principal.String()
	mia.Do(t, "DELETE", path, nil).Wants(t, 204)
	s.runner.Do(t, "GET", lease+"/envelope", nil).Wants(t, 200)
	s.device.Do(t, "DELETE", path, nil).Wants(t, 204)
	s.runner.Do(t, "GET", lease+"/envelope", nil).Wants(t, 401)
	require.Equal(t, []string{"laptop"}, list(owner))
}

// TestAuditNamesWhoDidWhat: each act of a person is in the log of whom it
// concerns.
func TestAuditNamesWhoDidWhat(t *testing.T) {
	s := newScene(t, vaulttest.Options{})
	owner := s.SetUp(t)
	mia := owner.Invite(t, s.Vault, "mia", vault.PersonMember)
	owner.Do(t, "PUT", s.path("/members/"+mia.Person.String()), nil).Wants(t, 204)
	owner.Do(t, "PUT", s.path("/owner/"+mia.Person.String()), nil).Wants(t, 204)
	owner.Do(t, "DELETE", "/v1/people/"+mia.Person.String(), nil).Wants(t, 204)
	var log struct {
		Entries []vault.AuditEntry `json:"entries"`
	}
	owner.Do(t, "GET", "/v1/audit", nil).Wants(t, 200).Into(t, &log)
	var got []vault.Action
	for _, e := range log.Entries {
		got = append(got, e.Action)
		if e.Action == vault.ActionOwnerChanged {
			require.Equal(t, mia.Person, e.Of)
			require.Equal(t, owner.Person, e.Person)
			require.Equal(t, s.account.ID, e.Account)
		}
	}
	require.Subset(t, got, []vault.Action{vault.ActionSetUp, vault.ActionInvited, vault.ActionMemberAdded, vault.ActionOwnerChanged, vault.ActionPersonRemoved})
}

// TestLastDeviceLost: the person begins a new roster, by password. What the lost
// devices had shared is gone, and they can do nothing any more.
func TestLastDeviceLost(t *testing.T) {
	s := newScene(t, vaulttest.Options{})
	owner := s.SetUp(t)
	s.device.ShareNow(t, s.account, 100)
	owner.Do(t, "DELETE", "/v1/roster", nil).Wants(t, 204)
	s.device.Do(t, "GET", "/v1/me", nil).Wants(t, 401)
	s.runner.Do(t, "GET", "/v1/me", nil).Wants(t, 401)
	st := owner.Do(t, "GET", s.path("/session"), nil).Wants(t, 200).StatusOf(t)
	require.Equal(t, session.StateInvalid, st.State)
	require.Equal(t, session.CauseRosterRevoked, st.Cause)

	device := owner.Enrol(t, s.Vault, vault.RoleDevice, "new laptop")
	device.Trust(t)
	require.Len(t, device.Chain(t), 1)
	device.Put(t, s.account, "k", device.Seal(t, vaulttest.Share{Account: s.account, Number: st.NextShare, Size: 100})).Wants(t, 201)
}
