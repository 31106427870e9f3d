-- Letters to the outside (mail, web hooks), written in the transaction of the action they tell of.
CREATE TABLE outbox (
  district INTEGER NOT NULL,
  id INTEGER NOT NULL,
  channel TEXT NOT NULL,                -- mail, webhook
  recipient BLOB NOT NULL,              -- sealed; empty once sent
  key_id TEXT NOT NULL,                 -- which key sealed it
  subject TEXT NOT NULL,
  body TEXT NOT NULL,
  lang TEXT NOT NULL,                   -- zh, en
  dedupe TEXT NOT NULL,
  matter INTEGER,
  state TEXT NOT NULL,                  -- waiting, sending, sent, dead
  tries INTEGER NOT NULL,
  next_at INTEGER NOT NULL,             -- waiting: not before; sending: claim ends; sent, dead: since
  created INTEGER NOT NULL,
  error TEXT NOT NULL,                  -- code of the last failure, without addresses
  PRIMARY KEY (district, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX outbox_dedupe ON outbox (district, dedupe);
CREATE INDEX outbox_due ON outbox (district, state, next_at, id);

-- Which of several servers sends.
CREATE TABLE outbox_lease (
  district INTEGER NOT NULL PRIMARY KEY,
  holder TEXT NOT NULL,
  until INTEGER NOT NULL
) STRICT;
