/* Bodies that deliberate and decide: which there are, who has a seat from when until when, giving and ending seats. */
#include <string.h>

#include "people/body.h"
#include "people/person.h"
#include "place/place.h"
#include "web/panel.h"

enum { BODY_ID };

#define BODY_WHO                                                                                              \
  (ROLE_BIT(ROLE_COMMUNITY_OFFICER) | ROLE_BIT(ROLE_PARTY_SECRETARY) | ROLE_BIT(ROLE_STREET_CENTRE) |          \
   ROLE_BIT(ROLE_STREET_LEADER) | ROLE_BIT(ROLE_DISTRICT_CENTRE) | ROLE_BIT(ROLE_AUDITOR) | ROLE_BIT(ROLE_ADMINISTRATOR))
#define KEEP_WHO                                                                                     \
  (ROLE_BIT(ROLE_COMMUNITY_OFFICER) | ROLE_BIT(ROLE_PARTY_SECRETARY) | ROLE_BIT(ROLE_STREET_CENTRE) | \
   ROLE_BIT(ROLE_ADMINISTRATOR))

static int bodies_get(struct request *r, struct error *err) {
  struct panel p;
  struct body_row *rows;
  size_t n;
  if (panel_start(&p, r, W_BODY_TITLE, err) < 0) return -1;
  if (people_bodies(&rows, &n, p.who.db, r->arena, &r->actor, r->now, err) < 0) return -1;
  panel_note(&p, "", panel_word(&p, W_BODY_ABOUT));
  struct panel_part *t = panel_table(&p, NULL, W_BODY_NAME, W_BODY_PLACE, W_BODY_KIND, W_BODY_SEATS, NO_WORD);
  for (size_t i = 0; i < n; i++) {
    panel_row(&p, t);
    panel_link(&p, t, arena_printf(r->arena, "/bodies/%lld", (long long)rows[i].id), rows[i].name);
    panel_cell(&p, t, panel_place(&p, rows[i].place));
    panel_cell(&p, t, rows[i].kind);
    panel_number(&p, t, rows[i].seats);
  }
  return panel_send(&p, 200);
}

/* --- one body --------------------------------------------------------------------------------------------------- */

static int load_body(struct body_row *out, struct panel *p, struct error *err) {
  struct scope scope;
  int r = people_body_get(out, p->who.db, p->r->arena, p->who.world->district, req_int(p->r, BODY_ID), err);
  if (r < 0) return -1;
  access_scope(&p->r->actor, &scope);
  if (r == 0 || (!access_scope_covers(&scope, &out->at, 0) && !people_body_may_keep(&p->r->actor, &out->at)))
    return error_set(err, ERR_MISSING, "people.body.missing", NULL, NULL);
  return 0;
}

static int seat_line(struct panel *p, struct panel_part *t, const struct body_row *body, const struct seat_row *s, bool keeps,
                     struct error *err) {
  struct person_view person = {0};
  struct arena *a = p->r->arena;
  char area[24];
  int found = keeps ? people_person_clear(&person, p->who.db, a, app_of(p->r)->people, s->person, err)
                    : people_person_masked(&person, p->who.db, a, app_of(p->r)->people, s->person, err);
  if (found < 0) return -1;
  area_format(area, sizeof area, s->area);
  panel_row(p, t);
  panel_cell(p, t, s->seat);
  panel_cell(p, t, person.name ? person.name : "—");
  panel_cell(p, t, s->area ? arena_printf(a, "%s m²", area) : "—");
  panel_cell(p, t, panel_date(p, s->from));
  panel_cell(p, t, s->until ? panel_date(p, s->until) : panel_word(p, W_BODY_OPEN_END));
  if (!keeps) return 0;
  const char *post = arena_printf(a, "/bodies/%lld/end", (long long)body->id);
  struct panel_cell *end = panel_act(p, t, post, W_BODY_END_SEAT);
  end->post_name = "seat";
  end->post_value = arena_printf(a, "%lld", (long long)s->id);
  return 0;
}

static void seat_form(struct panel *p, const struct body_row *body, const struct error *wrong) {
  struct panel_form *f = panel_form(p, panel_word(p, W_BODY_GIVE_SEAT),
                                    arena_printf(p->r->arena, "/bodies/%lld/seats", (long long)body->id), W_BODY_GIVE_SEAT);
  f->help = panel_word(p, W_BODY_GIVE_HELP);
  struct form_field *x = panel_field(p, f, "seat", "text", W_BODY_SEAT, "");
  x->needed = true;
  x->help = panel_word(p, W_BODY_SEAT_HELP);
  panel_field(p, f, "name", "text", W_BODY_PERSON, "")->needed = true;
  x = panel_field(p, f, "phone", "text", W_BODY_PHONE, "");
  x->help = panel_word(p, W_BODY_PHONE_HELP);
  x = panel_field(p, f, "area", "text", W_BODY_AREA, "");
  x->help = panel_word(p, W_BODY_AREA_HELP);
  panel_field(p, f, "until", "date", W_BODY_UNTIL, "");
  panel_wrong(p, f, wrong);
}

