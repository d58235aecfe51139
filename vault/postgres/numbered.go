package postgres

import (
	"strconv"
	"strings"
	"sync"
)

// known are the statements that were rewritten before: sqlstore has a fixed set.
var known sync.Map

// numbered writes a statement's parameters as PostgreSQL wants them: $1, $2 and
// so on. No statement has a question mark of another meaning.
func numbered(query string) string {
	if text, ok := known.Load(query); ok {
		return text.(string)
	}
	var b strings.Builder
	for n, part := range strings.Split(query, "?") {
		if n > 0 {
			b.WriteString("$" + strconv.Itoa(n))
		}
		b.WriteString(part)
	}
	known.Store(query, b.String())
	return b.String()
}
