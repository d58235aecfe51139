package cli

import "strings"

// ByPrefix returns the one element whose id begins with what was typed. found is how
// many there are; what is the zero value unless that is 1. An id that is whole is
// found whatever else begins with it.
func ByPrefix[E any](list []E, typed string, id func(E) string) (what E, found int) {
	var none E
	for _, e := range list {
		switch {
		case id(e) == typed && typed != "":
			return e, 1
		case strings.HasPrefix(id(e), typed):
			what = e
			found++
		}
	}
	if found != 1 {
		return none, found
	}
	return what, 1
}
