/* place: where?
 *
 * The tree district - street/town - community/village - grid - building - stairwell - household, with own ids that
 * never change meaning; the areas of the grids and the index that finds one from a point (index.h); drawings read and
 * checked (geojson.h, overlay.h); the national list of divisions (division.h); grids in and out (grid.h); plates
 * (plate.h). Knows nobody: who works where is the business of people. */
#ifndef PLACE_PLACE_H
#define PLACE_PLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/time.h"
#include "place/coord.h"
#include "place/index.h"

struct arena;
struct db;
struct error;
struct lane_txn;

enum place_level {
  PLACE_DISTRICT = 1,
  PLACE_STREET,    /* street or town */
  PLACE_COMMUNITY, /* community or village */
  PLACE_GRID,
  PLACE_BUILDING,
  PLACE_STAIRWELL,
  PLACE_HOUSEHOLD
};

/* The longest name of a place, in characters. */
enum { PLACE_NAME_MAX = 80 };

/* One place. Strings live in the arena it was read into; `plate` and `end_reason` may be NULL. */
struct place_row {
  int64_t id;
  enum place_level level;
  const char *kind;  /* district street town township zone community village basic dedicated building stairwell household */
  const char *code, *name, *plate, *end_reason;
  int64_t parent, street, community, grid, building, stairwell; /* 0: none; itself where it is one */
  struct lonlat at;  /* NaN when nobody knows */
  time_ms valid_from, valid_to; /* valid_to 0: in force */
  int64_t successor;
};

/* The position of what nobody has placed yet (NaN, NaN). */
struct lonlat place_nowhere(void);

/* ---- reading ---- */

/* One place by its own id. Error: place.missing ({1} the id). */
int place_get(struct place_row *out, struct db *db, struct arena *a, int64_t district, int64_t id, struct error *err);

/* The place a code (12 digits, 15 for a grid, ...) stood for at the moment `at`, also when it has another code by now.
 * Error: place.code.unknown ({1} the code). */
int place_by_code(struct place_row *out, struct db *db, struct arena *a, int64_t district, const char *code, time_ms at,
                  struct error *err);

/* The stairwell a plate hangs in. Any case, blanks passed over. Error: place.plate.unknown. */
int place_by_plate(struct place_row *out, struct db *db, struct arena *a, int64_t district, const char *plate,
                   struct error *err);

/* From the district down to the place itself. */
int place_chain(struct place_row **out, size_t *count, struct db *db, struct arena *a, int64_t district, int64_t id,
                struct error *err);

/* The name people say: "金川路街道金谷里社区第一网格", from the street down. */
const char *place_label(struct arena *a, const struct place_row *chain, size_t count);

/* What lies directly under a place, in the order of codes; at most `max`. */
int place_children(struct place_row **out, size_t *count, struct db *db, struct arena *a, int64_t district,
                   int64_t parent, int max, struct error *err);

/* Places whose name holds `text`, streets first, never households; at most `max`. Empty text finds nothing. */
int place_search(struct place_row **out, size_t *count, struct db *db, struct arena *a, int64_t district,
                 const char *text, int max, struct error *err);

/* True when `place` is `ancestor` or lies under it. No database: the row holds its ancestors. */
bool place_is_within(const struct place_row *place, int64_t ancestor);

/* ---- changing (in the lane) ----
 * `actor` is whoever does it, as the journal writes it: "account:12", "system". May they? has been asked before. */

/* What to make. `code` NULL: the next free number under the parent (grid 001-999, building 00001-99999, stairwell
 * 01-99). `plate`: give a stairwell a plate code. `at` NaN: not known. */
struct place_new {
  const char *actor; /* who does it, as the journal writes it: "account:12", "system" */
  enum place_level level;
  int64_t parent; /* 0 for the district */
  int64_t grid;   /* of a building whose parent is the community: the grid it stands in; 0 to take the parent's */
  const char *kind, *code, *name;
  struct lonlat at;
  bool plate;
  bool quiet; /* part of an import, which writes one journal entry for all */
};

/* Makes a place. Errors: place.missing (no such parent), place.parent (a parent of the wrong level), place.code.used,
 * place.code.form, place.numbers.out (all taken). */
int place_add(struct lane_txn *t, const struct place_new *what, int64_t *id, struct error *err);

/* A new name or position; what was is kept in the history. NaN position leaves it, NULL name too. */
int place_change(struct lane_txn *t, const char *actor, int64_t id, const char *name, struct lonlat at,
                 struct error *err);

/* Ends a place with a reason in words; `successor` 0 when nothing goes on with it. Error: place.has-children. */
int place_end(struct lane_txn *t, const char *actor, int64_t id, const char *reason, int64_t successor,
              struct error *err);

/* Says that the tree or the drawings changed: indexes read before are old now. The functions here do it themselves. */
int place_touch(struct lane_txn *t, struct error *err);

/* ---- the map a server keeps in memory ---- */

/* The index of one district, swapped when the tree changes, and the coarse bound of the nation. Any number of threads. */
struct place_map;

/* `nation` is the text of catalogues/nation-bound.geojson or of the district's own; without data no bound is asked. */
int place_map_open(struct place_map **out, int64_t district, struct bytes nation, struct error *err);
void place_map_close(struct place_map *map);

/* Builds a new index when the tree changed since the last; a single small read when it did not. */
int place_map_refresh(struct place_map *map, struct db *db, struct error *err);

/* The index in force, to be given back with place_index_release(); NULL before the first refresh. */
struct place_index *place_map_take(struct place_map *map);

/* Where a point is, without touching the database. Errors: place.point.range, place.point.outside-nation,
 * place.point.swapped (it would be inside with longitude and latitude exchanged), place.point.nowhere (no grid and no
 * community has a place yet). Far from the district it is still answered: see `distance_m`. */
int place_locate(struct place_found *out, struct place_map *map, struct lonlat at, struct error *err);

#endif
