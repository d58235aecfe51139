package password

import (
	"unicode/utf8"

	"github.com/trustelem/zxcvbn"
)

// The lengths of a password: in characters, and in bytes so that hashing one
// cannot be made to take long.
const (
	MinLength = 12
	MaxBytes  = 256
)

// enough is the score, 0 to 4, that takes more than 10⁸ guesses.
const enough = 3

// looked is how much of a password is judged. More cannot make it weaker.
const looked = 100

// Weak reports whether a password is too short, too long, or one that is guessed
// soon by who knows the words that belong to its person.
func Weak(password string, words ...string) bool {
	if utf8.RuneCountInString(password) < MinLength || len(password) > MaxBytes || !utf8.ValidString(password) {
		return true
	}
	if len(password) > looked {
		return false
	}
	return zxcvbn.PasswordStrength(password, append(words, "sessionferry", "vault")).Score < enough
}
