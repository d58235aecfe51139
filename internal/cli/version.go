package cli

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"sessionferry/internal/version"
)

// programVersion is what "version --json" prints.
type programVersion struct {
	Program string `json:"program"`
	Version string `json:"version"`
}

// versionCommand prints what cobra's --version prints. A template of our own would
// link text/template, and with it 2 MiB that each start of the host would load.
func versionCommand() *cobra.Command {
	return &cobra.Command{Use: "version", Short: "Print the version", Args: NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			v := programVersion{cmd.Root().Name(), version.Version}
			return Print(cmd, v, func(w io.Writer) error {
				_, err := fmt.Fprintf(w, "%s version %s\n", v.Program, v.Version)
				return err
			})
		},
	}
}
