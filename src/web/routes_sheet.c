/* Sheets: papers counted, telephone calls, a show of hands; entered by one with a photo and again by another. */
#include <stdlib.h>
#include <string.h>

#include "pages.h"
#include "web/ballot_page.h"
#include "web/panel.h"
#include "web/resident.h"

enum { TRACK };

/* --- what is there ---------------------------------------------------------------------------------------------- */

static const char *option_title(struct ballot_page *p, const char *name, size_t len) {
  const struct procedure_ballot *b = p->t->type->ballot;
  for (size_t i = 0; i < b->options_count; i++)
    if (strlen(b->options[i].name) == len && memcmp(b->options[i].name, name, len) == 0)
      return bilingual_pick(&b->options[i].title, p->r->lang == LANG_ZH);
  return word(p->r->lang, W_BALLOT_UNREADABLE);
}

/* "12=yes,15=no" as people read it. */
static const char *read_out(struct ballot_page *p, const char *text) {
  struct buf b;
  bool secret = p->t->type->ballot->secret;
  buf_init(&b, 64 * 1024);
  for (const char *s = text; *s;) {
    size_t len = strcspn(s, ","), left = strcspn(s, "=");
    const char *right = s + left + 1;
    long entry = strtol(s, NULL, 10);
    if (b.len) buf_puts(&b, " · ");
    if (secret)
      buf_printf(&b, "%s %.*s", option_title(p, s, left), (int)(len - left - 1), right);
    else if (entry >= 1 && (size_t)entry <= p->roll->count)
      buf_printf(&b, "%s %s", ballot_name(p, p->roll->entries[entry - 1].person), option_title(p, right, len - left - 1));
    s += len + (s[len] == ',');
  }
  const char *out = arena_strdup(p->r->arena, b.data ? b.data : "");
  buf_free(&b);
  return out;
}

static const char *opened(struct ballot_page *p, int64_t number, const char *column, struct bytes sealed) {
  struct error ignored = {0};
  const char *text = "";
  if (!sealed.len || ballot_sheet_text(&text, p->who.people, p->r->arena, p->who.world->district, p->t->id, number, column,
                                       sealed, &ignored) < 0)
    return "";
  return read_out(p, text);
}

/* What the first one entered is shown only once the second has entered too. */
static int fill_sheets(struct view_sheets *v, struct ballot_page *p, struct error *err) {
  static const enum word states[] = {W_BALLOT_SHEET_STATE_1, W_BALLOT_SHEET_STATE_1, W_BALLOT_SHEET_STATE_2,
                                     W_BALLOT_SHEET_STATE_3};
  struct q_ballot_sheets_out *rows;
  size_t n;
  struct q_ballot_sheets_in in = {.district = p->who.world->district, .track = p->t->id};
  if (q_ballot_sheets(p->who.db, p->r->arena, &rows, &n, &in, err) < 0) return -1;
  struct view_sheet *out = ARENA_ARRAY(p->r->arena, n + 1, struct view_sheet);
  for (size_t i = 0; i < n; i++) {
    bool both = rows[i].state != SHEET_ENTERED;
    out[i] = (struct view_sheet){
        .number = rows[i].number,
        .channel = ballot_channel(p->r, (enum procedure_channel)rows[i].channel),
        .state = word(p->r->lang, states[rows[i].state]),
        .look = rows[i].state == SHEET_AGREED ? "green" : rows[i].state == SHEET_DIFFERS ? "red" : "amber",
        .first = both ? opened(p, rows[i].number, "first_said", rows[i].first_said) : "",
        .second = rows[i].state == SHEET_DIFFERS ? opened(p, rows[i].number, "second_said", rows[i].second_said) : "",
        .photo = rows[i].photo};
  }
  v->sheets = out;
  v->sheet_count = (int)n;
  return 0;
}

