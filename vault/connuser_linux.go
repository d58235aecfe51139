package vault

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"strings"
	"sync"

	"golang.org/x/sys/unix"
)

// The kernel's answer about one TCP connection: linux/inet_diag.h and
// linux/sock_diag.h.
const (
	sockDiagByFamily = 20
	tcpEstablished   = 1
	anyCookie        = ^uint32(0)
)

type diagEnds struct {
	FromPort, ToPort [2]byte // in network order
	From, To         [16]byte
	Interface        uint32
	Cookie           [2]uint32
}

type diagRequest struct {
	Header                       unix.NlMsghdr
	Family, Protocol, Extensions uint8
	_                            uint8
	States                       uint32
	Ends                         diagEnds
}

type diagAnswer struct {
	Header                        unix.NlMsghdr
	Family, State, Timer, Retries uint8
	Ends                          diagEnds
	Expires, ReadQueue, SendQueue uint32
	User, Inode                   uint32
}

// connectionUser asks the kernel which user opened the connection from one address
// of this computer to another. It is an error if the end at from is not open any
// more: the kernel reports a closed one as root's.
func connectionUser(from, to netip.AddrPort) (uint32, error) {
	a, err := findConnection(from, to)
	if err != nil {
		return 0, fmt.Errorf("ask the kernel for a connection's user: %w", err)
	}
	if a.State != tcpEstablished || a.Inode == 0 {
		return 0, errors.New("the connection's other end is closed")
	}
	if isForeign(a.User) {
		return 0, errors.New("the connection's user is outside of the vault's user namespace")
	}
	return a.User, nil
}

// findConnection makes one exact query, whose cost does not grow with the number of
// connections.
func findConnection(from, to netip.AddrPort) (a diagAnswer, err error) {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.NETLINK_SOCK_DIAG)
	if err != nil {
		return a, err
	}
	defer func() { err = errors.Join(err, unix.Close(fd)) }()
	query, err := binary.Append(nil, binary.NativeEndian, diagQuery(from, to))
	if err != nil {
		return a, err
	}
	if err := unix.Sendto(fd, query, 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}); err != nil {
		return a, err
	}
	answer := make([]byte, os.Getpagesize())
	n, _, err := unix.Recvfrom(fd, answer, unix.MSG_DONTWAIT) // the kernel has answered while it was sent
	if err != nil {
		return a, err
	}
	if _, err := binary.Decode(answer[:n], binary.NativeEndian, &a.Header); err != nil {
		return a, err
	}
	if a.Header.Type != sockDiagByFamily {
		return a, errors.New("there is no such connection")
	}
	_, err = binary.Decode(answer[:n], binary.NativeEndian, &a)
	return a, err
}

func diagQuery(from, to netip.AddrPort) diagRequest {
	q := diagRequest{
		Header:   unix.NlMsghdr{Type: sockDiagByFamily, Flags: unix.NLM_F_REQUEST},
		Family:   unix.AF_INET6,
		Protocol: unix.IPPROTO_TCP,
		States:   1 << tcpEstablished,
		Ends:     diagEnds{Cookie: [2]uint32{anyCookie, anyCookie}},
	}
	q.Header.Len = uint32(binary.Size(q))
	binary.BigEndian.PutUint16(q.Ends.FromPort[:], from.Port())
	binary.BigEndian.PutUint16(q.Ends.ToPort[:], to.Port())
	source, target := from.Addr().Unmap(), to.Addr().Unmap() // one lookup finds sockets of both families
	if source.Is4() {
		q.Family = unix.AF_INET
	}
	copy(q.Ends.From[:], source.AsSlice())
	copy(q.Ends.To[:], target.AsSlice())
	return q
}

// isForeign reports whether the kernel may show several users under this number:
// in a user namespace that does not have all users, those that it lacks are one.
func isForeign(user uint32) bool { return foreignUser()(user) }

var foreignUser = sync.OnceValue(func() func(uint32) bool {
	users, err := os.ReadFile("/proc/self/uid_map")
	overflow, e := os.ReadFile("/proc/sys/kernel/overflowuid")
	if errors.Join(err, e) != nil {
		return func(uint32) bool { return true }
	}
	return foreignIn(string(users), string(overflow))
})

// foreignIn reads a map of users and the number that stands for users outside of it.
func foreignIn(users, overflow string) func(uint32) bool {
	if strings.Join(strings.Fields(users), " ") == "0 0 4294967295" { // all users, each under its own number
		return func(uint32) bool { return false }
	}
	return func(user uint32) bool { return fmt.Sprint(user) == strings.TrimSpace(overflow) }
}
