package sqlstore

import "sessionferry/vault/backup"

// kind is how a column's values are written in a backup.
type kind int

const (
	number kind = iota
	words
	binary
)

// column is one column of a table in a backup.
type column struct {
	name string
	kind kind
	from string // the expression that is written in its place; "" for itself
}

// backedUp is one table in a backup. Rows are written in the order of a key, and
// so numbered anew in that order where their number is left out.
type backedUp struct {
	name    string
	columns []column
	from    string // "" for the table itself
	order   string
}

// backupTables is what a backup holds, each table after those that it refers to. A
// table of a later migration belongs here or into leftOut, which a test demands.
var backupTables = []backedUp{
	{name: "workspaces", order: "id", columns: []column{{name: "id", kind: binary}, {name: "created"}}},
	{name: "persons", order: "created, id", columns: []column{
		{name: "id", kind: binary}, {name: "workspace", kind: binary}, {name: "created"}, {name: "name", kind: words}, {name: "email", kind: words},
		{name: "role", kind: words}, {name: "password", kind: words}, {name: "totp", kind: binary}, {name: "removed"},
	}},
	{name: "identities", order: "issuer, subject", columns: []column{{name: "issuer", kind: words}, {name: "subject", kind: words}, {name: "person", kind: binary}}},
	{name: "invitations", order: "id", columns: []column{
		{name: "id", kind: binary}, {name: "code", kind: binary}, {name: "workspace", kind: binary}, {name: "email", kind: words}, {name: "role", kind: words},
		{name: "inviter", kind: binary}, {name: "created"}, {name: "until"},
	}},
	{name: "principals", order: "created, id", columns: []column{
		{name: "id", kind: binary}, {name: "person", kind: binary}, {name: "role", kind: words}, {name: "name", kind: words}, {name: "keys", kind: binary},
		{name: "key", kind: binary}, {name: "created"}, {name: "seen"}, {name: "ended"},
	}},
	// A session stays behind: its account says that it was lost, and that its number is used up.
	{name: "accounts", order: "a.seq", from: `accounts a LEFT JOIN sessions s ON s.account = a.id AND s.pending = 0 LEFT JOIN sessions p ON p.account = a.id AND p.pending = 1`, columns: []column{
		{name: "id", kind: binary, from: "a.id"}, {name: "workspace", kind: binary, from: "a.workspace"}, {name: "owner", kind: binary, from: "a.owner"},
		{name: "app", kind: words, from: "a.app"}, {name: "site", kind: words, from: "a.site"}, {name: "username", kind: words, from: "a.username"},
		{name: "created", from: "a.created"}, {name: "share", from: "a.share"}, {name: "refresh", from: "a.refresh"},
		{name: "floor", from: "CASE WHEN p.share > a.floor THEN p.share ELSE a.floor END"},
		{name: "state", kind: words, from: "CASE WHEN s.seq IS NULL THEN a.state ELSE 'none' END"},
		{name: "cause", kind: words, from: "CASE WHEN s.seq IS NULL THEN a.cause ELSE 'lost_with_backup' END"},
		{name: "since", from: "CASE WHEN s.seq IS NULL THEN a.since ELSE s.shared_at END"},
		{name: "shared_by", kind: words, from: "a.shared_by"}, {name: "last_used", from: "a.last_used"},
	}},
	{name: "memberships", order: "person, account", columns: []column{{name: "account", kind: binary}, {name: "person", kind: binary}, {name: "role", kind: words}}},
	{name: "retention", order: "workspace, app", columns: []column{{name: "workspace", kind: binary}, {name: "app", kind: words}, {name: "days"}, {name: "changed"}}},
	{name: "rosters", order: "person, version", columns: []column{{name: "person", kind: binary}, {name: "version"}, {name: "signed", kind: binary}, {name: "at"}}},
	{name: "counters", order: "name", columns: []column{{name: "name", kind: words}, {name: "value"}}},
	// The audit log's numbers are part of its hashes.
	{name: "audit", order: "seq", columns: []column{
		{name: "seq"}, {name: "at"}, {name: "owner", kind: binary}, {name: "action", kind: words}, {name: "person", kind: binary}, {name: "principal", kind: binary},
		{name: "account", kind: binary}, {name: "share"}, {name: "refresh"}, {name: "cause", kind: words},
		{name: "subject", kind: binary}, {name: "consent_text", kind: words}, {name: "consent_at"}, {name: "consent_surface", kind: words},
		{name: "app", kind: words}, {name: "days"},
	}},
	{name: "audit_batches", order: "number", columns: []column{{name: "number"}, {name: "first"}, {name: "last"}, {name: "closed"}, {name: "hash", kind: binary}}},
}

// leftOut are the tables and columns that no backup holds, and why.
var leftOut = map[string]string{
	"sessions":          "a session must not come back",
	"envelope_parts":    "a session must not come back",
	"session_keys":      "goes with its session",
	"epochs":            "the keys are outside",
	"buckets":           "go with the keys",
	"erasures":          "what waits for its erasure is not brought back",
	"leases":            "short-lived",
	"passes":            "short-lived",
	"refusals":          "of attempts that are over",
	"puts":              "of shares whose numbers are used up",
	"duties":            "of processes",
	"tokens":            "programs fetch new ones by their keys",
	"proofs":            "short-lived",
	"websessions":       "people sign in again",
	"enrolments":        "short-lived",
	"limits":            "short-lived",
	"networks":          "where people sign in from is nobody's business",
	"clock":             "of the machine",
	"secrets":           "made anew",
	"persons.totp_step": "a code that was used is over by then",
	"retention.settled": "no session comes back that a window could hold for",
	"accounts.seq":      "numbered anew, in order",
}

func (b backedUp) header() backup.Table {
	t := backup.Table{Name: b.name}
	for _, c := range b.columns {
		t.Columns = append(t.Columns, c.name)
	}
	return t
}
