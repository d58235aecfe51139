package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"sessionferry/internal/userdirs"
	"sessionferry/internal/vaultapi"
)

func clockCommand() *cobra.Command {
	var socket string
	cmd := &cobra.Command{
		Use:   "confirm-clock",
		Short: "Say that the clock is right, where the vault doubts it",
		Long: "Say that the clock is right, where the vault doubts it: it has jumped by over an hour, or the\n" +
			"vault was stopped for longer. From then on what has expired by it is erased. /healthz tells\n" +
			"of the doubt.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			doubt, err := vaultapi.ConfirmClock(cmd.Context(), socket)
			if err != nil {
				return err
			}
			said := "The clock is taken as right: what has expired by it is erased."
			if doubt == "" {
				said = "The vault did not doubt the clock."
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), said)
			return err
		},
	}
	cmd.Flags().StringVar(&socket, "socket", userdirs.VaultSocket(os.Getenv, os.Getenv("HOME")), "the Unix socket of the running vault")
	return cmd
}
