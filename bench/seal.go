package main

import (
	"io"
	"math/rand/v2"
	"testing"
	"time"

	"sessionferry/envelope"
	"sessionferry/session"
)

// sealing returns the milliseconds that it takes to seal 1 MiB that does not
// compress to 5 recipients, and to open it.
func sealing() (seal, open float64) {
	device := must(envelope.NewSeeds().Keys(envelope.RoleDevice))
	now := time.Now().UTC().Truncate(time.Second)
	workspace, person := session.NewID(), session.NewID()
	roster := must(envelope.FirstRoster(workspace, person, envelope.Entry{Keys: device.Public(), Name: "device", NotAfter: now.Add(time.Hour)}, now))
	for range 4 {
		_ = must(roster.Sign(device)) // a version follows a signed one
		runner := must(envelope.NewSeeds().Keys(envelope.RoleRunner))
		roster = must(roster.Add(envelope.Entry{Keys: runner.Public(), Name: "runner", NotAfter: now.Add(time.Hour)}, now))
	}
	payload := make([]byte, 1<<20)
	source := rand.NewChaCha8([32]byte{})
	_, _ = source.Read(payload)
	h := envelope.Header{Workspace: workspace, Account: session.NewID(), App: "mediawiki", Session: session.NewID(),
		Generation: session.Generation{Share: 1}, Created: now, Cap: now.Add(time.Hour), NotAfter: now.Add(time.Hour),
		Consent: session.Consent{Text: session.ConsentText, Time: now, Surface: "popup"}}
	var e *envelope.Envelope
	sealed := testing.Benchmark(func(b *testing.B) {
		for b.Loop() {
			e = must(envelope.Seal(h, device, roster.Recipients(now), func(w io.Writer) error { _, err := w.Write(payload); return err }))
		}
	})
	opened := testing.Benchmark(func(b *testing.B) {
		for b.Loop() {
			_ = must(e.Open(device, roster, envelope.Expect{Workspace: workspace, Account: h.Account, App: h.App, Now: now}))
		}
	})
	return perOp(sealed), perOp(opened)
}

func perOp(r testing.BenchmarkResult) float64 { return float64(r.NsPerOp()) / 1e6 }

// must is for what cannot fail with inputs of this file.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
