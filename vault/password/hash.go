package password

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// Costs are what a hash takes. Those of a stored hash are in its text, so that
// they can grow.
type Costs struct {
	Memory  uint32 // KiB
	Passes  uint32
	Threads uint8
}

// Standard are the costs of new hashes: the second recommended option of RFC 9106,
// with the two threads that a small server has.
var Standard = Costs{Memory: 64 << 10, Passes: 3, Threads: 2}

// limits bound what a stored text may ask for.
var limits = Costs{Memory: 1 << 20, Passes: 64, Threads: 16}

const (
	saltSize = 16
	hashSize = 32 // that is compared
	keySize  = 32 // that seals the one-time secret
)

// Hasher hashes a few passwords at a time, since each takes a lot of memory. Make
// one with NewHasher.
type Hasher struct {
	costs Costs
	turns chan struct{}
	dummy string
}

// NewHasher returns a hasher that works on at most n passwords at once.
func NewHasher(costs Costs, n int) *Hasher {
	h := &Hasher{costs: costs, turns: make(chan struct{}, n)}
	salt := make([]byte, saltSize)
	h.dummy = text(costs, salt, make([]byte, hashSize)) // no password has this hash
	return h
}

// Key seals a one-time secret. It is never stored.
type Key [keySize]byte

// Hash returns the password's hash in PHC form, with the key that it gives.
func (h *Hasher) Hash(ctx context.Context, password string) (string, Key, error) {
	salt := make([]byte, saltSize)
	_, _ = rand.Read(salt) // never fails: crypto/rand aborts the program instead
	hash, key, err := h.derive(ctx, password, salt, h.costs)
	return text(h.costs, salt, hash), key, err
}

// Check reports whether a stored hash, in PHC form, is of the password, and the
// key that it gives. "" is no password's: it takes as long to say no.
func (h *Hasher) Check(ctx context.Context, stored, password string) (bool, Key, error) {
	missing := stored == ""
	if missing {
		stored = h.dummy
	}
	costs, salt, want, err := parse(stored)
	if err != nil {
		return false, Key{}, err
	}
	got, key, err := h.derive(ctx, password, salt, costs)
	if err != nil || missing || subtle.ConstantTimeCompare(got, want) != 1 {
		return false, Key{}, err
	}
	return true, key, nil
}

func (h *Hasher) derive(ctx context.Context, password string, salt []byte, c Costs) (hash []byte, key Key, err error) {
	select {
	case h.turns <- struct{}{}:
		defer func() { <-h.turns }()
	case <-ctx.Done():
		return nil, Key{}, ctx.Err()
	}
	out := argon2.IDKey([]byte(password), salt, c.Passes, c.Memory, c.Threads, hashSize+keySize)
	return out[:hashSize], Key(out[hashSize:]), nil
}

func text(c Costs, salt, hash []byte) string {
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.Memory, c.Passes, c.Threads, b64(salt), b64(hash))
}

var errStored = errors.New("a stored password is not Argon2id in PHC form")

func parse(s string) (c Costs, salt, hash []byte, err error) {
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return c, nil, nil, errStored
	}
	if n, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.Memory, &c.Passes, &c.Threads); err != nil || n != 3 {
		return c, nil, nil, errStored
	}
	if salt, err = base64.RawStdEncoding.DecodeString(parts[4]); err != nil {
		return c, nil, nil, errStored
	}
	if hash, err = base64.RawStdEncoding.DecodeString(parts[5]); err != nil {
		return c, nil, nil, errStored
	}
	if c.Memory == 0 || c.Passes == 0 || c.Threads == 0 || c.Memory > limits.Memory || c.Passes > limits.Passes || c.Threads > limits.Threads ||
		len(salt) != saltSize || len(hash) != hashSize || text(c, salt, hash) != s {
		return c, nil, nil, errStored
	}
	return c, salt, hash, nil
}
