package runner

import (
	"context"
	_ "embed"
	"fmt"

	"sessionferry/session"
)

//go:embed js/devalue.js
var devalueJS string

//go:embed js/databases.js
var databasesJS string

// fillDatabases writes the IndexedDB databases of the origin that the page is at.
// It returns how many records are there as they were captured, and what is not.
func (p *blank) fillDatabases(ctx context.Context, o session.OriginStorage) (int, []Difference, error) {
	arg, err := session.Marshal(o.Databases)
	if err != nil {
		return 0, nil, session.Errorf(session.CodeBundleInvalid, "IndexedDB").Because(err)
	}
	answer, err := p.eval(ctx, "(() => {\n"+devalueJS+textJS+databasesJS+"return fillDatabases("+string(arg)+");\n})()")
	if err != nil {
		return 0, nil, err
	}
	var res struct {
		Stores  int `json:"stores"`
		Records int `json:"records"`
		Lost    []struct {
			Database session.Text `json:"database"`
			Store    session.Text `json:"store"`
			Record   int          `json:"record"` // -1: the database itself
		} `json:"lost"`
	}
	if err := session.Unmarshal([]byte(answer), &res, session.CodeBrowserFailed); err != nil {
		return 0, nil, err
	}
	var out []Difference
	for _, l := range res.Lost {
		d := Difference{Store: "idb", Name: string(l.Database), Where: o.Origin, Field: "missing"}
		if l.Record >= 0 {
			d.Name, d.Field = fmt.Sprintf("%s/%s #%d", l.Database, l.Store, l.Record+1), "value"
		}
		out = append(out, d)
	}
	return res.Records, out, nil
}
