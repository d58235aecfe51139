package vault

import (
	"net"
	"net/netip"
	"net/url"
	"time"

	"github.com/rs/zerolog"

	"sessionferry/apps/catalogue"
	"sessionferry/internal/settings"
	"sessionferry/vault/oidc"
	"sessionferry/vault/password"
)

// Defaults, and times that are part of the API.
const (
	DefaultListen          = "127.0.0.1:7421"
	ExampleMetrics         = "127.0.0.1:7422" // metrics are off unless they are given an address
	DefaultRetentionWindow = 30 * 24 * time.Hour
	DefaultRetentionCap    = 90 * 24 * time.Hour
	DefaultEraseWithin     = 60 * time.Second
	DefaultConfirmWithin   = 15 * time.Minute
	DefaultRecheckAfter    = 2 * time.Minute
	LeaseTime              = 10 * time.Minute
	ConfirmLeaseTime       = 2 * time.Minute  // short, so that a runner that died blocks nothing
	PassTime               = 15 * time.Second // that a runner is not handed again what it gave back
	TokenTime              = time.Hour
	ProgramIdle            = 90 * 24 * time.Hour // a program that is not seen for so long has to enrol again
	NonceTime              = 2 * time.Minute     // that a proof with a nonce is taken
	ProofTime              = 2 * NonceTime       // that a proof which changed something is remembered
	MaxSeenAhead           = 1_000_000           // shares that a vault restored from a backup may have lost
)

// Apps tells which apps there may be cards for.
type Apps interface {
	// Domains returns the domains of an app ("*" stands for the card's own
	// site), and whether there may be cards for it.
	Domains(app string) ([]string, bool)
	// Get returns an app, also one that cards can no longer be made for, and whether
	// it is known.
	Get(app string) (*catalogue.App, bool)
	// Offered lists the apps that there may be cards for, by name.
	Offered() ([]*catalogue.App, error)
}

// Config is what a Server needs.
type Config struct {
	Store Store
	Apps  Apps // nil for Catalogue

	Listen string // address of the API; "" for DefaultListen, port 0 for any
	Socket string // path of the Unix socket for enrolment
	// PublicURL is how people and programs reach the API, such as
	// "https://vault.example"; "" for the address that is listened on, if that is of
	// this computer alone.
	PublicURL string
	TLSCert   string // PEM files; both or none
	TLSKey    string

	OIDC      *oidc.Config     // the company's OpenID provider; its Redirect is filled in; nil for none
	Passwords *password.Hasher // nil for the standard costs

	Metrics string // address of the metrics; "" for none

	Limits Limits

	EraseWithin time.Duration // what has ended is erased within it; 0 for the default

	// Dev serves /style beside the pages, for whoever works on them. It shows samples
	// and nothing of the vault's.
	Dev bool

	// ConnectionUser finds the user of this computer who opened the TCP connection
	// from one of its addresses to another; nil for the kernel's answer.
	ConnectionUser func(from, to netip.AddrPort) (uid uint32, err error)

	Log   zerolog.Logger
	Now   func() time.Time // nil for time.Now
	Ready func(Ready)      // called once, when the vault answers; may be nil
}

// Ready tells where a vault answers.
type Ready struct {
	URL     string `json:"url"`
	Socket  string `json:"socket"`
	Metrics string `json:"metrics,omitempty"`
	Setup   string `json:"-"` // the code that makes the first admin; "" once there is one
}

func (c *Config) fill() {
	if c.Apps == nil {
		c.Apps = Catalogue{}
	}
	if c.Listen == "" {
		c.Listen = DefaultListen
	}
	if c.EraseWithin == 0 {
		c.EraseWithin = DefaultEraseWithin
	}
	c.Limits = c.Limits.filled()
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Passwords == nil {
		c.Passwords = password.NewHasher(password.Standard, passwordsAtOnce)
	}
	if c.ConnectionUser == nil {
		c.ConnectionUser = connectionUser
	}
	if c.Ready == nil {
		c.Ready = func(Ready) {}
	}
}

// Check fills the defaults in and says what is wrong, as a settings.Wrong where a
// single setting is. It asks for no Store, which New does.
func (c *Config) Check() error {
	c.fill()
	switch {
	case c.Socket == "":
		return settings.Wrongf("socket", "the vault needs the path of a socket for enrolment")
	case c.TLSCert != "" && c.TLSKey == "":
		return settings.Wrongf("tls-cert", "a TLS certificate and its key belong together: give both or none")
	case c.TLSCert == "" && c.TLSKey != "":
		return settings.Wrongf("tls-key", "a TLS certificate and its key belong together: give both or none")
	case c.PublicURL != "" && !isBase(c.PublicURL):
		return settings.Wrongf("public-url", "the public URL %q is not of the form https://vault.example", c.PublicURL)
	case c.EraseWithin < 100*time.Millisecond || c.EraseWithin > time.Hour:
		return settings.Wrongf("erase-within", "the bound of erasure lies between 100 milliseconds and an hour")
	}
	if err := c.checkAddress("listen", c.Listen, DefaultListen); err != nil {
		return err
	}
	if host, _, _ := net.SplitHostPort(c.Listen); c.PublicURL == "" && !isLoopback(host) {
		return settings.Wrongf("listen", "%s can be reached under more than one name: give the public URL, such as https://vault.example", c.Listen)
	}
	if c.Metrics == "" {
		return nil
	}
	return c.checkAddress("metrics-listen", c.Metrics, ExampleMetrics)
}

// checkAddress refuses an address that other computers reach without TLS.
func (c *Config) checkAddress(setting, address, example string) error {
	host, _, err := net.SplitHostPort(address)
	switch {
	case err != nil:
		return settings.Wrongf(setting, "%q is not an address to listen on: give a host and a port, such as %s", address, example)
	case !isLoopback(host) && c.TLSCert == "":
		return settings.Wrongf(setting, "%s can be reached from other computers: give a TLS certificate and key, or listen on %s", address, example)
	}
	return nil
}

// isBase reports whether s is an origin that may be trusted with tokens: HTTPS, or
// this computer.
func isBase(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Host != "" && s == u.Scheme+"://"+u.Host &&
		(u.Scheme == "https" || u.Scheme == "http" && isLoopback(u.Hostname()))
}

// isLoopback takes the one name that every system resolves to itself, and
// addresses.
func isLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.IsLoopback()
}

// passwordsAtOnce bounds the memory that sign-ins take: 64 MiB each.
const passwordsAtOnce = 2
