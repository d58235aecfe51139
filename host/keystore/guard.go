package keystore

import (
	"context"
	"errors"
	"time"

	"sessionferry/session"
)

// health is what the keyring looks like before it is asked for anything.
type health int

const (
	healthy   health = iota
	absent           // no bus, no service, and none that the bus could start
	noDefault        // there, but without a collection to keep keys in
	locked           // locked, and no display on which a prompt could appear
	promptful        // locked, but a prompt can appear: the person may answer it
	mute             // there, but does not answer
)

// Probe reports whether the keyring could be used now without a prompt: nil,
// keyring_absent, keyring_no_default, keyring_locked or keyring_timeout.
func (s *Store) Probe(ctx context.Context) error {
	if code := s.diagnose(ctx).code(); code != "" {
		return session.Errorf(code, "")
	}
	return nil
}

// code is the error of a call that failed in this state, "" for healthy.
func (h health) code() session.Code {
	switch h {
	case absent:
		return session.CodeKeyringAbsent
	case noDefault:
		return session.CodeKeyringNoDefault
	case locked, promptful:
		return session.CodeKeyringLocked
	case mute:
		return session.CodeKeyringTimeout
	}
	return ""
}

// guarded runs one call of the backend. A healthy keyring has until deadline, one
// that must ask the person has a minute. The call itself cannot be cancelled: on a
// time-out its goroutine is left behind and ends with the process or the prompt,
// and its result is dropped.
func (s *Store) guarded(ctx context.Context, deadline time.Duration, call func() (string, error)) (string, error) {
	switch h := s.diagnose(ctx); h {
	case healthy:
	case promptful:
		deadline = s.prompt
	case locked:
		return "", session.Errorf(h.code(), "no display for the keyring's prompt")
	default:
		return "", session.Errorf(h.code(), "")
	}
	ctx, cancel := context.WithTimeout(ctx, deadline)
	defer cancel()
	type result struct {
		value string
		err   error
	}
	done := make(chan result, 1)
	go func() {
		v, err := call()
		done <- result{v, err}
	}()
	select {
	case r := <-done:
		return r.value, s.classify(ctx, r.err)
	case <-ctx.Done():
		if errors.Is(ctx.Err(), context.Canceled) {
			return "", session.Errorf(session.CodeInterrupted, "")
		}
		return "", session.Errorf(session.CodeKeyringTimeout, "")
	}
}

// classify turns the library's untyped error into a code by looking again: its
// text is no interface.
func (s *Store) classify(ctx context.Context, err error) error {
	if err == nil || errors.Is(err, ErrNotFound) {
		return err
	}
	if code := s.diagnose(ctx).code(); code != "" {
		return session.Errorf(code, "").Because(err)
	}
	return session.Errorf(session.CodeKeyringDenied, "").Because(err)
}
