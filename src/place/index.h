/* The index: which grid a point is in, answered from memory.
 *
 * An index is built once from all the grids in force and never changed; a new one takes its place after an import.
 * The ground is cut into cells; a cell that lies wholly in one grid answers at once, only cells on a border ask the
 * shapes that meet there. Points on a shared border belong to the grid with the lowest code, always. */
#ifndef PLACE_INDEX_H
#define PLACE_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "place/coord.h"
#include "place/shape.h"

/* One grid, or one community, as the index needs it. The strings and the shape are copied. */
struct place_index_entry {
  int64_t id;
  int64_t community;               /* its community or village (of a community: itself) */
  int64_t street;                  /* its street or town */
  const char *code;                /* decides shared borders */
  const struct place_shape *shape; /* of a community: its drawn border, or NULL when it has none */
  struct lonlat at;                /* of a community without a border: where it is; NaN when nobody knows */
};

/* What a look-up found. Without a grid, `community` is the nearest one and the matter is to be placed by hand. */
struct place_found {
  int64_t street, community, grid; /* 0 when there is none */
  bool to_be_placed;
  double distance_m;               /* to that community; 0 when the point lies in it */
};

struct place_index;

/* Builds an index; the result has one reference, to be given back with place_index_release(). */
struct place_index *place_index_build(const struct place_index_entry *grids, int grid_count,
                                      const struct place_index_entry *communities, int community_count,
                                      int64_t version);

/* Where `at` is. False when the index holds neither a grid nor a community with a place. */
bool place_index_locate(struct place_found *out, const struct place_index *index, struct lonlat at);

/* The grid only: its id, or 0. The fast path of the above. */
int64_t place_index_grid(const struct place_index *index, struct place_point p);

/* What the index holds: places with a shape, the version of the tables it was built from, bytes of memory. */
int place_index_count(const struct place_index *index);
int64_t place_index_version(const struct place_index *index);
size_t place_index_bytes(const struct place_index *index);

/* Shared between threads by counting references. */
struct place_index *place_index_keep(struct place_index *index);
void place_index_release(struct place_index *index);

/* A slot that holds the index in force. Taking one out costs a short lock and a count; swapping one in never waits
 * for readers: the old one goes when its last reader gives it back. Zero-initialised it is empty. */
struct place_slot;
struct place_slot *place_slot_new(void);
void place_slot_free(struct place_slot *slot);
/* The index in force, to be released by the caller; NULL when none was put in yet. */
struct place_index *place_slot_take(struct place_slot *slot);
/* Takes over the caller's reference. An index older than the one in force is dropped instead. */
void place_slot_put(struct place_slot *slot, struct place_index *index);

#endif
