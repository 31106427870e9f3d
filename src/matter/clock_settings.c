#include "matter/clock_settings.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "base/yaml.h"

struct clock_settings clock_settings_usual(void) {
  return (struct clock_settings){.clock = clock_rules_usual(), .duplicates = duplicate_rules_usual()};
}

static int refuse(struct error *err, const char *code, int line, int column, const char *key, const char *text) {
  char at_line[16], at_column[16];
  snprintf(at_line, sizeof at_line, "%d", line);
  snprintf(at_column, sizeof at_column, "%d", column);
  return error_set(err, ERR_INPUT, code, NULL, at_line, at_column, key, text, NULL);
}

static int bad_value(struct error *err, const struct yaml *v) {
  bool scalar = v->kind == YAML_SCALAR;
  return refuse(err, "clock.settings.value", v->line, v->column, v->key ? v->key : "-", scalar ? v->text : "…");
}

static int bad_key(struct error *err, const struct yaml *v) {
  return refuse(err, "clock.settings.key", v->key_line, v->key_column, v->key, "");
}

/* A map may only hold the keys named; NULL ends them. */
static int only_keys(const struct yaml *map, const char *const *keys, struct error *err) {
  if (map->kind != YAML_MAP) return bad_value(err, map);
  for (size_t i = 0; i < map->count; i++) {
    const char *const *k = keys;
    while (*k && !text_eq(*k, map->items[i]->key)) k++;
    if (!*k) return bad_key(err, map->items[i]);
  }
  return 0;
}

/* The list at `key`; an empty one when nothing was written. */
static int list_of(const struct yaml **out, const struct yaml *root, const char *key, struct error *err) {
  static const struct yaml none = {.kind = YAML_LIST};
  const struct yaml *v = yaml_get(root, key);
  *out = v && !(v->kind == YAML_SCALAR && !*v->text) ? v : &none;
  return (*out)->kind == YAML_LIST ? 0 : bad_value(err, *out);
}

static int read_date(int32_t *out, const struct yaml *map, const char *key, struct error *err) {
  const struct yaml *v = yaml_get(map, key);
  if (v && v->kind == YAML_SCALAR && date_parse(out, v->text)) return 0;
  return bad_value(err, v ? v : map);
}

static int read_open(struct span *spans, int *count, const struct yaml *map, struct error *err) {
  const struct yaml *v = yaml_get(map, "open");
  if (v && v->kind == YAML_SCALAR && calendar_read_spans(spans, count, v->text)) return 0;
  return bad_value(err, v ? v : map);
}

/* ------------------------------------------------------------------ hours and days */

