/* The page of a meeting for whoever keeps it: who is entitled, who came, who stands in, who is excluded; the QR at the door;
 * and coming in by it. */
#include <string.h>

#include "pages.h"
#include "people/body.h"
#include "people/account.h"
#include "people/person.h"
#include "place/plate.h"
#include "web/ballot_page.h"
#include "web/panel.h"
#include "web/resident.h"

enum { TRACK, TOKEN };
enum { FORM_TRACK };

/* --- the page --------------------------------------------------------------------------------------------------- */

static const char *attended_words(struct ballot_page *p, const struct roll_entry *e) {
  static const enum word words[] = {W_BALLOT_ABSENT, W_BALLOT_HERE_QR, W_BALLOT_HERE_LIST, W_BALLOT_HERE_PROXY};
  if (e->excluded) return word(p->r->lang, W_BALLOT_EXCLUDED);
  return word(p->r->lang, words[e->attended]);
}

static void fill_entries(struct view_meeting *v, struct ballot_page *p) {
  struct view_entry *rows = ARENA_ARRAY(p->r->arena, p->roll->count + 1, struct view_entry);
  struct view_option *choose = ARENA_ARRAY(p->r->arena, p->roll->count + 1, struct view_option);
  const struct procedure_ballot *b = p->t->type->ballot;
  for (size_t i = 0; i < p->roll->count; i++) {
    const struct roll_entry *e = &p->roll->entries[i];
    char area[24];
    area_format(area, sizeof area, e->area);
    bool here = e->attended != ATTENDED_NOT, voted = e->mark != MARK_NONE;
    rows[i] = (struct view_entry){.number = e->number,
                                  .name = ballot_name(p, e->person),
                                  .seat = ballot_seat(p, e->seat),
                                  .area = e->area ? arena_printf(p->r->arena, "%s m²", area) : "",
                                  .attended = attended_words(p, e),
                                  .look = e->excluded ? "grey" : here ? "green" : "amber",
                                  .proxy = e->proxy ? ballot_name(p, p->roll->entries[e->proxy - 1].person) : "",
                                  .excluded = e->excluded ? e->excluded : "",
                                  .is_excluded = e->excluded != NULL,
                                  .here = here,
                                  .voted = voted,
                                  .may_attend = v->takes_attendance && !here && !e->excluded,
                                  .may_take_paper = v->may_vote_paper && b && !voted && !e->excluded};
    choose[i] = (struct view_option){arena_printf(p->r->arena, "%d", e->number),
                                     arena_printf(p->r->arena, "%s · %s", rows[i].name, rows[i].seat), false};
    v->entitled_count += e->excluded == NULL;
    v->here_count += here || voted;
    v->voted_count += voted;
  }
  v->entries = rows;
  v->choose = choose;
  v->entry_count = v->choose_count = (int)p->roll->count;
}

static void fill_seats(struct view_meeting *v, struct ballot_page *p) {
  const struct procedure_roll *roll = p->t->type->roll;
  struct view_option *o = ARENA_ARRAY(p->r->arena, roll->seats_count + 1, struct view_option);
  for (size_t i = 0; i < roll->seats_count && !p->roll->opened; i++) {
    const char *name = roll->seats[i].name;
    if (roll->seats[i].invited) o[v->seat_count++] = (struct view_option){name, ballot_seat(p, name), false};
  }
  v->seats = o;
}

static bool takes_attendance(const struct ballot_page *p) {
  const struct procedure_meeting *m = p->t->type->meeting;
  for (size_t i = 0; m && i < m->open.count; i++)
    if (m->open.items[i] == p->t->stage) return !p->roll->counted;
  return false;
}

static int fill_qr(struct view_meeting *v, struct ballot_page *p, struct error *err) {
  struct resident x;
  struct place_qr qr;
  const char *site;
  if (!v->takes_attendance) return 0;
  if (resident_open(&x, p->r, err) < 0 || resident_site(&site, &x, err) < 0) return -1;
  v->address = arena_printf(p->r->arena, "%s/attend/%lld/%s", site, (long long)p->t->id, p->roll->token);
  if (place_qr_make(&qr, p->r->arena, v->address, err) < 0) return -1;
  v->qr_view = qr.view;
  v->qr_path = qr.path;
  return 0;
}

