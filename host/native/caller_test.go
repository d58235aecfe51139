package native

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"sessionferry/session"
)

func TestCallers(t *testing.T) {
	callers := Callers{ChromiumIDs: []string{"aaaabbbbccccddddeeeeffffgggghhhh"}, FirefoxIDs: []string{"ours@example.org"}, HostName: "io.example.host"}
	const origin = "chrome-extension://aaaabbbbccccddddeeeeffffgggghhhh/"
	const file = "/home/x/.mozilla/native-messaging-hosts/io.example.host.json"
	for name, c := range map[string]struct {
		args    []string
		browser bool
		served  bool
	}{
		"nothing":                      {nil, false, false},
		"a command":                    {[]string{"status"}, false, false},
		"chromium":                     {[]string{origin}, true, true},
		"chromium on windows":          {[]string{origin, "--parent-window=0"}, true, true},
		"chromium, window id":          {[]string{origin, "--parent-window=-1", "--unknown=1"}, true, true},
		"chromium, no slash":           {[]string{origin[:len(origin)-1]}, true, false},
		"chromium, a stranger":         {[]string{"chrome-extension://hhhhggggffffeeeeddddccccbbbbaaaa/"}, true, false},
		"chromium, two origins":        {[]string{origin, "chrome-extension://hhhhggggffffeeeeddddccccbbbbaaaa/"}, true, false},
		"another scheme":               {[]string{"moz-extension://aaaabbbbccccddddeeeeffffgggghhhh/"}, true, false},
		"firefox":                      {[]string{file, "ours@example.org"}, true, true},
		"firefox, a stranger":          {[]string{file, "other@example.org"}, true, false},
		"firefox, another manifest":    {[]string{"/tmp/other.json", "ours@example.org"}, true, false},
		"firefox, relative path":       {[]string{"io.example.host.json", "ours@example.org"}, false, true},
		"firefox, nothing but a path":  {[]string{file}, false, false},
		"an origin that is not first":  {[]string{"status", origin}, false, false},
		"an origin with a path behind": {[]string{origin + "x"}, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, c.browser, IsBrowserStart(c.args))
			err := callers.Check(c.args)
			if c.served {
				assert.NoError(t, err)
			} else {
				assert.Equal(t, session.CodeCallerUnknown, session.CodeOf(err))
			}
		})
	}
}
