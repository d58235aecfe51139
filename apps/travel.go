package apps

import (
	"slices"

	"sessionferry/apps/catalogue"
	"sessionferry/session"
)

// Left is what stays in the person's browser.
type Left struct {
	Cookies int      // how many cookies
	Items   int      // how many storage items and records
	Names   []string // their names, sorted, each once, at most maxLeft; never values
}

// maxLeft bounds how many names are listed.
const maxLeft = 200

// Travels returns what of a capture is transferred, and what is left behind. The
// capture itself is not changed.
//
// What a rule's leave names, and lists of accounts, never travel. A rule with
// need carries that alone. One without carries every cookie and storage item but
// telemetry. What signs the account in travels even if it is kept together with
// a list of accounts (as Bluesky and Cognito do), since without it there would be
// no session; the verdict has shown by then that the list names one.
func Travels(app *catalogue.App, c *session.Capture) (session.Capture, Left) {
	t := &travel{rule: &app.Rule, named: namingOf(&app.Rule)}
	for i := range app.Rule.SignedIn {
		t.credentials = append(t.credentials, app.Rule.SignedIn[i]...)
	}
	out := *c
	out.Cookies = nil
	for i := range c.Cookies {
		it := cookieItem(&c.Cookies[i])
		if t.carries(&it) {
			out.Cookies = append(out.Cookies, c.Cookies[i])
		}
	}
	out.Origins = nil
	for _, o := range c.Origins {
		if kept, ok := t.origin(o); ok {
			out.Origins = append(out.Origins, kept)
		}
	}
	slices.Sort(t.left.Names)
	t.left.Names = slices.Compact(t.left.Names)
	t.left.Names = t.left.Names[:min(len(t.left.Names), maxLeft)]
	return out, t.left
}

type travel struct {
	rule        *catalogue.Rule
	named       naming
	credentials []catalogue.Selector
	left        Left
}

// carries decides about one item and counts what is left.
func (t *travel) carries(it *Item) bool {
	if t.wanted(it) {
		return true
	}
	if it.Store == catalogue.Cookie {
		t.left.Cookies++
	} else {
		t.left.Items++
	}
	t.left.Names = append(t.left.Names, t.named.marker(it))
	return false
}

func (t *travel) wanted(it *Item) bool {
	switch {
	case picks(t.rule.Leave, it):
		return false
	case len(t.rule.Need) > 0:
		return picks(t.rule.Need, it)
	case picks(t.credentials, it):
		return true
	case picks(t.rule.Roster, it), picks(t.rule.Others, it):
		return false
	}
	return it.Store != catalogue.Cookie || !telemetry().MatchString(it.Name)
}

// picks reports whether one of the selectors names the item, alive or not.
func picks(list []catalogue.Selector, it *Item) bool {
	return slices.ContainsFunc(list, func(s catalogue.Selector) bool {
		return s.Store == it.Store && s.Name.Match(it.Name) != nil && placed(&s, it)
	})
}

// origin returns the part of an origin's storage that travels; ok is false if
// nothing of it does.
func (t *travel) origin(o session.OriginStorage) (kept session.OriginStorage, ok bool) {
	host, _ := session.SiteHost(o.Origin) // as in Items
	kept = session.OriginStorage{Origin: o.Origin}
	items := func(store catalogue.Store, all []session.Item) (out []session.Item) {
		for _, i := range all {
			it := storageItem(store, host, i)
			if t.carries(&it) {
				out = append(out, i)
			}
		}
		return out
	}
	kept.Local = items(catalogue.Local, o.Local)
	kept.Session = items(catalogue.Session, o.Session)
	for _, db := range o.Databases {
		if d, ok := t.database(host, db); ok {
			kept.Databases = append(kept.Databases, d)
		}
	}
	return kept, len(kept.Local)+len(kept.Session)+len(kept.Databases) > 0
}

// database keeps the structure of every object store, since an app that finds
// its version of the database expects them; with need, only of databases that
// hold something to carry.
func (t *travel) database(host string, db session.Database) (kept session.Database, ok bool) {
	kept = db
	kept.Stores = nil
	carried := 0
	for _, st := range db.Stores {
		records := st.Records
		st.Records = nil
		for _, rec := range records {
			it := recordItem(host, db.Name, st.Name, rec)
			if t.carries(&it) {
				st.Records = append(st.Records, rec)
			}
		}
		carried += len(st.Records)
		kept.Stores = append(kept.Stores, st)
	}
	return kept, carried > 0 || len(t.rule.Need) == 0
}
