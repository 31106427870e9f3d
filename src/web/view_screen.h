/* The big screen. No person stands on it, and no case that is not public: numbers, those under five withheld, and marks on a map
 * to about 100 m. */
#ifndef WEB_VIEW_SCREEN_H
#define WEB_VIEW_SCREEN_H

#include "web/chart_view.h"
#include "web/view_resident.h"

struct screen_number {
  const char *title, *value, *look;
};

struct view_screen {
  const char *where, *at, *kiosk; /* kiosk: its address for a screen without a keyboard; NULL on that screen itself */
  const struct screen_number *base, *today, *rates;
  int base_count, today_count, rate_count;
  struct html map; /* "" where no area is drawn */
  const struct view_mark *marks;
  int mark_count;
  const struct view_public *events; /* the newest public ones */
  int event_count;
  const struct chart_view *days, *streets, *on_time, *classes;
};

#endif
