package testbed

import (
	"fmt"
	"net"
)

// FreePort returns port, or one of loopback that the kernel has chosen for 0. It
// leaves a connection behind that has just been closed: for a minute the kernel
// then gives the port to nobody who asks for any, but to a server that asks for it.
func FreePort(port int) (int, error) {
	l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return 0, fmt.Errorf("port %d is in use: %w", port, err)
	}
	defer l.Close()
	if port != 0 {
		return port, nil
	}
	there, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		return 0, err
	}
	defer there.Close()
	here, err := l.Accept()
	if err != nil {
		return 0, err
	}
	return l.Addr().(*net.TCPAddr).Port, here.Close() // the side that closes first keeps the port
}
