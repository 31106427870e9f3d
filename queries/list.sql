-- name: matter_list many
-- Lists of matters for whoever: one arm of a scope, any filters, one of six orders. Indexes matter_opened / _street /
-- _community / _grid / _building / _stairwell / _phase / _procedure / _category / _due / _updated / _open / _placeless / _source /
-- _reopened / _relapse. `by_org`: read along matter_org, which holds one organisation's matters in the order they are shown;
-- otherwise an organisation is looked for in it, row by row (list.c chooses). Sealed matters are in no list.
-- in: district int, whole_org flag, by_org id?, newest_of_org flag, org_before time?, scope_street id?, scope_community id?
-- in: scope_grid id?, scope_building id?, scope_stairwell id?
-- in: scope_org id?, hide_confidential flag, only_public flag, only_open flag, phase int?, phase_from int?, phase_to int?
-- in: street id?, community id?, grid id?, org id?, procedure text?, category text?, category_from text?, category_to text?
-- in: source text?, from time?, to time?, late_at time?, soon_at time?, card int?, placeless flag, words text?, row_base int, row_end int
-- in: newest flag, soonest flag, dated flag, changed flag, before time?, before_id int, after time?, after_id int, changed_before time?
-- in: relapsed flag, reopened flag, descending flag, oldest flag, latest flag, opened_after time?, due_before time?
-- in: changed_after time?, stalest flag, watcher id?, only id?, count int
-- out: id id, code text, procedure text, version int, stage text, phase int, outcome int, summary text, source text
-- out: category text, urgency text, street id, community id, grid id, lon real?, lat real?, address text, opened time
-- out: updated time, closed time?, due time?, warn_at time?, confidential int, card int, reporters int, returns int
-- out: reworks int, urges int, reopens int, late int, merged_into id?, relapse_of id?, org id, street_name text?
-- out: community_name text?, grid_name text?, org_zh text?, org_en text?
SELECT m.id, m.code, m.procedure, m.version, m.stage, m.phase, m.outcome, m.summary, m.source, m.category, m.urgency,
  m.street, m.community, m.grid, m.lon, m.lat, m.address, m.opened, m.updated, m.closed, m.due, m.warn_at, m.confidential,
  m.card, m.reporters, m.returns, m.reworks, m.urges, m.reopens, m.late, m.merged_into, m.relapse_of, m.org,
  s.name AS street_name, c.name AS community_name, g.name AS grid_name, o.name_zh AS org_zh, o.name_en AS org_en
FROM [[?whole_org matter_org y CROSS JOIN ]] matter m
LEFT JOIN place s ON s.district = m.district AND s.id = m.street
LEFT JOIN place c ON c.district = m.district AND c.id = m.community
LEFT JOIN place g ON g.district = m.district AND g.id = m.grid
LEFT JOIN organisation o ON o.district = m.district AND o.id = m.org
WHERE m.district = :district AND m.sealed = 0
  [[ AND y.district = :district AND y.org = :by_org AND y.matter = m.id ]]
  [[ AND m.street = :scope_street ]] [[ AND m.community = :scope_community ]] [[ AND m.grid = :scope_grid ]]
  [[ AND m.building = :scope_building AND m.building <> 0 ]]
  [[ AND m.stairwell = :scope_stairwell AND m.stairwell <> 0 ]]
  [[ AND EXISTS (SELECT 1 FROM matter_org x WHERE x.district = m.district AND x.org = :scope_org AND x.opened = m.opened
       AND x.matter = m.id) ]]
  [[?hide_confidential AND m.confidential = 0 ]] [[?only_public AND m.public = 1 ]] [[?only_open AND m.outcome = 0 ]]
  [[ AND m.phase = :phase ]] [[ AND m.phase >= :phase_from ]] [[ AND m.phase <= :phase_to ]]
  [[ AND m.street = :street ]] [[ AND m.community = :community ]] [[ AND m.grid = :grid ]]
  [[ AND EXISTS (SELECT 1 FROM matter_org z WHERE z.district = m.district AND z.org = :org AND z.opened = m.opened
       AND z.matter = m.id) ]]
  [[ AND m.procedure = :procedure ]] [[ AND m.category = :category ]]
  [[ AND m.category >= :category_from ]] [[ AND m.category < :category_to ]]
  [[ AND m.source = :source ]] [[ AND m.opened >= :from ]] [[ AND m.opened < :to ]]
  [[?whole_org AND y.opened >= :from ]]
  [[ AND m.due IS NOT NULL AND m.due < :late_at ]]
  [[ AND m.due IS NOT NULL AND m.due >= :soon_at AND m.warn_at <= :soon_at ]]
  [[ AND m.card >= :card ]] [[?placeless AND m.to_be_placed = 1 ]]
  [[?relapsed AND m.relapse_of IS NOT NULL ]] [[?reopened AND m.reopens > 0 ]]
  [[ AND m.id IN (SELECT rowid - :row_base FROM matter_words WHERE matter_words MATCH :words
       AND rowid >= :row_base AND rowid < :row_end ORDER BY rowid DESC LIMIT 5000) ]]
  [[ AND (m.opened, m.id) < (:before, :before_id) ]]
  [[?newest_of_org AND (y.opened, y.matter) < (:org_before, :before_id) ]]
  [[ AND (m.due, m.id) > (:after, :after_id) ]]
  [[ AND (m.updated, m.id) < (:changed_before, :before_id) ]]
  [[ AND (m.opened, m.id) > (:opened_after, :after_id) ]]
  [[ AND (m.due, m.id) < (:due_before, :before_id) ]]
  [[ AND (m.updated, m.id) > (:changed_after, :after_id) ]]
  [[ AND m.id IN (SELECT w.matter FROM watch w WHERE w.district = :district AND w.account = :watcher) ]]
  [[ AND m.id = :only ]]
  [[?dated AND m.due IS NOT NULL ]]
