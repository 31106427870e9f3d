/* Drawn areas from the database, as board/area_map.h wants them; and its drawing for a page. */
#ifndef WEB_AREA_VIEW_H
#define WEB_AREA_VIEW_H

#include "board/area_map.h"
#include "place/place.h"
#include "web/page.h"

struct drawn_area {
  int64_t place;
  const char *code, *name;
  struct place_shape shape;
};

/* All areas of a level that are drawn, those of one street or (0) of all, in the order of codes. Everybody may see streets and
 * communities. */
int drawn_areas(struct drawn_area **out, int *count, struct db *db, struct arena *a, int64_t district, enum place_level level,
                int64_t street, struct error *err);

/* "" when no area is drawn. */
struct html area_map_html(struct arena *a, const struct area_map *m);
struct html area_mark_html(struct arena *a, enum map_mark mark, bool dark);

#endif
