-- name: outbox_add exec
-- The lane.
-- in: district int, id int, channel text, recipient blob, key_id text, subject text, body text, lang text, dedupe text
-- in: matter id?, next_at time, created time
INSERT INTO outbox (district, id, channel, recipient, key_id, subject, body, lang, dedupe, matter, state, tries, next_at,
                    created, error)
VALUES (:district, :id, :channel, :recipient, :key_id, :subject, :body, :lang, :dedupe, :matter, 'waiting', 0, :next_at,
        :created, '')

-- name: outbox_by_dedupe one
-- Index outbox_dedupe. The lane.
-- in: district int, dedupe text
-- out: id int
SELECT id FROM outbox WHERE district = :district AND dedupe = :dedupe

-- name: outbox_due many
-- What one state has to be sent now, oldest first: index outbox_due. The worker.
-- in: district int, state text, now time, count int
-- out: id int, channel text, recipient blob, key_id text, subject text, body text, lang text, dedupe text, tries int
-- out: created time
SELECT id, channel, recipient, key_id, subject, body, lang, dedupe, tries, created FROM outbox
WHERE district = :district AND state = :state AND next_at <= :now ORDER BY next_at, id LIMIT :count

-- name: outbox_claim exec
-- Primary key. The worker.
-- in: district int, id int, tries int, next_at time
UPDATE outbox SET state = 'sending', tries = :tries, next_at = :next_at WHERE district = :district AND id = :id

-- name: outbox_mark exec
-- Primary key. Only by the claim that is being answered. The address goes when the letter is sent.
-- in: district int, id int, tries int, state text, next_at time, error text, wipe flag
UPDATE outbox SET state = :state, next_at = :next_at, error = :error [[?wipe , recipient = x'' ]]
WHERE district = :district AND id = :id AND state = 'sending' AND tries = :tries
-- postgresql:
UPDATE outbox SET state = :state, next_at = :next_at, error = :error [[?wipe , recipient = ''::bytea ]]
WHERE district = :district AND id = :id AND state = 'sending' AND tries = :tries

-- name: outbox_replay exec
-- Dead letters get a new start: one, or all. Administrators.
-- in: district int, id id?, now time
UPDATE outbox SET state = 'waiting', tries = 0, next_at = :now WHERE district = :district AND state = 'dead' [[ AND id = :id ]]

-- name: outbox_drop exec
-- Dead letters, one or all. Administrators.
-- in: district int, id id?
DELETE FROM outbox WHERE district = :district AND state = 'dead' [[ AND id = :id ]]

-- name: outbox_page many
-- Newest first; without texts and addresses. Administrators.
-- in: district int, state text?, before int, count int
-- out: id int, channel text, lang text, matter id?, state text, tries int, next_at time, created time, error text
SELECT id, channel, lang, matter, state, tries, next_at, created, error FROM outbox
WHERE district = :district AND id < :before [[ AND state = :state ]] ORDER BY id DESC LIMIT :count

-- name: outbox_counts many
-- For /metrics and the status page: index outbox_due.
-- in: district int
-- out: state text, letters int, oldest time
SELECT state, count(*), min(created) FROM outbox WHERE district = :district GROUP BY state

-- name: outbox_delete_sent exec
-- Index outbox_due. The daily clean-up.
-- in: district int, before time
DELETE FROM outbox WHERE district = :district AND state = 'sent' AND next_at < :before

-- name: outbox_lease_get one
-- Primary key. The worker.
-- in: district int
-- out: holder text, until time
SELECT holder, until FROM outbox_lease WHERE district = :district

-- name: outbox_lease_put exec
-- The worker.
-- in: district int, holder text, until time
INSERT INTO outbox_lease (district, holder, until) VALUES (:district, :holder, :until)
ON CONFLICT (district) DO UPDATE SET holder = excluded.holder, until = excluded.until
