package testbed

import (
	"context"
	"errors"

	"github.com/godbus/dbus/v5"
	"github.com/godbus/dbus/v5/prop"
)

// The objects of a Secret Service in which every change waits for a prompt.
const (
	loginCollection = dbus.ObjectPath("/org/freedesktop/secrets/collection/login")
	onlyItem        = loginCollection + "/1"
	onlyPrompt      = dbus.ObjectPath("/org/freedesktop/secrets/prompt/1")
	onlySession     = dbus.ObjectPath("/org/freedesktop/secrets/session/1")
	none            = dbus.ObjectPath("/")
)

// StartDismissing puts a Secret Service on the bus, instead of the daemon, that
// is unlocked, asks before it keeps or removes anything, and whose person
// dismisses every prompt. KeePassXC can be set up so; the daemon cannot.
func (b *Bed) StartDismissing(ctx context.Context) (stop func(), err error) {
	bus, err := dbus.Connect(b.bus, dbus.WithContext(ctx))
	if err != nil {
		return nil, err
	}
	export := func(o any, path dbus.ObjectPath, kind string) {
		err = errors.Join(err, bus.Export(o, path, "org.freedesktop.Secret."+kind))
	}
	export(dismissingService{}, secretServicePath, "Service")
	export(dismissingCollection{}, loginCollection, "Collection")
	export(dismissingCollection{}, secretServicePath+"/aliases/default", "Collection")
	export(dismissingItem{}, onlyItem, "Item")
	export(dismissingSession{}, onlySession, "Session")
	export(dismissedPrompt{bus}, onlyPrompt, "Prompt")
	collections := map[string]*prop.Prop{"Collections": {Value: []dbus.ObjectPath{loginCollection}}}
	unlocked := map[string]*prop.Prop{"Locked": {Value: false}}
	for path, properties := range map[dbus.ObjectPath]map[string]map[string]*prop.Prop{
		secretServicePath:                      {"org.freedesktop.Secret.Service": collections},
		secretServicePath + "/aliases/default": {"org.freedesktop.Secret.Collection": unlocked},
	} {
		_, failed := prop.Export(bus, path, properties)
		err = errors.Join(err, failed)
	}
	if err != nil {
		return nil, errors.Join(err, bus.Close())
	}
	reply, err := bus.RequestName(secretService, dbus.NameFlagDoNotQueue)
	if err == nil && reply != dbus.RequestNameReplyPrimaryOwner {
		err = errors.New("another keyring is on the bus")
	}
	return func() { _ = bus.Close() }, err
}

type dismissingService struct{}

func (dismissingService) OpenSession(string, dbus.Variant) (dbus.Variant, dbus.ObjectPath, *dbus.Error) {
	return dbus.MakeVariant(""), onlySession, nil
}

func (dismissingService) Unlock(paths []dbus.ObjectPath) ([]dbus.ObjectPath, dbus.ObjectPath, *dbus.Error) {
	return paths, none, nil
}

type dismissingCollection struct{}

func (dismissingCollection) SearchItems(map[string]string) ([]dbus.ObjectPath, *dbus.Error) {
	return nil, nil
}

func (dismissingCollection) CreateItem(map[string]dbus.Variant, secret, bool) (dbus.ObjectPath, dbus.ObjectPath, *dbus.Error) {
	return none, onlyPrompt, nil
}

type dismissingItem struct{}

func (dismissingItem) Delete() (dbus.ObjectPath, *dbus.Error) { return onlyPrompt, nil }

type dismissingSession struct{}

func (dismissingSession) Close() *dbus.Error { return nil }

type dismissedPrompt struct{ bus *dbus.Conn }

func (p dismissedPrompt) Prompt(string) *dbus.Error {
	go func() {
		_ = p.bus.Emit(onlyPrompt, "org.freedesktop.Secret.Prompt.Completed", true, dbus.MakeVariant(""))
	}()
	return nil
}
