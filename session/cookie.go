package session

// Cookie is one cookie with every attribute that the browser shows to an
// extension. Source: chrome.cookies.Cookie and its Firefox counterpart.
type Cookie struct {
	Name      string        `json:"name"`
	Value     string        `json:"value"`
	Domain    string        `json:"domain"` // without a leading dot
	HostOnly  bool          `json:"host_only"`
	Path      string        `json:"path"`
	Secure    bool          `json:"secure"`
	HTTPOnly  bool          `json:"http_only"`
	SameSite  SameSite      `json:"same_site"`
	Expires   *float64      `json:"expires,omitempty"` // seconds since 1970, fractional; absent: a session cookie
	Partition *PartitionKey `json:"partition,omitempty"`
	Store     string        `json:"store"` // the cookie store's id; the same in the whole bundle
}

// SameSite is the attribute as the extension API names it. "unspecified" is not
// Lax: it is sent with top-level POSTs for two minutes after it was set.
type SameSite string

// The values of SameSite.
const (
	SameSiteUnspecified SameSite = "unspecified"
	SameSiteNone        SameSite = "no_restriction"
	SameSiteLax         SameSite = "lax"
	SameSiteStrict      SameSite = "strict"
)

// PartitionKey is the partition of a CHIPS cookie. Two cookies that differ in
// CrossSite alone are different cookies.
type PartitionKey struct {
	Site      string `json:"top_level_site"`
	CrossSite bool   `json:"has_cross_site_ancestor"`
}

// Key identifies a cookie within one store, as RFC 6265 and CHIPS do.
type Key struct {
	Name, Domain, Path string
	HostOnly           bool
	Partition          PartitionKey
}

// Key returns what tells the cookie from others of its store.
func (c *Cookie) Key() Key {
	k := Key{Name: c.Name, Domain: c.Domain, Path: c.Path, HostOnly: c.HostOnly}
	if c.Partition != nil {
		k.Partition = *c.Partition
	}
	return k
}

// Expired reports whether the cookie is past its end at now, in seconds since
// 1970.
func (c *Cookie) Expired(now float64) bool { return c.Expires != nil && *c.Expires <= now }

// Fits reports whether the cookie is one that a bundle of the store may hold and
// a browser can restore.
func (c *Cookie) Fits(scope Scope, store string) bool {
	return c.validate(scope, store) == nil && c.Restorable() == nil
}

// validate refuses what lies outside the scope or the store. Whether a browser
// can restore the cookie is for Restorable to say.
func (c *Cookie) validate(scope Scope, store string) error {
	switch {
	case !scope.ContainsHost(c.Domain):
		return Errorf(CodeOutsideSite, "a cookie of another domain")
	case c.Partition != nil && !scope.ContainsOrigin(c.Partition.Site):
		return Errorf(CodeOutsideSite, "a cookie partitioned under another site")
	case c.Store != store:
		return Errorf(CodeBundleInvalid, "cookies of two stores")
	}
	return nil
}
