-- name: tally_add exec
-- The engine, in the transaction of what is counted.
-- in: district int, period int, procedure text, measure text, kind int, street id, value text, n int
INSERT INTO tally (district, period, procedure, measure, kind, street, value, n)
VALUES (:district, :period, :procedure, :measure, :kind, :street, :value, :n)
ON CONFLICT (district, kind, period, procedure, measure, street, value) DO UPDATE SET n = tally.n + excluded.n

-- name: tally_sum many
-- Sums over periods of one kind: primary key. Whoever may see figures of that street.
-- in: district int, period_from int, period_to int, procedure text?, measure text?, kind int
-- in: street int?, value text?, by_period flag, by_street flag
-- out: measure text, period int, street id, value text, n int
SELECT t.measure, 0 [[?by_period + t.period ]] AS period, 0 [[?by_street + t.street ]] AS street, t.value, sum(t.n) AS n
FROM tally t WHERE t.district = :district AND t.kind = :kind AND t.period >= :period_from AND t.period <= :period_to
  [[ AND t.procedure = :procedure ]] [[ AND t.measure = :measure ]] [[ AND t.street = :street ]] [[ AND t.value = :value ]]
GROUP BY t.measure, t.value [[?by_period , t.period ]] [[?by_street , t.street ]]
HAVING sum(t.n) <> 0
ORDER BY t.measure, t.value [[?by_period , t.period ]] [[?by_street , t.street ]]

-- name: tally_all many
-- The counters as they are, to be compared with the matters: primary key.
-- in: district int, kind int, period_from int, period_to int
-- out: period int, procedure text, measure text, street id, value text, n int
SELECT t.period, t.procedure, t.measure, t.street, t.value, t.n FROM tally t
WHERE t.district = :district AND t.kind = :kind AND t.period >= :period_from AND t.period <= :period_to AND t.n <> 0

-- name: figure_span one
-- The first and the last moment that counters or matters know of: indexes matter_opened, matter_closed, primary key.
-- in: district int
-- out: opened_first time?, opened_last time?, closed_first time?, closed_last time?, first int?, last int?
SELECT (SELECT min(m.opened) FROM matter m WHERE m.district = :district AND m.sealed = 0) AS opened_first,
  (SELECT max(m.opened) FROM matter m WHERE m.district = :district AND m.sealed = 0) AS opened_last,
  (SELECT min(m.closed) FROM matter m WHERE m.district = :district AND m.closed IS NOT NULL) AS closed_first,
  (SELECT max(m.closed) FROM matter m WHERE m.district = :district AND m.closed IS NOT NULL) AS closed_last,
  (SELECT min(t.period) FROM tally t WHERE t.district = :district AND t.kind = 1) AS first,
  (SELECT max(t.period) FROM tally t WHERE t.district = :district AND t.kind = 1) AS last

-- name: figure_matters many
-- Matters one after the other, to look at what has been reached with each: primary key.
-- in: district int, after int, count int
-- out: id id, facts int
SELECT m.id, m.facts FROM matter m WHERE m.district = :district AND m.sealed = 0 AND m.id > :after ORDER BY m.id LIMIT :count

-- name: figure_facts_put exec
-- in: district int, id int, facts int
UPDATE matter SET facts = :facts WHERE district = :district AND id = :id

-- name: recount_get one
-- in: district int
-- out: after int
SELECT after FROM recount WHERE district = :district

-- name: recount_put exec
-- in: district int, after int
UPDATE recount SET after = :after WHERE district = :district

-- name: recount_done exec
-- in: district int
DELETE FROM recount WHERE district = :district

