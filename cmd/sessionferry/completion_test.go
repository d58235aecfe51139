package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestCompletion: a shell is offered what there is at that moment.
func TestCompletion(t *testing.T) {
	w := connected(t)
	card := w.device.AddAccount(t, "Bob").ID.String()
	desk, laptop := w.program(t, "desk"), w.program(t, "laptop")
	meaning := "\tBob of MediaWiki at https://wiki.example"
	for _, c := range []struct {
		line         string
		want, absent string
	}{
		{"account remove ", card + meaning, ""},
		{"account remove " + card[:4], card + meaning, ""},
		{"account remove " + card + " ", "", card},
		{"session status ", card + meaning, ""},
		{"session delete ", card + meaning, ""},
		{"devices revoke ", desk + "\tdevice desk", laptop},
		{"devices approve ", desk + "\tdevice desk", laptop},
		{"account add --app med", "mediawiki\tMediaWiki", "github"},
		{"apps show git", "github\tGitHub", "mediawiki"},
		{"install --browser ", "firefox", ""},
		{"acc", "account\tAdd, list and remove account cards", ""},
		{"account remove --y", "--yes\tdo not ask", ""},
	} {
		got := w.run(t, "", append([]string{"__complete"}, strings.Split(c.line, " ")...)...)
		assert.Zero(t, got.Code, got.Stderr)
		assert.Contains(t, got.Stdout, c.want, c.line)
		if c.absent != "" {
			assert.NotContains(t, got.Stdout, c.absent, c.line)
		}
	}
	w.vault.Stop()
	got := w.run(t, "", "__complete", "account", "remove", "")
	assert.Zero(t, got.Code)
	assert.Equal(t, ":4\n", got.Stdout, "a vault that does not answer offers nothing")
}
