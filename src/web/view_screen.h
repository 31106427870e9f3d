/* The big screen. No person and no case stands on it: numbers only, those under five withheld. */
#ifndef WEB_VIEW_SCREEN_H
#define WEB_VIEW_SCREEN_H

#include "web/chart_view.h"

struct screen_number {
  const char *title, *value, *look;
};

struct view_screen {
  const char *where, *at, *kiosk; /* kiosk: its address for a screen without a keyboard; NULL on that screen itself */
  const struct screen_number *today, *month, *air;
  int today_count, month_count, air_count;
  const struct chart_view *days, *streets, *on_time, *classes;
};

#endif
