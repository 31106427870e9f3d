-- Backups taken from the page or the command line, with what reading them back said.
CREATE TABLE backup (
  district INTEGER NOT NULL,
  id INTEGER NOT NULL,
  started INTEGER NOT NULL,
  ended INTEGER NOT NULL,
  actor TEXT NOT NULL,
  name TEXT NOT NULL,       -- of the file
  bytes INTEGER NOT NULL,
  entries INTEGER NOT NULL, -- of its journal
  head TEXT NOT NULL,       -- hash of its journal's last entry, hex
  bad_seq INTEGER NOT NULL, -- the first entry that does not fit, 0 none
  code TEXT NOT NULL,       -- why it failed, "" it did not
  PRIMARY KEY (district, id)
) STRICT, WITHOUT ROWID;