static int show(struct request *r, const struct error *wrong, int status, struct error *err) {
  struct ballot_page p;
  if (ballot_page_open(&p, r, req_int(r, TRACK), false, err) < 0) return -1;
  if (!p.keeps) return reply_redirect(r, arena_printf(r->arena, "/vote/%lld", (long long)p.t->id));
  const struct procedure_ballot *b = p.t->type->ballot;
  struct view_meeting v = {.takes_attendance = takes_attendance(&p),
                           .may_change = !p.roll->counted && !p.t->stage->final,
                           .takes_proxies = p.rule->proxies > 0,
                           .may_vote_paper = b && b->secret && ballot_votes_now(&p) && (b->channels & 1U << CHANNEL_PAPER),
                           .has_sheets = b && p.roll->box_public.len && (b->channels & ~(1U << CHANNEL_ON_LINE)),
                           .frozen = p.roll->opened != 0,
                           .mine = p.mine};
  ballot_page_head(&v.h, &p);
  fill_entries(&v, &p);
  fill_seats(&v, &p);
  if (fill_qr(&v, &p, err) < 0 || desk_frame(r, &p.who, err) < 0) return -1;
  if (wrong) v.problem = desk_problem(r, wrong);
  page_ballot_meeting(reply_html(r, status), &v, &r->page);
  return 0;
}

static int meeting_get(struct request *r, struct error *err) { return show(r, NULL, 200, err); }

/* --- what is done on it ----------------------------------------------------------------------------------------- */

struct keeping {
  struct request *r;
  int64_t track, entry, holder;
  const char *what, *why, *seat, *name, *phone, *token;
};

/* Somebody with an account by its name, so that they can vote on line; else by name and telephone. */
static int invite(struct lane_txn *t, struct keeping *k, struct error *err) {
  struct web_app *app = app_of(k->r);
  const struct actor *me = &k->r->actor;
  int64_t account, person;
  const char *phone = *k->phone ? k->phone : NULL;
  if (!*k->name) return error_set(err, ERR_INPUT, "people.body.person", "name", NULL);
  int found = people_account_find(&account, &person, t->db, t->arena, t->district, k->name, err);
  if (found < 0) return -1;
  if (!found && people_person_of_reporter(t, app->people, me, k->name, phone, &person, err) < 0) return -1;
  return roll_invite(t, app->engine, me, k->track, k->seat, person, err);
}

static int keep(struct lane_txn *t, void *ctx, struct error *err) {
  struct keeping *k = ctx;
  struct web_app *app = app_of(k->r);
  const struct actor *me = &k->r->actor;
  int entry = (int)k->entry;
  if (text_eq(k->what, "attend")) return roll_attend(t, app->engine, me, k->track, entry, k->token, err);
  if (text_eq(k->what, "proxy")) return roll_proxy(t, app->engine, me, k->track, entry, (int)k->holder, err);
  if (text_eq(k->what, "exclude")) return roll_exclude(t, app->engine, me, k->track, entry, k->why, err);
  if (text_eq(k->what, "include")) return roll_exclude(t, app->engine, me, k->track, entry, NULL, err);
  if (text_eq(k->what, "paper")) return ballot_paper(t, app->engine, me, k->track, entry, err);
  return invite(t, k, err);
}

static int kept(struct request *r, void *ctx, struct error *err) {
  struct keeping *k = ctx;
  if (err->kind == ERR_INPUT || err->kind == ERR_CONFLICT) {
    struct error wrong = *err;
    error_clear(err);
    return show(r, &wrong, error_http_status(wrong.kind), err);
  }
  if (err->kind != ERR_NONE) return -1;
  reply_notice(r, W_BALLOT_NOTED);
  return reply_redirect(r, arena_printf(r->arena, "/meeting/%lld", (long long)k->track));
}

