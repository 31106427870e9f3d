-- Pages of administrators: people, accounts, posts.

-- name: admin_people many
-- Post holders by name or sign-in. Administrators. Bounded; index account_person.
-- in: district int, pattern text?, most int
-- out: id int, staff_name text?, account id?, login text?, status text?, locked_until time?, must_change int?, has_totp int, last_at time?
SELECT n.id, n.staff_name, a.id AS account, a.login, a.status, a.locked_until, a.must_change,
  CASE WHEN a.totp IS NULL THEN 0 ELSE 1 END AS has_totp, a.last_at
FROM person n LEFT JOIN account a ON a.district = n.district AND a.person = n.id
WHERE n.district = :district AND n.staff_name IS NOT NULL
  [[ AND (n.staff_name LIKE :pattern ESCAPE '!' OR a.login LIKE :pattern ESCAPE '!') ]]
ORDER BY n.id LIMIT :most

-- name: admin_account_of_person many
-- Index account_person. Administrators.
-- in: district int, person int
-- out: id int, login text, status text, failures int, locked_until time?, must_change int, password_at time, has_totp int, created time, last_at time?
SELECT id, login, status, failures, locked_until, must_change, password_at, CASE WHEN totp IS NULL THEN 0 ELSE 1 END AS has_totp,
  created, last_at
FROM account WHERE district = :district AND person = :person ORDER BY id

-- name: admin_posts_of_person many
-- Everything somebody holds, held and will hold, newest first. Index post_person. Posts are public.
-- in: district int, person int
-- out: id int, role text, place id?, org id?, from_at time, until_at time?, rotation int, acting int, appointed_by text, end_reason text?
SELECT id, role, place, org, from_at, until_at, rotation, acting, appointed_by, end_reason FROM post
WHERE district = :district AND person = :person ORDER BY from_at DESC, id DESC LIMIT 200

-- name: admin_person_find many
-- A post holder by the very name, or by sign-in. Appointing.
-- in: district int, text text
-- out: id int, staff_name text?, login text?
SELECT n.id, n.staff_name, a.login FROM person n LEFT JOIN account a ON a.district = n.district AND a.person = n.id
WHERE n.district = :district AND n.staff_name IS NOT NULL AND (n.staff_name = :text OR a.login = :text) ORDER BY n.id LIMIT 3

-- name: admin_accounts many
-- What the check of the running configuration looks at. Administrators.
-- in: district int
-- out: login text, status text, has_totp int, last_at time?, created time, must_change int, administrator int
SELECT a.login, a.status, CASE WHEN a.totp IS NULL THEN 0 ELSE 1 END AS has_totp, a.last_at, a.created, a.must_change,
  (SELECT COUNT(*) FROM post p WHERE p.district = a.district AND p.person = a.person AND p.role = 'administrator'
    AND p.until_at IS NULL) AS administrator
FROM account a WHERE a.district = :district ORDER BY a.login
