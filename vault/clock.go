package vault

import (
	"context"
	"net/http"
	"time"
)

// Text is a sentence for an operator, "" while the clock is trusted.
func (h ClockHold) Text() string {
	const held = "what has expired cannot be read, but is not erased"
	switch h.Reason {
	case "":
		return ""
	case ClockGap:
		return "The vault was stopped for over an hour, or the clock jumped ahead meanwhile: " + held + " before " + h.Until.Format(time.RFC3339) +
			", unless \"sessionferry-vault confirm-clock\" says that the clock is right."
	case ClockBack:
		return "The clock has jumped back by over an hour: " + held + ". Set it right, or run \"sessionferry-vault confirm-clock\" if it is."
	default:
		return "The clock has jumped ahead by over an hour: " + held + ". Set it right, or run \"sessionferry-vault confirm-clock\" if it is."
	}
}

// checkClock logs what has changed since the last time.
func (s *Server) checkClock(ctx context.Context, was ClockHold) ClockHold {
	is, err := s.cfg.Store.CheckClock(ctx)
	switch {
	case err != nil:
		if ctx.Err() == nil {
			s.cfg.Log.Error().Err(err).Msg("the clock could not be compared")
		}
		return was
	case is == was:
	case is.Reason == "":
		s.cfg.Log.Info().Msg("the clock is trusted again")
	default:
		s.cfg.Log.Warn().Str("clock", string(is.Reason)).Msg(is.Text())
	}
	return is
}

// confirmClock answers which doubt has ended, if there was one. Whoever reaches the
// socket is who runs the vault.
func (s *Server) confirmClock(c *call) error {
	was, err := s.cfg.Store.ConfirmClock(c.r.Context())
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, struct {
		Doubt ClockReason `json:"doubt,omitempty"`
	}{was.Reason})
}
