package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/rs/zerolog"
	"github.com/spf13/cobra"

	"sessionferry/apps/catalogue"
	"sessionferry/internal/daemon"
	"sessionferry/internal/userdirs"
	"sessionferry/session"
	"sessionferry/vault"
)

// options are the flags of serve.
type options struct {
	data, database, epochs       string
	listen, socket, publicURL    string
	tlsCert, tlsKey              string
	window, longest, eraseWithin time.Duration
	confirmWithin                time.Duration
	apps                         string
	jsonLog                      bool
	readyFile                    string
}

func serveCommand() *cobra.Command {
	var o options
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve the API until interrupted",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := o.fill(os.Getenv); err != nil {
				return err
			}
			return serve(cmd.Context(), o, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	f := cmd.Flags()
	o.placeFlags(cmd)
	f.StringVar(&o.epochs, "epochs", "", "`FOLDER` of the keys that deletion destroys, which all vaults of one database share and no backup holds (default: epochs in the data folder)")
	f.StringVar(&o.listen, "listen", vault.DefaultListen, "address of the API; beyond this computer only with TLS")
	f.StringVar(&o.publicURL, "public-url", "", "`URL` by which people and programs reach the API, such as https://vault.example; needed beyond this computer")
	f.StringVar(&o.socket, "socket", "", "Unix socket for enrolment (default: sessionferry/vault.sock in the user's runtime folder)")
	f.StringVar(&o.tlsCert, "tls-cert", "", "PEM file of the TLS certificate and its chain")
	f.StringVar(&o.tlsKey, "tls-key", "", "PEM file of the TLS certificate's key")
	f.DurationVar(&o.window, "retention-window", vault.DefaultRetentionWindow, "a session that is not used for so long expires")
	f.DurationVar(&o.longest, "retention-cap", vault.DefaultRetentionCap, "no session gets older than this")
	f.DurationVar(&o.confirmWithin, "confirm-within", vault.DefaultConfirmWithin, "a share that no runner confirms within this time is erased")
	f.DurationVar(&o.eraseWithin, "erase-within", vault.DefaultEraseWithin, "what has ended is erased from disk within this time")
	f.StringVar(&o.apps, "apps", "", "`FOLDER` of your company's own apps, one YAML file an app")
	f.BoolVar(&o.jsonLog, "json-log", false, "log as JSON lines instead of text")
	f.StringVar(&o.readyFile, "ready-file", "", "write {\"url\",\"socket\"} to this file once the vault answers")
	return cmd
}

// placeFlags are the flags that say where the records are.
func (o *options) placeFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.data, "data", "", "folder of the database and its keys (default: sessionferry-vault in the user's state folder)")
	f.StringVar(&o.database, "database", "", "`ADDRESS` of a PostgreSQL, in place of a file in the data folder: postgres://USER@HOST/NAME; its password is libpq's (PGPASSFILE)")
}

// fill sets what depends on the user's folders.
func (o *options) fill(getenv func(string) string) error {
	home := getenv("HOME")
	if state := userdirs.State(getenv, home); o.data == "" && state != "" {
		o.data = filepath.Join(state, "sessionferry-vault")
	}
	if o.socket == "" {
		o.socket = userdirs.VaultSocket(getenv, home)
	}
	if o.epochs == "" && o.data != "" {
		o.epochs = filepath.Join(o.data, "epochs")
	}
	if o.data == "" || o.socket == "" {
		return session.Errorf(session.CodeUsageInvalid, "no home folder is known: give --data and --socket")
	}
	return nil
}

func serve(ctx context.Context, o options, stdout, stderr io.Writer) (err error) {
	log := daemon.NewLog(stderr, o.jsonLog)
	if err := os.MkdirAll(o.data, 0o700); err != nil {
		return fmt.Errorf("make the data folder: %w", err)
	}
	known, err := knownApps(o.apps, log)
	if err != nil {
		return err
	}
	if err := checkAddress(o.database); err != nil {
		return err
	}
	if o.database == "" { // a file is one process's
		unlock, err := lock(filepath.Join(o.data, "lock"))
		if err != nil {
			return err
		}
		defer unlock()
	}
	store, err := openStore(ctx, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	server, err := vault.New(vault.Config{
		Store: store, Apps: vault.Catalogue{Of: known}, Listen: o.listen, PublicURL: o.publicURL, Socket: o.socket, TLSCert: o.tlsCert, TLSKey: o.tlsKey,
		EraseWithin: o.eraseWithin, Log: log,
		Ready: func(r vault.Ready) {
			fmt.Fprintf(stdout, "The vault answers on %s, enrolment on %s.\n", r.URL, r.Socket)
			if r.Setup != "" {
				fmt.Fprintf(stdout, "For people to sign in, open %s/setup and give the code %s.\n", r.URL, r.Setup)
			}
			daemon.Announce(o.readyFile, r, log)
		},
	})
	if err != nil {
		return err
	}
	return server.Run(ctx)
}

// knownApps opens a company's folder of apps. A file that is not valid is logged
// and its app is not there; the others are no worse for it.
func knownApps(dir string, log zerolog.Logger) (*catalogue.Catalogue, error) {
	if dir == "" {
		return catalogue.Embedded(), nil
	}
	known, err := catalogue.Open(dir)
	if err != nil {
		return nil, err
	}
	for _, fault := range known.Faults() {
		log.Warn().Str("code", string(fault.Code)).Str("detail", fault.Detail).Msg("an app's file is not used")
	}
	return known, nil
}
