-- name: setting_change_next one
-- The next number. The lane.
-- in: district int
-- out: id int
SELECT COALESCE(MAX(id), 0) + 1 FROM setting_change WHERE district = :district

-- name: setting_change_add exec
-- The lane.
-- in: district int, id int, name text, from_day int, value text?, reason text, at time, actor text, state int
INSERT INTO setting_change (district, id, name, from_day, value, reason, at, actor, state)
VALUES (:district, :id, :name, :from_day, :value, :reason, :at, :actor, :state)

-- name: setting_change_of many
-- Index setting_change_name, latest day first.
-- in: district int, name text
-- out: id int, from_day int, value text?, reason text, at time, actor text, state int
SELECT id, from_day, value, reason, at, actor, state FROM setting_change
WHERE district = :district AND name = :name ORDER BY from_day DESC, id DESC LIMIT 200

-- name: setting_change_all many
-- Every setting's changes, latest day first; an administrator makes a few a year.
-- in: district int
-- out: id int, name text, from_day int, value text?, reason text, at time, actor text, state int
SELECT id, name, from_day, value, reason, at, actor, state FROM setting_change
WHERE district = :district ORDER BY name, from_day DESC, id DESC LIMIT 5000

-- name: setting_change_due many
-- Index setting_change_due: days that have come. The timer.
-- in: district int, day int
-- out: id int, name text, from_day int, value text?
SELECT id, name, from_day, value FROM setting_change
WHERE district = :district AND state = 0 AND from_day <= :day ORDER BY from_day, id LIMIT 100

-- name: setting_change_state exec
-- The lane.
-- in: district int, id int, state int
UPDATE setting_change SET state = :state WHERE district = :district AND id = :id AND state = 0

-- name: setting_change_mark one
-- Index setting_change_due: how many have come, which only grows. The timer, every second.
-- in: district int
-- out: n int
SELECT COUNT(*) FROM setting_change WHERE district = :district AND state = 1

-- name: setting_delete exec
-- The lane.
-- in: district int, name text
DELETE FROM setting WHERE district = :district AND name = :name

-- name: backup_next one
-- The next number. The lane.
-- in: district int
-- out: id int
SELECT COALESCE(MAX(id), 0) + 1 FROM backup WHERE district = :district

-- name: backup_add exec
-- The lane.
-- in: district int, id int, started time, ended time, actor text, name text, bytes int, entries int, head text, bad_seq int, code text
INSERT INTO backup (district, id, started, ended, actor, name, bytes, entries, head, bad_seq, code)
VALUES (:district, :id, :started, :ended, :actor, :name, :bytes, :entries, :head, :bad_seq, :code)

-- name: backup_list many
-- The newest first.
-- in: district int, count int
-- out: id int, started time, ended time, actor text, name text, bytes int, entries int, head text, bad_seq int, code text
SELECT id, started, ended, actor, name, bytes, entries, head, bad_seq, code FROM backup
WHERE district = :district ORDER BY id DESC LIMIT :count
