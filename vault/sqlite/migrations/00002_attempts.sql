-- +goose Up
-- An account may hold two sessions: the current one and one that waits for the
-- app's word. So a session's rows go by a number of its own.

-- pending is 1 for the one that waits; its expires is when it is erased unless it
-- is confirmed. expires is the earliest of all that may end the session, and
-- expires_cause tells which.
CREATE TABLE new_sessions (
  seq           INTEGER PRIMARY KEY AUTOINCREMENT,
  account       BLOB NOT NULL REFERENCES accounts (id),
  pending       INTEGER NOT NULL CHECK (pending IN (0, 1)),
  id            BLOB NOT NULL,
  share         INTEGER NOT NULL,
  share_key     TEXT NOT NULL,
  shared_at     INTEGER NOT NULL,
  shared_by     TEXT NOT NULL,
  used_at       INTEGER NOT NULL,
  cap           INTEGER NOT NULL,
  not_after     INTEGER,
  expires       INTEGER NOT NULL,
  expires_cause TEXT NOT NULL,
  bucket        INTEGER NOT NULL REFERENCES buckets (id),
  record_key    BLOB NOT NULL,
  UNIQUE (account, pending)
) STRICT;
INSERT INTO new_sessions (account, pending, id, share, share_key, shared_at, shared_by, used_at, cap, not_after, expires, expires_cause, bucket, record_key)
  SELECT s.account, 0, s.id, a.share, s.share_key, s.shared_at, a.shared_by, s.used_at, s.cap, s.not_after, s.expires, s.expires_cause, s.bucket, s.record_key
  FROM sessions s JOIN accounts a ON a.id = s.account ORDER BY s.shared_at;

-- The envelope: part 0 is the wrapped stanzas, the others are the rest in pieces.
CREATE TABLE new_envelope_parts (
  session INTEGER NOT NULL REFERENCES new_sessions (seq),
  part    INTEGER NOT NULL,
  data    BLOB NOT NULL,
  PRIMARY KEY (session, part)
) STRICT;
INSERT INTO new_envelope_parts (session, part, data)
  SELECT s.seq, p.part, p.data FROM envelope_parts p JOIN new_sessions s ON s.account = p.account;

-- The keys that the session was signed with and sealed to.
CREATE TABLE new_session_keys (
  session INTEGER NOT NULL REFERENCES new_sessions (seq),
  key     BLOB NOT NULL,
  PRIMARY KEY (session, key)
) STRICT, WITHOUT ROWID;
INSERT INTO new_session_keys (session, key)
  SELECT s.seq, k.key FROM session_keys k JOIN new_sessions s ON s.account = k.account;

-- At most one lease on a session; its row goes when it ends.
CREATE TABLE new_leases (
  id        BLOB PRIMARY KEY,
  session   INTEGER NOT NULL UNIQUE REFERENCES new_sessions (seq),
  principal BLOB NOT NULL REFERENCES principals (id),
  until     INTEGER NOT NULL
) STRICT;
INSERT INTO new_leases (id, session, principal, until)
  SELECT l.id, s.seq, l.principal, l.until FROM leases l JOIN new_sessions s ON s.account = l.account;

DROP TABLE leases;
DROP TABLE session_keys;
DROP TABLE envelope_parts;
DROP TABLE sessions;
ALTER TABLE new_sessions RENAME TO sessions;
ALTER TABLE new_envelope_parts RENAME TO envelope_parts;
ALTER TABLE new_session_keys RENAME TO session_keys;
ALTER TABLE new_leases RENAME TO leases;
CREATE INDEX sessions_expires ON sessions (expires);
CREATE INDEX sessions_bucket ON sessions (bucket);
CREATE INDEX sessions_pending ON sessions (seq) WHERE pending = 1;
CREATE INDEX session_keys_key ON session_keys (key);

-- Runners that gave a waiting session back without a word. They are not handed
-- it again before until.
CREATE TABLE passes (
  session   INTEGER NOT NULL REFERENCES sessions (seq),
  principal BLOB NOT NULL REFERENCES principals (id),
  until     INTEGER NOT NULL,
  PRIMARY KEY (session, principal)
) STRICT, WITHOUT ROWID;

-- The newest share of an account, if it was erased before it was confirmed.
CREATE TABLE refusals (
  account   BLOB PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
  share     INTEGER NOT NULL,
  share_key TEXT NOT NULL,
  cause     TEXT NOT NULL,
  at        INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
