-- The stairwells and households of a building: they move with it when its grid is drawn anew.
CREATE INDEX place_building ON place (district, building) WHERE building IS NOT NULL;
