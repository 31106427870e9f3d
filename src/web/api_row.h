/* Rows of lists as JSON: what a list shows of each matter to whoever may list it. */
#ifndef WEB_API_ROW_H
#define WEB_API_ROW_H

#include "matter/list.h"
#include "web/api.h"

/* One row (schema "row"). `all` false: only what the procedure shows to everybody. */
void api_row_write(struct json *j, struct request *r, const struct list_row *row, bool all);

/* A position as an object, or null when there is none (NaN). */
void api_put_position(struct json *j, const char *key, double lon, double lat);

#endif
