package keystore

import (
	"context"
	"errors"

	"sessionferry/session"
)

// health is what the keyring looks like before it is asked for anything.
type health int

const (
	healthy   health = iota
	absent           // no bus, no service, and none that the bus could start
	locked           // locked, and no display on which a prompt could appear
	promptful        // locked, but a prompt can appear: the person may answer it
	mute             // there, but does not answer
)

// Probe reports whether the keyring could be used now without a prompt: nil,
// keyring_absent, keyring_locked or keyring_timeout.
func (s *Store) Probe(ctx context.Context) error {
	switch s.diagnose(ctx) {
	case absent:
		return session.Errorf(session.CodeKeyringAbsent, "")
	case locked, promptful:
		return session.Errorf(session.CodeKeyringLocked, "")
	case mute:
		return session.Errorf(session.CodeKeyringTimeout, "")
	}
	return nil
}

// guarded runs one call of the backend under a deadline. The call itself cannot
// be cancelled: on a time-out its goroutine is left behind and ends with the
// process or the prompt, and its result is dropped.
func (s *Store) guarded(ctx context.Context, call func() (string, error)) (string, error) {
	deadline := s.quick
	switch s.diagnose(ctx) {
	case absent:
		return "", session.Errorf(session.CodeKeyringAbsent, "")
	case locked:
		return "", session.Errorf(session.CodeKeyringLocked, "no display for the keyring's prompt")
	case mute:
		return "", session.Errorf(session.CodeKeyringTimeout, "")
	case promptful:
		deadline = s.prompt
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
	switch s.diagnose(ctx) {
	case absent:
		return session.Errorf(session.CodeKeyringAbsent, "").Because(err)
	case locked, promptful:
		return session.Errorf(session.CodeKeyringLocked, "").Because(err)
	case mute:
		return session.Errorf(session.CodeKeyringTimeout, "").Because(err)
	}
	return session.Errorf(session.CodeKeyringDenied, "").Because(err)
}
