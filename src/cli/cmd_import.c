/* `tongxin import ...`: the national list of divisions, and grids. Each goes in whole or not at all. */
#include <inttypes.h>

#include "cli/commands.h"
#include "base/embedded.h"
#include "place/division.h"
#include "place/grid.h"
#include "store/lane.h"
#include "store/store.h"

/* ---- divisions ---- */

struct divisions {
  struct cli *c;
  struct place_divisions list;
  struct place_divisions_report nation, own;
  struct cli_progress progress;
  const char *step; /* what the progress line is about at present */
  const char *county;
  int32_t day;
  int offset_min;
};

/* A line for each step: reading is counted in bytes, writing in divisions. */
static void show_progress(void *ctx, const char *step, int64_t done, int64_t all) {
  struct divisions *d = ctx;
  if (d->step != step) {
    if (d->step != NULL) cli_progress_end(&d->progress);
    cli_progress_start(&d->progress, d->c, text_eq(step, "read") ? W_CLI_IMPORT_READING : W_CLI_IMPORT_WRITING, all);
    d->step = step;
  }
  cli_progress_at(&d->progress, done);
}

static int apply_divisions(struct lane_txn *t, void *ctx, struct error *err) {
  struct divisions *d = ctx;
  if (place_divisions_apply(&d->nation, t, "system", &d->list, d->day, d->offset_min, show_progress, d, err) != 0) return -1;
  return place_divisions_adopt(&d->own, t, "system", d->county, err);
}

static int import_divisions(struct divisions *d, const struct cli_house *h, struct error *err) {
  const char *scope = cli_flag(d->c, "nation") ? "" : h->code;
  struct arena *a = arena_new((size_t)1 << 30);
  struct lane *lane = NULL;
  d->county = h->code;
  d->offset_min = h->offset_min;
  d->day = cli_text(d->c, "edition") != NULL ? (int32_t)cli_number(d->c, "edition") : day_of_ms(wall_now(), h->offset_min);
  int r = place_divisions_read(&d->list, a, cli_text(d->c, "from"), scope, show_progress, d, err);
  if (r == 0) r = lane_open(&lane, h->url, h->district, err);
  if (r == 0) r = lane_call(lane, apply_divisions, d, err);
  lane_close(lane);
  if (d->step != NULL) cli_progress_end(&d->progress);
  arena_free(a);
  return r;
}

static int run_divisions(struct cli *c, struct error *err) {
  struct cli_house h;
  struct divisions d = {.c = c};
  if (cli_house_open(&h, c, DB_READER, err) < 0) return -1;
  int r = import_divisions(&d, &h, err);
  cli_house_close(&h);
  if (r < 0) return -1;
  cli_say(c, W_CLI_IMPORT_DIVISIONS_DONE, cli_amount(c, d.nation.in_force), cli_amount(c, d.nation.added),
          cli_amount(c, d.nation.ended), cli_amount(c, d.nation.linked), NULL);
  cli_say(c, W_CLI_IMPORT_DIVISIONS_OWN, cli_amount(c, d.own.in_force), cli_amount(c, d.own.added),
          cli_amount(c, d.own.ended), cli_amount(c, d.own.linked), NULL);
  return 0;
}

static const struct cli_option divisions_options[] = {
    {.name = "from", .type = CLI_TEXT, .value = "DIR|FILE", .required = true, .help = W_CLI_IMPORT_FROM},
    {.name = "nation", .type = CLI_FLAG, .help = W_CLI_IMPORT_NATION},
    {.name = "edition", .type = CLI_DATE, .value = "DATE", .help = W_CLI_IMPORT_EDITION},
    {0}};
static const struct cli_command divisions = {
    .name = "divisions", .help = W_CLI_IMPORT_DIVISIONS, .options = divisions_options, .run = run_divisions};

/* ---- grids ---- */

struct grids {
  struct place_features features;
  struct place_grids_options options;
  struct place_grids_report report;
};

static int apply_grids(struct lane_txn *t, void *ctx, struct error *err) {
  struct grids *g = ctx;
  return place_grids_import(&g->report, t, &g->features, &g->options, err);
}

/* Every finding, one by one, as people read errors. */
static void print_findings(const struct cli *c, const struct place_findings *found) {
  for (int i = 0; i < found->count; i++) {
    struct error e;
    place_finding_error(&e, &found->item[i]);
    cli_print_error(c->lang, &e);
  }
}

static int import_grids(struct grids *g, struct cli *c, const struct cli_house *h, struct arena *a, struct error *err) {
  const struct embedded *bound = embedded_find("catalogues/nation-bound.geojson");
  struct place_shape nation = {0};
  struct lane *lane = NULL;
  struct place_geojson_options how = {0};
  if (place_crs_parse(&g->options.crs, cli_text(c, "crs"), err) != 0) return -1;
  if (bound != NULL && place_nation_read(&nation, a, bound->data.data, bound->data.len, err) != 0) return -1;
  how.crs = g->options.crs;
  how.nation = bound != NULL ? &nation : NULL;
  if (place_geojson_read_file(&g->features, a, c->operands[0], &how, &g->report.found, err) != 0) return -1;
  if (lane_open(&lane, h->url, h->district, err) < 0) return -1;
  int r = lane_call(lane, apply_grids, g, err);
  lane_close(lane);
  return r;
}

static int run_grids(struct cli *c, struct error *err) {
  struct cli_house h;
  struct grids g = {.options = {.actor = "system", .dry_run = cli_flag(c, "dry-run"), .allow_gaps = cli_flag(c, "allow-gaps"),
                                .replace = cli_flag(c, "replace"), .reason = cli_text(c, "reason")}};
  if (cli_house_open(&h, c, DB_READER, err) < 0) return -1;
  struct arena *a = arena_new((size_t)1 << 30);
  place_findings_start(&g.report.found, a, 0);
  int r = import_grids(&g, c, &h, a, err);
  print_findings(c, &g.report.found);
  if (r == 0)
    cli_say(c, cli_flag(c, "dry-run") ? W_CLI_IMPORT_GRIDS_CHECKED : W_CLI_IMPORT_GRIDS_DONE,
            cli_amount(c, g.report.features), cli_amount(c, g.report.added), cli_amount(c, g.report.redrawn),
            cli_amount(c, g.report.retired), NULL);
  arena_free(a);
  cli_house_close(&h);
  return r;
}

static const struct cli_option grids_options[] = {
    {.name = "crs", .type = CLI_CHOICE, .value = "CRS", .otherwise = "wgs84", .choices = "wgs84|gcj02|bd09",
     .help = W_CLI_IMPORT_CRS},
    {.name = "dry-run", .type = CLI_FLAG, .help = W_CLI_IMPORT_DRY_RUN},
    {.name = "allow-gaps", .type = CLI_FLAG, .help = W_CLI_IMPORT_ALLOW_GAPS},
    {.name = "replace", .type = CLI_FLAG, .help = W_CLI_IMPORT_REPLACE},
    {.name = "reason", .type = CLI_TEXT, .value = "TEXT", .help = W_CLI_IMPORT_REASON},
    {0}};
static const struct cli_command grids = {.name = "grids", .help = W_CLI_IMPORT_GRIDS, .options = grids_options,
                                         .operands = "FILE", .operands_min = 1, .operands_max = 1, .run = run_grids};

static const struct cli_command *const under[] = {&cmd_import_calendar, &cmd_import_cases, &cmd_import_catalogue,
                                                  &divisions, &grids, NULL};
const struct cli_command cmd_import = {.name = "import", .help = W_CLI_IMPORT, .under = under};
