-- name: notice_last one
-- The newest edition of one track. The engine.
-- in: district int, track int
-- out: id int, edition int, heading text, body text, spot text, proof int, removed int, ends int, ended time?, fate int
SELECT id, edition, heading, body, spot, proof, removed, ends, ended, fate FROM notice
WHERE district = :district AND track = :track ORDER BY edition DESC LIMIT 1

-- name: notice_add exec
-- The engine.
-- in: district int, id int, matter int, track int, edition int, procedure text, version int, type text, street int
-- in: community int, heading text, body text, spot text, proof int, heading_step int, body_step int, begins time, ends int, item text
INSERT INTO notice (district, id, matter, track, edition, procedure, version, type, street, community, heading, body, spot,
  proof, heading_step, body_step, begins, ends, ended, fate, item)
VALUES (:district, :id, :matter, :track, :edition, :procedure, :version, :type, :street, :community, :heading, :body, :spot,
  :proof, :heading_step, :body_step, :begins, :ends, NULL, 0, :item)

-- name: notice_put exec
-- The engine.
-- in: district int, id int, proof int, removed int, ends int, ended time?, fate int
UPDATE notice SET proof = :proof, removed = :removed, ends = :ends, ended = :ended, fate = :fate WHERE district = :district AND id = :id

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
-- out: edition int, item text, removed int
SELECT n.matter, m.code, n.track, n.procedure, n.version, n.type, n.street, n.community, p.name AS place, n.heading, n.body, n.spot,
  n.proof, n.heading_step, n.body_step, n.begins, n.ends, n.ended, n.fate, n.edition, n.item, n.removed
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

-- name: notice_shown_of one
-- The publication of a matter that is on show, the newest: what an objection is about. Index notice_matter.
-- in: district int, matter int
-- out: id int, procedure text, version int, type text, begins time, ends int
SELECT id, procedure, version, type, begins, ends FROM notice
WHERE district = :district AND matter = :matter AND fate = 0 ORDER BY id DESC LIMIT 1

-- name: notice_objections many
-- What came out of a publication's matter as an objection, in the order in which they came. Everybody: neither who nor what.
-- Index matter_origin.
-- in: district int, matter int, procedure text
-- out: id int, code text, stage text, version int, opened time, closed time?, due time?, outcome int
SELECT id, code, stage, version, opened, closed, due, outcome FROM matter
WHERE district = :district AND origin = :matter AND procedure = :procedure ORDER BY id LIMIT 100

-- name: notice_of_items many
-- The newest publication of each item and place that begins in a span. The plan of disclosure. Index notice_item.
-- in: district int, since time
-- out: id int, item text, community int, street int, begins time
SELECT id, item, community, street, begins FROM notice
WHERE district = :district AND item <> '' AND begins >= :since AND fate <> 3 ORDER BY begins

-- name: notice_unproved many
-- Those that hang on a board without a photo of it, or were taken from it without one, the oldest first. Index notice_begins.
-- in: district int, since time, count int
-- out: id int, matter int, code text, procedure text, version int, type text, street int, community int, heading text, proof int
-- out: removed int, begins time, ended time?, fate int
SELECT n.id, n.matter, m.code, n.procedure, n.version, n.type, n.street, n.community, n.heading, n.proof, n.removed, n.begins,
  n.ended, n.fate
FROM notice n JOIN matter m ON m.district = n.district AND m.id = n.matter
WHERE n.district = :district AND n.begins >= :since AND n.spot <> 'page' AND n.fate < 2 AND m.sealed = 0
  AND ((n.fate = 0 AND n.proof = 0) OR (n.fate = 1 AND n.removed = 0))
ORDER BY n.begins LIMIT :count

-- name: objection_open many
-- Objections that wait for their answer, the most pressing first. Whoever may see them by place.
-- in: district int, procedure text, count int
-- out: code text, street int, community int, place text?, opened time, due time?
SELECT m.code, m.street, m.community, p.name AS place, m.opened, m.due
FROM matter m LEFT JOIN place p ON p.district = m.district AND p.id = m.community
WHERE m.district = :district AND m.procedure = :procedure AND m.closed IS NULL AND m.sealed = 0
ORDER BY m.due, m.id LIMIT :count
