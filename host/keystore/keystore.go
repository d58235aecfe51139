// Package keystore keeps the device's key and the vault's token in the keyring
// of the operating system, through go-keyring. It never falls back to a file.
//
// go-keyring has no time-out and no context, reports success for a write whose
// prompt the person dismissed, and returns untyped errors. So every call runs
// under a deadline, every write and delete is read back, and the state of the
// keyring is looked at first (see diagnose). Errors have one of five codes:
// keyring_absent, keyring_no_default, keyring_locked, keyring_denied and
// keyring_timeout.
package keystore

import (
	"context"
	"encoding/base64"
	"errors"
	"time"

	"github.com/zalando/go-keyring"

	"sessionferry/envelope"
	"sessionferry/session"
)

// The items' names in the keyring.
const (
	service   = "sessionferry"
	itemKey   = "device-key"
	itemToken = "vault-token"
)

// Deadlines of one keyring call.
const (
	promptDeadline = 60 * time.Second // the person may be asked: to unlock, and by KeePassXC for every change
	quickDeadline  = 3 * time.Second
)

// Backend is the part of go-keyring that is used; errors of a missing item are
// keyring.ErrNotFound.
type Backend interface {
	Get(service, user string) (string, error)
	Set(service, user, secret string) error
	Delete(service, user string) error
}

// Store is the keyring as this program uses it.
type Store struct {
	backend  Backend
	diagnose func(context.Context) health
	prompt   time.Duration
	quick    time.Duration
}

// System returns the store on the operating system's keyring.
func System() *Store {
	return &Store{backend: systemBackend{}, diagnose: diagnoseSystem, prompt: promptDeadline, quick: quickDeadline}
}

// On returns a store on another backend, which is taken to be unlocked. It is
// for tests of what rests on the keyring.
func On(b Backend) *Store {
	return &Store{backend: b, diagnose: func(context.Context) health { return healthy }, prompt: promptDeadline, quick: quickDeadline}
}

type systemBackend struct{}

func (systemBackend) Get(s, u string) (string, error) { return keyring.Get(s, u) }
func (systemBackend) Set(s, u, v string) error        { return keyring.Set(s, u, v) }
func (systemBackend) Delete(s, u string) error        { return keyring.Delete(s, u) }

// ErrNotFound is returned (wrapped in nothing) for an item that is not there.
var ErrNotFound = keyring.ErrNotFound

// Seeds returns the device's key, CodeKeyringCorrupt if it is damaged and
// ErrNotFound if none was made yet.
func (s *Store) Seeds(ctx context.Context) (envelope.Seeds, error) {
	text, err := s.get(ctx, itemKey)
	if err != nil {
		return envelope.Seeds{}, err
	}
	raw, err := base64.StdEncoding.DecodeString(text)
	if err == nil {
		if seeds, err := envelope.ParseSeeds(raw); err == nil {
			return seeds, nil
		}
	}
	return envelope.Seeds{}, session.Errorf(session.CodeKeyringCorrupt, "")
}

// MakeSeeds returns the device's key and makes it on first use.
func (s *Store) MakeSeeds(ctx context.Context) (envelope.Seeds, error) {
	seeds, err := s.Seeds(ctx)
	if !errors.Is(err, ErrNotFound) {
		return seeds, err
	}
	seeds = envelope.NewSeeds()
	if err := s.set(ctx, s.prompt, itemKey, base64.StdEncoding.EncodeToString(seeds[:])); err != nil {
		return envelope.Seeds{}, err
	}
	return seeds, nil
}

// RemoveSeeds forgets the device's key for good.
func (s *Store) RemoveSeeds(ctx context.Context) error { return s.remove(ctx, itemKey) }

// Unlock lets the keyring ask the person to unlock it. The error is
// keyring_locked if they did not, or if there is no display for a prompt, and
// keyring_timeout if they took longer than a minute.
func (s *Store) Unlock(ctx context.Context) error {
	_, err := s.Token(ctx) // reading any item asks
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}

// Token returns the vault's token; ErrNotFound if there is none.
func (s *Store) Token(ctx context.Context) (string, error) { return s.get(ctx, itemToken) }

// SaveToken replaces the vault's token. It does not wait for the person: a token
// that is not kept is fetched again.
func (s *Store) SaveToken(ctx context.Context, token string) error {
	return s.set(ctx, s.quick, itemToken, token)
}

// RemoveToken forgets the vault's token.
func (s *Store) RemoveToken(ctx context.Context) error { return s.remove(ctx, itemToken) }

func (s *Store) get(ctx context.Context, item string) (string, error) {
	return s.guarded(ctx, s.quick, func() (string, error) { return s.backend.Get(service, item) })
}

func (s *Store) set(ctx context.Context, deadline time.Duration, item, value string) error {
	got, err := s.guarded(ctx, deadline, func() (string, error) {
		if err := s.backend.Set(service, item, value); err != nil {
			return "", err
		}
		return s.backend.Get(service, item)
	})
	if errors.Is(err, ErrNotFound) || err == nil && got != value {
		return session.Errorf(session.CodeKeyringDenied, "the key was not kept")
	}
	return err
}

func (s *Store) remove(ctx context.Context, item string) error {
	_, err := s.guarded(ctx, s.prompt, func() (string, error) {
		if err := s.backend.Delete(service, item); err != nil {
			return "", err
		}
		return s.backend.Get(service, item)
	})
	switch {
	case errors.Is(err, ErrNotFound):
		return nil
	case err == nil:
		return session.Errorf(session.CodeKeyringDenied, "the key was not removed")
	}
	return err
}
