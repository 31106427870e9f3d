/* `tongxin verify`: is everything as it was written? The chain of the journal, the signatures of its checkpoints and
 * whose they are; then the matters in the tables against the journal. Ends with 0, or with 65 when something does not
 * fit. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/commands.h"
#include "matter/verify.h"
#include "store/store.h"

enum { KEYS_FILE_MAX = 64 << 10, EXIT_BROKEN = 65 };

struct keys {
  unsigned char (*key)[32];
  size_t count;
};

/* A file of public keys: 64 hexadecimal digits a line; a key that was changed keeps its line. */
static int read_keys(struct keys *keys, struct arena *a, const char *path, struct error *err) {
  char *text = arena_alloc(a, KEYS_FILE_MAX), *save = NULL;
  FILE *f = fopen(path, "r");
  if (!f) return error_set(err, ERR_MISSING, "cli.file", NULL, path, strerror(errno), NULL);
  size_t n = fread(text, 1, KEYS_FILE_MAX - 1, f);
  fclose(f);
  keys->key = arena_alloc(a, (n / 64 + 1) * sizeof *keys->key);
  for (char *line = strtok_r(text, "\r\n", &save); line; line = strtok_r(NULL, "\r\n", &save))
    if (!text_unhex(keys->key[keys->count++], 32, line) || keys->count > n / 64)
      return error_set(err, ERR_INPUT, "verify.key-file", "checkpoints", path, NULL);
  return 0;
}

static bool is_known(const struct keys *keys, struct bytes key) {
  for (size_t i = 0; i < keys->count; i++)
    if (key.len == 32 && memcmp(keys->key[i], key.data, 32) == 0) return true;
  return false;
}

/* A signature proves something only when it is ours: whoever rewrites the journal can sign it with a key of their own.
 */
static int check_signers(struct journal_report *report, struct cli *c, struct cli_house *h, const char *path,
                         struct error *err) {
  struct keys keys = {0};
  struct q_checkpoint_all_out *rows;
  size_t n;
  if (read_keys(&keys, c->arena, path, err) < 0) return -1;
  if (q_checkpoint_all(h->db, c->arena, &rows, &n, &(struct q_checkpoint_all_in){h->district}, err) < 0) return -1;
  for (size_t i = 0; i < n && !report->bad_seq; i++) {
    if (is_known(&keys, rows[i].public_key)) continue;
    report->bad_seq = rows[i].seq;
    text_copy(report->code, sizeof report->code, "journal.signer");
  }
  return 0;
}

static int check_journal(struct journal_report *report, struct cli *c, struct cli_house *h, struct error *err) {
  struct cli_progress progress;
  struct q_journal_head_out head = {0};
  if (q_journal_head(h->db, c->arena, &head, &(struct q_journal_head_in){h->district}, err) < 0) return -1;
  cli_progress_start(&progress, c, W_CLI_VERIFY_PROGRESS, head.seq);
  int r = journal_verify(h->db, h->district, report, cli_progress_at, &progress, err);
  cli_progress_end(&progress);
  const char *path = cli_text(c, "checkpoints");
  const char *own = arena_printf(c->arena, "%s/journal.pub", h->dir);
  if (r == 0 && !path && access(own, R_OK) == 0) path = own;
  return r == 0 && path ? check_signers(report, c, h, path, err) : r;
}

/* The tables need the keys of the data directory: sealed values are opened to be compared. */
static int check_tables(struct matter_verify_report *tables, struct cli *c, struct cli_house *h, struct error *err) {
  struct people_env *env = ARENA_NEW(c->arena, struct people_env);
  struct cli_progress progress;
  if (people_env_load(env, h->db, c->arena, h->dir, h->district, err) < 0) return -1;
  cli_progress_start(&progress, c, W_CLI_VERIFY_TABLES, 0);
  int r = matter_verify(h->db, env, tables, cli_progress_at, &progress, err);
  cli_progress_end(&progress);
  return r;
}

