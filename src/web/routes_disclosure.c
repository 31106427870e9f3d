/* What villages and communities owe to the public: the plan's items that are due and late, photos that are missing, objections
 * that wait. For whoever holds a post, of the places they answer for; the same as JSON. */
#include "board/disclosure.h"
#include "pages.h"
#include "web/api.h"
#include "web/panel.h"

enum { ROWS_SHOWN = 400 };

static bool sees(void *ctx, const struct place_chain *at) { return access_scope_covers(ctx, at, 0); }

static int load(struct disclosure_all *out, struct request *r, struct db *db, const struct world *w, struct error *err) {
  struct scope scope;
  access_scope(&r->actor, &scope);
  const char *folder = arena_printf(r->arena, "%s/catalogues", app_of(r)->dir);
  return disclosure_all(out, db, r->arena, w, folder, sees, &scope, r->now, err);
}

static const char *say(struct panel *p, const struct bilingual *t) { return bilingual_pick(t, p->r->lang == LANG_ZH); }

static const char *day_words(struct panel *p, int32_t day) {
  char s[16];
  date_format(s, sizeof s, day);
  return arena_strdup(p->r->arena, s);
}

static void put_row(struct panel *p, struct panel_part *t, const struct disclosure_row *row) {
  static const char *const looks[] = {
      [DISCLOSURE_PAID] = "tag green", [DISCLOSURE_DUE] = "tag amber", [DISCLOSURE_LATE] = "tag red"};
  static const enum word states[] = {W_DISCLOSURE_PAID, W_DISCLOSURE_DUE, W_DISCLOSURE_LATE};
  static const enum word every[] = {W_DISCLOSURE_MONTH, W_DISCLOSURE_QUARTER, W_DISCLOSURE_HALF_YEAR, W_DISCLOSURE_YEAR,
                                    W_DISCLOSURE_EVENT};
  panel_row(p, t);
  if (row->state == DISCLOSURE_LATE) panel_row_look(t, "late");
  panel_cell(p, t, row->place_name);
  const char *page = arena_printf(p->r->arena, "/public/notice/%lld", (long long)row->notice), *title = say(p, &row->item->title);
  struct panel_cell *item = row->notice ? panel_link(p, t, page, title) : panel_cell(p, t, title);
  item->small = arena_printf(p->r->arena, "%s %s", row->item->law.zh ? say(p, &row->item->law) : "", row->item->article);
  panel_cell(p, t, panel_word(p, every[row->item->every]));
  panel_cell(p, t, day_words(p, row->due))->look = "nowrap";
  panel_tag(p, t, looks[row->state], panel_word(p, states[row->state]));
  panel_cell(p, t, say(p, &row->item->who));
}

static void put_photos(struct panel *p, const struct disclosure_all *all) {
  if (!all->photo_count) return;
  struct panel_part *t = panel_table(p, panel_word(p, W_DISCLOSURE_PHOTOS), W_DISCLOSURE_PLACE, W_DISCLOSURE_WHAT,
                                     W_DISCLOSURE_MISSING, W_DISCLOSURE_SINCE, NO_WORD);
  for (size_t i = 0; i < all->photo_count; i++) {
    const struct disclosure_photo *x = &all->photos[i];
    panel_row(p, t);
    panel_cell(p, t, x->place);
    panel_link(p, t, arena_printf(p->r->arena, "/case/%s", x->code), x->heading)->small = x->code;
    panel_cell(p, t, panel_word(p, x->down ? W_DISCLOSURE_NO_DOWN : W_DISCLOSURE_NO_UP));
    panel_time(p, t, x->since);
  }
}

static void put_objections(struct panel *p, const struct disclosure_all *all) {
  if (!all->objection_count) return;
  struct panel_part *t = panel_table(p, panel_word(p, W_DISCLOSURE_OBJECTIONS), W_DISCLOSURE_PLACE, W_DISCLOSURE_WHAT,
                                     W_DISCLOSURE_SINCE, W_DISCLOSURE_BY, W_DISCLOSURE_STATE, NO_WORD);
  for (size_t i = 0; i < all->objection_count; i++) {
    const struct disclosure_objection *x = &all->objections[i];
    panel_row(p, t);
    if (x->late) panel_row_look(t, "late");
    panel_cell(p, t, x->place);
    panel_link(p, t, arena_printf(p->r->arena, "/case/%s", x->code), x->code);
    panel_time(p, t, x->opened);
    panel_time(p, t, x->due);
    panel_tag(p, t, x->late ? "tag red" : "tag amber", panel_word(p, x->late ? W_DISCLOSURE_LATE : W_DISCLOSURE_WAITS));
  }
}

static void put_figures(struct panel *p, const struct disclosure_all *all) {
  int64_t by[3] = {0};
  for (size_t i = 0; i < all->row_count; i++) by[all->rows[i].state]++;
  const char *look = by[DISCLOSURE_LATE] ? "late" : "";
  panel_figure(p, NULL, panel_word(p, W_DISCLOSURE_LATE), by[DISCLOSURE_LATE], look, "alert-triangle");
  panel_figure(p, NULL, panel_word(p, W_DISCLOSURE_DUE), by[DISCLOSURE_DUE], "", "clock");
  panel_figure(p, NULL, panel_word(p, W_DISCLOSURE_PAID), by[DISCLOSURE_PAID], "", "checks");
  panel_figure(p, NULL, panel_word(p, W_DISCLOSURE_OBJECTIONS), (int64_t)all->objection_count, "", "messages");
}

static int disclosure_get(struct request *r, struct error *err) {
  struct panel p;
  struct disclosure_all all;
  if (panel_start(&p, r, W_DISCLOSURE_TITLE, err) < 0 || load(&all, r, p.who.db, p.who.world, err) < 0) return -1;
  panel_note(&p, "", panel_word(&p, W_DISCLOSURE_ABOUT));
  put_figures(&p, &all);
  put_objections(&p, &all);
  put_photos(&p, &all);
  struct panel_part *t = panel_table(&p, panel_word(&p, W_DISCLOSURE_PLAN), W_DISCLOSURE_PLACE, W_DISCLOSURE_ITEM,
                                     W_DISCLOSURE_EVERY, W_DISCLOSURE_BY, W_DISCLOSURE_STATE, W_DISCLOSURE_WHO, NO_WORD);
  for (size_t i = 0; i < all.row_count && i < ROWS_SHOWN; i++) put_row(&p, t, &all.rows[i]);
  if (all.row_count > ROWS_SHOWN) panel_note(&p, "", panel_word(&p, W_DISCLOSURE_MORE));
  return panel_send(&p, 200);
}

static int api_get(struct request *r, struct error *err) {
  struct disclosure_all all;
  struct db *db;
  struct json j;
  const struct world *w = api_world(r);
  if (app_db(&db, r, err) < 0 || load(&all, r, db, w, err) < 0) return -1;
  api_reply(r, &j, 200);
  disclosure_put(&j, &all, r->lang, w->offset_min);
  json_object_end(&j);
  return 0;
}

const struct route routes_disclosure[] = {
    {.method = HTTP_GET, .path = "/disclosure", .kind = ROUTE_PAGE, .who = CASES_WHO, .help = W_ROUTE_DISCLOSURE,
     .rate = RATE_PAGE, .handler = disclosure_get},
    {.method = HTTP_GET, .path = "/api/v1/disclosure", .kind = ROUTE_API, .who = CASES_WHO, .reply = "disclosure",
     .tag = "public", .help = W_ROUTE_DISCLOSURE, .rate = RATE_API, .handler = api_get},
    {0}};
