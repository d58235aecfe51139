package keystore

import (
	"slices"

	"github.com/godbus/dbus/v5"
)

// The names of the Secret Service API, version 0.2.
const (
	serviceName     = "org.freedesktop.secrets"
	servicePath     = dbus.ObjectPath("/org/freedesktop/secrets")
	loginCollection = servicePath + "/collection/login"
	defaultAlias    = servicePath + "/aliases/default"
	noObject        = dbus.ObjectPath("/") // in place of a collection or of a prompt
)

// secretService is the keyring on a bus. None of its methods shows a prompt.
type secretService struct{ bus *dbus.Conn }

func (s secretService) at(path dbus.ObjectPath) dbus.BusObject {
	return s.bus.Object(serviceName, path)
}

// collection returns the collection that go-keyring uses: "login" where there is
// one, else the default, and noObject where there is neither.
func (s secretService) collection() (dbus.ObjectPath, error) {
	var all []dbus.ObjectPath
	if err := s.at(servicePath).StoreProperty("org.freedesktop.Secret.Service.Collections", &all); err == nil && slices.Contains(all, loginCollection) {
		return loginCollection, nil
	}
	var named dbus.ObjectPath
	if err := s.at(servicePath).Call("org.freedesktop.Secret.Service.ReadAlias", 0, "default").Store(&named); err != nil {
		return noObject, err
	}
	if named == noObject {
		return noObject, nil
	}
	return defaultAlias, nil
}

// ready reports whether go-keyring can use a collection without asking the person.
func (s secretService) ready(collection dbus.ObjectPath) bool {
	if s.asksToUnlock(collection) {
		return s.walletOpen(collection)
	}
	return s.itemsOpen(collection)
}

// asksToUnlock calls Unlock as go-keyring does, up to the prompt. The property
// Locked is no substitute: GNOME's keyring without a password is locked until a
// program calls Unlock.
func (s secretService) asksToUnlock(collection dbus.ObjectPath) bool {
	var unlocked []dbus.ObjectPath
	var prompt dbus.ObjectPath
	err := s.at(servicePath).Call("org.freedesktop.Secret.Service.Unlock", 0, []dbus.ObjectPath{collection}).Store(&unlocked, &prompt)
	if err != nil || prompt == noObject {
		return false
	}
	_ = s.at(prompt).Call("org.freedesktop.Secret.Prompt.Dismiss", 0).Err
	return true
}

// walletOpen reports whether the collection is a wallet of KWallet that is open,
// such as one opened at sign-in. KWallet asks for a prompt even then, and the
// prompt ends without a dialog. kwalletd 5 and 6 answer this, ksecretd does not.
func (s secretService) walletOpen(collection dbus.ObjectPath) bool {
	var wallet string
	if s.at(collection).StoreProperty("org.freedesktop.Secret.Collection.Label", &wallet) != nil {
		return false
	}
	for _, path := range []dbus.ObjectPath{"/modules/kwalletd6", "/modules/kwalletd5"} {
		var open bool
		if s.at(path).Call("org.kde.KWallet.isOpen", 0, wallet).Store(&open) == nil {
			return open
		}
	}
	return false
}

// itemsOpen reports whether this program's items in an unlocked collection are
// readable. KeePassXC locks each item until the person allows it to one
// connection to the bus, so the one of go-keyring must ask.
func (s secretService) itemsOpen(collection dbus.ObjectPath) bool {
	shared, err := dbus.SessionBus()
	if err != nil {
		return true // go-keyring fails with the same error
	}
	var items []dbus.ObjectPath
	if s.at(collection).Call("org.freedesktop.Secret.Collection.SearchItems", 0, map[string]string{"service": service}).Store(&items) != nil {
		return true
	}
	return !slices.ContainsFunc(items, func(item dbus.ObjectPath) bool {
		var isLocked bool
		err := secretService{shared}.at(item).StoreProperty("org.freedesktop.Secret.Item.Locked", &isLocked)
		return err == nil && isLocked
	})
}
