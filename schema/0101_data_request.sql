-- What people ask about their own data, anew: what they write stands sealed, what it is about is named, and the answer has
-- a legal end. No release kept requests in the clear, so nothing is carried over.
DROP TABLE data_request;
CREATE TABLE data_request (
  district INTEGER NOT NULL,
  id INTEGER NOT NULL,
  person INTEGER NOT NULL,
  what TEXT NOT NULL,       -- copy, correct, delete
  record INTEGER NOT NULL,  -- id of the reporter's row (one report) it is about; 0: what stands on the person's own page
  field TEXT NOT NULL,      -- correct: name, phone, id-number, mail; else ''
  value BLOB,               -- PI, sealed: what it should say; to carry out the request (PIPL 46); NULL once it was answered
  words BLOB,               -- PI, sealed: in the person's own words; to answer the request (PIPL 50)
  asked INTEGER NOT NULL,
  due INTEGER NOT NULL,     -- end of the legal time to answer, by the work calendar
  told_late INTEGER,        -- when those above were told that it is late
  answered INTEGER,
  granted INTEGER NOT NULL, -- 1: done as asked; only when answered
  answered_by TEXT NOT NULL, -- actor key; '' until then
  answer BLOB,              -- PI, sealed: what the person was told; to be able to show the reasons (PIPL 50)
  PRIMARY KEY (district, id),
  FOREIGN KEY (district, person) REFERENCES person (district, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX data_request_person ON data_request (district, person, id);
-- What waits, by its end: the list of whoever answers, and the clock.
CREATE INDEX data_request_due ON data_request (district, due, id) WHERE answered IS NULL;
