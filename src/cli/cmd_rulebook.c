/* `tongxin procedure list|adopt`: the rulebooks a district works by, and taking a new text into use. */
#include <string.h>

#include "base/file_text.h"
#include "cli/commands.h"
#include "cli/office.h"
#include "matter/checklist.h"
#include "matter/document.h"
#include "matter/engine.h"
#include "store/store.h"

enum { OUT_BYTES = 4 << 20 };

struct rulebook {
  struct cli_office in;
  const struct procedure *procedure; /* NULL: the text is the template of a paper or a checklist */
  const char *kind, *name, *source;
  int version;
};

/* --- list ------------------------------------------------------------------------------------------------------- */

static void put_line(struct buf *b, const struct cli_office *o, const struct q_rulebook_list_out *row) {
  char since[40];
  struct json j;
  if (cli_json(o->c)) {
    json_start(&j, b);
    json_object(&j);
    json_put(&j, "kind", row->kind);
    json_put(&j, "name", row->name);
    json_put_int(&j, "version", row->version);
    json_put_time(&j, "since", row->since, o->house.offset_min);
    json_put(&j, "hash", row->hash);
    json_object_end(&j);
    buf_putc(b, '\n');
    return;
  }
  time_format(since, sizeof since, row->since, o->house.offset_min);
  buf_printf(b, "%s\t%lld\t%s\t%s\n", row->name, (long long)row->version, since, row->hash);
}

static int list(struct rulebook *k, struct error *err) {
  struct q_rulebook_list_out *rows;
  size_t n;
  struct buf b;
  struct q_rulebook_list_in which = {.district = k->in.house.district};
  if (q_rulebook_list(k->in.house.db, k->in.c->arena, &rows, &n, &which, err) < 0) return -1;
  buf_init(&b, OUT_BYTES);
  for (size_t i = 0; i < n; i++) put_line(&b, &k->in, &rows[i]);
  int r = cli_write(&b, err);
  buf_free(&b);
  return r;
}

/* --- adopt ------------------------------------------------------------------------------------------------------ */

static int refuse(struct error *err, const struct procedure_finding *f) {
  error_set(err, ERR_INPUT, f->code, NULL, NULL);
  for (int i = 0; i < ERROR_ARGS; i++) text_copy(err->arg[i], sizeof err->arg[i], f->arg[i] ? f->arg[i] : "");
  err->args = ERROR_ARGS;
  return -1;
}

/* A text may be right by itself and still open what the others in use do not have. */
static int check_with_others(const struct rulebook *k, const struct world *w, struct error *err) {
  struct procedure_findings found = {0};
  world_check_procedure(&found, NULL, k->in.c->arena, w, k->procedure);
  for (size_t i = 0; i < found.count; i++)
    if (found.items[i].severity == FINDING_ERROR) return refuse(err, &found.items[i]);
  return 0;
}

static int adopt_in_lane(struct lane_txn *t, void *ctx, struct error *err) {
  struct rulebook *k = ctx;
  return engine_adopt(t, &k->in.by, k->kind, k->name, k->source, &k->version, err);
}

/* What the text is, by its own words: the template of a paper says `document`, a checklist `checklist`. */
static int read_text(struct rulebook *k, const char *text, size_t n, struct error *err) {
  struct procedure_findings found = {0};
  struct document_template paper;
  struct yaml *root = NULL;
  struct error ignored = {0};
  struct arena *a = k->in.c->arena;
  k->source = text;
  if (yaml_read(&root, a, text, n, PROCEDURE_FILE_MAX, &ignored) == 0 && yaml_get(root, "document")) {
    k->kind = "document";
    if (document_template_read(&paper, a, text, n, err) < 0) return -1;
    k->name = paper.name;
    return 0;
  }
  if (root && yaml_get(root, "checklist")) {
    const struct checklist *list;
    k->kind = "checklist";
    if (checklist_read(&list, &found, a, text, n, err) < 0) return -1;
    k->name = list->name;
    return 0;
  }
  k->kind = "procedure";
  if (procedure_read(&k->procedure, &found, a, text, n, err) < 0) return -1;
  k->name = k->procedure->name;
  return 0;
}

/* The version in force, 0 none. */
static int version_now(const struct rulebook *k, const struct world *w) {
  const struct procedure *had = world_procedure(w, k->name, 0);
  if (k->procedure) return had ? had->version : 0;
  struct q_rulebook_last_out last = {.version = 0};
  struct q_rulebook_last_in in = {.district = k->in.house.district, .kind = k->kind, .name = k->name};
  struct error ignored = {0};
  q_rulebook_last(k->in.house.db, k->in.c->arena, &last, &in, &ignored);
  return (int)last.version;
}

static int adopt(struct rulebook *k, struct error *err) {
  struct cli *c = k->in.c;
  char *text;
  size_t n;
  if (file_text(&text, &n, c->arena, c->operands[0], PROCEDURE_FILE_MAX, err) < 0) return -1;
  if (read_text(k, text, n, err) < 0 || cli_office_engine(&k->in, err) < 0) return -1;
  const struct world *w = world_take(k->in.engine);
  int before = version_now(k, w);
  int r = k->procedure ? check_with_others(k, w, err) : 0;
  world_release(k->in.engine, w);
  if (r < 0 || cli_office_do(&k->in, adopt_in_lane, k, err) < 0) return -1;
  cli_say(c, k->version == before ? W_CLI_RULEBOOK_SAME : W_CLI_RULEBOOK_ADOPTED, k->name, cli_amount(c, k->version), NULL);
  return 0;
}

static int with_rulebook(struct cli *c, int (*work)(struct rulebook *k, struct error *err), struct error *err) {
  struct rulebook k = {0};
  int r = cli_office_open(&k.in, c, err);
  if (r == 0) r = work(&k, err);
  cli_office_close(&k.in);
  return r;
}

static int run_list(struct cli *c, struct error *err) { return with_rulebook(c, list, err); }
static int run_adopt(struct cli *c, struct error *err) { return with_rulebook(c, adopt, err); }

static const struct cli_option list_options[] = {{.name = "json", .type = CLI_FLAG, .help = W_CLI_OPTION_JSON}, {0}};
const struct cli_command cmd_procedure_list = {
    .name = "list", .help = W_CLI_RULEBOOK_LIST, .options = list_options, .run = run_list};
const struct cli_command cmd_procedure_adopt = {.name = "adopt", .help = W_CLI_RULEBOOK_ADOPT, .operands = "FILE",
                                                .operands_min = 1, .operands_max = 1, .run = run_adopt};
