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
