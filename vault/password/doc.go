// Package password keeps passwords and one-time secrets so that a stolen database
// gives neither: a password as Argon2id, a one-time secret sealed by a key that only
// the password gives. It knows which passwords are too easy to guess.
package password
