// Package desktop describes the environment that the desktop gives to programs,
// such as a browser started from its menu. A shell's start-up files change the
// environment of the shell alone, so a command may see other folders, proxies and
// buses than the browser does.
package desktop

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/godbus/dbus/v5"
)

// Network are the variables that decide how this project's programs reach a vault.
var Network = []string{"HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "https_proxy", "all_proxy", "no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR"}

// ofShells are the variables that a shell's start-up files may set and that
// change what the programs of this project do.
var ofShells = append([]string{"XDG_CONFIG_HOME", "XDG_STATE_HOME"}, Network...)

// Environ returns the environment of programs that the desktop starts, in the
// form of os.Environ, and the desktop's home folder. Both come from systemd's user
// manager. Without a manager, or with one of another home folder, the environment
// is own without the variables of shells.
func Environ(ctx context.Context, own []string) (environ []string, home string) {
	home = Lookup(own)("HOME")
	if session, err := managerEnviron(ctx, Lookup(own)); err == nil {
		if there := Lookup(session)("HOME"); there == home {
			return session, home
		} else if there != "" {
			home = there
		}
	}
	return slices.DeleteFunc(slices.Clone(own), func(kv string) bool {
		name, _, _ := strings.Cut(kv, "=")
		return slices.Contains(ofShells, name)
	}), home
}

// managerEnviron asks the user manager on the bus of the runtime folder: the bus
// that own names may be another, such as that of dbus-run-session.
func managerEnviron(ctx context.Context, getenv func(string) string) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	bus, err := dbus.Connect("unix:path="+runtimeDir(getenv)+"/bus", dbus.WithContext(ctx))
	if err != nil {
		return nil, err
	}
	defer func() { _ = bus.Close() }()
	var environ []string
	call := bus.Object("org.freedesktop.systemd1", "/org/freedesktop/systemd1").CallWithContext(ctx, "org.freedesktop.DBus.Properties.Get",
		dbus.FlagNoAutoStart, "org.freedesktop.systemd1.Manager", "Environment")
	err = call.Store(&environ)
	return environ, err
}

// Bus is the address of the session bus in an environment.
func Bus(getenv func(string) string) string {
	address, _, _ := strings.Cut(getenv("DBUS_SESSION_BUS_ADDRESS"), ",guid=")
	if address == "" {
		return fmt.Sprintf("unix:path=/run/user/%d/bus", os.Getuid())
	}
	return address
}

func runtimeDir(getenv func(string) string) string {
	if dir := getenv("XDG_RUNTIME_DIR"); dir != "" {
		return dir
	}
	return fmt.Sprintf("/run/user/%d", os.Getuid())
}

// Lookup is os.Getenv for an environment.
func Lookup(environ []string) func(name string) string {
	return func(name string) string {
		value := ""
		for _, kv := range environ {
			if n, v, _ := strings.Cut(kv, "="); n == name {
				value = v // the last counts, as in exec.Cmd
			}
		}
		return value
	}
}
