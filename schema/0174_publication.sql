-- A publication pays an item of the plan of disclosure (catalogues/disclosure.yaml), and is taken down with a photo.
ALTER TABLE notice ADD COLUMN item TEXT NOT NULL DEFAULT '';
ALTER TABLE notice ADD COLUMN removed INTEGER NOT NULL DEFAULT 0;
CREATE INDEX notice_item ON notice (district, item, begins) WHERE item <> '';
