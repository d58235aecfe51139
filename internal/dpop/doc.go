// Package dpop makes and checks DPoP proofs (RFC 9449) with Ed25519: a signed
// statement, made anew for each request, that whoever sends a token holds the key
// that the token was given to. A token alone, read from a log or a backup, opens
// nothing.
//
// It is for the programs of this project and their vault. Which tokens, nonces
// and proof ids are good is the vault's to decide.
package dpop
