package runner

import (
	"context"
	"slices"
	"time"

	"github.com/rs/zerolog"

	"sessionferry/session"
)

// longWait is how long one call waits at the vault. It is below the 30 s in which
// the client wants an answer.
const longWait = 25 * time.Second

// The pauses between calls to a vault that does not answer: each is twice the
// one before.
const (
	firstPause = time.Second
	longPause  = time.Minute
)

// ServeOptions of Serve.
type ServeOptions struct {
	Log   zerolog.Logger
	Ready func(vault string) // told once, when the vault has answered; nil: nobody
}

// Serve asks the app about every share that waits for its word, one at a time,
// and tells the vault, until ctx is done. It outlasts a vault that does not
// answer; what waiting cannot mend, such as a runner that is not enrolled, is an
// error.
func (r *Runner) Serve(ctx context.Context, opt ServeOptions) error {
	if _, err := r.access(ctx); err != nil && !passes(err) {
		return ended(ctx, err)
	}
	wait := time.Duration(0) // the first call only looks, to see soon whether the vault answers
	for pause := time.Duration(0); ; {
		v, e, err := r.connect()
		if err != nil {
			return err
		}
		l, err := v.waiting(ctx, wait)
		if err != nil {
			if ctx.Err() != nil || !passes(err) {
				return ended(ctx, err)
			}
			pause, wait = nextPause(pause), 0
			opt.Log.Warn().Str("code", string(session.CodeOf(err))).Str("detail", session.AsError(err).Detail).Dur("again_in_ms", pause).Msg("the vault does not answer")
			if !sleep(ctx, pause) {
				return nil
			}
			continue
		}
		if wait == 0 {
			opt.Log.Info().Str("vault", e.Vault).Msg("waiting for shares to confirm")
		}
		if opt.Ready != nil {
			opt.Ready(e.Vault)
			opt.Ready = nil
		}
		pause, wait = 0, longWait
		if l != nil {
			r.ask(ctx, v, l, opt.Log)
		}
	}
}

// ended is the error to end with: to be told to stop is none.
func ended(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// passing are the failures of the vault, and of the way there, that may pass by
// themselves.
var passing = []session.Code{
	session.CodeVaultUnreachable, session.CodeVaultFailed, session.CodeVaultAnswer, session.CodeVaultUnavailable, session.CodeVaultDiskFull,
	session.CodeProxyFailed, session.CodeProxyAuthNeeded, session.CodeCertUntrusted, session.CodeCertInvalid,
	session.CodeAnswerForeign, session.CodeVaultRedirected, session.CodeGatewayFailed, session.CodeAttemptsExceeded,
}

func passes(err error) bool { return slices.Contains(passing, session.CodeOf(err)) }

func nextPause(pause time.Duration) time.Duration { return min(max(2*pause, firstPause), longPause) }

// sleep reports whether the time went by before ctx was done.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// ask restores what waits, asks the app and writes down what became of it. The
// roster is read after the lease: the device that shared may be new.
func (r *Runner) ask(ctx context.Context, v *vault, l *lease, log zerolog.Logger) {
	log = log.With().Stringer("account", l.Account.ID).Str("app", l.Account.App).Uint64("share", l.Share).Logger()
	res, err := r.withLease(ctx, v, l, func() (*access, error) { return r.access(ctx) }, Options{})
	code := string(session.CodeOf(err))
	switch told := res != nil && res.told; {
	case told && res.Match && err != nil:
		log.Error().Str("code", code).Msg("confirmed, which this runner could not write down")
	case told && res.Match:
		log.Info().Msg("confirmed: the app names the account of the card")
	case told:
		log.Warn().Str("code", code).Msg("refused: the share is erased, an older session stays")
	case ctx.Err() != nil:
		log.Info().Msg("given back: this runner stops")
	default:
		log.Warn().Str("code", code).Msg("given back: it is tried again until its time is over")
	}
}
