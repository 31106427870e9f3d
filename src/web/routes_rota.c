/* The rota: posts shared by turns, one month each. Who is on duty, who is next, where a turn is empty and who stands in; two
 * holders exchange their turns. Leaving and handing over are on the page of the post. */
#include <string.h>

#include "people/post.h"
#include "web/admin.h"

enum { ROTA_ROLE, ROTA_PLACE };
enum { MONTHS = 6, PLACES_MOST = 100, HOLDERS_MOST = 120 };

#define ROTA_WHO                                                                                                             \
  (ROLE_BIT(ROLE_COMMUNITY_OFFICER) | ROLE_BIT(ROLE_PARTY_SECRETARY) | ROLE_BIT(ROLE_STREET_CENTRE) |                        \
   ROLE_BIT(ROLE_STREET_LEADER) | ROLE_BIT(ROLE_AUDITOR) | ROLE_BIT(ROLE_ADMINISTRATOR))
#define SWAP_WHO                                                                                                             \
  (ROLE_BIT(ROLE_COMMUNITY_OFFICER) | ROLE_BIT(ROLE_PARTY_SECRETARY) | ROLE_BIT(ROLE_STREET_CENTRE) |                        \
   ROLE_BIT(ROLE_STREET_LEADER) | ROLE_BIT(ROLE_ADMINISTRATOR))

/* Those who share one role at one place, in the order they were read. */
struct shared {
  struct post_row rows[HOLDERS_MOST];
  int turns[HOLDERS_MOST];
  size_t count;
};

static bool in_reach(const struct request *r, const struct post_row *row) {
  struct scope scope;
  if (access_has_role(&r->actor, ROLE_BIT(ROLE_ADMINISTRATOR))) return true;
  access_scope(&r->actor, &scope);
  return access_scope_covers(&scope, &row->post.at, row->post.org);
}

/* "2026-12: 张示例": who has a month, and whether they stand in for an empty turn. */
static void month_line(struct panel *p, struct panel_part *t, const struct shared *s, int year, int month, bool now) {
  bool standing_in;
  int on = people_rotation_on_duty(s->turns, s->count, year, month, &standing_in);
  panel_row(p, t);
  panel_cell(p, t, panel_say(p, W_BOOKS_MONTH, panel_count(p, year), panel_count(p, month), NULL));
  panel_cell(p, t, on < 0 ? "—" : s->rows[on].name);
  panel_cell(p, t, on < 0 ? "—" : panel_count(p, s->turns[on]));
  panel_tag(p, t, standing_in ? "clock soon" : now ? "clock ok" : "clock held",
            panel_word(p, standing_in ? W_ROTA_STANDS_IN : now ? W_ROTA_ON_DUTY : W_ROTA_NEXT));
}

static void months_part(struct panel *p, const struct shared *s, const char *title) {
  struct civil now;
  civil_from_ms(&now, p->r->now, p->r->page.offset_min);
  struct panel_part *t = panel_table(p, title, W_ROTA_MONTH, W_TEAM_HOLDER, W_TEAM_TURN, W_TEAM_STATE, NO_WORD);
  for (int i = 0; i < MONTHS; i++) {
    int month = now.month - 1 + i;
    month_line(p, t, s, now.year + month / 12, month % 12 + 1, i == 0);
  }
}

/* Turns nobody has, below the highest. */
static void empty_turns(struct panel *p, const struct shared *s) {
  int last = 0;
  const char *empty = "";
  for (size_t i = 0; i < s->count; i++)
    if (s->turns[i] > last) last = s->turns[i];
  for (int turn = 1; turn <= last; turn++) {
    bool held = false;
    for (size_t i = 0; i < s->count; i++) held = held || s->turns[i] == turn;
    if (!held) empty = arena_printf(p->r->arena, "%s%s%d", empty, *empty ? ", " : "", turn);
  }
  if (*empty) panel_note(p, "warning", panel_say(p, W_ROTA_EMPTY, empty, NULL));
}

