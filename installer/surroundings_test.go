package installer

import (
	"testing"

	"github.com/stretchr/testify/require"

	"sessionferry/manifest"
)

func TestCompare(t *testing.T) {
	with := func(folder, home string, environ ...string) Surroundings {
		return Surroundings{Environ: environ, Home: home, Folders: []string{folder}}
	}
	usual := with("/h/.config", "/h", "DBUS_SESSION_BUS_ADDRESS=unix:path=/b")
	for name, c := range map[string]struct {
		browser Surroundings
		fault   manifest.Fault // "" for none
		detail  string
	}{
		"nothing":                  {usual, "", ""},
		"the bus with its id":      {with("/h/.config", "/h", "DBUS_SESSION_BUS_ADDRESS=unix:path=/b,guid=7"), "", ""},
		"a variable of no concern": {with("/h/.config", "/h", "DBUS_SESSION_BUS_ADDRESS=unix:path=/b", "LANG=C"), "", ""},
		"folders":                  {with("/x", "/h", "DBUS_SESSION_BUS_ADDRESS=unix:path=/b"), foldersDiffer, "here /h/.config; from a browser /x"},
		"home":                     {with("/h/.config", "/g", "DBUS_SESSION_BUS_ADDRESS=unix:path=/b"), homeDiffers, "here /h; there /g"},
		"bus":                      {with("/h/.config", "/h", "DBUS_SESSION_BUS_ADDRESS=unix:path=/c"), busDiffers, "here unix:path=/b; from a browser unix:path=/c"},
		"proxy": {with("/h/.config", "/h", "DBUS_SESSION_BUS_ADDRESS=unix:path=/b", "HTTPS_PROXY=http://me:secret@p", "SSL_CERT_FILE=/ca.pem"),
			networkDiffers, "HTTPS_PROXY, SSL_CERT_FILE"},
	} {
		t.Run(name, func(t *testing.T) {
			found := Compare(usual, c.browser)
			if c.fault == "" {
				require.Empty(t, found)
				return
			}
			require.Len(t, found, 1)
			require.Equal(t, c.fault, found[0].Fault)
			require.Equal(t, c.detail, found[0].Detail)
			require.Equal(t, c.fault == foldersDiffer, Hinders(found))
		})
	}
}
