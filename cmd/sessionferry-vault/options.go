package main

import (
	"fmt"
	"os"
	"strings"
	"time"

	"sessionferry/internal/settings"
	"sessionferry/vault"
	"sessionferry/vault/oidc"
	"sessionferry/vault/sqlstore"
)

// options are the settings of a vault.
type options struct {
	*settings.Set
	config string   // the file that some of them may stand in
	names  []string // of those that a command takes as flags; nil for all

	data, database, epochs       string
	listen, socket, metrics      string
	publicURL                    string
	oidcIssuer, oidcClient       string
	oidcSecretFile               string
	oidcCodes                    bool
	tlsCert, tlsKey              string
	window, longest, eraseWithin time.Duration
	confirmWithin, recheckAfter  time.Duration
	apps                         string
	jsonLog, dev                 bool
	readyFile                    string
}

// The settings of commands that need no others.
var (
	ofStore = []string{"data", "database", "epochs"} // to read and write the records
	ofLog   = []string{"data", "database"}           // to read the audit log
	ofClock = []string{"socket"}                     // to talk to a vault that runs
)

// newOptions is the one list of settings. A command takes those that are named as
// flags, or all; a file and the environment may have any.
func newOptions(names ...string) *options {
	o := &options{Set: settings.New("SESSIONFERRY_VAULT"), names: names}
	o.StringVar(&o.data, "data", "", "folder of the database and its keys (default: sessionferry-vault in the user's state folder)")
	o.StringVar(&o.database, "database", "", "`ADDRESS` of a PostgreSQL, in place of a file in the data folder: postgres://USER@HOST/NAME; its password is libpq's (PGPASSFILE)")
	o.StringVar(&o.epochs, "epochs", "", "`FOLDER` of the keys that deletion destroys, which all vaults of one database share and no backup holds (default: epochs in the data folder)")
	o.StringVar(&o.listen, "listen", vault.DefaultListen, "address of the API; beyond this computer only with TLS")
	o.StringVar(&o.publicURL, "public-url", "", "`URL` by which people and programs reach the API, such as https://vault.example; needed beyond this computer")
	o.StringVar(&o.oidcIssuer, "oidc-issuer", "", "`URL` of the company's OpenID provider, such as https://login.company.example (default: none)")
	o.StringVar(&o.oidcClient, "oidc-client-id", "", "`NAME` of this vault at the provider")
	o.StringVar(&o.oidcSecretFile, "oidc-client-secret-file", "", "`FILE` of the secret that the provider has given to this vault")
	o.BoolVar(&o.oidcCodes, "oidc-codes", false, "a person who has turned one-time codes on signs in with password and code, never by the OpenID provider alone")
	o.StringVar(&o.socket, "socket", "", "Unix socket for enrolment (default: sessionferry/vault.sock in the user's runtime folder)")
	o.StringVar(&o.tlsCert, "tls-cert", "", "PEM file of the TLS certificate and its chain")
	o.StringVar(&o.tlsKey, "tls-key", "", "PEM file of the TLS certificate's key")
	o.StringVar(&o.metrics, "metrics-listen", "", "`ADDRESS` of Prometheus metrics at /metrics, with /readyz and /healthz, such as "+vault.ExampleMetrics+" (default: none)")
	o.DurationVar(&o.window, "retention-window", vault.DefaultRetentionWindow, "a session that is not used for so long expires")
	o.DurationVar(&o.longest, "retention-cap", vault.DefaultRetentionCap, "no session gets older than this")
	o.DurationVar(&o.confirmWithin, "confirm-within", vault.DefaultConfirmWithin, "a share that no runner confirms within this time is erased")
	o.DurationVar(&o.recheckAfter, "recheck-after", vault.DefaultRecheckAfter, "an app's answer against a session ends it only if a second one, at least this much later, says the same")
	o.DurationVar(&o.eraseWithin, "erase-within", vault.DefaultEraseWithin, "what has ended is erased from disk within this time")
	o.StringVar(&o.apps, "apps", "", "`FOLDER` of your company's own apps, one YAML file an app")
	o.BoolVar(&o.jsonLog, "json-log", false, "log as JSON lines instead of text")
	o.BoolVar(&o.dev, "dev", false, "for work on the web app itself: serve /style, which shows all its parts with sample data")
	o.StringVar(&o.readyFile, "ready-file", "", "write {\"url\",\"socket\"} to this file once the vault answers")
	return o
}

// provider reads the secret of the company's OpenID provider; nil for none.
func (o *options) provider() (*oidc.Config, error) {
	if o.oidcIssuer == "" {
		return nil, nil
	}
	secret, err := os.ReadFile(o.oidcSecretFile)
	if err != nil {
		return nil, fmt.Errorf("read the secret of the OpenID provider: %w", err)
	}
	return &oidc.Config{Issuer: o.oidcIssuer, ClientID: o.oidcClient, ClientSecret: strings.TrimSpace(string(secret)), Codes: o.oidcCodes}, nil
}

func (o *options) server() vault.Config {
	return vault.Config{Listen: o.listen, PublicURL: o.publicURL, Socket: o.socket, TLSCert: o.tlsCert, TLSKey: o.tlsKey, Metrics: o.metrics, EraseWithin: o.eraseWithin, Dev: o.dev}
}

func (o *options) store() sqlstore.Config {
	return sqlstore.Config{RetentionWindow: o.window, RetentionCap: o.longest, ConfirmWithin: o.confirmWithin, RecheckAfter: o.recheckAfter}
}
