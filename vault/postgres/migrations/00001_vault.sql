-- +goose Up
-- The tables of ../../sqlite/migrations, as they are after all of them, in
-- PostgreSQL's types. Ids are 16 bytes, times are milliseconds since 1970 in UTC,
-- truth values are 0 and 1.

CREATE TABLE workspaces (
  id      BYTEA PRIMARY KEY,
  created BIGINT NOT NULL
);

CREATE TABLE persons (
  id        BYTEA PRIMARY KEY,
  workspace BYTEA NOT NULL REFERENCES workspaces (id),
  created   BIGINT NOT NULL
);

CREATE TABLE principals (
  id      BYTEA PRIMARY KEY,
  person  BYTEA NOT NULL REFERENCES persons (id),
  role    TEXT NOT NULL CHECK (role IN ('device', 'runner')),
  name    TEXT NOT NULL,
  keys    BYTEA NOT NULL,
  token   BYTEA UNIQUE,
  created BIGINT NOT NULL
);

CREATE TABLE accounts (
  seq       BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id        BYTEA NOT NULL UNIQUE,
  workspace BYTEA NOT NULL REFERENCES workspaces (id),
  creator   BYTEA NOT NULL REFERENCES persons (id),
  app       TEXT NOT NULL,
  site      TEXT NOT NULL,
  username  TEXT NOT NULL,
  created   BIGINT NOT NULL,
  share     BIGINT NOT NULL DEFAULT 0,
  refresh   BIGINT NOT NULL DEFAULT 0,
  floor     BIGINT NOT NULL DEFAULT 0,
  state     TEXT NOT NULL DEFAULT 'none',
  cause     TEXT NOT NULL DEFAULT 'never_shared',
  since     BIGINT NOT NULL,
  shared_by TEXT NOT NULL DEFAULT '',
  last_used BIGINT,
  UNIQUE (creator, app, site, username)
);

CREATE TABLE memberships (
  account BYTEA NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  person  BYTEA NOT NULL REFERENCES persons (id),
  role    TEXT NOT NULL CHECK (role IN ('owner', 'collaborator')),
  PRIMARY KEY (person, account)
);
CREATE INDEX memberships_account ON memberships (account);

CREATE TABLE epochs (
  id      BYTEA PRIMARY KEY,
  created BIGINT NOT NULL,
  named   SMALLINT NOT NULL CHECK (named IN (0, 1))
);

CREATE TABLE buckets (
  id      BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  epoch   BYTEA NOT NULL REFERENCES epochs (id),
  records BIGINT NOT NULL DEFAULT 0 CHECK (records BETWEEN 0 AND 64),
  dirty   BIGINT,
  lost    SMALLINT NOT NULL DEFAULT 0
);
CREATE INDEX buckets_epoch ON buckets (epoch);
CREATE INDEX buckets_space ON buckets (id) WHERE records < 64 AND lost = 0;
CREATE INDEX buckets_dirty ON buckets (dirty) WHERE dirty IS NOT NULL;

CREATE TABLE sessions (
  seq           BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  account       BYTEA NOT NULL REFERENCES accounts (id),
  pending       SMALLINT NOT NULL CHECK (pending IN (0, 1)),
  id            BYTEA NOT NULL,
  share         BIGINT NOT NULL,
  share_key     TEXT NOT NULL,
  shared_at     BIGINT NOT NULL,
  shared_by     TEXT NOT NULL,
  used_at       BIGINT NOT NULL,
  cap           BIGINT NOT NULL,
  not_after     BIGINT,
  expires       BIGINT NOT NULL,
  expires_cause TEXT NOT NULL,
  bucket        BIGINT NOT NULL REFERENCES buckets (id),
  record_key    BYTEA NOT NULL,
  UNIQUE (account, pending)
);
CREATE INDEX sessions_expires ON sessions (expires);
CREATE INDEX sessions_bucket ON sessions (bucket);
CREATE INDEX sessions_pending ON sessions (seq) WHERE pending = 1;

CREATE TABLE envelope_parts (
  session BIGINT NOT NULL REFERENCES sessions (seq),
  part    BIGINT NOT NULL,
  data    BYTEA NOT NULL,
  PRIMARY KEY (session, part)
);
-- What is in it does not compress: it is sealed.
ALTER TABLE envelope_parts ALTER COLUMN data SET STORAGE EXTERNAL;

CREATE TABLE session_keys (
  session BIGINT NOT NULL REFERENCES sessions (seq),
  key     BYTEA NOT NULL,
  PRIMARY KEY (session, key)
);
CREATE INDEX session_keys_key ON session_keys (key);

CREATE TABLE puts (
  account BYTEA NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  key     TEXT NOT NULL,
  at      BIGINT NOT NULL,
  PRIMARY KEY (account, key)
);
CREATE INDEX puts_at ON puts (at);

CREATE TABLE leases (
  id        BYTEA PRIMARY KEY,
  session   BIGINT NOT NULL UNIQUE REFERENCES sessions (seq),
  principal BYTEA NOT NULL REFERENCES principals (id),
  until     BIGINT NOT NULL
);

CREATE TABLE passes (
  session   BIGINT NOT NULL REFERENCES sessions (seq),
  principal BYTEA NOT NULL REFERENCES principals (id),
  until     BIGINT NOT NULL,
  PRIMARY KEY (session, principal)
);

CREATE TABLE refusals (
  account   BYTEA PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
  share     BIGINT NOT NULL,
  share_key TEXT NOT NULL,
  cause     TEXT NOT NULL,
  at        BIGINT NOT NULL
);

CREATE TABLE rosters (
  person  BYTEA NOT NULL REFERENCES persons (id),
  version BIGINT NOT NULL,
  signed  BYTEA NOT NULL,
  at      BIGINT NOT NULL,
  PRIMARY KEY (person, version)
);

CREATE TABLE erasures (
  id         BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  workspace  BYTEA NOT NULL,
  owner      BYTEA NOT NULL,
  account    BYTEA NOT NULL,
  share      BIGINT NOT NULL,
  refresh    BIGINT NOT NULL,
  cause      TEXT NOT NULL,
  epoch      BYTEA NOT NULL,
  at         BIGINT NOT NULL,
  attempts   BIGINT NOT NULL DEFAULT 0,
  failure    TEXT NOT NULL DEFAULT ''
);
CREATE INDEX erasures_epoch ON erasures (epoch);

CREATE TABLE counters (
  name  TEXT PRIMARY KEY,
  value BIGINT NOT NULL
);
INSERT INTO counters (name, value) VALUES ('erased', 0);

CREATE TABLE duties (
  name   TEXT PRIMARY KEY,
  holder BYTEA,
  until  BIGINT NOT NULL DEFAULT 0
);
INSERT INTO duties (name) VALUES ('bootstrap'), ('erase');

CREATE TABLE audit (
  seq             BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at              BIGINT NOT NULL,
  owner           BYTEA NOT NULL,
  action          TEXT NOT NULL,
  person          BYTEA,
  principal       BYTEA,
  account         BYTEA,
  share           BIGINT NOT NULL DEFAULT 0,
  refresh         BIGINT NOT NULL DEFAULT 0,
  cause           TEXT NOT NULL DEFAULT '',
  consent_text    TEXT,
  consent_at      BIGINT,
  consent_surface TEXT
);
CREATE INDEX audit_owner ON audit (owner, seq);
