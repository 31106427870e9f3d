/* The voter's pages: what I am called to, the ballot, and afterwards the result, where a check code can be looked for. */
#include <string.h>

#include "pages.h"
#include "web/ballot_page.h"
#include "web/panel.h"

enum { TRACK, FOR };
enum { RESULT_CODE = 1 };
enum { MINE_MOST = 60 };

/* --- the ballot ------------------------------------------------------------------------------------------------- */

static void fill_mine(struct view_vote *v, struct ballot_page *p, int64_t wanted) {
  struct view_vote_entry *rows = ARENA_ARRAY(p->r->arena, p->roll->count + 1, struct view_vote_entry);
  for (size_t i = 0; i < p->roll->count; i++) {
    const struct roll_entry *e = &p->roll->entries[i];
    if (!ballot_is_mine(p, e)) continue;
    struct view_vote_entry *x = &rows[v->entry_count++];
    *x = (struct view_vote_entry){.number = e->number,
                                  .name = ballot_name(p, e->person),
                                  .own = e->person == p->r->actor.person,
                                  .voted = e->mark != MARK_NONE,
                                  .excluded = e->excluded != NULL};
    v->here |= x->own && e->attended != ATTENDED_NOT;
    bool open = !x->voted && !x->excluded;
    if (open && (v->chosen == 0 || wanted == e->number)) {
      v->chosen = e->number;
      v->for_name = x->own ? "" : x->name;
    }
  }
  v->entries = rows;
}

static void fill_options(struct view_vote *v, struct ballot_page *p, const char *typed) {
  const struct procedure_ballot *b = p->t->type->ballot;
  if (!b) return;
  struct view_option *o = ARENA_ARRAY(p->r->arena, b->options_count + 1, struct view_option);
  for (size_t i = 0; i < b->options_count; i++)
    o[i] = (struct view_option){b->options[i].name, bilingual_pick(&b->options[i].title, p->r->lang == LANG_ZH),
                                text_eq(b->options[i].name, typed)};
  v->options = o;
  v->option_count = (int)b->options_count;
}

static int show_vote(struct request *r, const struct error *wrong, int64_t wanted, const char *typed, int status,
                     struct error *err) {
  struct ballot_page p;
  char code[CHECK_CODE_CHARS + 1];
  if (ballot_page_open(&p, r, req_int(r, TRACK), false, err) < 0) return -1;
  if (!p.mine) return reply_redirect(r, arena_printf(r->arena, "/meeting/%lld", (long long)p.t->id));
  struct view_vote v = {.for_name = ""};
  ballot_page_head(&v.h, &p);
  fill_mine(&v, &p, wanted);
  fill_options(&v, &p, typed);
  random_code(code, CHECK_CODE_CHARS);
  v.code = arena_strdup(r->arena, code);
  v.may_vote = v.h.voting && v.chosen && (p.t->type->ballot->channels & 1U << CHANNEL_ON_LINE);
  if (wrong) v.problem = desk_problem(r, wrong);
  page_ballot_vote(reply_html(r, status), &v, &r->page);
  return 0;
}

static int vote_get(struct request *r, struct error *err) { return show_vote(r, NULL, req_int(r, FOR), "", 200, err); }

struct casting {
  struct request *r;
  struct vote vote;
};

static int cast(struct lane_txn *t, void *ctx, struct error *err) {
  struct casting *c = ctx;
  return ballot_cast(t, app_of(c->r)->engine, &c->r->actor, &c->vote, err);
}

/* The code is shown in the answer itself and kept nowhere. */
static int after_cast(struct request *r, void *ctx, struct error *err) {
  struct casting *c = ctx;
  struct ballot_page p;
  if (err->kind == ERR_INPUT || err->kind == ERR_CONFLICT) {
    struct error wrong = *err;
    error_clear(err);
    return show_vote(r, &wrong, c->vote.entry, c->vote.option, error_http_status(wrong.kind), err);
  }
  if (err->kind != ERR_NONE || ballot_page_open(&p, r, c->vote.track, false, err) < 0) return -1;
  struct view_vote v = {.for_name = "", .code = c->vote.code};
  ballot_page_head(&v.h, &p);
  fill_mine(&v, &p, 0);
  page_ballot_voted(reply_html(r, 200), &v, &r->page);
  return 0;
}

static int vote_post(struct request *r, struct error *err) {
  struct casting *c = ARENA_NEW(r->arena, struct casting);
  int64_t entry = 0;
  (void)err;
  text_to_int(panel_typed(r, "entry"), &entry);
  *c = (struct casting){.r = r,
                        .vote = {.track = req_int(r, TRACK),
                                 .entry = (int)entry,
                                 .option = panel_typed(r, "option"),
                                 .code = panel_typed(r, "code")}};
  return app_run(r, cast, c, after_cast);
}

/* --- mine ------------------------------------------------------------------------------------------------------- */