-- name: figure_opened many
-- The measures by the day of the report, counted from the matters themselves: for a day, and to compare the counters with.
-- Index matter_opened. `unit` cuts the time into periods (a day; or more than there is time).
-- in: district int, from time, to time, offset int, unit int, procedure text?, street int?, by_street flag, by_community flag
-- in: by_org flag, by_category flag, by_source flag
-- out: procedure text, street id, period int, value text, reported int, accepted int, filed int, answerable int
-- out: answered int, called_back int, asked int, solved int, rated int, satisfied int, refused int, voided int
-- out: relapse int, urged int, unlisted int
SELECT m.procedure, 0 [[?by_street + m.street ]] AS street, (m.opened + :offset) / :unit AS period,
  '' [[?by_community || m.community ]] [[?by_org || m.org ]] [[?by_category || m.category ]] [[?by_source || m.source ]] AS value,
  count(*) AS reported, sum(CASE WHEN (m.facts & 1) <> 0 THEN 1 ELSE 0 END) AS accepted,
  sum(CASE WHEN (m.facts & 2) <> 0 THEN 1 ELSE 0 END) AS filed,
  sum(CASE WHEN (m.facts & 512) <> 0 THEN 1 ELSE 0 END) AS answerable,
  sum(CASE WHEN (m.facts & 1024) <> 0 THEN 1 ELSE 0 END) AS answered,
  sum(CASE WHEN (m.facts & 16) <> 0 THEN 1 ELSE 0 END) AS called_back,
  sum(CASE WHEN (m.facts & 128) <> 0 THEN 1 ELSE 0 END) AS asked,
  sum(CASE WHEN (m.facts & 256) <> 0 THEN 1 ELSE 0 END) AS solved,
  sum(CASE WHEN (m.facts & 32) <> 0 THEN 1 ELSE 0 END) AS rated,
  sum(CASE WHEN (m.facts & 64) <> 0 THEN 1 ELSE 0 END) AS satisfied,
  sum(CASE WHEN m.outcome = 2 THEN 1 ELSE 0 END) AS refused, sum(CASE WHEN m.outcome = 3 THEN 1 ELSE 0 END) AS voided,
  sum(CASE WHEN m.relapse_of IS NOT NULL THEN 1 ELSE 0 END) AS relapse,
  sum(CASE WHEN m.urges > 0 THEN 1 ELSE 0 END) AS urged,
  sum(CASE WHEN m.public = 0 THEN 1 ELSE 0 END) AS unlisted
FROM matter m WHERE m.district = :district AND m.opened >= :from AND m.opened < :to AND m.sealed = 0
  [[ AND m.procedure = :procedure ]] [[ AND m.street = :street ]]
GROUP BY m.procedure, 2, 3, 4

-- name: figure_closed many
-- The measures by the day of closing, counted from the matters themselves: for a day, and to compare the counters with.
-- Index matter_closed. `unit` cuts the time into periods (a day; or more than there is time).
-- in: district int, from time, to time, offset int, unit int, procedure text?, street int?, by_street flag, by_community flag
-- in: by_org flag, by_category flag, by_source flag
-- out: procedure text, street id, period int, value text, closed int, on_time int, late int, reworked int
-- out: reworked_often int, returned int, extended int, reopened int, suspended int, supervised int, unlisted int
SELECT m.procedure, 0 [[?by_street + m.street ]] AS street, (m.closed + :offset) / :unit AS period,
  '' [[?by_community || m.community ]] [[?by_org || m.org ]] [[?by_category || m.category ]] [[?by_source || m.source ]] AS value,
  count(*) AS closed, sum(CASE WHEN m.late = 0 THEN 1 ELSE 0 END) AS on_time,
  sum(CASE WHEN m.late <> 0 THEN 1 ELSE 0 END) AS late, sum(CASE WHEN m.reworks > 0 THEN 1 ELSE 0 END) AS reworked,
  sum(CASE WHEN m.reworks > 1 THEN 1 ELSE 0 END) AS reworked_often,
  sum(CASE WHEN m.returns > 0 THEN 1 ELSE 0 END) AS returned,
  sum(CASE WHEN m.extensions > 0 THEN 1 ELSE 0 END) AS extended,
  sum(CASE WHEN m.reopens > 0 THEN 1 ELSE 0 END) AS reopened,
  sum(CASE WHEN (m.facts & 4) <> 0 THEN 1 ELSE 0 END) AS suspended,
  sum(CASE WHEN (m.facts & 8) <> 0 THEN 1 ELSE 0 END) AS supervised,
  sum(CASE WHEN m.public = 0 THEN 1 ELSE 0 END) AS unlisted
FROM matter m WHERE m.district = :district AND m.closed >= :from AND m.closed < :to AND m.sealed = 0 AND m.outcome = 1
  [[ AND m.procedure = :procedure ]] [[ AND m.street = :street ]]
GROUP BY m.procedure, 2, 3, 4

