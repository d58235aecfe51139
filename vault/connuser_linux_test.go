package vault

import (
	"net"
	"net/netip"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// accepted opens a connection as a user, where the test may be that user, and
// returns both ends and who has opened it.
func accepted(t *testing.T, listen, dial string, user int) (client, server net.Conn, opened uint32) {
	l, err := net.Listen("tcp", listen)
	require.NoError(t, err)
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	require.NoError(t, err)
	runtime.LockOSThread() // the kernel knows users by thread
	defer runtime.UnlockOSThread()
	was, err := unix.SetfsuidRetUid(user)
	require.NoError(t, err)
	client, err = net.Dial("tcp", net.JoinHostPort(dial, port))
	became, e := unix.SetfsuidRetUid(was)
	require.NoError(t, e)
	require.NoError(t, err)
	t.Cleanup(func() { _ = client.Close() })
	server, err = l.Accept()
	require.NoError(t, err)
	t.Cleanup(func() { _ = server.Close() })
	return client, server, uint32(became)
}

func addrPort(a net.Addr) netip.AddrPort { return a.(*net.TCPAddr).AddrPort() }

// TestConnectionUser: the kernel names who has opened a connection, by either family
// of addresses, and no more once that end is closed.
func TestConnectionUser(t *testing.T) {
	for name, tt := range map[string]struct{ listen, dial string }{
		"IPv4":                        {"127.0.0.1:0", "127.0.0.1"},
		"another address of loopback": {"127.0.0.2:0", "127.0.0.2"},
		"localhost":                   {"localhost:0", "localhost"},
		"IPv6":                        {"[::1]:0", "::1"},
		"IPv4 to a listener of both":  {"[::]:0", "127.0.0.1"},
		"IPv4 written as IPv6":        {"127.0.0.1:0", "::ffff:127.0.0.1"},
		"IPv6 to a listener of both":  {"[::]:0", "::1"},
		"IPv4 as IPv6 to one of both": {"[::]:0", "::ffff:127.0.0.1"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, user := range []int{unix.Getuid(), 12345} {
				client, server, opened := accepted(t, tt.listen, tt.dial, user)
				got, err := connectionUser(addrPort(server.RemoteAddr()), addrPort(server.LocalAddr()))
				require.NoError(t, err)
				require.Equal(t, opened, got)

				require.NoError(t, client.Close())
				_, err = connectionUser(addrPort(server.RemoteAddr()), addrPort(server.LocalAddr()))
				require.Error(t, err, "the kernel reports a closed end as root's")
			}
		})
	}
	_, server, _ := accepted(t, "127.0.0.1:0", "127.0.0.1", unix.Getuid())
	_, err := connectionUser(netip.MustParseAddrPort("127.0.0.1:1"), addrPort(server.LocalAddr()))
	require.Error(t, err, "nobody's")
	_, err = connectionUser(addrPort(server.LocalAddr()), netip.AddrPort{})
	require.Error(t, err, "the listener itself")
}

// TestForeignUsers: in a user namespace that lacks users, the number that stands for
// all of them is nobody's.
func TestForeignUsers(t *testing.T) {
	all, part := "         0          0 4294967295\n", "         0       1000          1\n         1     100000      65536\n"
	require.False(t, foreignIn(all, "65534\n")(65534))
	require.True(t, foreignIn(part, "65534\n")(65534))
	require.False(t, foreignIn(part, "65534\n")(0))
	require.True(t, foreignIn(part, "12\n")(12))
}
