/* `tongxin calendar show|recompute`: which days are worked, and what a changed calendar does to the clocks that run. */
#include <stdio.h>
#include <string.h>

#include "base/json_write.h"
#include "cli/commands.h"
#include "cli/office.h"
#include "matter/engine.h"
#include "store/store.h"

enum { OUT_BYTES = 8 << 20, BATCH = 200 };

struct looking {
  struct cli_office *in;
  struct buf out;
  int64_t after;    /* the last clock seen */
  int64_t changed;
};

/* --- show --------------------------------------------------------------------------------------------------------- */

static void put_day(struct looking *k, int32_t day, const struct day_info *info) {
  struct cli *c = k->in->c;
  char date[24], key[64];
  struct json j;
  time_format_short(date, sizeof date, ms_of_day(day, k->in->house.offset_min), k->in->house.offset_min);
  date[strcspn(date, " ")] = '\0';
  if (cli_json(c)) {
    json_start(&j, &k->out);
    json_object(&j);
    json_put(&j, "day", date);
    json_put(&j, "kind", calendar_day_key(info->kind));
    json_put_bool(&j, "worked", info->worked);
    json_put_int(&j, "office_minutes", info->minutes);
    json_put(&j, "name", c->lang == LANG_EN ? info->en : info->zh);
    json_object_end(&j);
    buf_putc(&k->out, '\n');
    return;
  }
  snprintf(key, sizeof key, "clock.day.%s", calendar_day_key(info->kind));
  const char *kind = words_find(c->lang, key);
  buf_printf(&k->out, "%s\t%s\t%s\n", date, kind ? kind : "", c->lang == LANG_EN ? info->en : info->zh);
}

/* The special days of a year: plain work days and weekends are not told. */
static int show(struct looking *k, struct error *err) {
  struct civil first = {0};
  struct day_info info;
  if (cli_office_engine(k->in, err) < 0) return -1;
  const struct world *w = world_take(k->in->engine);
  civil_from_ms(&first, k->in->now, w->offset_min);
  int year = cli_number(k->in->c, "year") ? (int)cli_number(k->in->c, "year") : first.year;
  first = (struct civil){.year = year, .month = 1, .day = 1};
  int32_t day = day_of_ms(ms_from_civil(&first, w->offset_min), w->offset_min);
  first.year++;
  int32_t end = day_of_ms(ms_from_civil(&first, w->offset_min), w->offset_min);
  for (; day < end; day++)
    if (calendar_look(&info, w->calendar, day) && info.kind != DAY_KIND_WORK && info.kind != DAY_KIND_WEEKEND)
      put_day(k, day, &info);
  bool known = calendar_known(w->calendar, year);
  world_release(k->in->engine, w);
  int r = cli_write(&k->out, err);
  if (r == 0 && !known) cli_say(k->in->c, W_CLI_CALENDAR_UNKNOWN, arena_printf(k->in->c->arena, "%d", year), NULL);
  return r;
}

/* --- recompute ---------------------------------------------------------------------------------------------------- */

static void put_changed(struct looking *k, const struct changed_clock *clock) {
  int offset = k->in->house.offset_min;
  char was[40], is[40];
  struct json j;
  if (cli_json(k->in->c)) {
    json_start(&j, &k->out);
    json_object(&j);
    json_put(&j, "matter", clock->code);
    json_put(&j, "clock", clock->name);
    json_put_time(&j, "was", clock->was, offset);
    json_put_time(&j, "is", clock->is, offset);
    json_object_end(&j);
    buf_putc(&k->out, '\n');
    return;
  }
  time_format_short(was, sizeof was, clock->was, offset);
  time_format_short(is, sizeof is, clock->is, offset);
  buf_printf(&k->out, "%s\t%s\t%s\t%s\n", clock->code, clock->name, was, is);
}

static int some_in_lane(struct lane_txn *t, void *ctx, struct error *err) {
  struct looking *k = ctx;
  struct changed_clock *clocks;
  size_t n;
  const char *actor = actor_key(t->arena, &k->in->by);
  if (engine_recompute(t, k->in->engine, &k->after, BATCH, &clocks, &n, err) < 0) return -1;
  for (size_t i = 0; i < n; i++) {
    if (engine_recompute_note(t, &clocks[i], actor, err) < 0) return -1;
    put_changed(k, &clocks[i]);
  }
  k->changed += (int64_t)n;
  return 0;
}

/* Batch by batch, so that a server that runs meanwhile never waits long; what one batch changed is told when it is durable. */
static int recompute_all(struct looking *k, struct error *err) {
  do {
    buf_clear(&k->out);
    if (cli_office_do(k->in, some_in_lane, k, err) < 0 || cli_write(&k->out, err) < 0) return -1;
  } while (k->after);
  if (cli_json(k->in->c)) cli_note(k->in->c, W_CLI_CALENDAR_CHANGED, cli_amount(k->in->c, k->changed), NULL);
  else cli_say(k->in->c, W_CLI_CALENDAR_CHANGED, cli_amount(k->in->c, k->changed), NULL);
  return 0;
}

static int recompute(struct looking *k, struct error *err) {
  return cli_office_engine(k->in, err) < 0 ? -1 : recompute_all(k, err);
}

int cli_calendar_recompute(struct cli_office *o, struct error *err) {
  struct looking k = {.in = o};
  buf_init(&k.out, OUT_BYTES);
  int r = recompute_all(&k, err);
  buf_free(&k.out);
  return r;
}

static int with_calendar(struct cli *c, int (*work)(struct looking *k, struct error *err), struct error *err) {
  struct cli_office office = {0};
  struct looking k = {.in = &office};
  buf_init(&k.out, OUT_BYTES);
  int r = cli_office_open(&office, c, err);
  if (r == 0) r = work(&k, err);
  cli_office_close(&office);
  buf_free(&k.out);
  return r;
}

static int run_show(struct cli *c, struct error *err) { return with_calendar(c, show, err); }
static int run_recompute(struct cli *c, struct error *err) { return with_calendar(c, recompute, err); }

static const struct cli_option show_options[] = {
    {.name = "year", .type = CLI_NUMBER, .value = "YEAR", .help = W_CLI_CALENDAR_YEAR},
    {.name = "json", .type = CLI_FLAG, .help = W_CLI_OPTION_JSON},
    {0}};
static const struct cli_option recompute_options[] = {{.name = "json", .type = CLI_FLAG, .help = W_CLI_OPTION_JSON}, {0}};
static const struct cli_command cmd_show = {
    .name = "show", .help = W_CLI_CALENDAR_SHOW, .options = show_options, .run = run_show};
static const struct cli_command cmd_recompute = {
    .name = "recompute", .help = W_CLI_CALENDAR_RECOMPUTE, .options = recompute_options, .run = run_recompute};
static const struct cli_command *const under[] = {&cmd_show, &cmd_recompute, NULL};
const struct cli_command cmd_calendar = {.name = "calendar", .help = W_CLI_CALENDAR, .under = under};
