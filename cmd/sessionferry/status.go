package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"sessionferry/host"
	"sessionferry/installer"
	"sessionferry/internal/cli"
	"sessionferry/session"
)

func (open opener) status() *cobra.Command {
	return &cobra.Command{
		Use: "status", Short: "Show what works and what is missing on this computer", Args: cli.NoArgs,
		Long: "Show what works and what is missing on this computer. The exit code is 0 if the keyring and the\n" +
			"vault work, so that a session can be shared.",
		RunE: open.with(func(cmd *cobra.Command, s *host.Service, _ []string) error {
			st, err := showState(cmd, s)
			if err == nil && !st.Works() {
				err = cli.ErrReported
			}
			return err
		}),
	}
}

// printState is what commands end with that change the state.
func printState(cmd *cobra.Command, s *host.Service) error {
	_, err := showState(cmd, s)
	return err
}

// shownState is what "status --json" prints.
type shownState struct {
	OK bool `json:"ok"` // a session can be shared
	*host.State
}

// showState prints the state; what does not work comes with its next step.
func showState(cmd *cobra.Command, s *host.Service) (*host.State, error) {
	st := s.State(cmd.Context(), false)
	shell, err := differences(cmd.Context())
	if err != nil {
		return st, err
	}
	return st, cli.Print(cmd, shownState{st.Works(), st}, func(w io.Writer) error {
		printStateRows(w, st, logFile(s.Dirs.State), shell)
		return nil
	})
}

func printStateRows(w io.Writer, st *host.State, log string, shell []installer.Finding) {
	row := func(name, value string) {
		if value != "" {
			fmt.Fprintf(w, "%-12s %s\n", name, session.Shown(value))
		}
	}
	row("keyring", inWords(st.Keyring))
	row("vault", inWords(st.Vault))
	row("", st.VaultDetail)
	row("address", st.Address)
	row("device", st.Device)
	row("fingerprint", st.Fingerprint)
	if st.Roster != nil {
		row("roster", fmt.Sprintf("version %d, runners %d", st.Roster.Version, st.Roster.Runners))
		row("roster hash", st.Roster.Hash)
	}
	row("log", log)
	for _, f := range shell {
		if !f.Note {
			row("browser", fmt.Sprintf("%s (%s)", f.Sentence, f.Detail))
			row("", f.Next)
		}
	}
}

// inWords explains a word of host.State.
func inWords(word string) string {
	switch {
	case word == host.WordEmpty:
		return "works, and holds no key of this device yet"
	case session.Code(word).Known():
		m := session.Code(word).Message()
		return m.Sentence + " " + m.Next
	}
	return "works"
}
