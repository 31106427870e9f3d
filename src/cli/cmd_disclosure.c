/* `tongxin disclosure`: what the plan of disclosure asks for and is due or late, photos of boards that are missing, objections
 * that wait for their answer; for scripts and for a street's round of telephone calls. */
#include "base/json_write.h"
#include "board/disclosure.h"
#include "cli/commands.h"
#include "cli/office.h"

enum { OUT_BYTES = 16 << 20 };

static bool sees(void *ctx, const struct place_chain *at) {
  (void)ctx;
  (void)at;
  return true;
}

static void put_lines(struct buf *b, const struct cli *c, const struct disclosure_all *all, int offset_min) {
  static const enum word states[] = {W_DISCLOSURE_PAID, W_DISCLOSURE_DUE, W_DISCLOSURE_LATE};
  char at[48];
  for (size_t i = 0; i < all->row_count; i++) {
    const struct disclosure_row *row = &all->rows[i];
    if (row->state == DISCLOSURE_PAID) continue;
    date_format(at, sizeof at, row->due);
    buf_printf(b, "%s\t%s\t%s\t%s\t%s\n", word(c->lang, states[row->state]), at, row->place_code, row->place_name,
               bilingual_pick(&row->item->title, c->lang == LANG_ZH));
  }
  for (size_t i = 0; i < all->photo_count; i++) {
    time_format_short(at, sizeof at, all->photos[i].since, offset_min);
    buf_printf(b, "%s\t%s\t%s\t%s\t%s\n", word(c->lang, W_CLI_DISCLOSURE_PHOTO), at, all->photos[i].code, all->photos[i].place,
               all->photos[i].heading);
  }
  for (size_t i = 0; i < all->objection_count; i++) {
    const struct disclosure_objection *x = &all->objections[i];
    time_format_short(at, sizeof at, x->due, offset_min);
    buf_printf(b, "%s\t%s\t%s\t%s\t%s\n", word(c->lang, x->late ? W_DISCLOSURE_LATE : W_DISCLOSURE_WAITS), at, x->code, x->place,
               word(c->lang, W_CLI_DISCLOSURE_OBJECTION));
  }
}

static int list(struct cli_office *o, const struct world *w, struct error *err) {
  struct disclosure_all all;
  struct buf b;
  struct json j;
  const char *folder = arena_printf(o->c->arena, "%s/catalogues", o->house.dir);
  if (disclosure_all(&all, o->house.db, o->c->arena, w, folder, sees, NULL, o->now, err) < 0) return -1;
  buf_init(&b, OUT_BYTES);
  if (cli_json(o->c)) {
    json_start(&j, &b);
    json_object(&j);
    disclosure_put(&j, &all, o->c->lang, w->offset_min);
    json_object_end(&j);
    buf_putc(&b, '\n');
  } else {
    put_lines(&b, o->c, &all, w->offset_min);
  }
  int r = cli_write(&b, err);
  buf_free(&b);
  return r;
}

static int run(struct cli *c, struct error *err) {
  struct cli_office o;
  int r = cli_office_open(&o, c, err);
  if (r == 0) r = cli_office_engine(&o, err);
  if (r == 0) {
    const struct world *w = world_take(o.engine);
    r = list(&o, w, err);
    world_release(o.engine, w);
  }
  cli_office_close(&o);
  return r;
}

static const struct cli_option options[] = {{.name = "json", .type = CLI_FLAG, .help = W_CLI_OPTION_JSON}, {0}};

const struct cli_command cmd_disclosure = {
    .name = "disclosure", .help = W_CLI_DISCLOSURE, .options = options, .run = run};
