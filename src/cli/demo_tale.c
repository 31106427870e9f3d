/* Reads what befell the demonstration district. The cases that somebody looks at are written out; the weeks before are
 * made from kinds, ways and a pattern of days, always the same for the same day. */
#include <stdlib.h>

#include "cli/demo_tale.h"
#include "base/embedded.h"

enum { FILE_MAX = 1 << 20, FOLLOWS_MOST = 20, MORNING_HOURS = 9 };
/* Of the weeks before: reports come from seven in the morning on, half of them in the main street. */
enum { FIRST_MINUTE = 7 * 60, MINUTES = 13 * 60, PACE_LEAST = 70, PACE_MORE = 60, MAIN_SHARE = 50 };

struct reading {
  struct demo *demo;
  const struct yaml *kinds, *scripts;
  int64_t *grids; /* those of the main street first */
  size_t grid_count, main_count;
  struct db *db;
  struct demo_tale *tales;
  size_t count;
};

const char *tale_says(const struct demo_tale *tale, const char *key) {
  const struct yaml *own = yaml_get(tale->says, key);
  if (text_eq(key, "text")) return tale->text;
  return own ? own->text : demo_text(tale->kind, key);
}

static int read_file(const struct yaml **out, struct demo *d, const char *name, struct error *err) {
  struct yaml *file;
  const struct embedded *f = embedded_find(name);
  if (!f) return error_fault(err, "demo.file", "%s is not embedded", name);
  if (yaml_read(&file, d->arena, (const char *)f->data.data, f->data.len, FILE_MAX, err) < 0) return -1;
  *out = file;
  return 0;
}

/* --- one tale --------------------------------------------------------------------------------------------------- */

/* The steps of a script: those of the ones it follows first. */
static int take_script(struct demo_tale *tale, const struct yaml *scripts, const char *name, struct error *err) {
  const struct yaml *line[FOLLOWS_MOST];
  size_t n = 0;
  for (const char *next = name; *next; next = demo_text(line[n - 1], "follows")) {
    if (n == FOLLOWS_MOST) return error_fault(err, "demo.file", "%s follows itself", name);
    if (!(line[n] = yaml_get(scripts, next))) return error_fault(err, "demo.file", "no script %s", next);
    n++;
  }
  while (n-- > 0) {
    const struct yaml *steps = yaml_get(line[n], "steps");
    if (yaml_get(line[n], "opens")) tale->opens = yaml_get(line[n], "opens");
    for (size_t i = 0; steps && i < steps->count; i++) {
      if (tale->step_count == TALE_STEPS) return error_fault(err, "demo.file", "%s is too long", name);
      tale->steps[tale->step_count++] = steps->items[i];
    }
  }
  return 0;
}

static int put_at(const struct reading *r, struct demo_tale *tale, size_t grid, struct error *err) {
  struct place_row row;
  tale->place = r->grids[grid % r->grid_count];
  if (place_get(&row, r->db, r->demo->arena, r->demo->district, tale->place, err) < 0) return -1;
  tale->where = (struct place_chain){row.street, row.community, row.grid, 0, 0};
  return 0;
}

/* The day everything is counted from: today, but early in the morning yesterday, when the last things happened. */
static int32_t base_day(const struct demo *d) { return day_of_ms(d->now - MORNING_HOURS * HOUR_MS, d->offset_min); }

static time_ms moment(const struct demo *d, int64_t days_ago, int minute) {
  struct civil c;
  civil_from_day(&c, base_day(d) - (int32_t)days_ago);
  c.hour = minute / 60;
  c.minute = minute % 60;
  c.second = c.ms = 0;
  return ms_from_civil(&c, d->offset_min);
}

static int add_tale(struct reading *r, const struct demo_tale *tale, struct error *err) {
  if (r->count == TALES_MAX) return error_fault(err, "demo.file", "too many cases");
  if (tale->at <= r->demo->now) r->tales[r->count++] = *tale;
  return 0;
}

/* --- the cases that are written out ----------------------------------------------------------------------------- */

static int64_t account_of(const struct demo *d, const char *login) {
  for (size_t i = 0; *login && i < d->worker_count; i++)
    if (text_eq(d->workers[i].login, login)) return d->workers[i].account;
  return 0;
}

static int read_case(struct reading *r, const struct yaml *says, struct error *err) {
  const char *time = demo_text(says, "time");
  int minute = ((time[0] - '0') * 10 + time[1] - '0') * 60 + (time[3] - '0') * 10 + time[4] - '0';
  struct demo_tale tale = {.says = says, .text = demo_text(says, "text"), .name = demo_text(says, "name"), .pace = 100,
                           .kind = yaml_get(r->kinds, demo_text(says, "kind")),
                           .reporter = account_of(r->demo, demo_text(says, "reporter")),
                           .at = moment(r->demo, demo_number(demo_text(says, "day")), minute)};
  if (!tale.kind) return error_fault(err, "demo.file", "no kind %s", demo_text(says, "kind"));
  if (take_script(&tale, r->scripts, demo_text(says, "script"), err) < 0) return -1;
  if (put_at(r, &tale, (size_t)demo_number(demo_text(says, "place")), err) < 0) return -1;
  return add_tale(r, &tale, err);
}

