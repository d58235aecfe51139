package cli

import (
	"bufio"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"sessionferry/session"
)

// YesFlag adds the flag that answers the question of Confirm.
func YesFlag(cmd *cobra.Command) *bool { return cmd.Flags().Bool("yes", false, "do not ask") }

// Confirm asks on standard error and reads the answer. CodeNotConfirmed unless that
// is yes.
func Confirm(cmd *cobra.Command, question string) error {
	fmt.Fprintf(cmd.ErrOrStderr(), "%s Type yes: ", question)
	line, _ := bufio.NewReader(cmd.InOrStdin()).ReadString('\n') // what came before an end is an answer too
	if strings.EqualFold(strings.TrimSpace(line), "yes") {
		return nil
	}
	fmt.Fprintln(cmd.ErrOrStderr())
	return session.Errorf(session.CodeNotConfirmed, "")
}
