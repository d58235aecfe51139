package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/rs/zerolog"
	"github.com/spf13/cobra"

	"sessionferry/apps/catalogue"
	"sessionferry/internal/cli"
	"sessionferry/internal/daemon"
	"sessionferry/vault"
)

func serveCommand() *cobra.Command {
	o := newOptions()
	return o.command(&cobra.Command{Use: "serve", Short: "Serve the API until interrupted"}, func(cmd *cobra.Command) error {
		return serve(cmd, o)
	})
}

func serve(cmd *cobra.Command, o *options) (err error) {
	ctx, log := cmd.Context(), daemon.NewLog(cmd.ErrOrStderr(), o.jsonLog)
	known, err := knownApps(o.apps, log)
	if err != nil {
		return err
	}
	leave, err := alone(o)
	if err != nil {
		return err
	}
	defer leave()
	store, err := openStore(ctx, o, o.store())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	cfg := o.server()
	if cfg.OIDC, err = o.provider(); err != nil {
		return err
	}
	cfg.Store, cfg.Apps, cfg.Log = store, vault.Catalogue{Of: known}, log
	cfg.Ready = func(r vault.Ready) {
		_ = cli.Print(cmd, serving{r, r.Setup}, serving{r, r.Setup}.print) // who started it may have gone
		daemon.Announce(o.readyFile, r, log)
	}
	server, err := vault.New(cfg)
	if err != nil {
		return err
	}
	return server.Run(ctx)
}

// serving is what "serve --json" prints once the vault answers.
type serving struct {
	vault.Ready
	Setup string `json:"setup,omitempty"` // the code that makes the first admin
}

func (s serving) print(w io.Writer) error {
	fmt.Fprintf(w, "The vault answers on %s, enrolment on %s.\n", s.URL, s.Socket)
	if s.Setup != "" {
		fmt.Fprintf(w, "For people to sign in, open %s/setup and give the code %s.\n", s.URL, s.Setup)
	}
	return nil
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
