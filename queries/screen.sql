-- name: screen_places many
-- How many streets, communities and grids are in force: index place_level. Everybody.
-- in: district int, street id?
-- out: level int, n int
SELECT p.level, count(*) AS n FROM place p WHERE p.district = :district AND p.level >= 2 AND p.level <= 4 AND p.valid_to IS NULL
  [[ AND p.street = :street ]]
GROUP BY p.level ORDER BY p.level

-- name: screen_posts one
-- How many people hold a post of a role now: the district's posts are few thousand. Whoever may see the big screen.
-- in: district int, role text, now time, street id?
-- out: n int
SELECT count(DISTINCT o.person) AS n FROM post o WHERE o.district = :district AND o.role = :role AND o.from_at <= :now
  AND (o.until_at IS NULL OR o.until_at > :now) [[ AND o.street = :street ]]

-- name: public_meetings many
-- Tracks that may have a meeting, of matters everybody may see, the newest first: primary keys of roll, matter and track. Everybody.
-- in: district int, since time, count int
-- out: matter id, main id, code text, summary text, procedure text, version int, type text, track id
SELECT m.id AS matter, m.main, m.code, m.summary, m.procedure, m.version, t.type, t.id AS track
FROM roll r JOIN matter m ON m.district = r.district AND m.id = r.matter
JOIN track t ON t.district = r.district AND t.id = r.track
WHERE r.district = :district AND m.public = 1 AND m.sealed = 0 AND m.opened >= :since ORDER BY r.track DESC LIMIT :count

-- name: said_last one
-- What was said last into one field of one track: primary key. For fields that are `seen: public`, everybody.
-- in: district int, matter int, track int, field text
-- out: value text?, step id
SELECT s.value, s.step FROM said s
WHERE s.district = :district AND s.matter = :matter AND s.track = :track AND s.field = :field AND s.number = 0
ORDER BY s.step DESC LIMIT 1
