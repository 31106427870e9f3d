-- Inspections: each round on the edition that was in force when it began. What was answered stands in `said` like everything
-- that is said; while a round is open the answers given so far wait in `inspection_draft`.
CREATE TABLE inspection (
  district INTEGER NOT NULL,
  id INTEGER NOT NULL,
  matter INTEGER NOT NULL,
  track INTEGER NOT NULL,
  round INTEGER NOT NULL,               -- 1.. within its track
  again INTEGER NOT NULL,               -- 1: only what did not hold before
  checklist TEXT NOT NULL,
  version INTEGER NOT NULL,             -- of the checklist's rulebook
  edition TEXT NOT NULL,
  begun INTEGER NOT NULL,
  done INTEGER,                         -- NULL while it is open
  step INTEGER NOT NULL,                -- that completed it, 0 none
  score INTEGER NOT NULL,
  level INTEGER NOT NULL,
  fails INTEGER NOT NULL,
  PRIMARY KEY (district, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX inspection_track ON inspection (district, track, round);

CREATE TABLE inspection_draft (
  district INTEGER NOT NULL,
  inspection INTEGER NOT NULL,
  clause TEXT NOT NULL,
  verdict INTEGER NOT NULL,             -- enum verdict
  note TEXT NOT NULL,
  photo INTEGER NOT NULL,               -- file, 0 none
  actor TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (district, inspection, clause)
) STRICT, WITHOUT ROWID;

-- What did not hold: taken up by a paper, cleared by a later round.
CREATE TABLE finding (
  district INTEGER NOT NULL,
  id INTEGER NOT NULL,
  matter INTEGER NOT NULL,
  track INTEGER NOT NULL,
  inspection INTEGER NOT NULL,          -- the round that found it
  clause TEXT NOT NULL,
  severity INTEGER NOT NULL,
  found INTEGER NOT NULL,
  paper INTEGER NOT NULL,               -- the document that took it up first, 0 none
  cleared INTEGER,                      -- NULL while it is open
  PRIMARY KEY (district, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX finding_track ON finding (district, track, id);

-- Levels: what was inspected has one until it lapses. Of places, never of people.
CREATE TABLE grade (
  district INTEGER NOT NULL,
  id INTEGER NOT NULL,
  matter INTEGER NOT NULL,
  track INTEGER NOT NULL,
  procedure TEXT NOT NULL,
  version INTEGER NOT NULL,
  type TEXT NOT NULL,                   -- of the track
  checklist TEXT NOT NULL,
  checklist_version INTEGER NOT NULL,
  edition TEXT NOT NULL,
  street INTEGER NOT NULL,
  community INTEGER NOT NULL,
  name TEXT NOT NULL,                   -- what has the level: a public text
  level INTEGER NOT NULL,
  score INTEGER NOT NULL,
  inspected INTEGER NOT NULL,           -- when the round was completed
  paper INTEGER NOT NULL,               -- document, 0 none
  begins INTEGER NOT NULL,
  ends INTEGER NOT NULL,                -- when it lapses
  ended INTEGER,                        -- NULL while it stands
  fate INTEGER NOT NULL,                -- 0 stands, 1 lapsed, 2 replaced by another, 3 taken back
  PRIMARY KEY (district, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX grade_track ON grade (district, track, id);
CREATE INDEX grade_ends ON grade (district, fate, ends);
