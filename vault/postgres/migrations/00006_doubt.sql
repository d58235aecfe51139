-- +goose Up
-- The app's last answer against a session: what it was and when it first came; ''
-- and 0 for none. A second one like it, some time later, ends the session.
ALTER TABLE sessions ADD COLUMN doubt TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN doubted BIGINT NOT NULL DEFAULT 0;
