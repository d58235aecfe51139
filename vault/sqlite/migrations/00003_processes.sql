-- +goose Up
-- Several processes may share a database, as far as it lets them.

-- named is 1 once a bucket has named the key. A key that is not named yet is
-- about to be, by a process that has just made it.
ALTER TABLE epochs ADD COLUMN named INTEGER NOT NULL DEFAULT 1 CHECK (named IN (0, 1));

-- What one process at a time does, and until when it may take.
CREATE TABLE duties (
  name   TEXT PRIMARY KEY,
  holder BLOB,
  until  INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
INSERT INTO duties (name) VALUES ('bootstrap'), ('erase');
