package host

import (
	"slices"

	"sessionferry/session"
)

// maxNames bounds how many names a list for a person has.
const maxNames = 200

// Loss is a share that cannot carry the whole session. The person has to accept
// that first.
type Loss struct {
	err  *session.Error
	Lost []string // what would be left out, by name
}

// Error is the code and its texts.
func (l *Loss) Error() string { return l.err.Error() }

// Unwrap returns the session error.
func (l *Loss) Unwrap() error { return l.err }

// mergeNames makes one list of two: sorted, each name once, at most maxNames.
func mergeNames(a, b []string) []string {
	all := slices.Compact(slices.Sorted(slices.Values(slices.Concat(a, b))))
	return all[:min(len(all), maxNames)]
}

// acceptedIn reports whether all of the names are among the accepted ones.
func acceptedIn(accepted, names []string) bool {
	return !slices.ContainsFunc(names, func(name string) bool { return !slices.Contains(accepted, name) })
}
