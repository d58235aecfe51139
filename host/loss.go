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
	Lost []string // names of cookies that no restore makes again
}

// Error is the code and its texts.
func (l *Loss) Error() string { return l.err.Error() }

// Unwrap returns the session error.
func (l *Loss) Unwrap() error { return l.err }

// sortedNames sorts a list, with each name once, and cuts it to maxNames.
func sortedNames(names []string) []string {
	names = slices.Compact(slices.Sorted(slices.Values(names)))
	return names[:min(len(names), maxNames)]
}

// containsAll reports whether all of the names are in the list.
func containsAll(list, names []string) bool {
	return !slices.ContainsFunc(names, func(name string) bool { return !slices.Contains(list, name) })
}
