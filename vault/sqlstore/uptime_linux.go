package sqlstore

import (
	"time"

	"golang.org/x/sys/unix"
)

// uptime is CLOCK_BOOTTIME: unlike Go's monotonic clock it goes on while the
// machine is suspended.
func uptime() time.Duration {
	var ts unix.Timespec
	if unix.ClockGettime(unix.CLOCK_BOOTTIME, &ts) != nil { // cannot be, since Linux 2.6.39
		return 0
	}
	return time.Duration(ts.Nano())
}
