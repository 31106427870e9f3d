-- Handing over the work of a post: what was open, what the one who goes wants the next to know, and that both said so. Who
-- holds a post is said in `post` alone; this is about the work.
CREATE TABLE handover (
  district INTEGER NOT NULL,
  id INTEGER NOT NULL,
  post INTEGER NOT NULL,       -- whose work it is
  from_person INTEGER NOT NULL,
  to_person INTEGER NOT NULL,
  notes TEXT,                  -- words for the successor; NULL: erased with the person
  open TEXT NOT NULL,          -- numbers of the matters that were open, a line each; what stands in them is asked of access anew
  offered INTEGER NOT NULL,
  answered INTEGER,
  state TEXT NOT NULL,         -- offered, taken, declined, withdrawn
  answer TEXT,                 -- what the successor said to it
  PRIMARY KEY (district, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX handover_from ON handover (district, from_person, id);
CREATE INDEX handover_to ON handover (district, to_person, id);
