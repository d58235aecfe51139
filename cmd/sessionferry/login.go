package main

import (
	"fmt"
	"io"
	"maps"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"sessionferry/host"
	"sessionferry/host/config"
	"sessionferry/internal/userdirs"
	"sessionferry/internal/vaultapi"
	"sessionferry/session"
)

func loginCommand() *cobra.Command {
	var r host.LoginRequest
	cmd := &cobra.Command{
		Use:   "login [ADDRESS]",
		Short: "Connect this computer to a vault",
		Long: "Connect this computer to the vault at ADDRESS, such as vault.example: type the code that is\n" +
			"shown on the vault's page. Without ADDRESS it is the vault that runs on this computer, over its\n" +
			"socket, which serves only processes of your own user. Makes this device's key in the keyring on\n" +
			"first use.",
		Args: cobra.MaximumNArgs(1),
		RunE: withService(func(cmd *cobra.Command, s *host.Service, args []string) error {
			w := cmd.OutOrStdout()
			var withheld bool
			if len(args) > 0 {
				r.Address = args[0]
				r.Network, withheld = config.NetworkOf(os.Getenv)
			}
			r.Show = func(p vaultapi.Prompt) { fmt.Fprint(w, p) }
			unlisted, err := s.Login(cmd.Context(), r)
			if err != nil {
				return err
			}
			fmt.Fprintf(w, "This computer is connected to the vault as %q.\n", r.Name)
			printNetwork(w, r.Network, withheld)
			if unlisted {
				fmt.Fprint(w, "\nYou have other devices: let one of them trust this one. Run there\n  sessionferry devices approve\n"+
					"and here, with the hash that it prints,\n  sessionferry trust HASH\n\n")
			}
			return printState(cmd, s)
		}),
	}
	cmd.Flags().StringVar(&r.Socket, "socket", userdirs.VaultSocket(os.Getenv, os.Getenv("HOME")), "the socket of the vault on this computer")
	cmd.Flags().StringVar(&r.Name, "name", defaultName(), "this device's name, as the vault shows it")
	return cmd
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

func logoutCommand() *cobra.Command {
	var forget bool
	cmd := &cobra.Command{
		Use: "logout", Short: "Disconnect this computer from the vault", Args: cobra.NoArgs,
		RunE: withService(func(cmd *cobra.Command, s *host.Service, _ []string) error {
			if err := s.Logout(cmd.Context(), forget); err != nil {
				return err
			}
			fmt.Fprintln(cmd.OutOrStdout(), "Disconnected.")
			return nil
		}),
	}
	cmd.Flags().BoolVar(&forget, "forget-key", false, "remove this device's key from the keyring too")
	return cmd
}

func defaultName() string {
	name, err := os.Hostname()
	if err != nil || name == "" {
		return "this computer"
	}
	return name
}

func statusCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "status", Short: "Show what works and what is missing on this computer", Args: cobra.NoArgs,
		RunE: withService(func(cmd *cobra.Command, s *host.Service, _ []string) error {
			if asJSON {
				return writeJSON(cmd.OutOrStdout(), s.State(cmd.Context(), false))
			}
			return printState(cmd, s)
		}),
	}
	jsonFlag(cmd, &asJSON)
	return cmd
}

// printState writes the state in words; what does not work comes with its next
// step.
func printState(cmd *cobra.Command, s *host.Service) error {
	st := s.State(cmd.Context(), false)
	w := cmd.OutOrStdout()
	explain := func(word string) string {
		switch {
		case word == "empty":
			return "works, and holds no key of this device yet"
		case session.Code(word).Known():
			m := session.Code(word).Message()
			return m.Sentence + " " + m.Next
		}
		return "works"
	}
	fmt.Fprintf(w, "keyring      %s\n", explain(st.Keyring))
	fmt.Fprintf(w, "vault        %s\n", explain(st.Vault))
	if st.VaultDetail != "" {
		fmt.Fprintf(w, "             %s\n", st.VaultDetail)
	}
	if st.Address != "" {
		fmt.Fprintf(w, "address      %s\n", st.Address)
	}
	if st.Device != "" {
		fmt.Fprintf(w, "device       %s\n", st.Device)
	}
	if st.Fingerprint != "" {
		fmt.Fprintf(w, "fingerprint  %s\n", st.Fingerprint)
	}
	if st.Roster != nil {
		fmt.Fprintf(w, "roster       version %d, runners %d\nroster hash  %s\n", st.Roster.Version, st.Roster.Runners, st.Roster.Hash)
	}
	fmt.Fprintf(w, "log          %s\n", logFile(s.Dirs.State))
	found, err := differences(cmd.Context())
	for _, f := range found {
		if !f.Note {
			fmt.Fprintf(w, "browser      %s (%s)\n             %s\n", f.Sentence, f.Detail, f.Next)
		}
	}
	return err
}
