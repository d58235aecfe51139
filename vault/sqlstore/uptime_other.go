//go:build !linux

package sqlstore

import "time"

var started = time.Now()

// uptime is Go's monotonic clock. Where that stands still while the machine is
// suspended, waking up looks like a jump of the clock.
func uptime() time.Duration { return time.Since(started) }
