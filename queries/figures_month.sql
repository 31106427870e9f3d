-- name: figure_month_last one
-- in: district int
-- out: month int?
SELECT max(month) AS month FROM figure_month WHERE district = :district

-- name: figure_month_get one
-- in: district int, month int
-- out: kept time, hash text
SELECT kept, hash FROM figure_month WHERE district = :district AND month = :month

-- name: figure_month_list many
-- The newest first. Everybody.
-- in: district int, count int
-- out: month int, kept time, hash text
SELECT month, kept, hash FROM figure_month WHERE district = :district ORDER BY month DESC LIMIT :count

-- name: figure_month_add exec
-- in: district int, month int, kept time, hash text
INSERT INTO figure_month (district, month, kept, hash) VALUES (:district, :month, :kept, :hash)

-- name: figure_keep exec
-- Copies the counters of a month: primary key of tally.
-- in: district int, month int, kind int
INSERT INTO figure_kept (district, month, kind, procedure, measure, street, value, n)
SELECT t.district, t.period, t.kind, t.procedure, t.measure, t.street, t.value, t.n FROM tally t
WHERE t.district = :district AND t.kind = :kind AND t.period = :month AND t.n <> 0

-- name: figure_kept_rows many
-- What was kept, in the order of its hash: primary key. Whoever may see figures of that street; of public kinds everybody, small
-- numbers withheld.
-- in: district int, month int, kind int?, procedure text?, street int?
-- out: kind int, procedure text, measure text, street id, value text, n int
SELECT k.kind, k.procedure, k.measure, k.street, k.value, k.n FROM figure_kept k
WHERE k.district = :district AND k.month = :month [[ AND k.kind = :kind ]] [[ AND k.procedure = :procedure ]]
  [[ AND k.street = :street ]]
ORDER BY k.kind, k.procedure, k.measure, k.street, k.value
