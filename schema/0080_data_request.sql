-- What people ask about their own data: a copy, a correction, its deletion (PIPL art. 44 to 50). The words are erased with
-- the person.
CREATE TABLE data_request (
  district INTEGER NOT NULL,
  id INTEGER NOT NULL,
  person INTEGER NOT NULL,
  what TEXT NOT NULL,      -- copy, correct, delete
  words TEXT NOT NULL,
  asked INTEGER NOT NULL,
  answered INTEGER,
  answer TEXT,
  PRIMARY KEY (district, id),
  FOREIGN KEY (district, person) REFERENCES person (district, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX data_request_person ON data_request (district, person, id);
-- What waits to be answered, for whoever answers.
CREATE INDEX data_request_open ON data_request (district, id) WHERE answered IS NULL;