ORDER BY [[?newest_of_org y.opened DESC, y.matter DESC, ]] [[?newest m.opened DESC, ]] [[?soonest m.due, ]] [[?changed m.updated DESC, ]]
  [[?oldest m.opened, ]] [[?latest m.due DESC, ]] [[?stalest m.updated, ]] m.id [[?descending DESC ]]
LIMIT :count
-- postgresql:
SELECT m.id, m.code, m.procedure, m.version, m.stage, m.phase, m.outcome, m.summary, m.source, m.category, m.urgency,
  m.street, m.community, m.grid, m.lon, m.lat, m.address, m.opened, m.updated, m.closed, m.due, m.warn_at, m.confidential,
  m.card, m.reporters, m.returns, m.reworks, m.urges, m.reopens, m.late, m.merged_into, m.relapse_of, m.org,
  s.name AS street_name, c.name AS community_name, g.name AS grid_name, o.name_zh AS org_zh, o.name_en AS org_en
FROM [[?whole_org matter_org y CROSS JOIN ]] matter m
LEFT JOIN place s ON s.district = m.district AND s.id = m.street
LEFT JOIN place c ON c.district = m.district AND c.id = m.community
LEFT JOIN place g ON g.district = m.district AND g.id = m.grid
LEFT JOIN organisation o ON o.district = m.district AND o.id = m.org
WHERE m.district = :district AND m.sealed = 0
  [[ AND y.district = :district AND y.org = :by_org AND y.matter = m.id ]]
  [[ AND m.street = :scope_street ]] [[ AND m.community = :scope_community ]] [[ AND m.grid = :scope_grid ]]
  [[ AND m.building = :scope_building AND m.building <> 0 ]]
  [[ AND m.stairwell = :scope_stairwell AND m.stairwell <> 0 ]]
  [[ AND EXISTS (SELECT 1 FROM matter_org x WHERE x.district = m.district AND x.org = :scope_org AND x.opened = m.opened
       AND x.matter = m.id) ]]
  [[?hide_confidential AND m.confidential = 0 ]] [[?only_public AND m.public = 1 ]] [[?only_open AND m.outcome = 0 ]]
  [[ AND m.phase = :phase ]] [[ AND m.phase >= :phase_from ]] [[ AND m.phase <= :phase_to ]]
  [[ AND m.street = :street ]] [[ AND m.community = :community ]] [[ AND m.grid = :grid ]]
  [[ AND EXISTS (SELECT 1 FROM matter_org z WHERE z.district = m.district AND z.org = :org AND z.opened = m.opened
       AND z.matter = m.id) ]]
  [[ AND m.procedure = :procedure ]] [[ AND m.category = :category ]]
  [[ AND m.category >= :category_from ]] [[ AND m.category < :category_to ]]
  [[ AND m.source = :source ]] [[ AND m.opened >= :from ]] [[ AND m.opened < :to ]]
  [[?whole_org AND y.opened >= :from ]]
  [[ AND m.due IS NOT NULL AND m.due < :late_at ]]
  [[ AND m.due IS NOT NULL AND m.due >= :soon_at AND m.warn_at <= :soon_at ]]
  [[ AND m.card >= :card ]] [[?placeless AND m.to_be_placed = 1 ]]
  [[?relapsed AND m.relapse_of IS NOT NULL ]] [[?reopened AND m.reopens > 0 ]]
  [[ AND m.id IN (SELECT w.matter FROM matter_words w WHERE w.district = :district AND w.tokens @@ to_tsquery('simple', :words)) ]]
  [[ AND (m.opened, m.id) < (:before, :before_id) ]]
  [[?newest_of_org AND (y.opened, y.matter) < (:org_before, :before_id) ]]
  [[ AND (m.due, m.id) > (:after, :after_id) ]]
  [[ AND (m.updated, m.id) < (:changed_before, :before_id) ]]
  [[ AND (m.opened, m.id) > (:opened_after, :after_id) ]]
  [[ AND (m.due, m.id) < (:due_before, :before_id) ]]
  [[ AND (m.updated, m.id) > (:changed_after, :after_id) ]]
  [[ AND m.id IN (SELECT w.matter FROM watch w WHERE w.district = :district AND w.account = :watcher) ]]
  [[ AND m.id = :only ]]
  [[?dated AND m.due IS NOT NULL ]]
