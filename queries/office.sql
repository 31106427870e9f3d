-- Pages of administration: organisations, keys, rulebooks, the running jobs.

-- name: office_orgs many
-- Every organisation with how many are in office and how many tracks wait for it. Tens of rows. Administrators, auditors.
-- in: district int, now time
-- out: id int, key text, kind text, name_zh text, name_en text, duties text, ended time?, posts int, waiting int
SELECT o.id, o.key, o.kind, o.name_zh, o.name_en, o.duties, o.ended,
  (SELECT COUNT(*) FROM post p WHERE p.district = o.district AND p.org = o.id AND p.from_at <= :now
    AND (p.until_at IS NULL OR p.until_at > :now)) AS posts,
  (SELECT COUNT(*) FROM hold h WHERE h.district = o.district AND h.who = 'org:' || CAST(o.id AS TEXT)) AS waiting
FROM organisation o WHERE o.district = :district ORDER BY o.kind, o.id

-- name: office_org_waiting one
-- How many tracks wait for a key. Primary key of hold.
-- in: district int, who text
-- out: n int
SELECT COUNT(*) AS n FROM hold WHERE district = :district AND who = :who

-- name: office_procedure_open many
-- How many open matters keep each version of a procedure. Index matter_open: what is open only. Administrators.
-- in: district int, procedure text
-- out: version int, n int
SELECT version, COUNT(*) AS n FROM matter WHERE district = :district AND outcome = 0 AND procedure = :procedure
GROUP BY version ORDER BY version

-- name: clock_open_due many
-- Open clocks that end at a moment or later, the earliest first: what a change of the calendar from then on could move. Reads
-- the table of clocks once; administrators, seldom.
-- in: district int, from_at time, most int
-- out: id int, matter int
SELECT id, matter FROM clock WHERE district = :district AND end_kind = 0 AND due >= :from_at ORDER BY due, id LIMIT :most