static int fill_mine_row(struct view_mine_row *out, struct request *r, int64_t track, struct error *err) {
  struct ballot_page p;
  struct view_ballot_head h;
  if (ballot_page_open(&p, r, track, false, err) < 0) return -1;
  ballot_page_head(&h, &p);
  bool voted = true;
  for (size_t i = 0; i < p.roll->count; i++)
    if (ballot_is_mine(&p, &p.roll->entries[i]) && !p.roll->entries[i].excluded) voted &= p.roll->entries[i].mark != MARK_NONE;
  enum word state = p.roll->counted   ? W_BALLOT_STATE_COUNTED
                    : !h.voting       ? W_BALLOT_STATE_CALLED
                    : voted           ? W_BALLOT_STATE_VOTED
                                      : W_BALLOT_STATE_VOTE;
  *out = (struct view_mine_row){.track = track,
                                .code = h.code,
                                .title = h.title,
                                .summary = h.summary,
                                .stage = h.stage,
                                .state = word(r->lang, state),
                                .look = state == W_BALLOT_STATE_VOTE ? "amber" : state == W_BALLOT_STATE_VOTED ? "green" : "",
                                .time = h.time,
                                .vote = h.voting && !voted,
                                .result = p.roll->counted != 0};
  return 0;
}

static int mine_get(struct request *r, struct error *err) {
  struct case_asker who;
  struct q_roll_of_person_out *rows;
  size_t n;
  struct view_mine v = {0};
  if (desk_asker(&who, r, err) < 0) return -1;
  struct q_roll_of_person_in in = {.district = who.world->district, .person = r->actor.person, .count = MINE_MOST};
  if (q_roll_of_person(who.db, r->arena, &rows, &n, &in, err) < 0) return -1;
  struct view_mine_row *out = ARENA_ARRAY(r->arena, n + 1, struct view_mine_row);
  for (size_t i = 0; i < n; i++) {
    bool again = i && rows[i].track == rows[i - 1].track; /* for themselves and for a household */
    if (!again && fill_mine_row(&out[v.row_count++], r, rows[i].track, err) < 0) return -1;
  }
  v.rows = out;
  page_ballot_mine(reply_html(r, 200), &v, &r->page);
  return 0;
}

/* --- the result ------------------------------------------------------------------------------------------------- */

/* "网上 5 · 纸质 3" of one option; "" where the channels were put together. */
static const char *by_channel(struct ballot_page *p, const struct ballot_result *x, const char *option) {
  struct buf b;
  buf_init(&b, 2000);
  for (size_t i = 0; i < x->total_count; i++) {
    const struct ballot_total *t = &x->totals[i];
    if (!text_eq(t->option, option) || t->channel == CHANNEL_NONE) continue;
    buf_printf(&b, "%s%s %lld", b.len ? " · " : "", ballot_channel(p->r, t->channel), (long long)t->votes);
  }
  const char *text = arena_strdup(p->r->arena, b.data ? b.data : "");
  buf_free(&b);
  return text;
}

static void fill_totals(struct view_result *v, struct ballot_page *p, const struct ballot_result *x) {
  const struct procedure_ballot *b = p->t->type->ballot;
  struct view_total *out = ARENA_ARRAY(p->r->arena, b->options_count + 1, struct view_total);
  int64_t all = 0;
  for (size_t i = 0; i < b->options_count; i++) all += x->tally.option[i][BY_PERSONS];
  for (size_t i = 0; i < b->options_count; i++) {
    int64_t votes = x->tally.option[i][BY_PERSONS];
    const char *title = bilingual_pick(&b->options[i].title, p->r->lang == LANG_ZH);
    bool won = p->roll->winner && text_eq(p->roll->winner, b->options[i].name);
    out[i] = (struct view_total){title, by_channel(p, x, b->options[i].name), votes, all ? (int)(votes * 100 / all) : 0, won};
    if (won) v->winner = title;
  }
  v->totals = out;
  v->total_count = (int)b->options_count;
  for (size_t i = 0; i < x->total_count; i++) v->withheld |= x->totals[i].channel == CHANNEL_NONE;
}

static void fill_turnout(struct view_result *v, struct ballot_page *p, const struct ballot_result *x) {
  struct view_option *o = ARENA_ARRAY(p->r->arena, CHANNELS, struct view_option);
  for (int ch = CHANNEL_ON_LINE; ch < CHANNELS; ch++) {
    if (!x->turnout[ch]) continue;
    o[v->turnout_count++] =
        (struct view_option){ballot_count_text(p, x->turnout[ch]), ballot_channel(p->r, (enum procedure_channel)ch), false};
    v->voted += x->turnout[ch];
  }
  v->turnout = o;
}

