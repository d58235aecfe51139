package sqlstore

import (
	"context"
	"time"
)

// dutyTime is how long a process holds a duty at most. One that takes longer may
// meet another, which costs work and harms nothing.
const dutyTime = 5 * time.Minute

// takeDuty makes this process the one that does something, and reports whether
// it is.
func (s *Store) takeDuty(ctx context.Context, name string) (mine bool, err error) {
	err = s.write(ctx, func(t *tx) error {
		n, err := t.exec(`UPDATE duties SET holder = ?, until = ? WHERE name = ? AND (until <= ? OR holder = ?)`,
			s.self[:], t.now+dutyTime.Milliseconds(), name, t.now, s.self[:])
		mine = n > 0
		return err
	})
	return mine, err
}

// leaveDuty lets another process do it.
func (s *Store) leaveDuty(ctx context.Context, name string) error {
	return s.write(ctx, func(t *tx) error {
		_, err := t.exec(`UPDATE duties SET until = 0 WHERE name = ? AND holder = ?`, name, s.self[:])
		return err
	})
}
