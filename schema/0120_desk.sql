-- What somebody keeps for their own work at the desk: cases they watch, filters they saved, phrases their body uses.

-- Cases somebody watches. Access decides each time whether they may still see one.
CREATE TABLE watch (
  district INTEGER NOT NULL,
  account INTEGER NOT NULL,
  matter INTEGER NOT NULL,
  since INTEGER NOT NULL,
  PRIMARY KEY (district, account, matter)
) STRICT, WITHOUT ROWID;

-- A filter of the list of cases under a name of one's own. `query` is the address behind the question mark.
CREATE TABLE saved_filter (
  district INTEGER NOT NULL,
  id INTEGER NOT NULL,
  account INTEGER NOT NULL,
  name TEXT NOT NULL,
  query TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (district, id),
  UNIQUE (district, account, name)
) STRICT, WITHOUT ROWID;

-- Phrases for replies and instructions, of one organisation or of a centre's place (the other is 0).
CREATE TABLE phrase (
  district INTEGER NOT NULL,
  id INTEGER NOT NULL,
  org INTEGER NOT NULL,
  place INTEGER NOT NULL,
  purpose TEXT NOT NULL,                -- property of the matter it is for: answer, reason, nothing (any text)
  zh TEXT NOT NULL,
  en TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (district, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX phrase_owner ON phrase (district, org, place, id);
