package manifest

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPlace(t *testing.T) {
	dirs := Dirs{Home: "/home/bob", Config: "/home/bob/.config"}
	profile := Dirs{Home: "/home/bob", Config: "/home/bob/.config", UserData: "/tmp/profile"}
	moved := Dirs{Home: "/home/bob", Config: "/data/config"}
	for _, c := range []struct {
		browser Browser
		dirs    Dirs
		want    string
	}{
		{Chromium, dirs, "/home/bob/.config/chromium/NativeMessagingHosts/io.sessionferry.host.json"},
		{Chromium, moved, "/data/config/chromium/NativeMessagingHosts/io.sessionferry.host.json"},
		{Chromium, profile, "/tmp/profile/NativeMessagingHosts/io.sessionferry.host.json"},
		{Chrome, dirs, "/home/bob/.config/google-chrome/NativeMessagingHosts/io.sessionferry.host.json"},
		{Chrome, profile, "/tmp/profile/NativeMessagingHosts/io.sessionferry.host.json"},
		{Firefox, dirs, "/home/bob/.mozilla/native-messaging-hosts/io.sessionferry.host.json"},
		{Firefox, moved, "/home/bob/.mozilla/native-messaging-hosts/io.sessionferry.host.json"},
	} {
		got, err := Place(c.browser, "linux", c.dirs)
		require.NoError(t, err)
		require.Equal(t, c.want, got)
	}
}

func TestPlaceUnknown(t *testing.T) {
	for _, c := range []struct {
		browser Browser
		os      string
		dirs    Dirs
	}{
		{"lynx", "linux", Dirs{}},
		{Chromium, "plan9", Dirs{}},
		{Firefox, "linux", Dirs{UserData: "/tmp/profile"}},
	} {
		_, err := Place(c.browser, c.os, c.dirs)
		require.Error(t, err)
	}
}

func TestEachBrowserHasARow(t *testing.T) {
	for _, b := range Browsers() {
		require.True(t, b.Known())
		_, err := Place(b, "linux", Dirs{Home: "/h", Config: "/h/.config"})
		require.NoError(t, err)
	}
}
