-- ---- persons ----

-- name: person_add exec
-- The lane.
-- in: district int, id int, staff_name text?, name blob?, id_number blob?, id_match text?, phone blob?, phone_match text?, safe_contact blob?, lang text, created time
INSERT INTO person (district, id, staff_name, name, id_number, id_match, phone, phone_match, safe_contact, lang, created)
VALUES (:district, :id, :staff_name, :name, :id_number, :id_match, :phone, :phone_match, :safe_contact, :lang, :created)

-- name: person_put exec
-- Everything of a person but the id. The lane.
-- in: district int, id int, staff_name text?, name blob?, id_number blob?, id_match text?, phone blob?, phone_match text?, safe_contact blob?, lang text
UPDATE person SET staff_name = :staff_name, name = :name, id_number = :id_number, id_match = :id_match, phone = :phone,
  phone_match = :phone_match, safe_contact = :safe_contact, lang = :lang
WHERE district = :district AND id = :id AND erased IS NULL

-- name: person_erase exec
-- On request or by retention. The lane.
-- in: district int, id int, at time
UPDATE person SET staff_name = NULL, name = NULL, id_number = NULL, id_match = NULL, phone = NULL, phone_match = NULL,
  safe_contact = NULL, erased = :at
WHERE district = :district AND id = :id AND erased IS NULL

-- name: person_by_id one
-- Primary key. Sealed columns are opened by people_person_read only.
-- in: district int, id int
-- out: id int, staff_name text?, name blob?, id_number blob?, phone blob?, safe_contact blob?, lang text, created time, erased time?
SELECT id, staff_name, name, id_number, phone, safe_contact, lang, created, erased FROM person
WHERE district = :district AND id = :id

-- name: person_by_id_match one
-- Unique index person_id_match. The lane.
-- in: district int, id_match text
-- out: id int
SELECT id FROM person WHERE district = :district AND id_match = :id_match

-- name: person_by_phone_match many
-- Index person_phone_match: several people may share a telephone. The lane.
-- in: district int, phone_match text
-- out: id int
SELECT id FROM person WHERE district = :district AND phone_match = :phone_match ORDER BY id

-- name: consent_add exec
-- in: district int, person int, purpose text, version int, given time, how text
INSERT INTO consent (district, person, purpose, version, given, how) VALUES (:district, :person, :purpose, :version, :given, :how)
ON CONFLICT (district, person, purpose, given) DO NOTHING

-- name: consent_withdraw exec
-- in: district int, person int, purpose text, at time
UPDATE consent SET withdrawn = :at WHERE district = :district AND person = :person AND purpose = :purpose AND withdrawn IS NULL

-- name: consent_in_force one
-- Primary key, newest first.
-- in: district int, person int, purpose text
-- out: version int, given time, how text
SELECT version, given, how FROM consent
WHERE district = :district AND person = :person AND purpose = :purpose AND withdrawn IS NULL ORDER BY given DESC LIMIT 1

-- ---- households ----

-- name: household_add exec
-- in: district int, id int, place int, door blob?, unlisted int, created time
INSERT INTO household (district, id, place, door, unlisted, created) VALUES (:district, :id, :place, :door, :unlisted, :created)

-- name: household_of_place many
-- Index household_place. Posts that cover the place.
-- in: district int, place int
-- out: id int, door blob?, unlisted int, created time
SELECT id, door, unlisted, created FROM household WHERE district = :district AND place = :place AND ended IS NULL ORDER BY id

-- name: household_member_add exec
-- in: district int, household int, person int, relation text, from_at time
INSERT INTO household_member (district, household, person, relation, from_at)
VALUES (:district, :household, :person, :relation, :from_at)

-- name: household_member_end exec
-- in: district int, household int, person int, until_at time
UPDATE household_member SET until_at = :until_at
WHERE district = :district AND household = :household AND person = :person AND until_at IS NULL

-- name: household_members many
-- in: district int, household int, now time
-- out: person int, relation text, from_at time
SELECT person, relation, from_at FROM household_member
WHERE district = :district AND household = :household AND from_at <= :now AND (until_at IS NULL OR until_at > :now)
ORDER BY from_at, person

-- ---- organisations ----

