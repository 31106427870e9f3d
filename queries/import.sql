-- name: imported_get one
-- What a case of an earlier system became. The importer.
-- in: district int, source text, reference text
-- out: matter id, outcome int, late int
SELECT i.matter, m.outcome, m.late
FROM imported i JOIN matter m ON m.district = i.district AND m.id = i.matter
WHERE i.district = :district AND i.source = :source AND i.reference = :reference

-- name: imported_add exec
-- in: district int, source text, reference text, matter id, at time
INSERT INTO imported (district, source, reference, matter, at) VALUES (:district, :source, :reference, :matter, :at)

-- name: matter_export each
-- Every matter opened in a span of time, in that order, for the command line. Sealed ones are left out: what is
-- need-to-know does not leave by a list.
-- in: district int, from time, to time
-- out: id id, code text, procedure text, version int, stage text, phase int, outcome int, summary text, source text
-- out: category text, urgency text, street text?, community text?, grid text?, lon real?, lat real?, address text
-- out: opened time, closed time?, due time?, late int, confidential int, reporters int, returns int, reworks int
-- out: urges int, reopens int, extensions int, card int, org text?, reference text?, reference_source text?
SELECT m.id, m.code, m.procedure, m.version, m.stage, m.phase, m.outcome, m.summary, m.source, m.category, m.urgency,
  s.name AS street, c.name AS community, g.name AS grid, m.lon, m.lat, m.address, m.opened, m.closed, m.due, m.late,
  m.confidential, m.reporters, m.returns, m.reworks, m.urges, m.reopens, m.extensions, m.card, o.name_zh AS org,
  i.reference, i.source AS reference_source
FROM matter m
LEFT JOIN place s ON s.district = m.district AND s.id = m.street
LEFT JOIN place c ON c.district = m.district AND c.id = m.community
LEFT JOIN place g ON g.district = m.district AND g.id = m.grid
LEFT JOIN organisation o ON o.district = m.district AND o.id = m.org
LEFT JOIN imported i ON i.district = m.district AND i.matter = m.id
WHERE m.district = :district AND m.opened >= :from AND m.opened < :to AND m.sealed = 0
ORDER BY m.opened, m.id
