-- Which organisations have a part in a matter: one that holds any of its tracks. The list of one department is read from here in
-- the order it is shown, so a page of it costs the same among a thousand matters and among a million.
CREATE TABLE matter_org (
  district INTEGER NOT NULL,
  org INTEGER NOT NULL,
  opened INTEGER NOT NULL,              -- of the matter
  matter INTEGER NOT NULL,
  PRIMARY KEY (district, org, opened, matter)
) STRICT, WITHOUT ROWID;
INSERT INTO matter_org (district, org, opened, matter)
SELECT DISTINCT t.district, t.org, m.opened, m.id FROM track t JOIN matter m ON m.district = t.district AND m.id = t.matter
WHERE t.org <> 0;
DROP INDEX track_org;

-- What is rare among a million and asked for by itself.
CREATE INDEX matter_placeless ON matter (district, opened) WHERE to_be_placed = 1;
CREATE INDEX matter_reopened ON matter (district, opened) WHERE reopens > 0;
CREATE INDEX matter_relapse ON matter (district, opened) WHERE relapse_of IS NOT NULL;
-- The heads of a building and of a stairwell: what lies in theirs.
CREATE INDEX matter_building ON matter (district, building, opened) WHERE building <> 0;
CREATE INDEX matter_stairwell ON matter (district, stairwell, opened) WHERE stairwell <> 0;
CREATE INDEX matter_source ON matter (district, source, opened);
