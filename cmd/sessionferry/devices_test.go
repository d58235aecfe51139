package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sessionferry/host"
	"sessionferry/host/vaultclient"
)

// TestNamesOfTheVaultDoNothingToTheTerminal: a name is text, whatever is in it.
func TestNamesOfTheVaultDoNothingToTheTerminal(t *testing.T) {
	var out strings.Builder
	require.NoError(t, printPrograms(&out, []host.Program{
		{Program: vaultclient.Program{Role: "runner", Name: "büro \U0001F6A2"}},
		{Program: vaultclient.Program{Role: "runner", Name: "x\x1b[2J\nfake\tyes\u202e"}},
	}))
	require.Contains(t, out.String(), "büro \U0001F6A2")
	require.Contains(t, out.String(), `"x\x1b[2J\nfake\tyes\u202e"`)
	require.NotContains(t, out.String(), "\x1b")
	require.Equal(t, 3, strings.Count(out.String(), "\n"))
}
