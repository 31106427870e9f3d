-- Bodies and who has a seat in them.

-- name: body_add exec
-- The lane.
-- in: district int, id int, kind text, name text, place int, created time
INSERT INTO body (district, id, kind, name, place, created) VALUES (:district, :id, :kind, :name, :place, :created)

-- name: body_put exec
-- Another name, or its end. The lane.
-- in: district int, id int, name text, ended time?
UPDATE body SET name = :name, ended = :ended WHERE district = :district AND id = :id

-- name: body_get one
-- With the places above its own, for access.
-- in: district int, id int
-- out: id int, kind text, name text, place int, place_name text, level int, street int?, community int?, grid int?, building int?
-- out: stairwell int?, created time, ended time?
SELECT b.id, b.kind, b.name, b.place, p.name AS place_name, p.level, p.street, p.community, p.grid, p.building, p.stairwell,
  b.created, b.ended
FROM body b JOIN place p ON p.district = b.district AND p.id = b.place
WHERE b.district = :district AND b.id = :id

-- name: body_at one
-- The body of a kind at a place. Unique index body_kind.
-- in: district int, place int, kind text
-- out: id int, name text
SELECT id, name FROM body WHERE district = :district AND place = :place AND kind = :kind AND ended IS NULL

-- name: body_list many
-- All that exist, with how many seats are held now; the caller leaves out what lies outside the asker's reach.
-- in: district int, now time, after int, count int
-- out: id int, kind text, name text, place int, place_name text, level int, street int?, community int?, grid int?, building int?
-- out: stairwell int?, seats int
SELECT b.id, b.kind, b.name, b.place, p.name AS place_name, p.level, p.street, p.community, p.grid, p.building, p.stairwell,
  (SELECT COUNT(*) FROM body_seat s WHERE s.district = b.district AND s.body = b.id AND s.from_at <= :now
     AND (s.until_at IS NULL OR s.until_at > :now)) AS seats
FROM body b JOIN place p ON p.district = b.district AND p.id = b.place
WHERE b.district = :district AND b.ended IS NULL AND b.id > :after ORDER BY b.id LIMIT :count

-- name: body_seat_last one
-- The highest number of a seat.
-- in: district int, body int
-- out: id int
SELECT id FROM body_seat WHERE district = :district AND body = :body ORDER BY id DESC LIMIT 1

-- name: body_seat_add exec
-- The lane.
-- in: district int, body int, id int, seat text, person int, household id?, area int, from_at time, until_at time?
INSERT INTO body_seat (district, body, id, seat, person, household, area, from_at, until_at)
VALUES (:district, :body, :id, :seat, :person, :household, :area, :from_at, :until_at)

-- name: body_seat_end exec
-- Its term ends. The lane.
-- in: district int, body int, id int, until_at time, end_reason text
UPDATE body_seat SET until_at = :until_at, end_reason = :end_reason
WHERE district = :district AND body = :body AND id = :id AND (until_at IS NULL OR until_at > :until_at)

-- name: body_seats many
-- Seats held at a moment, in the order they were taken. Who draws a roll; who keeps the body.
-- in: district int, body int, at time
-- out: id int, seat text, person int, household id?, area int, from_at time, until_at time?
SELECT id, seat, person, household, area, from_at, until_at FROM body_seat
WHERE district = :district AND body = :body AND from_at <= :at AND (until_at IS NULL OR until_at > :at) ORDER BY id

-- name: body_seat_of one
-- Does somebody hold such a seat already? Index body_seat_person.
-- in: district int, body int, person int, household int, at time
-- out: id int
SELECT id FROM body_seat WHERE district = :district AND body = :body AND person = :person AND COALESCE(household, 0) = :household
  AND from_at <= :at AND (until_at IS NULL OR until_at > :at) LIMIT 1
