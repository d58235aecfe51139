-- +goose Up
-- A batch closes the audit entries from first to last. hash is over them and the
-- hash of the batch before. The counter tells how many were ever closed.
CREATE TABLE audit_batches (
  number INTEGER PRIMARY KEY,
  first  INTEGER NOT NULL,
  last   INTEGER NOT NULL,
  closed INTEGER NOT NULL,
  hash   BLOB NOT NULL
) STRICT;
INSERT INTO counters (name, value) VALUES ('audit_batches', 0);
INSERT INTO duties (name) VALUES ('audit');

-- ended is 1 for a bucket in which everything has ended. Its key goes before its
-- rows do. gone is 1 once a key is destroyed that a bucket still names.
ALTER TABLE buckets ADD COLUMN ended INTEGER NOT NULL DEFAULT 0;
ALTER TABLE epochs ADD COLUMN gone INTEGER NOT NULL DEFAULT 0;
