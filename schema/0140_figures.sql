-- What has been reached with a matter, as bits (matter/figure.h): what lists and counters of figures compare.
ALTER TABLE matter ADD COLUMN facts INTEGER NOT NULL DEFAULT 0;
-- Lists of what was closed in a period.
CREATE INDEX matter_closed ON matter (district, closed) WHERE closed IS NOT NULL;

-- How many matters a measure counts, kept in the same transaction as the matter: always the number of rows the list of the
-- same definition holds. Months (202611) by everything, days (20261125) by street only.
CREATE TABLE tally (
  district INTEGER NOT NULL,
  period INTEGER NOT NULL,
  procedure TEXT NOT NULL,
  measure TEXT NOT NULL,
  kind INTEGER NOT NULL,                -- enum figure_by: what `value` is
  street INTEGER NOT NULL,
  value TEXT NOT NULL,                  -- community or organisation id, category, source; '' for the street alone
  n INTEGER NOT NULL,
  PRIMARY KEY (district, period, procedure, kind, measure, street, value)
) STRICT, WITHOUT ROWID;
