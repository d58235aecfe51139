-- +goose Up
-- How long sessions that nobody uses are kept: the window of an app, or of the
-- workspace if app is ''. days is 0 for one that was taken back. settled is 1 once
-- no transaction can be left that began before the change.
CREATE TABLE retention (
  workspace BLOB NOT NULL REFERENCES workspaces (id),
  app       TEXT NOT NULL,
  days      INTEGER NOT NULL CHECK (days >= 0),
  changed   INTEGER NOT NULL,
  settled   INTEGER NOT NULL DEFAULT 0 CHECK (settled IN (0, 1)),
  PRIMARY KEY (workspace, app)
) STRICT, WITHOUT ROWID;

-- Of an entry about a window.
ALTER TABLE audit ADD COLUMN app TEXT NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN days INTEGER NOT NULL DEFAULT 0;

-- What people and admins look through.
CREATE INDEX audit_at ON audit (at, seq);
CREATE INDEX audit_account ON audit (account, at, seq) WHERE account IS NOT NULL;
CREATE INDEX audit_person ON audit (person, at, seq) WHERE person IS NOT NULL;

-- How many cookies and storage items went with the share, and how many of both
-- stayed; NULL where the sender did not say.
ALTER TABLE sessions ADD COLUMN cookies INTEGER;
ALTER TABLE sessions ADD COLUMN items INTEGER;
ALTER TABLE sessions ADD COLUMN stayed INTEGER;
