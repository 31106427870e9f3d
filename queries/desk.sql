-- name: category_history many
-- Who put the last cases of a category right, and how long it took: index matter_category. Whoever dispatches.
-- in: district int, category text, since time, most int
-- out: org id, n int, span int
SELECT x.org, count(*) AS n, CAST(avg(x.closed - x.opened) AS BIGINT) AS span FROM
  (SELECT m.org, m.opened, m.closed FROM matter m
   WHERE m.district = :district AND m.category = :category AND m.opened >= :since AND m.outcome = 1 AND m.sealed = 0
     AND m.closed IS NOT NULL
   ORDER BY m.opened DESC LIMIT :most) x
GROUP BY x.org ORDER BY count(*) DESC, x.org

-- name: watch_add exec
-- Somebody's own.
-- in: district int, account id, matter id, since time
INSERT INTO watch (district, account, matter, since) VALUES (:district, :account, :matter, :since)
ON CONFLICT (district, account, matter) DO NOTHING

-- name: watch_drop exec
-- in: district int, account id, matter id
DELETE FROM watch WHERE district = :district AND account = :account AND matter = :matter

-- name: watch_get one
-- in: district int, account id, matter id
-- out: since time
SELECT since FROM watch WHERE district = :district AND account = :account AND matter = :matter

-- name: watch_count one
-- in: district int, account id
-- out: n int
SELECT count(*) AS n FROM watch WHERE district = :district AND account = :account

-- name: saved_filter_list many
-- Somebody's own.
-- in: district int, account id
-- out: id id, name text, query text
SELECT id, name, query FROM saved_filter WHERE district = :district AND account = :account ORDER BY id

-- name: saved_filter_put exec
-- in: district int, id id, account id, name text, query text, at time
INSERT INTO saved_filter (district, id, account, name, query, at) VALUES (:district, :id, :account, :name, :query, :at)
ON CONFLICT (district, account, name) DO UPDATE SET query = excluded.query, at = excluded.at

-- name: saved_filter_drop exec
-- in: district int, account id, id id
DELETE FROM saved_filter WHERE district = :district AND account = :account AND id = :id

-- name: phrase_list many
-- The phrases of one body: index phrase_owner. Those who hold a post in it.
-- in: district int, org id, place id
-- out: id id, purpose text, zh text, en text
SELECT id, purpose, zh, en FROM phrase WHERE district = :district AND org = :org AND place = :place ORDER BY id

-- name: phrase_add exec
-- in: district int, id id, org id, place id, purpose text, zh text, en text, at time
INSERT INTO phrase (district, id, org, place, purpose, zh, en, at)
VALUES (:district, :id, :org, :place, :purpose, :zh, :en, :at)

-- name: phrase_change exec
-- in: district int, id id, org id, place id, purpose text, zh text, en text, at time
UPDATE phrase SET purpose = :purpose, zh = :zh, en = :en, at = :at
WHERE district = :district AND id = :id AND org = :org AND place = :place

-- name: phrase_drop exec
-- in: district int, id id, org id, place id
DELETE FROM phrase WHERE district = :district AND id = :id AND org = :org AND place = :place
