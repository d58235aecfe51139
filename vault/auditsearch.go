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

// exportPage is how many entries an export finds at once. Each page is a
// transaction of its own, so that a slow reader holds up nothing.
const exportPage = 1000

// exportAudit streams all that a search finds, one entry a line. A stream that
// cannot go on is cut off, so that nobody takes it for whole.
func (s *Server) exportAudit(c *call) error {
	f, err := auditFilter(c.r.URL.Query())
	if err != nil {
		return err
	}
	header := c.w.Header()
	header.Set("Content-Type", "application/jsonl")
	header.Set("Content-Disposition", `attachment; filename="audit.jsonl"`)
	w := bufio.NewWriter(c.w)
	if err := s.writeAudit(c, f, w); err != nil {
		header.Del("Content-Disposition") // of the answer that tells why, if nothing has left yet
		return err
	}
	return w.Flush()
}

func (s *Server) writeAudit(c *call, f AuditFilter, w *bufio.Writer) error {
	for cursor := ""; ; {
		c.extend(s.cfg.Limits.Upload)
		list, next, err := s.cfg.Store.FindAudit(c.r.Context(), c.by, f, cursor, exportPage)
		if err != nil {
			return err
		}
		for _, e := range list {
			if err := session.MarshalWrite(w, e); err != nil {
				return err
			}
			if err := w.WriteByte('\n'); err != nil {
				return err
			}
		}
		if cursor = next; cursor == "" {
			return nil
		}
	}
}
