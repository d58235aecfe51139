package envelope

import (
	"crypto/ecdh"
	"encoding/hex"
)

// isSmallOrder reports whether k encodes one of the eight points under which
// some signature fits every message. Only their y coordinate matters: both signs
// and both encodings of a y below 19 are points of the same kind.
func isSmallOrder(k []byte) bool {
	y := [32]byte(k)
	y[31] &= 0x7F
	return smallOrder[y]
}

var smallOrder = map[[32]byte]bool{
	fromHex("0000000000000000000000000000000000000000000000000000000000000000"): true, // order 4
	fromHex("0100000000000000000000000000000000000000000000000000000000000000"): true, // order 1
	fromHex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"): true, // order 2
	fromHex("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"): true, // 0, not reduced
	fromHex("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"): true, // 1, not reduced
	fromHex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"): true, // order 8
	fromHex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"): true, // order 8
}

func fromHex(s string) (out [32]byte) {
	if n, err := hex.Decode(out[:], []byte(s)); err != nil || n != len(out) {
		panic("envelope: a constant is not 32 bytes of hex")
	}
	return out
}

// contributes reports whether an X25519 exchange with the point gives a secret:
// with one of small order it gives zero for every scalar, which crypto/ecdh
// refuses, so any fixed scalar tells.
func contributes(point []byte) bool {
	probe, err := ecdh.X25519().NewPrivateKey([]byte("sessionferry's x25519 probe key."))
	if err != nil {
		return false
	}
	k, err := ecdh.X25519().NewPublicKey(point)
	if err != nil {
		return false
	}
	_, err = probe.ECDH(k)
	return err == nil
}
