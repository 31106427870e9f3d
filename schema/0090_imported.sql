-- Cases brought in from other systems: their number there, and the matter it became, so that the same file may be read
-- again and goes on where it stopped.
CREATE TABLE imported (
  district INTEGER NOT NULL,
  source TEXT NOT NULL,                 -- name of the earlier system, as the map says
  reference TEXT NOT NULL,              -- their number
  matter INTEGER NOT NULL,
  at INTEGER NOT NULL,                  -- when it was brought in
  PRIMARY KEY (district, source, reference)
) STRICT, WITHOUT ROWID;
CREATE INDEX imported_matter ON imported (district, matter);
