package session

import (
	"slices"
	"strings"
)

// Stores that a capture may have read, as the rule language names them.
var storeNames = []string{"cookie", "local", "session", "idb"}

func (c *Capture) validate(scope Scope) error {
	switch {
	case c.Captured.IsZero():
		return Errorf(CodeBundleInvalid, "no time of capture")
	case c.Store.ID == "" || isOdd(c.Store.ID) || !slices.Contains([]string{"default", "private", "container"}, c.Store.Kind):
		return Errorf(CodeBundleInvalid, "the cookie store")
	}
	for i, r := range c.Read {
		if !slices.Contains(storeNames, r) || slices.Contains(c.Read[:i], r) {
			return Errorf(CodeBundleInvalid, "the list of stores that were read")
		}
	}
	for _, u := range c.Unread {
		switch {
		case !scope.ContainsOrigin(u.Origin):
			return Errorf(CodeOutsideSite, "unread storage of another origin")
		case u.Store == "cookie" || !slices.Contains(storeNames, u.Store), u.Name != "" && u.Store != "idb":
			return Errorf(CodeBundleInvalid, "the list of what was not read")
		}
	}
	for i := range c.Cookies {
		if err := c.Cookies[i].validate(scope, c.Store.ID); err != nil {
			return err
		}
	}
	if twice(c.Cookies, func(k Cookie) Key { return k.Key() }) {
		return Errorf(CodeBundleInvalid, "one cookie twice")
	}
	if err := validateOrigins(c.Origins, scope); err != nil {
		return err
	}
	return c.Context.validate()
}

func validateOrigins(origins []OriginStorage, scope Scope) error {
	for _, o := range origins {
		if !scope.ContainsOrigin(o.Origin) {
			return Errorf(CodeOutsideSite, "storage of another origin")
		}
		key := func(it Item) Text { return it.Key }
		if twice(o.Local, key) || twice(o.Session, key) {
			return Errorf(CodeBundleInvalid, "one storage key twice")
		}
		if err := validateDatabases(o.Databases); err != nil {
			return err
		}
	}
	if twice(origins, func(o OriginStorage) string { return o.Origin }) {
		return Errorf(CodeBundleInvalid, "one origin twice")
	}
	return nil
}

func validateDatabases(dbs []Database) error {
	for _, db := range dbs {
		if db.Version < 1 || db.Version > 1<<53-1 {
			return Errorf(CodeBundleInvalid, "the version of a database")
		}
		for _, st := range db.Stores {
			if twice(st.Indexes, func(i Index) Text { return i.Name }) {
				return Errorf(CodeBundleInvalid, "one index twice")
			}
		}
		if twice(db.Stores, func(s ObjectStore) Text { return s.Name }) {
			return Errorf(CodeBundleInvalid, "one object store twice")
		}
	}
	if twice(dbs, func(d Database) Text { return d.Name }) {
		return Errorf(CodeBundleInvalid, "one database twice")
	}
	return nil
}

// twice reports whether two elements have the same key.
func twice[E any, K comparable](list []E, key func(E) K) bool {
	seen := make(map[K]bool, len(list))
	for _, e := range list {
		if seen[key(e)] {
			return true
		}
		seen[key(e)] = true
	}
	return false
}

// isOdd reports whether s is longer than a browser makes such a word, or cannot
// be shown on one line.
func isOdd(s string) bool { return len(s) > 1024 || hasControl(s) }

func hasControl(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r < 0x20 && r != '\t' || r == 0x7f })
}

func (b *BrowserContext) validate() error {
	switch {
	case isOdd(b.UserAgent), isOdd(b.TimeZone), slices.ContainsFunc(b.Languages, isOdd):
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
		if slices.ContainsFunc(words, isOdd) {
			return Errorf(CodeBundleInvalid, "the client hints")
		}
	}
	return nil
}