static void fill_pass(struct view_result *v, struct ballot_page *p, const struct ballot_result *x) {
  const struct procedure_ballot *b = p->t->type->ballot;
  const struct rule_test *test = &p->rule->pass;
  int option = b->passes >= 0 ? b->passes : tally_leading(&x->tally, (int)b->options_count);
  struct view_rule_line *lines = ARENA_ARRAY(p->r->arena, test->count + 1, struct view_rule_line);
  for (size_t i = 0; i < test->count; i++) {
    struct line_result r = pass_line(&test->lines[i], &x->tally, option, x->entries, p->roll->count, p->r->arena);
    lines[v->pass_count++] = ballot_line(p, &test->lines[i], &r, false);
  }
  v->pass = lines;
}

/* How each voted in an open ballot: for those who were there. */
static void fill_named(struct view_result *v, struct ballot_page *p, const struct ballot_result *x) {
  const struct procedure_ballot *b = p->t->type->ballot;
  if (b->secret || (!p->keeps && !p->mine)) return;
  struct view_named *rows = ARENA_ARRAY(p->r->arena, p->roll->count + 1, struct view_named);
  for (size_t i = 0; i < p->roll->count; i++) {
    int option = x->entries[i].option;
    if (option < 0) continue;
    rows[v->named_count++] =
        (struct view_named){ballot_name(p, p->roll->entries[i].person),
                            bilingual_pick(&b->options[option].title, p->r->lang == LANG_ZH),
                            ballot_channel(p->r, mark_channel(p->roll->entries[i].mark))};
  }
  v->named = rows;
}

/* A code as people type it: any case, blanks and hyphens passed over. */
static const char *code_typed(struct request *r) {
  const char *s = req_text(r, RESULT_CODE);
  char *out = arena_alloc(r->arena, strlen(s) + 1), *o = out;
  for (; *s; s++) {
    if (*s == ' ' || *s == '-') continue;
    *o++ = *s >= 'a' && *s <= 'z' ? (char)(*s - 32) : *s;
  }
  return out;
}

static int result_get(struct request *r, struct error *err) {
  struct ballot_page p;
  struct ballot_result x;
  struct view_result v = {.asked = code_typed(r), .winner = "", .place = ""};
  if (ballot_page_open(&p, r, req_int(r, TRACK), true, err) < 0) return -1;
  ballot_page_head(&v.h, &p);
  if (!p.t->type->ballot) return error_set(err, ERR_MISSING, "matter.unknown", NULL, NULL);
  if (p.roll->counted) {
    if (ballot_result(&x, p.roll, p.t->type->ballot, p.who.db, r->arena, p.who.world->district, err) < 0) return -1;
    fill_totals(&v, &p, &x);
    fill_turnout(&v, &p, &x);
    fill_pass(&v, &p, &x);
    fill_named(&v, &p, &x);
    v.codes = x.codes;
    v.code_count = (int)x.code_count;
    for (size_t i = 0; i < x.code_count; i++) v.asked_found |= text_eq(x.codes[i], v.asked);
    v.entitled = x.tally.whole[OF_ROLL][BY_PERSONS];
    v.unreadable = x.unreadable;
  }
  v.passed = p.roll->passed;
  v.quorate = p.roll->quorate;
  page_ballot_result(reply_html(r, 200), &v, &r->page);
  return 0;
}

#define TRACK_PARAM [TRACK] = {.name = "track", .type = PARAM_INT, .in = IN_PATH, .required = true, .low = 1, .high = 1e15}

const struct route routes_vote[] = {
    {.method = HTTP_GET, .path = "/votes", .kind = ROUTE_PAGE, .who = ACCESS_SIGNED_IN, .help = W_ROUTE_VOTES, .rate = RATE_PAGE,
     .handler = mine_get},
    {.method = HTTP_GET, .path = "/vote/{track}", .kind = ROUTE_PAGE, .who = ACCESS_SIGNED_IN, .help = W_ROUTE_VOTE_PAGE,
     .rate = RATE_PAGE, .handler = vote_get,
     PARAMS(TRACK_PARAM, [FOR] = {.name = "for", .type = PARAM_INT, .in = IN_QUERY, .low = 0, .high = 1e9})},
    {.method = HTTP_POST, .path = "/vote/{track}", .kind = ROUTE_PAGE, .who = ACCESS_SIGNED_IN, .csrf = CSRF_TOKEN,
     .open_form = true, .help = W_ROUTE_VOTE, .rate = RATE_REPORT, .handler = vote_post, PARAMS(TRACK_PARAM)},
    {.method = HTTP_GET, .path = "/public/ballot/{track}", .kind = ROUTE_PAGE, .who = ACCESS_PUBLIC, .tag = "public",
     .help = W_ROUTE_BALLOT_RESULT, .rate = RATE_PAGE, .handler = result_get,
     PARAMS(TRACK_PARAM, [RESULT_CODE] = {.name = "code", .type = PARAM_TEXT, .in = IN_QUERY, .max = 40})},
    {0}};
