/* `tongxin import cases FILE --map MAP`: see docs/import.md. What is refused stands in a report beside the file. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/csv.h"
#include "base/file_text.h"
#include "cli/commands.h"
#include "base/embedded.h"
#include "matter/case_import.h"
#include "people/settings.h"
#include "place/place.h"
#include "store/lane.h"
#include "store/store.h"

enum { EXIT_REFUSED = 65, SHOWN_NEWS = 20, REPORT_CHUNK = 64 << 10, REPORT_MAX = 8 << 20 };

/* What an import works with. */
struct importing {
  struct cli *c;
  struct cli_house house;
  struct people_env env;
  struct place_map *places;
  struct engine *engine;
  struct lane *lane;
  struct case_map *map;
  struct case_import_report report;
  struct cli_progress progress;
  const char *report_path;
  int report_fd; /* -1 until something is refused */
  struct buf report_text;
  int64_t news;
};

/* --- the report ------------------------------------------------------------------------------------------------- */

/* Lines of a report may show what residents wrote: only its owner may read it. */
static int start_report(struct importing *im, struct error *err) {
  static const char *const columns[] = {"line", "column", "number", "what", "code", "reason", "hint"};
  im->report_fd = open(im->report_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (im->report_fd < 0)
    return error_set(err, ERR_INPUT, "cli.file", "report", im->report_path, strerror(errno), NULL);
  buf_puts(&im->report_text, "\xEF\xBB\xBF"); /* so that spreadsheets read Chinese */
  for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) csv_write(&im->report_text, columns[i], i == 0);
  csv_write_end(&im->report_text);
  return 0;
}

static int flush_report(struct importing *im, size_t limit, struct error *err) {
  struct buf *b = &im->report_text;
  if (im->report_fd < 0 || b->len < limit) return 0;
  for (size_t at = 0; at < b->len;) {
    ssize_t n = write(im->report_fd, b->data + at, b->len - at);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return error_set(err, ERR_INPUT, "cli.file", "report", im->report_path, strerror(errno), NULL);
    at += (size_t)n;
  }
  buf_clear(b);
  return 0;
}

static int note_news(void *ctx, const struct case_news *n, struct error *err) {
  static const char *const what[] = {"refused", "mended", "disagrees"};
  struct importing *im = ctx;
  struct buf reason, hint, *out = &im->report_text;
  char line[24];
  if (im->report_fd < 0 && start_report(im, err) < 0) return -1;
  buf_init(&reason, 4096);
  buf_init(&hint, 4096);
  error_words(&reason, &hint, im->c->lang, n->why);
  snprintf(line, sizeof line, "%lld", (long long)n->line);
  csv_write(out, line, true);
  csv_write(out, n->column, false);
  csv_write(out, n->reference, false);
  csv_write(out, what[n->kind], false);
  csv_write(out, n->why->code, false);
  csv_write(out, reason.data, false);
  csv_write(out, hint.data, false);
  csv_write_end(out);
  if (im->news++ < SHOWN_NEWS) cli_note(im->c, W_CLI_IMPORT_CASES_LINE, line, n->column, reason.data, hint.data, NULL);
  buf_free(&reason);
  buf_free(&hint);
  return flush_report(im, REPORT_CHUNK, err);
}

/* Rows are counted; how many there are is guessed from how much of the file was read. */
static void show_progress(void *ctx, int64_t rows, int64_t done, int64_t size) {
  struct importing *im = ctx;
  im->progress.total = done > 0 && done < size ? (int64_t)((double)rows * (double)size / (double)done) : rows;
  cli_progress_at(&im->progress, rows);
}

/* --- the work --------------------------------------------------------------------------------------------------- */

static int open_engine(struct importing *im, struct error *err) {
  const struct cli_house *h = &im->house;
  const struct embedded *bound = embedded_find("catalogues/nation-bound.geojson");
  const char *folder = arena_printf(im->c->arena, "%s/catalogues", h->dir);
  if (people_env_load(&im->env, h->db, im->c->arena, h->dir, h->district, err) < 0) return -1;
  if (place_map_open(&im->places, h->district, bound ? bound->data : (struct bytes){0}, err) < 0) return -1;
  if (place_map_refresh(im->places, h->db, err) < 0) return -1;
  if (engine_open(&im->engine, h->db, &im->env, im->places, folder, err) < 0) return -1;
  return lane_open(&im->lane, h->url, h->district, err);
}

