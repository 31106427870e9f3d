-- The foundation: districts, sequences, the journal with its checkpoints, idempotency keys, settings.
-- Every other table has `district` first in its keys: it is the distribution column when a city outgrows one machine.

-- A district is one tenant: one journal, one lane.
CREATE TABLE district (
  district INTEGER NOT NULL PRIMARY KEY,
  code TEXT NOT NULL UNIQUE,            -- 6-digit county code (GB/T 2260)
  name_zh TEXT NOT NULL,
  name_en TEXT NOT NULL,
  offset_min INTEGER NOT NULL,          -- minutes east of UTC
  created INTEGER NOT NULL,
  demo INTEGER NOT NULL                 -- 1: a demonstration district, only then sign-ins are shown
) STRICT;

-- Dense sequences of the lane: ids per kind of thing. The row 'lane' is locked first by every batch on PostgreSQL.
CREATE TABLE sequence (
  district INTEGER NOT NULL,
  name TEXT NOT NULL,
  next INTEGER NOT NULL,
  PRIMARY KEY (district, name)
) STRICT, WITHOUT ROWID;

-- One line per change. The hash covers the line and the hash before it.
CREATE TABLE journal (
  district INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  at INTEGER NOT NULL,                  -- ms since 1970 UTC
  actor TEXT NOT NULL,                  -- account:12, receipt, system, key:3, never a name
  action TEXT NOT NULL,
  subject TEXT NOT NULL,
  subject_id INTEGER NOT NULL,
  data TEXT NOT NULL,                   -- canonical JSON without personal data
  hash BLOB NOT NULL,                   -- SHA-256
  PRIMARY KEY (district, seq)
) STRICT, WITHOUT ROWID;

-- The history of one thing, for its page and for verify.
CREATE INDEX journal_subject ON journal (district, subject, subject_id, seq);

-- Signed heads, to be published: nobody can rewrite what lies before one.
CREATE TABLE checkpoint (
  district INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  hash BLOB NOT NULL,
  public_key BLOB NOT NULL,             -- Ed25519
  signature BLOB NOT NULL,
  PRIMARY KEY (district, seq)
) STRICT, WITHOUT ROWID;

-- Idempotency keys and the answers they got.
CREATE TABLE once (
  district INTEGER NOT NULL,
  key_hash BLOB NOT NULL,               -- of sender and key
  request_hash BLOB NOT NULL,
  at INTEGER NOT NULL,
  result_id INTEGER NOT NULL,
  reply TEXT NOT NULL,
  PRIMARY KEY (district, key_hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX once_age ON once (district, at);

-- Settings a district changes while running. What they mean and their defaults stand in catalogues/settings.yaml.
CREATE TABLE setting (
  district INTEGER NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (district, name)
) STRICT, WITHOUT ROWID;
