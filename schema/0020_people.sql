-- People: persons, households, organisations, posts; accounts, sessions, keys.
--
-- PERSONAL DATA. Every column that holds it says so with "PI:" followed by purpose; legal basis (PIPL: Personal
-- Information Protection Law, article). "sealed" columns are encrypted (src/people/seal.h), "match" columns are keyed
-- hashes for finding an equal value. Nothing else about a person is kept here: no score, no photo, no movements.

-- A natural person known to the district: a resident who gave their name, or somebody who holds a post.
CREATE TABLE person (
  district INTEGER NOT NULL,
  id INTEGER NOT NULL,
  staff_name TEXT,          -- PI: name of a post holder, published with the post; statutory duty (PIPL 13(3)), grid notice boards show name and telephone
  name BLOB,                -- PI, sealed: address the person, mediation and service papers; PIPL 13(3) or consent 13(1)
  id_number BLOB,           -- PI, sealed: only where a paper with legal effect needs it (agreements, certificates); PIPL 13(3)
  id_match TEXT,            -- PI, match: the same person is not entered twice; PIPL 13(3)
  phone BLOB,               -- PI, sealed: call back and tell the outcome; PIPL 13(1), 13(3)
  phone_match TEXT,         -- PI, match: find one's own reports by telephone; PIPL 13(1)
  safe_contact BLOB,        -- PI, sealed: when and how it is safe to reach this person, sealed matters only; PIPL 13(4), 29
  lang TEXT NOT NULL DEFAULT 'zh', -- language of messages
  created INTEGER NOT NULL,
  erased INTEGER,           -- when everything above was set to NULL on request or by retention
  PRIMARY KEY (district, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX person_id_match ON person (district, id_match) WHERE id_match IS NOT NULL;
CREATE INDEX person_phone_match ON person (district, phone_match) WHERE phone_match IS NOT NULL;

-- Who agreed to what, and when they took it back (PIPL 14, 15).
CREATE TABLE consent (
  district INTEGER NOT NULL,
  person INTEGER NOT NULL,
  purpose TEXT NOT NULL,    -- key of a purpose: "report", "points-loan", "volunteer-rotation"
  version INTEGER NOT NULL, -- of the notice that was shown
  given INTEGER NOT NULL,
  withdrawn INTEGER,
  how TEXT NOT NULL,        -- "page", "paper", "spoken", "guardian"
  PRIMARY KEY (district, person, purpose, given),
  FOREIGN KEY (district, person) REFERENCES person (district, id)
) STRICT, WITHOUT ROWID;

-- A household at a door: the roll of a stairwell, of votes, of points.
CREATE TABLE household (
  district INTEGER NOT NULL,
  id INTEGER NOT NULL,
  place INTEGER NOT NULL,   -- stairwell, building or grid
  door BLOB,                -- PI, sealed: door number, to find the home; statutory duty (PIPL 13(3))
  unlisted INTEGER NOT NULL DEFAULT 0, -- 1: asked not to be shown in any public list
  created INTEGER NOT NULL,
  ended INTEGER,
  PRIMARY KEY (district, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX household_place ON household (district, place);

CREATE TABLE household_member (
  district INTEGER NOT NULL,
  household INTEGER NOT NULL,
  person INTEGER NOT NULL,
  relation TEXT NOT NULL,   -- PI: "head", "spouse", "child", "parent", "tenant", "other": who may vote and speak for the home; PIPL 13(3)
  from_at INTEGER NOT NULL,
  until_at INTEGER,
  PRIMARY KEY (district, household, person, from_at),
  FOREIGN KEY (district, household) REFERENCES household (district, id),
  FOREIGN KEY (district, person) REFERENCES person (district, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX household_member_person ON household_member (district, person);

-- Departments, centres, property companies, units, lenders. Public bodies, no personal data.
CREATE TABLE organisation (
  district INTEGER NOT NULL,
  id INTEGER NOT NULL,
  key TEXT NOT NULL,        -- "market-supervision": what catalogues and procedures name it by
  kind TEXT NOT NULL,       -- "department", "centre", "property", "utility", "unit", "lender", "association"
  name_zh TEXT NOT NULL,
  name_en TEXT NOT NULL,
  duties TEXT NOT NULL,     -- words of the catalogue's duties, space between: "food sanitation"
  parent INTEGER,
  place INTEGER,            -- where it sits or which street it serves
  credit_code TEXT,         -- GB 32100
  duty_phone TEXT,          -- of the office, public
  created INTEGER NOT NULL,
  ended INTEGER,
  PRIMARY KEY (district, id),
  UNIQUE (district, key)
) STRICT, WITHOUT ROWID;

-- Who holds which role where, from when until when. The places above are copied in, so that one read says what a person
-- may see; a place that moves in the tree rewrites them (people_post_moved).
CREATE TABLE post (
  district INTEGER NOT NULL,
  id INTEGER NOT NULL,
  role TEXT NOT NULL,
  person INTEGER NOT NULL,
  place INTEGER,            -- NULL: the whole district, or an organisation's post
  street INTEGER,
  community INTEGER,
  grid INTEGER,
  building INTEGER,
  stairwell INTEGER,
  org INTEGER,
  from_at INTEGER NOT NULL,
  until_at INTEGER,         -- NULL: no end set; the holder is in office while from_at <= now < until_at
  rotation INTEGER NOT NULL DEFAULT 0, -- turn in the monthly rotation of this role at this place, from 1; 0: always on duty
  acting INTEGER NOT NULL DEFAULT 0,   -- 1: standing in
  appointed_by TEXT NOT NULL,          -- the body: "社区居民委员会"
  duty_phone TEXT,          -- PI: on the notice board of the grid; statutory duty (PIPL 13(3))
  end_reason TEXT,          -- "handed-over", "term", "resigned", "mistake"
  PRIMARY KEY (district, id),
  FOREIGN KEY (district, person) REFERENCES person (district, id),
  FOREIGN KEY (district, org) REFERENCES organisation (district, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX post_person ON post (district, person);
CREATE INDEX post_place ON post (district, place, role);
CREATE INDEX post_grid ON post (district, grid, role);
CREATE INDEX post_street ON post (district, street, role);
CREATE INDEX post_org ON post (district, org, role);
CREATE INDEX post_role ON post (district, role);

-- Sign-ins of those who hold posts.
CREATE TABLE account (
  district INTEGER NOT NULL,
  id INTEGER NOT NULL,
  login TEXT NOT NULL,      -- PI: to sign in; contract or statutory duty (PIPL 13(2), 13(3))
  person INTEGER NOT NULL,
  hash TEXT NOT NULL,       -- argon2id
  status TEXT NOT NULL,     -- "active", "locked" (by an administrator), "ended"
  failures INTEGER NOT NULL,
  failed_at INTEGER,
  locked_until INTEGER,     -- after too many failures
  must_change INTEGER NOT NULL, -- 1: the password was given by somebody else
  password_at INTEGER NOT NULL,
  totp BLOB,                -- sealed secret of the one-time codes
  totp_step INTEGER NOT NULL, -- the last one used
  created INTEGER NOT NULL,
  last_at INTEGER,          -- last sign-in
  PRIMARY KEY (district, id),
  UNIQUE (district, login),
  FOREIGN KEY (district, person) REFERENCES person (district, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX account_person ON account (district, person);

-- Of a session only the hash of its token is kept: who reads the table cannot use it.
CREATE TABLE session (
  district INTEGER NOT NULL,
  token_hash TEXT NOT NULL,
  id INTEGER NOT NULL,
  account INTEGER NOT NULL,
  created INTEGER NOT NULL,
  seen INTEGER NOT NULL,    -- moved forward at most once a minute
  expires INTEGER NOT NULL, -- absolute end
  device TEXT NOT NULL,     -- PI: words for the list of one's own sessions ("Edge, Windows"); security of the account (PIPL 13(2))
  ended INTEGER,
  PRIMARY KEY (district, token_hash),
  FOREIGN KEY (district, account) REFERENCES account (district, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX session_account ON session (district, account, created);
CREATE INDEX session_expires ON session (district, expires);

-- Keys of programs (JSON API, Open311).
CREATE TABLE api_key (
  district INTEGER NOT NULL,
  id INTEGER NOT NULL,
  key_hash TEXT NOT NULL,
  name TEXT NOT NULL,       -- what it is for, for administrators
  org INTEGER,
  per_minute INTEGER NOT NULL, -- 0: the district's setting
  created INTEGER NOT NULL,
  expires INTEGER,
  ended INTEGER,
  PRIMARY KEY (district, id),
  UNIQUE (district, key_hash),
  FOREIGN KEY (district, org) REFERENCES organisation (district, id)
) STRICT, WITHOUT ROWID;

-- Security log (GB/T 22239-2019 8.1.4.3; kept at least six months, Cybersecurity Law 23): refused sign-ins and the like,
-- which are too many and too unsure for the journal. Successes and lock-outs are journalled besides.
CREATE TABLE security_event (
  district INTEGER NOT NULL,
  id INTEGER NOT NULL,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,       -- "sign-in", "wrong", "locked", "code-wrong", "sign-out", "key-wrong"
  account INTEGER,          -- NULL: no such account
  source_match TEXT,        -- PI, match: many failures from one address; security of the system (PIPL 13(3))
  PRIMARY KEY (district, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX security_event_at ON security_event (district, at);
CREATE INDEX security_event_account ON security_event (district, account, at);