static int read_map(struct importing *im, struct error *err) {
  char *text;
  size_t len;
  if (file_text(&text, &len, im->c->arena, cli_text(im->c, "map"), CASE_MAP_MAX, err) < 0) return -1;
  return case_map_read(&im->map, im->c->arena, text, len, im->house.offset_min, err);
}

/* "complaints.csv.gz" is reported on in "complaints.refused.csv". */
static const char *report_beside(struct arena *a, const char *file) {
  size_t n = strlen(file);
  if (n > 3 && text_eq(file + n - 3, ".gz")) n -= 3;
  if (n > 4 && strncmp(file + n - 4, ".csv", 4) == 0) n -= 4;
  return arena_printf(a, "%.*s.refused.csv", (int)n, file);
}

static int run_import(struct importing *im, struct error *err) {
  const struct embedded *procedure;
  if (read_map(im, err) < 0 || open_engine(im, err) < 0) return -1;
  procedure = embedded_find(arena_printf(im->c->arena, "procedures/%s.yaml", im->map->procedure));
  struct case_import_settings s = {.lane = im->lane,
                                   .engine = im->engine,
                                   .path = im->c->operands[0],
                                   .procedure_source = procedure ? (const char *)procedure->data.data : NULL,
                                   .now = wall_now(),
                                   .dry_run = cli_flag(im->c, "dry-run"),
                                   .refusals_most = cli_number(im->c, "stop-after"),
                                   .news = note_news,
                                   .progress = show_progress,
                                   .ctx = im};
  cli_progress_start(&im->progress, im->c, W_CLI_IMPORT_CASES_PROGRESS, 0);
  int r = case_import(&im->report, im->map, &s, err);
  cli_progress_end(&im->progress);
  if (flush_report(im, 1, err) < 0) r = -1;
  return r;
}

static void say_report(const struct importing *im) {
  const struct cli *c = im->c;
  const struct case_import_report *r = &im->report;
  cli_say(c, cli_flag(c, "dry-run") ? W_CLI_IMPORT_CASES_CHECKED : W_CLI_IMPORT_CASES_DONE, cli_amount(c, r->rows),
          cli_amount(c, r->opened), cli_amount(c, r->closed), cli_amount(c, r->already), NULL);
  if (r->mended) cli_say(c, W_CLI_IMPORT_CASES_MENDED, cli_amount(c, r->mended), NULL);
  if (r->judged)
    cli_say(c, W_CLI_IMPORT_CASES_AGREED, cli_amount(c, r->agreed), cli_amount(c, r->judged),
            cli_amount(c, r->judged - r->agreed), NULL);
  if (r->departments) cli_say(c, W_CLI_IMPORT_CASES_DEPARTMENTS, cli_amount(c, r->departments), NULL);
  if (r->refused) cli_say(c, W_CLI_IMPORT_CASES_REFUSED, cli_amount(c, r->refused), NULL);
  if (im->report_fd >= 0) cli_note(c, W_CLI_IMPORT_CASES_REPORT, im->report_path, NULL);
}

static int run_cases(struct cli *c, struct error *err) {
  struct importing im = {.c = c, .report_fd = -1};
  im.report_path = cli_text(c, "report") ? cli_text(c, "report") : report_beside(c->arena, c->operands[0]);
  if (cli_house_open(&im.house, c, DB_READER, err) < 0) return -1;
  buf_init(&im.report_text, REPORT_MAX);
  int r = run_import(&im, err);
  lane_close(im.lane);
  engine_close(im.engine);
  if (im.places) place_map_close(im.places);
  cli_house_close(&im.house);
  if (im.report.rows) say_report(&im);
  if (im.report_fd >= 0) close(im.report_fd);
  buf_free(&im.report_text);
  if (r == 0 && im.report.refused) c->exit_code = EXIT_REFUSED;
  return r;
}

static const struct cli_option cases_options[] = {
    {.name = "map", .type = CLI_TEXT, .value = "MAP.yaml", .required = true, .help = W_CLI_IMPORT_CASES_MAP},
    {.name = "report", .type = CLI_TEXT, .value = "FILE", .help = W_CLI_IMPORT_CASES_OPTION_REPORT},
    {.name = "stop-after", .type = CLI_NUMBER, .value = "N", .otherwise = "1000", .help = W_CLI_IMPORT_CASES_STOP},
    {.name = "dry-run", .type = CLI_FLAG, .help = W_CLI_IMPORT_CASES_DRY_RUN},
    {0}};
const struct cli_command cmd_import_cases = {.name = "cases", .help = W_CLI_IMPORT_CASES, .options = cases_options,
                                             .operands = "FILE", .operands_min = 1, .operands_max = 1, .run = run_cases};
