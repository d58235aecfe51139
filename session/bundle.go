package session

import (
	"io"
	"slices"
	"time"
)

// Limits of a bundle. They are checked before memory is taken for what they
// bound.
const (
	MaxBundle  = 32 << 20 // bytes of JSON, as captured and as opened
	MaxCookies = 4000
	MaxOrigins = 64
	MaxItems   = 200_000 // storage items, and databases with all that they hold, over all origins
)

// BundleVersion is the version of the JSON form.
const BundleVersion = 1

// Bundle is the session that is sealed: a capture, and what the host adds from
// its own configuration and from the proof.
type Bundle struct {
	Version  int      `json:"version"`
	App      string   `json:"app"`
	Site     string   `json:"site"`
	Identity Identity `json:"identity"` // whose session the proof found it to be
	Proof    Proof    `json:"proof,omitempty"`
	Capture  Capture  `json:"capture"`
}

// Proof says whose word the bundle's identity rests on.
type Proof string

// The proofs, strongest first. With any but the first the app is asked on
// arrival, before the session may be used.
const (
	ProofJar     Proof = ""        // cookies and storage leave no doubt
	ProofApp     Proof = "app"     // the app named the account to the person's browser
	ProofAssumed Proof = "assumed" // no second account was seen, nor can its absence be
	ProofPerson  Proof = "person"  // the person named the account
)

// Identity is one account name of one kind ("username", "uid", "email", ...).
// Kinds never mix.
type Identity struct {
	Kind  string `json:"kind"`
	Value string `json:"value"`
}

// Capture is what the extension read in one cookie store of the person's
// browser.
type Capture struct {
	Captured time.Time       `json:"captured"`
	Store    Store           `json:"store"`
	Read     []string        `json:"read"` // which of "cookie", "local", "session", "idb" were read
	Unread   []Unread        `json:"unread,omitempty"`
	Cookies  []Cookie        `json:"cookies"`
	Origins  []OriginStorage `json:"origins"`
	Context  BrowserContext  `json:"context"`
}

// Store names the cookie store of the window in which the person clicked.
type Store struct {
	ID   string `json:"id"`   // the browser's own name, e.g. "0" or "firefox-container-6"
	Kind string `json:"kind"` // "default", "private" or "container"
}

// OriginStorage is the web storage of one origin.
type OriginStorage struct {
	Origin    string     `json:"origin"`
	Local     []Item     `json:"local,omitempty"`
	Session   []Item     `json:"session,omitempty"`
	Databases []Database `json:"databases,omitempty"`
}

// Unread is a part of an origin's storage that is there and that the browser could
// not read.
type Unread struct {
	Origin string `json:"origin"`
	Store  string `json:"store"`          // "local", "session" or "idb"
	Name   Text   `json:"name,omitempty"` // of "idb": database, database/store or database/store/key; "": the whole store
}

// Item is one entry of localStorage or sessionStorage.
type Item struct {
	Key   Text `json:"key"`
	Value Text `json:"value"`
}

// Database is one IndexedDB database.
type Database struct {
	Name    Text          `json:"name"`
	Version uint64        `json:"version"`
	Stores  []ObjectStore `json:"stores"`
}

// ObjectStore is one object store. KeyPath and the keys and values of records
// are in devalue's text form, since JSON cannot carry their types.
type ObjectStore struct {
	Name          Text     `json:"name"`
	KeyPath       Text     `json:"key_path"`
	AutoIncrement bool     `json:"auto_increment,omitempty"`
	Indexes       []Index  `json:"indexes,omitempty"`
	Records       []Record `json:"records,omitempty"`
}

// Index is one index of an object store.
type Index struct {
	Name       Text `json:"name"`
	KeyPath    Text `json:"key_path"`
	Unique     bool `json:"unique,omitempty"`
	MultiEntry bool `json:"multi_entry,omitempty"`
}

// Record is one record of an object store.
type Record struct {
	Key   Text `json:"key"`
	Value Text `json:"value"`
}

// BrowserContext is what the app saw of the browser besides its cookies. A
// restore repeats it, since a session that suddenly speaks from another browser
// draws alerts.
type BrowserContext struct {
	UserAgent   string   `json:"user_agent"`
	Languages   []string `json:"languages"`
	TimeZone    string   `json:"time_zone"`
	Screen      Screen   `json:"screen"`
	ColorScheme string   `json:"color_scheme"` // "light" or "dark"
	Hints       *Hints   `json:"hints,omitempty"`
}

// Screen is in CSS pixels; Scale is devicePixelRatio.
type Screen struct {
	Width  int     `json:"width"`
	Height int     `json:"height"`
	Scale  float64 `json:"scale"`
}

// Hints are the user-agent client hints of browsers that have them.
type Hints struct {
	Platform        string  `json:"platform"`
	PlatformVersion string  `json:"platform_version,omitempty"`
	Architecture    string  `json:"architecture,omitempty"`
	Bitness         string  `json:"bitness,omitempty"`
	Model           string  `json:"model,omitempty"`
	Mobile          bool    `json:"mobile,omitempty"`
	Brands          []Brand `json:"brands,omitempty"`
	FullVersionList []Brand `json:"full_version_list,omitempty"`
}

// Brand is one brand of the client hints.
type Brand struct {
	Brand   string `json:"brand"`
	Version string `json:"version"`
}

// DecodeCapture reads and validates what the extension sent. Nothing outside
// scope is accepted.
func DecodeCapture(data []byte, scope Scope) (*Capture, error) {
	var c Capture
	if err := decode(data, &c); err != nil {
		return nil, err
	}
	if err := c.validate(scope); err != nil {
		return nil, err
	}
	return &c, nil
}

// Encode writes the bundle in its one form.
func (b *Bundle) Encode(w io.Writer) error { return MarshalWrite(w, b) }

// DecodeBundle reads and validates an opened bundle. domains are those of the
// app's file; the bundle's own site completes them.
func DecodeBundle(data []byte, domains []string) (*Bundle, error) {
	var b Bundle
	if err := decode(data, &b); err != nil {
		return nil, err
	}
	if b.Version != BundleVersion {
		return nil, Errorf(CodeBundleInvalid, "version %d", b.Version)
	}
	if !slices.Contains([]Proof{ProofJar, ProofApp, ProofAssumed, ProofPerson}, b.Proof) {
		return nil, Errorf(CodeBundleInvalid, "the proof")
	}
	scope, err := NewScope(domains, b.Site)
	if err != nil {
		return nil, err
	}
	if err := b.Capture.validate(scope); err != nil {
		return nil, err
	}
	return &b, nil
}

// ItemCount is the number of web storage entries and IndexedDB records.
func (c *Capture) ItemCount() int {
	n := 0
	for _, o := range c.Origins {
		n += len(o.Local) + len(o.Session)
		for _, db := range o.Databases {
			for _, st := range db.Stores {
				n += len(st.Records)
			}
		}
	}
	return n
}
