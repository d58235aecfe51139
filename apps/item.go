package apps

import (
	"slices"
	"strings"

	"sessionferry/apps/catalogue"
	"sessionferry/session"
)

// Item is one cookie, entry of web storage or record of IndexedDB.
type Item struct {
	Store     catalogue.Store
	Name      string // of an IndexedDB record: database/store/key
	Value     string
	Devalue   bool                 // Value is devalue text, decoded when a rule reads it
	Domain    string               // the cookie's, without a leading dot, or the host of the origin
	HostOnly  bool                 // cookies only, as are the following
	Path      string               // "/" if empty
	Expires   *float64             // seconds since 1970; nil: a session cookie
	Partition session.PartitionKey // zero: not partitioned
}

// Items lists what a capture holds.
func Items(c *session.Capture) []Item {
	out := make([]Item, 0, len(c.Cookies))
	for i := range c.Cookies {
		out = append(out, cookieItem(&c.Cookies[i]))
	}
	for _, o := range c.Origins {
		host, _ := session.SiteHost(o.Origin) // validated with the capture; without a host its items still count
		for _, it := range o.Local {
			out = append(out, storageItem(catalogue.Local, host, it))
		}
		for _, it := range o.Session {
			out = append(out, storageItem(catalogue.Session, host, it))
		}
		for _, db := range o.Databases {
			for _, st := range db.Stores {
				for _, rec := range st.Records {
					out = append(out, recordItem(host, db.Name, st.Name, rec))
				}
			}
		}
	}
	return out
}

func cookieItem(c *session.Cookie) Item {
	it := Item{Store: catalogue.Cookie, Name: c.Name, Value: c.Value, Domain: c.Domain, HostOnly: c.HostOnly,
		Path: c.Path, Expires: c.Expires}
	if c.Partition != nil {
		it.Partition = *c.Partition
	}
	return it
}

func storageItem(store catalogue.Store, host string, it session.Item) Item {
	return Item{Store: store, Name: string(it.Key), Value: string(it.Value), Domain: host}
}

func recordItem(host string, db, store session.Text, rec session.Record) Item {
	name := string(db) + "/" + string(store) + "/" + devalueText(string(rec.Key))
	return Item{Store: catalogue.IDB, Name: name, Value: string(rec.Value), Devalue: true, Domain: host}
}

func (it *Item) path() string {
	if it.Path == "" {
		return "/"
	}
	return it.Path
}

// text is the value as rules read it.
func (it *Item) text() string {
	if it.Devalue {
		return devalueText(it.Value)
	}
	return it.Value
}

func (it *Item) expired(now float64) bool { return it.Expires != nil && *it.Expires <= now }

// coSent reports whether a browser may send both cookies with one request, as
// RFC 6265 matches domains and paths, and CHIPS partitions.
func coSent(a, b *Item) bool {
	domains := a.Domain == b.Domain ||
		!b.HostOnly && strings.HasSuffix(a.Domain, "."+b.Domain) ||
		!a.HostOnly && strings.HasSuffix(b.Domain, "."+a.Domain)
	paths := pathMatch(a.path(), b.path()) || pathMatch(b.path(), a.path())
	return domains && paths && a.Partition == b.Partition
}

// pathMatch is RFC 6265, section 5.1.4.
func pathMatch(request, cookie string) bool {
	rest, ok := strings.CutPrefix(request, cookie)
	return ok && (rest == "" || strings.HasSuffix(cookie, "/") || rest[0] == '/')
}

// contradict returns the name under which two of the cookies have different
// values and would be sent together, or "".
func contradict(items []*Item) string {
	byName := map[string][]*Item{}
	for _, it := range items {
		if it.Store == catalogue.Cookie && !slices.Contains(byName[it.Name], it) {
			byName[it.Name] = append(byName[it.Name], it)
		}
	}
	found := ""
	for name, same := range byName {
		if (found == "" || name < found) && anyPair(same) {
			found = name
		}
	}
	return found
}

func anyPair(same []*Item) bool {
	for i, a := range same {
		for _, b := range same[i+1:] {
			if a.Value != b.Value && coSent(a, b) {
				return true
			}
		}
	}
	return false
}
