/* Reading work calendars from JSON: the shapes of the npm package chinese-days and of a yearly notice file. Rows are
 * checked and gathered first and added last, so that a bad file changes nothing. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "base/arena.h"
#include "base/text.h"
#include "matter/calendar.h"

/* What a file says before any of it is taken over. */
struct reading {
  struct arena *arena;
  struct calendar_day *rows;
  size_t count, room;
  int years[CALENDAR_YEARS_MAX];
  int year_count;
};

static int bad_shape(struct error *err, const char *where) {
  return error_set(err, ERR_INPUT, "calendar.file.shape", NULL, where, NULL);
}

static int bad_date(struct error *err, const char *text) {
  char shown[48];
  text_copy(shown, sizeof shown, text);
  return error_set(err, ERR_INPUT, "calendar.file.date", NULL, shown, NULL);
}

static json_t *parse(const char *json, size_t n, struct error *err) {
  if (n > CALENDAR_FILE_MAX) {
    error_set(err, ERR_TOO_LARGE, "calendar.file.size", NULL, "1 MiB", NULL);
    return NULL;
  }
  if (n >= 3 && memcmp(json, "\xEF\xBB\xBF", 3) == 0) {
    json += 3;
    n -= 3;
  }
  json_error_t what;
  json_t *root = json_loadb(json, n, JSON_REJECT_DUPLICATES, &what);
  if (root) return root;
  char line[16];
  snprintf(line, sizeof line, "%d", what.line);
  error_set(err, ERR_INPUT, "calendar.file.json", NULL, line, what.text, NULL);
  return NULL;
}

/* Checked here, so that adding cannot fail half way. */
static int gather(struct reading *r, const struct calendar_day *row, struct error *err) {
  char date[16];
  date_format(date, sizeof date, row->day);
  if (strlen(row->zh) > CALENDAR_NAME_MAX || strlen(row->en) > CALENDAR_NAME_MAX || text_has_controls(row->zh) ||
      text_has_controls(row->en))
    return error_set(err, ERR_INPUT, "calendar.day.name", NULL, date, NULL);
  if (r->count == r->room) return error_set(err, ERR_INPUT, "calendar.too-many", NULL, "20000", NULL);
  r->rows[r->count++] = *row;
  return 0;
}

static int gather_year(struct reading *r, int year, struct error *err) {
  if (r->year_count == CALENDAR_YEARS_MAX) return bad_shape(err, "year");
  r->years[r->year_count++] = year;
  return 0;
}

static int take_over(struct calendar *c, const struct reading *r, struct error *err) {
  for (size_t i = 0; i < r->count; i++)
    if (calendar_add_day(c, &r->rows[i], err)) return -1;
  for (int i = 0; i < r->year_count; i++)
    if (calendar_add_year(c, r->years[i], err)) return -1;
  return 0;
}

/* ------------------------------------------------------------------ chinese-days */

/* "New Year's Day,元旦,1" or the older "元旦": English, Chinese, days of the feast itself. */
static void split_names(struct reading *r, struct calendar_day *row, const char *text) {
  const char *comma = strchr(text, ',');
  if (!comma) {
    row->zh = arena_strdup(r->arena, text);
    row->en = "";
    return;
  }
  row->en = arena_strndup(r->arena, text, (size_t)(comma - text));
  const char *end = strchr(comma + 1, ',');
  row->zh = end ? arena_strndup(r->arena, comma + 1, (size_t)(end - comma - 1)) : arena_strdup(r->arena, comma + 1);
}

static int gather_named_day(struct reading *r, const char *date, json_t *value, struct calendar_day row,
                            struct error *err) {
  if (!date_parse(&row.day, date)) return bad_date(err, date);
  if (!json_is_string(value)) return bad_shape(err, date);
  split_names(r, &row, json_string_value(value));
  if (gather(r, &row, err)) return -1;
  struct civil c;
  civil_from_day(&c, row.day);
  /* New Year is a day off in every notice, so a year is published when its 1 January is listed. */
  if (row.rule == DAY_OFF && c.month == 1 && c.day == 1) return gather_year(r, c.year, err);
  return 0;
}

static int gather_section(struct reading *r, json_t *root, const char *name, enum day_rule rule, struct error *err) {
  json_t *section = json_object_get(root, name), *in_lieu = json_object_get(root, "inLieuDays"), *value;
  if (!json_is_object(section)) return bad_shape(err, name);
  const char *date;
  json_object_foreach(section, date, value) {
    struct calendar_day row = {.layer = CALENDAR_NATION, .rule = rule};
    row.in_lieu = rule == DAY_OFF && json_object_get(in_lieu, date);
    if (gather_named_day(r, date, value, row, err)) return -1;
  }
  return 0;
}

