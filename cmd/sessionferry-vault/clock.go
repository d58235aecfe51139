package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"sessionferry/internal/cli"
	"sessionferry/internal/vaultapi"
)

func clockCommand() *cobra.Command {
	o := newOptions(ofClock...)
	return o.command(&cobra.Command{
		Use:   "confirm-clock",
		Short: "Say that the clock is right, where the vault doubts it",
		Long: "Say that the clock is right, where the vault doubts it: it has jumped by over an hour, or the\n" +
			"vault was stopped for longer. From then on what has expired by it is erased. /healthz tells\n" +
			"of the doubt.",
	}, func(cmd *cobra.Command) error {
		doubt, err := vaultapi.ConfirmClock(cmd.Context(), o.socket)
		if err != nil {
			return err
		}
		said := "The clock is taken as right: what has expired by it is erased."
		if doubt == "" {
			said = "The vault did not doubt the clock."
		}
		return cli.Print(cmd, confirmed{doubt}, func(w io.Writer) error {
			_, err := fmt.Fprintln(w, said)
			return err
		})
	})
}

// confirmed is what "confirm-clock --json" prints.
type confirmed struct {
	Doubt string `json:"doubt,omitempty"` // that there was
}
