-- name: division_add_many exec
-- A chunk of new divisions as JSON: [[id, level, code, kind, name], ...]. Imports only, inside the lane.
-- in: district int, valid_from time, rows text
INSERT INTO division (district, id, level, code, kind, name, valid_from)
SELECT :district, value->>0, value->>1, value->>2, value->>3, value->>4, :valid_from FROM json_each(:rows)
-- postgresql:
INSERT INTO division (district, id, level, code, kind, name, valid_from)
SELECT :district, (value->>0)::bigint, (value->>1)::bigint, (value->>2)::bigint, value->>3, value->>4, :valid_from
FROM jsonb_array_elements(CAST(CAST(:rows AS text) AS jsonb)) AS list(value)

-- name: division_now each
-- Everything in force at one level, in the order of codes: the edition diff. Index division_code.
-- in: district int, level int
-- out: id int, code int, kind text, name text
SELECT id, code, kind, name FROM division WHERE district = :district AND level = :level AND valid_to IS NULL ORDER BY code

-- name: division_rename exec
-- The same place under a slightly different spelling. Primary key. Imports only.
-- in: district int, id int, kind text, name text
UPDATE division SET kind = :kind, name = :name WHERE district = :district AND id = :id

-- name: division_end exec
-- A code vanished or changed its meaning. Primary key. Imports only.
-- in: district int, id int, valid_to time, successor id?
UPDATE division SET valid_to = :valid_to, successor = :successor WHERE district = :district AND id = :id

-- name: division_latest one
-- The newest edition loaded. Import only, once.
-- in: district int
-- out: valid_from time?
SELECT MAX(valid_from) AS valid_from FROM division WHERE district = :district

-- name: division_heir one
-- The row that goes on with a code that ended: newest ending first. Index division_code, primary key.
-- in: district int, level int, code int
-- out: code int, valid_to time?
SELECT h.code, h.valid_to FROM division d JOIN division h ON h.district = d.district AND h.id = d.successor
WHERE d.district = :district AND d.level = :level AND d.code = :code AND d.valid_to IS NOT NULL
ORDER BY d.valid_to DESC LIMIT 1

-- name: division_count one
-- How many are in force. For the report of an import.
-- in: district int
-- out: count int
SELECT COUNT(*) AS count FROM division WHERE district = :district AND valid_to IS NULL

-- name: division_at one
-- A code at a level and a date. Index division_code. Public.
-- in: district int, level int, code int, at time
-- out: id int, kind text, name text, valid_from time, valid_to time?, successor id?
SELECT id, kind, name, valid_from, valid_to, successor FROM division
WHERE district = :district AND level = :level AND code = :code AND valid_from <= :at
  AND (valid_to IS NULL OR valid_to > :at) ORDER BY valid_from DESC LIMIT 1

-- name: division_range many
-- Divisions of a level whose codes lie in a range, at a date: the children of a code. Index division_code. Public.
-- in: district int, level int, low int, high int, at time
-- out: id int, code int, kind text, name text
SELECT id, code, kind, name FROM division
WHERE district = :district AND level = :level AND code BETWEEN :low AND :high AND valid_from <= :at
  AND (valid_to IS NULL OR valid_to > :at) ORDER BY code

-- name: place_add exec
-- A new place. The lane.
-- in: district int, id int, level int, kind text, code text, name text, parent id?, street id?, community id?
-- in: grid id?, building id?, stairwell id?, lon real?, lat real?, plate text?, valid_from time
INSERT INTO place (district, id, level, kind, code, code_from, name, parent, street, community, grid, building, stairwell,
  lon, lat, plate, valid_from)
VALUES (:district, :id, :level, :kind, :code, :valid_from, :name, :parent, :street, :community, :grid, :building, :stairwell,
  :lon, :lat, :plate, :valid_from)

-- name: place_find one
-- One place by id, by the code it has in force or had until it ended, or by its plate while it stands. Primary key,
-- index place_code, index place_plate. Public but for households.
-- in: district int, id id?, code text?, at time?, plate text?
-- out: id int, level int, kind text, code text, name text, parent id?, street id?, community id?, grid id?
-- out: building id?, stairwell id?, lon real?, lat real?, plate text?, valid_from time, valid_to time?
-- out: end_reason text?, successor id?
SELECT id, level, kind, code, name, parent, street, community, grid, building, stairwell, lon, lat, plate,
  valid_from, valid_to, end_reason, successor
FROM place WHERE district = :district
  [[ AND id = :id ]]
  [[ AND code = :code AND code_from <= :at AND (valid_to IS NULL OR valid_to > :at) ]]
  [[ AND plate = :plate AND valid_to IS NULL ]]
ORDER BY code_from DESC LIMIT 1

