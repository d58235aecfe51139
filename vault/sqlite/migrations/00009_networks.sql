-- +goose Up
-- Networks from which people have signed in, each as a hash, until they are
-- forgotten: strangers' guesses stop nobody there.
CREATE TABLE networks (
  person  BLOB NOT NULL REFERENCES persons (id),
  network BLOB NOT NULL,
  until   INTEGER NOT NULL,
  PRIMARY KEY (person, network)
) STRICT, WITHOUT ROWID;
CREATE INDEX networks_until ON networks (until);
