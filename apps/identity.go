package apps

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"sessionferry/apps/catalogue"
	"sessionferry/session"
)

// kindSession is the kind of identities that tell sessions apart without naming
// an account: they are counted, never compared with a card and never shown.
const kindSession = "session"

// maxIdentity bounds an identity, in characters.
const maxIdentity = 128

// found is an identity that was read, and where.
type found struct {
	scope string
	session.Identity
	marker string
}

// identities reads the selectors of one list. whole is false if something was
// there that could not be read as an identity, so that a count may be too low.
func (j *jar) identities(list []catalogue.Selector) (out []found, whole bool) {
	whole = true
	for i := range list {
		s := &list[i]
		for _, h := range j.find(s, false) {
			vals, all := run(h.value, s.Via)
			whole = whole && all
			for _, v := range vals {
				id, ok := identityText(v)
				switch {
				case !ok:
					whole = false
				case id != "":
					out = append(out, found{h.scope, session.Identity{Kind: s.Kind, Value: id}, h.marker})
				}
			}
		}
	}
	return out, whole
}

// identityText returns the text of an extractor's output; ok is false if it
// does not look like an identity. An empty text is no identity.
func identityText(v any) (id string, ok bool) {
	switch v := v.(type) {
	case string:
		return v, v == "" || looksLikeIdentity(v)
	case json.Number:
		return v.String(), looksLikeIdentity(v.String())
	}
	return "", false
}

// looksLikeIdentity accepts numbers, UUIDs, names and addresses: short, visible,
// and not a token.
func looksLikeIdentity(s string) bool {
	if s == "" || !utf8.ValidString(s) || utf8.RuneCountInString(s) > maxIdentity || strings.TrimSpace(s) != s {
		return false
	}
	if strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) || r == utf8.RuneError }) {
		return false
	}
	return !strings.HasPrefix(s, "eyJ") || strings.Count(s, ".") < 2
}

// canonical is the form in which identities of one kind are counted.
func canonical(id session.Identity) string {
	if id.Kind == "email" {
		return canonicalEmail(id.Value)
	}
	return id.Value
}

// same compares an identity that was read with an expected one, as a person
// would: kinds never mix, and case does not matter.
func same(a, b session.Identity) bool {
	return a.Kind == b.Kind && a.Kind != kindSession && strings.EqualFold(canonical(a), canonical(b))
}

// canonicalEmail is how Google compares addresses: lower case, googlemail.com is
// gmail.com, and dots in the local part of these do not count.
func canonicalEmail(s string) string {
	s = strings.ToLower(s)
	local, domain, ok := strings.Cut(s, "@")
	if !ok || domain != "gmail.com" && domain != "googlemail.com" {
		return s
	}
	return strings.ReplaceAll(local, ".", "") + "@gmail.com"
}

// byKind groups identities by kind, as sorted lists of different ones.
func byKind(list []found) map[string][]string {
	out := map[string][]string{}
	for _, f := range list {
		if c := canonical(f.Identity); !slices.Contains(out[f.Kind], c) {
			out[f.Kind] = append(out[f.Kind], c)
		}
	}
	for _, l := range out {
		slices.Sort(l)
	}
	return out
}

// Mask shortens an identity for people and logs to its first and last
// character, "Bob" to "B•b"; of an address both sides are shortened. One
// of two characters shows its first only, and one of a single character nothing.
func Mask(identity string) string {
	if local, domain, ok := strings.Cut(identity, "@"); ok && local != "" && domain != "" {
		return maskWord(local) + "@" + maskWord(domain)
	}
	return maskWord(identity)
}

func maskWord(s string) string {
	r := []rune(strings.ToValidUTF8(s, "?"))
	for i := range r {
		if !unicode.IsPrint(r[i]) {
			r[i] = '?'
		}
	}
	switch len(r) {
	case 0:
		return ""
	case 1:
		return "•"
	case 2:
		return string(r[0]) + "•"
	}
	return string(r[0]) + "•" + string(r[len(r)-1])
}
