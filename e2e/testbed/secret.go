package testbed

import (
	"context"
	"fmt"

	"github.com/godbus/dbus/v5"
)

const secretService = "org.freedesktop.secrets"

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

// onItem finds an item by the attributes that go-keyring gives it.
func (b *Bed) onItem(ctx context.Context, item string, do func(dbus.BusObject, dbus.ObjectPath) error) error {
	bus, err := dbus.Connect(b.bus, dbus.WithContext(ctx))
	if err != nil {
		return err
	}
	defer func() { _ = bus.Close() }()
	service := bus.Object(secretService, "/org/freedesktop/secrets")
	var output dbus.Variant
	var session dbus.ObjectPath
	if err := service.CallWithContext(ctx, "org.freedesktop.Secret.Service.OpenSession", 0, "plain", dbus.MakeVariant("")).Store(&output, &session); err != nil {
		return err
	}
	var unlocked, locked []dbus.ObjectPath
	attributes := map[string]string{"service": "sessionferry", "username": item}
	if err := service.CallWithContext(ctx, "org.freedesktop.Secret.Service.SearchItems", 0, attributes).Store(&unlocked, &locked); err != nil {
		return err
	}
	if len(unlocked) != 1 {
		return fmt.Errorf("the keyring has %d items %s", len(unlocked), item)
	}
	return do(bus.Object(secretService, unlocked[0]), session)
}
