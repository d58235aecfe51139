package session

import (
	"slices"
	"strings"
)

// Stores that a capture may have read, as the rule language names them.
var storeNames = []string{"cookie", "local", "session", "idb"}

func (c *Capture) validate(scope Scope) error {
	switch {
	case len(c.Cookies) > MaxCookies:
		return Errorf(CodeBundleTooLarge, "%d cookies, at most %d", len(c.Cookies), MaxCookies)
	case len(c.Origins) > MaxOrigins:
		return Errorf(CodeBundleTooLarge, "%d origins, at most %d", len(c.Origins), MaxOrigins)
	case c.Captured.IsZero():
		return Errorf(CodeBundleInvalid, "no time of capture")
	case c.Store.ID == "" || !slices.Contains([]string{"default", "private", "container"}, c.Store.Kind):
		return Errorf(CodeBundleInvalid, "the cookie store")
	}
	for i, r := range c.Read {
		if !slices.Contains(storeNames, r) || slices.Contains(c.Read[:i], r) {
			return Errorf(CodeBundleInvalid, "the list of stores that were read")
		}
	}
	seen := make(map[Key]bool, len(c.Cookies))
	for i := range c.Cookies {
		k := &c.Cookies[i]
		if err := k.validate(scope, c.Store.ID); err != nil {
			return err
		}
		if seen[k.Key()] {
			return Errorf(CodeBundleInvalid, "one cookie twice")
		}
		seen[k.Key()] = true
	}
	if err := validateOrigins(c.Origins, scope); err != nil {
		return err
	}
	return c.Context.validate()
}

func validateOrigins(origins []OriginStorage, scope Scope) error {
	items, seen := 0, map[string]bool{}
	for _, o := range origins {
		if !scope.ContainsOrigin(o.Origin) {
			return Errorf(CodeOutsideSite, "storage of another origin")
		}
		if seen[o.Origin] {
			return Errorf(CodeBundleInvalid, "one origin twice")
		}
		seen[o.Origin] = true
		items += len(o.Local) + len(o.Session)
		for _, db := range o.Databases {
			for _, st := range db.Stores {
				items += 1 + len(st.Indexes) + len(st.Records)
			}
		}
		if items > MaxItems {
			return Errorf(CodeBundleTooLarge, "more than %d storage items", MaxItems)
		}
		if twice(o.Local) || twice(o.Session) {
			return Errorf(CodeBundleInvalid, "one storage key twice")
		}
	}
	return nil
}

func twice(items []Item) bool {
	seen := make(map[Text]bool, len(items))
	for _, it := range items {
		if seen[it.Key] {
			return true
		}
		seen[it.Key] = true
	}
	return false
}

func (b *BrowserContext) validate() error {
	long := func(s string) bool { return len(s) > 1024 || hasControl(s) }
	switch {
	case long(b.UserAgent), long(b.TimeZone), len(b.Languages) > 32, slices.ContainsFunc(b.Languages, long):
		return Errorf(CodeBundleInvalid, "the browser's context")
	case b.ColorScheme != "light" && b.ColorScheme != "dark":
		return Errorf(CodeBundleInvalid, "the colour scheme")
	case b.Screen.Width < 0 || b.Screen.Width > 1<<16 || b.Screen.Height < 0 || b.Screen.Height > 1<<16,
		!(b.Screen.Scale >= 0 && b.Screen.Scale <= 100):
		return Errorf(CodeBundleInvalid, "the screen")
	}
	if h := b.Hints; h != nil {
		words := []string{h.Platform, h.PlatformVersion, h.Architecture, h.Bitness, h.Model}
		for _, br := range slices.Concat(h.Brands, h.FullVersionList) {
			words = append(words, br.Brand, br.Version)
		}
		if len(words) > 64 || slices.ContainsFunc(words, long) {
			return Errorf(CodeBundleInvalid, "the client hints")
		}
	}
	return nil
}

// ValidateUsername refuses names that no app shows: empty, padded, too long or
// with control characters.
func ValidateUsername(name string) error {
	if name == "" || len(name) > 200 || strings.TrimSpace(name) != name || hasControl(name) || strings.Contains(name, "\t") {
		return Errorf(CodeUsernameInvalid, "")
	}
	return nil
}
