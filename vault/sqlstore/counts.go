package sqlstore

import (
	"database/sql"

	"sessionferry/session"
)

// counts are a session's columns of what its share took along and left; all NULL
// where the sender did not say.
type counts struct{ cookies, items, stayed sql.NullInt64 }

func countsOf(c *session.Counts) counts {
	if c == nil {
		return counts{}
	}
	return counts{someInt(int64(c.Cookies)), someInt(int64(c.Items)), someInt(int64(c.Left))}
}

// told is what the owner hears of them; nil if nothing is known.
func (c counts) told() *session.Counts {
	if !c.cookies.Valid {
		return nil
	}
	return &session.Counts{Cookies: int(c.cookies.Int64), Items: int(c.items.Int64), Left: int(c.stayed.Int64)}
}
