package sqlstore

import (
	"database/sql"
	"slices"

	"sessionferry/session"
	"sessionferry/vault"
	"sessionferry/vault/epoch"
)

// origin is what a session, and every refresh of it, tells of its share.
type origin struct {
	key, by string
	at      int64
	counts  *session.Counts
}

// partSize keeps the pieces of an envelope small: SQLite's memory for a row is
// never given back, and 36 MiB in one would stay with the connection.
const partSize = 256 << 10

// insert adds a session's rows and returns what a view of its account shows of it.
func (s *Store) insert(t *tx, v *view, put vault.Put, life lifetime, from origin) (h held, err error) {
	var bucket, seq int64
	var epochID session.ID
	found, err := t.row(`SELECT id, epoch FROM buckets WHERE records < 64 AND lost = 0 AND ended = 0 ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED`, nil, &bucket, toID(&epochID))
	if err != nil {
		return h, err
	}
	if !found {
		return h, errNoSpace
	}
	wrappedKey, wrappedStanzas, err := s.wrap(epochID, put)
	if err != nil {
		return h, err
	}
	n := countsOf(from.counts)
	_, err = t.row(`INSERT INTO sessions (account, pending, id, share, share_key, shared_at, shared_by, used_at, cap, not_after, expires, expires_cause, bucket, record_key, cookies, items, stayed)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING seq`,
		[]any{v.id[:], bit(put.Confirm), put.Session[:], int64(put.Generation.Share), from.key, from.at, from.by, t.now, life.cap, life.end, life.expires, string(life.cause), bucket, wrappedKey,
			n.cookies, n.items, n.stayed},
		&seq)
	if err != nil {
		return h, err
	}
	statements := []Statement{
		stmt(`UPDATE buckets SET records = records + 1 WHERE id = ?`, bucket),
		stmt(`INSERT INTO puts (account, key, at) VALUES (?, ?, ?)`, v.id[:], put.Key, t.now),
	}
	parts := append([][]byte{wrappedStanzas}, slices.Collect(slices.Chunk(put.Sealed.Rest, partSize))...)
	for part, data := range parts {
		statements = append(statements, stmt(`INSERT INTO envelope_parts (session, part, data) VALUES (?, ?, ?)`, seq, part, data))
		if len(data) < partSize {
			continue
		}
		if err := t.run(statements...); err != nil { // what goes together is in memory together
			return h, err
		}
		statements = nil
	}
	for _, key := range put.KeyIDs {
		statements = append(statements, stmt(`INSERT INTO session_keys (session, key) VALUES (?, ?) ON CONFLICT DO NOTHING`, seq, key))
	}
	if err := t.run(statements...); err != nil {
		return h, err
	}
	return held{seq: someInt(seq), id: put.Session, share: sql.Null[uint64]{V: put.Generation.Share, Valid: true}, key: someText(from.key),
		at: someInt(from.at), by: someText(from.by), expires: someInt(life.expires), expiresCause: someText(string(life.cause)), counts: n}, nil
}

func (s *Store) wrap(epochID session.ID, put vault.Put) (key, stanzas []byte, err error) {
	epochKey, err := s.cfg.Epochs.Load(epochID)
	if err != nil {
		return nil, nil, err
	}
	defer clear(epochKey)
	record := epoch.NewRecordKey()
	defer clear(record)
	place := epoch.Place{Account: put.Account, Session: put.Session}
	if key, err = epoch.WrapKey(epochKey, record, place); err != nil {
		return nil, nil, err
	}
	stanzas, err = epoch.WrapStanzas(record, put.Sealed.Stanzas, place)
	return key, stanzas, err
}
