-- Papers that were issued: numbered without gaps for each series (a template, whoever issues it, a year), frozen as they were
-- issued. The text holds personal data: it is sealed, under the matter's own key where the matter is sealed; the journal's
-- line of its issue holds a salted digest.
CREATE TABLE document (
  district INTEGER NOT NULL,
  id INTEGER NOT NULL,
  matter INTEGER NOT NULL,
  track INTEGER NOT NULL,
  step INTEGER NOT NULL,                -- that issued it
  name TEXT NOT NULL,                   -- of the procedure's document, "d0" in a sealed matter
  series TEXT NOT NULL,                 -- keyed hash of template, issuer and year
  seq INTEGER NOT NULL,                 -- 1.. in its series
  code TEXT NOT NULL,                   -- on the paper, for whoever holds it: random
  content BLOB,                         -- sealed salt and text, NULL once erased
  journal INTEGER NOT NULL,             -- the line of its issue
  at INTEGER NOT NULL,
  PRIMARY KEY (district, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX document_series ON document (district, series, seq);
CREATE UNIQUE INDEX document_code ON document (district, code);
CREATE INDEX document_matter ON document (district, matter, id);
