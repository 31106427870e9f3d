/* Which column of somebody's CSV is what: the MAP.yaml of `tongxin import cases` (docs/import.md).
 *
 * A map names columns, never positions; says how the file writes moments and coordinates; and gives tables from the
 * words of the earlier system to ours. Reading it finds what is wrong with it; case_map_bind then finds its columns. */
#ifndef MATTER_CASE_MAP_H
#define MATTER_CASE_MAP_H

#include "base/csv.h"
#include "base/error.h"
#include "base/time.h"
#include "place/coord.h"

struct arena;
struct yaml;

enum { CASE_MAP_MAX = 1 << 20, CASE_TOPIC_COLUMNS = 4, CASE_MAP_ROWS_MAX = 20000 };

/* What a column can be. Those up to CASE_CLOSED_THERE become fields of the procedure with the names case_part_name()
 * gives, which the map's `fields` may rename. */
enum case_part {
  CASE_REFERENCE, /* their number: must be there */
  CASE_TOPIC,
  CASE_DETAILS,
  CASE_CATEGORY,
  CASE_SOURCE_CATEGORY,
  CASE_SOURCE_CHANNEL,
  CASE_DEPARTMENT,
  CASE_PLACE,
  CASE_POSITION, /* column is the longitude; the latitude is CASE_LAT */
  CASE_ADDRESS,
  CASE_DUE,
  CASE_RESULT,
  CASE_CLOSED_THERE, /* no column: kept when a case closes before it opens */
  CASE_LAT,
  CASE_OPENED,
  CASE_CLOSED,
  CASE_STATUS,
  CASE_ON_TIME,
  CASE_PARTS
};
const char *case_part_name(enum case_part part);

/* One line of a table: their word, ours. For departments `to` is the key, with the names a new one gets. */
struct case_word {
  const char *from, *to, *zh, *en;
};
struct case_words {
  struct case_word *items; /* sorted by `from` */
  size_t count;
};
const struct case_word *case_words_find(const struct case_words *words, const char *from);

enum case_otherwise { CASE_KEEP_TEXT, CASE_REFUSE, CASE_CREATE, CASE_LEAVE };

struct case_map {
  const char *source;    /* name of the earlier system; with their number it makes an import known again */
  const char *procedure; /* "imported" */
  const char *open, *close;
  const char *field[CASE_PARTS];  /* name in the procedure */
  const char *column[CASE_PARTS]; /* NULL: the file has none */
  const char *topic[CASE_TOPIC_COLUMNS]; /* the first that is not empty; column[CASE_TOPIC] is topic[0] */
  int at[CASE_PARTS], topic_at[CASE_TOPIC_COLUMNS]; /* after case_map_bind; -1 none */
  struct case_words categories, departments, status_open, status_closed, on_time, overdue;
  enum case_otherwise category_otherwise, department_otherwise;
  const char *format; /* of moments: "YYYY-MM-DD hh:mm:ss"; NULL: ISO 8601 */
  int offset_min;
  enum place_crs crs;
  bool outside;           /* a position outside the district is kept, without a place */
  bool early_at_opening;  /* closed before opened: closed at its opening, their moment kept; else the row is refused */
  bool formulas;          /* cells a spreadsheet would run are kept as text; else the row is refused */
};

/* Reads a map. `offset_min` is the district's, used when the map says no zone. Errors (INPUT, {1} line, {2} column):
 * yaml.*, import.map.key ({3} what stands there), import.map.missing ({3} what is missing), import.map.value. */
int case_map_read(struct case_map **out, struct arena *a, const char *text, size_t len, int offset_min,
                  struct error *err);

/* Finds the columns in a header that was read. Error: csv.column.missing. */
int case_map_bind(struct case_map *map, const struct csv *csv, struct error *err);

/* Reads a moment as the map's format has it: YYYY MM DD hh mm ss, M D h for one or two digits, AM, anything else
 * as it stands. False when the text is another. */
bool case_moment(time_ms *out, const struct case_map *map, const char *text);

#endif
