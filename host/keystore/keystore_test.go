package keystore

import (
	"context"
	"encoding/base64"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/session"
)

// fakeBackend is a keyring in memory with the faults of the real ones.
type fakeBackend struct {
	mu      sync.Mutex
	items   map[string]string
	err     error // what every call fails with
	ignores bool  // reports success and keeps nothing, as after a dismissed prompt
	hangs   bool
}

func (f *fakeBackend) do(change func()) error {
	if f.hangs {
		time.Sleep(time.Hour)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err == nil && !f.ignores {
		change()
	}
	return f.err
}

func (f *fakeBackend) Get(service, user string) (v string, err error) {
	if f.hangs {
		time.Sleep(time.Hour)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err != nil {
		return "", f.err
	}
	v, ok := f.items[service+"/"+user]
	if !ok {
		return "", ErrNotFound
	}
	return v, nil
}

func (f *fakeBackend) Set(service, user, secret string) error {
	return f.do(func() { f.items[service+"/"+user] = secret })
}

func (f *fakeBackend) Delete(service, user string) error {
	return f.do(func() { delete(f.items, service+"/"+user) })
}

func storeOn(b *fakeBackend, states ...health) *Store {
	if b.items == nil {
		b.items = map[string]string{}
	}
	s := On(b)
	if len(states) > 0 {
		i := 0
		s.diagnose = func(context.Context) health {
			i = min(i+1, len(states))
			return states[i-1]
		}
	}
	return s
}

func TestSeedsAreMadeOnceAndKept(t *testing.T) {
	b := &fakeBackend{}
	s := storeOn(b)
	_, err := s.Seeds(t.Context())
	require.ErrorIs(t, err, ErrNotFound)
	first, err := s.MakeSeeds(t.Context())
	require.NoError(t, err)
	again, err := storeOn(b).MakeSeeds(t.Context())
	require.NoError(t, err)
	assert.Equal(t, first, again)
	require.NoError(t, s.RemoveSeeds(t.Context()))
	require.NoError(t, s.RemoveSeeds(t.Context()), "removing what is not there is no error")
	_, err = s.Seeds(t.Context())
	assert.ErrorIs(t, err, ErrNotFound)
}

func TestDamagedSeedsAreNotReplaced(t *testing.T) {
	for _, v := range []string{"", "%%%", base64.StdEncoding.EncodeToString([]byte("short"))} {
		b := &fakeBackend{items: map[string]string{"sessionferry/device-key": v}}
		_, err := storeOn(b).MakeSeeds(t.Context())
		assert.Equal(t, session.CodeKeyringCorrupt, session.CodeOf(err))
		assert.Equal(t, v, b.items["sessionferry/device-key"])
	}
}

func TestToken(t *testing.T) {
	s := storeOn(&fakeBackend{})
	require.NoError(t, s.SaveToken(t.Context(), "a"))
	require.NoError(t, s.SaveToken(t.Context(), "b"))
	got, err := s.Token(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "b", got)
	require.NoError(t, s.RemoveToken(t.Context()))
	_, err = s.Token(t.Context())
	assert.ErrorIs(t, err, ErrNotFound)
}

func TestFaultsHaveCodes(t *testing.T) {
	untyped := errors.New("failed to unlock correct collection")
	for name, c := range map[string]struct {
		backend *fakeBackend
		states  []health
		want    session.Code
	}{
		"no keyring":                       {&fakeBackend{}, []health{absent}, session.CodeKeyringAbsent},
		"no default keyring":               {&fakeBackend{}, []health{noDefault}, session.CodeKeyringNoDefault},
		"locked, no display":               {&fakeBackend{}, []health{locked}, session.CodeKeyringLocked},
		"locked, the prompt was dismissed": {&fakeBackend{err: untyped}, []health{promptful}, session.CodeKeyringLocked},
		"gone under us":                    {&fakeBackend{err: untyped}, []health{healthy, absent}, session.CodeKeyringAbsent},
		"does not answer":                  {&fakeBackend{}, []health{mute}, session.CodeKeyringTimeout},
		"does not answer any more":         {&fakeBackend{err: untyped}, []health{healthy, mute}, session.CodeKeyringTimeout},
		"refused although unlocked":        {&fakeBackend{err: untyped}, nil, session.CodeKeyringDenied},
		"success that kept nothing":        {&fakeBackend{ignores: true}, nil, session.CodeKeyringDenied},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := storeOn(c.backend, c.states...).MakeSeeds(t.Context())
			assert.Equal(t, c.want, session.CodeOf(err))
			assert.NotContains(t, err.Error(), untyped.Error())
		})
	}
}

func TestADismissedRemovalIsNoticed(t *testing.T) {
	s := storeOn(&fakeBackend{items: map[string]string{"sessionferry/vault-token": "x"}, ignores: true})
	assert.Equal(t, session.CodeKeyringDenied, session.CodeOf(s.RemoveToken(t.Context())))
}

func TestDeadlines(t *testing.T) {
	read := func(ctx context.Context, s *Store) error { _, err := s.Token(ctx); return err }
	for name, c := range map[string]struct {
		state health
		do    func(context.Context, *Store) error
		want  time.Duration
	}{
		"quick when nobody is asked":                              {healthy, read, 3 * time.Second},
		"a minute for a person's reply":                           {promptful, read, time.Minute},
		"a minute for a confirmation that only a change asks for": {healthy, func(ctx context.Context, s *Store) error { return s.RemoveToken(ctx) }, time.Minute},
		"a token that is kept for later":                          {healthy, func(ctx context.Context, s *Store) error { return s.SaveToken(ctx, "x") }, 3 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				started := time.Now()
				err := c.do(t.Context(), storeOn(&fakeBackend{hangs: true}, c.state))
				assert.Equal(t, session.CodeKeyringTimeout, session.CodeOf(err))
				assert.Equal(t, c.want, time.Since(started))
				time.Sleep(2 * time.Hour) // lets the abandoned call end
			})
		})
	}
	t.Run("a cancelled request does not wait", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(time.Second, cancel)
			_, err := storeOn(&fakeBackend{hangs: true}, promptful).Token(ctx)
			assert.Equal(t, session.CodeInterrupted, session.CodeOf(err))
			time.Sleep(2 * time.Hour)
		})
	})
}

func TestProbe(t *testing.T) {
	assert.NoError(t, storeOn(&fakeBackend{}).Probe(t.Context()))
	assert.Equal(t, session.CodeKeyringAbsent, session.CodeOf(storeOn(&fakeBackend{}, absent).Probe(t.Context())))
	assert.Equal(t, session.CodeKeyringNoDefault, session.CodeOf(storeOn(&fakeBackend{}, noDefault).Probe(t.Context())))
	assert.Equal(t, session.CodeKeyringLocked, session.CodeOf(storeOn(&fakeBackend{}, promptful).Probe(t.Context())))
	assert.Equal(t, session.CodeKeyringTimeout, session.CodeOf(storeOn(&fakeBackend{}, mute).Probe(t.Context())))
}
