/* `tongxin export cases`: every matter of a span of days as CSV or as JSON lines, one at a time, however many there are.
 * What people said of themselves stays behind unless it is asked for with a reason; each export is journalled. */
#include <math.h>

#include "base/csv.h"
#include "cli/commands.h"
#include "matter/procedure.h"
#include "people/settings.h"
#include "store/lane.h"
#include "store/store.h"

enum { CHUNK = 64 << 10, BUFFER_MAX = 8 << 20, REASON_CHARS = 4, ROW_ARENA = 4 << 20, CELLS = 40 };

/* One value of a row: its column's name, and the text; numbers stay bare in JSON. */
struct cell {
  const char *name, *text;
  bool bare;
};

struct exporting {
  struct cli *c;
  struct cli_house h;
  struct buf out;
  struct arena *row;      /* of the row being written */
  struct db *reporters;   /* a second connection, for personal values; NULL without */
  struct seal_keys keys;
  struct cli_progress progress;
  struct cell cells[CELLS];
  size_t cell_count;
  int64_t count;
  time_ms from, to;
  bool json;
};

static void put(struct exporting *x, const char *name, const char *text) {
  x->cells[x->cell_count++] = (struct cell){.name = name, .text = text ? text : ""};
}

static void put_number(struct exporting *x, const char *name, int64_t n) {
  put(x, name, arena_printf(x->row, "%lld", (long long)n));
  x->cells[x->cell_count - 1].bare = true;
}

static void put_degrees(struct exporting *x, const char *name, double d) {
  put(x, name, d == d ? arena_printf(x->row, "%.7f", d) : "");
  x->cells[x->cell_count - 1].bare = d == d;
}

static void put_moment(struct exporting *x, const char *name, time_ms at) {
  char text[40] = "";
  if (at) time_format(text, sizeof text, at, x->h.offset_min);
  put(x, name, arena_strdup(x->row, text));
}

/* --- personal values -------------------------------------------------------------------------------------------- */

static int unseal(struct exporting *x, const char *column, int64_t id, struct bytes sealed, const char **all,
                  struct error *err) {
  char *text = NULL;
  struct seal_place where = {x->h.district, "reporter", column, id};
  if (people_unseal(x->row, &text, &x->keys, &where, sealed, err) < 0) return -1;
  if (text) *all = **all ? arena_printf(x->row, "%s; %s", *all, text) : text;
  return 0;
}

static int put_reporters(struct exporting *x, int64_t matter, struct error *err) {
  struct q_reporter_of_matter_out *rows;
  size_t n;
  const char *names = "", *phones = "", *mails = "";
  struct q_reporter_of_matter_in in = {x->h.district, matter};
  if (q_reporter_of_matter(x->reporters, x->row, &rows, &n, &in, err) < 0) return -1;
  for (size_t i = 0; i < n; i++)
    if (unseal(x, "name", rows[i].id, rows[i].name, &names, err) < 0 ||
        unseal(x, "phone", rows[i].id, rows[i].phone, &phones, err) < 0 ||
        unseal(x, "mail", rows[i].id, rows[i].mail, &mails, err) < 0)
      return -1;
  put(x, "reporter_names", names);
  put(x, "reporter_phones", phones);
  put(x, "reporter_mails", mails);
  return 0;
}

/* --- one matter ------------------------------------------------------------------------------------------------- */

static void put_state(struct exporting *x, const struct q_matter_export_out *m) {
  put(x, "code", m->code);
  put(x, "procedure", m->procedure);
  put_number(x, "version", m->version);
  put(x, "stage", m->stage);
  put(x, "phase", procedure_phase_name((enum procedure_phase)m->phase));
  put(x, "outcome", procedure_outcome_name((enum procedure_outcome)m->outcome));
  put_moment(x, "opened", m->opened);
  put_moment(x, "closed", m->closed);
  put_moment(x, "due", m->due);
  put_number(x, "late", m->late);
  put(x, "source", m->source);
  put(x, "category", m->category);
  put(x, "urgency", m->urgency);
  put(x, "department", m->org);
  put(x, "street", m->street);
  put(x, "community", m->community);
  put(x, "grid", m->grid);
}

/* Words and exact place of a confidential matter could say who reported it. */
static void put_words(struct exporting *x, const struct q_matter_export_out *m) {
  bool hide = m->confidential && !x->reporters;
  put_degrees(x, "lon", hide ? (double)NAN : m->lon);
  put_degrees(x, "lat", hide ? (double)NAN : m->lat);
  put(x, "summary", hide ? "" : m->summary);
  put(x, "address", hide ? "" : m->address);
  put_number(x, "confidential", m->confidential);
}

static void put_figures(struct exporting *x, const struct q_matter_export_out *m) {
  put_number(x, "reporters", m->reporters);
  put_number(x, "returns", m->returns);
  put_number(x, "reworks", m->reworks);
  put_number(x, "urges", m->urges);
  put_number(x, "reopens", m->reopens);
  put_number(x, "extensions", m->extensions);
  put_number(x, "card", m->card);
  put(x, "earlier_system", m->reference_source);
  put(x, "earlier_number", m->reference);
}

