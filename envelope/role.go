package envelope

import (
	"fmt"

	"sessionferry/session"
)

// Role is what a key may sign: a device shares and signs rosters, a runner hands
// a used session back. Both open what is sealed to them.
type Role uint8

// The roles, as they stand on the wire.
const (
	RoleDevice Role = 1
	RoleRunner Role = 2
)

// String returns "device" or "runner".
func (r Role) String() string {
	switch r {
	case RoleDevice:
		return "device"
	case RoleRunner:
		return "runner"
	}
	return fmt.Sprintf("role %d", uint8(r))
}

// ParseRole reads the text form.
func ParseRole(s string) (Role, error) {
	switch s {
	case "device":
		return RoleDevice, nil
	case "runner":
		return RoleRunner, nil
	}
	return 0, session.Errorf(session.CodeMessageInvalid, "a role is device or runner")
}

// MarshalText implements encoding.TextMarshaler.
func (r Role) MarshalText() ([]byte, error) {
	if _, err := ParseRole(r.String()); err != nil {
		return nil, err
	}
	return []byte(r.String()), nil
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (r *Role) UnmarshalText(b []byte) error {
	v, err := ParseRole(string(b))
	if err == nil {
		*r = v
	}
	return err
}
