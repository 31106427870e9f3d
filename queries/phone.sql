-- name: book_places many
-- Buildings and stairwells of a grid in the order of their codes: index place_children, twice. Never households.
-- in: district int, grid int
-- out: id int, level int, name text, code text, building id?
SELECT p.id, p.level, p.name, p.code, p.building FROM place p
WHERE p.district = :district AND p.parent = :grid AND p.level = 5 AND p.valid_to IS NULL
UNION ALL
SELECT s.id, s.level, s.name, s.code, s.building FROM place b
JOIN place s ON s.district = b.district AND s.parent = b.id AND s.level = 6 AND s.valid_to IS NULL
WHERE b.district = :district AND b.parent = :grid AND b.level = 5 AND b.valid_to IS NULL
ORDER BY 4

-- name: book_visits many
-- When a kind of work was last done at the buildings and stairwells of a grid: index matter_grid. Those who work there.
-- in: district int, grid int, procedure text, since time
-- out: building int, stairwell int, at time
SELECT m.building, m.stairwell, max(m.opened) AS at FROM matter m
WHERE m.district = :district AND m.grid = :grid AND m.opened >= :since AND m.procedure = :procedure AND m.sealed = 0
GROUP BY m.building, m.stairwell

-- name: burden_of_week one
-- In the lane, to add to it; that account only.
-- in: district int, account int, week int
-- out: forms int, fields int, seconds int
SELECT forms, fields, seconds FROM burden WHERE district = :district AND account = :account AND week = :week

-- name: burden_of_account many
-- That account only.
-- in: district int, account int
-- out: week int, forms int, fields int, seconds int
SELECT week, forms, fields, seconds FROM burden WHERE district = :district AND account = :account ORDER BY week DESC

-- name: burden_weeks many
-- Sums without names.
-- in: district int, since int
-- out: week int, workers int, forms int, fields int, seconds int
SELECT week, workers, forms, fields, seconds FROM burden_week WHERE district = :district AND week >= :since ORDER BY week DESC

-- name: burden_add exec
-- in: district int, account int, week int, fields int, seconds int
INSERT INTO burden (district, account, week, forms, fields, seconds)
VALUES (:district, :account, :week, 1, :fields, :seconds)
ON CONFLICT (district, account, week) DO UPDATE SET forms = burden.forms + 1, fields = burden.fields + excluded.fields,
  seconds = burden.seconds + excluded.seconds

-- name: burden_week_add exec
-- in: district int, week int, workers int, fields int, seconds int
INSERT INTO burden_week (district, week, workers, forms, fields, seconds)
VALUES (:district, :week, :workers, 1, :fields, :seconds)
ON CONFLICT (district, week) DO UPDATE SET workers = burden_week.workers + excluded.workers, forms = burden_week.forms + 1,
  fields = burden_week.fields + excluded.fields, seconds = burden_week.seconds + excluded.seconds

-- name: burden_forget exec
-- in: district int, account int, before int
DELETE FROM burden WHERE district = :district AND account = :account AND week < :before

-- name: handover_add exec
-- in: district int, id id, post id, from_person id, to_person id, notes text, open text, offered time
INSERT INTO handover (district, id, post, from_person, to_person, notes, open, offered, state)
VALUES (:district, :id, :post, :from_person, :to_person, :notes, :open, :offered, 'offered')

-- name: handover_get one
-- The two whom it concerns, nobody else.
-- in: district int, id id, person id
-- out: id id, post id, from_person id, to_person id, notes text?, open text, offered time, answered time?, state text, answer text?, from_name text?, to_name text?
SELECT h.id, h.post, h.from_person, h.to_person, h.notes, h.open, h.offered, h.answered, h.state, h.answer,
  f.staff_name AS from_name, t.staff_name AS to_name
FROM handover h JOIN person f ON f.district = h.district AND f.id = h.from_person
JOIN person t ON t.district = h.district AND t.id = h.to_person
WHERE h.district = :district AND h.id = :id AND (h.from_person = :person OR h.to_person = :person)

-- name: handover_of_person many
-- What somebody handed over or was handed, the newest first: indexes handover_from, handover_to.
-- in: district int, person id, most int
-- out: id id, post id, from_person id, to_person id, offered time, answered time?, state text, from_name text?, to_name text?
SELECT h.id, h.post, h.from_person, h.to_person, h.offered, h.answered, h.state, f.staff_name AS from_name,
  t.staff_name AS to_name
FROM (SELECT * FROM handover WHERE district = :district AND from_person = :person
  UNION SELECT * FROM handover WHERE district = :district AND to_person = :person) h
JOIN person f ON f.district = h.district AND f.id = h.from_person
JOIN person t ON t.district = h.district AND t.id = h.to_person
ORDER BY h.id DESC LIMIT :most

-- name: handover_waiting one
-- How many wait for somebody's answer.
-- in: district int, person id
-- out: n int
SELECT count(*) AS n FROM handover WHERE district = :district AND to_person = :person AND state = 'offered'

-- name: handover_answer exec
-- in: district int, id id, state text, answer text, answered time
UPDATE handover SET state = :state, answer = :answer, answered = :answered
WHERE district = :district AND id = :id AND state = 'offered'
