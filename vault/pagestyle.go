package vault

import (
	"net/http"

	"sessionferry/vault/pages"
)

// styleRoute is there for who works on the pages, and only with Config.Dev.
var styleRoute = Route{"GET", "/style", AccessAnyone, maxEmpty, (*Server).stylePage}

// stylePage shows every part of the pages in every state, by day and by night. With
// ?dir=rtl it is written from right to left.
func (s *Server) stylePage(c *call) error {
	p, err := pages.NewStyle(c.language(), c.r.URL.Query().Get("dir") == "rtl")
	if err != nil {
		return err
	}
	return c.show(http.StatusOK, p)
}
