package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"sessionferry/internal/cli"
	"sessionferry/session"
	"sessionferry/vault/sqlstore"
)

func checkCommand() *cobra.Command {
	o := newOptions(ofStore...)
	return o.command(&cobra.Command{Use: "check", Short: "Look for what is wrong with the records and the folder of epoch keys; the vault may be serving"}, func(cmd *cobra.Command) error {
		return o.withStore(cmd.Context(), sqlstore.Config{Aside: true}, func(s *sqlstore.Store) error {
			list, err := s.Check(cmd.Context())
			if err != nil {
				return err
			}
			report := checked{OK: len(list) == 0, Faults: make([]fault, len(list))}
			for i, f := range list {
				report.Faults[i] = fault{f.Sentence, f.Next}
			}
			if err := cli.Print(cmd, report, report.print); err != nil {
				return err
			}
			if !report.OK {
				return session.Errorf(session.CodeRecordsDamaged, "faults: %d", len(list))
			}
			return nil
		})
	})
}

// checked is what "check --json" prints.
type checked struct {
	OK     bool    `json:"ok"`
	Faults []fault `json:"faults"`
}

type fault struct {
	Sentence string `json:"sentence"`
	Next     string `json:"next"`
}

func (c checked) print(w io.Writer) error {
	for _, f := range c.Faults {
		fmt.Fprintf(w, "%s\n  %s\n", f.Sentence, f.Next)
	}
	if c.OK {
		fmt.Fprintln(w, "The records are in order.")
	}
	return nil
}
