package main

import (
	"io"

	"github.com/spf13/cobra"

	"sessionferry/session"
)

func jsonFlag(cmd *cobra.Command, v *bool) {
	cmd.Flags().BoolVar(v, "json", false, "print one JSON value for programs")
}

func writeJSON(w io.Writer, v any) error {
	if err := session.MarshalWrite(w, v); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}