-- name: organisation_put exec
-- Loaded from catalogues/departments.yaml, or added by an administrator. The lane.
-- in: district int, id int, key text, kind text, name_zh text, name_en text, duties text, parent id?, place id?, credit_code text?, duty_phone text?, created time
INSERT INTO organisation (district, id, key, kind, name_zh, name_en, duties, parent, place, credit_code, duty_phone, created)
VALUES (:district, :id, :key, :kind, :name_zh, :name_en, :duties, :parent, :place, :credit_code, :duty_phone, :created)
ON CONFLICT (district, key) DO UPDATE SET kind = excluded.kind, name_zh = excluded.name_zh, name_en = excluded.name_en,
  duties = excluded.duties, parent = excluded.parent, place = excluded.place, credit_code = excluded.credit_code,
  duty_phone = excluded.duty_phone, ended = NULL

-- name: organisation_end exec
-- in: district int, id int, at time
UPDATE organisation SET ended = :at WHERE district = :district AND id = :id AND ended IS NULL

-- name: organisation_by_key one
-- Unique key. Anybody.
-- in: district int, key text
-- out: id int, key text, kind text, name_zh text, name_en text, duties text, parent id?, place id?, credit_code text?, duty_phone text?, ended time?
SELECT id, key, kind, name_zh, name_en, duties, parent, place, credit_code, duty_phone, ended FROM organisation
WHERE district = :district AND key = :key

-- name: organisation_by_id one
-- Primary key. Anybody.
-- in: district int, id int
-- out: id int, key text, kind text, name_zh text, name_en text, duties text, parent id?, place id?, credit_code text?, duty_phone text?, ended time?
SELECT id, key, kind, name_zh, name_en, duties, parent, place, credit_code, duty_phone, ended FROM organisation
WHERE district = :district AND id = :id

-- name: organisation_all many
-- Tens of rows. Anybody.
-- in: district int, kind text?
-- out: id int, key text, kind text, name_zh text, name_en text, duties text, parent id?, place id?, credit_code text?, duty_phone text?, ended time?
SELECT id, key, kind, name_zh, name_en, duties, parent, place, credit_code, duty_phone, ended FROM organisation
WHERE district = :district AND ended IS NULL [[ AND kind = :kind ]] ORDER BY id

-- ---- posts ----

-- name: post_add exec
-- The lane.
-- in: district int, id int, role text, person int, place id?, street id?, community id?, grid id?, building id?, stairwell id?, org id?, from_at time, until_at time?, rotation int, acting int, appointed_by text, duty_phone text?
INSERT INTO post (district, id, role, person, place, street, community, grid, building, stairwell, org, from_at, until_at,
  rotation, acting, appointed_by, duty_phone)
VALUES (:district, :id, :role, :person, :place, :street, :community, :grid, :building, :stairwell, :org, :from_at, :until_at,
  :rotation, :acting, :appointed_by, :duty_phone)

-- name: post_end exec
-- The lane. Ends what is in office or will be.
-- in: district int, id int, until_at time, end_reason text
UPDATE post SET until_at = :until_at, end_reason = :end_reason
WHERE district = :district AND id = :id AND (until_at IS NULL OR until_at > :until_at)

-- name: post_move exec
-- A place got another parent: the copied chain follows. The lane.
-- in: district int, place int, street id?, community id?, grid id?, building id?, stairwell id?
UPDATE post SET street = :street, community = :community, grid = :grid, building = :building, stairwell = :stairwell
WHERE district = :district AND place = :place

-- name: post_by_id one
-- Primary key. Posts are public.
-- in: district int, id int
-- out: id int, role text, person int, place id?, street id?, community id?, grid id?, building id?, stairwell id?, org id?, from_at time, until_at time?, rotation int, acting int, appointed_by text, duty_phone text?, staff_name text?
SELECT p.id, p.role, p.person, p.place, p.street, p.community, p.grid, p.building, p.stairwell, p.org, p.from_at, p.until_at,
  p.rotation, p.acting, p.appointed_by, p.duty_phone, n.staff_name
FROM post p JOIN person n ON n.district = p.district AND n.id = p.person
WHERE p.district = :district AND p.id = :id

-- name: post_of_person many
-- Index post_person: what somebody holds at a moment. Each request of somebody signed in.
-- in: district int, person int, now time
-- out: id int, role text, person int, place id?, street id?, community id?, grid id?, building id?, stairwell id?, org id?, from_at time, until_at time?, rotation int, acting int, appointed_by text, duty_phone text?, staff_name text?
SELECT p.id, p.role, p.person, p.place, p.street, p.community, p.grid, p.building, p.stairwell, p.org, p.from_at, p.until_at,
  p.rotation, p.acting, p.appointed_by, p.duty_phone, n.staff_name
FROM post p JOIN person n ON n.district = p.district AND n.id = p.person
WHERE p.district = :district AND p.person = :person AND p.from_at <= :now AND (p.until_at IS NULL OR p.until_at > :now)
ORDER BY p.id

