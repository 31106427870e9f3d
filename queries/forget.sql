-- name: said_forget_one exec
-- Primary key. One value with its salt, at its author's justified request.
-- in: district int, matter id, step id, field text, number int
UPDATE said SET value = NULL, sealed = NULL, salt = NULL
WHERE district = :district AND matter = :matter AND step = :step AND field = :field AND number = :number

-- name: message_unquote exec
-- Messages of a matter that quote words which are to be erased.
-- in: district int, matter id, quoted text, zh text, en text
UPDATE message SET zh = :zh, en = :en
WHERE district = :district AND matter = :matter AND (replace(zh, :quoted, '') <> zh OR replace(en, :quoted, '') <> en)

-- name: outbox_forget exec
-- Letters that still wait for somebody whose address is erased; the sent ones have no address any more.
-- in: district int, key_id text
DELETE FROM outbox WHERE district = :district AND key_id = :key_id AND state <> 'sent'
