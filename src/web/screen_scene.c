/* The scene in the middle of the big screen: the drawn areas, and on them what is open and public, to about 100 m. */
#include <math.h>

#include "matter/list.h"
#include "web/area_view.h"
#include "web/screen.h"

enum { PINS_MOST = 300, PAGE = 100, EVENTS = 5 };
static const double SQUARES = 1000; /* of a degree: about 100 m, the street corner and not the door */

static enum map_mark mark_of(const struct list_row *row) {
  if (row->phase == PHASE_SUSPENDED) return MARK_HELD;
  if (row->procedure->menu == IN_JOINT) return MARK_JOINT;
  return row->phase >= PHASE_FILED ? MARK_GOING : MARK_WAITING;
}

/* One pin a square: what stands there is said, not how many. */
static void add_pin(struct map_pin *pins, int *n, const struct screen *x, const struct list_row *row) {
  if (isnan(row->lon) || !row->stage || !(row->procedure->shows_public & SHOWS_PLACE)) return;
  struct lonlat at = {round(row->lon * SQUARES) / SQUARES, round(row->lat * SQUARES) / SQUARES};
  for (int i = 0; i < *n; i++)
    if (fabs(pins[i].at.lon - at.lon) < 0.5 / SQUARES && fabs(pins[i].at.lat - at.lat) < 0.5 / SQUARES) return;
  pins[(*n)++] = (struct map_pin){at, mark_of(row), resident_say(&x->public_eyes, &row->stage->title)};
}

static int read_pins(struct map_pin *pins, int *n, const struct screen *x, struct error *err) {
  struct list_filter f = {
      .only_open = true, .street = x->street == DB_NULL ? 0 : x->street, .order = LIST_NEWEST, .most = PAGE};
  for (bool more = true; more && *n < PINS_MOST;) {
    struct list_row *rows;
    size_t count;
    if (matter_list(&rows, &count, &more, x->who.db, x->a, x->who.world, &f, x->who.now, err) < 0) return -1;
    for (size_t i = 0; i < count && *n < PINS_MOST; i++)
      if (rows[i].procedure) add_pin(pins, n, x, &rows[i]);
    if (!count) break;
    f.at = matter_list_key(f.order, &rows[count - 1]);
    f.at_id = rows[count - 1].id;
  }
  return 0;
}

static void name_marks(struct view_screen *v, const struct screen *x) {
  static const enum word words[MAP_MARKS] = {[MARK_WAITING] = W_SCREEN_MARK_WAITING,
                                             [MARK_GOING] = W_SCREEN_MARK_GOING,
                                             [MARK_JOINT] = W_SCREEN_MARK_JOINT,
                                             [MARK_HELD] = W_SCREEN_MARK_HELD};
  struct screen_mark *marks = ARENA_ARRAY(x->a, MAP_MARKS, struct screen_mark);
  for (int i = 0; i < MAP_MARKS; i++)
    marks[i] = (struct screen_mark){area_mark_html(x->a, (enum map_mark)i, true), word(x->lang, words[i])};
  v->marks = marks;
  v->mark_count = MAP_MARKS;
}

static int draw_map(struct view_screen *v, const struct screen *x, struct error *err) {
  struct drawn_area *drawn;
  int count, pin_count = 0;
  bool district = x->street == DB_NULL;
  struct map_pin *pins = ARENA_ARRAY(x->a, PINS_MOST, struct map_pin);
  if (drawn_areas(&drawn, &count, x->who.db, x->a, x->who.world->district, district ? PLACE_STREET : PLACE_COMMUNITY,
                  district ? 0 : x->street, err) < 0)
    return -1;
  if (read_pins(pins, &pin_count, x, err) < 0) return -1;
  struct map_area *areas = ARENA_ARRAY(x->a, (size_t)count + 1, struct map_area);
  for (int i = 0; i < count; i++) areas[i] = (struct map_area){.name = drawn[i].name, .shape = &drawn[i].shape};
  struct area_map map = {.id = "scene",
                         .title = word(x->lang, W_SCREEN_MAP),
                         .areas = areas,
                         .area_count = count,
                         .pins = pins,
                         .pin_count = pin_count,
                         .width = 880,
                         .height = 440,
                         .dark = true,
                         .focus = true};
  v->map = area_map_html(x->a, &map);
  name_marks(v, x);
  return 0;
}

static int read_events(struct view_screen *v, const struct screen *x, struct error *err) {
  struct list_row *rows;
  size_t n;
  struct list_filter f = {.street = x->street == DB_NULL ? 0 : x->street, .order = LIST_NEWEST, .most = EVENTS};
  if (matter_list(&rows, &n, NULL, x->who.db, x->a, x->who.world, &f, x->who.now, err) < 0) return -1;
  v->events = resident_public_rows(&x->public_eyes, rows, n);
  v->event_count = (int)n;
  return 0;
}

int screen_scene(struct view_screen *v, const struct screen *x, struct error *err) {
  return draw_map(v, x, err) < 0 ? -1 : read_events(v, x, err);
}
