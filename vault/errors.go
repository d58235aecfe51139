package vault

import (
	"errors"

	"sessionferry/session"
)

// ErrRosterMoved is a put whose signature was checked with a roster that has
// since grown. The caller checks again with the longer one.
var ErrRosterMoved = errors.New("the roster has grown since the signature was checked")

// NotFound is the one answer for what does not exist and for what the caller
// may not see.
func NotFound() error { return session.Errorf(session.CodeNotFound, "") }

func asConflict(err error) (conflict, bool) {
	var c conflict
	ok := errors.As(err, &c)
	return c, ok
}