static int show_body(struct request *r, const struct error *wrong, int status, struct error *err) {
  struct panel p;
  struct body_row body;
  struct seat_row *rows;
  size_t n;
  if (panel_start(&p, r, W_BODY_TITLE, err) < 0 || load_body(&body, &p, err) < 0) return -1;
  if (people_seats(&rows, &n, p.who.db, r->arena, p.who.world->district, body.id, r->now, err) < 0) return -1;
  bool keeps = people_body_may_keep(&r->actor, &body.at);
  panel_title(&p, body.name, panel_place(&p, body.place));
  panel_back(&p, "/bodies", panel_word(&p, W_BODY_TITLE));
  struct panel_part *t = panel_table(&p, panel_word(&p, W_BODY_ROLL), W_BODY_SEAT, W_BODY_PERSON, W_BODY_AREA, W_BODY_FROM,
                                     W_BODY_UNTIL, keeps ? W_BODY_END_SEAT : NO_WORD, NO_WORD);
  for (size_t i = 0; i < n; i++)
    if (seat_line(&p, t, &body, &rows[i], keeps, err) < 0) return -1;
  if (keeps) seat_form(&p, &body, wrong);
  return panel_send(&p, status);
}

static int body_get(struct request *r, struct error *err) { return show_body(r, NULL, 200, err); }

/* --- giving and ending seats ------------------------------------------------------------------------------------ */

struct seating {
  struct request *r;
  struct seat_new seat;
  int64_t ended;
};

static int give(struct lane_txn *t, void *ctx, struct error *err) {
  struct seating *s = ctx;
  const struct people_env *env = app_of(s->r)->people;
  int64_t id;
  const char *name = panel_typed(s->r, "name"), *phone = panel_typed(s->r, "phone");
  if (!*name) return error_set(err, ERR_INPUT, "people.body.person", "name", NULL);
  if (people_person_of_reporter(t, env, &s->r->actor, name, *phone ? phone : NULL, &s->seat.person, err) < 0) return -1;
  return people_seat_add(t, &s->r->actor, &s->seat, &id, err);
}

static int end(struct lane_txn *t, void *ctx, struct error *err) {
  struct seating *s = ctx;
  return people_seat_end(t, &s->r->actor, req_int(s->r, BODY_ID), s->ended, "term", err);
}

static int done(struct request *r, void *ctx, struct error *err) {
  struct seating *s = ctx;
  if (err->kind == ERR_INPUT || err->kind == ERR_CONFLICT) {
    struct error wrong = *err;
    error_clear(err);
    return show_body(r, &wrong, error_http_status(wrong.kind), err);
  }
  if (err->kind != ERR_NONE) return -1;
  reply_notice(r, s->ended ? W_BODY_SEAT_ENDED : W_BODY_SEAT_GIVEN);
  return reply_redirect(r, arena_printf(r->arena, "/bodies/%lld", (long long)req_int(r, BODY_ID)));
}

static int refused(struct request *r, const char *code, const char *field, struct error *err) {
  struct error wrong = {0};
  error_set(&wrong, ERR_INPUT, code, field, NULL);
  return show_body(r, &wrong, error_http_status(ERR_INPUT), err);
}

static int seats_post(struct request *r, struct error *err) {
  struct seating *s = ARENA_NEW(r->arena, struct seating);
  const char *area = panel_typed(r, "area"), *until = panel_typed(r, "until");
  int32_t day;
  *s = (struct seating){.r = r, .seat = {.body = req_int(r, BODY_ID), .seat = panel_typed(r, "seat")}};
  if (*area && !area_read(&s->seat.area, area)) return refused(r, "people.body.area", "area", err);
  if (*until && !date_parse(&day, until)) return refused(r, "people.body.term", "until", err);
  if (*until) s->seat.until = ms_of_day(day, app_of(r)->offset_min);
  return app_run(r, give, s, done);
}

static int end_post(struct request *r, struct error *err) {
  struct seating *s = ARENA_NEW(r->arena, struct seating);
  (void)err;
  *s = (struct seating){.r = r};
  text_to_int(panel_typed(r, "seat"), &s->ended);
  return app_run(r, end, s, done);
}

#define ID_PARAM [BODY_ID] = {.name = "id", .type = PARAM_INT, .in = IN_PATH, .required = true, .low = 1, .high = 1e15}

const struct route routes_body[] = {
    {.method = HTTP_GET, .path = "/bodies", .kind = ROUTE_PAGE, .who = BODY_WHO, .help = W_ROUTE_BODIES, .rate = RATE_PAGE,
     .handler = bodies_get},
    {.method = HTTP_GET, .path = "/bodies/{id}", .kind = ROUTE_PAGE, .who = BODY_WHO, .help = W_ROUTE_BODY, .rate = RATE_PAGE,
     .handler = body_get, PARAMS(ID_PARAM)},
    {.method = HTTP_POST, .path = "/bodies/{id}/seats", .kind = ROUTE_PAGE, .who = KEEP_WHO, .csrf = CSRF_TOKEN,
     .open_form = true, .help = W_ROUTE_BODY_SEAT, .handler = seats_post, PARAMS(ID_PARAM)},
    {.method = HTTP_POST, .path = "/bodies/{id}/end", .kind = ROUTE_PAGE, .who = KEEP_WHO, .csrf = CSRF_TOKEN,
     .open_form = true, .help = W_ROUTE_BODY_SEAT_END, .handler = end_post, PARAMS(ID_PARAM)},
    {0}};
