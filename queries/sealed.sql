-- name: sealed_get one
-- The key and the head of one matter. Access decides on what is in it.
-- in: district int, matter id
-- out: key blob?, head blob, erase_at time?, erased time?
SELECT key, head, erase_at, erased FROM sealed WHERE district = :district AND matter = :matter

-- name: sealed_add exec
-- The engine.
-- in: district int, matter id, key blob, head blob
INSERT INTO sealed (district, matter, key, head) VALUES (:district, :matter, :key, :head)

-- name: sealed_put exec
-- The engine.
-- in: district int, matter id, head blob, erase_at time?
UPDATE sealed SET head = :head, erase_at = :erase_at WHERE district = :district AND matter = :matter

-- name: sealed_erase exec
-- The engine: the key is destroyed, and with it everything that was encrypted with it.
-- in: district int, matter id, now time, nothing blob
UPDATE sealed SET key = NULL, head = :nothing, erase_at = NULL, erased = :now WHERE district = :district AND matter = :matter

-- name: sealed_keys many
-- Every key that is left, in the order of matters: verify.
-- in: district int
-- out: matter id, key blob?
SELECT matter, key FROM sealed WHERE district = :district ORDER BY matter

-- name: sealed_erase_due many
-- What has been kept long enough: index sealed_erase. The timer.
-- in: district int, now time, most int
-- out: matter id
SELECT matter FROM sealed WHERE district = :district AND erase_at <= :now ORDER BY erase_at LIMIT :most

-- name: sealed_erase_next one
-- Index sealed_erase. The timer.
-- in: district int
-- out: erase_at time?
SELECT erase_at FROM sealed WHERE district = :district AND erase_at IS NOT NULL ORDER BY erase_at LIMIT 1

-- name: sealed_known_clear exec
-- Index sealed_known_matter. The engine.
-- in: district int, matter id
DELETE FROM sealed_known WHERE district = :district AND matter = :matter AND until IS NULL

-- name: sealed_known_forget exec
-- Index sealed_known_matter. The engine, when the key is destroyed.
-- in: district int, matter id
DELETE FROM sealed_known WHERE district = :district AND matter = :matter

-- name: sealed_known_add exec
-- The engine.
-- in: district int, who text, matter id, until time?
INSERT INTO sealed_known (district, who, matter, until) VALUES (:district, :who, :matter, :until)
ON CONFLICT (district, who, matter) DO UPDATE SET until = excluded.until

-- name: sealed_of_code one
-- A sealed matter by its code, if it is known to one key: primary key, then the code. Whoever holds the key. Asked alike
-- whether there is such a matter or not.
-- in: district int, who text, code text, now time
-- out: id id
SELECT m.id FROM sealed_known k JOIN matter m ON m.district = k.district AND m.id = k.matter
WHERE k.district = :district AND k.who = :who AND (k.until IS NULL OR k.until > :now) AND m.code = :code

-- name: sealed_of_key many
-- What is known to one key, the latest first: primary key. Whoever holds the key.
-- in: district int, who text, now time, count int
-- out: id id
SELECT k.matter AS id FROM sealed_known k
WHERE k.district = :district AND k.who = :who AND (k.until IS NULL OR k.until > :now) ORDER BY k.matter DESC LIMIT :count

-- name: sealed_any_code one
-- A sealed matter by its code for whoever would break the glass; what they may is decided on the matter itself.
-- in: district int, code text
-- out: id id
SELECT id FROM matter WHERE district = :district AND code = :code AND sealed = 1

-- name: sealed_grants many
-- Broken glasses that are open still: index sealed_glass_matter.
-- in: district int, matter id, now time
-- out: account id, until time
SELECT account, until FROM sealed_glass WHERE district = :district AND matter = :matter AND until > :now

-- name: sealed_glass_add exec
-- The engine.
-- in: district int, id id, matter id, account id, at time, until time, reason blob, journal int
INSERT INTO sealed_glass (district, id, matter, account, at, until, reason, journal)
VALUES (:district, :id, :matter, :account, :at, :until, :reason, :journal)

-- name: sealed_glass_of many
-- Index sealed_glass_matter. Those who may know of the matter, auditors.
-- in: district int, matter id
-- out: id id, account id, at time, until time, reason blob?
SELECT id, account, at, until, reason FROM sealed_glass WHERE district = :district AND matter = :matter ORDER BY id DESC

-- name: sealed_reading_last one
-- Primary key. Before a file is shown.
-- in: district int, matter id, actor text
-- out: at time
SELECT at FROM sealed_reading WHERE district = :district AND matter = :matter AND actor = :actor ORDER BY at DESC LIMIT 1

-- name: sealed_reading_add exec
-- The engine.
-- in: district int, matter id, actor text, at time, journal int
INSERT INTO sealed_reading (district, matter, actor, at, journal) VALUES (:district, :matter, :actor, :at, :journal)
ON CONFLICT (district, matter, actor, at) DO NOTHING

-- name: sealed_readings many
-- Who opened the file: primary key. Those who may know of the matter, the person concerned.
-- in: district int, matter id, count int
-- out: actor text, at time
SELECT actor, at FROM sealed_reading WHERE district = :district AND matter = :matter ORDER BY at DESC LIMIT :count

-- name: sealed_unhold exec
-- An erased matter waits on no list: reads the lists of its tracks (index track_matter, primary key).
-- in: district int, matter id
DELETE FROM hold WHERE district = :district AND track IN
  (SELECT id FROM track WHERE district = :district AND matter = :matter)

-- name: sealed_unmark exec
-- Nor do its clocks: index clock_matter.
-- in: district int, matter id
UPDATE clock SET mark_at = NULL WHERE district = :district AND matter = :matter

-- name: sealed_hold many
-- Sealed matters that wait under one key: index hold_due, those above the ids of others. Whoever the key belongs to.
-- in: district int, who text, from int, count int
-- out: track id, matter id, due time
SELECT track, matter, due FROM hold WHERE district = :district AND who = :who AND matter > :from
ORDER BY due, track LIMIT :count
