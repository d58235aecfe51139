package vault

import (
	"bufio"
	"net/http"

	"sessionferry/session"
)

func (s *Server) findAudit(c *call) error {
	f, err := auditFilter(c.r.URL.Query())
	if err != nil {
		return err
	}
	list, next, err := s.cfg.Store.FindAudit(c.r.Context(), c.by, f, c.r.URL.Query().Get("cursor"), pageSize)
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, struct {
		Entries []FoundEntry `json:"entries"`
		Next    string       `json:"next,omitempty"`
	}{list, next})
}

// extendEvery is after how many lines a stream that moves gets more time.
const extendEvery = 1000

// exportAudit streams what a search finds, one entry a line. A stream that cannot
// go on is cut off, so that nobody takes it for whole.
func (s *Server) exportAudit(c *call) error {
	f, err := auditFilter(c.r.URL.Query())
	if err != nil {
		return err
	}
	c.w.Header().Set("Content-Type", "application/jsonl")
	c.w.Header().Set("Content-Disposition", `attachment; filename="audit.jsonl"`)
	w := bufio.NewWriter(c.w)
	lines := 0
	err = s.cfg.Store.ExportAudit(c.r.Context(), c.by, f, func(e FoundEntry) error {
		if lines%extendEvery == 0 {
			c.extend(s.cfg.Limits.Upload)
		}
		lines++
		if err := session.MarshalWrite(w, e); err != nil {
			return err
		}
		return w.WriteByte('\n')
	})
	if err != nil {
		c.w.Header().Del("Content-Disposition") // of the answer that tells why, if nothing has left yet
		return err
	}
	return w.Flush()
}
