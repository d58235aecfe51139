package session

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ValidName reports whether a name of a person, device, runner or account can be
// shown in one line without a doubt: 1 to limit bytes of UTF-8 that begin and end
// with no space, of printable characters with a width of their own and plain spaces
// alone. It is the one rule for envelope, vault, runner and host.
func ValidName(name string, limit int) bool {
	return name != "" && len(name) <= limit && utf8.ValidString(name) && strings.TrimSpace(name) == name &&
		!strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) || IsHidden(r) })
}

// ValidateUsername refuses names that no app shows, by ValidName with 200 bytes.
func ValidateUsername(name string) error {
	if !ValidName(name, 200) {
		return Errorf(CodeUsernameInvalid, "")
	}
	return nil
}

// IsHidden reports whether a character is seen by its effect alone or not at all:
// controls (line breaks and tabs too), marks that turn or join text, separators of
// lines, and characters without a width.
func IsHidden(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co, unicode.Cs,
		unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// Shown returns text of a vault, an app or a page as a terminal, a log or a page may
// show it: unchanged where nothing in it is hidden, else in quotes and escaped.
func Shown(text string) string {
	if utf8.ValidString(text) && !strings.ContainsFunc(text, IsHidden) {
		return text
	}
	var b strings.Builder
	for _, r := range strconv.Quote(text) { // leaves what has no width and counts as a letter or mark
		if IsHidden(r) {
			b.WriteString(Escaped(r))
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// Escaped returns a character as JSON escapes it, such as \u202e. That is the same
// text within a JSON string.
func Escaped(r rune) string {
	if r <= 0xFFFF {
		return fmt.Sprintf(`\u%04x`, r)
	}
	r -= 0x10000
	return fmt.Sprintf(`\u%04x\u%04x`, 0xD800+r>>10, 0xDC00+r&0x3FF)
}
