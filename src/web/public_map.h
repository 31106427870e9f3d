/* What is open and public on a map, as everybody may see it: to about 100 m, one mark a square, without words or numbers. */
#ifndef WEB_PUBLIC_MAP_H
#define WEB_PUBLIC_MAP_H

#include "web/area_view.h"
#include "web/resident.h"

enum { PUBLIC_PINS = 300 };

/* At most PUBLIC_PINS of what `which` lists (its order and its cursor are set here); only of kinds whose procedure shows the
 * place. */
int public_pins(struct map_pin **out, int *count, const struct resident *x, const struct list_filter *which,
                struct error *err);

/* The areas of a street's communities, or (0) of the streets, with these pins. "" where nothing is drawn. */
int public_map(struct html *out, const struct resident *x, int64_t street, const struct area_map *like, struct error *err);

/* The words of a mark. */
enum word public_mark_word(enum map_mark mark);

#endif
