//go:build !linux

package vault

import (
	"net/netip"

	"sessionferry/session"
)

// connectionUser is not written for this system, so no cookie counts on loopback.
func connectionUser(_, _ netip.AddrPort) (uint32, error) {
	return 0, session.Errorf(session.CodeOSUnsupported, "")
}
