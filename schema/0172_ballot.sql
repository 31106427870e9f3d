-- Rolls, meetings and ballots of running matters (docs/deliberation.md). A track with a roll has one row here and its entries
-- in roll_entry. How people voted never stands beside who they are.

CREATE TABLE roll (
  district INTEGER NOT NULL,
  track INTEGER NOT NULL,
  matter INTEGER NOT NULL,
  body INTEGER NOT NULL,     -- drawn from this body
  drawn INTEGER NOT NULL,
  opened INTEGER,            -- from then on it does not change; the rule in force on that day binds
  rule_from INTEGER NOT NULL, -- day number: which version of its rule; 0 until it is opened
  token TEXT NOT NULL,       -- in the QR at the door; unguessable
  -- One letter for each entry, in their order: . not voted, o on line, p paper, t telephone, h show of hands; v voted, once a
  -- secret ballot was counted. All marks stand in ONE value that is written anew for every vote, so that no row, page or
  -- transaction number (PostgreSQL xmin) belongs to one voter.
  marks TEXT NOT NULL,
  quorate INTEGER NOT NULL,
  passed INTEGER NOT NULL,
  counted INTEGER,
  winner TEXT,               -- option that won; NULL: none or not counted
  box_public BLOB,           -- ballots are sealed to this key
  box_secret BLOB,           -- sealed with the district's key; destroyed at the count
  PRIMARY KEY (district, track)
) STRICT, WITHOUT ROWID;
CREATE INDEX roll_matter ON roll (district, matter);

CREATE TABLE roll_entry (
  district INTEGER NOT NULL,
  track INTEGER NOT NULL,
  entry INTEGER NOT NULL,    -- 1..
  person INTEGER NOT NULL,   -- PI: who is entitled; Organic Laws, Civil Code 278 (PIPL 13(3))
  household INTEGER,
  seat TEXT NOT NULL,
  area INTEGER NOT NULL,     -- PI: hundredths of a square metre; Civil Code 278 (PIPL 13(3))
  invited INTEGER NOT NULL,  -- 1: added to this roll, not from the body
  excluded TEXT,             -- why: a conflict of interest; NULL: takes part
  attended INTEGER NOT NULL, -- 0 no, 1 by QR, 2 on the list, 3 by proxy
  proxy INTEGER NOT NULL,    -- entry of whoever stands in, 0 nobody
  PRIMARY KEY (district, track, entry)
) STRICT, WITHOUT ROWID;
CREATE INDEX roll_entry_person ON roll_entry (district, person, track);

-- Ballots that wait for the count: under a random key, in no order, without time or voter; sealed, all of one length. The
-- table stands in the order of the random keys. Emptied at the count.
CREATE TABLE ballot_box (
  district INTEGER NOT NULL,
  track INTEGER NOT NULL,
  id TEXT NOT NULL,
  sealed BLOB NOT NULL,
  PRIMARY KEY (district, track, id)
) STRICT, WITHOUT ROWID;

-- After the count: the check codes that were in the box, without how each voted, for whoever wants to see that theirs was.
CREATE TABLE ballot_code (
  district INTEGER NOT NULL,
  track INTEGER NOT NULL,
  code TEXT NOT NULL,
  PRIMARY KEY (district, track, code)
) STRICT, WITHOUT ROWID;

-- After the count: the sums. Channel 0: all channels together, where one is so small that its sum would say who.
CREATE TABLE ballot_total (
  district INTEGER NOT NULL,
  track INTEGER NOT NULL,
  option TEXT NOT NULL,      -- "" a paper that could not be read
  channel INTEGER NOT NULL,
  votes INTEGER NOT NULL,
  PRIMARY KEY (district, track, option, channel)
) STRICT, WITHOUT ROWID;
CREATE TABLE ballot_turnout (
  district INTEGER NOT NULL,
  track INTEGER NOT NULL,
  channel INTEGER NOT NULL,
  votes INTEGER NOT NULL,
  PRIMARY KEY (district, track, channel)
) STRICT, WITHOUT ROWID;

-- After the count of an open ballot: who voted how.
CREATE TABLE ballot_named (
  district INTEGER NOT NULL,
  track INTEGER NOT NULL,
  entry INTEGER NOT NULL,
  option TEXT NOT NULL,
  channel INTEGER NOT NULL,
  PRIMARY KEY (district, track, entry)
) STRICT, WITHOUT ROWID;

-- A sheet of votes taken by somebody: papers counted, telephone calls, a show of hands. Entered by one and again by another
-- who does not see the first; counted when both say the same.
CREATE TABLE ballot_sheet (
  district INTEGER NOT NULL,
  track INTEGER NOT NULL,
  number INTEGER NOT NULL,   -- of the sheet, as it is written on it
  channel INTEGER NOT NULL,
  state INTEGER NOT NULL,    -- 1 entered once, 2 both say the same, 3 they differ
  first_said BLOB NOT NULL,  -- sealed: "12=yes,15=no", or of a secret ballot "yes=3,no=2,=1"
  first_by INTEGER NOT NULL, -- account
  second_said BLOB,
  second_by INTEGER,
  photo INTEGER NOT NULL,    -- file of the photo of the sheet
  PRIMARY KEY (district, track, number)
) STRICT, WITHOUT ROWID;
