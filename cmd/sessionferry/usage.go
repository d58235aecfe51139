package main

import (
	"errors"

	"sessionferry/session"
)

// usage wraps a complaint of the command-line parser. Its text names flags and
// commands only, so it is safe to show.
func usage(err error) error {
	return session.Errorf(session.CodeUsageInvalid, "%s", err.Error())
}

func errorIsOurs(err error) bool {
	var own *session.Error
	return errors.As(err, &own) || errors.Is(err, errSilent)
}