static void swap_form(struct panel *p, const struct shared *s, const struct error *wrong) {
  struct panel_form *f = panel_form(p, panel_word(p, W_ROTA_SWAP), "/team/rota", W_ROTA_SWAP);
  f->help = panel_word(p, W_ROTA_SWAP_HELP);
  static const struct {
    const char *name;
    enum word label;
  } fields[] = {{"one", W_ROTA_ONE}, {"other", W_ROTA_OTHER}};
  for (size_t k = 0; k < 2; k++) {
    panel_field(p, f, fields[k].name, "choice", fields[k].label, "")->needed = true;
    for (size_t i = 0; i < s->count; i++)
      if (s->turns[i])
        panel_option(p, f, arena_printf(p->r->arena, "%lld", (long long)s->rows[i].post.id),
                     panel_say(p, W_ROTA_HOLDER, s->rows[i].name, panel_count(p, s->turns[i]), NULL));
  }
  panel_wrong(p, f, wrong);
}

/* One line of the list: who is on duty this month, who next. */
static void place_line(struct panel *p, struct panel_part *t, const struct shared *s) {
  const struct post_row *first = &s->rows[0];
  struct civil now;
  bool in_this, in_next;
  civil_from_ms(&now, p->r->now, p->r->page.offset_min);
  int on = people_rotation_on_duty(s->turns, s->count, now.year, now.month, &in_this);
  int next = people_rotation_on_duty(s->turns, s->count, now.year + now.month / 12, now.month % 12 + 1, &in_next);
  panel_row(p, t);
  panel_link(p, t, arena_printf(p->r->arena, "/team/rota?role=%s&place=%lld", role_name(first->post.role),
                                (long long)first->post.place),
             panel_place(p, first->post.place));
  panel_cell(p, t, panel_role(p, first->post.role));
  panel_number(p, t, (int64_t)s->count);
  panel_tag(p, t, in_this ? "clock soon" : "clock ok", on < 0 ? "—" : s->rows[on].name);
  panel_cell(p, t, next < 0 ? "—" : s->rows[next].name)->small = in_next ? panel_word(p, W_ROTA_STANDS_IN) : NULL;
}

/* Those who share the role at the place of row i, unless an earlier row has told of it. */
static bool gather(struct shared *s, struct post_row *rows, size_t n, size_t i) {
  s->count = 0;
  if (!rows[i].rotation) return false;
  for (size_t k = 0; k < i; k++)
    if (rows[k].rotation && rows[k].post.place == rows[i].post.place) return false;
  for (size_t k = i; k < n && s->count < HOLDERS_MOST; k++) {
    if (rows[k].post.place != rows[i].post.place || !rows[k].rotation) continue;
    s->rows[s->count] = rows[k];
    s->turns[s->count++] = rows[k].rotation;
  }
  return true;
}

/* Lists every place with a rota of a role; of the place asked for (0: none) keeps those who share it in `one`. */
static int rota_of(struct panel *p, struct panel_part *t, enum role role, int *places, int64_t place, struct shared *one,
                   struct error *err) {
  struct post_row *rows;
  size_t n;
  struct post_filter which = {.role = role};
  struct shared *s = ARENA_NEW(p->r->arena, struct shared);
  if (people_posts_in_office(&rows, &n, p->who.db, p->r->arena, p->who.world->district, &which, p->r->now, err) < 0) return -1;
  for (size_t i = 0; i < n && *places < PLACES_MOST; i++) {
    if (!in_reach(p->r, &rows[i]) || !gather(s, rows, n, i)) continue;
    if (place && rows[i].post.place == place) *one = *s;
    if (t) place_line(p, t, s);
    (*places)++;
  }
  return 0;
}

static int list_rotas(struct panel *p, struct error *err) {
  int places = 0;
  panel_button(p, "/team/vacancies", W_TEAM_VACANCIES, "alert-triangle", "");
  struct panel_part *t = panel_table(p, NULL, W_TEAM_WHERE, W_TEAM_ROLE, W_ROTA_SHARED_BY, W_ROTA_ON_DUTY, W_ROTA_NEXT, NO_WORD);
  t->empty = panel_word(p, W_ROTA_NONE);
  for (int i = 0; i < ROLE_COUNT; i++)
    if (i != ROLE_RESIDENT && rota_of(p, t, (enum role)i, &places, 0, NULL, err) < 0) return -1;
  return 0;
}

