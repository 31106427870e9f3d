-- Marks of clocks that could not be taken: put off, with the reason, so that all others run on. The row goes when the mark is
-- taken or the clock ends.
CREATE TABLE clock_aside (
  district INTEGER NOT NULL,
  clock INTEGER NOT NULL,
  matter INTEGER NOT NULL,
  since INTEGER NOT NULL,     -- when it was refused first
  tries INTEGER NOT NULL,
  next_at INTEGER NOT NULL,   -- when it is tried again by itself
  code TEXT NOT NULL,         -- of the error it was refused with last
  field TEXT NOT NULL,
  args TEXT NOT NULL,         -- of the error, a line each; '' in a sealed matter
  PRIMARY KEY (district, clock)
) STRICT, WITHOUT ROWID;
