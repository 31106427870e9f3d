#include "place/index.h"

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

enum { CELLS_PER_GRID = 24, CELLS_SIDE_MAX = 2048 };

/* A cell's word: 0 nothing; odd: wholly in grid (word >> 1); even: a list at lists[word >> 1], its length first. */
struct entry {
  int64_t id, community, street;
  char code[24];
  struct place_shape shape; /* no rings when it has none */
  struct lonlat at;
};

struct place_index {
  atomic_int references;
  int64_t version;
  struct arena *arena;
  int grids, communities;
  struct entry *grid;      /* in the order of their codes */
  struct entry *community;
  struct place_box box;    /* of all grids */
  int columns, rows;
  int32_t cell_w, cell_h;
  uint32_t *cell;
  uint32_t *lists;
};

/* ---- copying in ---- */

static void copy_shape(struct arena *a, struct place_shape *out, const struct place_shape *in) {
  size_t rings = (size_t)in->rings;
  *out = *in;
  out->ring = ARENA_ARRAY(a, rings, struct place_ring);
  out->polygon = arena_memdup(a, in->polygon, rings * sizeof *in->polygon);
  for (size_t r = 0; r < rings; r++) {
    size_t n = (size_t)in->ring[r].count;
    out->ring[r] = (struct place_ring){in->ring[r].count, arena_memdup(a, in->ring[r].point, n * sizeof(struct place_point))};
  }
}

static int by_code(const void *a, const void *b) {
  const struct entry *x = a, *y = b;
  int order = strcmp(x->code, y->code);
  return order != 0 ? order : (x->id > y->id) - (x->id < y->id);
}

static struct entry *copy_entries(struct arena *a, const struct place_index_entry *in, int count) {
  struct entry *out = ARENA_ARRAY(a, (size_t)count, struct entry);
  for (int i = 0; i < count; i++) {
    out[i] = (struct entry){.id = in[i].id, .community = in[i].community, .street = in[i].street, .at = in[i].at};
    size_t n = strlen(in[i].code);
    memcpy(out[i].code, in[i].code, n < sizeof out[i].code ? n : sizeof out[i].code - 1);
    if (in[i].shape != NULL && in[i].shape->rings > 0) copy_shape(a, &out[i].shape, in[i].shape);
  }
  qsort(out, (size_t)count, sizeof *out, by_code);
  return out;
}

/* ---- cutting the ground into cells ---- */

static void measure(struct place_index *x) {
  x->box = x->grid[0].shape.box;
  for (int i = 1; i < x->grids; i++) {
    const struct place_box *b = &x->grid[i].shape.box;
    if (b->west < x->box.west) x->box.west = b->west;
    if (b->south < x->box.south) x->box.south = b->south;
    if (b->east > x->box.east) x->box.east = b->east;
    if (b->north > x->box.north) x->box.north = b->north;
  }
  int side = (int)sqrt((double)x->grids * CELLS_PER_GRID) + 1;
  if (side > CELLS_SIDE_MAX) side = CELLS_SIDE_MAX;
  x->columns = x->rows = side;
  x->cell_w = (int32_t)(((int64_t)x->box.east - x->box.west) / side + 1);
  x->cell_h = (int32_t)(((int64_t)x->box.north - x->box.south) / side + 1);
}

static int column_of(const struct place_index *x, int64_t lon) { return (int)((lon - x->box.west) / x->cell_w); }
static int row_of(const struct place_index *x, int64_t lat) { return (int)((lat - x->box.south) / x->cell_h); }

static struct place_box cell_box(const struct place_index *x, int column, int row) {
  int64_t west = x->box.west + (int64_t)column * x->cell_w, south = x->box.south + (int64_t)row * x->cell_h;
  return (struct place_box){(int32_t)west, (int32_t)south, (int32_t)(west + x->cell_w - 1),
                            (int32_t)(south + x->cell_h - 1)};
}

/* True when the segment a-b may meet the box: their boxes meet, and the corners are not all on one side of it. */
static bool segment_meets(const struct place_box *box, struct place_point a, struct place_point b) {
  struct place_box s = {a.x < b.x ? a.x : b.x, a.y < b.y ? a.y : b.y, a.x > b.x ? a.x : b.x, a.y > b.y ? a.y : b.y};
  if (!place_box_meets(box, &s)) return false;
  int64_t dx = (int64_t)b.x - a.x, dy = (int64_t)b.y - a.y;
  int64_t sw = dx * ((int64_t)box->south - a.y) - dy * ((int64_t)box->west - a.x);
  int64_t se = dx * ((int64_t)box->south - a.y) - dy * ((int64_t)box->east - a.x);
  int64_t nw = dx * ((int64_t)box->north - a.y) - dy * ((int64_t)box->west - a.x);
  int64_t ne = dx * ((int64_t)box->north - a.y) - dy * ((int64_t)box->east - a.x);
  bool left = sw > 0 && se > 0 && nw > 0 && ne > 0, right = sw < 0 && se < 0 && nw < 0 && ne < 0;
  return !left && !right;
}

