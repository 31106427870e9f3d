-- name: file_add exec
-- The lane.
-- in: district int, id int, hash blob, media text, bytes int, width int, height int
-- in: thumb_hash blob?, thumb_bytes int, thumb_width int, thumb_height int, taken time?, added time, actor text
INSERT INTO file (district, id, hash, media, bytes, width, height, thumb_hash, thumb_bytes, thumb_width, thumb_height,
                  taken, added, actor)
VALUES (:district, :id, :hash, :media, :bytes, :width, :height, :thumb_hash, :thumb_bytes, :thumb_width, :thumb_height,
        :taken, :added, :actor)

-- name: file_get one
-- Primary key. Whoever may see the thing the file belongs to: the caller decides.
-- in: district int, id int
-- out: hash blob, media text, bytes int, width int, height int, thumb_hash blob?, thumb_bytes int, thumb_width int
-- out: thumb_height int, taken time?, added time, actor text
SELECT hash, media, bytes, width, height, thumb_hash, thumb_bytes, thumb_width, thumb_height, taken, added, actor
FROM file WHERE district = :district AND id = :id

-- name: file_delete exec
-- The lane.
-- in: district int, id int
DELETE FROM file WHERE district = :district AND id = :id

-- name: file_hash_used one
-- Indexes file_hash and file_thumb. The lane, before content is removed.
-- in: district int, hash blob
-- out: id int
SELECT id FROM file WHERE district = :district AND hash = :hash
UNION ALL
SELECT id FROM file WHERE district = :district AND thumb_hash = :hash
LIMIT 1

-- name: file_drop_add exec
-- The lane.
-- in: district int, hash blob, at time
INSERT INTO file_drop (district, hash, at) VALUES (:district, :hash, :at)
ON CONFLICT (district, hash) DO UPDATE SET at = excluded.at

-- name: file_drop_some many
-- Primary key. The lane's clean-up.
-- in: district int, now time, count int
-- out: hash blob
SELECT hash FROM file_drop WHERE district = :district AND at < :now ORDER BY hash LIMIT :count

-- name: file_drop_get one
-- Primary key. The lane's clean-up.
-- in: district int, hash blob
-- out: at time
SELECT at FROM file_drop WHERE district = :district AND hash = :hash

-- name: file_drop_delete exec
-- The lane's clean-up.
-- in: district int, hash blob
DELETE FROM file_drop WHERE district = :district AND hash = :hash

-- name: file_totals one
-- For the status page of administrators; reads the whole table.
-- in: district int
-- out: files int, bytes int
SELECT count(*), coalesce(CAST(sum(bytes + thumb_bytes) AS BIGINT), 0) FROM file WHERE district = :district

-- name: file_wait exec
-- It belongs to nothing yet. The lane.
-- in: district int, id int, at time
UPDATE file SET waiting = :at WHERE district = :district AND id = :id

-- name: file_use exec
-- It belongs to something now. The lane.
-- in: district int, id int
UPDATE file SET waiting = NULL WHERE district = :district AND id = :id AND waiting IS NOT NULL

-- name: file_waiting_since many
-- Index file_waiting. The lane's clean-up.
-- in: district int, before time, count int
-- out: id int
SELECT id FROM file WHERE district = :district AND waiting < :before ORDER BY waiting, id LIMIT :count

-- name: file_waiting_count one
-- Index file_waiting.
-- in: district int
-- out: n int
SELECT count(*) AS n FROM file WHERE district = :district AND waiting IS NOT NULL
