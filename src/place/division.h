/* The national list of divisions: read from its files, compared with what is in force, and applied edition by edition.
 *
 * Codes change meaning between editions, so an edition is never simply overwritten: a code that vanished or now means
 * another place ends at the edition's date, the new meaning begins there, and when a name goes on under another code
 * the two are linked. */
#ifndef PLACE_DIVISION_H
#define PLACE_DIVISION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/time.h"

struct arena;
struct db;
struct error;
struct lane_txn;

enum { DIVISION_PROVINCE = 1, DIVISION_CITY, DIVISION_COUNTY, DIVISION_STREET, DIVISION_COMMUNITY, DIVISION_LEVELS = 5 };

/* One division of a list. */
struct place_division {
  int64_t code; /* 12 digits */
  int level;
  const char *kind;
  const char *name;
};

/* A whole list, in the order of level and code; `scope` is the prefix it is complete for ("" the nation, "620302"). */
struct place_divisions {
  struct place_division *item;
  int64_t count;
  const char *scope;
};

/* Progress, for standard error: rows done so far of about `all`. */
typedef void place_progress(void *ctx, const char *step, int64_t done, int64_t all);

/* Reads a list. `from` is a folder with provinces.csv, cities.csv, areas.csv, streets.csv and villages.csv (columns code
 * and name), or one CSV file with code12 or code (12 digits) and name. `scope` "" takes everything, six digits one county
 * with what it lies in. `progress` may be NULL.
 * Errors: those of csv.h, place.division.code ({1} line {2} what), place.division.twice ({1} code),
 * place.division.parent ({1} code), place.division.scope ({1} no such county). */
int place_divisions_read(struct place_divisions *out, struct arena *a, const char *from, const char *scope,
                         place_progress *progress, void *ctx, struct error *err);

/* The same from memory: the bytes of provinces.csv, cities.csv, areas.csv, streets.csv and villages.csv, in that order
 * (compiled in for a new district); they must live as long as `a`. */
int place_divisions_read_bytes(struct place_divisions *out, struct arena *a, const struct bytes files[DIVISION_LEVELS],
                               const char *scope, struct error *err);

/* The kind a division is by its name, else by the range of its code (GB/T 10114): street, town, township, zone;
 * community, village, zone-community, zone-village; province, city, county. */
const char *place_division_kind(int level, int64_t code, const char *name);

/* A name without what says only its kind ("龙集里社区居委会" and "龙集里社区" are one). `out` has at least `size` bytes. */
void place_division_core(char *out, size_t size, const char *name);

/* The name people say: "龙集里社区" for "龙集里社区居委会", "山湾村" for "山湾村委会". */
void place_division_short(char *out, size_t size, const char *name);

/* What applying did. */
struct place_divisions_report {
  int64_t added, ended, renamed, linked, unchanged, in_force;
};

/* Applies a list as the edition of `day` (a day number), in the lane; `offset_min` says where midnight is.
 * Error: place.division.older ({1} the date in force) when a newer edition has been applied within the scope. */
int place_divisions_apply(struct place_divisions_report *report, struct lane_txn *t, const char *actor,
                          const struct place_divisions *list, int32_t day, int offset_min, place_progress *progress,
                          void *ctx, struct error *err);

/* Brings the district's own tree (district, streets and towns, communities and villages) into line with the list in
 * force: new ones are made, ended ones end, and a place whose code changed keeps its id. `county` has six digits. */
int place_divisions_adopt(struct place_divisions_report *report, struct lane_txn *t, const char *actor, const char *county,
                          struct error *err);

#endif
