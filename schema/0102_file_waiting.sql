-- Uploads that belong to nothing yet: since when they wait. NULL: in use, or never to be swept.
ALTER TABLE file ADD COLUMN waiting INTEGER;
CREATE INDEX file_waiting ON file (district, waiting) WHERE waiting IS NOT NULL;
