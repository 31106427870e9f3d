/* Lists of cases as files: the same columns whether a filter or a figure made the list. */
#ifndef WEB_DESK_SHEET_H
#define WEB_DESK_SHEET_H

#include "web/table_out.h"
#include "web/view_desk.h"

/* Gives the next rows of a list into `rows` (room for DESK_SHEET_PAGE), `summary` in full; 0 at the end, -1 on error. */
enum { DESK_SHEET_PAGE = 200, DESK_SHEET_MOST = 20000, DESK_PAPER_MOST = 500 };
struct desk_sheet_row {
  struct desk_row row;
  const char *summary;
};
typedef int desk_sheet_next(void *ctx, struct desk_sheet_row *rows, struct error *err);

/* The list as a download. A PDF holds the first DESK_PAPER_MOST and says so; a sheet DESK_SHEET_MOST. */
int desk_sheet_reply(struct request *r, const char *title, const char *name, const char *sub, enum table_format format,
                     int offset_min, desk_sheet_next *next, void *ctx, struct error *err);

#endif
