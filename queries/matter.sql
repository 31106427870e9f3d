-- name: rulebook_newest many
-- The newest version of every rulebook but procedures, which are kept in all versions. Start-up and refresh.
-- in: district int
-- out: kind text, name text, version int, since time, source text
SELECT r.kind, r.name, r.version, r.since, r.source FROM rulebook r
WHERE r.district = :district AND r.kind <> 'procedure' AND r.version =
  (SELECT max(o.version) FROM rulebook o WHERE o.district = :district AND o.kind = r.kind AND o.name = r.name)
ORDER BY r.kind, r.name

-- name: rulebook_procedures many
-- Every version of every procedure, oldest first. Start-up and refresh.
-- in: district int
-- out: name text, version int, since time, source text
SELECT name, version, since, source FROM rulebook WHERE district = :district AND kind = 'procedure' ORDER BY name, version

-- name: rulebook_checklists many
-- Every version of every checklist, oldest first: an inspection keeps the one it began with. Start-up and refresh.
-- in: district int
-- out: name text, version int, source text
SELECT name, version, source FROM rulebook WHERE district = :district AND kind = 'checklist' ORDER BY name, version

-- name: rulebook_list many
-- What is in use and since when, without the texts. Administrators.
-- in: district int
-- out: kind text, name text, version int, since time, hash text
SELECT kind, name, version, since, hash FROM rulebook WHERE district = :district ORDER BY kind, name, version

-- name: rulebook_last one
-- in: district int, kind text, name text
-- out: version int, since time, hash text
SELECT version, since, hash FROM rulebook WHERE district = :district AND kind = :kind AND name = :name
ORDER BY version DESC LIMIT 1

-- name: rulebook_get one
-- One text. Administrators; procedures are public.
-- in: district int, kind text, name text, version int
-- out: since time, hash text, source text
SELECT since, hash, source FROM rulebook
WHERE district = :district AND kind = :kind AND name = :name AND version = :version

-- name: rulebook_add exec
-- in: district int, kind text, name text, version int, since time, hash text, source text
INSERT INTO rulebook (district, kind, name, version, since, hash, source)
VALUES (:district, :kind, :name, :version, :since, :hash, :source)

-- name: rulebook_count one
-- Tells whether anything changed since.
-- in: district int
-- out: n int
SELECT count(*) FROM rulebook WHERE district = :district

-- name: matter_get one
-- One matter whole. Access decides on the row.
-- in: district int, id id
-- out: code text, procedure text, version int, main id, stage text, phase int, outcome int, summary text, source text
-- out: category text, condition_no int, urgency text, street id, community id, grid id, building id, stairwell id
-- out: to_be_placed int, lon real?, lat real?, cell int, address text, opened time, updated time, closed time?, due time?
-- out: warn_at time?, shown_due time?, confidential int, sealed int, public int, card int, reporters int, returns int
-- out: reworks int, urges int, reopens int, extensions int, late int, merged_into id?, origin id?, relapse_of id?, org id
-- out: last_step id, facts int
SELECT code, procedure, version, main, stage, phase, outcome, summary, source, category, condition_no, urgency, street,
  community, grid, building, stairwell, to_be_placed, lon, lat, cell, address, opened, updated, closed, due, warn_at,
  shown_due, confidential, sealed, public, card, reporters, returns, reworks, urges, reopens, extensions, late,
  merged_into, origin, relapse_of, org, last_step, facts
FROM matter WHERE district = :district AND id = :id

-- name: matter_by_code one
-- Sealed matters have another door (sealed_of_code).
-- in: district int, code text
-- out: id id
SELECT id FROM matter WHERE district = :district AND code = :code AND sealed = 0

-- name: matter_add exec
-- The engine.
-- in: district int, id id, code text, procedure text, version int, main id, stage text, phase int, outcome int
-- in: summary text, source text, category text, condition_no int, urgency text, street id, community id, grid id
-- in: building id, stairwell id, to_be_placed int, lon real?, lat real?, cell int, address text, opened time, updated time
-- in: closed time?, due time?, warn_at time?, shown_due time?, confidential int, sealed int, public int, card int
-- in: reporters int, returns int, reworks int, urges int, reopens int, extensions int, late int, merged_into id?
-- in: origin id?, relapse_of id?, org id, last_step id, facts int
INSERT INTO matter (district, id, code, procedure, version, main, stage, phase, outcome, summary, source, category,
  condition_no, urgency, street, community, grid, building, stairwell, to_be_placed, lon, lat, cell, address, opened,
  updated, closed, due, warn_at, shown_due, confidential, sealed, public, card, reporters, returns, reworks, urges,
  reopens, extensions, late, merged_into, origin, relapse_of, org, last_step, facts)
