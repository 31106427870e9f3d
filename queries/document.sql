-- Papers that were issued from matters: board and public pages read them, the engine adds them.

-- name: document_add exec
-- in: district int, id int, matter int, track int, step int, name text, series text, seq int, code text, content blob
-- in: journal int, at time
INSERT INTO document (district, id, matter, track, step, name, series, seq, code, content, journal, at)
VALUES (:district, :id, :matter, :track, :step, :name, :series, :seq, :code, :content, :journal, :at)

-- name: document_last one
-- The number given last in a series: index document_series, in the lane.
-- in: district int, series text
-- out: seq int
SELECT COALESCE(max(seq), 0) AS seq FROM document WHERE district = :district AND series = :series

-- name: document_of_matter many
-- The papers of a matter, in the order they were issued: index document_matter.
-- in: district int, matter int
-- out: id int, track int, step int, name text, seq int, code text, content blob?, journal int, at time
SELECT id, track, step, name, seq, code, content, journal, at FROM document
WHERE district = :district AND matter = :matter ORDER BY id

-- name: document_by_code one
-- in: district int, code text
-- out: id int, matter int, track int, step int, name text, seq int, content blob?, journal int, at time
SELECT id, matter, track, step, name, seq, content, journal, at FROM document WHERE district = :district AND code = :code

-- name: document_journal one
-- The journal's line of an issue.
-- in: district int, seq int
-- out: action text, subject_id int, data text
SELECT action, subject_id, data FROM journal WHERE district = :district AND seq = :seq

-- name: document_all many
-- Every paper, for verification, a page at a time.
-- in: district int, after int, count int
-- out: id int, matter int, content blob?, action text?, subject_id int?, data text?
SELECT d.id, d.matter, d.content, j.action, j.subject_id, j.data FROM document d
LEFT JOIN journal j ON j.district = d.district AND j.seq = d.journal
WHERE d.district = :district AND d.id > :after ORDER BY d.id LIMIT :count
