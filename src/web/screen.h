/* What the files of the big screen share. */
#ifndef WEB_SCREEN_H
#define WEB_SCREEN_H

#include "web/resident.h"
#include "web/view_screen.h"

/* Which area is shown, to whom. */
struct screen {
  struct case_asker who;
  struct resident public_eyes; /* what everybody may see of a case */
  int64_t street;              /* DB_NULL: the district */
  struct arena *a;
  enum lang lang;
};

/* The map with what is open and public, its legend, and the newest public cases (screen_scene.c). */
int screen_scene(struct view_screen *v, const struct screen *x, struct error *err);

#endif
