-- Bodies that deliberate and decide: a council, a meeting of representatives, the owners of an estate. Who has a seat in
-- one, of which kind, from when until when. A procedure names a body by its kind and finds the one of the matter's place.
CREATE TABLE body (
  district INTEGER NOT NULL,
  id INTEGER NOT NULL,
  kind TEXT NOT NULL,       -- "council", "representatives": what procedures name it by
  name TEXT NOT NULL,       -- as people know it
  place INTEGER NOT NULL,   -- community, street, building ...
  created INTEGER NOT NULL,
  ended INTEGER,
  PRIMARY KEY (district, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX body_kind ON body (district, place, kind) WHERE ended IS NULL;

-- One seat held by one person: as themselves, for their household, or as an owner with so much area.
CREATE TABLE body_seat (
  district INTEGER NOT NULL,
  body INTEGER NOT NULL,
  id INTEGER NOT NULL,      -- 1.. within the body
  seat TEXT NOT NULL,       -- kind of seat: "chair", "representative", "owner"
  person INTEGER NOT NULL,  -- PI: who decides for it; Organic Laws of Villagers' and Residents' Committees, Civil Code 278 (PIPL 13(3))
  household INTEGER,        -- the household it stands for
  area INTEGER NOT NULL,    -- PI: own area in hundredths of a square metre, votes by area; Civil Code 278 (PIPL 13(3))
  from_at INTEGER NOT NULL, -- term
  until_at INTEGER,
  end_reason TEXT,          -- "term", "resigned", "moved", "mistake"
  PRIMARY KEY (district, body, id),
  FOREIGN KEY (district, body) REFERENCES body (district, id),
  FOREIGN KEY (district, person) REFERENCES person (district, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX body_seat_person ON body_seat (district, person, body);
