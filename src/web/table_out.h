/* Tables as files: the one way in which lists and figures leave as CSV, XLSX or PDF. */
#ifndef WEB_TABLE_OUT_H
#define WEB_TABLE_OUT_H

#include "board/table.h"
#include "web/app.h"

enum table_format { TABLE_CSV, TABLE_XLSX, TABLE_PDF };
#define TABLE_FORMATS "csv|xlsx|pdf" /* choices of a route's parameter `format`, in this order */

/* The whole table as a download named `name` (the ending is added). `sub` stands under its title in the PDF. */
int table_reply(struct request *r, const struct table *t, enum table_format format, const char *name, const char *sub,
                int offset_min, struct error *err);

/* A sheet written row by row, for lists that are not held in memory: `write` puts the rows. CSV and XLSX only. */
struct table_sheet_of {
  const char *name, *title; /* of the file, without its ending; of the sheet */
  const struct sheet_column *columns;
  int column_count, offset_min;
};
int table_sheet_reply(struct request *r, const struct table_sheet_of *of, enum table_format format,
                      int (*write)(struct sheet *sheet, void *ctx, struct error *err), void *ctx, struct error *err);

#endif
