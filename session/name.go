package session

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ValidName reports whether a name of a person, device, runner or account can be
// shown in one line without a doubt: 1 to limit bytes of UTF-8 that begin and end
// with no space, of printable characters that are seen and plain spaces alone. It is
// the one rule for envelope, vault, runner and host.
func ValidName(name string, limit int) bool {
	return name != "" && len(name) <= limit && utf8.ValidString(name) && strings.TrimSpace(name) == name && !hides(name) &&
		!strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) && !isJoiner(r) })
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

// isJoiner reports whether a character is one that shapes the letters beside it in
// the scripts that need it, such as Persian and Sinhala, and is not seen elsewhere.
func isJoiner(r rune) bool { return unicode.Is(unicode.Join_Control, r) }

// joining are the scripts whose letters have another form beside a joiner.
var joining = []*unicode.RangeTable{
	unicode.Arabic, unicode.Syriac, unicode.Nko, unicode.Mongolian, unicode.Devanagari, unicode.Bengali, unicode.Gurmukhi, unicode.Gujarati,
	unicode.Oriya, unicode.Tamil, unicode.Telugu, unicode.Kannada, unicode.Malayalam, unicode.Sinhala, unicode.Khmer, unicode.Myanmar,
}

// hides reports whether a text has a character that is not seen. RFC 5892 has exact
// rules for joiners, whose tables are too large for a host that starts with each popup.
func hides(text string) bool {
	var before rune
	runes := []rune(text)
	for i, r := range runes {
		if IsHidden(r) && (!isJoiner(r) || i+1 == len(runes) || !joinable(before, runes[i+1])) {
			return true
		}
		before = r
	}
	return false
}

// joinable reports whether two characters are of one script whose letters join.
func joinable(a, b rune) bool {
	return slices.ContainsFunc(joining, func(s *unicode.RangeTable) bool { return unicode.Is(s, a) && unicode.Is(s, b) })
}

// Shown returns text of a vault, an app or a page as a terminal, a log or a page may
// show it: unchanged where nothing in it is hidden, else in quotes and escaped.
func Shown(text string) string {
	if utf8.ValidString(text) && !hides(text) {
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
