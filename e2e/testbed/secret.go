package testbed

import (
	"context"
	"fmt"

	"github.com/godbus/dbus/v5"
)

const (
	secretService     = "org.freedesktop.secrets"
	secretServicePath = dbus.ObjectPath("/org/freedesktop/secrets")
)

// secret is a value as the Secret Service passes it.
type secret struct {
	Session    dbus.ObjectPath
	Parameters []byte
	Value      []byte
	Type       string
}

// Secret reads an item of sessionferry's from the keyring.
func (b *Bed) Secret(ctx context.Context, item string) (string, error) {
	var s secret
	err := b.onItem(ctx, item, func(o dbus.BusObject, session dbus.ObjectPath) error {
		return o.CallWithContext(ctx, "org.freedesktop.Secret.Item.GetSecret", 0, session).Store(&s)
	})
	return string(s.Value), err
}

// SetSecret overwrites an item of sessionferry's in the keyring.
func (b *Bed) SetSecret(ctx context.Context, item, value string) error {
	return b.onItem(ctx, item, func(o dbus.BusObject, session dbus.ObjectPath) error {
		s := secret{Session: session, Parameters: []byte{}, Value: []byte(value), Type: "text/plain"}
		return o.CallWithContext(ctx, "org.freedesktop.Secret.Item.SetSecret", 0, s).Err
	})
}

// AddSecret puts an item of sessionferry's into the keyring, with the attributes
// that go-keyring gives it.
func (b *Bed) AddSecret(ctx context.Context, item, value string) error {
	return b.inService(ctx, func(bus *dbus.Conn, session dbus.ObjectPath) error {
		properties := map[string]dbus.Variant{
			"org.freedesktop.Secret.Item.Label":      dbus.MakeVariant("sessionferry"),
			"org.freedesktop.Secret.Item.Attributes": dbus.MakeVariant(attributesOf(item)),
		}
		s := secret{Session: session, Parameters: []byte{}, Value: []byte(value), Type: "text/plain"}
		return bus.Object(secretService, loginCollection).CallWithContext(ctx, "org.freedesktop.Secret.Collection.CreateItem", 0, properties, s, true).Err
	})
}

func attributesOf(item string) map[string]string {
	return map[string]string{"service": "sessionferry", "username": item}
}

// RemoveSecret removes an item of sessionferry's from the keyring.
func (b *Bed) RemoveSecret(ctx context.Context, item string) error {
	return b.onItem(ctx, item, func(o dbus.BusObject, _ dbus.ObjectPath) error {
		return o.CallWithContext(ctx, "org.freedesktop.Secret.Item.Delete", 0).Err
	})
}

// onItem finds an item by its attributes.
func (b *Bed) onItem(ctx context.Context, item string, do func(item dbus.BusObject, session dbus.ObjectPath) error) error {
	return b.inService(ctx, func(bus *dbus.Conn, session dbus.ObjectPath) error {
		var unlocked, locked []dbus.ObjectPath
		search := bus.Object(secretService, secretServicePath).CallWithContext(ctx, "org.freedesktop.Secret.Service.SearchItems", 0, attributesOf(item))
		if err := search.Store(&unlocked, &locked); err != nil {
			return err
		}
		if len(unlocked) != 1 {
			return fmt.Errorf("the keyring has %d items %s", len(unlocked), item)
		}
		return do(bus.Object(secretService, unlocked[0]), session)
	})
}

// inService opens a session with the keyring on the bus.
func (b *Bed) inService(ctx context.Context, do func(bus *dbus.Conn, session dbus.ObjectPath) error) error {
	bus, err := dbus.Connect(b.bus, dbus.WithContext(ctx))
	if err != nil {
		return err
	}
	defer func() { _ = bus.Close() }()
	var output dbus.Variant
	var session dbus.ObjectPath
	open := bus.Object(secretService, secretServicePath).CallWithContext(ctx, "org.freedesktop.Secret.Service.OpenSession", 0, "plain", dbus.MakeVariant(""))
	if err := open.Store(&output, &session); err != nil {
		return err
	}
	return do(bus, session)
}
