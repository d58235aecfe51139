package vault

import (
	"net/http"
	"net/url"

	"sessionferry/session"
	"sessionferry/vault/pages"
)

// invitePage makes an invitation. Its code stands in the answer to the form alone:
// no address leads to it, and it is not shown again.
func (s *Server) invitePage(c *call) error {
	form := func(v url.Values) *pages.Form {
		email := emailField(v)
		email.Autocomplete, email.Hint = "off", pages.Say("adm_invite_hint")
		f := &pages.Form{
			Frame: amongPeople(c, pages.Say("adm_invite_title")),
			Inputs: pages.Inputs{
				Action: pathPeople + "/invite",
				Fields: []pages.Field{email, {Name: "role", Label: pages.Say("adm_role"), Value: v.Get("role"), Options: []pages.Option{
					{Value: string(PersonMember), Label: pages.Say("adm_role_member")}, {Value: string(PersonAdmin), Label: pages.Say("adm_role_admin")},
				}}},
				Buttons: []pages.Field{button("adm_invite")}, Ways: []pages.Link{link(pathPeople, "cancel")},
			},
		}
		s.prover(c, f)
		return f
	}
	if c.r.Method == http.MethodGet {
		return c.showForm(form(nil))
	}
	v, err := c.form()
	if err != nil {
		return err
	}
	if err := s.proved(c, v); err != nil {
		return c.showProblem(err, form(v))
	}
	i, code, err := s.newInvitation(c, inviteBody{Email: v.Get("email"), Role: PersonRole(v.Get("role"))})
	if err != nil {
		return c.showProblem(err, form(v))
	}
	return c.show(http.StatusOK, &pages.Form{
		Frame: amongPeople(c, pages.Say("adm_invited_title", i.Email)), Text: []pages.Text{pages.Say("adm_invited_text"), pages.Say("adm_invited_once")},
		Facts: []pages.Fact{
			{Name: pages.Say("adm_address"), Value: s.url + "/join"},
			{Name: pages.Say("join_code"), Value: code, Key: true},
			{Name: pages.Say("adm_role"), Text: pages.Say("adm_role_" + string(i.Role))},
			{Name: pages.Say("adm_invite_until"), Time: i.Until},
		},
	})
}

// uninvitePost takes an invitation back.
func (s *Server) uninvitePost(c *call) error {
	v, err := c.form()
	if err != nil {
		return err
	}
	if id, err := session.ParseID(v.Get("invitation")); err == nil { // else it is not there
		if err := s.cfg.Store.Uninvite(c.r.Context(), c.by, id); err != nil {
			return err
		}
	}
	return c.see(pathPeople + "?done=adm_uninvited#invitations")
}
