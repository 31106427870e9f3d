/* place/index: every point is in exactly one grid, or is said to be in none; shared borders go to the lowest code. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <math.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/base.h"
#include "place/index.h"

enum { SIDE = 12, GRIDS = SIDE * SIDE };

static struct arena *arena;
static struct place_shape shapes[GRIDS];
static struct place_index_entry grids[GRIDS];
static struct place_index *plan;

/* A lattice whose inner nodes are pushed about, so that no border is level or upright; one ground, cut 144 ways. */
static struct place_point node(int x, int y) {
  uint32_t h = (uint32_t)(x * 73856093) ^ (uint32_t)(y * 19349663);
  h = (h ^ (h >> 13)) * 0x5bd1e995u;
  int32_t dx = 0, dy = 0;
  if (x > 0 && x < SIDE) dx = (int32_t)(h % 30000) - 15000;
  if (y > 0 && y < SIDE) dy = (int32_t)((h >> 16) % 30000) - 15000;
  return (struct place_point){1021900000 + x * 50000 + dx, 385200000 + y * 50000 + dy};
}

static int set_up(void **state) {
  (void)state;
  arena = arena_new(64 << 20);
  for (int i = 0; i < GRIDS; i++) {
    int x = i % SIDE, y = i / SIDE;
    struct place_ring *ring = ARENA_NEW(arena, struct place_ring);
    ring->count = 4;
    ring->point = ARENA_ARRAY(arena, 4, struct place_point);
    ring->point[0] = node(x, y);
    ring->point[1] = node(x + 1, y);
    ring->point[2] = node(x + 1, y + 1);
    ring->point[3] = node(x, y + 1);
    shapes[i] = (struct place_shape){.rings = 1, .ring = ring, .polygon = ARENA_NEW(arena, int)};
    place_shape_measure(&shapes[i]);
    grids[i] = (struct place_index_entry){.id = 1000 + i, .community = 10 + i / 24, .street = 1, .shape = &shapes[i],
                                          .code = arena_printf(arena, "6203020040010%03d", i)};
  }
  plan = place_index_build(grids, GRIDS, NULL, 0, 1);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  place_index_release(plan);
  arena_free(arena);
  return 0;
}

static uint64_t random_state = 88172645463325252ull;
static uint32_t random_next(void) {
  random_state ^= random_state << 13;
  random_state ^= random_state >> 7;
  random_state ^= random_state << 17;
  return (uint32_t)(random_state >> 32);
}

/* What the index must say: the lowest code among the shapes that have the point. */
static int64_t by_hand(struct place_point p) {
  for (int i = 0; i < GRIDS; i++)
    if (place_shape_side(&shapes[i], p) != SIDE_OUTSIDE) return grids[i].id;
  return 0;
}

static void every_point_of_the_ground_is_inside_at_most_one_grid_and_in_one_at_least(void **state) {
  (void)state;
  for (int k = 0; k < 200000; k++) {
    struct place_point p = {1021900000 + (int32_t)(random_next() % (SIDE * 50000 + 1)),
                            385200000 + (int32_t)(random_next() % (SIDE * 50000 + 1))};
    int inside = 0;
    for (int i = 0; k < 2000 && i < GRIDS; i++) inside += place_shape_side(&shapes[i], p) == SIDE_INSIDE;
    assert_true(inside <= 1);
    int64_t grid = place_index_grid(plan, p);
    assert_true(grid != 0);
    assert_int_equal(grid, by_hand(p));
  }
}

static void a_point_on_a_shared_border_goes_to_the_lowest_code(void **state) {
  (void)state;
  for (int x = 0; x <= SIDE; x++) {
    for (int y = 0; y <= SIDE; y++) {
      int low = (y > 0 ? y - 1 : 0) * SIDE + (x > 0 ? x - 1 : 0);
      assert_int_equal(place_index_grid(plan, node(x, y)), 1000 + low);
    }
  }
}

static void a_point_outside_every_grid_goes_to_the_nearest_community_to_be_placed(void **state) {
  (void)state;
  struct place_found found;
  struct lonlat beyond = {102.19 + SIDE * 0.005 + 0.01, 38.5201};
  assert_true(place_index_locate(&found, plan, beyond));
  assert_true(found.to_be_placed);
  assert_int_equal(found.grid, 0);
  assert_int_equal(found.community, 10);
  double mx, my;
  place_coord_scale(&mx, &my, 38.5201);
  assert_true(fabs(found.distance_m - 0.01 * mx) < 1);
  assert_true(place_index_locate(&found, plan, (struct lonlat){102.2, 38.53}));
  assert_false(found.to_be_placed);
  assert_int_equal(found.street, 1);
}

static void a_community_without_grids_is_found_by_its_border_or_its_middle(void **state) {
  (void)state;
  struct place_index_entry communities[] = {
      {.id = 7, .community = 7, .street = 2, .code = "620302100200", .at = {102.5, 38.6}},
      {.id = 8, .community = 8, .street = 2, .code = "620302100201", .shape = &shapes[5]},
      {.id = 9, .community = 9, .street = 2, .code = "620302100202", .at = {NAN, NAN}}};
  struct place_index *index = place_index_build(NULL, 0, communities, 3, 1);
  struct place_found found;
  assert_true(place_index_locate(&found, index, (struct lonlat){102.4, 38.6}));
  assert_int_equal(found.community, 7);
  assert_true(place_index_locate(&found, index, place_shape_centre(&shapes[5])));
  assert_int_equal(found.community, 8);
  assert_true(found.to_be_placed);
  assert_true(found.distance_m == 0);
  place_index_release(index);
  index = place_index_build(NULL, 0, NULL, 0, 1);
  assert_false(place_index_locate(&found, index, (struct lonlat){102.4, 38.6}));
  place_index_release(index);
}

/* ---- the slot ---- */

static struct place_slot *slot;

static void *reader(void *what) {
  (void)what;
  for (int k = 0; k < 2000; k++) {
    struct place_index *index = place_slot_take(slot);
    assert_int_equal(place_index_grid(index, node(1, 1)), 1000);
    place_index_release(index);
  }
  return NULL;
}

static void readers_keep_their_index_while_new_ones_are_put_in(void **state) {
  (void)state;
  slot = place_slot_new();
  assert_null(place_slot_take(slot));
  place_slot_put(slot, place_index_build(grids, GRIDS, NULL, 0, 2));
  pthread_t thread[3];
  for (int i = 0; i < 3; i++) pthread_create(&thread[i], NULL, reader, NULL);
  for (int v = 3; v < 12; v++) place_slot_put(slot, place_index_build(grids, GRIDS, NULL, 0, v));
  for (int i = 0; i < 3; i++) pthread_join(thread[i], NULL);
  place_slot_put(slot, place_index_build(grids, GRIDS, NULL, 0, 5)); /* late and old: dropped */
  struct place_index *index = place_slot_take(slot);
  assert_int_equal(place_index_version(index), 11);
  place_index_release(index);
  place_slot_free(slot);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_point_of_the_ground_is_inside_at_most_one_grid_and_in_one_at_least),
      cmocka_unit_test(a_point_on_a_shared_border_goes_to_the_lowest_code),
      cmocka_unit_test(a_point_outside_every_grid_goes_to_the_nearest_community_to_be_placed),
      cmocka_unit_test(a_community_without_grids_is_found_by_its_border_or_its_middle),
      cmocka_unit_test(readers_keep_their_index_while_new_ones_are_put_in),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
