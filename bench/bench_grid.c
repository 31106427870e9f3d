/* Point to grid: how many look-ups a second one core answers over 5,000 grids of some 60 points each, whose borders
 * are crooked so that no cell is easy by luck. Prints a line for people and one of JSON. */
#include <inttypes.h>
#include <stdio.h>

#include "base/base.h"
#include "place/index.h"

enum { COLUMNS = 100, ROWS = 50, STEPS = 15, POINTS = 4000000, STEP = 2000 };

static uint64_t state = 88172645463325252ull;
static uint32_t next(void) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (uint32_t)(state >> 32);
}

/* A node of the fine lattice all borders run along, pushed about by up to a third of a step. */
static struct place_point node(int x, int y) {
  uint32_t h = ((uint32_t)x * 73856093u) ^ ((uint32_t)y * 19349663u);
  h = (h ^ (h >> 13)) * 0x5bd1e995u;
  return (struct place_point){1021000000 + x * STEP + (int32_t)(h % (2 * STEP / 3)) - STEP / 3,
                              384000000 + y * STEP + (int32_t)((h >> 12) % (2 * STEP / 3)) - STEP / 3};
}

static struct place_shape *grid_shape(struct arena *a, int column, int row) {
  struct place_shape *s = ARENA_NEW(a, struct place_shape);
  s->rings = 1;
  s->polygon = ARENA_NEW(a, int);
  s->ring = ARENA_NEW(a, struct place_ring);
  s->ring->point = ARENA_ARRAY(a, 4 * STEPS, struct place_point);
  int x = column * STEPS, y = row * STEPS, n = 0;
  for (int i = 0; i < STEPS; i++) s->ring->point[n++] = node(x + i, y);
  for (int i = 0; i < STEPS; i++) s->ring->point[n++] = node(x + STEPS, y + i);
  for (int i = 0; i < STEPS; i++) s->ring->point[n++] = node(x + STEPS - i, y + STEPS);
  for (int i = 0; i < STEPS; i++) s->ring->point[n++] = node(x, y + STEPS - i);
  s->ring->count = n;
  place_shape_measure(s);
  return s;
}

int main(void) {
  struct arena *a = arena_new((size_t)1 << 30);
  struct place_index_entry *grids = ARENA_ARRAY(a, (size_t)(COLUMNS * ROWS), struct place_index_entry);
  for (int i = 0; i < COLUMNS * ROWS; i++)
    grids[i] = (struct place_index_entry){.id = i + 1, .community = 1, .street = 1,
                                          .shape = grid_shape(a, i % COLUMNS, i / COLUMNS),
                                          .code = arena_printf(a, "%015d", i)};
  int64_t before = monotonic_ns();
  struct place_index *index = place_index_build(grids, COLUMNS * ROWS, NULL, 0, 1);
  double build_ms = (double)(monotonic_ns() - before) / 1e6;
  struct place_point *points = ARENA_ARRAY(a, POINTS, struct place_point);
  for (int i = 0; i < POINTS; i++)
    points[i] = (struct place_point){1021000000 + (int32_t)(next() % (COLUMNS * STEPS * STEP)),
                                     384000000 + (int32_t)(next() % (ROWS * STEPS * STEP))};
  int64_t found = 0;
  before = monotonic_ns();
  for (int i = 0; i < POINTS; i++) found += place_index_grid(index, points[i]) != 0;
  double seconds = (double)(monotonic_ns() - before) / 1e9;
  double rate = POINTS / seconds;
  double mb = (double)place_index_bytes(index) / (1024 * 1024);
  printf("point to grid: %.1f million points a second on one core over %d grids (built in %.0f ms, %.1f MB, %.2f %% placed)\n",
         rate / 1e6, COLUMNS * ROWS, build_ms, mb, 100.0 * (double)found / POINTS);
  printf("{\"bench\":\"grid\",\"points_per_second\":%.0f,\"grids\":%d,\"build_ms\":%.1f,\"bytes\":%zu,\"target\":2000000}\n",
         rate, COLUMNS * ROWS, build_ms, place_index_bytes(index));
  place_index_release(index);
  arena_free(a);
  return rate < 2e6;
}
