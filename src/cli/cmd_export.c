/* `tongxin export ...`: what the district has, for others to read. The journal goes out as JSON lines that anybody can
 * verify without us (docs/verify.md). */
#include "cli/commands.h"
#include "place/grid.h"
#include "store/store.h"

enum { EXPORT_CHUNK = 64 << 10, EXPORT_MAX = 8 << 20 };

struct out {
  struct cli_house *h;
  struct buf b;
  struct cli_progress progress;
  int64_t count;
};

static int flush_when_full(struct out *o, size_t limit, struct error *err) {
  if (o->b.len < limit) return 0;
  int r = cli_write(&o->b, err);
  buf_clear(&o->b);
  return r;
}

static void put_hex(struct json *j, const char *key, struct bytes bytes) {
  char hex[2 * 64 + 1] = "";
  if (bytes.len <= 64) text_hex(hex, bytes.data, bytes.len);
  json_put(j, key, hex);
}

/* `data` stays the text that was hashed; a reader must not parse and write it anew before checking. */
static int write_entry(void *ctx, const struct q_journal_all_out *row, struct error *err) {
  struct out *o = ctx;
  struct json j;
  json_start(&j, &o->b);
  json_object(&j);
  json_put_int(&j, "district", o->h->district);
  json_put_int(&j, "seq", row->seq);
  json_put_int(&j, "at", row->at);
  json_put(&j, "actor", row->actor);
  json_put(&j, "action", row->action);
  json_put(&j, "subject", row->subject);
  json_put_int(&j, "subject_id", row->subject_id);
  json_put(&j, "data", row->data);
  put_hex(&j, "hash", row->hash);
  json_object_end(&j);
  buf_putc(&o->b, '\n');
  cli_progress_at(&o->progress, ++o->count);
  return flush_when_full(o, EXPORT_CHUNK, err);
}

static int write_checkpoints(struct out *o, struct cli *c, struct error *err) {
  struct q_checkpoint_all_out *rows;
  size_t n;
  if (q_checkpoint_all(o->h->db, c->arena, &rows, &n, &(struct q_checkpoint_all_in){o->h->district}, err) < 0) return -1;
  for (size_t i = 0; i < n; i++) {
    struct json j;
    json_start(&j, &o->b);
    json_object(&j);
    json_put_int(&j, "district", o->h->district);
    json_put_int(&j, "checkpoint", rows[i].seq);
    json_put_int(&j, "at", rows[i].at);
    put_hex(&j, "hash", rows[i].hash);
    put_hex(&j, "public_key", rows[i].public_key);
    put_hex(&j, "signature", rows[i].signature);
    json_object_end(&j);
    buf_putc(&o->b, '\n');
    if (flush_when_full(o, EXPORT_CHUNK, err) < 0) return -1;
  }
  return 0;
}

static int export_journal(struct out *o, struct cli *c, struct error *err) {
  struct q_journal_head_out head = {0};
  if (q_journal_head(o->h->db, c->arena, &head, &(struct q_journal_head_in){o->h->district}, err) < 0) return -1;
  cli_progress_start(&o->progress, c, W_CLI_EXPORT_PROGRESS, head.seq);
  struct q_journal_all_in from = {.district = o->h->district, .after = cli_number(c, "after")};
  if (q_journal_all(o->h->db, write_entry, o, &from, err) < 0 || write_checkpoints(o, c, err) < 0) return -1;
  cli_progress_end(&o->progress);
  return 0;
}

/* One view of the database for the whole file. */
static int with_house(struct cli *c, int (*export)(struct out *, struct cli *, struct error *), struct error *err) {
  struct cli_house h;
  struct out o = {.h = &h};
  if (cli_house_open(&h, c, DB_READER, err) < 0) return -1;
  buf_init(&o.b, EXPORT_MAX);
  int r = db_read_begin(h.db, err);
  if (r == 0) r = export(&o, c, err);
  if (r == 0) r = flush_when_full(&o, 1, err);
  db_read_end(h.db);
  buf_free(&o.b);
  cli_house_close(&h);
  return r;
}

static int run_journal(struct cli *c, struct error *err) { return with_house(c, export_journal, err); }

static const struct cli_option journal_options[] = {
    {.name = "after", .type = CLI_NUMBER, .value = "SEQ", .otherwise = "0", .help = W_CLI_EXPORT_AFTER}, {0}};
static const struct cli_command journal = {
    .name = "journal", .help = W_CLI_EXPORT_JOURNAL, .options = journal_options, .run = run_journal};

static int run_grids(struct cli *c, struct error *err) {
  struct cli_house h;
  enum place_crs crs = CRS_WGS84;
  if (place_crs_parse(&crs, cli_text(c, "crs"), err) != 0 || cli_house_open(&h, c, DB_READER, err) < 0) return -1;
  int r = place_grids_export(stdout, h.db, h.district, crs, err);
  cli_house_close(&h);
  return r;
}

static const struct cli_option grids_options[] = {
    {.name = "crs", .type = CLI_CHOICE, .value = "CRS", .otherwise = "wgs84", .choices = "wgs84|gcj02|bd09",
     .help = W_CLI_IMPORT_CRS}, {0}};
static const struct cli_command grids = {
    .name = "grids", .help = W_CLI_EXPORT_GRIDS, .options = grids_options, .run = run_grids};

static const struct cli_command *const under[] = {&cmd_export_cases, &cmd_export_divisions, &grids, &journal, NULL};
const struct cli_command cmd_export = {.name = "export", .help = W_CLI_EXPORT, .under = under};
