/* A map of drawn areas as SVG: needs no script and no tiles, prints, and stands on a screen without a keyboard. Each area has its
 * name, its number and a shade by the number; one whose number is withheld is hatched. Pins tell a state by colour and by
 * shape. The list or table beside it says the same in words; looks are attributes (board/chart.h). */
#ifndef BOARD_AREA_MAP_H
#define BOARD_AREA_MAP_H

#include "base/base.h"
#include "place/shape.h"

struct map_area {
  const char *name;
  const struct place_shape *shape; /* WGS-84 */
  double n;         /* NaN: withheld; it shades the area against the largest */
  const char *says; /* what is written under the name, or NULL */
};

enum map_mark { MARK_WAITING, MARK_GOING, MARK_JOINT, MARK_HELD, MAP_MARKS };

struct map_pin {
  struct lonlat at;
  enum map_mark mark;
  const char *title; /* for the pointer, or NULL */
};

struct area_map {
  const char *id; /* unique on the page: letters, digits, - */
  const char *title, *note;
  const struct map_area *areas;
  int area_count;
  const struct map_pin *pins;
  int pin_count;
  bool focus; /* where a few areas are much larger than most: the small ones large, the whole small beside them */
  int width, height; /* of the drawing in its own units; height 0: what the areas need, not more than the width */
  bool dark;
};

/* Writes the drawing; nothing when there is no area. */
void area_map_write(struct buf *out, const struct area_map *m);

/* A pin by itself, 22 x 26, for a legend. */
void area_map_mark(struct buf *out, enum map_mark mark, bool dark);

#endif
