package vault

import (
	"net/http"
	"net/url"

	"sessionferry/session"
	"sessionferry/vault/pages"
)

// devicesPage lists the person's own devices and runners.
func (s *Server) devicesPage(c *call) error {
	list, err := s.ownPrograms(c)
	if err != nil {
		return err
	}
	p := &pages.Devices{Frame: c.frame(pages.Say("devices_title"), pages.PlaceDevices)}
	for _, program := range list {
		p.Programs = append(p.Programs, shownProgram(program))
	}
	return c.show(http.StatusOK, p)
}

func shownProgram(p Program) pages.Program {
	return pages.Program{ID: p.ID.String(), Kind: string(p.Role), Name: p.Name, Fingerprint: p.Fingerprint, Added: p.Created, Seen: p.Seen}
}

// endProgramPage disconnects one of them.
func (s *Server) endProgramPage(c *call) error {
	return s.askProgram(c, pages.PlaceDevices, link("/devices", "devices_title"), func(id session.ID) (Program, []pages.Fact, error) {
		list, err := s.ownPrograms(c)
		if err != nil {
			return Program{}, nil, err
		}
		for _, p := range list {
			if p.ID == id {
				return p, nil, nil
			}
		}
		return Program{}, nil, NotFound()
	})
}

// askProgram asks whether the program of the path is to be disconnected, which find
// looks up with what else is told of it, and does it.
func (s *Server) askProgram(c *call, here pages.Place, list pages.Link, find func(session.ID) (Program, []pages.Fact, error)) error {
	id, err := session.ParseID(c.r.PathValue("program"))
	if err != nil {
		return NotFound()
	}
	return s.ask(c, func(url.Values) (*pages.Form, error) {
		p, facts, err := find(id)
		return &pages.Form{
			Frame: c.frame(pages.Say("end_program_title", p.Name), here, list),
			Text:  []pages.Text{pages.Say("end_program_text")},
			Facts: append(facts, pages.Fact{Name: pages.Say("device_key"), Value: p.Fingerprint, Key: true}),
			Inputs: pages.Inputs{
				Action: c.r.URL.Path, Buttons: []pages.Field{{Label: pages.Say("end_program_yes"), Danger: true}},
				Ways: []pages.Link{{Href: list.Href, Label: pages.Say("keep")}},
			},
		}, err
	}, func(url.Values) (string, error) {
		return list.Href + "?done=program_ended", s.cfg.Store.Revoke(c.r.Context(), c.by, id)
	})
}
