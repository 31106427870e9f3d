-- Matters: what is to be done. A matter is a bundle of tracks; every change of a track is a step by an actor.

-- The texts a district works by, each version kept: procedures, catalogues, calendars, departments, settings. A running
-- matter keeps the version of the procedure it began with.
CREATE TABLE rulebook (
  district INTEGER NOT NULL,
  kind TEXT NOT NULL,                   -- procedure, catalogue, calendar, departments, settings
  name TEXT NOT NULL,
  version INTEGER NOT NULL,             -- 1.. per name
  since INTEGER NOT NULL,               -- when this version was taken into use
  hash TEXT NOT NULL,                   -- SHA-256 of the source, also in the journal
  source TEXT NOT NULL,
  PRIMARY KEY (district, kind, name, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE matter (
  district INTEGER NOT NULL,
  id INTEGER NOT NULL,
  code TEXT NOT NULL,                   -- the number people say: one case, one code
  procedure TEXT NOT NULL,
  version INTEGER NOT NULL,
  main INTEGER NOT NULL,                -- its main track
  stage TEXT NOT NULL,                  -- of the main track
  phase INTEGER NOT NULL,               -- enum procedure_phase of that stage
  outcome INTEGER NOT NULL,             -- enum procedure_outcome
  summary TEXT NOT NULL,                -- what it is about; a person's words, erasable
  source TEXT NOT NULL,                 -- public, patrol, hotline, open311, import ...
  category TEXT NOT NULL,               -- scheme/kind/code, or ''
  condition_no INTEGER NOT NULL,        -- the filing condition's order in the category, 0 none
  urgency TEXT NOT NULL,
  street INTEGER NOT NULL,              -- place ids, 0 not known so finely
  community INTEGER NOT NULL,
  grid INTEGER NOT NULL,
  building INTEGER NOT NULL,
  stairwell INTEGER NOT NULL,
  to_be_placed INTEGER NOT NULL,        -- 1: lies in no grid, nearest community taken
  lon REAL,                             -- WGS-84
  lat REAL,
  cell INTEGER NOT NULL,                -- square of about 100 m it lies in, 0 without a position; for neighbours in space
  address TEXT NOT NULL,                -- where, in words
  opened INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  closed INTEGER,
  due INTEGER,                          -- earliest end among its running clocks, NULL when none runs
  warn_at INTEGER,                      -- from here on that clock is amber
  shown_due INTEGER,                    -- the next date its reporter was told, NULL when none
  confidential INTEGER NOT NULL,
  sealed INTEGER NOT NULL,
  public INTEGER NOT NULL,              -- 1: its procedure shows it to everybody in its present stage
  card INTEGER NOT NULL,                -- supervision: 0 none, 1 ordinary, 2 yellow, 3 red
  reporters INTEGER NOT NULL,           -- how many people reported it, merged ones included
  returns INTEGER NOT NULL,
  reworks INTEGER NOT NULL,
  urges INTEGER NOT NULL,
  reopens INTEGER NOT NULL,
  extensions INTEGER NOT NULL,
  late INTEGER NOT NULL,                -- 1: a clock that counts has passed its end
  merged_into INTEGER,
  origin INTEGER,                       -- the matter it was opened out of
  relapse_of INTEGER,                   -- the ended matter it comes back from
  org INTEGER NOT NULL,                 -- organisation that holds the main track, 0 none: for lists and figures
  last_step INTEGER NOT NULL,           -- what a page must have seen to act on it
  PRIMARY KEY (district, id),
  UNIQUE (district, code)
) STRICT, WITHOUT ROWID;

-- Lists, newest first, each narrowed by the column a scope compares.
CREATE INDEX matter_opened ON matter (district, opened);
CREATE INDEX matter_street ON matter (district, street, opened);
CREATE INDEX matter_community ON matter (district, community, opened);
CREATE INDEX matter_grid ON matter (district, grid, opened);
CREATE INDEX matter_phase ON matter (district, phase, street, opened);
CREATE INDEX matter_category ON matter (district, category, opened);
-- Neighbours for duplicates, nearby cases and relapse.
CREATE INDEX matter_cell ON matter (district, cell, opened);
-- Open311 and the API: what changed since.
CREATE INDEX matter_updated ON matter (district, updated);
-- Open ones by their end: the late and the nearly late. Closed ones have no end and are not in it.
CREATE INDEX matter_due ON matter (district, due) WHERE due IS NOT NULL;
CREATE INDEX matter_origin ON matter (district, origin) WHERE origin IS NOT NULL;

CREATE TABLE track (
  district INTEGER NOT NULL,
  id INTEGER NOT NULL,
  matter INTEGER NOT NULL,
  type TEXT NOT NULL,                   -- main, or as the procedure says
  role TEXT NOT NULL,                   -- lead, assist, or ''
  number INTEGER NOT NULL,              -- 1.. among its type in this matter
  stage TEXT NOT NULL,
  previous TEXT NOT NULL,               -- the stage before, '' none
  final INTEGER NOT NULL,
  org INTEGER NOT NULL,                 -- holders: at most one of the three is set
  post INTEGER NOT NULL,
  person INTEGER NOT NULL,
  starter TEXT NOT NULL,                -- actor key of who added it
  returned_to TEXT NOT NULL,            -- actor key of who received the return that brought it here, '' none
  entered INTEGER NOT NULL,             -- its present stage
  opened INTEGER NOT NULL,
  closed INTEGER,
  PRIMARY KEY (district, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX track_matter ON track (district, matter, id);
CREATE INDEX track_org ON track (district, org, opened) WHERE org <> 0;

-- What was done: append-only.
CREATE TABLE step (
  district INTEGER NOT NULL,
  id INTEGER NOT NULL,
  matter INTEGER NOT NULL,
  track INTEGER NOT NULL,
  action TEXT NOT NULL,
  stage_from TEXT NOT NULL,
  stage_to TEXT NOT NULL,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,                  -- actor key: account:12, receipt:3, key:2, system
  post INTEGER NOT NULL,                -- under which post, 0 none
  org INTEGER NOT NULL,
  counts INTEGER NOT NULL,              -- enum procedure_counts
  journal INTEGER NOT NULL,             -- the journal's number
  PRIMARY KEY (district, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX step_matter ON step (district, matter, id);
CREATE INDEX step_actor ON step (district, actor, at);

-- What was said: the fields of a step. The journal holds the salted digest of each, so a value can be erased.
CREATE TABLE said (
  district INTEGER NOT NULL,
  matter INTEGER NOT NULL,
  step INTEGER NOT NULL,
  track INTEGER NOT NULL,
  field TEXT NOT NULL,
  number INTEGER NOT NULL,              -- 0.. for several values; rows of a record are record.field
  value TEXT,                           -- NULL: sealed, or erased
  sealed BLOB,                          -- personal values, encrypted
  salt BLOB,                            -- NULL: erased
  PRIMARY KEY (district, matter, step, field, number)
) STRICT, WITHOUT ROWID;

-- On whose list it stands: one row per key and track that is waiting.
CREATE TABLE hold (
  district INTEGER NOT NULL,
  who TEXT NOT NULL,                    -- role:street-centre@31, org:5, post:7, person:3
  track INTEGER NOT NULL,
  matter INTEGER NOT NULL,
  due INTEGER NOT NULL,                 -- earliest end of its clocks, the far future when none runs
  PRIMARY KEY (district, who, track)
) STRICT, WITHOUT ROWID;
CREATE INDEX hold_due ON hold (district, who, due, matter);
CREATE INDEX hold_track ON hold (district, track);

CREATE TABLE clock (
  district INTEGER NOT NULL,
  id INTEGER NOT NULL,
  matter INTEGER NOT NULL,
  track INTEGER NOT NULL,
  name TEXT NOT NULL,                   -- of the clock in the procedure
  unit TEXT NOT NULL,
  milli INTEGER NOT NULL,               -- thousandths of the unit
  fixed_due INTEGER,                    -- imported or decided ends
  started INTEGER NOT NULL,
  ended INTEGER,
  end_kind INTEGER NOT NULL,            -- enum clock_end
  segments TEXT NOT NULL,               -- JSON: runs, pauses, changes of limit, extensions
  due INTEGER NOT NULL,                 -- as computed last; a calendar change computes it again
  warn_at INTEGER,
  late INTEGER NOT NULL,                -- 1: its end has passed, or it was met after its end
  counts INTEGER NOT NULL,              -- 1: part of the on-time figures
  mark INTEGER NOT NULL,                -- the next mark of the procedure's clock to fall due
  mark_at INTEGER,                      -- when; NULL: no more, paused or ended
  PRIMARY KEY (district, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX clock_matter ON clock (district, matter, id);
CREATE INDEX clock_track ON clock (district, track, id);
CREATE INDEX clock_mark ON clock (district, mark_at) WHERE mark_at IS NOT NULL;

-- Who reported it: everyone keeps a receipt of their own, merged or not.
CREATE TABLE reporter (
  district INTEGER NOT NULL,
  id INTEGER NOT NULL,
  matter INTEGER NOT NULL,              -- the matter they follow now (after a merge, the one merged into)
  reported INTEGER NOT NULL,            -- the matter they opened
  receipt TEXT NOT NULL,                -- the code on their receipt, theirs alone
  person INTEGER NOT NULL,              -- 0 without an account
  api_key INTEGER NOT NULL,
  name BLOB,                            -- sealed; purpose: to be asked and told; basis: the person gave it for that
  phone BLOB,                           -- sealed; the same
  mail BLOB,                            -- sealed; the same
  phone_hash BLOB,                      -- keyed, to find the same reporter again (relapse, urging)
  confidential INTEGER NOT NULL,
  lang TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (district, id),
  UNIQUE (district, receipt)
) STRICT, WITHOUT ROWID;
CREATE INDEX reporter_matter ON reporter (district, matter, id);
CREATE INDEX reporter_person ON reporter (district, person, id) WHERE person <> 0;

CREATE TABLE link (
  district INTEGER NOT NULL,
  a INTEGER NOT NULL,                   -- the earlier matter
  b INTEGER NOT NULL,
  kind TEXT NOT NULL,
  step INTEGER NOT NULL,
  PRIMARY KEY (district, a, b, kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX link_b ON link (district, b);

-- Counters kept in the same transaction as what they count, so that a page of figures never scans.
CREATE TABLE figure (
  district INTEGER NOT NULL,
  day INTEGER NOT NULL,                 -- day number in the district's offset
  measure TEXT NOT NULL,                -- reported, filed, closed, closed-on-time, returned, ...
  street INTEGER NOT NULL,
  org INTEGER NOT NULL,
  category TEXT NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (district, day, measure, street, org, category)
) STRICT, WITHOUT ROWID;

-- Words of summaries and addresses, cut into search tokens (store/search.h).
-- sqlite:
CREATE VIRTUAL TABLE matter_words USING fts5(tokens, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 0', detail=full);
-- postgresql:
CREATE TABLE matter_words (
  district INTEGER NOT NULL,
  matter INTEGER NOT NULL,
  tokens tsvector NOT NULL,
  PRIMARY KEY (district, matter)
);
CREATE INDEX matter_words_tokens ON matter_words USING gin (tokens);
