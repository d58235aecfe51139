package vault

import (
	"context"
	"net/mail"
	"strings"

	"sessionferry/session"
	"sessionferry/vault/password"
)

// maxEmail is the longest address that mail can be sent to.
const maxEmail = 254

// parseEmail reads an address in the one form in which it is kept, its ASCII letters
// in lower case. Unicode's rules would fold other letters into them: U+212A, the
// Kelvin sign, into the k of somebody else's address.
func parseEmail(s string) (string, error) {
	email := strings.Map(lowerASCII, strings.TrimSpace(s))
	a, err := mail.ParseAddress(email)
	if err != nil || a.Address != email || len(email) > maxEmail {
		return "", session.Errorf(session.CodeEmailInvalid, "")
	}
	return email, nil
}

func lowerASCII(r rune) rune {
	if 'A' <= r && r <= 'Z' {
		return r + 'a' - 'A'
	}
	return r
}

// profile checks what somebody who joins has given, and hashes the password.
func (s *Server) profile(ctx context.Context, name, email, word string) (p Profile, err error) {
	name = strings.TrimSpace(name)
	if !isName(name) {
		return p, session.Errorf(session.CodeNameInvalid, "")
	}
	hash, _, err := s.newPassword(ctx, word, name, email)
	return Profile{Name: name, Email: email, Password: hash}, err
}

// newPassword hashes a password that is not too easy to guess. words belong to
// its person.
func (s *Server) newPassword(ctx context.Context, word string, words ...string) (string, password.Key, error) {
	if password.Weak(word, words...) {
		return "", password.Key{}, session.Errorf(session.CodePasswordWeak, "at least %d characters", password.MinLength)
	}
	return s.cfg.Passwords.Hash(ctx, word)
}
