-- name: data_request_add exec
-- The lane.
-- in: district int, id id, person id, what text, record id, field text, value blob?, words blob?, asked time, due time
INSERT INTO data_request (district, id, person, what, record, field, value, words, asked, due, granted, answered_by)
VALUES (:district, :id, :person, :what, :record, :field, :value, :words, :asked, :due, 0, '')

-- name: data_request_of_person many
-- Index data_request_person. That person only.
-- in: district int, person id, most int
-- out: id id, what text, record id, field text, asked time, due time, answered time?, granted int, answer blob?
SELECT id, what, record, field, asked, due, answered, granted, answer FROM data_request
WHERE district = :district AND person = :person ORDER BY id DESC LIMIT :most

-- name: data_request_same one
-- Whether the same is asked already and waits. Index data_request_person.
-- in: district int, person id, what text, record id, field text
-- out: id id
SELECT id FROM data_request WHERE district = :district AND person = :person AND answered IS NULL AND what = :what
  AND record = :record AND field = :field LIMIT 1

-- name: data_request_open many
-- Index data_request_due. Whoever answers.
-- in: district int, most int
-- out: id id, person id, what text, record id, field text, asked time, due time
SELECT id, person, what, record, field, asked, due FROM data_request
WHERE district = :district AND answered IS NULL ORDER BY due, id LIMIT :most

-- name: data_request_answered many
-- The latest first: primary key. Whoever answers.
-- in: district int, before id, most int
-- out: id id, person id, what text, record id, field text, asked time, due time, answered time?, granted int
SELECT id, person, what, record, field, asked, due, answered, granted FROM data_request
WHERE district = :district AND answered IS NOT NULL AND id < :before ORDER BY id DESC LIMIT :most

-- name: data_request_get one
-- Primary key. Whoever answers, and the person.
-- in: district int, id id
-- out: id id, person id, what text, record id, field text, value blob?, words blob?, asked time, due time, told_late time?
-- out: answered time?, granted int, answered_by text, answer blob?
SELECT id, person, what, record, field, value, words, asked, due, told_late, answered, granted, answered_by, answer
FROM data_request WHERE district = :district AND id = :id

-- name: data_request_answer exec
-- The lane; 0 rows when somebody was faster.
-- in: district int, id id, answered time, granted int, answered_by text, answer blob?
UPDATE data_request SET answered = :answered, granted = :granted, answered_by = :answered_by, answer = :answer, value = NULL
WHERE district = :district AND id = :id AND answered IS NULL

-- name: data_request_forget exec
-- The words of everything a person asked go with the person.
-- in: district int, person id
UPDATE data_request SET value = NULL, words = NULL WHERE district = :district AND person = :person

-- name: data_request_late many
-- Index data_request_due. The timer.
-- in: district int, now time, most int
-- out: id id, person id, due time
SELECT id, person, due FROM data_request
WHERE district = :district AND answered IS NULL AND due < :now AND told_late IS NULL ORDER BY due, id LIMIT :most

-- name: data_request_told_late exec
-- in: district int, id id, at time
UPDATE data_request SET told_late = :at WHERE district = :district AND id = :id

-- name: data_request_due exec
-- After a change of the calendar.
-- in: district int, id id, due time
UPDATE data_request SET due = :due WHERE district = :district AND id = :id

-- name: data_request_count one
-- Index data_request_due.
-- in: district int, now time
-- out: waiting int, late int
SELECT count(*) AS waiting, coalesce(sum(CASE WHEN due < :now THEN 1 ELSE 0 END), 0) AS late
FROM data_request WHERE district = :district AND answered IS NULL

-- name: reporter_one one
-- Primary key. The person's own, and whoever answers for them.
-- in: district int, id id
-- out: id id, matter id, reported id, person id, receipt text, name blob?, phone blob?, mail blob?, at time
SELECT id, matter, reported, person, receipt, name, phone, mail, at FROM reporter WHERE district = :district AND id = :id

-- name: reporter_of_person many
-- Index reporter_person.
-- in: district int, person id, most int
-- out: id id, matter id, reported id, code text, summary text
SELECT r.id, r.matter, r.reported, m.code, m.summary FROM reporter r
JOIN matter m ON m.district = r.district AND m.id = r.reported
WHERE r.district = :district AND r.person = :person AND r.person <> 0 ORDER BY r.id DESC LIMIT :most

-- name: reporter_put exec
-- What a reporter left of themselves, corrected or erased. The lane.
-- in: district int, id id, name blob?, phone blob?, mail blob?, phone_hash blob?
UPDATE reporter SET name = :name, phone = :phone, mail = :mail, phone_hash = :phone_hash
WHERE district = :district AND id = :id

-- name: reporter_phone_hash one
-- in: district int, id id
-- out: phone_hash blob?
SELECT phone_hash FROM reporter WHERE district = :district AND id = :id

-- name: said_forget exec
-- What somebody said of themselves in one matter: value and salt go together, so that the journal's digest says nothing any
-- more. Primary key, then the step's.
-- Of what a stranger opened only their own report: who joined it later has another moment.
-- in: district int, matter id, actor text, receipt text, opened time
UPDATE said SET value = NULL, sealed = NULL, salt = NULL
WHERE district = :district AND matter = :matter AND sealed IS NOT NULL AND step IN (
  SELECT id FROM step WHERE district = :district AND matter = :matter
    AND (actor = :actor OR actor = :receipt OR (actor = 'anyone' AND stage_from = '' AND at = :opened)))

-- name: person_set exec
-- One of a person's columns corrected, the others as they are: NULL leaves a column alone. The lane.
-- in: district int, id id, name blob?, id_number blob?, id_match text?, phone blob?, phone_match text?
UPDATE person SET name = coalesce(:name, name), id_number = coalesce(:id_number, id_number),
  id_match = coalesce(:id_match, id_match), phone = coalesce(:phone, phone), phone_match = coalesce(:phone_match, phone_match)
WHERE district = :district AND id = :id AND erased IS NULL

-- name: household_member_forget exec
-- Index household_member_person.
-- in: district int, person id
DELETE FROM household_member WHERE district = :district AND person = :person

-- name: consent_withdraw_all exec
-- in: district int, person id, at time
UPDATE consent SET withdrawn = :at WHERE district = :district AND person = :person AND withdrawn IS NULL

-- name: account_of_person one
-- Index account_person: the first one.
-- in: district int, person id
-- out: id id
SELECT id FROM account WHERE district = :district AND person = :person ORDER BY id LIMIT 1

-- name: person_in_office one
-- Index post_person: whether somebody holds a post now or is to.
-- in: district int, person id, now time
-- out: n int
SELECT count(*) AS n FROM post WHERE district = :district AND person = :person AND (until_at IS NULL OR until_at > :now)
