/* The catalogue, to be looked through: schemes, codes, and of each code its conditions with their limits and dates. */
#include <string.h>

#include "matter/catalogue.h"
#include "web/admin.h"

enum { CAT_SCHEME, CAT_Q };
enum { CODE_SCHEME, CODE_KIND, CODE_CODE };
enum { CODES_MOST = 300 };

static const char *said(const struct panel *p, const struct bilingual *t) {
  const char *s = bilingual_pick(t, p->r->lang == LANG_ZH);
  return s ? s : "";
}

static const char *dates(struct panel *p, int32_t from, int32_t until) {
  char a[24] = "", b[24] = "";
  if (!from && !until) return panel_word(p, W_CATALOGUE_ALWAYS);
  if (from) date_format(a, sizeof a, from);
  if (until) date_format(b, sizeof b, until);
  return arena_printf(p->r->arena, "%s – %s", a, b);
}

static bool has_text(const struct bilingual *t, const char *q) {
  return (t->zh && strstr(t->zh, q)) || (t->en && strcasestr(t->en, q));
}

static int catalogue_get(struct request *r, struct error *err) {
  struct panel p;
  int shown = 0;
  const char *scheme = req_text(r, CAT_SCHEME), *q = req_text(r, CAT_Q);
  if (panel_start(&p, r, W_CATALOGUE_TITLE, err) < 0) return -1;
  const struct catalogue *c = p.who.world->catalogue;
  const char *codes = panel_count(&p, (int64_t)c->codes_count);
  panel_title(&p, panel_word(&p, W_CATALOGUE_TITLE), panel_say(&p, W_CATALOGUE_SUB, codes, NULL));
  struct panel_form *f = panel_filter(&p, "/admin/catalogue");
  panel_field(&p, f, "scheme", "choice", W_CATALOGUE_SCHEME, scheme);
  panel_option(&p, f, "", panel_word(&p, W_CATALOGUE_EVERY));
  for (size_t i = 0; i < c->schemes_count; i++) panel_option(&p, f, c->schemes[i].name, said(&p, &c->schemes[i].title));
  panel_field(&p, f, "q", "text", W_CATALOGUE_SEARCH, q);
  struct panel_part *t = panel_table(&p, NULL, W_GRIDS_CODE, W_OFFICE_NAME, W_CATALOGUE_MAJOR, W_CATALOGUE_UNIT,
                                     W_CATALOGUE_CONDITIONS, W_CATALOGUE_DATES, NO_WORD);
  for (size_t i = 0; i < c->codes_count && shown < CODES_MOST; i++) {
    const struct catalogue_code *x = &c->codes[i];
    if (*scheme && !text_eq(scheme, x->scheme)) continue;
    if (*q && !text_starts(x->code, q) && !has_text(&x->title, q) && !has_text(&x->public_title, q)) continue;
    shown++;
    panel_row(&p, t);
    panel_link(&p, t, arena_printf(r->arena, "/admin/catalogue/%s/%s/%s", x->scheme, x->kind, x->code), x->code)->small = x->kind;
    panel_cell(&p, t, said(&p, &x->title))->small = x->local ? panel_word(&p, W_CATALOGUE_LOCAL) : NULL;
    panel_cell(&p, t, x->major ? said(&p, &x->major->title) : "—");
    panel_cell(&p, t, x->unit ? said(&p, &x->unit->title) : "—");
    panel_number(&p, t, (int64_t)x->conditions_count);
    panel_cell(&p, t, dates(&p, x->from, x->until));
  }
  if (shown == CODES_MOST) panel_note(&p, "", panel_word(&p, W_CATALOGUE_MORE));
  return panel_send(&p, 200);
}

/* Codes whose dates are over are shown here too. */
static const struct catalogue_code *find(const struct request *r, const struct catalogue *c) {
  for (size_t i = 0; i < c->codes_count; i++)
    if (text_eq(c->codes[i].scheme, req_text(r, CODE_SCHEME)) && text_eq(c->codes[i].kind, req_text(r, CODE_KIND)) &&
        text_eq(c->codes[i].code, req_text(r, CODE_CODE)))
      return &c->codes[i];
  return NULL;
}

