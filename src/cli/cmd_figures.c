/* `tongxin figures check`: are the counters what the matters say? Ends with 0, or with 65 when they were not. */
#include <stdio.h>

#include "base/json_write.h"
#include "cli/commands.h"
#include "cli/office.h"
#include "matter/engine.h"
#include "matter/figure_check.h"
#include "store/store.h"

enum { OUT_BYTES = 8 << 20, MATTERS = 200, EXIT_DIFFERS = 65, ARENA_BYTES = 256 << 20 };

struct checking {
  struct cli_office in;
  struct buf out;
  const struct world *w;
  struct arena *a;
  bool repair;
  int64_t after, wrong, differ;
  int64_t next, found; /* of the step that runs: taken over when it is done */
  int month;
};

static const char *kind_word(const struct checking *k, enum figure_by by) {
  static const enum word names[] = {W_LEADER_BY_STREET, W_LEADER_BY_COMMUNITY, W_LEADER_BY_ORG, W_LEADER_BY_CATEGORY,
                                    W_LEADER_BY_SOURCE};
  return word(k->in.c->lang, names[by]);
}

static int tell(void *ctx, const struct figure_difference *d, struct error *err) {
  static const char *const kinds[] = {"street", "community", "org", "category", "source"};
  struct checking *k = ctx;
  struct json j;
  k->differ++;
  if (!cli_json(k->in.c)) {
    buf_printf(&k->out, "%lld\t%s\t%s\t%s\t%lld\t%s\t%lld\t%lld\n", (long long)d->period, d->procedure,
               word(k->in.c->lang, figure_measure_word(figure_measure_find(d->measure))), kind_word(k, d->by),
               (long long)d->street, d->value, (long long)d->kept, (long long)d->counted);
    return 0;
  }
  json_start(&j, &k->out);
  json_object(&j);
  json_put_int(&j, "period", d->period);
  json_put(&j, "procedure", d->procedure);
  json_put(&j, "measure", d->measure);
  json_put(&j, "by", kinds[d->by]);
  json_put_int(&j, "street", d->street);
  json_put(&j, "value", d->value);
  json_put_int(&j, "counter", d->kept);
  json_put_int(&j, "counted", d->counted);
  json_object_end(&j);
  buf_putc(&k->out, '\n');
  (void)err;
  return 0;
}

static int repair_facts(struct lane_txn *t, void *ctx, struct error *err) {
  struct checking *k = ctx;
  k->next = k->after;
  k->found = 0;
  return figure_facts_check(t->db, t, t->arena, k->w, &k->next, MATTERS, &k->found, err);
}

/* Where it may be run again by the lane, nothing is counted until it is done. */
static int repair_month(struct lane_txn *t, void *ctx, struct error *err) {
  struct checking *k = ctx;
  int64_t repaired = 0;
  return figure_repair(t, k->w->offset_min, k->month, &repaired, err);
}

static int facts(struct checking *k, struct error *err) {
  struct db *db = k->in.house.db;
  struct cli_progress progress;
  cli_progress_start(&progress, k->in.c, W_CLI_FIGURES_MATTERS, 0);
  int r = 0;
  do {
    arena_reset(k->a);
    k->next = k->after;
    k->found = 0;
    r = k->repair ? cli_office_do(&k->in, repair_facts, k, err)
                  : figure_facts_check(db, NULL, k->a, k->w, &k->next, MATTERS, &k->found, err);
    k->after = k->next;
    k->wrong += k->found;
    cli_progress_at(&progress, k->after);
  } while (r == 0 && k->after);
  cli_progress_end(&progress);
  return r;
}

static int month(struct checking *k, struct error *err) {
  struct db *db = k->in.house.db;
  int64_t before = k->differ;
  arena_reset(k->a);
  buf_clear(&k->out);
  if (db_read_begin(db, err) < 0) return -1;
  int r = figure_compare(db, k->a, k->w->district, k->w->offset_min, k->month, tell, k, err);
  db_read_end(db);
  if (r < 0 || cli_write(&k->out, err) < 0) return -1;
  return k->repair && k->differ > before ? cli_office_do(&k->in, repair_month, k, err) : 0;
}

static int check(struct checking *k, struct error *err) {
  int first, last;
  if (facts(k, err) < 0) return -1;
  if (figure_months(&first, &last, k->in.house.db, k->a, k->w->district, k->w->offset_min, err) < 0) return -1;
  for (k->month = first; first && k->month <= last; k->month = figure_month_add(k->month, 1))
    if (month(k, err) < 0) return -1;
  struct cli *c = k->in.c;
  if (!k->wrong && !k->differ)
    cli_say(c, W_CLI_FIGURES_HOLD, NULL);
  else
    cli_say(c, k->repair ? W_CLI_FIGURES_REPAIRED : W_CLI_FIGURES_DIFFER, cli_amount(c, k->differ),
            cli_amount(c, k->wrong), NULL);
  if ((k->wrong || k->differ) && !k->repair) c->exit_code = EXIT_DIFFERS;
  return 0;
}

static int run(struct cli *c, struct error *err) {
  struct checking k = {.repair = cli_flag(c, "repair"), .a = arena_new(ARENA_BYTES)};
  buf_init(&k.out, OUT_BYTES);
  int r = cli_office_open(&k.in, c, err);
  if (r == 0) r = cli_office_engine(&k.in, err);
  if (r == 0) {
    k.w = world_take(k.in.engine);
    r = check(&k, err);
    world_release(k.in.engine, k.w);
  }
  cli_office_close(&k.in);
  buf_free(&k.out);
  arena_free(k.a);
  return r;
}

static const struct cli_option options[] = {
    {.name = "repair", .type = CLI_FLAG, .help = W_CLI_FIGURES_REPAIR},
    {.name = "json", .type = CLI_FLAG, .help = W_CLI_OPTION_JSON},
    {0}};
static const struct cli_command cmd_check = {
    .name = "check", .help = W_CLI_FIGURES_CHECK, .options = options, .run = run};
static const struct cli_command *const under[] = {&cmd_check, NULL};
const struct cli_command cmd_figures = {.name = "figures", .help = W_CLI_FIGURES, .under = under};
