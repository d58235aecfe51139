package vault

import (
	"net/http"
	"strconv"

	"sessionferry/vault/pages"
)

// shownErasures is how many of what is not gone yet one page lists.
const shownErasures = 50

// healthPage says how the vault is, and what an admin has to do about it.
func (s *Server) healthPage(c *call) error {
	h, err := s.cfg.Store.WorkspaceHealth(c.r.Context(), c.by)
	if err != nil {
		return err
	}
	erasures, err := s.cfg.Store.Erasures(c.r.Context(), c.by, shownErasures)
	if err != nil {
		return err
	}
	p := &pages.Health{Frame: c.frame(pages.Say("nav_health"), pages.PlaceHealth)}
	for _, a := range alerts(h.Health, s.cfg.Now(), s.cfg.EraseWithin) {
		p.Alerts = append(p.Alerts, pages.Alert{
			What: pages.Say("adm_alert_" + string(a.kind)), Next: pages.Say("adm_alert_" + string(a.kind) + "_next"), Detail: a.detail, Until: a.until,
		})
	}
	count := func(name string, n int64) pages.Fact {
		return pages.Fact{Name: pages.Say(name), Value: strconv.FormatInt(n, 10)}
	}
	p.Counts = []pages.Fact{
		count("nav_people", int64(h.People)), count("nav_all", int64(h.Accounts)), count("adm_sessions", int64(h.Sessions)),
		count("attempt_waits", int64(h.Waiting)), count("nav_programs", int64(h.Programs)),
		{Name: pages.Say("adm_database"), Text: pages.Say("adm_megabytes", (h.Bytes+megabyte-1)/megabyte)},
	}
	p.Erasure = []pages.Fact{
		count("adm_erased", h.Erased), count("adm_pending", int64(h.Pending)), count("adm_failing", int64(h.Failing)), count("adm_overdue", int64(h.Overdue)),
	}
	if !h.OldestPending.IsZero() {
		p.Erasure = append(p.Erasure, pages.Fact{Name: pages.Say("adm_oldest"), Time: h.OldestPending})
	}
	for _, e := range erasures {
		p.Erasures = append(p.Erasures, pages.Erasure{Account: e.Account.String(), Cause: e.Cause, Since: e.Since, Attempts: e.Attempts, Failure: e.Failure})
	}
	return c.show(http.StatusOK, p)
}

const megabyte = 1_000_000
