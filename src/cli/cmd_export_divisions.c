/* `tongxin export divisions`: provinces to communities with the days on which each code had its meaning and the code that
 * goes on with it, as CSV or as JSON lines. */
#include <stdio.h>

#include "base/csv.h"
#include "base/json_write.h"
#include "cli/commands.h"
#include "store/store.h"

enum { CHUNK = 64 << 10, OUT_MAX = 1 << 20, DAY_SIZE = 24, CODE_SIZE = 24 };

struct writing {
  struct cli_house h;
  struct buf out;
  struct cli_progress progress;
  int64_t count;
  bool json;
};

static const char *const level_names[] = {"", "province", "city", "county", "street", "community"};

static void code_text(char out[CODE_SIZE], int64_t code) {
  *out = '\0';
  if (code != DB_NULL) snprintf(out, CODE_SIZE, "%012lld", (long long)code);
}

static void day_text(char out[DAY_SIZE], time_ms at, int offset_min) {
  *out = '\0';
  if (at) date_format(out, DAY_SIZE, day_of_ms(at, offset_min));
}

static void put_json(struct writing *w, const char *const *values) {
  static const char *const names[] = {"code", "level", "kind", "name", "valid_from", "valid_until", "successor"};
  struct json j;
  json_start(&j, &w->out);
  json_object(&j);
  for (int i = 0; i < 7; i++) json_put(&j, names[i], *values[i] ? values[i] : NULL);
  json_object_end(&j);
  buf_putc(&w->out, '\n');
}

/* `valid_until` is the last day on which the code had this meaning. */
static int write_row(void *ctx, const struct q_division_all_out *row, struct error *err) {
  struct writing *w = ctx;
  char code[CODE_SIZE], successor[CODE_SIZE], from[DAY_SIZE], until[DAY_SIZE];
  code_text(code, row->code);
  code_text(successor, row->successor);
  day_text(from, row->valid_from, w->h.offset_min);
  day_text(until, row->valid_to ? row->valid_to - DAY_MS : 0, w->h.offset_min);
  const char *level = row->level >= 1 && row->level <= 5 ? level_names[row->level] : "";
  const char *const values[] = {code, level, row->kind, row->name, from, until, successor};
  if (w->json) {
    put_json(w, values);
  } else {
    for (int i = 0; i < 7; i++) csv_write(&w->out, values[i], i == 0);
    csv_write_end(&w->out);
  }
  cli_progress_at(&w->progress, ++w->count);
  if (w->out.len < CHUNK) return 0;
  int r = cli_write(&w->out, err);
  buf_clear(&w->out);
  return r;
}

static int write_all(struct writing *w, struct cli *c, struct error *err) {
  struct q_division_all_in in = {.district = w->h.district, .ended = cli_flag(c, "all")};
  cli_progress_start(&w->progress, c, W_CLI_EXPORT_PROGRESS, 0);
  if (!w->json) buf_puts(&w->out, "code,level,kind,name,valid_from,valid_until,successor\r\n");
  if (q_division_all(w->h.db, write_row, w, &in, err) < 0) return -1;
  cli_progress_end(&w->progress);
  return cli_write(&w->out, err);
}

static int run(struct cli *c, struct error *err) {
  struct writing w = {.json = text_eq(cli_text(c, "format"), "json")};
  if (cli_house_open(&w.h, c, DB_READER, err) < 0) return -1;
  buf_init(&w.out, OUT_MAX);
  int r = db_read_begin(w.h.db, err);
  if (r == 0) r = write_all(&w, c, err);
  db_read_end(w.h.db);
  buf_free(&w.out);
  cli_house_close(&w.h);
  return r;
}

static const struct cli_option options[] = {
    {.name = "format", .type = CLI_CHOICE, .value = "FORMAT", .otherwise = "csv", .choices = "csv|json",
     .help = W_CLI_EXPORT_FORMAT},
    {.name = "all", .type = CLI_FLAG, .help = W_CLI_EXPORT_ALL},
    {0}};
const struct cli_command cmd_export_divisions = {
    .name = "divisions", .help = W_CLI_EXPORT_DIVISIONS, .options = options, .run = run};
