package keystore

import (
	"context"
	"os"
	"slices"

	"github.com/godbus/dbus/v5"
)

// diagnoseSystem takes the steps of go-keyring's reading up to the first that
// would ask the person. It must come before go-keyring, which starts a bus daemon
// of its own (and leaks it) where no bus is known.
func diagnoseSystem(ctx context.Context) health {
	ctx, cancel := context.WithTimeout(ctx, quickDeadline)
	defer cancel()
	seen := make(chan health, 1)
	go func() { seen <- look() }()
	select {
	case h := <-seen:
		return h
	case <-ctx.Done():
		return mute
	}
}

// look asks the keyring however long it takes: GNOME's daemon aborts if who asked
// has left the bus before it answers.
func look() health {
	bus, err := connect()
	if err != nil {
		return absent
	}
	defer func() { _ = bus.Close() }()
	if !offered(bus) {
		return absent
	}
	s := secretService{bus}
	collection, err := s.collection()
	switch {
	case err != nil:
		return absent // the bus could not start it
	case collection == noObject:
		return noDefault
	case s.ready(collection):
		return healthy
	case os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "":
		return locked
	}
	return promptful
}

// connect returns a connection of its own to the bus that go-keyring finds.
func connect() (*dbus.Conn, error) {
	bus, err := dbus.SessionBusPrivateNoAutoStartup()
	if err != nil {
		return nil, err
	}
	if err = bus.Auth(nil); err == nil {
		err = bus.Hello()
	}
	if err != nil {
		_ = bus.Close()
		return nil, err
	}
	return bus, nil
}

// offered reports whether a Secret Service runs or could be started by the bus.
func offered(bus *dbus.Conn) bool {
	var names []string
	for _, method := range []string{"ListNames", "ListActivatableNames"} {
		err := bus.BusObject().Call("org.freedesktop.DBus."+method, 0).Store(&names)
		if err == nil && slices.Contains(names, serviceName) {
			return true
		}
	}
	return false
}