-- name: figure_list many
-- Exactly the matters a figure counted: the measure's definition as a filter, in the order of the day it counts for. Indexes
-- matter_opened and matter_closed.
-- in: district int, procedure text, opened_from time?, opened_to time?, closed_from time?, closed_to time?
-- in: street int?, community int?, org int?, category text?, source text?, fact int?, refused flag, voided flag, relapse flag
-- in: urged flag, unlisted flag, on_time flag, late flag, reworked flag, reworked_often flag, returned flag, extended flag, reopened flag
-- in: done flag, by_closing flag, by_opening flag, opened_before time?, closed_before time?, before_id int, count int
-- out: id id, at time
SELECT m.id, 0 [[?by_opening + m.opened ]] [[?by_closing + m.closed ]] AS at FROM matter m
WHERE m.district = :district AND m.sealed = 0 AND m.procedure = :procedure
  [[ AND m.opened >= :opened_from ]] [[ AND m.opened < :opened_to ]]
  [[ AND m.closed >= :closed_from ]] [[ AND m.closed < :closed_to ]]
  [[ AND m.street = :street ]] [[ AND m.community = :community ]] [[ AND m.org = :org ]]
  [[ AND m.category = :category ]] [[ AND m.source = :source ]]
  [[ AND (m.facts & :fact) <> 0 ]] [[?refused AND m.outcome = 2 ]] [[?voided AND m.outcome = 3 ]]
  [[?relapse AND m.relapse_of IS NOT NULL ]] [[?urged AND m.urges > 0 ]] [[?unlisted AND m.public = 0 ]]
  [[?done AND m.outcome = 1 ]]
  [[?on_time AND m.late = 0 ]] [[?late AND m.late <> 0 ]] [[?reworked AND m.reworks > 0 ]]
  [[?reworked_often AND m.reworks > 1 ]] [[?returned AND m.returns > 0 ]] [[?extended AND m.extensions > 0 ]]
  [[?reopened AND m.reopens > 0 ]]
  [[ AND (m.opened, m.id) < (:opened_before, :before_id) ]] [[ AND (m.closed, m.id) < (:closed_before, :before_id) ]]
ORDER BY [[?by_opening m.opened DESC, ]] [[?by_closing m.closed DESC, ]] m.id DESC LIMIT :count

-- name: figure_list_count one
-- How many figure_list holds, where no counter is kept for just that.
-- in: district int, procedure text, opened_from time?, opened_to time?, closed_from time?, closed_to time?
-- in: street int?, community int?, org int?, category text?, source text?, fact int?, refused flag, voided flag, relapse flag
-- in: urged flag, unlisted flag, on_time flag, late flag, reworked flag, reworked_often flag, returned flag, extended flag
-- in: reopened flag, done flag
-- out: n int
SELECT count(*) AS n FROM matter m
WHERE m.district = :district AND m.sealed = 0 AND m.procedure = :procedure
  [[ AND m.opened >= :opened_from ]] [[ AND m.opened < :opened_to ]]
  [[ AND m.closed >= :closed_from ]] [[ AND m.closed < :closed_to ]]
  [[ AND m.street = :street ]] [[ AND m.community = :community ]] [[ AND m.org = :org ]]
  [[ AND m.category = :category ]] [[ AND m.source = :source ]]
  [[ AND (m.facts & :fact) <> 0 ]] [[?refused AND m.outcome = 2 ]] [[?voided AND m.outcome = 3 ]]
  [[?relapse AND m.relapse_of IS NOT NULL ]] [[?urged AND m.urges > 0 ]] [[?unlisted AND m.public = 0 ]]
  [[?done AND m.outcome = 1 ]] [[?on_time AND m.late = 0 ]] [[?late AND m.late <> 0 ]] [[?reworked AND m.reworks > 0 ]]
  [[?reworked_often AND m.reworks > 1 ]] [[?returned AND m.returns > 0 ]] [[?extended AND m.extensions > 0 ]]
  [[?reopened AND m.reopens > 0 ]]

-- name: air_tracks many
-- Open matters of a kind that calls departments, a row for each department with its state and the end of its running clock:
-- indexes matter_open, track_matter, clock_matter. Whoever may see figures of that street or organisation.
-- in: district int, procedure text, street int?, org int?, count int
-- out: id id, code text, procedure text, version int, summary text, confidential int, street id, type text, role text, stage text
-- out: org id, due time?, warn_at time?
SELECT m.id, m.code, m.procedure, m.version, m.summary, m.confidential, m.street, t.type, t.role, t.stage, t.org,
  (SELECT min(c.due) FROM clock c WHERE c.district = t.district AND c.matter = t.matter AND c.track = t.id
    AND c.ended IS NULL) AS due,
  (SELECT min(c.warn_at) FROM clock c WHERE c.district = t.district AND c.matter = t.matter AND c.track = t.id
    AND c.ended IS NULL) AS warn_at
FROM matter m JOIN track t ON t.district = m.district AND t.matter = m.id AND t.role <> ''
WHERE m.district = :district AND m.outcome = 0 AND m.sealed = 0 AND m.procedure = :procedure
  [[ AND m.street = :street ]]
  [[ AND EXISTS (SELECT 1 FROM track o WHERE o.district = m.district AND o.matter = m.id AND o.org = :org) ]]
ORDER BY m.opened DESC, m.id DESC, t.id LIMIT :count
