package main

import (
	"cmp"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"sessionferry/internal/cli"
	"sessionferry/runner"
	"sessionferry/session"
)

func statusCommand() *cobra.Command {
	return &cobra.Command{
		Use: "status", Short: "Show the key, the vault and what is trusted", Args: cli.NoArgs,
		Long: "Show the key, the vault and what is trusted. The exit code is 0 if this runner can open what its\n" +
			"owner shares.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := newRunner().Status(cmd.Context())
			if err != nil {
				return err
			}
			if err := cli.Print(cmd, shownStatus(s), func(w io.Writer) error { return printStatus(w, s) }); err != nil {
				return err
			}
			switch {
			case s.Problem != nil:
				return s.Problem
			case !s.Listed:
				return cli.WithNext(session.Errorf(session.CodeDeviceUnlisted, ""),
					`Ask its owner to run "sessionferry devices approve", then run "sessionferry-runner trust HASH".`)
			}
			return nil
		},
	}
}

// statusReport is what "status --json" prints.
type statusReport struct {
	OK            bool   `json:"ok"` // it can open what its owner shares
	Fingerprint   string `json:"fingerprint,omitempty"`
	Name          string `json:"name,omitempty"`
	Vault         string `json:"vault,omitempty"`
	Pinned        string `json:"pinned,omitempty"`         // hash of the list of keys that is trusted
	RosterVersion uint64 `json:"roster_version,omitempty"` // absent where it is not verified
	Listed        bool   `json:"listed"`
}

func shownStatus(s *runner.Status) statusReport {
	r := statusReport{OK: s.Problem == nil && s.Listed, Fingerprint: s.Fingerprint, RosterVersion: s.Roster, Listed: s.Listed}
	if s.Enrolment != nil {
		r.Name, r.Vault = s.Enrolment.Name, s.Enrolment.Vault
	}
	if !s.Pinned.IsZero() {
		r.Pinned = s.Pinned.String()
	}
	return r
}

func printStatus(w io.Writer, s *runner.Status) error {
	r := shownStatus(s)
	row := func(name, value string) {
		_, _ = fmt.Fprintf(w, "%-12s %s\n", name, session.Shown(cmp.Or(value, "none")))
	}
	row("fingerprint", r.Fingerprint)
	if s.Enrolment != nil {
		row("name", r.Name)
	}
	row("vault", r.Vault)
	row("pinned", r.Pinned)
	switch {
	case s.Problem != nil:
		row("roster", "not verified")
	case s.Listed:
		row("roster", fmt.Sprintf("version %d is verified and lists this runner", s.Roster))
	default:
		row("roster", fmt.Sprintf("version %d is verified but does not list this runner", s.Roster))
	}
	return nil
}
