-- What the phone's forms ask of those who work in the grid, by week. Against formalism, for nobody's appraisal: an account's
-- rows are read by that account alone and go after eight weeks; the district's sums hold no names.
CREATE TABLE burden (
  district INTEGER NOT NULL,
  account INTEGER NOT NULL,
  week INTEGER NOT NULL,       -- day number of its Monday
  forms INTEGER NOT NULL,      -- forms sent
  fields INTEGER NOT NULL,     -- fields these forms asked
  seconds INTEGER NOT NULL,    -- from opening a form to sending it, at most half an hour each
  PRIMARY KEY (district, account, week)
) STRICT, WITHOUT ROWID;

CREATE TABLE burden_week (
  district INTEGER NOT NULL,
  week INTEGER NOT NULL,
  workers INTEGER NOT NULL,    -- how many sent at least one form: fewer than five are not shown
  forms INTEGER NOT NULL,
  fields INTEGER NOT NULL,
  seconds INTEGER NOT NULL,
  PRIMARY KEY (district, week)
) STRICT, WITHOUT ROWID;
