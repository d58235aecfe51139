package vault_test

import (
	"fmt"
	"testing"
	"time"

	"sessionferry/vault"
	"sessionferry/vault/vaulttest"
)

// BenchmarkPut is a whole put of 18 KB over HTTP: signature, transaction, sync.
func BenchmarkPut(b *testing.B) {
	s := newScene(b, vaulttest.Options{EraseWithin: vault.DefaultEraseWithin})
	to := s.device.Roster(b).Recipients(time.Now())
	for n := uint64(1); b.Loop(); n++ {
		b.StopTimer()
		sealed := s.device.SealTo(b, vaulttest.Share{Account: s.account, Number: n, Size: 12_000}, to)
		b.StartTimer()
		s.device.Put(b, s.account, fmt.Sprint(n), sealed).Wants(b, 201)
	}
}

// BenchmarkStatus is one look at a session over HTTP.
func BenchmarkStatus(b *testing.B) {
	s := newScene(b, vaulttest.Options{})
	s.device.ShareNow(b, s.account, 18_000)
	for b.Loop() {
		s.device.Do(b, "GET", s.path("/session"), nil).Wants(b, 200)
	}
}
