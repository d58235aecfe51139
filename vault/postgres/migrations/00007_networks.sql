-- +goose Up
-- Networks from which people have signed in, each as a hash, until they are
-- forgotten: strangers' guesses stop nobody there.
CREATE TABLE networks (
  person  BYTEA NOT NULL REFERENCES persons (id),
  network BYTEA NOT NULL,
  until   BIGINT NOT NULL,
  PRIMARY KEY (person, network)
);
CREATE INDEX networks_until ON networks (until);