ORDER BY [[?newest_of_org y.opened DESC, y.matter DESC, ]] [[?newest m.opened DESC, ]] [[?soonest m.due, ]] [[?changed m.updated DESC, ]]
  [[?oldest m.opened, ]] [[?latest m.due DESC, ]] [[?stalest m.updated, ]] m.id [[?descending DESC ]]
LIMIT :count

-- name: matter_org_size one
-- How many matters an organisation has a part in, counted up to a bound: primary key.
-- in: district int, org int, most int
-- out: n int
SELECT count(*) AS n FROM (SELECT 1 AS one FROM matter_org WHERE district = :district AND org = :org LIMIT :most) few

-- name: matter_org_add exec
-- The engine.
-- in: district int, org int, opened time, matter int
INSERT INTO matter_org (district, org, opened, matter) VALUES (:district, :org, :opened, :matter)
ON CONFLICT (district, org, opened, matter) DO NOTHING

-- name: matter_org_drop exec
-- in: district int, org int, opened time, matter int
DELETE FROM matter_org WHERE district = :district AND org = :org AND opened = :opened AND matter = :matter

-- name: matter_phases many
-- Open matters by phase for one arm of a scope: the counts beside the tabs. Index matter_open; "+ 0" keeps the grouping from
-- choosing matter_phase, which would read every matter there ever was.
-- in: district int, scope_street id?, scope_community id?, scope_grid id?, scope_building id?, scope_stairwell id?
-- in: scope_org id?, hide_confidential flag, only_public flag, now time
-- out: phase int, n int, late int, soon int, carded int
SELECT m.phase + 0 AS phase, count(*) AS n, sum(CASE WHEN m.due < :now THEN 1 ELSE 0 END) AS late,
  sum(CASE WHEN m.due >= :now AND m.warn_at <= :now THEN 1 ELSE 0 END) AS soon,
  sum(CASE WHEN m.card > 0 THEN 1 ELSE 0 END) AS carded
FROM matter m WHERE m.district = :district AND m.outcome = 0 AND m.sealed = 0
  [[ AND m.street = :scope_street ]] [[ AND m.community = :scope_community ]] [[ AND m.grid = :scope_grid ]]
  [[ AND m.building = :scope_building ]] [[ AND m.stairwell = :scope_stairwell ]]
  [[ AND EXISTS (SELECT 1 FROM matter_org x WHERE x.district = m.district AND x.org = :scope_org AND x.opened = m.opened
       AND x.matter = m.id) ]]
  [[?hide_confidential AND m.confidential = 0 ]] [[?only_public AND m.public = 1 ]]
GROUP BY m.phase + 0 ORDER BY m.phase + 0

