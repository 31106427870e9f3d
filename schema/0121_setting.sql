-- What administrators set, each with the day from which it holds and why. Of several for one name the one with the latest day
-- holds, of the same day the last written. The table `setting` keeps what holds at present; a day that comes is taken in by
-- the timer.
CREATE TABLE setting_change (
  district INTEGER NOT NULL,
  id INTEGER NOT NULL,         -- 1, 2, 3 ...
  name TEXT NOT NULL,
  from_day INTEGER NOT NULL,   -- as in base/time.h; 0: as it was before the first change here
  value TEXT,                  -- NULL: what the file says again
  reason TEXT NOT NULL,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  state INTEGER NOT NULL,      -- 0 to come, 1 has come, 2 withdrawn before its day
  PRIMARY KEY (district, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX setting_change_name ON setting_change (district, name, from_day, id);
CREATE INDEX setting_change_due ON setting_change (district, state, from_day);
