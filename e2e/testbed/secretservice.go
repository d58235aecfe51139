package testbed

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/godbus/dbus/v5"
)

// The objects of the Secret Service API that are the same for every keyring.
const (
	noObject        = dbus.ObjectPath("/")
	loginCollection = secretServicePath + "/collection/login"
	defaultAlias    = secretServicePath + "/aliases/default"
	secretInterface = "org.freedesktop.Secret."
)

// SecretService is a keyring with one collection, which behaves on the bus as
// KWallet (measured on kwalletd 5.103) and KeePassXC (2.7.4) do. It shows no
// window: Answers stands for the person.
type SecretService struct {
	Collection      string // its name, "" for a service without any, such as KeePassXC without an open database
	Locked          bool   // unlocking the collection takes a prompt
	OpenWallet      bool   // the prompt answers itself, and KWallet's isOpen is true: a wallet opened at sign-in
	ConfirmsReads   bool   // each item takes a prompt, for each connection to the bus: KeePassXC's default
	ConfirmsChanges bool   // creating and deleting items take a prompt
	Answers         bool   // the person agrees to prompts; otherwise dismisses them
}

// StartSecretService puts a keyring on the bus in place of GNOME's daemon.
func (b *Bed) StartSecretService(ctx context.Context, s SecretService) (stop func(), err error) {
	bus, err := dbus.Connect(b.bus, dbus.WithContext(ctx))
	if err != nil {
		return nil, err
	}
	k := &keyring{SecretService: s, bus: bus, items: map[dbus.ObjectPath]*keyringItem{}, prompts: map[dbus.ObjectPath]func() []dbus.ObjectPath{}}
	for name, object := range map[string]any{
		secretInterface + "Service":       keyringService{k},
		secretInterface + "Collection":    keyringCollection{k},
		secretInterface + "Item":          keyringItems{k},
		secretInterface + "Prompt":        keyringPrompts{k},
		secretInterface + "Session":       keyringSession{},
		"org.freedesktop.DBus.Properties": keyringProperties{k},
	} {
		err = errors.Join(err, bus.ExportSubtree(object, secretServicePath, name))
	}
	if s.OpenWallet {
		err = errors.Join(err, bus.ExportWithMap(openWallet{}, map[string]string{"IsOpen": "isOpen"}, "/modules/kwalletd5", "org.kde.KWallet"))
	}
	if err != nil {
		return nil, errors.Join(err, bus.Close())
	}
	reply, err := bus.RequestName(secretService, dbus.NameFlagDoNotQueue)
	if err == nil && reply != dbus.RequestNameReplyPrimaryOwner {
		err = errors.New("another keyring is on the bus")
	}
	return func() {
		_, _ = bus.ReleaseName(secretService) // so that the next keyring finds the name free
		_ = bus.Close()
	}, err
}

// keyring is the state behind the objects of one SecretService.
type keyring struct {
	SecretService
	bus *dbus.Conn

	mu      sync.Mutex
	items   map[dbus.ObjectPath]*keyringItem
	prompts map[dbus.ObjectPath]func() []dbus.ObjectPath // what the person agrees to
	made    int
}

type keyringItem struct {
	attributes map[string]string
	value      secret
	allowed    []dbus.Sender
}

func (k *keyring) collection() dbus.ObjectPath {
	if k.Collection == "" {
		return noObject
	}
	return secretServicePath + "/collection/" + dbus.ObjectPath(k.Collection)
}

// path names a new object.
func (k *keyring) path(below dbus.ObjectPath) dbus.ObjectPath {
	k.made++
	return dbus.ObjectPath(fmt.Sprintf("%s/%d", below, k.made))
}

// prompt makes a prompt for something that the person may agree to.
func (k *keyring) prompt(agreed func() []dbus.ObjectPath) dbus.ObjectPath {
	path := k.path(secretServicePath + "/prompt")
	k.prompts[path] = agreed
	return path
}

// isLocked reports whether an object is locked for a connection.
func (k *keyring) isLocked(path dbus.ObjectPath, sender dbus.Sender) bool {
	if item := k.items[path]; item != nil && k.ConfirmsReads && !slices.Contains(item.allowed, sender) {
		return true
	}
	return k.Locked
}

type keyringService struct{ *keyring }

func (k keyringService) OpenSession(string, dbus.Variant) (dbus.Variant, dbus.ObjectPath, *dbus.Error) {
	return dbus.MakeVariant(""), secretServicePath + "/session/1", nil
}

func (k keyringService) ReadAlias(string) (dbus.ObjectPath, *dbus.Error) { return k.collection(), nil }

