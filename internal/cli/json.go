package cli

import (
	"io"
	"slices"

	"github.com/spf13/cobra"

	"sessionferry/session"
)

const jsonFlag = "json"

// JSON reports whether a command is to print one JSON value.
func JSON(cmd *cobra.Command) bool {
	on, err := cmd.Flags().GetBool(jsonFlag)
	return err == nil && on
}

// namesJSON is JSON for a command line that was not understood.
func namesJSON(args []string) bool {
	if end := slices.Index(args, "--"); end >= 0 {
		args = args[:end]
	}
	return slices.Contains(args, "--"+jsonFlag)
}

// Print writes a result: as JSON where that was asked for, else by text.
func Print(cmd *cobra.Command, value any, text func(io.Writer) error) error {
	if JSON(cmd) {
		return writeJSON(cmd.OutOrStdout(), value)
	}
	return text(cmd.OutOrStdout())
}

func writeJSON(w io.Writer, v any) error {
	if err := session.MarshalWrite(w, v); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}
