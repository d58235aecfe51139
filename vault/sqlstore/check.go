package sqlstore

import (
	"context"
	"fmt"
	"slices"

	"sessionferry/session"
	"sessionferry/vault/epoch"
)

// Finding is something that is wrong with a vault's records, and what to do.
type Finding struct{ Sentence, Next string }

// What there is to do.
const (
	putBack   = "Stop the vault, put the newest good backup back into a new data folder or database, and keep this one for whoever looks into it."
	tellUs    = "The vault may go on; report it, with this program's version."
	shareAnew = "The sessions cannot be opened any more: their owners share again. Look for where the folder of epoch keys has gone before."
	cleanUp   = "If the folder belongs to this vault alone and no vault has started in the last ten minutes, remove the files."
)

// counted are queries that count what must not be.
var counted = []struct{ query, sentence, next string }{
	{`SELECT count(*) FROM buckets b WHERE b.records <> (SELECT count(*) FROM sessions s WHERE s.bucket = b.id)`,
		"Buckets count other records than they hold: %d.", tellUs},
	{`SELECT count(*) FROM accounts a WHERE NOT EXISTS (SELECT 1 FROM memberships m WHERE m.account = a.id AND m.role = 'owner')`,
		"Accounts have no owner: %d.", tellUs},
	{`SELECT count(*) FROM sessions s JOIN accounts a ON a.id = s.account WHERE s.share > a.share AND s.share > a.floor`,
		"Sessions have a higher number than their account knows: %d.", tellUs},
	{`SELECT count(*) FROM sessions s WHERE NOT EXISTS (SELECT 1 FROM envelope_parts p WHERE p.session = s.seq AND p.part = 0)`,
		"Sessions have lost a part of themselves: %d.", shareAnew},
	{`SELECT count(*) FROM rosters r WHERE r.version > 1 AND NOT EXISTS (SELECT 1 FROM rosters o WHERE o.person = r.person AND o.version = r.version - 1)`,
		"Versions of lists of trusted keys have none before them: %d.", putBack},
	{`SELECT 1 - count(*) FROM counters WHERE name = 'erased' AND value >= 0`,
		"The counter of erasures is missing: %d.", tellUs},
	{`SELECT count(*) FROM erasures WHERE failure <> ''`,
		"Ended sessions could not be erased yet: %d.", "See the log for the cause, and that the folder of epoch keys may be written."},
	{`SELECT count(*) FROM counters WHERE name = 'restoring'`,
		"A restore was broken off: %d.", "Run \"sessionferry-vault restore\" again."},
}

// Check looks for what is wrong with the database, its counters and the folder of
// epoch keys. Nothing is changed, and the vault may be serving.
func (s *Store) Check(ctx context.Context) (list []Finding, err error) {
	faults, err := s.db.Faults(ctx)
	if err != nil {
		return nil, err
	}
	for _, text := range faults {
		list = append(list, Finding{"The database says: " + text + ".", putBack})
	}
	err = s.db.Snapshot(ctx, func(db Tx) error {
		return s.in(ctx, db, false, func(t *tx) error {
			for _, c := range counted {
				var n int
				if _, err := t.row(c.query, nil, &n); err != nil {
					return err
				}
				if n > 0 {
					list = append(list, Finding{fmt.Sprintf(c.sentence, n), c.next})
				}
			}
			return nil
		})
	})
	if err != nil {
		return nil, err
	}
	lost, unknown, err := s.checkKeys(ctx)
	if n := len(lost); n > 0 {
		list = append(list, Finding{fmt.Sprintf("Epoch keys of stored sessions are missing: %d.", n), shareAnew})
	}
	if n := len(unknown); n > 0 {
		list = append(list, Finding{fmt.Sprintf("Files in the folder of epoch keys are of no bucket: %d.", n), cleanUp})
	}
	return list, err
}

// checkKeys returns the keys that stored sessions need and that are not there, and
// those that are there and that the database does not know. A vault that serves
// changes keys all the time, so only what is found twice counts.
func (s *Store) checkKeys(ctx context.Context) (lost, unknown []session.ID, err error) {
	lost, unknown, err = s.compareKeys(ctx)
	if err != nil || len(lost)+len(unknown) == 0 {
		return lost, unknown, err
	}
	lost2, unknown2, err := s.compareKeys(ctx)
	once := func(again []session.ID) func(session.ID) bool {
		return func(id session.ID) bool { return !slices.Contains(again, id) }
	}
	return slices.DeleteFunc(lost, once(lost2)), slices.DeleteFunc(unknown, once(unknown2)), err
}

func (s *Store) compareKeys(ctx context.Context) (lost, unknown []session.ID, err error) {
	var there []session.ID
	if l, ok := s.cfg.Epochs.(epoch.Lister); ok {
		if there, err = l.List(); err != nil {
			return nil, nil, err
		}
	}
	known := map[session.ID]bool{} // and whether sessions need it
	err = s.read(ctx, func(t *tx) error {
		var id session.ID
		var needed bool
		return t.each(`SELECT e.id, CASE WHEN EXISTS (SELECT 1 FROM buckets b WHERE b.epoch = e.id AND b.records > 0) THEN 1 ELSE 0 END FROM epochs e`, nil, func() error {
			known[id] = needed
			return nil
		}, toID(&id), toBool(&needed))
	})
	if err != nil {
		return nil, nil, err
	}
	for id, needed := range known {
		if !needed {
			continue
		}
		gone, err := s.isLost(id)
		if err != nil {
			return nil, nil, err
		}
		if gone {
			lost = append(lost, id)
		}
	}
	for _, id := range there {
		if _, ok := known[id]; !ok {
			unknown = append(unknown, id)
		}
	}
	return lost, unknown, nil
}