static struct view_option *options_for(struct ballot_page *p, const char *typed, int *count) {
  const struct procedure_ballot *b = p->t->type->ballot;
  struct view_option *o = ARENA_ARRAY(p->r->arena, b->options_count + 1, struct view_option);
  for (size_t i = 0; i < b->options_count; i++)
    o[i] = (struct view_option){b->options[i].name, bilingual_pick(&b->options[i].title, p->r->lang == LANG_ZH),
                                text_eq(b->options[i].name, typed)};
  *count = (int)b->options_count;
  return o;
}

/* The form: a line for each entry of an open ballot, for each option of a secret one. */
static void fill_lines(struct view_sheets *v, struct ballot_page *p) {
  const struct procedure_ballot *b = p->t->type->ballot;
  size_t n = b->secret ? b->options_count + 1 : p->roll->count;
  struct view_sheet_line *lines = ARENA_ARRAY(p->r->arena, n + 1, struct view_sheet_line);
  for (size_t i = 0; i < n; i++) {
    struct view_sheet_line *l = &lines[i];
    l->number = (int)i + 1;
    l->name = arena_printf(p->r->arena, "line-%d", l->number);
    if (b->secret) {
      l->title = i < b->options_count ? bilingual_pick(&b->options[i].title, p->r->lang == LANG_ZH)
                                      : word(p->r->lang, W_BALLOT_UNREADABLE);
    } else {
      const struct roll_entry *e = &p->roll->entries[i];
      l->title = arena_printf(p->r->arena, "%d %s · %s", e->number, ballot_name(p, e->person), ballot_seat(p, e->seat));
      l->excluded = e->excluded != NULL;
      l->options = options_for(p, panel_typed(p->r, l->name), &l->option_count);
    }
  }
  v->lines = lines;
  v->line_count = (int)n;
}

static void fill_channels(struct view_sheets *v, struct ballot_page *p) {
  struct view_option *o = ARENA_ARRAY(p->r->arena, CHANNELS, struct view_option);
  for (int ch = CHANNEL_PAPER; ch < CHANNELS; ch++) {
    const char *name = procedure_channel_name((enum procedure_channel)ch);
    if (p->t->type->ballot->channels & 1U << ch)
      o[v->channel_count++] = (struct view_option){name, ballot_channel(p->r, (enum procedure_channel)ch),
                                                   text_eq(panel_typed(p->r, "channel"), name)};
  }
  v->channels = o;
}

static int show(struct request *r, const struct error *wrong, int status, struct error *err) {
  struct ballot_page p;
  if (ballot_page_open(&p, r, req_int(r, TRACK), false, err) < 0) return -1;
  if (!p.keeps || !p.t->type->ballot) return error_set(err, ERR_DENIED, "ballot.keeper", NULL, NULL);
  struct view_sheets v = {.number = panel_typed(r, "number"),
                          .takes = p.roll->box_public.len && !p.roll->counted &&
                                   !(p.t->type->ballot->secret && ballot_votes_now(&p))};
  ballot_page_head(&v.h, &p);
  fill_lines(&v, &p);
  fill_channels(&v, &p);
  if (fill_sheets(&v, &p, err) < 0 || desk_frame(r, &p.who, err) < 0) return -1;
  if (wrong) v.problem = desk_problem(r, wrong);
  page_ballot_sheets(reply_html(r, status), &v, &r->page);
  return 0;
}

static int sheets_get(struct request *r, struct error *err) { return show(r, NULL, 200, err); }

/* --- entering one ----------------------------------------------------------------------------------------------- */

struct entering {
  struct request *r;
  struct sheet_in in;
  struct resident_photos photos;
  enum sheet_state state;
};

