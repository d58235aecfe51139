package envelope

import (
	"encoding/binary"
	"time"
)

// maxUnix is the last second of the year 9999, the latest that JSON can show.
const maxUnix = 253402300799

// inRange reports whether t is a time that the format carries: whole seconds
// from 1970-01-01T00:00:01Z through the year 9999.
func inRange(t time.Time) bool { return t.Unix() > 0 && t.Unix() <= maxUnix }

// seconds drops what the format does not carry.
func seconds(t time.Time) time.Time { return time.Unix(t.Unix(), 0).UTC() }

// appendTime appends a time that inRange accepts.
func appendTime(b []byte, t time.Time) []byte {
	return binary.BigEndian.AppendUint64(b, uint64(t.Unix()))
}

// unix is the inverse of appendTime, in UTC. A value out of range comes back
// as one that inRange refuses.
func unix(v uint64) time.Time {
	if v > maxUnix {
		return time.Time{}
	}
	return time.Unix(int64(v), 0).UTC()
}
