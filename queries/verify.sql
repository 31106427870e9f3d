-- name: verify_steps many
-- Steps whose journal line says something else: the first few. Primary keys. `tongxin verify` and auditors.
-- in: district int, count int
-- out: code text, action text
SELECT m.code, s.action FROM step s
JOIN matter m ON m.district = s.district AND m.id = s.matter
LEFT JOIN journal j ON j.district = s.district AND j.seq = s.journal
WHERE s.district = :district AND (j.seq IS NULL OR j.subject <> 'matter' OR j.subject_id <> s.matter OR j.actor <> s.actor
  OR j.action <> m.procedure || '.' || s.action)
ORDER BY s.id LIMIT :count

-- name: verify_stages many
-- Steps with the stages they led from and to, and their journal lines: read through. Primary keys.
-- in: district int, after int, count int
-- out: id int, matter int, action text, stage_from text, stage_to text, data text
SELECT s.id, s.matter, s.action, s.stage_from, s.stage_to, j.data FROM step s
JOIN journal j ON j.district = s.district AND j.seq = s.journal
WHERE s.district = :district AND s.id > :after ORDER BY s.id LIMIT :count

-- name: verify_tracks many
-- Tracks that stand elsewhere than their last step led: index step_matter.
-- in: district int, count int
-- out: code text, type text
SELECT m.code, t.type FROM track t
JOIN matter m ON m.district = t.district AND m.id = t.matter
JOIN step s ON s.district = t.district AND s.id =
  (SELECT max(l.id) FROM step l WHERE l.district = t.district AND l.matter = t.matter AND l.track = t.id)
WHERE t.district = :district AND s.stage_to <> t.stage
ORDER BY t.id LIMIT :count

-- name: verify_matters many
-- Matters that say another stage than their main track, or have none.
-- in: district int, count int
-- out: code text
SELECT m.code FROM matter m LEFT JOIN track t ON t.district = m.district AND t.id = m.main
WHERE m.district = :district AND (t.id IS NULL OR t.matter <> m.id OR t.stage <> m.stage) ORDER BY m.id LIMIT :count

-- name: verify_totals one
-- How much there is. `tongxin verify`.
-- in: district int
-- out: steps int, tracks int
SELECT (SELECT count(*) FROM step WHERE district = :district) AS steps,
  (SELECT count(*) FROM track WHERE district = :district) AS tracks

-- name: matter_code one
-- in: district int, id int
-- out: code text
SELECT code FROM matter WHERE district = :district AND id = :id

-- name: verify_idle_tracks many
-- Tracks nobody took a step on yet, with the procedure that says where they begin: read through. Index step_matter.
-- in: district int, after int, count int
-- out: id int, matter int, type text, stage text, procedure text, version int
SELECT t.id, t.matter, t.type, t.stage, m.procedure, m.version FROM track t
JOIN matter m ON m.district = t.district AND m.id = t.matter
WHERE t.district = :district AND t.id > :after AND m.sealed = 0 AND NOT EXISTS
  (SELECT 1 FROM step s WHERE s.district = t.district AND s.matter = t.matter AND s.track = t.id)
ORDER BY t.id LIMIT :count