VALUES (:district, :id, :code, :procedure, :version, :main, :stage, :phase, :outcome, :summary, :source, :category,
  :condition_no, :urgency, :street, :community, :grid, :building, :stairwell, :to_be_placed, :lon, :lat, :cell, :address,
  :opened, :updated, :closed, :due, :warn_at, :shown_due, :confidential, :sealed, :public, :card, :reporters, :returns,
  :reworks, :urges, :reopens, :extensions, :late, :merged_into, :origin, :relapse_of, :org, :last_step,
  :facts)

-- name: matter_put exec
-- The engine: everything an action may change. last_step is what it was before: 0 rows when somebody was faster.
-- in: district int, id id, stage text, phase int, outcome int, summary text, category text, condition_no int
-- in: urgency text, street id, community id, grid id, building id, stairwell id, to_be_placed int, lon real?, lat real?
-- in: cell int, address text, updated time, closed time?, due time?, warn_at time?, shown_due time?, confidential int
-- in: sealed int, public int, card int, reporters int, returns int, reworks int, urges int, reopens int, extensions int
-- in: late int, merged_into id?, relapse_of id?, org id, last_step id, facts int
UPDATE matter SET stage = :stage, phase = :phase, outcome = :outcome, summary = :summary, category = :category,
  condition_no = :condition_no, urgency = :urgency, street = :street, community = :community, grid = :grid,
  building = :building, stairwell = :stairwell, to_be_placed = :to_be_placed, lon = :lon, lat = :lat, cell = :cell,
  address = :address, updated = :updated, closed = :closed, due = :due, warn_at = :warn_at, shown_due = :shown_due,
  confidential = :confidential, sealed = :sealed, public = :public, card = :card, reporters = :reporters,
  returns = :returns, reworks = :reworks, urges = :urges, reopens = :reopens, extensions = :extensions, late = :late,
  merged_into = :merged_into, relapse_of = :relapse_of, org = :org, last_step = :last_step,
  facts = :facts
WHERE district = :district AND id = :id

-- name: matter_relapse_of one
-- The latest ended matter of the same procedure nearby since `since`: index matter_cell. The engine.
-- in: district int, procedure text, cell_from int, cell_to int, since time, id id, category text?
-- out: id id
SELECT id FROM matter
WHERE district = :district AND cell BETWEEN :cell_from AND :cell_to AND procedure = :procedure AND outcome = 1
  AND closed >= :since AND id <> :id [[ AND category = :category ]]
ORDER BY closed DESC LIMIT 1

-- name: track_of_matter many
-- in: district int, matter id
-- out: id id, type text, role text, number int, stage text, previous text, final int, org id, post id, person id
-- out: starter text, returned_to text, entered time, opened time, closed time?
SELECT id, type, role, number, stage, previous, final, org, post, person, starter, returned_to, entered, opened, closed
FROM track WHERE district = :district AND matter = :matter ORDER BY id

-- name: track_add exec
-- in: district int, id id, matter id, type text, role text, number int, stage text, previous text, final int, org id
-- in: post id, person id, starter text, returned_to text, entered time, opened time, closed time?
INSERT INTO track (district, id, matter, type, role, number, stage, previous, final, org, post, person, starter,
  returned_to, entered, opened, closed)
VALUES (:district, :id, :matter, :type, :role, :number, :stage, :previous, :final, :org, :post, :person, :starter,
  :returned_to, :entered, :opened, :closed)

-- name: track_put exec
-- in: district int, id id, stage text, previous text, final int, org id, post id, person id, returned_to text
-- in: entered time, closed time?
UPDATE track SET stage = :stage, previous = :previous, final = :final, org = :org, post = :post, person = :person,
  returned_to = :returned_to, entered = :entered, closed = :closed
WHERE district = :district AND id = :id

