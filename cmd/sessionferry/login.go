package main

import (
	"fmt"
	"io"
	"maps"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"sessionferry/envelope"
	"sessionferry/host"
	"sessionferry/host/config"
	"sessionferry/internal/cli"
	"sessionferry/internal/userdirs"
	"sessionferry/internal/vaultapi"
	"sessionferry/session"
)

func (open opener) login() *cobra.Command {
	var r host.LoginRequest
	cmd := &cobra.Command{
		Use:   "login [ADDRESS]",
		Short: "Connect this computer to a vault",
		Long: "Connect this computer to the vault at ADDRESS, such as vault.example: type the code that is\n" +
			"shown on the vault's page. Without ADDRESS it is the vault that runs on this computer, over its\n" +
			"socket, which serves only processes of your own user. Makes this device's key in the keyring on\n" +
			"first use.",
		Args: cobra.MaximumNArgs(1),
		RunE: open.with(func(cmd *cobra.Command, s *host.Service, args []string) error {
			var withheld bool
			if len(args) > 0 {
				r.Address = args[0]
				r.Network, withheld = config.NetworkOf(os.Getenv)
			}
			asks := cmd.OutOrStdout()
			if cli.JSON(cmd) {
				asks = cmd.ErrOrStderr()
			}
			r.Show = func(p vaultapi.Prompt) { fmt.Fprint(asks, p) }
			unlisted, err := s.Login(cmd.Context(), r)
			if err != nil {
				return err
			}
			if !cli.JSON(cmd) {
				printLogin(cmd.OutOrStdout(), r, withheld, unlisted)
			}
			return printState(cmd, s)
		}),
	}
	cmd.ValidArgsFunction = cli.Nothing
	cmd.Flags().StringVar(&r.Socket, "socket", userdirs.VaultSocket(os.Getenv, os.Getenv("HOME")), "the socket of the vault on this computer")
	cmd.Flags().StringVar(&r.Name, "name", defaultName(), "this device's name, as the vault shows it")
	return cmd
}

// printLogin says what was done and what the person has to do still.
func printLogin(w io.Writer, r host.LoginRequest, withheld, unlisted bool) {
	fmt.Fprintf(w, "This computer is connected to the vault as %q.\n", r.Name)
	printNetwork(w, r.Network, withheld)
	if unlisted {
		fmt.Fprint(w, "\nYou have other devices: let one of them trust this one. Run there\n  sessionferry devices approve\n"+
			"and here, with the hash that it prints,\n  sessionferry trust HASH\n\n")
	}
}

// printNetwork says what the program that the browser starts will use.
func printNetwork(w io.Writer, kept config.Network, withheld bool) {
	for _, name := range slices.Sorted(maps.Keys(kept)) {
		fmt.Fprintf(w, "Kept for your browser: %s=%s\n", name, kept[name])
	}
	if withheld {
		fmt.Fprint(w, "The proxy's password is not kept. For your browser set it for your whole desktop session (docs/operations.md, Proxies).\n")
	}
}

func (open opener) logout() *cobra.Command {
	var forget bool
	cmd := &cobra.Command{
		Use: "logout", Short: "Disconnect this computer from the vault", Args: cli.NoArgs,
		RunE: open.with(func(cmd *cobra.Command, s *host.Service, _ []string) error {
			if err := s.Logout(cmd.Context(), forget); err != nil {
				return err
			}
			return cli.Print(cmd, disconnected{forget}, func(w io.Writer) error {
				_, err := fmt.Fprintln(w, "This computer is not connected to a vault any more. To connect it again, run: sessionferry login")
				return err
			})
		}),
	}
	cmd.Flags().BoolVar(&forget, "forget-key", false, "remove this device's key from the keyring too")
	return cmd
}

// disconnected is what "logout --json" prints.
type disconnected struct {
	KeyForgotten bool `json:"key_forgotten"`
}

func defaultName() string {
	name, err := os.Hostname()
	if err != nil || !session.ValidName(name, envelope.MaxName) {
		return "this computer"
	}
	return name
}
