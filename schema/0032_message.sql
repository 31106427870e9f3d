-- Messages inside the system. `to_key` is whom it is for, in the words of the rooms above: account:12, post:7, org:5.
CREATE TABLE message (
  district INTEGER NOT NULL,
  id INTEGER NOT NULL,
  to_key TEXT NOT NULL,
  matter INTEGER,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  zh TEXT NOT NULL,
  en TEXT NOT NULL,
  PRIMARY KEY (district, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX message_to ON message (district, to_key, id);
CREATE INDEX message_age ON message (district, at);

-- Up to which message an account has seen what is addressed to a key.
CREATE TABLE message_seen (
  district INTEGER NOT NULL,
  account INTEGER NOT NULL,
  to_key TEXT NOT NULL,
  upto INTEGER NOT NULL,
  PRIMARY KEY (district, account, to_key)
) STRICT, WITHOUT ROWID;
