// Package envelope is the sealed form of a session, format version 1: seal,
// open, sign, verify, and the roster of keys that a person trusts. It does no
// I/O and keeps no state. docs/envelope.md is its specification, byte by byte.
//
// A device makes a share with Seal; a runner opens it with Open, and hands a
// used session back with SealRefresh. The vault calls Parse, Verify, Split and
// Join, and can open nothing. Keys come from NewSeeds once, and are derived
// again with Seeds.Keys on every start.
//
// What it promises: only the recipients read the session, now and with a quantum
// computer later (HPKE with ML-KEM-768 and X25519, XChaCha20-Poly1305); every
// opener knows that a device of the owner made it (Ed25519 over everything, and
// the header bound into every stanza); it opens for one workspace, account, app,
// session and generation only, and never past its end; all recipients get the
// same session (a commitment to the data key); one envelope has one form.
// Later versions of this package open version 1 for ever.
//
// What it never does: negotiate a suite, take a key or a roster on the vault's
// word (see VerifyChain on pins), open before every check has passed, take
// memory on an unchecked length, or put a secret into an error. Signatures are
// not quantum-safe: they only need to hold while they are used.
//
// What it cannot do: take back what a recipient has opened, or keep the vault
// from withholding the newest envelope from an opener that has not seen it.
package envelope