// Unlock passes over objects that are not there, as KeePassXC does.
func (k keyringService) Unlock(sender dbus.Sender, paths []dbus.ObjectPath) (unlocked []dbus.ObjectPath, prompt dbus.ObjectPath, _ *dbus.Error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, path := range paths {
		switch {
		case k.items[path] == nil && path != k.collection() && (path != defaultAlias || k.Collection == ""):
		case k.isLocked(path, sender):
			return nil, k.prompt(func() []dbus.ObjectPath {
				k.Locked = false
				if item := k.items[path]; item != nil {
					item.allowed = append(item.allowed, sender)
				}
				return []dbus.ObjectPath{path}
			}), nil
		default:
			unlocked = append(unlocked, path)
		}
	}
	return unlocked, noObject, nil
}

type keyringCollection struct{ *keyring }

func (k keyringCollection) SearchItems(wanted map[string]string) (found []dbus.ObjectPath, _ *dbus.Error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for path, item := range k.items {
		matches := true
		for name, value := range wanted {
			matches = matches && item.attributes[name] == value
		}
		if matches {
			found = append(found, path)
		}
	}
	return found, nil
}

// CreateItem replaces an item with the same attributes.
func (k keyringCollection) CreateItem(sender dbus.Sender, properties map[string]dbus.Variant, value secret, _ bool) (item, prompt dbus.ObjectPath, _ *dbus.Error) {
	attributes, _ := properties[secretInterface+"Item.Attributes"].Value().(map[string]string)
	k.mu.Lock()
	defer k.mu.Unlock()
	create := func() []dbus.ObjectPath {
		maps.DeleteFunc(k.items, func(_ dbus.ObjectPath, old *keyringItem) bool { return maps.Equal(old.attributes, attributes) })
		path := k.path(k.collection())
		k.items[path] = &keyringItem{attributes, value, []dbus.Sender{sender}}
		return []dbus.ObjectPath{path}
	}
	if k.ConfirmsChanges {
		return noObject, k.prompt(create), nil
	}
	return create()[0], noObject, nil
}

type keyringItems struct{ *keyring }

func (k keyringItems) GetSecret(m dbus.Message, sender dbus.Sender, _ dbus.ObjectPath) (secret, *dbus.Error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	path := pathOf(m)
	if k.items[path] == nil || k.isLocked(path, sender) {
		return secret{}, dbus.MakeFailedError(errors.New("it is locked or absent"))
	}
	return k.items[path].value, nil
}

func (k keyringItems) Delete(m dbus.Message) (dbus.ObjectPath, *dbus.Error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	remove := func() []dbus.ObjectPath { delete(k.items, pathOf(m)); return nil }
	if k.ConfirmsChanges {
		return k.prompt(remove), nil
	}
	remove()
	return noObject, nil
}

type keyringPrompts struct{ *keyring }

// Prompt asks the person.
func (k keyringPrompts) Prompt(m dbus.Message, _ string) *dbus.Error {
	k.mu.Lock()
	defer k.mu.Unlock()
	agreed := k.Answers || k.OpenWallet
	var result []dbus.ObjectPath
	if agreed {
		result = k.prompts[pathOf(m)]()
	}
	k.complete(m, !agreed, result)
	return nil
}

// Dismiss withdraws a prompt.
func (k keyringPrompts) Dismiss(m dbus.Message) *dbus.Error {
	k.complete(m, true, nil)
	return nil
}

func (k *keyring) complete(m dbus.Message, dismissed bool, result []dbus.ObjectPath) {
	_ = k.bus.Emit(pathOf(m), secretInterface+"Prompt.Completed", dismissed, dbus.MakeVariant(result))
}

type keyringSession struct{}

func (keyringSession) Close() *dbus.Error { return nil }

type openWallet struct{}

func (openWallet) IsOpen(string) (bool, *dbus.Error) { return true, nil }

type keyringProperties struct{ *keyring }

// Get reads a property of any of the objects.
func (k keyringProperties) Get(m dbus.Message, sender dbus.Sender, _, name string) (dbus.Variant, *dbus.Error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	switch name {
	case "Collections":
		if k.Collection == "" {
			return dbus.MakeVariant([]dbus.ObjectPath{}), nil
		}
		return dbus.MakeVariant([]dbus.ObjectPath{k.collection()}), nil
	case "Locked":
		return dbus.MakeVariant(k.isLocked(pathOf(m), sender)), nil
	case "Label":
		return dbus.MakeVariant(k.Collection), nil
	}
	return dbus.Variant{}, dbus.MakeFailedError(errors.New("there is no such property"))
}

func pathOf(m dbus.Message) dbus.ObjectPath {
	path, _ := m.Headers[dbus.FieldPath].Value().(dbus.ObjectPath)
	return path
}
