-- name: tally_add exec
-- The engine, in the transaction of what is counted.
-- in: district int, period int, procedure text, measure text, kind int, street id, value text, n int
INSERT INTO tally (district, period, procedure, measure, kind, street, value, n)
VALUES (:district, :period, :procedure, :measure, :kind, :street, :value, :n)
ON CONFLICT (district, period, procedure, kind, measure, street, value) DO UPDATE SET n = tally.n + excluded.n

-- name: tally_sum many
-- Sums over periods of one kind: primary key. Whoever may see figures of that street.
-- in: district int, period_from int, period_to int, procedure text, kind int, street id?, by_period flag, by_street flag
-- out: measure text, period int, street id, value text, n int
SELECT t.measure, 0 [[?by_period + t.period ]] AS period, 0 [[?by_street + t.street ]] AS street, t.value, sum(t.n) AS n
FROM tally t WHERE t.district = :district AND t.period >= :period_from AND t.period <= :period_to
  AND t.procedure = :procedure AND t.kind = :kind [[ AND t.street = :street ]]
GROUP BY t.measure, t.value [[?by_period , t.period ]] [[?by_street , t.street ]]
HAVING sum(t.n) <> 0
ORDER BY t.measure, t.value [[?by_period , t.period ]] [[?by_street , t.street ]]

-- name: figure_list many
-- Exactly the matters a figure counted: the measure's definition as a filter. Indexes matter_opened and matter_closed.
-- in: district int, procedure text, opened_from time?, opened_to time?, closed_from time?, closed_to time?
-- in: street int?, community int?, org int?, category text?, source text?, fact int?, refused flag, voided flag, relapse flag
-- in: urged flag, on_time flag, late flag, reworked flag, reworked_often flag, returned flag, extended flag, reopened flag
-- in: done flag, before time?, before_id int, count int
-- out: id id, at time
SELECT m.id, m.opened AS at FROM matter m
WHERE m.district = :district AND m.sealed = 0 AND m.procedure = :procedure
  [[ AND m.opened >= :opened_from ]] [[ AND m.opened < :opened_to ]]
  [[ AND m.closed >= :closed_from ]] [[ AND m.closed < :closed_to ]]
  [[ AND m.street = :street ]] [[ AND m.community = :community ]] [[ AND m.org = :org ]]
  [[ AND m.category = :category ]] [[ AND m.source = :source ]]
  [[ AND (m.facts & :fact) <> 0 ]] [[?refused AND m.outcome = 2 ]] [[?voided AND m.outcome = 3 ]]
  [[?relapse AND m.relapse_of IS NOT NULL ]] [[?urged AND m.urges > 0 ]] [[?done AND m.outcome = 1 ]]
  [[?on_time AND m.late = 0 ]] [[?late AND m.late <> 0 ]] [[?reworked AND m.reworks > 0 ]]
  [[?reworked_often AND m.reworks > 1 ]] [[?returned AND m.returns > 0 ]] [[?extended AND m.extensions > 0 ]]
  [[?reopened AND m.reopens > 0 ]]
  [[ AND (m.opened, m.id) < (:before, :before_id) ]]
ORDER BY m.opened DESC, m.id DESC LIMIT :count
