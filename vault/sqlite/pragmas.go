package sqlite

import "fmt"

// pragmas are the settings that the vault's promises rest on. got is what SQLite
// says when it has taken the value.
var pragmas = []struct{ name, value, got string }{
	{"busy_timeout", "10000", "10000"},
	{"journal_mode", "WAL", "wal"},
	{"synchronous", "FULL", "2"},
	{"foreign_keys", "ON", "1"},
	{"secure_delete", "ON", "1"},
	{"wal_autocheckpoint", "8192", "8192"}, // pages: each checkpoint is two syncs more
	{"trusted_schema", "OFF", "0"},
	{"temp_store", "MEMORY", "2"},
}

// check refuses a connection that has not taken a pragma. SQLite does not say so
// by itself: it keeps its journal mode, for example, where a file system has no
// memory that processes share.
func (c *conn) check() error {
	for _, p := range pragmas {
		s, err := c.begin("PRAGMA "+p.name, nil)
		if err != nil {
			return err
		}
		var got string
		if s.Step() {
			got = s.ColumnText(0)
		}
		if err := s.end(); err != nil {
			return err
		}
		if got != p.got {
			return fmt.Errorf("the database is not safe in its folder, where SQLite's %s is %q instead of %q: choose a folder on a local disk", p.name, got, p.got)
		}
	}
	return nil
}
