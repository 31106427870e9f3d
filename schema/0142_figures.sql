-- What the counters of a month were when it had ended: it does not change afterwards, whatever is corrected later. Its hash is
-- in the journal, so that a report of last month cannot become another one silently.
CREATE TABLE figure_month (
  district INTEGER NOT NULL,
  month INTEGER NOT NULL,               -- 202611
  kept INTEGER NOT NULL,                -- ms
  hash TEXT NOT NULL,                   -- SHA-256 of the rows below, as matter/figure_month.c writes them
  PRIMARY KEY (district, month)
) STRICT, WITHOUT ROWID;

CREATE TABLE figure_kept (
  district INTEGER NOT NULL,
  month INTEGER NOT NULL,
  kind INTEGER NOT NULL,                -- as in tally
  procedure TEXT NOT NULL,
  measure TEXT NOT NULL,
  street INTEGER NOT NULL,
  value TEXT NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (district, month, kind, procedure, measure, street, value)
) STRICT, WITHOUT ROWID;
