package main

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"sessionferry/host"
	"sessionferry/session"
)

func devicesCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "devices", Short: "List your devices and runners, and say which of them are trusted", Args: cobra.NoArgs,
		RunE: withService(func(cmd *cobra.Command, s *host.Service, _ []string) error {
			list, err := s.Programs(cmd.Context())
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(cmd.OutOrStdout(), programRows(list))
			}
			return printPrograms(cmd.OutOrStdout(), list)
		}),
	}
	jsonFlag(cmd, &asJSON)
	cmd.AddCommand(approveCommand(), revokeCommand())
	return cmd
}

func approveCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "approve [ID]",
		Short: "Trust one of your devices or runners, after you have compared its key",
		Long: "Trust a device or runner of yours: sign its key into the list that your devices and runners go by.\n" +
			"The vault cannot do that, and could name you a key of its own: compare the fingerprint with the one\n" +
			"that the program itself shows. Without ID it is the one that is not trusted yet.",
		Args: cobra.MaximumNArgs(1),
		RunE: withService(func(cmd *cobra.Command, s *host.Service, args []string) error {
			list, err := s.Programs(cmd.Context())
			if err != nil {
				return err
			}
			p, err := pick(list, args, func(p host.Program) bool { return !p.Listed })
			if err != nil {
				return err
			}
			w := cmd.OutOrStdout()
			if !p.Listed {
				fmt.Fprintf(w, "%s %q\nfingerprint  %s\n\nDoes %q show this very fingerprint? Type yes: ", p.Role, p.Name, p.Key.ID().Fingerprint(), p.Name)
				if !yes(cmd.InOrStdin()) {
					return session.Errorf(session.CodeUsageInvalid, "nothing was changed, since the answer was not yes")
				}
			}
			hash, err := s.Approve(cmd.Context(), p.Name, p.Key)
			if err != nil {
				return err
			}
			program := "sessionferry"
			if p.Role == "runner" {
				program = "sessionferry-runner"
			}
			fmt.Fprintf(w, "%q is trusted. Tell it so, there:\n  %s trust %s\n", p.Name, program, hash)
			return nil
		}),
	}
}

func revokeCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "revoke ID",
		Short: "Trust a device or runner no more, and erase the sessions that it could open",
		Args:  cobra.ExactArgs(1),
		RunE: withService(func(cmd *cobra.Command, s *host.Service, args []string) error {
			list, err := s.Programs(cmd.Context())
			if err != nil {
				return err
			}
			p, err := pick(list, args, nil)
			if err != nil {
				return err
			}
			if p.Current {
				return session.Errorf(session.CodeUsageInvalid, "this is the device that you are on: run \"sessionferry logout\"")
			}
			if _, err := s.Revoke(cmd.Context(), p); err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%q is trusted no more. What it has opened it has: sign out at the apps to end that too.\n", p.Name)
			return nil
		}),
	}
}

// pick returns the program that an id, or the beginning of one, names, or the only
// one that otherwise fits.
func pick(list []host.Program, args []string, otherwise func(host.Program) bool) (host.Program, error) {
	var found []host.Program
	for _, p := range list {
		if len(args) > 0 && strings.HasPrefix(p.Handle(), args[0]) || len(args) == 0 && otherwise(p) {
			found = append(found, p)
		}
	}
	if len(found) != 1 {
		return host.Program{}, session.Errorf(session.CodeUsageInvalid, "%d programs fit: give an ID of \"sessionferry devices\"", len(found))
	}
	return found[0], nil
}

func yes(in io.Reader) bool {
	line, _ := bufio.NewReader(in).ReadString('\n') // what came before an end is an answer too
	return strings.TrimSpace(line) == "yes"
}

// programRow is a program as --json prints it.
type programRow struct {
	ID          string    `json:"id"`
	Role        string    `json:"role"`
	Name        string    `json:"name"`
	Fingerprint string    `json:"fingerprint"`
	Trusted     bool      `json:"trusted"`
	Seen        time.Time `json:"seen,omitzero"` // zero if the vault does not name it
	Current     bool      `json:"current"`
}

func programRows(list []host.Program) []programRow {
	rows := make([]programRow, len(list))
	for i, p := range list {
		rows[i] = programRow{p.Handle(), p.Role, p.Name, p.Key.ID().Fingerprint(), p.Listed, p.Seen, p.Current}
	}
	return rows
}

func printPrograms(out io.Writer, list []host.Program) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tKIND\tNAME\tTRUSTED\tLAST SEEN\tFINGERPRINT")
	for _, r := range programRows(list) {
		trusted, name, seen := "no", shown(r.Name), "not at the vault"
		if r.Trusted {
			trusted = "yes"
		}
		if r.Current {
			name += " (this one)"
		}
		if !r.Seen.IsZero() {
			seen = r.Seen.Local().Format("2006-01-02 15:04")
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", r.ID, r.Role, name, trusted, seen, r.Fingerprint)
	}
	return w.Flush()
}

// shown is a name as it is, unless it would do something to the terminal: it is the
// vault's word.
func shown(name string) string {
	if q := strconv.Quote(name); q != `"`+name+`"` {
		return q
	}
	return name
}

func trustCommand() *cobra.Command {
	return &cobra.Command{
		Use: "trust HASH", Short: "Trust the list of keys with this hash, as another device of yours prints it", Args: cobra.ExactArgs(1),
		RunE: withService(func(cmd *cobra.Command, s *host.Service, args []string) error {
			if err := s.Trust(args[0]); err != nil {
				return err
			}
			return printState(cmd, s)
		}),
	}
}
