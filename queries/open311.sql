-- name: open311_list many
-- What everybody may see of matters, newest first, in pages: index matter_opened backwards. Positions are compared in
-- thousandths of a degree, the grain in which they are shown.
-- in: district int, from time, to time, any_category int, c1 text, c2 text, c3 text, c4 text, c5 text
-- in: only_open flag, only_closed flag, updated_from time?, updated_to time?, lat real?, lon real, ky real, kx real, r2 real
-- in: skip int, count int
-- out: id id, code text, procedure text, version int, stage text, outcome int, category text, street id, community id
-- out: lon real?, lat real?, opened time, updated time, shown_due time?, street_name text?, community_name text?
SELECT m.id, m.code, m.procedure, m.version, m.stage, m.outcome, m.category, m.street, m.community, m.lon, m.lat, m.opened,
  m.updated, m.shown_due, s.name AS street_name, c.name AS community_name
FROM matter m
LEFT JOIN place s ON s.district = m.district AND s.id = m.street
LEFT JOIN place c ON c.district = m.district AND c.id = m.community
WHERE m.district = :district AND m.sealed = 0 AND m.public = 1 AND m.confidential = 0
  AND m.opened >= :from AND m.opened < :to AND (:any_category = 1 OR m.category IN (:c1, :c2, :c3, :c4, :c5))
  [[?only_open AND m.outcome = 0 ]] [[?only_closed AND m.outcome <> 0 ]]
  [[ AND m.updated > :updated_from ]] [[ AND m.updated < :updated_to ]]
  [[ AND (round(m.lat * 1000) - :lat) * (round(m.lat * 1000) - :lat) * :ky
       + (round(m.lon * 1000) - :lon) * (round(m.lon * 1000) - :lon) * :kx <= :r2 ]]
ORDER BY m.opened DESC, m.id DESC LIMIT :count OFFSET :skip

-- name: open311_one one
-- The same for one code: unique key.
-- in: district int, code text
-- out: id id, code text, procedure text, version int, stage text, outcome int, category text, street id, community id
-- out: lon real?, lat real?, opened time, updated time, shown_due time?, street_name text?, community_name text?
SELECT m.id, m.code, m.procedure, m.version, m.stage, m.outcome, m.category, m.street, m.community, m.lon, m.lat, m.opened,
  m.updated, m.shown_due, s.name AS street_name, c.name AS community_name
FROM matter m
LEFT JOIN place s ON s.district = m.district AND s.id = m.street
LEFT JOIN place c ON c.district = m.district AND c.id = m.community
WHERE m.district = :district AND m.code = :code AND m.sealed = 0 AND m.public = 1 AND m.confidential = 0

-- name: open311_updates many
-- Changes of stage of the matters everybody may see, oldest first.
-- in: district int, from time, to time, count int
-- out: id id, code text, procedure text, version int, at time, stage_to text
SELECT t.id, m.code, m.procedure, m.version, t.at, t.stage_to
FROM step t JOIN matter m ON m.district = t.district AND m.id = t.matter AND m.main = t.track
WHERE t.district = :district AND t.at >= :from AND t.at < :to AND t.stage_to <> t.stage_from
  AND m.sealed = 0 AND m.public = 1 AND m.confidential = 0
ORDER BY t.at, t.id LIMIT :count