static int read_week(int *out, const struct yaml *map, struct error *err) {
  static const char *const names[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
  const struct yaml *v = yaml_get(map, "week");
  if (!v) return 0;
  if (v->kind != YAML_LIST || !v->count) return bad_value(err, v);
  for (size_t i = 0; i < v->count; i++) {
    int day = 0;
    while (day < 7 && !(v->items[i]->kind == YAML_SCALAR && text_eq(v->items[i]->text, names[day]))) day++;
    if (day == 7) return bad_value(err, v->items[i]);
    *out |= 1 << day;
  }
  return 0;
}

static int read_hours(struct calendar *cal, const struct yaml *map, struct error *err) {
  static const char *const keys[] = {"from", "week", "open", NULL};
  struct calendar_hours row = {0};
  if (only_keys(map, keys, err) || read_date(&row.from, map, "from", err) || read_week(&row.week, map, err) ||
      read_open(row.spans, &row.span_count, map, err))
    return -1;
  return cal ? calendar_add_hours(cal, &row, err) : 0;
}

static int read_rule(enum day_rule *out, const struct yaml *map, struct error *err) {
  static const char *const names[] = {"off", "worked", "hours"};
  const struct yaml *v = yaml_get(map, "rule");
  for (int i = DAY_OFF; i <= DAY_HOURS; i++) {
    if (!v || v->kind != YAML_SCALAR || !text_eq(v->text, names[i])) continue;
    *out = (enum day_rule)i;
    return 0;
  }
  return bad_value(err, v ? v : map);
}

static const char *name_at(const struct yaml *map, const char *key) {
  const struct yaml *v = yaml_get(map, key);
  return v && v->kind == YAML_SCALAR ? v->text : "";
}

static int read_day(struct calendar *cal, const struct yaml *map, struct error *err) {
  static const char *const keys[] = {"day", "rule", "open", "zh", "en", NULL};
  struct calendar_day row = {.layer = CALENDAR_DISTRICT};
  if (only_keys(map, keys, err) || read_date(&row.day, map, "day", err) || read_rule(&row.rule, map, err)) return -1;
  if (row.rule == DAY_HOURS && read_open(row.spans, &row.span_count, map, err)) return -1;
  row.zh = name_at(map, "zh");
  row.en = name_at(map, "en");
  return cal ? calendar_add_day(cal, &row, err) : 0;
}

static int read_each(struct calendar *cal, const struct yaml *root, const char *key,
                     int (*read)(struct calendar *, const struct yaml *, struct error *), struct error *err) {
  const struct yaml *list;
  if (list_of(&list, root, key, err)) return -1;
  for (size_t i = 0; i < list->count; i++)
    if (read(cal, list->items[i], err)) return -1;
  return 0;
}

/* ------------------------------------------------------------------ settings */

static int read_switch(bool *out, const struct yaml *map, const char *key, struct error *err) {
  const struct yaml *v = yaml_get(map, key);
  if (!v) return 0;
  *out = v->kind == YAML_SCALAR && (text_eq(v->text, "yes") || text_eq(v->text, "true"));
  if (*out || (v->kind == YAML_SCALAR && (text_eq(v->text, "no") || text_eq(v->text, "false")))) return 0;
  return bad_value(err, v);
}

static int read_number(double *out, const struct yaml *map, const char *key, double most, struct error *err) {
  const struct yaml *v = yaml_get(map, key);
  if (!v) return 0;
  if (v->kind == YAML_SCALAR && text_to_real(v->text, out) && *out >= 0 && *out <= most) return 0;
  return bad_value(err, v);
}

/* A span of time in the one unit that fits here; the rest of `err` would not say where it stands. */
static int read_span(int64_t *out, const struct yaml *map, const char *key, enum unit wanted, int64_t unit_ms,
                     struct error *err) {
  const struct yaml *v = yaml_get(map, key);
  struct error ignored = {0};
  struct limit l;
  if (!v) return 0;
  if (v->kind != YAML_SCALAR || limit_parse(&l, v->text, &ignored) || l.unit != wanted) return bad_value(err, v);
  *out = l.milli * (unit_ms / LIMIT_ONE);
  return 0;
}

static int read_rules(struct clock_rules *r, const struct yaml *map, struct error *err) {
  static const char *const keys[] = {"work-day-start-counts",
                                     "natural-day-start-counts",
                                     "whole-days",
                                     "off-day-moves",
                                     "office-end-ends",
                                     "month-end-spills",
                                     "warn-share",
                                     "warn-left",
                                     "from",
                                     NULL};
  double share = r->warn_share_milli / 10.0;
  if (only_keys(map, keys, err) || read_switch(&r->work_day_start_counts, map, keys[0], err) ||
      read_switch(&r->natural_day_start_counts, map, keys[1], err) || read_switch(&r->whole_days, map, keys[2], err) ||
      read_switch(&r->off_day_moves, map, keys[3], err) || read_switch(&r->office_end_ends, map, keys[4], err) ||
      read_switch(&r->month_end_spills, map, keys[5], err) || read_number(&share, map, keys[6], 100, err) ||
      read_span(&r->warn_work_ms, map, keys[7], UNIT_WORK_HOUR, HOUR_MS, err))
    return -1;
  r->warn_share_milli = (int)(share * 10);
  return 0;
}

/* One map of rules, or a list of them: what holds from a day on, each saying only what is other than before. */
static int read_clock(struct clock_settings *out, const struct yaml *node, struct error *err) {
  if (!node) return 0;
  if (node->kind != YAML_LIST) return read_rules(&out->clock, node, err);
  if (node->count > CLOCK_RULE_CHANGES) return bad_value(err, node);
  for (size_t i = 0; i < node->count; i++) {
    const struct yaml *item = node->items[i];
    int32_t from;
    if (item->kind != YAML_MAP) return bad_value(err, item);
    if (read_date(&from, item, "from", err) < 0) return -1;
    if (i > 0 && from <= out->clock.from) return bad_value(err, yaml_get(item, "from"));
    if (i > 0) {
      out->before[i] = out->clock;
      out->clock.older = &out->before[i];
    }
    out->clock.from = from;
    if (read_rules(&out->clock, item, err) < 0) return -1;
  }
  return 0;
}

static int read_duplicates(struct duplicate_rules *r, const struct yaml *map, struct error *err) {
  static const char *const keys[] = {"near-metres", "far-metres", "soon", "late", NULL};
  if (!map) return 0;
  if (only_keys(map, keys, err) || read_number(&r->near_m, map, keys[0], 100000, err) ||
      read_number(&r->far_m, map, keys[1], 100000, err) ||
      read_span(&r->soon_ms, map, keys[2], UNIT_URGENT_DAY, DAY_MS, err) ||
      read_span(&r->late_ms, map, keys[3], UNIT_URGENT_DAY, DAY_MS, err))
    return -1;
  if (r->far_m < r->near_m) return bad_value(err, yaml_get(map, keys[1]) ? yaml_get(map, keys[1]) : map);
  if (r->late_ms < r->soon_ms) return bad_value(err, yaml_get(map, keys[3]) ? yaml_get(map, keys[3]) : map);
  return 0;
}

int clock_settings_read(struct clock_settings *out, struct calendar *cal, const char *yaml, size_t n,
                        struct error *err) {
  static const char *const keys[] = {"hours", "days", "clock", "duplicates", NULL};
  struct arena *a = arena_new((size_t)256 << 20);
  struct yaml *root;
  *out = clock_settings_usual();
  int rc = yaml_read(&root, a, yaml, n, CALENDAR_FILE_MAX, err) || only_keys(root, keys, err) ||
                   read_each(cal, root, "hours", read_hours, err) || read_each(cal, root, "days", read_day, err) ||
                   read_clock(out, yaml_get(root, "clock"), err) ||
                   read_duplicates(&out->duplicates, yaml_get(root, "duplicates"), err)
               ? -1
               : 0;
  arena_free(a);
  return rc;
}