static const char *limit_text(struct panel *p, struct limit limit) {
  struct buf b;
  if (limit.unit == UNIT_NONE) return "—";
  buf_init(&b, 400);
  limit_words(&b, p->r->lang, limit);
  const char *s = arena_strdup(p->r->arena, b.data);
  buf_free(&b);
  return s;
}

static void condition_line(struct panel *p, struct panel_part *t, const struct catalogue_condition *x) {
  panel_row(p, t);
  panel_number(p, t, x->order);
  panel_cell(p, t, said(p, &x->filing));
  panel_cell(p, t, said(p, &x->closing));
  for (int i = 0; i < LIMIT_KINDS; i++) panel_cell(p, t, limit_text(p, x->limits[i]));
  panel_cell(p, t, x->urgent ? panel_word(p, W_CATALOGUE_URGENT) : "—");
  panel_cell(p, t, x->season_from ? panel_say(p, W_CATALOGUE_SEASON, panel_count(p, x->season_from),
                                              panel_count(p, x->season_until), NULL) : panel_word(p, W_CATALOGUE_ALWAYS));
  panel_cell(p, t, dates(p, x->from, x->until));
}

static int code_get(struct request *r, struct error *err) {
  struct panel p;
  if (panel_start(&p, r, W_CATALOGUE_TITLE, err) < 0) return -1;
  const struct catalogue_code *x = find(r, p.who.world->catalogue);
  if (!x) return error_set(err, ERR_MISSING, "catalogue.nothing", NULL, NULL);
  panel_title(&p, said(&p, &x->title), x->key);
  panel_back(&p, "/admin/catalogue", panel_word(&p, W_CATALOGUE_TITLE));
  struct panel_part *f = panel_facts(&p, NULL);
  panel_fact(&p, f, W_CATALOGUE_MAJOR, x->major ? said(&p, &x->major->title) : NULL);
  panel_fact(&p, f, W_CATALOGUE_UNIT, x->unit ? said(&p, &x->unit->title) : NULL);
  if (x->public_title.zh) panel_fact(&p, f, W_CATALOGUE_PUBLIC, said(&p, &x->public_title));
  panel_fact(&p, f, W_CATALOGUE_DATES, dates(&p, x->from, x->until));
  struct panel_part *t = panel_table(&p, panel_word(&p, W_CATALOGUE_CONDITIONS), W_LETTERS_NUMBER, W_CATALOGUE_FILING,
                                     W_CATALOGUE_CLOSING, W_CATALOGUE_GENERAL, W_CATALOGUE_WORKS, W_CATALOGUE_SPECIAL,
                                     W_CATALOGUE_NIGHTS, W_CATALOGUE_MONTHS, W_CATALOGUE_DATES, NO_WORD);
  for (size_t i = 0; i < x->conditions_count; i++) condition_line(&p, t, &x->conditions[i]);
  return panel_send(&p, 200);
}

#define PART(i, what) [i] = {.name = what, .type = PARAM_CODE, .in = IN_PATH, .required = true, .max = 60}

const struct route routes_catalogue[] = {
    {.method = HTTP_GET, .path = "/admin/catalogue", .kind = ROUTE_PAGE, .who = ADMIN_READS, .help = W_ROUTE_CATALOGUE_PAGE,
     .rate = RATE_PAGE, .handler = catalogue_get,
     PARAMS([CAT_SCHEME] = {.name = "scheme", .type = PARAM_CODE, .in = IN_QUERY, .max = 60},
            [CAT_Q] = {.name = "q", .type = PARAM_TEXT, .in = IN_QUERY, .max = 60})},
    {.method = HTTP_GET, .path = "/admin/catalogue/{scheme}/{kind}/{code}", .kind = ROUTE_PAGE, .who = ADMIN_READS,
     .help = W_ROUTE_CATALOGUE_CODE, .rate = RATE_PAGE, .handler = code_get,
     PARAMS(PART(CODE_SCHEME, "scheme"), PART(CODE_KIND, "kind"), PART(CODE_CODE, "code"))},
    {0}};
