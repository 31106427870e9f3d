#include "matter/case_row.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"

/* What is being read. */
struct reading {
  struct case_row *out;
  const struct case_map *map;
  const struct csv_row *in;
  struct arena *a;
  time_ms now;
  struct error *err;
};

static int refuse(struct reading *r, const char *code, const char *column, const char *value) {
  return error_set(r->err, ERR_INPUT, code, column, value ? text_shorten(r->a, value, 60) : "", NULL);
}

/* Free text of another system may hold carriage returns, form feeds and worse; they become blanks. */
static const char *clean(struct arena *a, const char *raw) {
  char *s = text_trim(a, raw);
  for (char *p = s; *p; p++)
    if ((*p > 0 && *p < ' ' && *p != '\n' && *p != '\t') || *p == 0x7F) *p = ' ';
  return s;
}

/* The cell of a column; NULL when the map has none or it is empty. -1 when it is a formula. */
static int cell_at(struct reading *r, int at, const char *column, const char **out) {
  *out = NULL;
  if (at < 0) return 0;
  const char *v = clean(r->a, r->in->field[at]);
  if (!*v) return 0;
  if (!r->map->formulas && csv_is_formula(v)) return refuse(r, "import.case.formula", column, v);
  if (text_has_controls(v)) return refuse(r, "import.case.controls", column, NULL);
  *out = v;
  return 0;
}

static int cell(struct reading *r, enum case_part part, const char **out) {
  return cell_at(r, r->map->at[part], r->map->column[part], out);
}

void case_row_say(struct case_row *row, const struct case_map *map, enum case_part part, const char *value) {
  if (value && row->said_count < CASE_SAID)
    row->said[row->said_count++] = (struct said){.field = map->field[part], .value = value};
}

static int text_part(struct reading *r, enum case_part part) {
  const char *v;
  if (cell(r, part, &v) < 0) return -1;
  case_row_say(r->out, r->map, part, v);
  return 0;
}

static int read_reference(struct reading *r) {
  const char *column = r->map->column[CASE_REFERENCE];
  if (cell(r, CASE_REFERENCE, &r->out->reference) < 0) return -1;
  if (!r->out->reference) return refuse(r, "import.case.empty", column, NULL);
  case_row_say(r->out, r->map, CASE_REFERENCE, r->out->reference);
  return 0;
}

static int read_topic(struct reading *r) {
  const char *v = NULL;
  for (int i = 0; i < CASE_TOPIC_COLUMNS && !v; i++)
    if (cell_at(r, r->map->topic_at[i], r->map->topic[i], &v) < 0) return -1;
  if (!v) return refuse(r, "import.case.empty", r->map->topic[0], NULL);
  case_row_say(r->out, r->map, CASE_TOPIC, v);
  return 0;
}

static int moment(struct reading *r, enum case_part part, time_ms *out) {
  const char *v;
  *out = 0;
  if (cell(r, part, &v) < 0) return -1;
  if (v && !case_moment(out, r->map, v)) return refuse(r, "import.case.moment", r->map->column[part], v);
  return 0;
}

static const char *moment_text(struct reading *r, time_ms at) {
  char text[40];
  time_format(text, sizeof text, at, r->map->offset_min);
  return arena_strdup(r->a, text);
}

/* The file says it was closed before it was opened: clocks cannot run backwards. */
static int closed_early(struct reading *r) {
  struct case_row *row = r->out;
  if (!r->map->early_at_opening)
    return refuse(r, "import.case.early", r->map->column[CASE_CLOSED], moment_text(r, row->closed));
  row->closing[row->closing_count++] =
      (struct said){.field = r->map->field[CASE_CLOSED_THERE], .value = moment_text(r, row->closed)};
  row->closed = row->opened;
  row->early = true;
  return 0;
}

