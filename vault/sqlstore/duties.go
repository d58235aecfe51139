package sqlstore

import (
	"context"
	"time"
)

// dutyTime is how long a process holds a duty without taking it anew, and so how
// long others wait for one that died. Two that meet cost work and harm nothing.
const dutyTime = 10 * time.Second

// takeDuty makes this process the one that does something, or keeps it so, and
// reports whether it is.
func (s *Store) takeDuty(ctx context.Context, name string) (mine bool, err error) {
	if s.self.IsZero() {
		return true, nil
	}
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
	if s.self.IsZero() {
		return nil
	}
	return s.write(ctx, func(t *tx) error {
		_, err := t.exec(`UPDATE duties SET until = 0 WHERE name = ? AND holder = ?`, name, s.self[:])
		return err
	})
}
