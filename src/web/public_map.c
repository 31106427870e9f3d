#include "web/public_map.h"

#include <math.h>

#include "base/arena.h"

enum { PAGE = 100 };
static const double SQUARES = 1000; /* of a degree: about 100 m, the street corner and not the door */

static enum map_mark mark_of(const struct list_row *row) {
  if (row->phase == PHASE_SUSPENDED) return MARK_HELD;
  if (row->procedure->menu == IN_JOINT) return MARK_JOINT;
  return row->phase >= PHASE_FILED ? MARK_GOING : MARK_WAITING;
}

static void add_pin(struct map_pin *pins, int *n, const struct resident *x, const struct list_row *row) {
  if (!row->procedure || !row->stage || isnan(row->lon) || !(row->procedure->shows_public & SHOWS_PLACE)) return;
  struct lonlat at = {round(row->lon * SQUARES) / SQUARES, round(row->lat * SQUARES) / SQUARES};
  for (int i = 0; i < *n; i++)
    if (fabs(pins[i].at.lon - at.lon) < 0.5 / SQUARES && fabs(pins[i].at.lat - at.lat) < 0.5 / SQUARES) return;
  pins[(*n)++] = (struct map_pin){at, mark_of(row), resident_say(x, &row->stage->title)};
}

int public_pins(struct map_pin **out, int *count, const struct resident *x, const struct list_filter *which,
                struct error *err) {
  struct list_filter f = *which;
  *out = ARENA_ARRAY(x->a, PUBLIC_PINS, struct map_pin);
  *count = 0;
  f.scope = NULL;
  f.only_open = true;
  f.order = LIST_NEWEST;
  f.most = PAGE;
  f.at = f.at_id = 0;
  for (bool more = true; more && *count < PUBLIC_PINS;) {
    struct list_row *rows;
    size_t n;
    if (matter_list(&rows, &n, &more, x->db, x->a, x->w, &f, x->r->now, err) < 0) return -1;
    for (size_t i = 0; i < n && *count < PUBLIC_PINS; i++) add_pin(*out, count, x, &rows[i]);
    if (!n) break;
    f.at = matter_list_key(f.order, &rows[n - 1]);
    f.at_id = rows[n - 1].id;
  }
  return 0;
}

int public_map(struct html *out, const struct resident *x, int64_t street, const struct area_map *like,
               struct error *err) {
  struct drawn_area *drawn;
  int count;
  struct area_map map = *like;
  if (drawn_areas(&drawn, &count, x->db, x->a, x->w->district, street ? PLACE_COMMUNITY : PLACE_STREET, street, err) <
      0)
    return -1;
  struct map_area *areas = ARENA_ARRAY(x->a, (size_t)count + 1, struct map_area);
  for (int i = 0; i < count; i++) areas[i] = (struct map_area){.name = drawn[i].name, .shape = &drawn[i].shape};
  map.areas = areas;
  map.area_count = count;
  map.focus = true;
  *out = area_map_html(x->a, &map);
  return 0;
}

enum word public_mark_word(enum map_mark mark) {
  static const enum word words[MAP_MARKS] = {[MARK_WAITING] = W_SCREEN_MARK_WAITING,
                                             [MARK_GOING] = W_SCREEN_MARK_GOING,
                                             [MARK_JOINT] = W_SCREEN_MARK_JOINT,
                                             [MARK_HELD] = W_SCREEN_MARK_HELD};
  return words[mark];
}
