-- Files: photos and papers. The content lies in the data directory under its SHA-256; a row says what it is.
CREATE TABLE file (
  district INTEGER NOT NULL,
  id INTEGER NOT NULL,
  hash BLOB NOT NULL,                   -- SHA-256 of the content
  media TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  width INTEGER NOT NULL,               -- pixels, 0 when it is no picture
  height INTEGER NOT NULL,
  thumb_hash BLOB,                      -- of the small picture, NULL when there is none
  thumb_bytes INTEGER NOT NULL,
  thumb_width INTEGER NOT NULL,
  thumb_height INTEGER NOT NULL,
  taken INTEGER,                        -- when the sender says it was taken; never from EXIF
  added INTEGER NOT NULL,
  actor TEXT NOT NULL,                  -- account:12, receipt, never a name
  PRIMARY KEY (district, id)
) STRICT, WITHOUT ROWID;
-- Whether content is still wanted.
CREATE INDEX file_hash ON file (district, hash);
CREATE INDEX file_thumb ON file (district, thumb_hash);

-- Content whose row was erased and whose bytes are still to be removed: kept in a table so that a crash between the two
-- does not leave what was to be erased.
CREATE TABLE file_drop (
  district INTEGER NOT NULL,
  hash BLOB NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (district, hash)
) STRICT, WITHOUT ROWID;
