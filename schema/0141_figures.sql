-- The counters once more, in the order they are read in: a kind, then a span of periods. What was counted before is counted
-- again from the matters (matter/figure_check.h): there are more measures now, some of them by another day.
DROP TABLE tally;
CREATE TABLE tally (
  district INTEGER NOT NULL,
  kind INTEGER NOT NULL,                -- enum figure_by: what `value` is
  period INTEGER NOT NULL,              -- month (202611); by street also day (20261125)
  procedure TEXT NOT NULL,
  measure TEXT NOT NULL,
  street INTEGER NOT NULL,
  value TEXT NOT NULL,                  -- community or organisation id, category, source; '' for the street alone
  n INTEGER NOT NULL,
  PRIMARY KEY (district, kind, period, procedure, measure, street, value)
) STRICT, WITHOUT ROWID;

-- Districts whose counters are to be made from their matters; the server does so when it starts and takes the row away.
CREATE TABLE recount (
  district INTEGER NOT NULL,
  after INTEGER NOT NULL,               -- matters up to this id have their facts
  PRIMARY KEY (district)
) STRICT, WITHOUT ROWID;
INSERT INTO recount (district, after) SELECT DISTINCT m.district, 0 FROM matter m;

-- The counters of before, by day and organisation.
DROP TABLE figure;
