/* `tongxin verify line CODE`: is what a publication says what the journal holds? CODE stands under its QR (N12). Heading and text
 * are hashed with their salts and compared with the journal's line; the whole chain is checked besides, because a line proves
 * nothing in a broken one. Ends with 0, or with 65 when something does not fit. */
#include "base/json_write.h"
#include "board/notice.h"
#include "cli/commands.h"
#include "cli/office.h"

enum { OUT_BYTES = 64 << 10, EXIT_BROKEN = 65 };

struct line {
  struct cli_office in;
  struct notice notice;
  struct notice_check checks[2];
  int count;
  struct journal_report journal;
  bool fits;
};

static int find(struct line *l, const struct world *w, const char *code, struct error *err) {
  int64_t id = 0;
  bool good = (code[0] == 'N' || code[0] == 'n') && text_to_int(code + 1, &id) && id > 0;
  if (!good) return error_set(err, ERR_INPUT, "verify.line", NULL, code, NULL);
  struct arena *a = l->in.c->arena;
  if (notice_get(&l->notice, l->in.house.db, a, w, id, err) < 0) return -1;
  if (notice_checks(l->checks, &l->count, l->in.house.db, a, w, id, err) < 0) return -1;
  if (journal_verify(l->in.house.db, l->in.house.district, &l->journal, NULL, NULL, err) < 0) return -1;
  l->fits = l->journal.bad_seq == 0;
  for (int i = 0; i < l->count; i++) l->fits &= l->checks[i].fits;
  return 0;
}

static void say(const struct line *l, int offset_min) {
  const struct cli *c = l->in.c;
  char at[48];
  time_format_short(at, sizeof at, l->notice.begins, offset_min);
  cli_say(c, W_CLI_VERIFY_LINE_HEAD, l->notice.heading, cli_amount(c, l->notice.edition), at, NULL);
  for (int i = 0; i < l->count; i++)
    cli_say(c, l->checks[i].fits ? W_CLI_VERIFY_LINE_FITS : W_CLI_VERIFY_LINE_DIFFERS,
            word(c->lang, i ? W_NOTICE_TEXT : W_NOTICE_HEADING), cli_amount(c, l->checks[i].seq), NULL);
  const char *why = words_find(c->lang, l->journal.code);
  if (l->journal.bad_seq)
    cli_say(c, W_CLI_VERIFY_BROKEN, cli_amount(c, l->journal.bad_seq), why ? why : l->journal.code, NULL);
  else
    cli_say(c, W_CLI_VERIFY_HOLDS, cli_amount(c, l->journal.entries), cli_amount(c, l->journal.checkpoints), l->journal.head,
            NULL);
}

static int print_json(const struct line *l, struct error *err) {
  struct buf b;
  struct json j;
  buf_init(&b, OUT_BYTES);
  json_start(&j, &b);
  json_object(&j);
  json_put_bool(&j, "ok", l->fits);
  json_put_int(&j, "publication", l->notice.id);
  json_put(&j, "heading", l->notice.heading);
  json_put_int(&j, "edition", l->notice.edition);
  json_key(&j, "lines");
  json_array(&j);
  for (int i = 0; i < l->count; i++) {
    json_object(&j);
    json_put(&j, "field", l->checks[i].field);
    json_put_int(&j, "seq", l->checks[i].seq);
    json_put(&j, "salt", l->checks[i].salt);
    json_put(&j, "digest", l->checks[i].digest);
    json_put_bool(&j, "fits", l->checks[i].fits);
    json_object_end(&j);
  }
  json_array_end(&j);
  json_put_int(&j, "entries", l->journal.entries);
  json_put(&j, "head", l->journal.head);
  json_put_int(&j, "broken", l->journal.bad_seq);
  json_object_end(&j);
  buf_putc(&b, '\n');
  int r = cli_write(&b, err);
  buf_free(&b);
  return r;
}

static int verify(struct line *l, const char *code, struct error *err) {
  const struct world *w = world_take(l->in.engine);
  int r = find(l, w, code, err);
  int offset_min = w->offset_min;
  if (r == 0 && !l->fits) l->in.c->exit_code = EXIT_BROKEN;
  if (r == 0 && cli_json(l->in.c))
    r = print_json(l, err);
  else if (r == 0)
    say(l, offset_min);
  world_release(l->in.engine, w);
  return r;
}

int cli_verify_line(struct cli *c, const char *code, struct error *err) {
  struct line *l = ARENA_NEW(c->arena, struct line);
  int r = cli_office_open(&l->in, c, err);
  if (r == 0) r = cli_office_engine(&l->in, err);
  if (r == 0) r = verify(l, code, err);
  cli_office_close(&l->in);
  return r;
}
