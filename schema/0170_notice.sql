-- Publications: what hangs on a board or stands on a page for everybody, from when until when. A text that is said anew
-- makes a further edition; the old one stays, marked as superseded.
CREATE TABLE notice (
  district INTEGER NOT NULL,
  id INTEGER NOT NULL,
  matter INTEGER NOT NULL,
  track INTEGER NOT NULL,
  edition INTEGER NOT NULL,             -- 1.. within its track
  procedure TEXT NOT NULL,              -- with version and type: which kind of publication
  version INTEGER NOT NULL,
  type TEXT NOT NULL,                   -- of the track
  street INTEGER NOT NULL,
  community INTEGER NOT NULL,
  heading TEXT NOT NULL,
  body TEXT NOT NULL,
  spot TEXT NOT NULL,                   -- board, page, both
  proof INTEGER NOT NULL,               -- file of the photo of the board, 0 none
  heading_step INTEGER NOT NULL,        -- the steps that said it: their journal lines hold the digests
  body_step INTEGER NOT NULL,
  begins INTEGER NOT NULL,
  ends INTEGER NOT NULL,                -- end of its period as computed last, 0 paused or none
  ended INTEGER,                        -- NULL while it is shown
  fate INTEGER NOT NULL,                -- 0 shown, 1 its period ended, 2 superseded by a further edition, 3 withdrawn
  PRIMARY KEY (district, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX notice_track ON notice (district, track, edition);
CREATE INDEX notice_begins ON notice (district, begins);
CREATE INDEX notice_community ON notice (district, community, begins);
CREATE INDEX notice_street ON notice (district, street, begins);
CREATE INDEX notice_matter ON notice (district, matter, id);
