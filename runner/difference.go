package runner

import (
	"fmt"
	"io"
	"text/tabwriter"

	"sessionferry/session"
)

// Difference is one thing that the browser holds otherwise than it was captured.
// It names items and never shows a value of one.
type Difference struct {
	Store    string `json:"store"`              // "cookie", "local", "session" or "idb"
	Name     string `json:"name"`               // of the cookie or key; of a record "database/store #n"
	Where    string `json:"where"`              // the cookie's domain, path and partition, or the origin
	Field    string `json:"field"`              // "missing", "extra", or the attribute that differs
	Captured string `json:"captured,omitempty"` // the attribute as captured; a value is never shown
	Restored string `json:"restored,omitempty"`
}

// WriteDifferences prints a table for people.
func WriteDifferences(w io.Writer, ds []Difference) error {
	if len(ds) == 0 {
		_, err := fmt.Fprintln(w, "No differences.")
		return err
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(t, "STORE\tNAME\tWHERE\tFIELD\tCAPTURED\tRESTORED")
	for _, d := range ds {
		_, _ = fmt.Fprintf(t, "%s\t%q\t%q\t%s\t%s\t%s\n", d.Store, d.Name, d.Where,
			session.Shown(d.Field), session.Shown(d.Captured), session.Shown(d.Restored))
	}
	return t.Flush()
}
