-- What everybody may know of the matters of a day, kept with them: the front page adds up days instead of counting matters.
CREATE TABLE public_day (
  district INTEGER NOT NULL,
  day INTEGER NOT NULL,                 -- day number in the district's offset: when they were reported
  reported INTEGER NOT NULL,            -- shown to everybody now
  done INTEGER NOT NULL,
  going INTEGER NOT NULL,
  on_time INTEGER NOT NULL,             -- done, and no clock that counts passed its end
  PRIMARY KEY (district, day)
) STRICT, WITHOUT ROWID;
INSERT INTO public_day (district, day, reported, done, going, on_time)
SELECT m.district, (m.opened + d.offset_min * 60000) / 86400000, count(*), sum(CASE WHEN m.outcome = 1 THEN 1 ELSE 0 END),
  sum(CASE WHEN m.outcome = 0 THEN 1 ELSE 0 END), sum(CASE WHEN m.outcome = 1 AND m.late = 0 THEN 1 ELSE 0 END)
FROM matter m JOIN district d ON d.district = m.district WHERE m.public = 1 AND m.sealed = 0
GROUP BY m.district, (m.opened + d.offset_min * 60000) / 86400000;
