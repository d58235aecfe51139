package keystore

import (
	"context"
	"fmt"
	"os"
	"slices"

	"github.com/godbus/dbus/v5"
)

const (
	secretService = "org.freedesktop.secrets"
	defaultAlias  = dbus.ObjectPath("/org/freedesktop/secrets/aliases/default")
)

// diagnoseSystem looks at the session bus and at the Secret Service on it. It
// must come before go-keyring, which starts a bus daemon of its own (and leaks
// it) where no bus is known.
func diagnoseSystem(ctx context.Context) health {
	address := busAddress()
	if address == "" {
		return absent
	}
	ctx, cancel := context.WithTimeout(ctx, quickDeadline)
	defer cancel()
	seen := make(chan health, 1)
	go func() { seen <- look(address) }()
	select {
	case h := <-seen:
		return h
	case <-ctx.Done():
		return mute
	}
}

// look asks the keyring however long it takes: GNOME's daemon aborts if who asked
// has left the bus before it answers.
func look(address string) health {
	bus, err := dbus.Connect(address)
	if err != nil {
		return absent
	}
	defer func() { _ = bus.Close() }()
	if !offered(bus) {
		return absent
	}
	var isLocked dbus.Variant
	err = bus.Object(secretService, defaultAlias).Call("org.freedesktop.DBus.Properties.Get", 0,
		"org.freedesktop.Secret.Collection", "Locked").Store(&isLocked)
	if err != nil {
		// A service without a default collection makes one on first use, with a
		// prompt; without a display that can only fail.
		isLocked = dbus.MakeVariant(true)
	}
	if yes, ok := isLocked.Value().(bool); ok && !yes {
		return healthy
	}
	if os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" {
		return locked
	}
	return promptful
}

// busAddress is where the session bus is, by the rules that libdbus follows
// short of starting one.
func busAddress() string {
	if a := os.Getenv("DBUS_SESSION_BUS_ADDRESS"); a != "" && a != "autolaunch:" {
		return a
	}
	path := fmt.Sprintf("/run/user/%d/bus", os.Getuid())
	if _, err := os.Stat(path); err != nil {
		return ""
	}
	return "unix:path=" + path
}

// offered reports whether a Secret Service runs or could be started by the bus.
func offered(bus *dbus.Conn) bool {
	var names []string
	for _, method := range []string{"ListNames", "ListActivatableNames"} {
		err := bus.BusObject().Call("org.freedesktop.DBus."+method, 0).Store(&names)
		if err == nil && slices.Contains(names, secretService) {
			return true
		}
	}
	return false
}
