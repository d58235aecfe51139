package apps

import (
	"maps"
	"slices"

	"sessionferry/apps/catalogue"
	"sessionferry/session"
)

// Names tells what of a capture travels and what stays in the person's browser.
// Each list is sorted, has a name once, and has at most maxNames; never a value.
type Names struct {
	Went   []string `json:"went"`
	Stayed []string `json:"stayed"`

	Cookies int `json:"-"` // how many cookies stay
	Items   int `json:"-"` // how many storage items and records stay
}

// maxNames bounds how many names are listed.
const maxNames = 200

// Travels returns what of a capture is transferred, and what is left behind. The
// capture itself is not changed.
//
// What a rule's leave names, and lists of accounts, never travel. A rule with
// need carries that alone. One without carries every cookie and storage item but
// telemetry; an app without a rule carries what may be a session. What signs the account in travels even if it is kept together with
// a list of accounts (as Bluesky and Cognito do), since without it there would be
// no session; the verdict has shown by then that the list names one.
func Travels(app *catalogue.App, c *session.Capture) (session.Capture, Names) {
	t := newTravel(app)
	out := *c
	out.Cookies, out.Unread = nil, nil
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
	t.names.Went, t.names.Stayed = slices.Sorted(maps.Keys(t.went)), slices.Sorted(maps.Keys(t.stayed))
	return out, t.names
}

// KeepRestorable returns the capture without the cookies that no restore makes again,
// and the names of those that would have travelled, each with its place. A cookie
// that does not arrive proves nothing either.
func KeepRestorable(app *catalogue.App, c *session.Capture) (session.Capture, []string) {
	t := newTravel(app)
	out := *c
	out.Cookies = nil
	var lost []string
	for i := range c.Cookies {
		k := &c.Cookies[i]
		if k.Restorable() == nil {
			out.Cookies = append(out.Cookies, *k)
		} else if it := cookieItem(k); t.wanted(&it) {
			lost = append(lost, t.named.marker(&it)+" ("+printable(k.Domain+k.Path)+")")
		}
	}
	return out, lost
}

type travel struct {
	rule        *catalogue.Rule
	named       naming
	credentials []catalogue.Selector
	went        map[string]bool // names, at most maxNames
	stayed      map[string]bool
	names       Names
}

func newTravel(app *catalogue.App) *travel {
	t := &travel{rule: &app.Rule, named: namingOf(&app.Rule), went: map[string]bool{}, stayed: map[string]bool{}}
	for i := range app.Rule.SignedIn {
		t.credentials = append(t.credentials, app.Rule.SignedIn[i]...)
	}
	return t
}

// carries decides about one item and notes what becomes of it.
func (t *travel) carries(it *Item) bool {
	if t.wanted(it) {
		t.note(t.went, it)
		return true
	}
	if it.Store == catalogue.Cookie {
		t.names.Cookies++
	} else {
		t.names.Items++
	}
	t.note(t.stayed, it)
	return false
}

// note keeps the item's name. Past the bound that is not even looked at, since
// there may be very many items.
func (t *travel) note(in map[string]bool, it *Item) {
	if len(in) < maxNames {
		in[t.named.marker(it)] = true
	}
}

func (t *travel) wanted(it *Item) bool {
	switch {
	case picks(t.rule.Leave, it):
		return false
	case len(t.rule.Need) > 0:
		return picks(t.rule.Need, it)
	case t.rule.Empty():
		return carriedWithoutRule(it)
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
