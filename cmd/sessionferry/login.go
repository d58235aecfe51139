package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"sessionferry/host"
	"sessionferry/internal/userdirs"
	"sessionferry/session"
)

func loginCommand() *cobra.Command {
	var socket, name string
	cmd := &cobra.Command{
		Use:   "login",
		Short: "Connect this computer to the vault that runs on it",
		Long: "Connect this computer to the vault that runs on it, over the vault's socket, which serves\n" +
			"only processes of your own user. Makes this device's key in the keyring on first use.",
		Args: cobra.NoArgs,
		RunE: withService(func(cmd *cobra.Command, s *host.Service, _ []string) error {
			if err := s.Login(cmd.Context(), socket, name); err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "This computer is connected to the vault as %q.\n", name)
			return printState(cmd, s)
		}),
	}
	cmd.Flags().StringVar(&socket, "socket", userdirs.VaultSocket(os.Getenv, os.Getenv("HOME")), "the vault's socket")
	cmd.Flags().StringVar(&name, "name", defaultName(), "this device's name, as the vault shows it")
	return cmd
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
	return nil
}
