package sqlite

import (
	"database/sql"
	"errors"
	"fmt"
	"reflect"

	"github.com/ncruces/go-sqlite3"
)

// rows implements sqlstore.Rows.
type rows struct {
	s   *statement
	err error // that ended them
}

// Next implements sqlstore.Rows.
func (r *rows) Next() bool {
	if r.s.Step() {
		return true
	}
	r.err = r.s.Err()
	return false
}

// Err implements sqlstore.Rows.
func (r *rows) Err() error { return r.err }

// Close implements sqlstore.Rows.
func (r *rows) Close() error {
	if err := r.s.end(); r.err == nil { // it repeats the other
		return err
	}
	return nil
}

// Scan implements sqlstore.Rows.
func (r *rows) Scan(dest ...any) error {
	for i, d := range dest {
		if err := r.s.column(i, d); err != nil {
			return fmt.Errorf("column %d: %w", i, err)
		}
	}
	return nil
}

// column reads a column into a pointer. Like database/sql it refuses null where
// the destination has no place for it, and copies.
func (s *statement) column(n int, dest any) error {
	kind := s.ColumnType(n)
	if d, ok := dest.(sql.Scanner); ok {
		return d.Scan(s.value(n, kind))
	}
	if d, ok := dest.(*[]byte); ok {
		*d = nil
		if kind != sqlite3.NULL {
			*d = append([]byte{}, s.ColumnRawBlob(n)...)
		}
		return nil
	}
	if kind == sqlite3.NULL {
		return errors.New("it is null")
	}
	switch d := dest.(type) {
	case *int64:
		*d = s.ColumnInt64(n)
		return nil
	case *string:
		*d = s.ColumnText(n)
		return nil
	}
	to := reflect.ValueOf(dest).Elem()
	switch {
	case to.Kind() == reflect.String:
		to.SetString(s.ColumnText(n))
	case to.CanInt() && !to.OverflowInt(s.ColumnInt64(n)):
		to.SetInt(s.ColumnInt64(n))
	case to.CanUint() && s.ColumnInt64(n) >= 0:
		to.SetUint(uint64(s.ColumnInt64(n)))
	default:
		return fmt.Errorf("it does not fit into a %T", dest)
	}
	return nil
}

// value is a column as database/sql gives it to a Scanner.
func (s *statement) value(n int, kind sqlite3.Datatype) any {
	switch kind {
	case sqlite3.INTEGER:
		return s.ColumnInt64(n)
	case sqlite3.FLOAT:
		return s.ColumnFloat(n)
	case sqlite3.TEXT:
		return s.ColumnText(n)
	case sqlite3.BLOB:
		return s.ColumnBlob(n, []byte{})
	}
	return nil
}