-- name: hold_list many
-- What waits under one key, the most pressing first: index hold_due. Whoever the key belongs to.
-- in: district int, who text, procedure text?, type text?, stage text?, after time?, after_track int, count int
-- out: track id, due time, id id, code text, procedure text, version int, phase int, summary text, source text
-- out: category text, urgency text, address text, opened time, card int, urges int, reporters int, type text, role text
-- out: stage text, entered time, warn_at time?, confidential int, street_name text?, community_name text?, grid_name text?
SELECT h.track, h.due, m.id, m.code, m.procedure, m.version, m.phase, m.summary, m.source, m.category, m.urgency,
  m.address, m.opened, m.card, m.urges, m.reporters, t.type, t.role, t.stage, t.entered, m.warn_at, m.confidential,
  s.name AS street_name, c.name AS community_name, g.name AS grid_name
FROM hold h
JOIN matter m ON m.district = h.district AND m.id = h.matter
JOIN track t ON t.district = h.district AND t.id = h.track
LEFT JOIN place s ON s.district = m.district AND s.id = m.street
LEFT JOIN place c ON c.district = m.district AND c.id = m.community
LEFT JOIN place g ON g.district = m.district AND g.id = m.grid
WHERE h.district = :district AND h.who = :who AND m.sealed = 0
  [[ AND m.procedure = :procedure ]] [[ AND t.type = :type ]] [[ AND t.stage = :stage ]]
  [[ AND (h.due, h.track) > (:after, :after_track) ]]
ORDER BY h.due, h.track LIMIT :count

-- name: hold_counts many
-- The same, counted by where it stands.
-- in: district int, who text, now time
-- out: procedure text, version int, type text, stage text, n int, late int
SELECT m.procedure, max(m.version) AS version, t.type, t.stage, count(*) AS n,
  sum(CASE WHEN h.due < :now THEN 1 ELSE 0 END) AS late
FROM hold h
JOIN matter m ON m.district = h.district AND m.id = h.matter
JOIN track t ON t.district = h.district AND t.id = h.track
WHERE h.district = :district AND h.who = :who AND m.sealed = 0
GROUP BY m.procedure, t.type, t.stage ORDER BY m.procedure, t.type, t.stage

-- name: matter_near many
-- Neighbours in a row of squares, newest first: index matter_cell, square by square, so that only those of the time meant are
-- read. For duplicates, the same place's history and "near here"; the caller asks access for each.
-- in: district int, cell_from int, cell_to int, since time, until time, count int, only_public flag
-- out: id id, code text, procedure text, version int, stage text, phase int, outcome int, summary text, category text
-- out: lon real?, lat real?, address text, opened time, closed time?, confidential int, public int, reporters int
-- out: street id, community id, grid id, building id, stairwell id
WITH RECURSIVE square (cell) AS (SELECT :cell_from UNION ALL SELECT cell + 1 FROM square WHERE cell < :cell_to)
SELECT m.id, m.code, m.procedure, m.version, m.stage, m.phase, m.outcome, m.summary, m.category, m.lon, m.lat, m.address,
  m.opened, m.closed, m.confidential, m.public, m.reporters, m.street, m.community, m.grid, m.building, m.stairwell
FROM square s CROSS JOIN matter m
WHERE m.district = :district AND m.cell = s.cell AND m.opened >= :since AND m.opened < :until AND m.sealed = 0
  [[?only_public AND m.public = 1 ]]
ORDER BY m.opened DESC LIMIT :count

-- name: matter_category_next one
-- The next category of which there is a matter: index matter_category.
-- in: district int, after text, below text
-- out: category text
SELECT category FROM matter WHERE district = :district AND category > :after AND category < :below ORDER BY category LIMIT 1

-- name: matter_of_person many
-- What somebody reported, merged ones included: index reporter_person. That person only.
-- in: district int, person id, count int
-- out: id id, code text, procedure text, version int, stage text, phase int, outcome int, summary text, opened time
-- out: updated time, shown_due time?, receipt text
SELECT m.id, m.code, m.procedure, m.version, m.stage, m.phase, m.outcome, m.summary, m.opened, m.updated, m.shown_due,
  r.receipt
FROM reporter r JOIN matter m ON m.district = r.district AND m.id = r.matter
WHERE r.district = :district AND r.person = :person AND r.person <> 0 AND m.sealed = 0 ORDER BY r.id DESC LIMIT :count
