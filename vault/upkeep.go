package vault

import (
	"context"
	"time"
)

// expireBatch keeps a sweep's transactions short: the writer is one.
const expireBatch = 100

// upkeep ends sessions whose time has come and erases what has ended, until ctx
// is done, and once more then. Four rounds fit into the promised bound, so that
// one that fails or waits for a reader does not break it.
func (s *Server) upkeep(ctx context.Context) {
	tick := time.NewTicker(s.cfg.EraseWithin / 4)
	defer tick.Stop()
	var clock ClockHold
	for {
		clock = s.checkClock(ctx, clock)
		s.round(ctx)
		select {
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
			defer cancel()
			s.round(last)
			return
		case <-tick.C:
		}
	}
}

// chainEvery is how often the audit log is looked at, so that a batch closes soon
// after it is due.
const chainEvery = time.Second

// chain closes batches of the audit log until ctx is done.
func (s *Server) chain(ctx context.Context) {
	tick := time.NewTicker(chainEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := s.chainOnce(ctx); err != nil && ctx.Err() == nil {
			s.cfg.Log.Error().Err(err).AnErr("cause", hidden(err)).Msg("the audit log could not be chained; trying again")
		}
	}
}

// chainOnce is bounded: it may wait for a transaction whose process hangs.
func (s *Server) chainOnce(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	_, err := s.cfg.Store.ChainAudit(ctx)
	return err
}

func (s *Server) round(ctx context.Context) {
	s.expire(ctx)
	if err := s.cfg.Store.Forget(ctx); err != nil && ctx.Err() == nil {
		s.cfg.Log.Error().Err(err).Msg("what is out of date could not be forgotten; trying again")
	}
	n, err := s.cfg.Store.Erase(ctx)
	s.failed(ctx, taskErase, err, "ended sessions could not be erased; trying again")
	if n > 0 {
		s.cfg.Log.Info().Int("sessions", n).Msg("erased")
	}
}

// expire ends sessions whose time has come. It stops after half a round, however
// many are left, since what people delete is to be erased in time too; and it
// leaves twice as much time to others as it takes.
func (s *Server) expire(ctx context.Context) {
	s.failed(ctx, taskExpire, s.cfg.Store.SettleRetention(ctx), "sessions could not be held to a retention window that was changed; trying again")
	s.failed(ctx, taskErase, s.cfg.Store.DestroyExpired(ctx), "the keys of expired sessions could not be destroyed; trying again")
	for until := time.Now().Add(s.cfg.EraseWithin / 8); ctx.Err() == nil && time.Now().Before(until); {
		began := time.Now()
		n, err := s.cfg.Store.Expire(ctx, expireBatch)
		s.failed(ctx, taskExpire, err, "sessions could not be expired")
		if n > 0 {
			s.cfg.Log.Info().Int("sessions", n).Msg("expired")
		}
		if err != nil || n < expireBatch {
			return
		}
		select {
		case <-time.After(2 * time.Since(began)):
		case <-ctx.Done():
		}
	}
}

// failed counts and logs a round that has failed, unless the vault is stopping.
func (s *Server) failed(ctx context.Context, task string, err error, what string) {
	if err == nil || ctx.Err() != nil {
		return
	}
	s.metrics.failures.WithLabelValues(task).Inc()
	s.cfg.Log.Error().Err(err).AnErr("cause", hidden(err)).Msg(what)
}
