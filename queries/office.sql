-- Pages of administration: organisations, keys, rulebooks, the running jobs.

-- name: office_orgs many
-- Every organisation with how many are in office and how many tracks wait for it. Tens of rows. Administrators, auditors.
-- in: district int, now time
-- out: id int, key text, kind text, name_zh text, name_en text, duties text, ended time?, posts int, waiting int
SELECT o.id, o.key, o.kind, o.name_zh, o.name_en, o.duties, o.ended,
  (SELECT COUNT(*) FROM post p WHERE p.district = o.district AND p.org = o.id AND p.from_at <= :now
    AND (p.until_at IS NULL OR p.until_at > :now)) AS posts,
  (SELECT COUNT(*) FROM hold h WHERE h.district = o.district AND h.who = 'org:' || CAST(o.id AS TEXT)
    AND h.matter < 1099511627776) AS waiting
FROM organisation o WHERE o.district = :district ORDER BY o.kind, o.id

-- name: office_org_waiting one
-- How many tracks wait for a key; those of sealed matters (ids from 2^40 on) are nobody's figure. Primary key of hold.
-- in: district int, who text
-- out: n int
SELECT COUNT(*) AS n FROM hold WHERE district = :district AND who = :who AND matter < 1099511627776

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

-- name: audit_journal many
-- The journal by actor, action or thing, newest first, between two numbers: the caller keeps them near enough to one another.
-- Primary key, or index journal_subject. Auditors.
-- in: district int, before int, floor int, actor text?, action text?, subject text?, subject_id id?, count int
-- out: seq int, at time, actor text, action text, subject text, subject_id int, data text, hash blob
SELECT seq, at, actor, action, subject, subject_id, data, hash FROM journal
WHERE district = :district AND seq < :before AND seq >= :floor
  [[ AND actor = :actor ]] [[ AND action LIKE :action ESCAPE '!' ]] [[ AND subject = :subject ]]
  [[ AND subject_id = :subject_id ]]
ORDER BY seq DESC LIMIT :count

-- name: audit_moment one
-- When an entry was made. Primary key.
-- in: district int, seq int
-- out: at time
SELECT at FROM journal WHERE district = :district AND seq = :seq

-- name: audit_openings many
-- Who had personal data opened, newest first: primary key. Auditors.
-- in: district int, before int, actor text?, matter id?, from_at time?, to_at time?, count int
-- out: id int, actor text, at time, what text, reason text?, journal int, code text?, sealed int?
SELECT o.id, o.actor, o.at, o.what, o.reason, o.journal, m.code, m.sealed
FROM opening o LEFT JOIN matter m ON m.district = o.district AND m.id = o.matter
WHERE o.district = :district AND o.id < :before
  [[ AND o.actor = :actor ]] [[ AND o.matter = :matter ]] [[ AND o.at >= :from_at ]] [[ AND o.at < :to_at ]]
ORDER BY o.id DESC LIMIT :count

-- name: grids_tree many
-- Streets and communities in force with how many grids lie in each, and whether each is drawn. Index place_children; some
-- hundreds of rows. Administrators, auditors.
-- in: district int
-- out: id int, level int, code text, name text, street id?, grids int, drawn int, drawn_grids int
SELECT p.id, p.level, p.code, p.name, p.street,
  (SELECT COUNT(*) FROM place g WHERE g.district = p.district AND g.level = 4 AND g.valid_to IS NULL AND g.community = p.id) AS grids,
  (SELECT COUNT(*) FROM place_shape s WHERE s.district = p.district AND s.place = p.id AND s.valid_to IS NULL) AS drawn,
  (SELECT COUNT(*) FROM place g JOIN place_shape s ON s.district = g.district AND s.place = g.id AND s.valid_to IS NULL
    WHERE g.district = p.district AND g.level = 4 AND g.valid_to IS NULL AND g.community = p.id) AS drawn_grids
FROM place p WHERE p.district = :district AND p.level IN (2, 3) AND p.valid_to IS NULL ORDER BY p.code
