-- Who looked at personal data in clear, and why. The journal has the digest of the reason, so that a reason in which somebody
-- wrote personal data can be erased; the person concerned reads these rows.
CREATE TABLE opening (
  district INTEGER NOT NULL,
  id INTEGER NOT NULL,
  matter INTEGER NOT NULL,
  actor TEXT NOT NULL,                  -- actor key: account:12
  at INTEGER NOT NULL,
  what TEXT NOT NULL,                   -- reporter, contact
  reason TEXT,                          -- NULL: erased
  salt BLOB,
  journal INTEGER NOT NULL,             -- the journal's number
  PRIMARY KEY (district, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX opening_matter ON opening (district, matter, id);