/* --- the weeks before ------------------------------------------------------------------------------------------- */

/* The next of a row of numbers that look like chance and are the same every time. */
static unsigned next_number(uint64_t *seed) {
  *seed = *seed * 6364136223846793005ULL + 1442695040888963407ULL;
  return (unsigned)(*seed >> 33);
}

static const char *way(const struct yaml *ways, unsigned draw) {
  int64_t left = draw % 100;
  for (size_t i = 0; i < ways->count; i++)
    if ((left -= demo_number(demo_text(ways->items[i], "of"))) < 0) return demo_text(ways->items[i], "script");
  return demo_text(ways->items[0], "script");
}

static int past_case(struct reading *r, const struct yaml *history, int64_t days_ago, uint64_t *seed, struct error *err) {
  const struct yaml *kind = r->kinds->items[next_number(seed) % r->kinds->count], *texts = yaml_get(kind, "texts");
  struct demo_tale tale = {.kind = kind, .name = "", .office = true};
  tale.text = texts->items[next_number(seed) % texts->count]->text;
  tale.at = moment(r->demo, days_ago, FIRST_MINUTE + (int)(next_number(seed) % MINUTES));
  tale.pace = PACE_LEAST + (int)(next_number(seed) % PACE_MORE);
  if (take_script(&tale, r->scripts, way(yaml_get(history, "ways"), next_number(seed)), err) < 0) return -1;
  size_t among = next_number(seed) % 100 < MAIN_SHARE ? r->main_count : r->grid_count;
  if (put_at(r, &tale, next_number(seed) % among, err) < 0) return -1;
  return add_tale(r, &tale, err);
}

static int read_history(struct reading *r, const struct yaml *history, struct error *err) {
  uint64_t seed = 365;
  const struct yaml *a_day = yaml_get(history, "a-day");
  for (int64_t ago = demo_number(demo_text(history, "from")); ago >= demo_number(demo_text(history, "to")); ago--) {
    int weekday = weekday_of_day(base_day(r->demo) - (int32_t)ago);
    int64_t many = demo_number(a_day->items[weekday - 1]->text);
    for (int64_t i = 0; i < many; i++)
      if (past_case(r, history, ago, &seed, err) < 0) return -1;
  }
  return 0;
}

/* --- the grids ------------------------------------------------------------------------------------------------ */

/* The grids of the main street first: that is where those who try the demonstration look. */
static int read_grids(struct reading *r, struct error *err) {
  struct demo *d = r->demo;
  struct q_place_of_level_out *rows;
  struct place_row street;
  size_t n;
  struct q_place_of_level_in in = {.district = d->district, .level = PLACE_GRID};
  const char *code = demo_text(d->people, "street");
  if (place_by_code(&street, r->db, d->arena, d->district, code, d->now, err) < 0) return -1;
  if (q_place_of_level(r->db, d->arena, &rows, &n, &in, err) < 0) return -1;
  r->grids = ARENA_ARRAY(d->arena, n, int64_t);
  for (int round = 0; round < 2; round++) {
    for (size_t i = 0; i < n; i++)
      if ((rows[i].street == street.id) == (round == 0)) r->grids[r->grid_count++] = rows[i].id;
    if (round == 0) r->main_count = r->grid_count;
  }
  return r->main_count ? 0 : error_fault(err, "demo.file", "no grid in %s", code);
}

/* --- all of them ------------------------------------------------------------------------------------------------ */

int demo_tales(struct demo_tale **tales, size_t *count, struct demo *d, struct db *db, struct error *err) {
  struct reading r = {.demo = d, .db = db, .tales = ARENA_ARRAY(d->arena, TALES_MAX, struct demo_tale)};
  const struct yaml *cases, *kinds, *history;
  if (read_file(&cases, d, "demo/cases.yaml", err) < 0 || read_file(&kinds, d, "demo/kinds.yaml", err) < 0 ||
      read_file(&history, d, "demo/history.yaml", err) < 0 || read_file(&d->scripts, d, "demo/scripts.yaml", err) < 0 ||
      read_grids(&r, err) < 0)
    return -1;
  r.kinds = yaml_get(kinds, "kinds");
  r.scripts = yaml_get(d->scripts, "scripts");
  const struct yaml *list = yaml_get(cases, "cases");
  if (read_history(&r, yaml_get(history, "history"), err) < 0) return -1;
  for (size_t i = 0; i < list->count; i++)
    if (read_case(&r, list->items[i], err) < 0) return -1;
  *tales = r.tales;
  *count = r.count;
  return 0;
}
