//go:build unix

package native

import (
	"os"

	"golang.org/x/sys/unix"
)

// TakeStdout moves the protocol's channel away from file descriptor 1 and points
// 1 at standard error, so that no library can corrupt the protocol by printing.
// Where standard error is closed, 1 is pointed at the null device.
func TakeStdout() (*os.File, error) {
	fd, err := unix.FcntlInt(1, unix.F_DUPFD_CLOEXEC, 3)
	if err != nil {
		return nil, err
	}
	if err := unix.Dup2(2, 1); err != nil {
		null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
		if err != nil {
			return nil, err
		}
		if err := unix.Dup2(int(null.Fd()), 1); err != nil {
			return nil, err
		}
	}
	return os.NewFile(uintptr(fd), "native-messaging"), nil
}