static int read_moments(struct reading *r) {
  struct case_row *row = r->out;
  const char *const *column = r->map->column;
  if (moment(r, CASE_OPENED, &row->opened) < 0 || moment(r, CASE_DUE, &row->due) < 0 ||
      moment(r, CASE_CLOSED, &row->closed) < 0)
    return -1;
  if (!row->opened) return refuse(r, "import.case.empty", column[CASE_OPENED], NULL);
  if (row->opened > r->now) return refuse(r, "import.case.future", column[CASE_OPENED], moment_text(r, row->opened));
  if (row->closed > r->now) return refuse(r, "import.case.future", column[CASE_CLOSED], moment_text(r, row->closed));
  if (row->due && row->due < row->opened)
    return refuse(r, "import.case.target-early", column[CASE_DUE], moment_text(r, row->due));
  if (row->due) case_row_say(row, r->map, CASE_DUE, moment_text(r, row->due));
  return row->closed && row->closed < row->opened ? closed_early(r) : 0;
}

static int read_status(struct reading *r) {
  const char *v, *column = r->map->column[CASE_STATUS];
  if (cell(r, CASE_STATUS, &v) < 0) return -1;
  if (!v) return 0;
  bool open = case_words_find(&r->map->status_open, v), closed = case_words_find(&r->map->status_closed, v);
  if (!open && !closed) return refuse(r, "import.case.word", column, v);
  return closed == (r->out->closed != 0) ? 0 : refuse(r, "import.case.status", column, v);
}

static int read_flag(struct reading *r) {
  const char *v, *column = r->map->column[CASE_ON_TIME];
  if (cell(r, CASE_ON_TIME, &v) < 0) return -1;
  if (!v) return 0;
  bool yes = case_words_find(&r->map->on_time, v), no = case_words_find(&r->map->overdue, v);
  if (!yes && !no) return refuse(r, "import.case.word", column, v);
  r->out->flag = yes ? 1 : -1;
  return 0;
}

static int read_category(struct reading *r) {
  const char *v, *column = r->map->column[CASE_SOURCE_CATEGORY];
  if (cell(r, CASE_SOURCE_CATEGORY, &v) < 0) return -1;
  if (!v) return 0;
  const struct case_word *ours = case_words_find(&r->map->categories, v);
  if (ours) case_row_say(r->out, r->map, CASE_CATEGORY, ours->to);
  if (!ours && r->map->category_otherwise == CASE_REFUSE) return refuse(r, "import.case.category", column, v);
  case_row_say(r->out, r->map, CASE_SOURCE_CATEGORY, v);
  return 0;
}

/* Nought, nought is how many systems write "not known". */
static int read_position(struct reading *r) {
  const char *x, *y, *column = r->map->column[CASE_POSITION];
  struct lonlat at;
  if (cell(r, CASE_POSITION, &x) < 0 || cell(r, CASE_LAT, &y) < 0) return -1;
  if (!x && !y) return 0;
  if (!x || !y || !text_to_real(x, &at.lon) || !text_to_real(y, &at.lat) || !place_coord_valid(at))
    return refuse(r, "import.case.position", column, x ? x : "");
  if (at.lon == 0 && at.lat == 0) return 0;
  at = place_coord_convert(at, r->map->crs, CRS_WGS84);
  case_row_say(r->out, r->map, CASE_POSITION, arena_printf(r->a, "%.7f,%.7f", at.lon, at.lat));
  return 0;
}

static int read_result(struct reading *r) {
  const char *v;
  if (cell(r, CASE_RESULT, &v) < 0) return -1;
  struct case_row *row = r->out;
  if (v && row->closed) row->closing[row->closing_count++] = (struct said){.field = r->map->field[CASE_RESULT], .value = v};
  return 0;
}

int case_row_read(struct case_row *out, const struct case_map *map, const struct csv_row *in, struct arena *a,
                  time_ms now, struct error *err) {
  struct reading r = {out, map, in, a, now, err};
  *out = (struct case_row){.line = in->line};
  if (read_reference(&r) < 0 || read_moments(&r) < 0 || read_status(&r) < 0 || read_flag(&r) < 0) return -1;
  if (read_topic(&r) < 0 || text_part(&r, CASE_DETAILS) < 0 || read_category(&r) < 0) return -1;
  if (text_part(&r, CASE_SOURCE_CHANNEL) < 0 || text_part(&r, CASE_ADDRESS) < 0 || read_position(&r) < 0) return -1;
  if (cell(&r, CASE_DEPARTMENT, &out->department) < 0 || cell(&r, CASE_PLACE, &out->place) < 0) return -1;
  return read_result(&r);
}
