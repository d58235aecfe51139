package testbed

import (
	"context"
	"errors"

	"github.com/godbus/dbus/v5"
	"github.com/godbus/dbus/v5/prop"
)

// StartDesktop puts a user manager like systemd's on the bus, which starts
// programs in this environment.
func (b *Bed) StartDesktop(ctx context.Context, environ []string) (stop func(), err error) {
	const manager, path = "org.freedesktop.systemd1", "/org/freedesktop/systemd1"
	bus, err := dbus.Connect(b.bus, dbus.WithContext(ctx))
	if err != nil {
		return nil, err
	}
	_, err = prop.Export(bus, path, prop.Map{manager + ".Manager": {"Environment": {Value: environ}}})
	if err == nil {
		_, err = bus.RequestName(manager, dbus.NameFlagDoNotQueue)
	}
	if err != nil {
		return nil, errors.Join(err, bus.Close())
	}
	return func() { _ = bus.Close() }, nil
}
