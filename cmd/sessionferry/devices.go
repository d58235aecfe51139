package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"sessionferry/host"
	"sessionferry/internal/cli"
	"sessionferry/session"
)

func (open opener) devices() *cobra.Command {
	cmd := &cobra.Command{
		Use: "devices", Short: "List your devices and runners, and say which of them are trusted", Args: cli.NoArgs,
		RunE: open.with(func(cmd *cobra.Command, s *host.Service, _ []string) error {
			list, err := s.Programs(cmd.Context())
			if err != nil {
				return err
			}
			return cli.Print(cmd, programRows(list), func(w io.Writer) error { return printPrograms(w, list) })
		}),
	}
	cmd.AddCommand(open.approve(), open.revoke())
	return cmd
}

func (open opener) approve() *cobra.Command {
	return &cobra.Command{
		Use:   "approve [ID]",
		Short: "Trust one of your devices or runners, after you have compared its key",
		Long: "Trust a device or runner of yours: sign its key into the list that your devices and runners go by.\n" +
			"The vault cannot do that, and could name you a key of its own: compare the fingerprint with the one\n" +
			"that the program itself shows. Without ID it is the one that is not trusted yet.",
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: cli.First(open.programs(func(p host.Program) bool { return !p.Listed })),
		RunE: open.with(func(cmd *cobra.Command, s *host.Service, args []string) error {
			list, err := s.Programs(cmd.Context())
			if err != nil {
				return err
			}
			p, err := pickUntrusted(list, args)
			if err != nil {
				return err
			}
			name, fingerprint := session.Shown(p.Name), p.Key.ID().Fingerprint()
			if !p.Listed {
				question := fmt.Sprintf("%s %s\nfingerprint  %s\n\nDoes %s show this very fingerprint?", p.Role, name, fingerprint, name)
				if err := cli.Confirm(cmd, question); err != nil {
					return cli.WithNext(err, `Compare the fingerprint, run the command again and type yes.`)
				}
			}
			hash, err := s.Approve(cmd.Context(), p.Name, p.Key)
			if err != nil {
				return err
			}
			return cli.Print(cmd, approved{p.Handle(), fingerprint, hash.String()}, func(w io.Writer) error {
				_, err := fmt.Fprintf(w, "The %s %s is trusted.\nfingerprint  %s\n\nTell it so, there:\n  %s trust %s\n", p.Role, name, fingerprint, commandOf(p), hash)
				return err
			})
		}),
	}
}

// approved is what "devices approve" and "runner add" print with --json.
type approved struct {
	ID          string `json:"id,omitempty"` // as "devices" shows it
	Fingerprint string `json:"fingerprint"`
	RosterHash  string `json:"roster_hash"`
}

// commandOf is the name of the command that runs where a program is.
func commandOf(p host.Program) string {
	if p.Role == "runner" {
		return "sessionferry-runner"
	}
	return "sessionferry"
}

func (open opener) revoke() *cobra.Command {
	cmd := &cobra.Command{
		Use:               "revoke ID",
		Short:             "Trust a device or runner no more, and erase the sessions that it could open",
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: cli.First(open.programs(func(p host.Program) bool { return !p.Current })),
	}
	yes := cli.YesFlag(cmd)
	cmd.RunE = open.with(func(cmd *cobra.Command, s *host.Service, args []string) error {
		list, err := s.Programs(cmd.Context())
		if err != nil {
			return err
		}
		p, err := pickProgram(list, args[0])
		if err != nil {
			return err
		}
		if p.Current {
			return cli.WithNext(cli.Valuef("it is the device that you are on"), "Run: sessionferry logout")
		}
		name := session.Shown(p.Name)
		if !*yes {
			if err := cli.Confirm(cmd, fmt.Sprintf("Trust the %s %s no more, and erase the sessions that it could open?", p.Role, name)); err != nil {
				return err
			}
		}
		hash, err := s.Revoke(cmd.Context(), p)
		if err != nil {
			return err
		}
		return cli.Print(cmd, revoked{p.Handle(), hash.String()}, func(w io.Writer) error {
			_, err := fmt.Fprintf(w, "The %s %s is trusted no more. What it has opened it has: sign out at the apps to end that too.\n", p.Role, name)
			return err
		})
	})
	return cmd
}

// revoked is what "devices revoke --json" prints.
type revoked struct {
	ID         string `json:"id"`
	RosterHash string `json:"roster_hash"`
}

func (open opener) trust() *cobra.Command {
	return &cobra.Command{
		Use: "trust HASH", Short: "Trust the list of keys with this hash, as another device of yours prints it", Args: cobra.ExactArgs(1),
		ValidArgsFunction: cli.Nothing,
		RunE: open.with(func(cmd *cobra.Command, s *host.Service, args []string) error {
			if err := s.Trust(args[0]); err != nil {
				return err
			}
			return printState(cmd, s)
		}),
	}
}
