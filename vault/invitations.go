package vault

import (
	"net/http"

	"sessionferry/session"
)

// inviteBody says who is invited.
type inviteBody struct {
	Email string     `json:"email"`
	Role  PersonRole `json:"role"`
}

// newInvitation makes a code by which somebody joins, or chooses a new password.
// The admin hands it over; the vault sends no mail.
func (s *Server) newInvitation(c *call, body inviteBody) (i Invitation, code string, err error) {
	email, err := parseEmail(body.Email)
	if err != nil {
		return i, "", err
	}
	if err := body.Role.check(); err != nil {
		return i, "", in("role", err)
	}
	i = Invitation{ID: session.NewID(), Email: email, Role: body.Role, Until: s.cfg.Now().Add(InviteTime).UTC()}
	code = newCode(inviteCode)
	return i, code, s.cfg.Store.Invite(c.r.Context(), c.by, i, codeHash(code))
}

func (s *Server) invite(c *call) error {
	var body inviteBody
	if err := c.json(&body); err != nil {
		return err
	}
	i, code, err := s.newInvitation(c, body)
	if err != nil {
		return err
	}
	return c.answer(http.StatusCreated, struct {
		Invitation
		Code string `json:"code"`
	}{i, code})
}

func (r PersonRole) check() error {
	if r != PersonAdmin && r != PersonMember {
		return session.Errorf(session.CodeChoiceInvalid, "the role is admin or member")
	}
	return nil
}

func (s *Server) invitations(c *call) error {
	list, err := s.cfg.Store.Invitations(c.r.Context(), c.by)
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, struct {
		Invitations []Invitation `json:"invitations"`
	}{list})
}

func (s *Server) uninvite(c *call) error {
	id, err := session.ParseID(c.r.PathValue("invitation"))
	if err != nil {
		return c.noContent() // it is not there
	}
	if err := s.cfg.Store.Uninvite(c.r.Context(), c.by, id); err != nil {
		return err
	}
	return c.noContent()
}

// joinBody is what somebody who was invited gives.
type joinBody struct {
	Code     string `json:"code"`
	Name     string `json:"name"`
	Password string `json:"password"`
}

func (s *Server) joinJSON(c *call) error {
	var body joinBody
	if err := c.json(&body); err != nil {
		return err
	}
	if err := s.join(c, body); err != nil {
		return err
	}
	return c.noContent()
}

func (s *Server) join(c *call, body joinBody) error {
	ctx := c.r.Context()
	if err := s.attempt(ctx, limitCode, "join", network(c.r)); err != nil {
		return err
	}
	code := codeHash(body.Code)
	i, err := s.cfg.Store.Invited(ctx, code)
	if err != nil {
		return err
	}
	p, err := s.profile(ctx, body.Name, i.Email, body.Password)
	if err != nil {
		return err
	}
	if err := s.startWeb(c, func(w WebSession) error { return s.cfg.Store.Join(ctx, code, p, w) }); err != nil {
		return err
	}
	return s.pardon(ctx, "join", network(c.r)) // a company joins from one network
}
