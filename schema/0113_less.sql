-- What waits is found by whom it waits for and by its track; the third copy of its key goes.
CREATE TABLE hold_anew (
  district INTEGER NOT NULL,
  track INTEGER NOT NULL,
  who TEXT NOT NULL,                    -- role:street-centre@31, org:5, post:7, person:3
  matter INTEGER NOT NULL,
  due INTEGER NOT NULL,                 -- earliest end of its clocks, the far future when none runs
  PRIMARY KEY (district, track, who)
) STRICT, WITHOUT ROWID;
INSERT INTO hold_anew (district, track, who, matter, due) SELECT district, track, who, matter, due FROM hold;
DROP TABLE hold;
ALTER TABLE hold_anew RENAME TO hold;
CREATE INDEX hold_due ON hold (district, who, due, track);

-- Clocks are read with their matter. Messages are forgotten in the order of their numbers, which is that of their age.
DROP INDEX clock_track;
DROP INDEX message_age;
