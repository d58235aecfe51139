package sqlstore

import (
	"sessionferry/session"
	"sessionferry/vault"
)

// lifetime is when a session ends, and by what.
type lifetime struct {
	cap     int64
	end     any // of the app's own sign-in: milliseconds or nil
	expires int64
	cause   session.Cause
}

// lifetime is that of a session that is put now, which expires if it is not used
// for a window. Its cap is never beyond the given one.
func (s *Store) lifetime(now int64, put vault.Put, capAt, window int64) lifetime {
	l := lifetime{cap: min(millis(put.Cap), capAt)}
	notAfter := int64(0)
	if !put.NotAfter.IsZero() && put.NotAfter.Before(put.Cap) {
		notAfter = millis(put.NotAfter)
		l.end = notAfter
	}
	l.expires, l.cause = earliest(now+window, l.cap, notAfter)
	if within := now + s.cfg.ConfirmWithin.Milliseconds(); put.Confirm && within < l.expires {
		l.expires, l.cause = within, session.CauseUnconfirmed
	}
	return l
}

// earliest is when a session ends whose window closes at a time unless it is used;
// notAfter is 0 if the app sets no end.
func earliest(windowEnd, capAt, notAfter int64) (int64, session.Cause) {
	at, cause := windowEnd, session.CauseWindow
	if capAt <= at {
		at, cause = capAt, session.CauseCap
	}
	if notAfter != 0 && notAfter <= at {
		at, cause = notAfter, session.CauseCookies
	}
	return at, cause
}
