-- name: clock_aside_put exec
-- The timer.
-- in: district int, clock id, matter id, since time, tries int, next_at time, code text, field text, args text
INSERT INTO clock_aside (district, clock, matter, since, tries, next_at, code, field, args)
VALUES (:district, :clock, :matter, :since, :tries, :next_at, :code, :field, :args)
ON CONFLICT (district, clock) DO UPDATE SET tries = excluded.tries, next_at = excluded.next_at, code = excluded.code,
  field = excluded.field, args = excluded.args

-- name: clock_aside_get one
-- Primary key. The timer, and whoever has it tried again.
-- in: district int, clock id
-- out: matter id, since time, tries int
SELECT matter, since, tries FROM clock_aside WHERE district = :district AND clock = :clock

-- name: clock_aside_drop exec
-- Primary key.
-- in: district int, clock id
DELETE FROM clock_aside WHERE district = :district AND clock = :clock

-- name: clock_aside_tidy exec
-- Those whose clock ended another way meanwhile.
-- in: district int
DELETE FROM clock_aside WHERE district = :district AND NOT EXISTS
  (SELECT 1 FROM clock c WHERE c.district = clock_aside.district AND c.id = clock_aside.clock AND c.mark_at IS NOT NULL)

-- name: clock_aside_list many
-- What waits, the oldest first; sealed matters are left out. Administrators and auditors. There are few: read whole.
-- in: district int, after id, most int
-- out: clock id, matter id, code text, name text, procedure text, version int, since time, tries int, next_at time
-- out: error text, field text, args text
SELECT a.clock, a.matter, m.code, c.name, m.procedure, m.version, a.since, a.tries, a.next_at, a.code AS error, a.field, a.args
FROM clock_aside a
JOIN clock c ON c.district = a.district AND c.id = a.clock
JOIN matter m ON m.district = a.district AND m.id = a.matter
WHERE a.district = :district AND a.clock > :after AND m.sealed = 0 AND c.mark_at IS NOT NULL ORDER BY a.clock LIMIT :most

-- name: clock_aside_count one
-- All, those of sealed matters too: a number tells nothing of which.
-- in: district int
-- out: n int
SELECT count(*) AS n FROM clock_aside a JOIN clock c ON c.district = a.district AND c.id = a.clock
WHERE a.district = :district AND c.mark_at IS NOT NULL

-- name: clock_mark_at exec
-- Primary key: the next mark is tried at another moment. The timer, and whoever has it tried again.
-- in: district int, id id, mark_at time
UPDATE clock SET mark_at = :mark_at WHERE district = :district AND id = :id AND mark_at IS NOT NULL

-- name: clock_aside_again exec
-- All that were set aside are due now.
-- in: district int, now time
UPDATE clock SET mark_at = :now WHERE district = :district AND mark_at IS NOT NULL AND id IN
  (SELECT clock FROM clock_aside WHERE district = :district)
