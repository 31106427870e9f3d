-- Place: where. Two kinds of table: `division` is the national reference list, code by code and edition by edition;
-- `place` is the tree of the district with its own ids, which never change meaning. They are apart because the one is
-- replaced every year by somebody else and the other is what every matter, post and plate points at for ever.

-- The divisions of the nation (provinces down to communities and villages). A row is one meaning of one code: when an
-- edition gives the code to another place, this row ends and a new one begins.
CREATE TABLE division (
  district INTEGER NOT NULL,            -- the tenant that loaded the list
  id INTEGER NOT NULL,                  -- own id; dense
  level INTEGER NOT NULL,               -- 1 province, 2 city, 3 county, 4 street or town, 5 community or village
  code INTEGER NOT NULL,                -- 12 digits; the same code can stand at two levels (441900000000 is a city and its only county)
  kind TEXT NOT NULL,                   -- province city county street town township zone community village zone-community
  name TEXT NOT NULL,
  valid_from INTEGER NOT NULL,          -- ms: midnight of the date of the edition that first has this meaning
  valid_to INTEGER,                     -- ms: midnight of the date of the edition that no longer has it; null: in force
  successor INTEGER,                    -- id of the row that goes on with it, when the name says so
  PRIMARY KEY (district, id)
) STRICT, WITHOUT ROWID;
-- Finding a code at a date; children of a code are a range of codes one level down; the edition diff reads it in order.
CREATE UNIQUE INDEX division_code ON division (district, level, code, valid_from);

-- The tree of the district: district, street/town, community/village, grid, building, stairwell, household.
CREATE TABLE place (
  district INTEGER NOT NULL,
  id INTEGER NOT NULL,                  -- own id; what everything else points at
  level INTEGER NOT NULL,               -- 1 district, 2 street/town, 3 community/village, 4 grid, 5 building, 6 stairwell, 7 household
  kind TEXT NOT NULL,                   -- as in division; of a grid: basic or dedicated; else the name of the level
  code TEXT NOT NULL,                   -- 12 digits; grid 15 (community + 001..999); building 17 (community + 00001..99999);
                                        -- stairwell 19 (building + 01..99); household: that of the stairwell, a hyphen, the door
  code_from INTEGER NOT NULL,           -- ms: since when the code belongs to this place; editions of the national list give
                                        -- codes to other places, the place and its id stay
  name TEXT NOT NULL,
  parent INTEGER,                       -- null for the district
  street INTEGER,                       -- the ancestors, itself included where it is one: a list of a subtree is one
  community INTEGER,                    --   comparison, without recursion, on both databases and on Citus
  grid INTEGER,
  building INTEGER,
  stairwell INTEGER,
  lon REAL,                             -- WGS-84 degrees: where it is, or the centre of its drawn area; null: not known
  lat REAL,
  plate TEXT,                           -- the code on the QR plate of a stairwell: unguessable, printed
  valid_from INTEGER NOT NULL,          -- ms
  valid_to INTEGER,                     -- ms; null: in force
  end_reason TEXT,                      -- why it ended: merged, redrawn, demolished ... in the words of who ended it
  successor INTEGER,                    -- the place that goes on with it
  PRIMARY KEY (district, id)
) STRICT, WITHOUT ROWID;
-- A code at a date.
CREATE UNIQUE INDEX place_code ON place (district, code, code_from);
-- The children of a place in the order of their codes.
CREATE INDEX place_children ON place (district, parent, level, code);
-- All grids for the point index, all communities for pages, names for search: one level at a time.
CREATE INDEX place_level ON place (district, level, code);
-- A scanned plate; only stairwells have one.
CREATE UNIQUE INDEX place_plate ON place (district, plate) WHERE plate IS NOT NULL;

-- Drawn areas of grids (and of communities and streets where somebody drew them). Redrawing ends one, begins another.
CREATE TABLE place_shape (
  district INTEGER NOT NULL,
  place INTEGER NOT NULL,
  valid_from INTEGER NOT NULL,          -- ms
  valid_to INTEGER,                     -- ms; null: in force
  geometry TEXT NOT NULL,               -- GeoJSON geometry, WGS-84, 7 decimals: read back exactly, shown and exported as it is
  area REAL NOT NULL,                   -- square metres
  source TEXT NOT NULL,                 -- the system it was drawn in: wgs84, gcj02, bd09
  synthetic INTEGER NOT NULL,           -- 1: made up for a demonstration, to be marked so wherever it is shown
  PRIMARY KEY (district, place, valid_from)
) STRICT, WITHOUT ROWID;
-- The areas in force, for building the index.
CREATE INDEX place_shape_now ON place_shape (district, place) WHERE valid_to IS NULL;

-- What a place was called, and where it hung in the tree, before its last changes.
CREATE TABLE place_history (
  district INTEGER NOT NULL,
  place INTEGER NOT NULL,
  until INTEGER NOT NULL,               -- ms: when this stopped being so
  code TEXT NOT NULL,
  code_from INTEGER NOT NULL,           -- ms
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  parent INTEGER,
  lon REAL,
  lat REAL,
  PRIMARY KEY (district, place, until)
) STRICT, WITHOUT ROWID;
-- Whose a code was at a date, and whether it was ever used.
CREATE INDEX place_history_code ON place_history (district, code, until);

-- Responsible grids: what one collector walks, a set of grids (many to many, with dates).
CREATE TABLE duty_grid (
  district INTEGER NOT NULL,
  id INTEGER NOT NULL,
  code TEXT NOT NULL,                   -- given by the district
  name TEXT NOT NULL,
  valid_from INTEGER NOT NULL,          -- ms
  valid_to INTEGER,                     -- ms; null: in force
  PRIMARY KEY (district, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX duty_grid_code ON duty_grid (district, code, valid_from);

CREATE TABLE duty_grid_member (
  district INTEGER NOT NULL,
  duty_grid INTEGER NOT NULL,
  grid INTEGER NOT NULL,                -- place id
  valid_from INTEGER NOT NULL,          -- ms
  valid_to INTEGER,                     -- ms; null: in force
  PRIMARY KEY (district, duty_grid, grid, valid_from)
) STRICT, WITHOUT ROWID;
-- Which responsible grids a grid is in.
CREATE INDEX duty_grid_member_grid ON duty_grid_member (district, grid);
