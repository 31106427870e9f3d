/* The figures of the district that everybody reads: of months that have ended, as they were kept, small numbers withheld
 * (board/withhold.h). Only kinds of matter that show something to everybody. */
#ifndef WEB_PUBLIC_FIGURES_H
#define WEB_PUBLIC_FIGURES_H

#include "board/table.h"
#include "web/chart_view.h"
#include "web/resident.h"

struct public_cell {
  const char *key, *name; /* code of the place, code of the class; "" of those without one */
  int64_t n;
  bool withheld;
};

struct public_cells {
  struct public_cell *at;
  int count;
};

/* A share in whole per cent; withheld: not shown, or nothing to divide by. */
struct public_share {
  int percent;
  bool withheld;
};

struct public_month {
  int month; /* 202611 */
  const char *period, *procedure, *title;
  time_ms kept;
  const char *hash;
  bool reported_withheld, closed_withheld; /* nothing of these tables is published */
  int64_t reported, closed;
  struct public_cells reported_by_street, reported_by_class, closed_by_street;
  struct public_share on_time, response, solved, satisfied;
};

/* The kinds of matter whose figures are public, in the district's order. */
int public_kinds(const struct procedure **out, int most, const struct world *w);

/* Which further cells of a table are withheld is decided by the district's key: the same for the same table always. */
uint64_t public_secret(const struct resident *x, const char *period, const char *kind, const char *table);

/* 1 when that month was kept, 0 when not. */
int public_month_read(struct public_month *out, const struct resident *x, int month, const struct procedure *p,
                      struct error *err);

struct view_public_figures {
  const struct view_option *months, *kinds;
  int month_count, kind_count;
  const struct public_month *month; /* NULL: nothing has been kept yet */
  const char *kept;
  const struct view_resident_figure *figures;
  int figure_count;
  struct html map; /* the streets shaded by what was reported; "" where none is drawn */
  const struct chart_view *streets;
  const struct view_notice_row *notices; /* on show now */
  int notice_count;
  const struct table *tables;
  int table_count;
};

struct view_public_set {
  const char *name, *about, *updated, *fields;
  const char *const *addresses; /* of its forms */
  const char *const *forms;     /* "CSV" */
  int form_count;
};
struct view_public_data {
  const char *site;
  const struct view_public_set *sets;
  int set_count;
};

#endif
