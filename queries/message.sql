-- name: message_add exec
-- The lane.
-- in: district int, id int, to_key text, matter id?, at time, kind text, zh text, en text
INSERT INTO message (district, id, to_key, matter, at, kind, zh, en)
VALUES (:district, :id, :to_key, :matter, :at, :kind, :zh, :en)

-- name: message_page many
-- One key's messages, newest first: index message_to backwards. Whoever holds the key. What a text leaves open comes from the
-- matter as it is now, and from a sealed one nothing.
-- in: district int, to_key text, before int, count int, account int
-- out: id int, to_key text, matter id?, at time, kind text, zh text, en text, seen int, code text, summary text
SELECT m.id, m.to_key, m.matter, m.at, m.kind, m.zh, m.en,
       CASE WHEN m.id <= coalesce(s.upto, 0) THEN 1 ELSE 0 END,
       CASE WHEN x.sealed = 0 THEN x.code ELSE '' END, CASE WHEN x.sealed = 0 THEN x.summary ELSE '' END
FROM message m
LEFT JOIN matter x ON x.district = m.district AND x.id = m.matter
LEFT JOIN message_seen s ON s.district = m.district AND s.account = :account AND s.to_key = m.to_key
WHERE m.district = :district AND m.to_key = :to_key AND m.id < :before
ORDER BY m.id DESC LIMIT :count

-- name: message_unseen one
-- How many of one key's messages an account has not seen, counted up to a limit: index message_to.
-- in: district int, to_key text, account int, count int
-- out: unseen int
SELECT count(*) FROM (
  SELECT 1 FROM message WHERE district = :district AND to_key = :to_key AND id > coalesce(
    (SELECT upto FROM message_seen WHERE district = :district AND account = :account AND to_key = :to_key), 0)
  LIMIT :count) AS unseen

-- name: message_mark exec
-- The lane. Never goes back.
-- in: district int, account int, to_key text, upto int
INSERT INTO message_seen (district, account, to_key, upto) VALUES (:district, :account, :to_key, :upto)
ON CONFLICT (district, account, to_key) DO UPDATE SET upto = excluded.upto WHERE excluded.upto > message_seen.upto

-- name: message_delete_before exec
-- The daily clean-up. Primary key, from the oldest up to the first that is younger: numbers are given in the order of time.
-- in: district int, before time
DELETE FROM message WHERE district = :district AND at < :before AND id < coalesce((SELECT n.id FROM message n
  WHERE n.district = :district AND n.at >= :before ORDER BY n.id LIMIT 1), 9223372036854775807)

-- name: message_delete_of_matter exec
-- Reads the district's messages; erasure only.
-- in: district int, matter int
DELETE FROM message WHERE district = :district AND matter = :matter