-- name: step_of_matter many
-- in: district int, matter id
-- out: id id, track id, action text, stage_from text, stage_to text, at time, actor text, post id, org id, counts int
-- out: journal int
SELECT id, track, action, stage_from, stage_to, at, actor, post, org, counts, journal
FROM step WHERE district = :district AND matter = :matter ORDER BY id

-- name: step_add exec
-- in: district int, id id, matter id, track id, action text, stage_from text, stage_to text, at time, actor text
-- in: post id, org id, counts int, journal int
INSERT INTO step (district, id, matter, track, action, stage_from, stage_to, at, actor, post, org, counts, journal)
VALUES (:district, :id, :matter, :track, :action, :stage_from, :stage_to, :at, :actor, :post, :org, :counts, :journal)

-- name: said_of_matter many
-- in: district int, matter id
-- out: step id, track id, field text, number int, value text?, sealed blob?, salt blob?
SELECT step, track, field, number, value, sealed, salt
FROM said WHERE district = :district AND matter = :matter ORDER BY step, field, number

-- name: said_add exec
-- in: district int, matter id, step id, track id, field text, number int, value text?, sealed blob?, salt blob?
INSERT INTO said (district, matter, step, track, field, number, value, sealed, salt)
VALUES (:district, :matter, :step, :track, :field, :number, :value, :sealed, :salt)

-- name: said_all each
-- Every value with the journal line that holds its digest: verify.
-- in: district int
-- out: matter id, step id, field text, number int, value text?, sealed blob?, salt blob?, data text
SELECT s.matter, s.step, s.field, s.number, s.value, s.sealed, s.salt, j.data
FROM said s JOIN step t ON t.district = s.district AND t.id = s.step
JOIN journal j ON j.district = s.district AND j.seq = t.journal
WHERE s.district = :district ORDER BY s.matter, s.step, s.field, s.number

-- name: clock_of_matter many
-- in: district int, matter id
-- out: id id, track id, name text, unit text, milli int, fixed_due time?, started time, ended time?, end_kind int
-- out: segments text, due time, warn_at time?, late int, counts int, mark int, mark_at time?
SELECT id, track, name, unit, milli, fixed_due, started, ended, end_kind, segments, due, warn_at, late, counts, mark, mark_at
FROM clock WHERE district = :district AND matter = :matter ORDER BY id

-- name: clock_add exec
-- in: district int, id id, matter id, track id, name text, unit text, milli int, fixed_due time?, started time
-- in: ended time?, end_kind int, segments text, due time, warn_at time?, late int, counts int, mark int, mark_at time?
INSERT INTO clock (district, id, matter, track, name, unit, milli, fixed_due, started, ended, end_kind, segments, due,
  warn_at, late, counts, mark, mark_at)
VALUES (:district, :id, :matter, :track, :name, :unit, :milli, :fixed_due, :started, :ended, :end_kind, :segments, :due,
  :warn_at, :late, :counts, :mark, :mark_at)

-- name: clock_put exec
-- in: district int, id id, ended time?, end_kind int, segments text, due time, warn_at time?, late int, mark int
-- in: mark_at time?
UPDATE clock SET ended = :ended, end_kind = :end_kind, segments = :segments, due = :due, warn_at = :warn_at, late = :late,
  mark = :mark, mark_at = :mark_at
WHERE district = :district AND id = :id

-- name: clock_marks_due many
-- Marks that have fallen due, the oldest first: index clock_mark. The timer.
-- in: district int, now time, most int
-- out: id id, matter id, tries int
SELECT c.id, c.matter, coalesce(a.tries, 0) AS tries FROM clock c
LEFT JOIN clock_aside a ON a.district = c.district AND a.clock = c.id
WHERE c.district = :district AND c.mark_at <= :now ORDER BY c.mark_at, c.id LIMIT :most

-- name: clock_next_mark one
-- Index clock_mark. The timer.
-- in: district int
-- out: mark_at time?
SELECT mark_at FROM clock WHERE district = :district AND mark_at IS NOT NULL ORDER BY mark_at LIMIT 1

-- name: clock_open_count one
-- in: district int
-- out: n int
SELECT count(*) AS n FROM clock WHERE district = :district AND end_kind = 0

-- name: clock_open_after many
-- Open clocks in order, for a change of the calendar.
-- in: district int, after id, most int
-- out: id id, matter id
SELECT id, matter FROM clock WHERE district = :district AND id > :after AND end_kind = 0 ORDER BY id LIMIT :most

