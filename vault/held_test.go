package vault_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"runtime"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault"
	"sessionferry/vault/vaulttest"
)

// dialFrom is dial from an address of another network.
func dialFrom(t *testing.T, v *vaulttest.Vault, ip string) *wire {
	c, err := v.Dial(context.WithValue(t.Context(), from{}, net.Addr(&net.TCPAddr{IP: net.ParseIP(ip), Port: 50_000})), v.URL)
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	return &wire{c, t, bufio.NewReader(c)}
}

const healthRequest = "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"

// TestOneNetworkLeavesRoom: a network that holds many connections is refused more,
// and the others are answered; what it gives back it may take again.
func TestOneNetworkLeavesRoom(t *testing.T) {
	limits := vault.Limits{Connections: 64, PerNetwork: 8, Idle: time.Hour}
	bubble(t, vaulttest.Options{Limits: limits}, func(t *testing.T, s *scene) {
		idle := func(ip string) (held []*wire) {
			for range 2 * limits.PerNetwork {
				w := dialFrom(t, s.Vault, ip).says(healthRequest)
				if _, err := w.r.Peek(1); err != nil {
					continue
				}
				resp, _ := w.hears()
				require.Equal(t, 200, resp.Status)
				held = append(held, w)
			}
			return held
		}
		for _, flood := range [][]string{{"192.0.2.1"}, {"2001:db8::1", "2001:db8::ffff", "2001:db8::a:b:c:d"}, {"198.51.100.1"}} {
			var held []*wire
			for _, ip := range flood {
				held = append(held, idle(ip)...)
			}
			require.Len(t, held, limits.PerNetwork, flood[0])
		}
		again := idle("203.0.113.1")
		require.NotEmpty(t, again)
		require.NoError(t, again[0].Close())
		synctest.Wait()
		require.Len(t, idle("203.0.113.1"), 1)
		s.device.Do(t, "GET", "/v1/me", nil).Wants(t, 200)
	})
}

// slow opens connections on which a lease's envelope is asked for and not read, and
// waits until that many are in work.
func (s *scene) slow(t *testing.T, lease string, n int) (all []*wire) {
	for range n {
		all = append(all, dial(t, s.Vault).says("GET "+lease+"/envelope HTTP/1.1\r\nHost: 127.0.0.1\r\n"+authOf(t, s.runner, "GET", lease+"/envelope")+"\r\n"))
	}
	return all
}

// TestLargeAnswers: so many large answers at once and no more, together with large
// bodies; one that is not read is ended after its pace, and its place is free again.
func TestLargeAnswers(t *testing.T) {
	limits := vault.Limits{Large: 2, Turn: time.Second, Pace: 10 * time.Second}
	bubble(t, vaulttest.Options{Limits: limits}, func(t *testing.T, s *scene) {
		s.device.ShareNow(t, s.account, 3<<20)
		lease := s.runner.Lease(t, s.account)
		slow := s.slow(t, lease, limits.Large)
		s.inFlight(t, limits.Large)
		refused := s.runner.Do(t, "GET", lease+"/envelope", nil).Wants(t, 503)
		require.Equal(t, session.CodeVaultUnavailable, refused.Code())
		resp, _ := dial(t, s.Vault).says(s.claim(t)).hears()
		require.Equal(t, 503, resp.Status)

		time.Sleep(limits.Pace)
		s.inFlight(t, 0)
		for _, w := range slow {
			w.ends()
		}
		s.runner.Do(t, "GET", lease+"/envelope", nil).Wants(t, 200)
	})
}

// TestAnswersTakeNoMore: the memory of large answers is that of their places, however
// many callers do not read theirs.
func TestAnswersTakeNoMore(t *testing.T) {
	const size, readers = 4 << 20, 40
	bubble(t, vaulttest.Options{Limits: vault.Limits{Large: 2, Turn: time.Hour, Pace: time.Hour}}, func(t *testing.T, s *scene) {
		s.device.ShareNow(t, s.account, size)
		lease := s.runner.Lease(t, s.account)
		held := func() uint64 {
			var m runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&m)
			return m.HeapAlloc
		}
		before := held()
		s.slow(t, lease, readers)
		s.inFlight(t, readers)
		require.Less(t, held(), before+64<<20, "4 MiB each would be 160 MiB")
	})
}

// TestPace: who is slow and goes on gets a large answer whole, and who is slower does
// not; a large body is held to the same.
func TestPace(t *testing.T) {
	limits := vault.Limits{Pace: 10 * time.Second, Upload: 5 * time.Minute}
	bubble(t, vaulttest.Options{Limits: limits}, func(t *testing.T, s *scene) {
		const size = 5 << 20
		s.device.ShareNow(t, s.account, size)
		lease := s.runner.Lease(t, s.account)
		for every, whole := range map[time.Duration]bool{limits.Pace - time.Second: true, limits.Pace + time.Second: false} {
			w := s.slow(t, lease, 1)[0]
			require.NoError(t, w.SetDeadline(time.Now().Add(time.Hour)))
			resp, err := http.ReadResponse(w.r, nil)
			require.NoError(t, err)
			for err == nil {
				time.Sleep(every)
				_, err = io.CopyN(io.Discard, resp.Body, 1<<20)
			}
			require.Equal(t, whole, errors.Is(err, io.EOF), every)
			require.NoError(t, resp.Body.Close())
		}

		sealed := s.device.Seal(t, vaulttest.Share{Account: s.account, Number: 2, Size: size})
		for every, status := range map[time.Duration]int{limits.Pace - time.Second: 201, limits.Pace + time.Second: 400} {
			w := dial(t, s.Vault)
			require.NoError(t, w.SetDeadline(time.Now().Add(time.Hour)))
			w.says(s.head(t, len(sealed)))
			var sending sync.WaitGroup
			sending.Go(func() {
				for piece := range slices.Chunk(sealed, 1<<20) {
					w.says(string(piece))
					time.Sleep(every)
				}
			})
			resp, _ := w.hears()
			require.Equal(t, status, resp.Status, "%s: %s", every, resp.Body)
			require.NoError(t, w.Close())
			sending.Wait()
		}
	})
}

// TestSmallAnswersPass: while callers of large answers are slow, small ones do not
// wait.
func TestSmallAnswersPass(t *testing.T) {
	bubble(t, vaulttest.Options{Limits: vault.Limits{Large: 1, Turn: time.Second, Pace: time.Hour}}, func(t *testing.T, s *scene) {
		s.device.ShareNow(t, s.account, 3<<20)
		s.slow(t, s.runner.Lease(t, s.account), 1)
		s.inFlight(t, 1)
		alice := s.device.AddAccount(t, "Alice")
		s.device.ShareNow(t, alice, 1000)
		s.runner.Do(t, "GET", s.runner.Lease(t, alice)+"/envelope", nil).Wants(t, 200)
	})
}