static int read_chinese_days(struct reading *r, json_t *root, struct error *err) {
  if (!json_is_object(root)) return bad_shape(err, "{}");
  json_t *in_lieu = json_object_get(root, "inLieuDays");
  if (in_lieu && !json_is_object(in_lieu)) return bad_shape(err, "inLieuDays");
  return gather_section(r, root, "holidays", DAY_OFF, err) || gather_section(r, root, "workdays", DAY_WORKED, err) ? -1
                                                                                                                   : 0;
}

/* ------------------------------------------------------------------ one year's notice */

static int gather_notice_day(struct reading *r, json_t *day, size_t i, struct error *err) {
  char where[32];
  snprintf(where, sizeof where, "days[%zu]", i);
  const char *date = json_string_value(json_object_get(day, "date"));
  const char *name = json_string_value(json_object_get(day, "name"));
  json_t *off = json_object_get(day, "isOffDay");
  if (!date || !name || !json_is_boolean(off)) return bad_shape(err, where);
  struct calendar_day row = {.layer = CALENDAR_NATION, .rule = json_is_true(off) ? DAY_OFF : DAY_WORKED, .en = ""};
  if (!date_parse(&row.day, date)) return bad_date(err, date);
  row.zh = arena_strdup(r->arena, name);
  return gather(r, &row, err);
}

static int read_holiday_cn(struct reading *r, json_t *root, struct error *err) {
  json_t *year = json_object_get(root, "year"), *days = json_object_get(root, "days"), *day;
  if (!json_is_integer(year) || json_integer_value(year) < 1 || json_integer_value(year) > 9999)
    return bad_shape(err, "year");
  if (!json_is_array(days)) return bad_shape(err, "days");
  size_t i;
  json_array_foreach(days, i, day) {
    if (gather_notice_day(r, day, i, err)) return -1;
  }
  return json_array_size(days) ? gather_year(r, (int)json_integer_value(year), err) : 0;
}

/* ------------------------------------------------------------------ doors */

static int read_either(struct reading *r, json_t *root, struct error *err) {
  return json_object_get(root, "days") ? read_holiday_cn(r, root, err) : read_chinese_days(r, root, err);
}

static int load(struct calendar *c, const char *json, size_t n,
                int (*read_root)(struct reading *, json_t *, struct error *), struct error *err) {
  json_t *root = parse(json, n, err);
  if (!root) return -1;
  struct reading r = {.arena = arena_new((size_t)64 << 20)};
  r.room = CALENDAR_ROWS - calendar_day_count(c);
  r.rows = ARENA_ARRAY(r.arena, r.room, struct calendar_day);
  int rc = read_root(&r, root, err);
  if (!rc) rc = take_over(c, &r, err);
  arena_free(r.arena);
  json_decref(root);
  return rc;
}

int calendar_load_chinese_days(struct calendar *c, const char *json, size_t n, struct error *err) {
  return load(c, json, n, read_chinese_days, err);
}

int calendar_load_holiday_cn(struct calendar *c, const char *json, size_t n, struct error *err) {
  return load(c, json, n, read_holiday_cn, err);
}

/* Reads at most `room` bytes; -1 with errno when it cannot. */
static ssize_t read_whole(const char *path, char *out, size_t room) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return -1;
  size_t n = 0;
  ssize_t got;
  while (n < room && (got = read(fd, out + n, room - n)) != 0) {
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) break;
    n += (size_t)got;
  }
  int saved = errno;
  bool failed = n < room && got < 0;
  close(fd);
  errno = saved;
  return failed ? -1 : (ssize_t)n;
}

int calendar_load_file(struct calendar *c, const char *path, struct error *err) {
  struct arena *a = arena_new((size_t)CALENDAR_FILE_MAX * 2);
  char *json = arena_alloc(a, CALENDAR_FILE_MAX + 1);
  ssize_t n = read_whole(path, json, CALENDAR_FILE_MAX + 1);
  int rc = n < 0 ? error_set(err, ERR_INPUT, "calendar.file.read", NULL, path, strerror(errno), NULL)
                 : load(c, json, (size_t)n, read_either, err);
  arena_free(a);
  return rc;
}
