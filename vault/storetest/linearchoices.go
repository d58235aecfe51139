package storetest

import (
	"crypto/rand"
	"encoding/binary"
	"os"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// envSeed makes the choices of an earlier run again. How the calls overlap is
// left to chance all the same.
const envSeed = "SESSIONFERRY_LINEAR_SEED"

// newSeed is a random seed, or the one that a variable of the environment holds.
func newSeed(t *testing.T, env string) uint64 {
	if text := os.Getenv(env); text != "" {
		seed, err := strconv.ParseUint(text, 10, 64)
		require.NoError(t, err, env)
		return seed
	}
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails
	return binary.LittleEndian.Uint64(b[:])
}

// choices is SplitMix64: numbers that a seed repeats. No secret is made of them.
type choices struct{ state uint64 }

// below returns a number from 0 to n-1.
func (c *choices) below(n int) int {
	c.state += 0x9e3779b97f4a7c15
	z := c.state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return int((z ^ z>>31) % uint64(n))
}

// rarely is true once in n times.
func (c *choices) rarely(n int) bool { return c.below(n) == 0 }

func oneOf[T any](c *choices, list []T) T { return list[c.below(len(list))] }
