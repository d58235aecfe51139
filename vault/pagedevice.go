package vault

import (
	"net/http"
	"net/url"

	"sessionferry/vault/pages"
)

func deviceForm(c *call, v url.Values) *pages.Form {
	return &pages.Form{
		Frame: c.frame(pages.Say("device_title"), pages.PlaceDevices, link("/devices", "devices_title")),
		Inputs: pages.Inputs{
			Action:  "/device",
			Fields:  []pages.Field{codeField("device_code", "device_code_hint", v)},
			Buttons: []pages.Field{button("next")},
		},
	}
}

func (s *Server) devicePage(c *call) error { return c.showForm(deviceForm(c, nil)) }

// askForm shows the program that waits. Whoever only types a code that somebody
// sent them would connect that somebody's program: hence the fingerprint.
func (s *Server) askForm(c *call, v url.Values, a asking) *pages.Form {
	f := &pages.Form{
		Frame: c.frame(pages.Say("device_ask_title"), pages.PlaceDevices, link("/device", "device_title")),
		Text:  []pages.Text{pages.Say("device_ask_text")},
		Facts: []pages.Fact{
			{Name: pages.Say("device_kind"), Text: pages.Say("device_is_" + string(a.Role))},
			{Name: pages.Say("device_name"), Value: a.Name},
			{Name: pages.Say("device_key"), Value: a.Fingerprint, Key: true},
			{Name: pages.Say("device_asked"), Time: a.Created},
		},
		Inputs: pages.Inputs{
			Action: "/device",
			Hidden: []pages.Field{{Name: "code", Value: v.Get("code")}},
			Buttons: []pages.Field{
				{Name: "answer", Value: "allow", Label: pages.Say("allow")},
				{Name: "answer", Value: "deny", Label: pages.Say("refuse"), Second: true},
			},
		},
	}
	s.prover(c, f)
	return f
}

// devicePost takes a code, and then the person's word about the program behind it.
func (s *Server) devicePost(c *call) error {
	v, err := c.form()
	if err != nil {
		return err
	}
	a, err := s.find(c, v.Get("code"))
	if err != nil {
		return c.showProblem(err, deviceForm(c, v))
	}
	answer := v.Get("answer")
	if answer == "" {
		return c.showForm(s.askForm(c, v, a))
	}
	allow := answer == "allow"
	if allow {
		if err := s.proved(c, v); err != nil {
			return c.showProblem(err, s.askForm(c, v, a))
		}
	}
	if err := s.answerProgram(c, v.Get("code"), allow); err != nil {
		return c.showProblem(err, deviceForm(c, v))
	}
	done := pages.Form{Frame: c.frame(pages.Say("refused_title"), pages.PlaceDevices), Links: []pages.Link{link("/devices", "devices_title")}}
	done.Done = pages.Say("refused_text")
	if allow {
		done.Title, done.Done = pages.Say("connected_title"), pages.Say("connected_text", a.Name)
	}
	return c.show(http.StatusOK, &done)
}