-- name: place_had_code one
-- The place that had a code at a moment and has another now. Index place_history_code.
-- in: district int, code text, at time
-- out: place int
SELECT place FROM place_history
WHERE district = :district AND code = :code AND until > :at AND code_from <= :at ORDER BY until LIMIT 1

-- name: place_code_change exec
-- The national list gave the place another code; what was goes into place_history first. The lane.
-- in: district int, id int, code text, code_from time
UPDATE place SET code = :code, code_from = :code_from WHERE district = :district AND id = :id

-- name: place_children many
-- The places directly under one, in force, in the order of their codes. Index place_children.
-- in: district int, parent int, count int
-- out: id int, level int, kind text, code text, name text, street id?, community id?, grid id?, building id?
-- out: stairwell id?, lon real?, lat real?, plate text?
SELECT id, level, kind, code, name, street, community, grid, building, stairwell, lon, lat, plate FROM place
WHERE district = :district AND parent = :parent AND valid_to IS NULL ORDER BY level, code LIMIT :count

-- name: place_of_level many
-- All places of one level in force, in the order of their codes. Index place_level.
-- in: district int, level int
-- out: id int, kind text, code text, name text, parent id?, street id?, community id?, grid id?, lon real?, lat real?
SELECT id, kind, code, name, parent, street, community, grid, lon, lat FROM place
WHERE district = :district AND level = :level AND valid_to IS NULL ORDER BY code

-- name: place_search many
-- Places whose name holds some text, streets first; never households. Index place_level.
-- in: district int, pattern text, count int
-- out: id int, level int, kind text, code text, name text, parent id?, street id?, community id?, grid id?
-- out: building id?, stairwell id?, lon real?, lat real?
SELECT id, level, kind, code, name, parent, street, community, grid, building, stairwell, lon, lat FROM place
WHERE district = :district AND level BETWEEN 1 AND 6 AND valid_to IS NULL AND name LIKE :pattern ESCAPE '!'
ORDER BY level, code LIMIT :count

-- name: place_end exec
-- A place ends. The lane.
-- in: district int, id int, valid_to time, end_reason text, successor id?
UPDATE place SET valid_to = :valid_to, end_reason = :end_reason, successor = :successor
WHERE district = :district AND id = :id AND valid_to IS NULL

-- name: place_change exec
-- A new name, kind or position; what was goes into place_history first. The lane.
-- in: district int, id int, kind text, name text, lon real?, lat real?
UPDATE place SET kind = :kind, name = :name, lon = :lon, lat = :lat WHERE district = :district AND id = :id

-- name: place_move exec
-- The middle of a drawn area. The lane.
-- in: district int, id int, lon real, lat real
UPDATE place SET lon = :lon, lat = :lat WHERE district = :district AND id = :id

-- name: place_regrid exec
-- A building with all its stairwells and households goes to another grid. Index place_building. The lane.
-- in: district int, building int, grid int
UPDATE place SET grid = :grid, parent = CASE WHEN id = :building THEN :grid ELSE parent END
WHERE district = :district AND building = :building

-- name: place_history_add exec
-- What is about to change. The lane.
-- in: district int, place int, until time
INSERT INTO place_history (district, place, until, code, code_from, name, kind, parent, lon, lat)
SELECT district, id, :until, code, code_from, name, kind, parent, lon, lat FROM place
WHERE district = :district AND id = :place
ON CONFLICT (district, place, until) DO NOTHING

-- name: place_history_of many
-- What a place was called before. Primary key.
-- in: district int, place int
-- out: until time, code text, name text, kind text, parent id?, lon real?, lat real?
SELECT until, code, name, kind, parent, lon, lat FROM place_history
WHERE district = :district AND place = :place ORDER BY until DESC

-- name: place_codes_used many
-- Every code that begins so, in force, ended or given away: what numbers are taken. Indexes place_code and
-- place_history_code.
-- in: district int, low text, high text
-- out: code text
SELECT code FROM place WHERE district = :district AND code > :low AND code < :high
UNION SELECT code FROM place_history WHERE district = :district AND code > :low AND code < :high
ORDER BY code

-- name: place_code_known one
-- Whether a code was ever given to a place: a retired one is never used again. Indexes place_code, place_history_code.
-- in: district int, code text
-- out: count int
SELECT (SELECT COUNT(*) FROM place WHERE district = :district AND code = :code)
  + (SELECT COUNT(*) FROM place_history WHERE district = :district AND code = :code) AS count