-- name: reporter_of_matter many
-- in: district int, matter id
-- out: id id, reported id, receipt text, person id, api_key id, name blob?, phone blob?, mail blob?, confidential int
-- out: lang text, at time
SELECT id, reported, receipt, person, api_key, name, phone, mail, confidential, lang, at
FROM reporter WHERE district = :district AND matter = :matter ORDER BY id

-- name: reporter_add exec
-- in: district int, id id, matter id, reported id, receipt text, person id, api_key id, name blob?, phone blob?
-- in: mail blob?, phone_hash blob?, confidential int, lang text, at time
INSERT INTO reporter (district, id, matter, reported, receipt, person, api_key, name, phone, mail, phone_hash,
  confidential, lang, at)
VALUES (:district, :id, :matter, :reported, :receipt, :person, :api_key, :name, :phone, :mail, :phone_hash,
  :confidential, :lang, :at)

-- name: reporter_by_receipt one
-- Whoever has the receipt.
-- in: district int, receipt text
-- out: id id, matter id, reported id
SELECT id, matter, reported FROM reporter WHERE district = :district AND receipt = :receipt

-- name: reporter_move exec
-- A merge: reporters of one matter follow the other. Index reporter_matter.
-- in: district int, from_matter id, to_matter id
UPDATE reporter SET matter = :to_matter WHERE district = :district AND matter = :from_matter

-- name: link_of_matter many
-- Both directions; the linked matter's own access is asked before it is shown.
-- in: district int, matter id
-- out: other id, kind text, outgoing int, code text, procedure text, stage text, ended int
SELECT l.b AS other, l.kind, 1 AS outgoing, m.code, m.procedure, m.stage, CASE WHEN m.closed IS NULL THEN 0 ELSE 1 END AS ended
FROM link l JOIN matter m ON m.district = l.district AND m.id = l.b
WHERE l.district = :district AND l.a = :matter
UNION ALL
SELECT l.a AS other, l.kind, 0 AS outgoing, m.code, m.procedure, m.stage, CASE WHEN m.closed IS NULL THEN 0 ELSE 1 END AS ended
FROM link l JOIN matter m ON m.district = l.district AND m.id = l.a
WHERE l.district = :district AND l.b = :matter

-- name: link_add exec
-- in: district int, a id, b id, kind text, step id
INSERT INTO link (district, a, b, kind, step) VALUES (:district, :a, :b, :kind, :step)
ON CONFLICT (district, a, b, kind) DO NOTHING

-- name: hold_clear exec
-- Primary key.
-- in: district int, track id
DELETE FROM hold WHERE district = :district AND track = :track

-- name: hold_add exec
-- in: district int, who text, track id, matter id, due time
INSERT INTO hold (district, who, track, matter, due) VALUES (:district, :who, :track, :matter, :due)
ON CONFLICT (district, track, who) DO UPDATE SET due = excluded.due

-- name: hold_due exec
-- Primary key.
-- in: district int, track id, due time
UPDATE hold SET due = :due WHERE district = :district AND track = :track

-- name: matter_words_add exec
-- The row number keeps districts apart: district * 2^40 + matter.
-- in: district int, matter id, row int, tokens text
INSERT INTO matter_words (rowid, tokens) VALUES (:row, :tokens)
-- postgresql:
INSERT INTO matter_words (district, matter, tokens)
SELECT :district, :matter, to_tsvector('simple', :tokens) WHERE :row > 0

-- name: matter_words_drop exec
-- in: district int, matter id, row int
DELETE FROM matter_words WHERE rowid = :row
-- postgresql:
DELETE FROM matter_words WHERE district = :district AND matter = :matter AND :row > 0

-- name: opening_add exec
-- in: district int, id int, matter id, actor text, at time, what text, reason text, salt blob, journal int
INSERT INTO opening (district, id, matter, actor, at, what, reason, salt, journal)
VALUES (:district, :id, :matter, :actor, :at, :what, :reason, :salt, :journal)

-- name: opening_of_matter many
-- Who looked at the personal data of a matter: index opening_matter. The person concerned, auditors.
-- in: district int, matter id
-- out: id int, actor text, at time, what text, reason text?, journal int
SELECT id, actor, at, what, reason, journal FROM opening WHERE district = :district AND matter = :matter ORDER BY id
