package testbed

import (
	"context"
	"os"

	"github.com/godbus/dbus/v5"
)

// Collection is one collection of GNOME's keyring.
type Collection struct {
	Label    string
	Password string // may be empty
	Default  bool
}

// RestartKeyring ends the keyring daemon and starts one that has just these
// collections, each as nobody has unlocked it yet.
func (b *Bed) RestartKeyring(ctx context.Context, collections ...Collection) error {
	if err := b.StopKeyring(ctx); err != nil {
		return err
	}
	if err := os.RemoveAll(b.Path("home", ".local", "share", "keyrings")); err != nil {
		return err
	}
	if err := b.startDaemon(ctx, ""); err != nil {
		return err
	}
	for _, c := range collections {
		if err := b.addCollection(ctx, c); err != nil {
			return err
		}
	}
	return b.LockKeyring(ctx)
}

func (b *Bed) addCollection(ctx context.Context, c Collection) error {
	return b.inService(ctx, func(bus *dbus.Conn, session dbus.ObjectPath) error {
		service := bus.Object(secretService, secretServicePath)
		properties := map[string]dbus.Variant{secretInterface + "Collection.Label": dbus.MakeVariant(c.Label)}
		master := secret{Session: session, Parameters: []byte{}, Value: []byte(c.Password), Type: "text/plain"}
		var made dbus.ObjectPath
		err := service.CallWithContext(ctx, "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface.CreateWithMasterPassword", 0, properties, master).Store(&made)
		if err != nil || !c.Default {
			return err
		}
		return service.CallWithContext(ctx, secretInterface+"Service.SetAlias", 0, "default", made).Err
	})
}