-- name: place_plates many
-- The stairwells of a building, community or street that have plates, for printing. Index place_level.
-- in: district int, street id?, community id?, grid id?, building id?, count int
-- out: id int, code text, name text, plate text, building_name text, community_name text, street_name text
SELECT s.id, s.code, s.name, s.plate, b.name AS building_name, c.name AS community_name, t.name AS street_name
FROM place s
JOIN place b ON b.district = s.district AND b.id = s.building
JOIN place c ON c.district = s.district AND c.id = s.community
JOIN place t ON t.district = s.district AND t.id = s.street
WHERE s.district = :district AND s.level = 6 AND s.valid_to IS NULL AND s.plate IS NOT NULL
  [[ AND s.street = :street ]] [[ AND s.community = :community ]] [[ AND s.grid = :grid ]]
  [[ AND s.building = :building ]]
ORDER BY s.code LIMIT :count

-- name: place_shape_add exec
-- A drawn area comes into force. The lane.
-- in: district int, place int, valid_from time, geometry text, area real, source text, synthetic int
INSERT INTO place_shape (district, place, valid_from, geometry, area, source, synthetic)
VALUES (:district, :place, :valid_from, :geometry, :area, :source, :synthetic)
ON CONFLICT (district, place, valid_from) DO UPDATE SET geometry = excluded.geometry, area = excluded.area,
  source = excluded.source, synthetic = excluded.synthetic, valid_to = NULL

-- name: place_shape_end exec
-- The area in force ends. The lane.
-- in: district int, place int, valid_to time
UPDATE place_shape SET valid_to = :valid_to WHERE district = :district AND place = :place AND valid_to IS NULL

-- name: place_shape_now many
-- Every area in force with its place, in the order of codes: the point index, exports. Index place_shape_now.
-- in: district int
-- out: place int, level int, kind text, code text, name text, parent id?, street id?, community id?, geometry text
-- out: area real, source text, synthetic int, parent_code text?
SELECT s.place, p.level, p.kind, p.code, p.name, p.parent, p.street, p.community, s.geometry, s.area, s.source,
  s.synthetic, u.code AS parent_code
FROM place_shape s
JOIN place p ON p.district = s.district AND p.id = s.place
LEFT JOIN place u ON u.district = p.district AND u.id = p.parent
WHERE s.district = :district AND s.valid_to IS NULL AND p.valid_to IS NULL
ORDER BY p.code

-- name: place_count one
-- How many places of a level are in force. Index place_level.
-- in: district int, level int
-- out: count int
SELECT COUNT(*) AS count FROM place WHERE district = :district AND level = :level AND valid_to IS NULL

-- name: duty_grid_add exec
-- A responsible grid. The lane.
-- in: district int, id int, code text, name text, valid_from time
INSERT INTO duty_grid (district, id, code, name, valid_from) VALUES (:district, :id, :code, :name, :valid_from)

-- name: duty_grid_member_add exec
-- A grid joins a responsible grid. The lane.
-- in: district int, duty_grid int, grid int, valid_from time
INSERT INTO duty_grid_member (district, duty_grid, grid, valid_from)
VALUES (:district, :duty_grid, :grid, :valid_from)

-- name: duty_grid_member_end exec
-- A grid leaves. The lane.
-- in: district int, duty_grid int, grid int, valid_to time
UPDATE duty_grid_member SET valid_to = :valid_to
WHERE district = :district AND duty_grid = :duty_grid AND grid = :grid AND valid_to IS NULL

-- name: duty_grid_end exec
-- A responsible grid is given up. The lane.
-- in: district int, id int, valid_to time
UPDATE duty_grid SET valid_to = :valid_to WHERE district = :district AND id = :id AND valid_to IS NULL

-- name: duty_grid_all many
-- Responsible grids in force with the number of their grids.
-- in: district int
-- out: id int, code text, name text, grids int
SELECT d.id, d.code, d.name, COUNT(m.grid) AS grids FROM duty_grid d
LEFT JOIN duty_grid_member m ON m.district = d.district AND m.duty_grid = d.id AND m.valid_to IS NULL
WHERE d.district = :district AND d.valid_to IS NULL GROUP BY d.id, d.code, d.name ORDER BY d.code

-- name: duty_grid_members many
-- The grids of a responsible grid. Primary key.
-- in: district int, duty_grid int
-- out: grid int, code text, name text
SELECT m.grid, p.code, p.name FROM duty_grid_member m
JOIN place p ON p.district = m.district AND p.id = m.grid
WHERE m.district = :district AND m.duty_grid = :duty_grid AND m.valid_to IS NULL ORDER BY p.code

-- name: division_all each
-- For an export: in the order of levels and codes (index division_code); `ended` 0: those in force alone.
-- in: district int, ended int
-- out: level int, code int, kind text, name text, valid_from time, valid_to time?, successor int?
SELECT d.level, d.code, d.kind, d.name, d.valid_from, d.valid_to, h.code AS successor
FROM division d LEFT JOIN division h ON h.district = d.district AND h.id = d.successor
WHERE d.district = :district AND (:ended = 1 OR d.valid_to IS NULL) ORDER BY d.level, d.code, d.valid_from
