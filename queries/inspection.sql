-- Rounds of inspections, answers given so far, findings and levels. The engine writes; pages read.

-- name: inspection_add exec
-- in: district int, id int, matter int, track int, round int, again int, checklist text, version int, edition text, begun time
INSERT INTO inspection (district, id, matter, track, round, again, checklist, version, edition, begun, done, step, score, level, fails)
VALUES (:district, :id, :matter, :track, :round, :again, :checklist, :version, :edition, :begun, NULL, 0, 0, 0, 0)

-- name: inspection_last one
-- The newest round of a track: index inspection_track.
-- in: district int, track int
-- out: id int, round int, again int, checklist text, version int, edition text, begun time, done time?, step int, score int, level int
-- out: fails int
SELECT id, round, again, checklist, version, edition, begun, done, step, score, level, fails FROM inspection
WHERE district = :district AND track = :track ORDER BY round DESC LIMIT 1

-- name: inspection_last_done one
-- The newest complete round of a track: a level stands on it while the next one is under way.
-- in: district int, track int
-- out: checklist text, version int, edition text, done time, score int, level int
SELECT checklist, version, edition, done, score, level FROM inspection
WHERE district = :district AND track = :track AND done IS NOT NULL ORDER BY round DESC LIMIT 1

-- name: inspection_of_track many
-- All rounds of a track, in order.
-- in: district int, track int
-- out: id int, round int, again int, checklist text, version int, edition text, begun time, done time?, step int, score int, level int
-- out: fails int
SELECT id, round, again, checklist, version, edition, begun, done, step, score, level, fails FROM inspection
WHERE district = :district AND track = :track ORDER BY round

-- name: inspection_done exec
-- in: district int, id int, done time, step int, score int, level int, fails int
UPDATE inspection SET done = :done, step = :step, score = :score, level = :level, fails = :fails
WHERE district = :district AND id = :id

-- name: inspection_draft_put exec
-- in: district int, inspection int, clause text, verdict int, note text, photo int, actor text, at time
INSERT INTO inspection_draft (district, inspection, clause, verdict, note, photo, actor, at)
VALUES (:district, :inspection, :clause, :verdict, :note, :photo, :actor, :at)
ON CONFLICT (district, inspection, clause) DO UPDATE
SET verdict = excluded.verdict, note = excluded.note, photo = excluded.photo, actor = excluded.actor, at = excluded.at

-- name: inspection_draft_all many
-- in: district int, inspection int
-- out: clause text, verdict int, note text, photo int, actor text, at time
SELECT clause, verdict, note, photo, actor, at FROM inspection_draft
WHERE district = :district AND inspection = :inspection ORDER BY clause

-- name: inspection_draft_drop exec
-- in: district int, inspection int
DELETE FROM inspection_draft WHERE district = :district AND inspection = :inspection

-- name: finding_add exec
-- in: district int, id int, matter int, track int, inspection int, clause text, severity int, found time
INSERT INTO finding (district, id, matter, track, inspection, clause, severity, found, paper, cleared)
VALUES (:district, :id, :matter, :track, :inspection, :clause, :severity, :found, 0, NULL)

-- name: finding_of_track many
-- Index finding_track.
-- in: district int, track int
-- out: id int, inspection int, clause text, severity int, found time, paper int, cleared time?
SELECT id, inspection, clause, severity, found, paper, cleared FROM finding
WHERE district = :district AND track = :track ORDER BY id

-- name: finding_clear exec
-- in: district int, id int, cleared time
UPDATE finding SET cleared = :cleared WHERE district = :district AND id = :id

-- name: finding_take exec
-- The open findings of a track are taken up by a paper, those of an earlier one stay with it.
-- in: district int, track int, paper int
UPDATE finding SET paper = :paper WHERE district = :district AND track = :track AND paper = 0 AND cleared IS NULL

-- name: grade_last one
-- Index grade_track.
-- in: district int, track int
-- out: id int, name text, level int, score int, inspected time, paper int, begins time, ends time, fate int
SELECT id, name, level, score, inspected, paper, begins, ends, fate FROM grade
WHERE district = :district AND track = :track ORDER BY id DESC LIMIT 1

-- name: grade_add exec
-- in: district int, id int, matter int, track int, procedure text, version int, type text, checklist text, checklist_version int
-- in: edition text, street int, community int, name text, level int, score int, inspected time, paper int, begins time, ends time
INSERT INTO grade (district, id, matter, track, procedure, version, type, checklist, checklist_version, edition, street, community,
  name, level, score, inspected, paper, begins, ends, ended, fate)
VALUES (:district, :id, :matter, :track, :procedure, :version, :type, :checklist, :checklist_version, :edition, :street, :community,
  :name, :level, :score, :inspected, :paper, :begins, :ends, NULL, 0)

-- name: grade_put exec
-- in: district int, id int, ends time, paper int, ended time?, fate int
UPDATE grade SET ends = :ends, paper = :paper, ended = :ended, fate = :fate WHERE district = :district AND id = :id

-- name: grade_standing many
-- Every level that stands, those that lapse first at the top: index grade_ends. Everybody. Place 0: any.
-- in: district int, street int, community int, before int, count int
-- out: id int, matter int, code text, procedure text, version int, type text, checklist text, checklist_version int, edition text
-- out: place text?, name text, level int, score int, inspected time, begins time, ends time, paper text?
SELECT g.id, g.matter, m.code, g.procedure, g.version, g.type, g.checklist, g.checklist_version, g.edition, p.name AS place, g.name,
  g.level, g.score, g.inspected, g.begins, g.ends, d.code AS paper
FROM grade g JOIN matter m ON m.district = g.district AND m.id = g.matter
LEFT JOIN place p ON p.district = g.district AND p.id = CASE WHEN g.community <> 0 THEN g.community ELSE g.street END
LEFT JOIN document d ON d.district = g.district AND d.id = g.paper
WHERE g.district = :district AND g.fate = 0 AND (:street = 0 OR g.street = :street)
  AND (:community = 0 OR g.community = :community) AND g.ends <= :before
ORDER BY g.ends, g.id LIMIT :count

-- name: grade_ended many
-- Levels that ended lately, so that nobody shows an old sign as new. Everybody.
-- in: district int, since int, count int
-- out: id int, name text, level int, procedure text, version int, type text, checklist text, checklist_version int, ended time?
-- out: fate int, place text?
SELECT g.id, g.name, g.level, g.procedure, g.version, g.type, g.checklist, g.checklist_version, g.ended, g.fate, p.name AS place
FROM grade g
LEFT JOIN place p ON p.district = g.district AND p.id = CASE WHEN g.community <> 0 THEN g.community ELSE g.street END
WHERE g.district = :district AND g.fate IN (1, 3) AND g.ended >= :since ORDER BY g.ended DESC, g.id DESC LIMIT :count

-- name: document_last_of_track one
-- The paper a track issued last under a name.
-- in: district int, matter int, track int, name text
-- out: id int
SELECT id FROM document WHERE district = :district AND matter = :matter AND track = :track AND name = :name ORDER BY id DESC LIMIT 1
