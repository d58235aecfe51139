package vault

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"strings"
)

// letters are those of codes that people type: no vowels, so that no word comes
// about, and none that look alike (RFC 8628, section 6.1).
const letters = "BCDFGHJKLMNPQRSTVWXZ"

// A code's letters, in groups of four. What a person copies from another screen
// within minutes is short, what may lie in a letter for days is not.
const (
	userCode   = 8  // 34 bits, for 10 minutes and few attempts
	inviteCode = 16 // 69 bits
)

// newCode makes a code of n letters.
func newCode(n int) string {
	raw := make([]byte, n)
	for i := range raw {
		raw[i] = letters[letter()]
	}
	return grouped(raw)
}

// letter draws the index of a letter, each as likely as the others.
func letter() int {
	var b [1]byte
	for {
		_, _ = rand.Read(b[:]) // never fails: crypto/rand aborts the program instead
		if n := int(b[0]); n < 256/len(letters)*len(letters) {
			return n % len(letters)
		}
	}
}

func grouped(raw []byte) string {
	var b strings.Builder
	for i, c := range raw {
		if i > 0 && i%4 == 0 {
			b.WriteByte('-')
		}
		b.WriteByte(c)
	}
	return b.String()
}

// codeHash is what the store knows a code by, however it was typed.
func codeHash(code string) [32]byte {
	plain := strings.Map(func(r rune) rune {
		if strings.ContainsRune("- \t", r) {
			return -1
		}
		return r
	}, strings.ToUpper(code))
	return sha256.Sum256([]byte(plain))
}

// setupCode is the code that makes the first admin: the same one in every process
// of the database, and of no use after it.
func setupCode(secret []byte) string {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("setup code"))
	sum := mac.Sum(nil)
	raw := make([]byte, inviteCode)
	for i := range raw {
		// Two bytes a letter, so that all are as good as equally likely.
		raw[i] = letters[(int(sum[2*i])<<8|int(sum[2*i+1]))%len(letters)]
	}
	return grouped(raw)
}
