-- +goose Up
-- Ids are 16 bytes, times are milliseconds since 1970 in UTC.

CREATE TABLE workspaces (
  id      BLOB PRIMARY KEY,
  created INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE persons (
  id        BLOB PRIMARY KEY,
  workspace BLOB NOT NULL REFERENCES workspaces (id),
  created   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A device or a runner. token is the SHA-256 of its token, null after its end.
CREATE TABLE principals (
  id      BLOB PRIMARY KEY,
  person  BLOB NOT NULL REFERENCES persons (id),
  role    TEXT NOT NULL CHECK (role IN ('device', 'runner')),
  name    TEXT NOT NULL,
  keys    BLOB NOT NULL,
  token   BLOB UNIQUE,
  created INTEGER NOT NULL
) STRICT;

-- share and refresh are the generation of the current or last session, floor the
-- highest share number known from elsewhere. All three only grow.
-- state, cause and since tell how the last session ended; while a row in
-- sessions is there, it says more.
CREATE TABLE accounts (
  seq       INTEGER PRIMARY KEY,
  id        BLOB NOT NULL UNIQUE,
  workspace BLOB NOT NULL REFERENCES workspaces (id),
  creator   BLOB NOT NULL REFERENCES persons (id),
  app       TEXT NOT NULL,
  site      TEXT NOT NULL,
  username  TEXT NOT NULL,
  created   INTEGER NOT NULL,
  share     INTEGER NOT NULL DEFAULT 0,
  refresh   INTEGER NOT NULL DEFAULT 0,
  floor     INTEGER NOT NULL DEFAULT 0,
  state     TEXT NOT NULL DEFAULT 'none',
  cause     TEXT NOT NULL DEFAULT 'never_shared',
  since     INTEGER NOT NULL,
  shared_by TEXT NOT NULL DEFAULT '',
  last_used INTEGER,
  UNIQUE (creator, app, site, username)
) STRICT;

CREATE TABLE memberships (
  account BLOB NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  person  BLOB NOT NULL REFERENCES persons (id),
  role    TEXT NOT NULL CHECK (role IN ('owner', 'collaborator')),
  PRIMARY KEY (person, account)
) STRICT, WITHOUT ROWID;
CREATE INDEX memberships_account ON memberships (account);

-- At most 64 records share one epoch key, which is kept outside the database.
-- dirty is when the first session ended in it since the key was made. lost says
-- that the key is gone: the database comes from an old backup.
CREATE TABLE epochs (
  id      BLOB PRIMARY KEY,
  created INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE buckets (
  id      INTEGER PRIMARY KEY,
  epoch   BLOB NOT NULL REFERENCES epochs (id),
  records INTEGER NOT NULL DEFAULT 0 CHECK (records BETWEEN 0 AND 64),
  dirty   INTEGER,
  lost    INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX buckets_epoch ON buckets (epoch);
CREATE INDEX buckets_space ON buckets (id) WHERE records < 64 AND lost = 0;
CREATE INDEX buckets_dirty ON buckets (dirty) WHERE dirty IS NOT NULL;

-- The current session of an account, if there is one. expires is the earliest of
-- the window, the cap and the app's own end, and expires_cause tells which.
CREATE TABLE sessions (
  account       BLOB PRIMARY KEY REFERENCES accounts (id),
  id            BLOB NOT NULL,
  share_key     TEXT NOT NULL,
  shared_at     INTEGER NOT NULL,
  used_at       INTEGER NOT NULL,
  cap           INTEGER NOT NULL,
  not_after     INTEGER,
  expires       INTEGER NOT NULL,
  expires_cause TEXT NOT NULL,
  bucket        INTEGER NOT NULL REFERENCES buckets (id),
  record_key    BLOB NOT NULL
) STRICT;
CREATE INDEX sessions_expires ON sessions (expires);
CREATE INDEX sessions_bucket ON sessions (bucket);

-- The envelope: part 0 is the wrapped stanzas, the others are the rest in pieces.
CREATE TABLE envelope_parts (
  account BLOB NOT NULL REFERENCES sessions (account),
  part    INTEGER NOT NULL,
  data    BLOB NOT NULL,
  PRIMARY KEY (account, part)
) STRICT;

-- The keys that the session was signed with and sealed to.
CREATE TABLE session_keys (
  account BLOB NOT NULL REFERENCES sessions (account),
  key     BLOB NOT NULL,
  PRIMARY KEY (account, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX session_keys_key ON session_keys (key);

-- Idempotency keys that were applied.
CREATE TABLE puts (
  account BLOB NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  key     TEXT NOT NULL,
  at      INTEGER NOT NULL,
  PRIMARY KEY (account, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX puts_at ON puts (at);

-- At most one lease on an account; its row goes when it ends.
CREATE TABLE leases (
  id        BLOB PRIMARY KEY,
  account   BLOB NOT NULL UNIQUE REFERENCES sessions (account),
  principal BLOB NOT NULL REFERENCES principals (id),
  until     INTEGER NOT NULL
) STRICT;

CREATE TABLE rosters (
  person  BLOB NOT NULL REFERENCES persons (id),
  version INTEGER NOT NULL,
  signed  BLOB NOT NULL,
  at      INTEGER NOT NULL,
  PRIMARY KEY (person, version)
) STRICT;

-- Sessions that have ended and whose epoch key may still exist. A row leaves
-- only when the erasure is confirmed. owner is whose audit log hears of it.
CREATE TABLE erasures (
  id         INTEGER PRIMARY KEY,
  workspace  BLOB NOT NULL,
  owner      BLOB NOT NULL,
  account    BLOB NOT NULL,
  share      INTEGER NOT NULL,
  refresh    INTEGER NOT NULL,
  cause      TEXT NOT NULL,
  epoch      BLOB NOT NULL,
  at         INTEGER NOT NULL,
  attempts   INTEGER NOT NULL DEFAULT 0,
  failure    TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX erasures_epoch ON erasures (epoch);

CREATE TABLE counters (
  name  TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO counters (name, value) VALUES ('erased', 0);

-- owner is the person in whose log the entry stands, person who did it.
CREATE TABLE audit (
  seq             INTEGER PRIMARY KEY AUTOINCREMENT,
  at              INTEGER NOT NULL,
  owner           BLOB NOT NULL,
  action          TEXT NOT NULL,
  person          BLOB,
  principal       BLOB,
  account         BLOB,
  share           INTEGER NOT NULL DEFAULT 0,
  refresh         INTEGER NOT NULL DEFAULT 0,
  cause           TEXT NOT NULL DEFAULT '',
  consent_text    TEXT,
  consent_at      INTEGER,
  consent_surface TEXT
) STRICT;
CREATE INDEX audit_owner ON audit (owner, seq);