/* The pairs (cell, grid) found while cutting, sorted afterwards into the cells' words. */
struct pair {
  uint32_t cell, grid;
  bool whole;
};
struct pairs {
  struct pair *item;
  size_t count, cap;
};

static void add_pair(struct pairs *p, uint32_t cell, uint32_t grid, bool whole) {
  if (p->count == p->cap) {
    p->cap = p->cap == 0 ? 4096 : p->cap * 2;
    p->item = xrealloc(p->item, p->cap * sizeof *p->item);
  }
  p->item[p->count++] = (struct pair){cell, grid, whole};
}

/* Marks in `touched` (one byte a cell of the grid's own window) the cells its border passes through. */
struct window {
  int west, south, columns, rows;
  unsigned char *touched;
};

static void touch_segment(const struct place_index *x, struct window *w, struct place_point a, struct place_point b) {
  int c0 = column_of(x, a.x < b.x ? a.x : b.x), c1 = column_of(x, a.x > b.x ? a.x : b.x);
  int r0 = row_of(x, a.y < b.y ? a.y : b.y), r1 = row_of(x, a.y > b.y ? a.y : b.y);
  for (int r = r0; r <= r1; r++) {
    for (int c = c0; c <= c1; c++) {
      struct place_box box = cell_box(x, c, r);
      if (segment_meets(&box, a, b)) w->touched[(r - w->south) * w->columns + (c - w->west)] = 1;
    }
  }
}

static void touch_border(const struct place_index *x, struct window *w, const struct place_shape *shape) {
  for (int k = 0; k < shape->rings; k++) {
    const struct place_ring *ring = &shape->ring[k];
    struct place_point a = ring->point[ring->count - 1];
    for (int i = 0; i < ring->count; i++) {
      touch_segment(x, w, a, ring->point[i]);
      a = ring->point[i];
    }
  }
}

/* Finds the cells of one grid: those on its border, and those wholly within (no border passes, one corner inside). */
static void cut_grid(struct place_index *x, struct pairs *pairs, int i) {
  const struct place_shape *shape = &x->grid[i].shape;
  struct window w = {.west = column_of(x, shape->box.west), .south = row_of(x, shape->box.south)};
  w.columns = column_of(x, shape->box.east) - w.west + 1;
  w.rows = row_of(x, shape->box.north) - w.south + 1;
  size_t cells = (size_t)w.columns * (size_t)w.rows;
  w.touched = xmalloc(cells);
  memset(w.touched, 0, cells);
  touch_border(x, &w, shape);
  for (int r = 0; r < w.rows; r++) {
    for (int c = 0; c < w.columns; c++) {
      bool border = w.touched[r * w.columns + c] != 0;
      struct place_box box = cell_box(x, w.west + c, w.south + r);
      if (!border && place_shape_side(shape, (struct place_point){box.west, box.south}) != SIDE_INSIDE) continue;
      add_pair(pairs, (uint32_t)((w.south + r) * x->columns + w.west + c), (uint32_t)i, !border);
    }
  }
  free(w.touched);
}

static int by_cell(const void *a, const void *b) {
  const struct pair *p = a, *q = b;
  if (p->cell != q->cell) return p->cell < q->cell ? -1 : 1;
  return (p->grid > q->grid) - (p->grid < q->grid);
}

static void fill_cells(struct place_index *x, struct pairs *pairs) {
  x->cell = ARENA_ARRAY(x->arena, (size_t)x->columns * (size_t)x->rows, uint32_t);
  x->lists = ARENA_ARRAY(x->arena, pairs->count * 2 + 1, uint32_t);
  if (pairs->count == 0) return;
  qsort(pairs->item, pairs->count, sizeof *pairs->item, by_cell);
  uint32_t used = 1; /* 0 means an empty cell */
  for (size_t i = 0, end; i < pairs->count; i = end) {
    uint32_t cell = pairs->item[i].cell;
    for (end = i; end < pairs->count && pairs->item[end].cell == cell; end++) continue;
    if (end - i == 1 && pairs->item[i].whole) {
      x->cell[cell] = pairs->item[i].grid << 1 | 1;
      continue;
    }
    x->cell[cell] = used << 1;
    x->lists[used++] = (uint32_t)(end - i);
    for (size_t k = i; k < end; k++) x->lists[used++] = pairs->item[k].grid;
  }
}

