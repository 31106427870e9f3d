-- name: map_shapes many
-- Drawn areas of one level for the map, those of one street or of all: indexes place_level and place_shape_now. Streets and
-- communities for everybody; grids for those with a post.
-- in: district int, level int, street id?
-- out: place int, code text, name text, street id?, geometry text, synthetic int, lon real?, lat real?
SELECT p.id AS place, p.code, p.name, p.street, s.geometry, s.synthetic, p.lon, p.lat
FROM place p
JOIN place_shape s ON s.district = p.district AND s.place = p.id AND s.valid_to IS NULL
WHERE p.district = :district AND p.level = :level AND p.valid_to IS NULL [[ AND p.street = :street ]]
ORDER BY p.code
