-- name: notice_last one
-- The newest edition of one track. The engine.
-- in: district int, track int
-- out: id int, edition int, heading text, body text, spot text, proof int, ends int, fate int
SELECT id, edition, heading, body, spot, proof, ends, fate FROM notice
WHERE district = :district AND track = :track ORDER BY edition DESC LIMIT 1

-- name: notice_add exec
-- The engine.
-- in: district int, id int, matter int, track int, edition int, procedure text, version int, type text, street int
-- in: community int, heading text, body text, spot text, proof int, heading_step int, body_step int, begins time, ends int
INSERT INTO notice (district, id, matter, track, edition, procedure, version, type, street, community, heading, body, spot,
  proof, heading_step, body_step, begins, ends, ended, fate)
VALUES (:district, :id, :matter, :track, :edition, :procedure, :version, :type, :street, :community, :heading, :body, :spot,
  :proof, :heading_step, :body_step, :begins, :ends, NULL, 0)

-- name: notice_put exec
-- The engine.
-- in: district int, id int, proof int, ends int, ended time?, fate int
UPDATE notice SET proof = :proof, ends = :ends, ended = :ended, fate = :fate WHERE district = :district AND id = :id

-- name: notice_list many
-- What is public, the newest first. Everybody. Kind '' and place 0: any. Index notice_begins.
-- in: district int, street int, community int, procedure text, shown int, before int, before_id int, count int
-- out: id int, procedure text, version int, type text, street int, community int, place text?, heading text, spot text, proof int
-- out: begins time, ends int, ended time?, fate int, edition int
SELECT n.id, n.procedure, n.version, n.type, n.street, n.community, p.name AS place, n.heading, n.spot, n.proof, n.begins, n.ends,
  n.ended, n.fate, n.edition
FROM notice n LEFT JOIN place p ON p.district = n.district AND p.id = CASE WHEN n.community <> 0 THEN n.community ELSE n.street END
WHERE n.district = :district AND (:street = 0 OR n.street = :street) AND (:community = 0 OR n.community = :community)
  AND (:procedure = '' OR n.procedure = :procedure) AND (:shown = 0 OR n.fate = 0)
  AND (n.begins < :before OR (n.begins = :before AND n.id < :before_id))
ORDER BY n.begins DESC, n.id DESC LIMIT :count

-- name: notice_get one
-- One publication. Everybody.
-- in: district int, id int
-- out: matter int, code text, track int, procedure text, version int, type text, street int, community int, place text?
-- out: heading text, body text, spot text, proof int, heading_step int, body_step int, begins time, ends int, ended time?, fate int
-- out: edition int
SELECT n.matter, m.code, n.track, n.procedure, n.version, n.type, n.street, n.community, p.name AS place, n.heading, n.body, n.spot,
  n.proof, n.heading_step, n.body_step, n.begins, n.ends, n.ended, n.fate, n.edition
FROM notice n JOIN matter m ON m.district = n.district AND m.id = n.matter
LEFT JOIN place p ON p.district = n.district AND p.id = CASE WHEN n.community <> 0 THEN n.community ELSE n.street END
WHERE n.district = :district AND n.id = :id

-- name: notice_editions many
-- All editions of one track, for whoever wants to see what was changed. Everybody.
-- in: district int, track int
-- out: id int, edition int, begins time, ended time?, fate int
SELECT id, edition, begins, ended, fate FROM notice WHERE district = :district AND track = :track ORDER BY edition

-- name: notice_said one
-- What a step said in a public field, with its salt and the journal line that holds the digest. Everybody, of a
-- publication only.
-- in: district int, matter int, step int, field text
-- out: value text?, salt blob?, seq int
SELECT s.value, s.salt, st.journal AS seq FROM said s JOIN step st ON st.district = s.district AND st.id = s.step
WHERE s.district = :district AND s.matter = :matter AND s.step = :step AND s.field = :field AND s.number = 0

-- name: journal_data one
-- What a journal line says. Whoever checks; it holds no personal data.
-- in: district int, seq int
-- out: data text
SELECT data FROM journal WHERE district = :district AND seq = :seq
