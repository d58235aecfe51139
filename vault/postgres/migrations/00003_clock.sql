-- +goose Up
-- See ../../sqlite/migrations/00005_clock.sql.
CREATE TABLE clock (
  one    BIGINT PRIMARY KEY CHECK (one = 1),
  seen   BIGINT NOT NULL DEFAULT 0,
  reason TEXT NOT NULL DEFAULT '',
  until  BIGINT
);
INSERT INTO clock (one) VALUES (1);