static void read_lines(struct entering *e, struct ballot_page *p) {
  const struct procedure_ballot *b = p->t->type->ballot;
  size_t n = b->secret ? b->options_count + 1 : p->roll->count;
  struct sheet_line *lines = ARENA_ARRAY(p->r->arena, n + 1, struct sheet_line);
  for (size_t i = 0; i < n; i++) {
    const char *typed = panel_typed(p->r, arena_printf(p->r->arena, "line-%zu", i + 1));
    if (!*typed) continue;
    struct sheet_line *l = &lines[e->in.count++];
    if (!b->secret) {
      *l = (struct sheet_line){.entry = (int)i + 1, .option = typed};
      continue;
    }
    l->option = i < b->options_count ? b->options[i].name : "";
    if (!text_to_int(typed, &l->votes)) l->votes = -1;
  }
  e->in.lines = lines;
}

static int enter(struct lane_txn *t, void *ctx, struct error *err) {
  struct entering *e = ctx;
  struct web_app *app = app_of(e->r);
  if (resident_photos_add(t, app, &e->photos, actor_key(t->arena, &e->r->actor), err) < 0) return -1;
  e->in.photo = e->photos.draft_count + e->photos.kept_count ? e->photos.kept[0] : 0;
  return ballot_sheet(t, app->engine, &e->r->actor, &e->in, &e->state, err);
}

static int entered(struct request *r, void *ctx, struct error *err) {
  static const enum word told[] = {W_BALLOT_SHEET_SAVED, W_BALLOT_SHEET_SAVED, W_BALLOT_SHEET_AGREE, W_BALLOT_SHEET_DIFFER};
  struct entering *e = ctx;
  if (err->kind == ERR_INPUT || err->kind == ERR_CONFLICT) {
    struct error wrong = *err;
    error_clear(err);
    return show(r, &wrong, error_http_status(wrong.kind), err);
  }
  if (err->kind != ERR_NONE) return -1;
  reply_notice(r, told[e->state]);
  return reply_redirect(r, arena_printf(r->arena, "/meeting/%lld/sheets", (long long)e->in.track));
}

static int sheet_post(struct request *r, struct error *err) {
  struct entering *e = ARENA_NEW(r->arena, struct entering);
  struct resident x;
  struct ballot_page p;
  const char *channel = panel_typed(r, "channel");
  if (ballot_page_open(&p, r, req_int(r, TRACK), false, err) < 0) return -1;
  if (!p.keeps || !p.t->type->ballot) return error_set(err, ERR_DENIED, "ballot.keeper", NULL, NULL);
  *e = (struct entering){.r = r, .in = {.track = p.t->id}};
  text_to_int(panel_typed(r, "number"), &e->in.number);
  for (int ch = CHANNEL_PAPER; ch < CHANNELS; ch++)
    if (text_eq(channel, procedure_channel_name((enum procedure_channel)ch))) e->in.channel = (enum procedure_channel)ch;
  read_lines(e, &p);
  resident_begin(&x, r);
  x.db = p.who.db;
  if (resident_photos_read(&e->photos, &x, "photo", 1, err) < 0) {
    struct error wrong = *err;
    error_clear(err);
    return show(r, &wrong, error_http_status(wrong.kind), err);
  }
  return app_run(r, enter, e, entered);
}

#define TRACK_PARAM [TRACK] = {.name = "track", .type = PARAM_INT, .in = IN_PATH, .required = true, .low = 1, .high = 1e15}

const struct route routes_sheet[] = {
    {.method = HTTP_GET, .path = "/meeting/{track}/sheets", .kind = ROUTE_PAGE, .who = DESK_WHO, .help = W_ROUTE_SHEETS,
     .rate = RATE_PAGE, .handler = sheets_get, PARAMS(TRACK_PARAM)},
    {.method = HTTP_POST, .path = "/meeting/{track}/sheets", .kind = ROUTE_PAGE, .who = DESK_WHO, .csrf = CSRF_TOKEN,
     .open_form = true, .help = W_ROUTE_SHEET, .rate = RATE_REPORT, .body_max = 24 << 20, .handler = sheet_post,
     PARAMS(TRACK_PARAM)},
    {0}};
