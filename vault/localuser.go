package vault

import (
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"

	"sessionferry/session"
)

// localUser identifies the user of this computer whose program made a request, ""
// for a request from another computer. Cookies are tied to that user: a browser
// sends a cookie of this computer to every port of it, so another user's server
// can receive and replace it.
//
// CodeLocalUserUnknown: the request came under a name of this computer, and which of
// its users made it cannot be found out.
func (s *Server) localUser(r *http.Request) (string, error) {
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return "", session.Errorf(session.CodeLocalUserUnknown, "").Because(err)
	}
	if !from.Addr().Unmap().IsLoopback() {
		if isLocalName(hostOnly(r.Host)) { // a port of this computer that leads into a container, for one
			return "", session.Errorf(session.CodeLocalUserUnknown, "the connection was forwarded")
		}
		return "", nil
	}
	to, _ := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
	user, err := s.cfg.ConnectionUser(from, to.AddrPort()) // the zero address of none is nobody's
	if err != nil {
		return "", session.Errorf(session.CodeLocalUserUnknown, "").Because(err)
	}
	return "user " + strconv.FormatUint(uint64(user), 10), nil
}

// isLocalName reports whether browsers take a name for their own computer, and so
// send it secure cookies without TLS.
func isLocalName(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	return isLoopback(host) || strings.HasSuffix(host, ".localhost")
}
