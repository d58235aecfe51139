package manifest

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestManifest(t *testing.T) {
	for browser, want := range map[Browser]string{
		Chromium: `{"name":"io.sessionferry.host","description":"Sessionferry: transfers a session to its owner's vault",
			"path":"/opt/ferry & co/sessionferry","type":"stdio","allowed_origins":["chrome-extension://` + ExtensionID + `/"]}`,
		Firefox: `{"name":"io.sessionferry.host","description":"Sessionferry: transfers a session to its owner's vault",
			"path":"/opt/ferry & co/sessionferry","type":"stdio","allowed_extensions":["extension@sessionferry.example"]}`,
	} {
		data, err := Manifest(browser, "/opt/ferry & co/sessionferry")
		require.NoError(t, err)
		require.JSONEq(t, want, string(data))
		require.True(t, strings.HasSuffix(string(data), "}\n"))

		path, ours := HostPath(data)
		require.True(t, ours)
		require.Equal(t, "/opt/ferry & co/sessionferry", path)
	}
	chrome, err := Manifest(Chrome, "/x")
	require.NoError(t, err)
	chromium, err := Manifest(Chromium, "/x")
	require.NoError(t, err)
	require.Equal(t, chromium, chrome)
}

func TestManifestRefuses(t *testing.T) {
	for _, path := range []string{"", "sessionferry", "./sessionferry", "~/sessionferry", "/opt/\xff"} {
		_, err := Manifest(Chromium, path)
		require.Error(t, err, path)
	}
	_, err := Manifest("lynx", "/x")
	require.Error(t, err)
}

func TestHostPathOfOtherFiles(t *testing.T) {
	for _, text := range []string{"", "{", "[]", `{"name":"org.example.host","path":"/x"}`, `{"path":"/x"}`} {
		_, ours := HostPath([]byte(text))
		require.False(t, ours, text)
	}
}

// Both browsers must accept the name; Chromium's rule is the narrower.
func TestHostName(t *testing.T) {
	require.Regexp(t, `^[a-z0-9_]+(\.[a-z0-9_]+)*$`, HostName)
}

// The ids are those that browsers give to the extension as it is.
func TestIDsAreTheExtensions(t *testing.T) {
	data, err := os.ReadFile("../extension/manifest.json")
	require.NoError(t, err)
	var m struct {
		Key      string `json:"key"`
		Settings struct {
			Gecko struct {
				ID string `json:"id"`
			} `json:"gecko"`
		} `json:"browser_specific_settings"`
	}
	require.NoError(t, json.Unmarshal(data, &m))
	key, err := base64.StdEncoding.DecodeString(m.Key)
	require.NoError(t, err)
	require.Equal(t, ExtensionID, idOf(key))
	require.Equal(t, AddonID, m.Settings.Gecko.ID)

	port, err := os.ReadFile("../extension/background/port.js")
	require.NoError(t, err)
	require.Regexp(t, regexp.QuoteMeta("'"+HostName+"'"), string(port))
}

// idOf is how Chromium makes an id from a public key: the first 16 bytes of its
// SHA-256 in hexadecimal, with the digits a to p.
func idOf(key []byte) string {
	sum := sha256.Sum256(key)
	var id strings.Builder
	for _, b := range sum[:16] {
		id.WriteByte('a' + b>>4)
		id.WriteByte('a' + b&15)
	}
	return id.String()
}