static void json_broken(struct json *j, const struct cli *c, const struct journal_report *r) {
  json_key(j, "broken");
  json_object(j);
  json_put_int(j, "seq", r->bad_seq);
  json_put(j, "code", r->code);
  json_put(j, "message", words_find(c->lang, r->code));
  json_object_end(j);
}

static void json_tables(struct json *j, const struct cli *c, const struct matter_verify_report *t) {
  json_key(j, "tables");
  json_object(j);
  json_put_int(j, "values", t->values);
  json_put_int(j, "erased", t->erased);
  json_put_int(j, "steps", t->steps);
  json_put_int(j, "tracks", t->tracks);
  if (*t->code) {
    json_put(j, "code", t->code);
    json_put(j, "message", words_find(c->lang, t->code));
    json_put(j, "matter", t->matter);
    json_put(j, "where", t->where);
  }
  json_object_end(j);
}

static int print_json(const struct cli *c, const struct cli_house *h, const struct journal_report *r,
                      const struct matter_verify_report *tables, struct error *err) {
  struct buf b;
  struct json j;
  buf_init(&b, 64 << 10);
  json_start(&j, &b);
  json_object(&j);
  json_put_bool(&j, "ok", r->bad_seq == 0 && !*tables->code);
  json_put(&j, "district", h->code);
  json_put_int(&j, "entries", r->entries);
  json_put_int(&j, "checkpoints", r->checkpoints);
  json_put(&j, "head", r->head);
  if (r->bad_seq) json_broken(&j, c, r);
  json_tables(&j, c, tables);
  json_object_end(&j);
  buf_putc(&b, '\n');
  int written = cli_write(&b, err);
  buf_free(&b);
  return written;
}

static void print_words(const struct cli *c, const struct journal_report *r, const struct matter_verify_report *t) {
  const char *why = words_find(c->lang, r->code), *table_why = words_find(c->lang, t->code);
  if (r->bad_seq)
    cli_say(c, W_CLI_VERIFY_BROKEN, cli_amount(c, r->bad_seq), why ? why : r->code, NULL);
  else
    cli_say(c, W_CLI_VERIFY_HOLDS, cli_amount(c, r->entries), cli_amount(c, r->checkpoints), r->head, NULL);
  if (*t->code)
    cli_say(c, W_CLI_VERIFY_TABLES_BROKEN, t->matter, table_why ? table_why : t->code, t->where, NULL);
  else
    cli_say(c, W_CLI_VERIFY_TABLES_HOLD, cli_amount(c, t->values), cli_amount(c, t->steps), cli_amount(c, t->tracks),
            NULL);
}

static int verify(struct cli *c, struct cli_house *h, struct error *err) {
  struct journal_report report;
  struct matter_verify_report tables = {0};
  if (check_journal(&report, c, h, err) < 0 || check_tables(&tables, c, h, err) < 0) return -1;
  if (report.bad_seq || *tables.code) c->exit_code = EXIT_BROKEN;
  if (cli_json(c)) return print_json(c, h, &report, &tables, err);
  print_words(c, &report, &tables);
  return 0;
}

static int run(struct cli *c, struct error *err) {
  struct cli_house h;
  if (c->operand_count && !text_eq(c->operands[0], "line"))
    return error_set(err, ERR_INPUT, "cli.usage.operand.many", NULL, c->operands[0], NULL);
  if (c->operand_count == 1)
    return error_set(err, ERR_INPUT, "cli.usage.operand.missing", NULL, c->command_name, c->command->operands, NULL);
  if (c->operand_count) return cli_verify_line(c, c->operands[1], err);
  if (cli_house_open(&h, c, DB_READER, err) < 0) return -1;
  int r = verify(c, &h, err);
  cli_house_close(&h);
  return r;
}

static const struct cli_option options[] = {
    {.name = "checkpoints", .type = CLI_TEXT, .value = "FILE", .help = W_CLI_VERIFY_CHECKPOINTS},
    {.name = "json", .type = CLI_FLAG, .help = W_CLI_OPTION_JSON},
    {0}};

const struct cli_command cmd_verify = {
    .name = "verify", .help = W_CLI_VERIFY, .operands = "[line CODE]", .operands_max = 2, .options = options, .run = run};
