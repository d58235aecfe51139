package e2e

import (
	"os"
	"testing"

	"sessionferry/e2e/testbed"
)

func TestMain(m *testing.M) {
	os.Exit(testbed.Main(m, programs, "chromium", "firefox-esr", "gnome-keyring-daemon", "dbus-daemon", "php", "certutil", "Xvfb", "xdotool"))
}
