-- name: public_figures one
-- What happened of late, of what everybody may see: primary key.
-- in: district int, since int
-- out: reported int, done int, going int, on_time int
SELECT coalesce(sum(reported), 0) AS reported, coalesce(sum(done), 0) AS done, coalesce(sum(going), 0) AS going,
  coalesce(sum(on_time), 0) AS on_time
FROM public_day WHERE district = :district AND day >= :since

-- name: public_day_add exec
-- The engine, in the transaction of what is counted.
-- in: district int, day int, reported int, done int, going int, on_time int
INSERT INTO public_day (district, day, reported, done, going, on_time)
VALUES (:district, :day, :reported, :done, :going, :on_time)
ON CONFLICT (district, day) DO UPDATE SET reported = public_day.reported + excluded.reported,
  done = public_day.done + excluded.done, going = public_day.going + excluded.going, on_time = public_day.on_time + excluded.on_time

-- name: journal_lines many
-- The journal lines of one thing with the hash before each, the oldest first: index journal_subject. Whoever checks.
-- in: district int, subject text, subject_id int, count int
-- out: seq int, at time, action text, hash blob, before blob?
SELECT j.seq, j.at, j.action, j.hash, b.hash AS before
FROM journal j LEFT JOIN journal b ON b.district = j.district AND b.seq = j.seq - 1
WHERE j.district = :district AND j.subject = :subject AND j.subject_id = :subject_id ORDER BY j.seq LIMIT :count

-- name: journal_line one
-- What was done is said of public matters alone: any other looks like any other.
-- in: district int, seq int
-- out: seq int, at time, action text, hash blob, before blob?
SELECT j.seq, j.at, CASE WHEN j.subject <> 'matter' OR coalesce(m.public, 0) = 1 THEN j.action ELSE 'matter' END AS action,
  j.hash, b.hash AS before
FROM journal j LEFT JOIN journal b ON b.district = j.district AND b.seq = j.seq - 1
LEFT JOIN matter m ON m.district = j.district AND m.id = j.subject_id AND j.subject = 'matter'
WHERE j.district = :district AND j.seq = :seq

-- name: consent_of_person many
-- What somebody agreed to. That person only.
-- in: district int, person int
-- out: purpose text, given time, withdrawn time?
SELECT purpose, given, withdrawn FROM consent WHERE district = :district AND person = :person ORDER BY given

-- name: opening_of_person many
-- Who looked at personal data of somebody's matters in clear, and why: index opening_matter. That person only.
-- in: district int, person id, count int
-- out: at time, actor text, code text, reason text?
SELECT o.at, o.actor, m.code, o.reason
FROM reporter r
JOIN matter m ON m.district = r.district AND m.id = r.matter
JOIN opening o ON o.district = r.district AND o.matter = r.matter
WHERE r.district = :district AND r.person = :person AND r.person <> 0 ORDER BY o.id DESC LIMIT :count

-- name: place_first_plate one
-- The demonstration.
-- in: district int
-- out: plate text
SELECT plate FROM place WHERE district = :district AND plate IS NOT NULL AND valid_to IS NULL ORDER BY id LIMIT 1

-- name: community_of_person one
-- Where somebody's latest report lies: index reporter_person. That person only.
-- in: district int, person id
-- out: community int
SELECT m.community FROM reporter r JOIN matter m ON m.district = r.district AND m.id = r.matter
WHERE r.district = :district AND r.person = :person AND r.person <> 0 ORDER BY r.id DESC LIMIT 1
