package vault

import (
	"context"
	"net/http"
	"time"

	"sessionferry/session"
)

// healthz is what an operator's monitor reads. It counts; it names nobody.
type healthz struct {
	Status  string   `json:"status"` // "ok" or "alert"
	Alerts  []string `json:"alerts"`
	Erasure struct {
		Done          int64      `json:"done"`
		Pending       int        `json:"pending"`
		Overdue       int        `json:"overdue"`
		Failing       int        `json:"failing"`
		OldestPending *time.Time `json:"oldest_pending,omitempty"`
		Failure       string     `json:"failure,omitempty"`
	} `json:"erasure"`
}

// health answers 200 as long as the vault can do its work, also with alerts: to
// take it out of service would not mend them.
func (s *Server) health(c *call) error {
	h, err := s.cfg.Store.Health(c.r.Context())
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, s.healthz(h))
}

func (s *Server) healthz(h Health) healthz {
	out := healthz{Status: "ok", Alerts: []string{}}
	for _, a := range alerts(h, s.cfg.Now(), s.cfg.EraseWithin) {
		out.Alerts = append(out.Alerts, a.text)
	}
	if len(out.Alerts) > 0 {
		out.Status = "alert"
	}
	out.Erasure.Done, out.Erasure.Pending, out.Erasure.Overdue, out.Erasure.Failing, out.Erasure.Failure = h.Erased, h.Pending, h.Overdue, h.Failing, h.Failure
	if !h.OldestPending.IsZero() {
		out.Erasure.OldestPending = &h.OldestPending
	}
	return out
}

// workspaceHealth tells an admin how the vault is and how much there is.
func (s *Server) workspaceHealth(c *call) error {
	h, err := s.cfg.Store.WorkspaceHealth(c.r.Context(), c.by)
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, struct {
		healthz
		People   int   `json:"people"`
		Accounts int   `json:"accounts"`
		Sessions int   `json:"sessions"`
		Waiting  int   `json:"waiting"`
		Programs int   `json:"programs"`
		Bytes    int64 `json:"bytes"`
	}{s.healthz(h.Health), h.People, h.Accounts, h.Sessions, h.Waiting, h.Programs, h.Bytes})
}

// erasures lists for an admin what is not gone yet.
func (s *Server) erasures(c *call) error {
	list, err := s.cfg.Store.Erasures(c.r.Context(), c.by, pageSize)
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, struct {
		Erasures []Erasure `json:"erasures"`
	}{list})
}

// ready answers 200 if calls are worth sending here: the store answers, and the
// vault is not about to stop.
func (s *Server) ready(c *call) error {
	select {
	case <-s.stopping:
		return session.Errorf(session.CodeVaultUnavailable, "it is about to stop")
	default:
	}
	ctx, cancel := context.WithTimeout(c.r.Context(), lookLimit)
	defer cancel()
	if _, err := s.cfg.Store.Workspace(ctx); err != nil {
		return err
	}
	return c.answer(http.StatusOK, struct {
		Status string `json:"status"`
	}{"ready"})
}

// alert is something that an operator must look at. A page tells it by its kind.
type alert struct {
	kind   alertKind
	text   string
	detail string    // in our words; "" for none
	until  time.Time // when it ends by itself; zero for never
}

type alertKind string

// The kinds, beside those of a clock that is doubted.
const (
	alertFailing alertKind = "failing"
	alertLate    alertKind = "late"
	alertLost    alertKind = "lost"
	alertClock   alertKind = "clock_" // and the reason
)

func alerts(h Health, now time.Time, bound time.Duration) (out []alert) {
	if h.Failing > 0 {
		out = append(out, alert{kind: alertFailing, text: "Erasing ended sessions fails: " + h.Failure + ".", detail: h.Failure})
	}
	if !h.OldestPending.IsZero() && now.Sub(h.OldestPending) > bound {
		out = append(out, alert{kind: alertLate, text: "Ended sessions wait longer for their erasure than promised."})
	}
	if text := h.Clock.Text(); text != "" {
		out = append(out, alert{kind: alertClock + alertKind(h.Clock.Reason), text: text, until: h.Clock.Until})
	}
	if h.LostBuckets > 0 {
		out = append(out, alert{kind: alertLost, text: "The database is older than the epoch keys: sessions that it still lists cannot be opened."})
	}
	return out
}
