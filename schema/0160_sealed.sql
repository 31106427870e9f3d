-- Need-to-know. A sealed matter's rows in the other tables tell that there is one and when it moved, and nothing else: its
-- names are numbers, its values, place, address and procedure are encrypted with a key of its own.
CREATE TABLE sealed (
  district INTEGER NOT NULL,
  matter INTEGER NOT NULL,
  key BLOB,                             -- the matter's key, wrapped by the district's; NULL: destroyed, and with it everything
  head BLOB NOT NULL,                   -- procedure, place, address, summary, counts: encrypted with that key
  erase_at INTEGER,                     -- when the time to keep it ends; NULL while it is open
  erased INTEGER,
  PRIMARY KEY (district, matter)
) STRICT, WITHOUT ROWID;
CREATE INDEX sealed_erase ON sealed (district, erase_at) WHERE erase_at IS NOT NULL;

-- Who may know of which: those assigned (post:7, person:3, org:5), and those who broke the glass (account:12, until).
CREATE TABLE sealed_known (
  district INTEGER NOT NULL,
  who TEXT NOT NULL,
  matter INTEGER NOT NULL,
  until INTEGER,
  PRIMARY KEY (district, who, matter)
) STRICT, WITHOUT ROWID;
CREATE INDEX sealed_known_matter ON sealed_known (district, matter);

-- Broken glasses: append-only. The reason is encrypted with the matter's key.
CREATE TABLE sealed_glass (
  district INTEGER NOT NULL,
  id INTEGER NOT NULL,
  matter INTEGER NOT NULL,
  account INTEGER NOT NULL,
  at INTEGER NOT NULL,
  until INTEGER NOT NULL,
  reason BLOB,
  journal INTEGER NOT NULL,
  PRIMARY KEY (district, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX sealed_glass_matter ON sealed_glass (district, matter, id);

-- Readings: who opened the file and when. One row for a sitting, not for every page of it.
CREATE TABLE sealed_reading (
  district INTEGER NOT NULL,
  matter INTEGER NOT NULL,
  actor TEXT NOT NULL,
  at INTEGER NOT NULL,
  journal INTEGER NOT NULL,
  PRIMARY KEY (district, matter, actor, at)
) STRICT, WITHOUT ROWID;