-- name: post_in_office many
-- Who is in office at a moment, by place (index post_place), grid (post_grid), street (post_street), organisation (post_org)
-- or role (post_role): give at least one. Notice boards, assignment, vacancies.
-- in: district int, now time, place id?, grid id?, street id?, org id?, role text?, most int
-- out: id int, role text, person int, place id?, street id?, community id?, grid id?, building id?, stairwell id?, org id?, from_at time, until_at time?, rotation int, acting int, appointed_by text, duty_phone text?, staff_name text?
SELECT p.id, p.role, p.person, p.place, p.street, p.community, p.grid, p.building, p.stairwell, p.org, p.from_at, p.until_at,
  p.rotation, p.acting, p.appointed_by, p.duty_phone, n.staff_name
FROM post p JOIN person n ON n.district = p.district AND n.id = p.person
WHERE p.district = :district AND p.from_at <= :now AND (p.until_at IS NULL OR p.until_at > :now)
  [[ AND p.place = :place ]] [[ AND p.grid = :grid ]] [[ AND p.street = :street ]] [[ AND p.org = :org ]] [[ AND p.role = :role ]]
ORDER BY p.role, p.rotation, p.id LIMIT :most

-- name: post_history many
-- Who held a role at a place, newest first: index post_place. Public.
-- in: district int, place int, role text, most int
-- out: id int, role text, person int, place id?, street id?, community id?, grid id?, building id?, stairwell id?, org id?, from_at time, until_at time?, rotation int, acting int, appointed_by text, duty_phone text?, staff_name text?
SELECT p.id, p.role, p.person, p.place, p.street, p.community, p.grid, p.building, p.stairwell, p.org, p.from_at, p.until_at,
  p.rotation, p.acting, p.appointed_by, p.duty_phone, n.staff_name
FROM post p JOIN person n ON n.district = p.district AND n.id = p.person
WHERE p.district = :district AND p.place = :place AND p.role = :role ORDER BY p.from_at DESC, p.id DESC LIMIT :most

-- ---- accounts ----

-- name: account_add exec
-- in: district int, id int, login text, person int, hash text, must_change int, created time
INSERT INTO account (district, id, login, person, hash, status, failures, must_change, password_at, totp_step, created)
VALUES (:district, :id, :login, :person, :hash, 'active', 0, :must_change, :created, 0, :created)

-- name: account_by_login one
-- Unique key. Signing in, and commands.
-- in: district int, login text
-- out: id int, login text, person int, hash text, status text, failures int, failed_at time?, locked_until time?, must_change int, password_at time, totp blob?, totp_step int, created time, last_at time?
SELECT id, login, person, hash, status, failures, failed_at, locked_until, must_change, password_at, totp, totp_step, created, last_at
FROM account WHERE district = :district AND login = :login

-- name: account_by_id one
-- Primary key.
-- in: district int, id int
-- out: id int, login text, person int, hash text, status text, failures int, failed_at time?, locked_until time?, must_change int, password_at time, totp blob?, totp_step int, created time, last_at time?
SELECT id, login, person, hash, status, failures, failed_at, locked_until, must_change, password_at, totp, totp_step, created, last_at
FROM account WHERE district = :district AND id = :id

-- name: account_page many
-- By login, for administrators and commands.
-- in: district int, after text, most int
-- out: id int, login text, person int, staff_name text?, status text, locked_until time?, must_change int, has_totp int, created time, last_at time?
SELECT a.id, a.login, a.person, n.staff_name, a.status, a.locked_until, a.must_change,
  CASE WHEN a.totp IS NULL THEN 0 ELSE 1 END, a.created, a.last_at
FROM account a JOIN person n ON n.district = a.district AND n.id = a.person
WHERE a.district = :district AND a.login > :after ORDER BY a.login LIMIT :most

-- name: account_password exec
-- A new password opens what failures had locked.
-- in: district int, id int, hash text, must_change int, at time
UPDATE account SET hash = :hash, must_change = :must_change, password_at = :at, failures = 0, failed_at = NULL, locked_until = NULL
WHERE district = :district AND id = :id

-- name: account_rehash exec
-- The same password under today's limits; only if it is still the one that was checked.
-- in: district int, id int, hash text, old_hash text
UPDATE account SET hash = :hash WHERE district = :district AND id = :id AND hash = :old_hash

-- name: account_status exec
-- in: district int, id int, status text
UPDATE account SET status = :status, failures = 0, failed_at = NULL, locked_until = NULL WHERE district = :district AND id = :id

