-- name: journal_after many
-- Entries after a number, in order: primary key. Auditors, through the API.
-- in: district int, after int, count int
-- out: seq int, at time, actor text, action text, subject text, subject_id int, data text, hash blob
SELECT seq, at, actor, action, subject, subject_id, data, hash FROM journal
WHERE district = :district AND seq > :after ORDER BY seq LIMIT :count
