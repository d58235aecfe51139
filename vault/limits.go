package vault

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"net"
	"net/http"
	"net/netip"
	"time"

	"sessionferry/session"
)

// The limits of what could be guessed. All processes of a database count together.
var (
	// limitSignIn is of one address and one network: a few mistakes, then slowly.
	limitSignIn = Limit{Burst: 5, Every: 30 * time.Second}
	// limitStrangers is of one address from everywhere but the networks that are known
	// to be its person's.
	limitStrangers = Limit{Burst: 50, Every: time.Minute}
	// limitNetwork is of one network for all addresses together: one password that is
	// tried on everybody is guessing too. It is wide, since a company may be one
	// network.
	limitNetwork = Limit{Burst: 100, Every: time.Second}
	// limitCode is of codes that somebody types, by network; a right one pardons.
	limitCode = Limit{Burst: 10, Every: 30 * time.Second}
	// limitBegin is of programs that begin to enrol, by network.
	limitBegin = Limit{Burst: 20, Every: 10 * time.Second}
	// limitPoll is of one program that asks whether it was allowed.
	limitPoll = Limit{Burst: 3, Every: EnrolPolling}
)

// later is a refusal that time mends.
type later struct {
	error
	wait time.Duration
}

func (l later) Unwrap() error { return l.error }

// attempt counts an attempt and refuses it if there were too many.
func (s *Server) attempt(ctx context.Context, l Limit, what ...string) error {
	wait, err := s.cfg.Store.Attempt(ctx, hashOf(what...), l)
	if err != nil || wait == 0 {
		return err
	}
	return later{session.Errorf(session.CodeAttemptsExceeded, "wait %s", wait.Round(time.Second)), wait}
}

// pardon forgets the attempts, after one that was right.
func (s *Server) pardon(ctx context.Context, what ...string) error {
	return s.cfg.Store.Pardon(ctx, hashOf(what...))
}

// hashOf names something by parts of which each may hold anything: no other parts
// have the same name.
func hashOf(parts ...string) [32]byte {
	var b []byte
	for _, p := range parts {
		b = append(binary.AppendUvarint(b, uint64(len(p))), p...)
	}
	return sha256.Sum256(b)
}

// attemptSignIn counts an attempt to sign in under an address. The network's own
// limit comes first: what is refused there costs nobody else anything. Strangers'
// attempts count together, and stop nobody where the person has signed in before.
func (s *Server) attemptSignIn(ctx context.Context, email, from string) error {
	if err := s.attempt(ctx, limitNetwork, "sign in from", from); err != nil {
		return err
	}
	if err := s.attempt(ctx, limitSignIn, "sign in", email, from); err != nil {
		return err
	}
	known, err := s.cfg.Store.KnownNetwork(ctx, email, knownName(from))
	if err != nil || known {
		return err
	}
	return s.attempt(ctx, limitStrangers, "sign in by strangers", email)
}

// knownName is a network as the store keeps it.
func knownName(network string) [32]byte { return hashOf("known", network) }

// network is where a request comes from: its IPv4 address, or the /64 that one
// customer of a provider has.
func network(r *http.Request) string { return networkOf(r.RemoteAddr) }

// networkOf is network for the address of a connection.
func networkOf(remote string) string {
	host, _, err := net.SplitHostPort(remote)
	if err != nil {
		return "local" // a socket
	}
	a, err := netip.ParseAddr(host)
	if err != nil {
		return "local"
	}
	bits := 32
	if a = a.Unmap().WithZone(""); a.Is6() {
		bits = 64
	}
	p, _ := a.Prefix(bits) // the lengths fit
	return p.String()
}