-- name: account_failures exec
-- in: district int, id int, failures int, failed_at time?, locked_until time?
UPDATE account SET failures = :failures, failed_at = :failed_at, locked_until = :locked_until
WHERE district = :district AND id = :id

-- name: account_signed_in exec
-- in: district int, id int, at time, totp_step int
UPDATE account SET failures = 0, failed_at = NULL, locked_until = NULL, last_at = :at, totp_step = :totp_step
WHERE district = :district AND id = :id

-- name: account_totp exec
-- in: district int, id int, totp blob?, totp_step int
UPDATE account SET totp = :totp, totp_step = :totp_step WHERE district = :district AND id = :id

-- ---- sessions and keys ----

-- name: session_add exec
-- in: district int, token_hash text, id int, account int, created time, expires time, device text
INSERT INTO session (district, token_hash, id, account, created, seen, expires, device)
VALUES (:district, :token_hash, :id, :account, :created, :created, :expires, :device)

-- name: session_by_token one
-- Primary keys only: each request of somebody signed in.
-- in: district int, token_hash text
-- out: id int, account int, created time, seen time, expires time, ended time?, person int, login text, status text, must_change int, has_totp int, staff_name text?, lang text
SELECT s.id, s.account, s.created, s.seen, s.expires, s.ended, a.person, a.login, a.status, a.must_change,
  CASE WHEN a.totp IS NULL THEN 0 ELSE 1 END, n.staff_name, n.lang
FROM session s JOIN account a ON a.district = s.district AND a.id = s.account
  JOIN person n ON n.district = a.district AND n.id = a.person
WHERE s.district = :district AND s.token_hash = :token_hash

-- name: session_touch exec
-- in: district int, token_hash text, seen time
UPDATE session SET seen = :seen WHERE district = :district AND token_hash = :token_hash AND ended IS NULL AND seen < :seen

-- name: session_end exec
-- in: district int, token_hash text, at time
UPDATE session SET ended = :at WHERE district = :district AND token_hash = :token_hash AND ended IS NULL

-- name: session_end_others exec
-- A new password ends every session but one ("" for none).
-- in: district int, account int, token_hash text, at time
UPDATE session SET ended = :at WHERE district = :district AND account = :account AND token_hash <> :token_hash AND ended IS NULL

-- name: session_of_account many
-- One's own sessions: index session_account.
-- in: district int, account int, now time
-- out: id int, created time, seen time, expires time, device text
SELECT id, created, seen, expires, device FROM session
WHERE district = :district AND account = :account AND ended IS NULL AND expires > :now ORDER BY created DESC LIMIT 50

-- name: session_forget exec
-- Index session_expires. The daily clean-up.
-- in: district int, before time
DELETE FROM session WHERE district = :district AND expires < :before

-- name: api_key_add exec
-- in: district int, id int, key_hash text, name text, org id?, sources text, per_minute int, created time, expires time?
INSERT INTO api_key (district, id, key_hash, name, org, sources, per_minute, created, expires)
VALUES (:district, :id, :key_hash, :name, :org, :sources, :per_minute, :created, :expires)

-- name: api_key_by_hash one
-- Unique key. Each request of a program.
-- in: district int, key_hash text
-- out: id int, name text, org id?, sources text, per_minute int, expires time?, ended time?
SELECT id, name, org, sources, per_minute, expires, ended FROM api_key WHERE district = :district AND key_hash = :key_hash

-- name: api_key_all many
-- Administrators.
-- in: district int
-- out: id int, name text, org id?, sources text, per_minute int, created time, expires time?, ended time?
SELECT id, name, org, sources, per_minute, created, expires, ended FROM api_key WHERE district = :district ORDER BY id

-- name: api_key_end exec
-- in: district int, id int, at time
UPDATE api_key SET ended = :at WHERE district = :district AND id = :id AND ended IS NULL

-- name: security_event_add exec
-- in: district int, id int, at time, kind text, account id?, source_match text?
INSERT INTO security_event (district, id, at, kind, account, source_match)
VALUES (:district, :id, :at, :kind, :account, :source_match)

-- name: security_event_page many
-- Index security_event_at, newest first. Auditors and administrators.
-- in: district int, before time, account id?, most int
-- out: id int, at time, kind text, account id?
SELECT id, at, kind, account FROM security_event
WHERE district = :district AND at < :before [[ AND account = :account ]] ORDER BY at DESC, id DESC LIMIT :most

-- name: security_event_forget exec
-- Index security_event_at. The daily clean-up, after the retention of the settings.
-- in: district int, before time
DELETE FROM security_event WHERE district = :district AND at < :before