static int keep_post(struct request *r, struct error *err) {
  struct keeping *k = ARENA_NEW(r->arena, struct keeping);
  (void)err;
  *k = (struct keeping){.r = r,
                        .track = req_int(r, FORM_TRACK),
                        .what = strrchr(r->http->path, '/') + 1,
                        .why = panel_typed(r, "why"),
                        .seat = panel_typed(r, "seat"),
                        .name = panel_typed(r, "name"),
                        .phone = panel_typed(r, "phone"),
                        .token = ""};
  text_to_int(panel_typed(r, "entry"), &k->entry);
  text_to_int(panel_typed(r, "holder"), &k->holder);
  if (!k->entry && !text_eq(k->what, "invite")) k->entry = -1;
  return app_run(r, keep, k, kept);
}

/* --- coming in by the QR at the door ---------------------------------------------------------------------------- */

static int came_in(struct request *r, void *ctx, struct error *err) {
  struct keeping *k = ctx;
  if (err->kind != ERR_NONE) return -1;
  reply_notice(r, W_BALLOT_YOU_ARE_IN);
  return reply_redirect(r, arena_printf(r->arena, "/vote/%lld", (long long)k->track));
}

static int attend_get(struct request *r, struct error *err) {
  struct ballot_page p;
  if (ballot_page_open(&p, r, req_int(r, TRACK), false, err) < 0) return -1;
  struct view_vote v = {.may_attend = true, .token = req_text(r, TOKEN)};
  ballot_page_head(&v.h, &p);
  page_ballot_attend(reply_html(r, 200), &v, &r->page);
  return 0;
}

static int attend_post(struct request *r, struct error *err) {
  struct keeping *k = ARENA_NEW(r->arena, struct keeping);
  (void)err;
  *k = (struct keeping){.r = r, .track = req_int(r, TRACK), .what = "attend", .token = req_text(r, TOKEN)};
  return app_run(r, keep, k, came_in);
}

#define TRACK_PARAM [TRACK] = {.name = "track", .type = PARAM_INT, .in = IN_PATH, .required = true, .low = 1, .high = 1e15}
#define KEEP(name, word_)                                                                                             \
  {                                                                                                                   \
    .method = HTTP_POST, .path = "/meeting/{track}/" name, .kind = ROUTE_PAGE, .who = DESK_WHO, .csrf = CSRF_TOKEN,     \
    .open_form = true, .help = word_, .handler = keep_post, PARAMS(TRACK_PARAM)                                        \
  }

const struct route routes_meeting[] = {
    {.method = HTTP_GET, .path = "/meeting/{track}", .kind = ROUTE_PAGE, .who = ACCESS_SIGNED_IN, .help = W_ROUTE_MEETING,
     .rate = RATE_PAGE, .handler = meeting_get, PARAMS(TRACK_PARAM)},
    KEEP("attend", W_ROUTE_MEETING_ATTEND),
    KEEP("proxy", W_ROUTE_MEETING_PROXY),
    KEEP("exclude", W_ROUTE_MEETING_EXCLUDE),
    KEEP("include", W_ROUTE_MEETING_INCLUDE),
    KEEP("invite", W_ROUTE_MEETING_INVITE),
    KEEP("paper", W_ROUTE_MEETING_PAPER),
    {.method = HTTP_GET, .path = "/attend/{track}/{token}", .kind = ROUTE_PAGE, .who = ACCESS_SIGNED_IN,
     .help = W_ROUTE_ATTEND_PAGE, .rate = RATE_PAGE, .handler = attend_get,
     PARAMS(TRACK_PARAM, [TOKEN] = {.name = "token", .type = PARAM_CODE, .in = IN_PATH, .required = true, .max = 32})},
    {.method = HTTP_POST, .path = "/attend/{track}/{token}", .kind = ROUTE_PAGE, .who = ACCESS_SIGNED_IN, .csrf = CSRF_TOKEN,
     .help = W_ROUTE_ATTEND, .handler = attend_post,
     PARAMS(TRACK_PARAM, [TOKEN] = {.name = "token", .type = PARAM_CODE, .in = IN_PATH, .required = true, .max = 32})},
    {0}};