static void write_json(struct exporting *x) {
  struct json j;
  json_start(&j, &x->out);
  json_object(&j);
  for (size_t i = 0; i < x->cell_count; i++) {
    const struct cell *c = &x->cells[i];
    double n = 0;
    if (c->bare && text_to_real(c->text, &n))
      json_put_real(&j, c->name, n);
    else
      json_put(&j, c->name, c->text);
  }
  json_object_end(&j);
  buf_putc(&x->out, '\n');
}

static void write_csv(struct exporting *x) {
  for (size_t i = 0; x->count == 0 && i < x->cell_count; i++) csv_write(&x->out, x->cells[i].name, i == 0);
  if (x->count == 0) csv_write_end(&x->out);
  for (size_t i = 0; i < x->cell_count; i++) csv_write(&x->out, x->cells[i].text, i == 0);
  csv_write_end(&x->out);
}

static int flush(struct exporting *x, size_t limit, struct error *err) {
  if (x->out.len < limit) return 0;
  int r = cli_write(&x->out, err);
  buf_clear(&x->out);
  return r;
}

static int write_matter(void *ctx, const struct q_matter_export_out *m, struct error *err) {
  struct exporting *x = ctx;
  x->cell_count = 0;
  put_state(x, m);
  put_words(x, m);
  put_figures(x, m);
  if (x->reporters && put_reporters(x, m->id, err) < 0) return -1;
  if (x->json)
    write_json(x);
  else
    write_csv(x);
  arena_reset(x->row);
  cli_progress_at(&x->progress, ++x->count);
  return flush(x, CHUNK, err);
}

/* --- the whole -------------------------------------------------------------------------------------------------- */

/* Before the first byte goes out. */
static int note_export(struct lane_txn *t, void *ctx, struct error *err) {
  struct exporting *x = ctx;
  struct buf b;
  struct json j;
  buf_init(&b, 4096);
  json_start(&j, &b);
  json_object(&j);
  json_put_int(&j, "from", x->from);
  json_put_int(&j, "to", x->to);
  json_put_bool(&j, "personal", x->reporters != NULL);
  json_put(&j, "reason", cli_text(x->c, "reason") ? cli_text(x->c, "reason") : "");
  json_object_end(&j);
  struct journal_entry entry = {.actor = "system",
                                .action = "export.cases",
                                .subject = "district",
                                .subject_id = t->district,
                                .data = arena_strdup(t->arena, b.data)};
  buf_free(&b);
  return journal_append(t, &entry, NULL, err);
}

static int open_personal(struct exporting *x, struct error *err) {
  const char *reason = cli_text(x->c, "reason");
  if (!cli_flag(x->c, "with-personal")) return 0;
  if (!reason || text_chars(reason) < REASON_CHARS) return error_set(err, ERR_INPUT, "access.reason", "reason", "4", NULL);
  if (seal_keys_load(&x->keys, x->h.dir, err) < 0) return -1;
  return db_open(&x->reporters, x->h.url, DB_READER, err);
}

static int note_first(struct exporting *x, struct error *err) {
  struct lane *lane;
  if (lane_open(&lane, x->h.url, x->h.district, err) < 0) return -1;
  int r = lane_call(lane, note_export, x, err);
  lane_close(lane);
  return r;
}

static int export_all(struct exporting *x, struct error *err) {
  struct q_matter_export_in in = {.district = x->h.district, .from = x->from, .to = x->to};
  if (open_personal(x, err) < 0 || note_first(x, err) < 0 || db_read_begin(x->h.db, err) < 0) return -1;
  cli_progress_start(&x->progress, x->c, W_CLI_EXPORT_PROGRESS, 0);
  int r = q_matter_export(x->h.db, write_matter, x, &in, err) < 0 ? -1 : flush(x, 1, err);
  cli_progress_end(&x->progress);
  db_read_end(x->h.db);
  return r;
}

static int run(struct cli *c, struct error *err) {
  struct exporting x = {.c = c, .json = text_eq(cli_text(c, "format"), "json")};
  if (cli_house_open(&x.h, c, DB_READER, err) < 0) return -1;
  x.from = cli_text(c, "from") ? ms_of_day((int32_t)cli_number(c, "from"), x.h.offset_min) : 0;
  x.to = cli_text(c, "to") ? ms_of_day((int32_t)cli_number(c, "to") + 1, x.h.offset_min) : INT64_MAX;
  x.row = arena_new(ROW_ARENA);
  buf_init(&x.out, BUFFER_MAX);
  int r = export_all(&x, err);
  buf_free(&x.out);
  arena_free(x.row);
  db_close(x.reporters);
  seal_keys_forget(&x.keys);
  cli_house_close(&x.h);
  return r;
}

static const struct cli_option options[] = {
    {.name = "from", .type = CLI_DATE, .value = "DATE", .help = W_CLI_EXPORT_CASES_FROM},
    {.name = "to", .type = CLI_DATE, .value = "DATE", .help = W_CLI_EXPORT_CASES_TO},
    {.name = "format", .type = CLI_CHOICE, .value = "FORMAT", .otherwise = "csv", .choices = "csv|json",
     .help = W_CLI_EXPORT_CASES_FORMAT},
    {.name = "with-personal", .type = CLI_FLAG, .help = W_CLI_EXPORT_CASES_PERSONAL},
    {.name = "reason", .type = CLI_TEXT, .value = "TEXT", .help = W_CLI_EXPORT_CASES_REASON},
    {0}};
const struct cli_command cmd_export_cases = {
    .name = "cases", .help = W_CLI_EXPORT_CASES, .options = options, .run = run};
