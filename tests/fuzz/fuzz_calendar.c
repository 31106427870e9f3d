/* Everything of the work calendar that is read from outside: both JSON shapes, the district's YAML, office hours and
 * limits. Whatever was accepted must make a calendar that answers. */
#include "base/base.h"
#include "fuzz.h"
#include "matter/clock_settings.h"

/* Ends found with whatever calendar came out lie after their start, and the clock says so too. */
static void ask(struct arena *a, struct calendar *c, const struct clock_rules *rules) {
  struct error err = {0};
  struct clock_reading r;
  time_ms due, start = ms_of_day(day_from_civil(2026, 2, 13), calendar_offset(c)) + 16 * HOUR_MS;
  for (int u = UNIT_URGENT_MINUTE; u < UNIT_FIXED; u++) {
    struct limit l = {3 * LIMIT_ONE, (enum unit)u};
    struct clock k = {0};
    error_clear(&err);
    if (clock_advance(&due, c, rules, start, l, &err)) continue;
    PROMISE(due > start);
    PROMISE(clock_start(&k, a, start, l, &err) == 0);
    PROMISE(clock_read(&r, &k, c, rules, due, &err) == 0);
    PROMISE(r.due == due && r.state == STATE_RUNNING);
  }
}

static void read_texts(const char *text) {
  struct span spans[CALENDAR_SPANS];
  struct limit l, again;
  struct error err = {0};
  char written[48];
  int n;
  calendar_read_spans(spans, &n, text);
  if (limit_parse(&l, text, &err)) return;
  limit_write(written, sizeof written, l);
  PROMISE(limit_parse(&again, written, &err) == 0);
  PROMISE(limit_same(l, again));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size > 65536) return 0;
  struct arena *a = arena_new((size_t)256 << 20);
  struct error err = {0};
  struct clock_settings settings;
  struct calendar *c = calendar_new(a, OFFSET_CHINA_MIN);
  char *text = arena_strndup(a, (const char *)data, size);
  read_texts(text_trim(a, text_is_utf8(text, size) ? text : ""));
  struct calendar_hours hours = {.spans = {{510, 720}, {870, 1080}}, .span_count = 2};
  PROMISE(calendar_add_hours(c, &hours, &err) == 0);
  if (clock_settings_read(&settings, c, text, size, &err)) settings = clock_settings_usual();
  error_clear(&err);
  calendar_load_chinese_days(c, text, size, &err);
  error_clear(&err);
  calendar_load_holiday_cn(c, text, size, &err);
  error_clear(&err);
  if (calendar_build(c, 2024, 2028, &err) == 0) ask(a, c, &settings.clock);
  arena_free(a);
  return 0;
}