struct place_index *place_index_build(const struct place_index_entry *grids, int grid_count,
                                      const struct place_index_entry *communities, int community_count,
                                      int64_t version) {
  struct arena *a = arena_new((size_t)1 << 31);
  struct place_index *x = ARENA_NEW(a, struct place_index);
  atomic_init(&x->references, 1);
  x->arena = a;
  x->version = version;
  x->grids = grid_count;
  x->communities = community_count;
  x->grid = copy_entries(a, grids, grid_count);
  x->community = copy_entries(a, communities, community_count);
  if (grid_count == 0) return x;
  measure(x);
  struct pairs pairs = {0};
  for (int i = 0; i < grid_count; i++) cut_grid(x, &pairs, i);
  fill_cells(x, &pairs);
  free(pairs.item);
  return x;
}

/* ---- asking ---- */

static const struct entry *grid_at(const struct place_index *x, struct place_point p) {
  if (x->grids == 0 || !place_box_has(&x->box, p)) return NULL;
  uint32_t word = x->cell[(size_t)row_of(x, p.y) * (size_t)x->columns + (size_t)column_of(x, p.x)];
  if (word == 0) return NULL;
  if ((word & 1) != 0) return &x->grid[word >> 1];
  const uint32_t *list = &x->lists[word >> 1];
  for (uint32_t i = 1; i <= list[0]; i++) /* in the order of codes: the first that has it is the lowest */
    if (place_shape_side(&x->grid[list[i]].shape, p) != SIDE_OUTSIDE) return &x->grid[list[i]];
  return NULL;
}

int64_t place_index_grid(const struct place_index *x, struct place_point p) {
  const struct entry *e = grid_at(x, p);
  return e != NULL ? e->id : 0;
}

/* The nearest so far; what is told apart by less than a centimetre counts as equal, and the lowest code stays. */
struct nearest {
  const struct entry *entry;
  double distance;
};

static void consider_shape(struct nearest *n, const struct entry *e, struct place_point p) {
  if (place_box_distance(&e->shape.box, p) > n->distance) return;
  bool outside = place_shape_side(&e->shape, p) == SIDE_OUTSIDE;
  double d = outside ? place_shape_distance(&e->shape, p) : 0;
  if (d < n->distance - 0.01) *n = (struct nearest){e, d};
}

bool place_index_locate(struct place_found *out, const struct place_index *x, struct lonlat at) {
  struct place_point p = place_point_make(at);
  const struct entry *e = grid_at(x, p);
  if (e != NULL) {
    *out = (struct place_found){.street = e->street, .community = e->community, .grid = e->id};
    return true;
  }
  struct nearest n = {NULL, INFINITY};
  for (int i = 0; i < x->communities; i++) {
    const struct entry *c = &x->community[i];
    if (c->shape.rings > 0) consider_shape(&n, c, p);
    else if (isfinite(c->at.lon) && place_coord_distance(at, c->at) < n.distance - 0.01)
      n = (struct nearest){c, place_coord_distance(at, c->at)};
  }
  /* A community is also wherever its grids are, which is usually nearer than its middle. */
  for (int i = 0; i < x->grids; i++) consider_shape(&n, &x->grid[i], p);
  if (n.entry == NULL) return false;
  *out = (struct place_found){.street = n.entry->street, .community = n.entry->community, .to_be_placed = true,
                              .distance_m = n.distance};
  return true;
}

int place_index_count(const struct place_index *x) { return x->grids; }
int64_t place_index_version(const struct place_index *x) { return x->version; }
size_t place_index_bytes(const struct place_index *x) { return arena_used(x->arena); }

struct place_index *place_index_keep(struct place_index *x) {
  atomic_fetch_add(&x->references, 1);
  return x;
}

void place_index_release(struct place_index *x) {
  if (x != NULL && atomic_fetch_sub(&x->references, 1) == 1) arena_free(x->arena);
}

/* ---- the slot ---- */

struct place_slot {
  pthread_mutex_t lock;
  struct place_index *index;
};

struct place_slot *place_slot_new(void) {
  struct place_slot *slot = xmalloc(sizeof *slot);
  slot->index = NULL;
  pthread_mutex_init(&slot->lock, NULL);
  return slot;
}

void place_slot_free(struct place_slot *slot) {
  if (slot == NULL) return;
  place_index_release(slot->index);
  pthread_mutex_destroy(&slot->lock);
  free(slot);
}

struct place_index *place_slot_take(struct place_slot *slot) {
  pthread_mutex_lock(&slot->lock);
  struct place_index *index = slot->index != NULL ? place_index_keep(slot->index) : NULL;
  pthread_mutex_unlock(&slot->lock);
  return index;
}

void place_slot_put(struct place_slot *slot, struct place_index *index) {
  pthread_mutex_lock(&slot->lock);
  struct place_index *old = slot->index;
  bool newer = old == NULL || index->version >= old->version;
  if (newer) slot->index = index;
  pthread_mutex_unlock(&slot->lock);
  place_index_release(newer ? old : index);
}
