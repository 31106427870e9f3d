-- name: district_all many
-- Every district of this database. Primary key. Start-up only.
-- out: district int, code text, name_zh text, name_en text, offset_min int, created time, demo int
SELECT district, code, name_zh, name_en, offset_min, created, demo FROM district ORDER BY district

-- name: district_by_code one
-- Start-up and commands.
-- in: code text
-- out: district int, code text, name_zh text, name_en text, offset_min int, created time, demo int
SELECT district, code, name_zh, name_en, offset_min, created, demo FROM district WHERE code = :code

-- name: district_add exec
-- Made by `tongxin init` and `tongxin demo`.
-- in: district int, code text, name_zh text, name_en text, offset_min int, created time, demo int
INSERT INTO district (district, code, name_zh, name_en, offset_min, created, demo)
VALUES (:district, :code, :name_zh, :name_en, :offset_min, :created, :demo)

-- name: lane_lock one
-- First statement of every batch: on PostgreSQL it takes the district's lane.
-- in: district int
-- out: next int
SELECT next FROM sequence WHERE district = :district AND name = 'lane'
-- postgresql:
SELECT next FROM sequence WHERE district = :district AND name = 'lane' FOR UPDATE

-- name: sequence_get one
-- Primary key. The lane.
-- in: district int, name text
-- out: next int
SELECT next FROM sequence WHERE district = :district AND name = :name

-- name: sequence_put exec
-- The lane.
-- in: district int, name text, next int
INSERT INTO sequence (district, name, next) VALUES (:district, :name, :next)
ON CONFLICT (district, name) DO UPDATE SET next = excluded.next

-- name: journal_head one
-- The last entry: primary key backwards.
-- in: district int
-- out: seq int, hash blob
SELECT seq, hash FROM journal WHERE district = :district ORDER BY seq DESC LIMIT 1

-- name: journal_add exec
-- The lane.
-- in: district int, seq int, at time, actor text, action text, subject text, subject_id int, data text, hash blob
INSERT INTO journal (district, seq, at, actor, action, subject, subject_id, data, hash)
VALUES (:district, :seq, :at, :actor, :action, :subject, :subject_id, :data, :hash)

-- name: journal_all each
-- The whole chain in order, for verify and export. Auditors.
-- in: district int, after int
-- out: seq int, at time, actor text, action text, subject text, subject_id int, data text, hash blob
SELECT seq, at, actor, action, subject, subject_id, data, hash FROM journal
WHERE district = :district AND seq > :after ORDER BY seq

-- name: journal_page many
-- A page of the journal, newest first. Auditors.
-- in: district int, before int, count int
-- out: seq int, at time, actor text, action text, subject text, subject_id int, data text, hash blob
SELECT seq, at, actor, action, subject, subject_id, data, hash FROM journal
WHERE district = :district AND seq < :before ORDER BY seq DESC LIMIT :count

-- name: journal_of_subject many
-- The history of one thing: index journal_subject. Whoever may see the thing.
-- in: district int, subject text, subject_id int
-- out: seq int, at time, actor text, action text, data text, hash blob
SELECT seq, at, actor, action, data, hash FROM journal
WHERE district = :district AND subject = :subject AND subject_id = :subject_id ORDER BY seq

-- name: checkpoint_add exec
-- The lane.
-- in: district int, seq int, at time, hash blob, public_key blob, signature blob
INSERT INTO checkpoint (district, seq, at, hash, public_key, signature)
VALUES (:district, :seq, :at, :hash, :public_key, :signature)

-- name: checkpoint_last one
-- Public.
-- in: district int
-- out: seq int, at time, hash blob, public_key blob, signature blob
SELECT seq, at, hash, public_key, signature FROM checkpoint WHERE district = :district ORDER BY seq DESC LIMIT 1

-- name: checkpoint_all many
-- Public.
-- in: district int
-- out: seq int, at time, hash blob, public_key blob, signature blob
SELECT seq, at, hash, public_key, signature FROM checkpoint WHERE district = :district ORDER BY seq

-- name: once_get one
-- Primary key. The lane.
-- in: district int, key_hash blob
-- out: request_hash blob, result_id int, reply text
SELECT request_hash, result_id, reply FROM once WHERE district = :district AND key_hash = :key_hash

-- name: once_add exec
-- The lane.
-- in: district int, key_hash blob, request_hash blob, at time, result_id int, reply text
INSERT INTO once (district, key_hash, request_hash, at, result_id, reply)
VALUES (:district, :key_hash, :request_hash, :at, :result_id, :reply)

-- name: once_delete_before exec
-- Index once_age. The daily clean-up.
-- in: district int, before time
DELETE FROM once WHERE district = :district AND at < :before

-- name: setting_all many
-- Start-up, and the settings page of administrators.
-- in: district int
-- out: name text, value text
SELECT name, value FROM setting WHERE district = :district ORDER BY name

-- name: setting_get one
-- in: district int, name text
-- out: value text
SELECT value FROM setting WHERE district = :district AND name = :name

-- name: setting_put exec
-- in: district int, name text, value text
INSERT INTO setting (district, name, value) VALUES (:district, :name, :value)
ON CONFLICT (district, name) DO UPDATE SET value = excluded.value
