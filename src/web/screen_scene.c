/* The scene in the middle of the big screen: the drawn areas, and on them what is open and public, to about 100 m. */
#include "matter/list.h"
#include "web/public_map.h"
#include "web/screen.h"

enum { EVENTS = 5 };

static int64_t street_of(const struct screen *x) {
  return x->street == DB_NULL ? 0 : x->street;
}

static void name_marks(struct view_screen *v, const struct screen *x) {
  struct view_mark *marks = ARENA_ARRAY(x->a, MAP_MARKS, struct view_mark);
  for (int i = 0; i < MAP_MARKS; i++)
    marks[i] = (struct view_mark){area_mark_html(x->a, (enum map_mark)i, true),
                                  word(x->lang, public_mark_word((enum map_mark)i))};
  v->marks = marks;
  v->mark_count = MAP_MARKS;
}

static int draw_map(struct view_screen *v, const struct screen *x, struct error *err) {
  struct map_pin *pins;
  struct list_filter open = {.street = street_of(x)};
  struct area_map map = {
      .id = "scene", .title = word(x->lang, W_SCREEN_MAP), .width = 880, .height = 440, .dark = true};
  if (public_pins(&pins, &map.pin_count, &x->public_eyes, &open, err) < 0) return -1;
  map.pins = pins;
  name_marks(v, x);
  return public_map(&v->map, &x->public_eyes, street_of(x), &map, err);
}

static int read_events(struct view_screen *v, const struct screen *x, struct error *err) {
  struct list_row *rows;
  size_t n;
  struct list_filter f = {.street = street_of(x), .order = LIST_NEWEST, .most = EVENTS};
  if (matter_list(&rows, &n, NULL, x->who.db, x->a, x->who.world, &f, x->who.now, err) < 0) return -1;
  v->events = resident_public_rows(&x->public_eyes, rows, n);
  v->event_count = (int)n;
  return 0;
}

int screen_scene(struct view_screen *v, const struct screen *x, struct error *err) {
  return draw_map(v, x, err) < 0 ? -1 : read_events(v, x, err);
}
