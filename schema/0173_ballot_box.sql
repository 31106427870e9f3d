-- The box of a ballot is one value that is written anew with each vote: all ballots of one length, in the order of what they
-- look like sealed, which begins with a key nobody chose. So there is no row, page, number or transaction that belongs to one
-- of them, and a vote costs one statement however many are in the box.
CREATE TABLE ballot_box_anew (
  district INTEGER NOT NULL,
  track INTEGER NOT NULL,
  ballots BLOB NOT NULL,
  PRIMARY KEY (district, track)
) STRICT, WITHOUT ROWID;
DROP TABLE ballot_box;
ALTER TABLE ballot_box_anew RENAME TO ballot_box;
