package testbed

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/godbus/dbus/v5"
)

// busConfig is a session bus that starts nothing by itself, so that the only
// keyring on it is the one that the bed started.
const busConfig = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=%s</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`

// KeyringPassword opens the keyring.
const KeyringPassword = "demo"

// StartKeyring starts a bus and an unlocked gnome-keyring daemon on it.
func (b *Bed) StartKeyring(ctx context.Context) error {
	socket, config := b.Path("run", "bus"), b.Path("bus.conf")
	if err := os.WriteFile(config, fmt.Appendf(nil, busConfig, socket), 0o600); err != nil {
		return err
	}
	bus, err := b.Start("dbus", "dbus-daemon", "--config-file="+config, "--nofork", "--nopidfile")
	if err != nil {
		return err
	}
	b.bus = "unix:path=" + socket
	b.Setenv("DBUS_SESSION_BUS_ADDRESS", b.bus)
	if err := Wait("dbus-daemon", bus, func() bool { return hasName(ctx, b.bus, "org.freedesktop.DBus") }); err != nil {
		return err
	}
	return b.startDaemon(ctx, "--unlock")
}

// LockKeyring ends the keyring daemon and starts one that nobody has unlocked.
func (b *Bed) LockKeyring(ctx context.Context) error {
	if err := b.StopKeyring(ctx); err != nil {
		return err
	}
	return b.startDaemon(ctx, "")
}

// UnlockKeyring ends the keyring daemon and starts one that is unlocked.
func (b *Bed) UnlockKeyring(ctx context.Context) error {
	if err := b.StopKeyring(ctx); err != nil {
		return err
	}
	return b.startDaemon(ctx, "--unlock")
}

// StopKeyring ends the keyring daemon; the bus stays. It returns when the bus
// has noticed: until then the dead daemon's name looks as if it were served.
func (b *Bed) StopKeyring(ctx context.Context) error {
	b.keyring.Stop()
	return poll(ctx, "the bus to let go of the keyring's name", func(ctx context.Context) (bool, error) {
		return !hasName(ctx, b.bus, secretService), nil
	})
}

func (b *Bed) startDaemon(ctx context.Context, mode string) error {
	// The daemon reads the password of its login keyring from standard input.
	var err error
	b.keyring, err = b.Start("keyring", "sh", "-c", "printf '"+KeyringPassword+"' | exec gnome-keyring-daemon --foreground --components=secrets "+mode)
	if err != nil {
		return err
	}
	return Wait("gnome-keyring-daemon", b.keyring, func() bool { return hasName(ctx, b.bus, secretService) })
}

func hasName(ctx context.Context, address, name string) bool {
	ctx, cancel := context.WithTimeout(ctx, pageWait)
	defer cancel()
	bus, err := dbus.Connect(address, dbus.WithContext(ctx))
	if err != nil {
		return false
	}
	defer func() { _ = bus.Close() }()
	var has bool
	err = bus.BusObject().CallWithContext(ctx, "org.freedesktop.DBus.NameHasOwner", 0, name).Store(&has)
	return err == nil && has
}

// Sessionferry runs the person's program.
func (b *Bed) Sessionferry(ctx context.Context, args ...string) (string, error) {
	out, err := b.Run(ctx, "", b.Program("sessionferry"), args...)
	return strings.TrimSpace(out), err
}

// Runner runs the runner's program.
func (b *Bed) Runner(ctx context.Context, args ...string) (string, error) {
	out, err := b.Run(ctx, "", b.Program("sessionferry-runner"), args...)
	return strings.TrimSpace(out), err
}
