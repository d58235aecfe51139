-- +goose Up
-- What the vault knows of the time. seen is up to when the clock was followed; while
-- it is doubted, reason says why, and until, if not null, when the doubt ends by
-- itself.
CREATE TABLE clock (
  one    INTEGER PRIMARY KEY CHECK (one = 1),
  seen   INTEGER NOT NULL DEFAULT 0,
  reason TEXT NOT NULL DEFAULT '',
  until  INTEGER
) STRICT;
INSERT INTO clock (one) VALUES (1);
