package main

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"sessionferry/internal/cli"
	"sessionferry/internal/cli/clitest"
	"sessionferry/session"
)

func TestEveryCommand(t *testing.T) {
	clitest.Suite(t, func() cli.Program { return program(system) })
}

// TestErrors: every error has the code, the exit code and the next step of its own
// case.
func TestErrors(t *testing.T) {
	w := connected(t)
	w.device.AddAccount(t, "Bob")
	for _, c := range []struct {
		name string
		args []string
		exit int
		code session.Code
		next string
	}{
		{"an id that nothing has", []string{"account", "remove", "x"}, 1, session.CodeNotFound, `Choose an ID from "sessionferry account list".`},
		{"no at the question", []string{"account", "remove", "ID"}, 1, session.CodeNotConfirmed, session.CodeNotConfirmed.Message().Next},
		{"no status of nothing", []string{"session", "status", "1"}, 1, session.CodeNotFound, `Choose an ID from "sessionferry account list".`},
		{"no at deletion", []string{"session", "delete", "ID"}, 1, session.CodeNotConfirmed, session.CodeNotConfirmed.Message().Next},
		{"an app that is misspelt", []string{"account", "add", "--app", "mediawik", "--site", "https://wiki.example", "--username", "Bob"}, 2, session.CodeAppUnknown, `Choose an app from "sessionferry apps list".`},
		{"an app to look at", []string{"apps", "show", "mediawik"}, 2, session.CodeAppUnknown, `Choose an app from "sessionferry apps list".`},
		{"a site that cannot be", []string{"account", "add", "--app", "mediawiki", "--site", "https://a b", "--username", "Bob"}, 2, session.CodeSiteInvalid, session.CodeSiteInvalid.Message().Next},
		{"a name with a hidden character", []string{"account", "add", "--app", "mediawiki", "--site", "https://wiki.example", "--username", "Bo\u200bb"}, 2, session.CodeUsernameInvalid, session.CodeUsernameInvalid.Message().Next},
		{"a flag too few", []string{"account", "add", "--app", "mediawiki"}, 2, session.CodeUsageInvalid, "Run: sessionferry account add --help"},
		{"an argument too many", []string{"account", "list", "all"}, 2, session.CodeUsageInvalid, "Run: sessionferry account list --help"},
		{"no argument", []string{"account", "remove"}, 2, session.CodeUsageInvalid, "Run: sessionferry account remove --help"},
		{"no such device", []string{"devices", "revoke", "x"}, 1, session.CodeProgramUnknown, session.CodeProgramUnknown.Message().Next},
		{"this device", []string{"devices", "revoke", "DEVICE"}, 2, session.CodeValueInvalid, "Run: sessionferry logout"},
		{"no hash", []string{"trust", "abc"}, 2, session.CodeValueInvalid, "Run: sessionferry trust --help"},
		{"no key file", []string{"runner", "add", "/nowhere"}, 1, session.CodeKeyFileInvalid, session.CodeKeyFileInvalid.Message().Next},
		{"no address", []string{"login", "http://vault.example"}, 2, session.CodeVaultAddress, session.CodeVaultAddress.Message().Next},
		{"no browser", []string{"install", "--browser", "netscape"}, 2, session.CodeValueInvalid, "Run: sessionferry install --help"},
		{"no vectors", []string{"apps", "test", "--vectors", "/nowhere"}, 1, session.CodeFileUnreadable, session.CodeFileUnreadable.Message().Next},
	} {
		t.Run(c.name, func(t *testing.T) {
			args := w.ids(t, c.args)
			inWords := w.run(t, "no\n", args...)
			assert.Equal(t, c.exit, inWords.Code)
			assert.Empty(t, inWords.Stdout)
			assert.Contains(t, inWords.Stderr, "sessionferry: "+c.code.Message().Sentence)
			assert.Contains(t, inWords.Stderr, "\n  "+c.next+"  ["+string(c.code)+"]\n")
			inJSON := w.run(t, "no\n", append(args, "--json")...)
			assert.Equal(t, c.exit, inJSON.Code)
			assert.Empty(t, inJSON.Stdout)
			got := inJSON.Failure(t)
			assert.Equal(t, clitest.Failure{Code: c.code, Sentence: c.code.Message().Sentence, Detail: got.Detail, Next: c.next}, got)
		})
	}
}
