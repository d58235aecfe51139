-- +goose Up
-- People sign in, programs prove their keys.

-- email is in lower case; null before the setup and after the removal. password
-- is Argon2id in PHC form, '' for none. totp is a secret, sealed by a key that
-- only the password gives; totp_step is the last time step whose code was used.
ALTER TABLE persons ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE persons ADD COLUMN email TEXT;
ALTER TABLE persons ADD COLUMN role TEXT NOT NULL DEFAULT 'member' CHECK (role IN ('admin', 'member'));
ALTER TABLE persons ADD COLUMN password TEXT NOT NULL DEFAULT '';
ALTER TABLE persons ADD COLUMN totp BYTEA;
ALTER TABLE persons ADD COLUMN totp_step BIGINT NOT NULL DEFAULT 0;
ALTER TABLE persons ADD COLUMN removed BIGINT;
CREATE UNIQUE INDEX persons_email ON persons (email) WHERE email IS NOT NULL;
UPDATE persons SET role = 'admin' WHERE id = (SELECT id FROM persons ORDER BY created, id LIMIT 1);

-- Who a company's OpenID provider says a person is.
CREATE TABLE identities (
  issuer  TEXT NOT NULL,
  subject TEXT NOT NULL,
  person  BYTEA NOT NULL REFERENCES persons (id),
  PRIMARY KEY (issuer, subject)
);
CREATE INDEX identities_person ON identities (person);

-- code is the SHA-256 of what the invited person types.
CREATE TABLE invitations (
  id        BYTEA PRIMARY KEY,
  code      BYTEA NOT NULL UNIQUE,
  workspace BYTEA NOT NULL REFERENCES workspaces (id),
  email     TEXT NOT NULL UNIQUE,
  role      TEXT NOT NULL CHECK (role IN ('admin', 'member')),
  inviter   BYTEA NOT NULL REFERENCES persons (id),
  created   BIGINT NOT NULL,
  until     BIGINT NOT NULL
);

-- token is the SHA-256 of the cookie. proved is when the person last gave a
-- password or signed in.
CREATE TABLE websessions (
  id      BYTEA PRIMARY KEY,
  token   BYTEA NOT NULL UNIQUE,
  person  BYTEA NOT NULL REFERENCES persons (id),
  browser TEXT NOT NULL,
  created BIGINT NOT NULL,
  seen    BIGINT NOT NULL,
  proved  BIGINT NOT NULL,
  until   BIGINT NOT NULL
);
CREATE INDEX websessions_person ON websessions (person);

-- A program's token belongs to its key from here on: key is the key of its
-- proofs, taken out of keys. ended is when it left or was revoked.
DELETE FROM passes;
CREATE TABLE leases_kept AS SELECT * FROM leases;
DELETE FROM leases;
CREATE TABLE programs (
  id      BYTEA PRIMARY KEY,
  person  BYTEA NOT NULL REFERENCES persons (id),
  role    TEXT NOT NULL CHECK (role IN ('device', 'runner')),
  name    TEXT NOT NULL,
  keys    BYTEA NOT NULL,
  key     BYTEA NOT NULL,
  created BIGINT NOT NULL,
  seen    BIGINT NOT NULL,
  ended   BIGINT
);
INSERT INTO programs (id, person, role, name, keys, key, created, seen, ended)
  SELECT p.id, p.person, p.role, p.name, p.keys, substring(p.keys FROM 71 FOR 32), p.created, p.created,
    CASE WHEN p.token IS NULL OR EXISTS (SELECT 1 FROM principals q WHERE q.keys = p.keys AND q.token IS NOT NULL AND (q.created, q.id) > (p.created, p.id)) THEN p.created END
  FROM principals p;
DROP TABLE principals CASCADE;
ALTER TABLE programs RENAME TO principals;
ALTER TABLE leases ADD FOREIGN KEY (principal) REFERENCES principals (id);
ALTER TABLE passes ADD FOREIGN KEY (principal) REFERENCES principals (id);
INSERT INTO leases SELECT * FROM leases_kept;
DROP TABLE leases_kept;
CREATE UNIQUE INDEX principals_key ON principals (key) WHERE ended IS NULL;
CREATE INDEX principals_person ON principals (person);

CREATE TABLE tokens (
  token     BYTEA PRIMARY KEY,
  principal BYTEA NOT NULL REFERENCES principals (id),
  until     BIGINT NOT NULL
);
CREATE INDEX tokens_principal ON tokens (principal);
CREATE INDEX tokens_until ON tokens (until);

-- Proofs that changed something, so that none does so twice.
CREATE TABLE proofs (
  proof BYTEA PRIMARY KEY,
  until BIGINT NOT NULL
);
CREATE INDEX proofs_until ON proofs (until);

-- A program that waits for its owner's word. program and code are the SHA-256 of
-- what the program and the person hold.
CREATE TABLE enrolments (
  id        BYTEA PRIMARY KEY,
  program   BYTEA NOT NULL UNIQUE,
  code      BYTEA NOT NULL UNIQUE,
  role      TEXT NOT NULL CHECK (role IN ('device', 'runner')),
  name      TEXT NOT NULL,
  keys      BYTEA NOT NULL,
  created   BIGINT NOT NULL,
  until     BIGINT NOT NULL,
  answer    TEXT NOT NULL DEFAULT '' CHECK (answer IN ('', 'allowed', 'denied')),
  principal BYTEA REFERENCES principals (id)
);
CREATE INDEX enrolments_until ON enrolments (until);

-- Attempts by name (a hash): the time at which the next would be due if all came
-- evenly.
CREATE TABLE limits (
  name BYTEA PRIMARY KEY,
  due  BIGINT NOT NULL
);
CREATE INDEX limits_due ON limits (due);

-- Random keys that all processes of this database share.
CREATE TABLE secrets (
  name  TEXT PRIMARY KEY,
  value BYTEA NOT NULL
);

-- An account has one owner, who may be another than who made it.
ALTER TABLE accounts RENAME COLUMN creator TO owner;

-- The person, program or web session that something was done to.
ALTER TABLE audit ADD COLUMN subject BYTEA;
