package main

import (
	"errors"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"sessionferry/internal/cli"
	"sessionferry/internal/settings"
	"sessionferry/internal/userdirs"
	"sessionferry/session"
)

// takes reports whether the command takes a setting.
func (o *options) takes(name string) bool { return o.names == nil || slices.Contains(o.names, name) }

// command gives a command its settings as flags. run finds them complete.
func (o *options) command(cmd *cobra.Command, run func(cmd *cobra.Command) error) *cobra.Command {
	cmd.Flags().StringVar(&o.config, "config", "", "YAML `FILE` of settings: their names are those of the flags of \"serve\"")
	o.VisitAll(func(f *pflag.Flag) {
		if o.takes(f.Name) {
			cmd.Flags().AddFlag(f)
		}
	})
	o.complete(cmd)
	if cmd.Args == nil {
		cmd.Args = cli.NoArgs
	}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		err := o.Load(os.Environ(), o.config)
		if err == nil {
			err = errors.Join(o.fill(os.Getenv), o.check())
		}
		if err != nil {
			return o.invalid(err)
		}
		if o.inHome(os.Getenv) {
			if err := userdirs.CheckOwner(os.Getenv("HOME"), os.Args); err != nil {
				return err
			}
		}
		err = run(cmd)
		if w := (*settings.Wrong)(nil); errors.As(err, &w) {
			return o.invalid(err)
		}
		return err
	}
	return cmd
}

// complete says how the values of the flags are completed.
func (o *options) complete(cmd *cobra.Command) {
	for name, how := range map[string]cli.CompletionFunc{"config": cli.Files("yaml", "yml"), "tls-cert": cli.Files("pem", "crt"), "tls-key": cli.Files("pem", "key")} {
		if cmd.Flags().Lookup(name) != nil {
			cli.CompleteFlag(cmd, name, how)
		}
	}
	for _, name := range []string{"data", "epochs", "apps"} {
		if cmd.Flags().Lookup(name) != nil {
			_ = cmd.MarkFlagDirname(name)
		}
	}
}

// invalid is what is wrong with settings, each with the place where it was set.
func (o *options) invalid(err error) error {
	return session.Errorf(session.CodeSettingInvalid, "%s", oneLine(o.Place(err))).Because(err)
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
	switch {
	case o.data == "" && o.takes("data"):
		return settings.Wrongf("data", "no home folder is known: give --data")
	case o.socket == "" && o.takes("socket"):
		return settings.Wrongf("socket", "no home folder is known: give --socket")
	}
	return nil
}

// inHome reports whether the data lies in the user's home folder, since nobody has
// said where.
func (o *options) inHome(getenv func(string) string) bool {
	return o.data == filepath.Join(getenv("HOME"), ".local", "state", "sessionferry-vault")
}

// check says what of the settings cannot be, before anything is touched.
func (o *options) check() error {
	server, store := o.server(), o.store()
	for _, c := range []struct {
		of  string // a setting that it concerns
		say func() error
	}{
		{"listen", server.Check},
		{"retention-window", store.Check},
		{"oidc-issuer", o.checkProvider},
		{"database", func() error { return checkAddress(o.database) }},
	} {
		if !o.takes(c.of) {
			continue
		}
		if err := c.say(); err != nil {
			return err
		}
	}
	return nil
}

// checkProvider wants all that a provider needs, or nothing.
func (o *options) checkProvider() error {
	given := 0
	for _, s := range []string{o.oidcIssuer, o.oidcClient, o.oidcSecretFile} {
		if s != "" {
			given++
		}
	}
	switch {
	case given != 0 && given != 3:
		return settings.Wrongf("oidc-issuer", "it belongs together with oidc-client-id and oidc-client-secret-file: give all or none")
	case given == 0 && o.oidcCodes:
		return settings.Wrongf("oidc-codes", "it belongs to an OpenID provider: give oidc-issuer, oidc-client-id and oidc-client-secret-file, too")
	case given == 3 && !trusted(o.oidcIssuer):
		return settings.Wrongf("oidc-issuer", "it is an address like https://login.company.example")
	}
	return nil
}

// trusted reports whether an address may be sent people to: by HTTPS, or on this
// computer.
func trusted(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return false
	}
	ip, err := netip.ParseAddr(u.Hostname())
	return u.Scheme == "https" || u.Scheme == "http" && err == nil && ip.IsLoopback()
}