/* Which rota is asked for: by the address, or, when an exchange was refused, by one of the posts named. */
static int which_rota(enum role *role, int64_t *place, struct panel *p, struct error *err) {
  struct request *r = p->r;
  struct post_row row;
  int64_t post;
  if (r->http->method == HTTP_GET) {
    *role = role_by_name(req_text(r, ROTA_ROLE));
    *place = req_int(r, ROTA_PLACE);
    return 0;
  }
  *role = ROLE_NONE;
  *place = 0;
  if (!text_to_int(panel_typed(r, "one"), &post)) return 0;
  int found = people_post_get(&row, p->who.db, r->arena, p->who.world->district, post, err);
  if (found > 0) *role = row.post.role, *place = row.post.place;
  return found < 0 ? -1 : 0;
}

static int show_rota(struct request *r, const struct error *wrong, int status, struct error *err) {
  struct panel p;
  enum role role;
  int64_t place;
  int places = 0;
  struct shared *one = ARENA_NEW(r->arena, struct shared);
  if (panel_start(&p, r, W_ROTA_TITLE, err) < 0 || which_rota(&role, &place, &p, err) < 0) return -1;
  panel_title(&p, panel_word(&p, W_ROTA_TITLE), panel_word(&p, W_ROTA_SUB));
  if (role != ROLE_NONE && place && rota_of(&p, NULL, role, &places, place, one, err) < 0) return -1;
  const struct view_problem *problem = wrong && one->count < 2 ? desk_problem(r, wrong) : NULL;
  if (problem) panel_note(&p, "warning", arena_printf(r->arena, "%s %s", problem->what, problem->hint));
  if (!one->count) return list_rotas(&p, err) < 0 ? -1 : panel_send(&p, status);
  panel_back(&p, "/team/rota", panel_word(&p, W_ROTA_TITLE));
  months_part(&p, one, arena_printf(r->arena, "%s · %s", panel_role(&p, role), panel_place(&p, place)));
  empty_turns(&p, one);
  if (one->count > 1 && access_may_appoint(&r->actor, role, &one->rows[0].post.at)) swap_form(&p, one, wrong);
  return panel_send(&p, status);
}

static int rota_get(struct request *r, struct error *err) { return show_rota(r, NULL, 200, err); }

struct swapping {
  struct request *r;
  int64_t one, other;
};

static int swap(struct lane_txn *t, void *ctx, struct error *err) {
  struct swapping *s = ctx;
  return people_post_swap(t, app_of(s->r)->people, &s->r->actor, s->one, s->other, err);
}

static int swapped(struct request *r, void *ctx, struct error *err) {
  (void)ctx;
  if (err->kind == ERR_MISSING) return admin_refused(r, err, show_rota);
  if (err->kind != ERR_NONE) return admin_wrong(r, err, show_rota);
  reply_notice(r, W_ROTA_SWAPPED);
  return reply_redirect(r, "/team/rota");
}

static int rota_post(struct request *r, struct error *err) {
  struct swapping *s = ARENA_NEW(r->arena, struct swapping);
  s->r = r;
  if (!text_to_int(panel_typed(r, "one"), &s->one)) error_set(err, ERR_INPUT, "rota.who", "one", NULL);
  else if (!text_to_int(panel_typed(r, "other"), &s->other) || s->one == s->other)
    error_set(err, ERR_INPUT, "rota.who", "other", NULL);
  return err->kind != ERR_NONE ? admin_wrong(r, err, show_rota) : app_run(r, swap, s, swapped);
}

const struct route routes_rota[] = {
    {.method = HTTP_GET, .path = "/team/rota", .kind = ROUTE_PAGE, .who = ROTA_WHO, .help = W_ROUTE_ROTA, .rate = RATE_PAGE,
     .handler = rota_get,
     PARAMS([ROTA_ROLE] = {.name = "role", .type = PARAM_CODE, .in = IN_QUERY, .max = 40},
            [ROTA_PLACE] = {.name = "place", .type = PARAM_INT, .in = IN_QUERY, .low = 0, .high = 1e15})},
    {.method = HTTP_POST, .path = "/team/rota", .kind = ROUTE_PAGE, .who = SWAP_WHO, .csrf = CSRF_TOKEN, .open_form = true,
     .help = W_ROUTE_ROTA_SWAP, .handler = rota_post},
    {0}};
