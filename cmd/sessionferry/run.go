package main

import (
	"os"

	"github.com/spf13/cobra"

	"sessionferry/host"
	"sessionferry/host/config"
	"sessionferry/internal/cli"
	"sessionferry/session"
)

// opener makes the service that a command works with.
type opener func() (*host.Service, error)

// system opens the service of this user, with the keyring of the system.
func system() (*host.Service, error) {
	dirs, err := config.UserDirs(os.Getenv)
	if err != nil {
		return nil, err
	}
	return host.New(dirs), nil
}

// program is the command line.
func program(open opener) cli.Program {
	root := &cobra.Command{Use: "sessionferry", Short: "Move a signed-in browser session to your company's vault"}
	root.AddCommand(open.status(), open.login(), open.logout(), open.account(), open.session(), open.runner(), open.devices(), open.trust(),
		appsCommand(), installCommand(), uninstallCommand(), doctorCommand())
	return cli.Program{Root: root, Next: map[session.Code]string{
		session.CodeNotFound:   `Choose an ID from "sessionferry account list".`,
		session.CodeAppUnknown: `Choose an app from "sessionferry apps list".`,
	}}
}

// with is a RunE that needs the service.
func (open opener) with(f func(*cobra.Command, *host.Service, []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		s, err := open()
		if err != nil {
			return err
		}
		return f(cmd, s, args)
	}
}
