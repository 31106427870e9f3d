-- Rolls, meetings and ballots.

-- name: roll_add exec
-- Drawn; drawn again replaces it. The engine.
-- in: district int, track int, matter int, body int, drawn time, token text, marks text
INSERT INTO roll (district, track, matter, body, drawn, opened, rule_from, token, marks, quorate, passed, counted)
VALUES (:district, :track, :matter, :body, :drawn, NULL, 0, :token, :marks, 0, 0, NULL)

-- name: roll_drop exec
-- Before it is drawn again. The engine.
-- in: district int, track int
DELETE FROM roll WHERE district = :district AND track = :track AND opened IS NULL

-- name: roll_put exec
-- Everything of it that moves. The engine.
-- in: district int, track int, opened time?, rule_from int, marks text, quorate int, passed int, counted time?, winner text?
-- in: box_public blob?, box_secret blob?
UPDATE roll SET opened = :opened, rule_from = :rule_from, marks = :marks, quorate = :quorate, passed = :passed, counted = :counted,
  winner = :winner, box_public = :box_public, box_secret = :box_secret
WHERE district = :district AND track = :track

-- name: roll_get one
-- in: district int, track int
-- out: matter int, body int, drawn time, opened time?, rule_from int, token text, marks text, quorate int, passed int, counted time?
-- out: winner text?, box_public blob?, box_secret blob?
SELECT matter, body, drawn, opened, rule_from, token, marks, quorate, passed, counted, winner, box_public, box_secret FROM roll
WHERE district = :district AND track = :track

-- name: roll_of_matter many
-- What conditions ask. Index roll_matter.
-- in: district int, matter int
-- out: track int, quorate int, passed int, opened time?, counted time?
SELECT track, quorate, passed, opened, counted FROM roll WHERE district = :district AND matter = :matter ORDER BY track

-- name: roll_entry_add exec
-- The engine.
-- in: district int, track int, entry int, person int, household id?, seat text, area int, invited int
INSERT INTO roll_entry (district, track, entry, person, household, seat, area, invited, excluded, attended, proxy)
VALUES (:district, :track, :entry, :person, :household, :seat, :area, :invited, NULL, 0, 0)

-- name: roll_entry_drop exec
-- Before it is drawn again. The engine.
-- in: district int, track int
DELETE FROM roll_entry WHERE district = :district AND track = :track

-- name: roll_entry_put exec
-- The engine.
-- in: district int, track int, entry int, excluded text?, attended int, proxy int
UPDATE roll_entry SET excluded = :excluded, attended = :attended, proxy = :proxy
WHERE district = :district AND track = :track AND entry = :entry

-- name: roll_entries many
-- Primary key. Who keeps the roll; who counts.
-- in: district int, track int
-- out: entry int, person int, household id?, seat text, area int, invited int, excluded text?, attended int, proxy int
SELECT entry, person, household, seat, area, invited, excluded, attended, proxy FROM roll_entry
WHERE district = :district AND track = :track ORDER BY entry

-- name: roll_of_person many
-- The rolls somebody is on, the newest first. Index roll_entry_person. Oneself.
-- in: district int, person int, count int
-- out: track int, matter int, entry int, code text, opened time?, counted time?, marks text, excluded text?
SELECT e.track, r.matter, e.entry, m.code, r.opened, r.counted, r.marks, e.excluded
FROM roll_entry e JOIN roll r ON r.district = e.district AND r.track = e.track
JOIN matter m ON m.district = r.district AND m.id = r.matter
WHERE e.district = :district AND e.person = :person ORDER BY e.track DESC, e.entry LIMIT :count

-- name: ballot_box_put exec
-- The whole box, written anew with each vote. The engine.
-- in: district int, track int, ballots blob
INSERT INTO ballot_box (district, track, ballots) VALUES (:district, :track, :ballots)
ON CONFLICT (district, track) DO UPDATE SET ballots = excluded.ballots

-- name: ballot_box_get one
-- All ballots in it, one after the other. A further vote; the count.
-- in: district int, track int
-- out: ballots blob
SELECT ballots FROM ballot_box WHERE district = :district AND track = :track

-- name: ballot_box_empty exec
-- At the count.
-- in: district int, track int
DELETE FROM ballot_box WHERE district = :district AND track = :track

-- name: ballot_code_add exec
-- At the count. Two voters with one code are both counted; the list has it once.
-- in: district int, track int, code text
INSERT INTO ballot_code (district, track, code) VALUES (:district, :track, :code) ON CONFLICT (district, track, code) DO NOTHING

-- name: ballot_codes many
-- Everybody.
-- in: district int, track int
-- out: code text
SELECT code FROM ballot_code WHERE district = :district AND track = :track ORDER BY code

-- name: ballot_total_add exec
-- At the count.
-- in: district int, track int, option text, channel int, votes int
INSERT INTO ballot_total (district, track, option, channel, votes) VALUES (:district, :track, :option, :channel, :votes)

-- name: ballot_totals many
-- Everybody.
-- in: district int, track int
-- out: option text, channel int, votes int
SELECT option, channel, votes FROM ballot_total WHERE district = :district AND track = :track ORDER BY channel, option

-- name: ballot_turnout_add exec
-- At the count.
-- in: district int, track int, channel int, votes int
INSERT INTO ballot_turnout (district, track, channel, votes) VALUES (:district, :track, :channel, :votes)

-- name: ballot_turnouts many
-- Everybody.
-- in: district int, track int
-- out: channel int, votes int
SELECT channel, votes FROM ballot_turnout WHERE district = :district AND track = :track ORDER BY channel

-- name: ballot_named_add exec
-- At the count of an open ballot.
-- in: district int, track int, entry int, option text, channel int
INSERT INTO ballot_named (district, track, entry, option, channel) VALUES (:district, :track, :entry, :option, :channel)

-- name: ballot_named_all many
-- Who keeps the roll, and whoever is on it.
-- in: district int, track int
-- out: entry int, option text, channel int
SELECT entry, option, channel FROM ballot_named WHERE district = :district AND track = :track ORDER BY entry

-- name: ballot_sheet_add exec
-- The engine.
-- in: district int, track int, number int, channel int, first_said blob, first_by int, photo int
INSERT INTO ballot_sheet (district, track, number, channel, state, first_said, first_by, second_said, second_by, photo)
VALUES (:district, :track, :number, :channel, 1, :first_said, :first_by, NULL, NULL, :photo)

-- name: ballot_sheet_put exec
-- The engine.
-- in: district int, track int, number int, state int, first_said blob, first_by int, second_said blob?, second_by int, photo int
UPDATE ballot_sheet SET state = :state, first_said = :first_said, first_by = :first_by, second_said = :second_said,
  second_by = :second_by, photo = :photo
WHERE district = :district AND track = :track AND number = :number

-- name: ballot_sheets many
-- Who keeps the roll; the count.
-- in: district int, track int
-- out: number int, channel int, state int, first_said blob, first_by int, second_said blob?, second_by int?, photo int
SELECT number, channel, state, first_said, first_by, second_said, second_by, photo FROM ballot_sheet
WHERE district = :district AND track = :track ORDER BY number
