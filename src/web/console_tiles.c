#include "web/console_tiles.h"

#include <math.h>

#include "matter/figure.h"
#include "web/case_view_inside.h"
#include "web/desk_lists.h"
#include "web/leader.h"
#include "web/view_leader.h"

enum { TILES = 6 };

struct tiles {
  struct request *r;
  const struct case_asker *who;
  struct desk_figure *list;
  int count;
};

static const char *number(const struct tiles *t, int64_t n) { return arena_printf(t->r->arena, "%lld", (long long)n); }

static const char *say(const struct tiles *t, enum word w, const char *a, const char *b) {
  const char *args[] = {a, b};
  return desk_say(t->r, w, 2, args);
}

static struct desk_figure *add(struct tiles *t, enum word title, const char *icon, const char *href, const char *value) {
  struct desk_figure *f = &t->list[t->count++];
  *f = (struct desk_figure){.title = word(t->r->lang, title), .icon = icon, .href = href, .value = value, .unit = "",
                            .below = "", .look = ""};
  return f;
}

static struct desk_figure *add_count(struct tiles *t, enum word title, const char *icon, const char *href, int64_t n) {
  struct desk_figure *f = add(t, title, icon, href, number(t, n));
  f->unit = word(t->r->lang, W_TILE_CASES);
  return f;
}

/* --- a centre's ------------------------------------------------------------------------------------------------- */

static int reported_on(int64_t *out, const struct tiles *t, int32_t day, int64_t street, struct error *err) {
  struct q_tally_sum_out *rows;
  size_t n;
  struct civil c;
  civil_from_day(&c, day);
  int64_t period = (int64_t)c.year * 10000 + c.month * 100 + c.day;
  struct q_tally_sum_in in = {.district = t->who->world->district, .kind = FIGURE_STREET, .period_from = period,
                              .period_to = period, .street = street ? street : DB_NULL,
                              .measure = figure_measure_name(MEASURE_REPORTED)};
  *out = 0;
  if (q_tally_sum(t->who->db, t->who->arena, &rows, &n, &in, err) < 0) return -1;
  for (size_t i = 0; i < n; i++) *out += rows[i].n;
  return 0;
}

/* "较昨日 ▲12", or "与昨日持平". */
static const char *against(const struct tiles *t, int64_t now, int64_t then, enum word up, enum word down, enum word same) {
  if (now == then) return word(t->r->lang, same);
  return say(t, now > then ? up : down, number(t, now > then ? now - then : then - now), "");
}

static int tile_today(struct tiles *t, int64_t street, struct error *err) {
  int32_t today = (int32_t)day_of_ms(t->who->now, t->who->world->offset_min);
  int64_t now, before;
  char day[48];
  if (reported_on(&now, t, today, street, err) < 0 || reported_on(&before, t, today - 1, street, err) < 0) return -1;
  date_format(day, sizeof day, today);
  struct desk_figure *f =
      add_count(t, W_TILE_TODAY, "flag", arena_printf(t->r->arena, "/cases?from=%s&to=%s", day, day), now);
  f->below = arena_printf(t->r->arena, "%s · %s", against(t, now, before, W_TILE_UP_DAY, W_TILE_DOWN_DAY, W_TILE_SAME_DAY),
                          say(t, W_TILE_YESTERDAY, number(t, before), ""));
  return 0;
}

static void tile_waiting(struct tiles *t, const struct phase_count *c) {
  struct desk_figure *f = add_count(t, W_TILE_TO_DISPATCH, "send", "/cases?phase=filed", c[PHASE_FILED].n);
  f->below = say(t, W_TILE_SOON_LATE, number(t, c[PHASE_FILED].soon), number(t, c[PHASE_FILED].late));
  f->look = c[PHASE_FILED].late ? "late" : c[PHASE_FILED].n ? "soon" : "";
  f = add_count(t, W_TILE_HANDLING, "tool", "/cases?phase=handling", c[PHASE_HANDLING].n);
  f->below = say(t, W_TILE_TAKE_HELD, number(t, c[PHASE_DISPATCHED].n), number(t, c[PHASE_SUSPENDED].n));
}

static void tile_late(struct tiles *t, const struct phase_count *c) {
  struct phase_count sum = {0};
  for (int p = PHASE_REPORTED; p < PHASE_CLOSED; p++) {
    sum.late += c[p].late;
    sum.soon += c[p].soon;
    sum.carded += c[p].carded;
  }
  struct desk_figure *f = add_count(t, W_TILE_LATE, "alert-triangle", "/cases?state=late", sum.late);
  f->below = say(t, W_TILE_SOON_CARDED, number(t, sum.soon), number(t, sum.carded));
  f->look = sum.late ? "late" : "";
  f->live = "late";
}

/* "96.4" of "96.4%", the sign stands smaller beside it; "—" has none. */
static void share(struct desk_figure *f, const struct tiles *t, double value) {
  f->value = isnan(value) ? "—" : arena_printf(t->r->arena, "%.1f", value);
  f->unit = isnan(value) ? "" : "%";
}

static const char *share_against(const struct tiles *t, double now, double then) {
  if (isnan(now) || isnan(then)) return "";
  double d = now - then;
  if (fabs(d) < 0.05) return word(t->r->lang, W_TILE_SAME_MONTH);
  return say(t, d > 0 ? W_TILE_UP_MONTH : W_TILE_DOWN_MONTH, arena_printf(t->r->arena, "%.1f", fabs(d)), "");
}

static const char *both(const struct tiles *t, const char *a, const char *b) {
  return *a && *b ? arena_printf(t->r->arena, "%s · %s", a, b) : *a ? a : b;
}

static int tile_shares(struct tiles *t, const struct leader_asked *asked, struct error *err) {
  struct leader_sums now, then;
  struct arena *a = t->r->arena;
  struct leader_asked before = leader_earlier(a, asked, LEADER_BEFORE);
  if (leader_sums(&now, t->who, asked, err) < 0 || leader_sums(&then, t->who, &before, err) < 0) return -1;
  struct desk_figure *f = add(t, W_TILE_ON_TIME, "clock", leader_list_address(a, asked, MEASURE_ON_TIME, ""), "");
  double on_time = leader_share(now.n[MEASURE_ON_TIME], now.n[MEASURE_CLOSED]);
  share(f, t, on_time);
  f->below = both(t, share_against(t, on_time, leader_share(then.n[MEASURE_ON_TIME], then.n[MEASURE_CLOSED])),
                  say(t, W_TILE_CLOSED, number(t, now.n[MEASURE_CLOSED]), ""));
  f = add(t, W_TILE_SATISFIED, "mood-smile", leader_list_address(a, asked, MEASURE_RATED, ""), "");
  share(f, t, leader_share(now.n[MEASURE_SATISFIED], now.n[MEASURE_RATED]));
  f->below = say(t, W_TILE_CALLED_REWORK,
                 leader_share_text(a, leader_share(now.n[MEASURE_CALLED_BACK], now.n[MEASURE_CLOSED])),
                 leader_share_text(a, leader_share(now.n[MEASURE_REWORKED], now.n[MEASURE_CLOSED])));
  return 0;
}

static int centre_tiles(struct tiles *t, int64_t street, struct error *err) {
  const struct phase_count *c;
  struct leader_asked asked;
  if (desk_phase_counts(&c, t->who, err) < 0 || tile_today(t, street, err) < 0) return -1;
  tile_waiting(t, c);
  tile_late(t, c);
  if (!access_has_role(t->who->actor, LEADER_WHO)) return 0;
  if (leader_asked_read(&asked, t->who, "", NULL, street ? street : FIGURE_ANY, err) < 0) return -1;
  return tile_shares(t, &asked, err);
}

/* --- a department's, and whoever works in a part of a street ----------------------------------------------------- */

int console_own_months(struct own_month out[OWN_MONTHS], const struct case_asker *who, int64_t org, struct error *err) {
  int now = figure_month_of(day_of_ms(who->now, who->world->offset_min));
  for (int i = 0; i < OWN_MONTHS; i++) out[i] = (struct own_month){.month = figure_month_add(now, i + 1 - OWN_MONTHS)};
  struct q_tally_sum_out *rows;
  size_t n;
  struct q_tally_sum_in in = {.district = who->world->district, .period_from = out[0].month, .period_to = now,
                              .kind = FIGURE_ORG, .value = arena_printf(who->arena, "%lld", (long long)org),
                              .street = DB_NULL, .by_period = true};
  if (q_tally_sum(who->db, who->arena, &rows, &n, &in, err) < 0) return -1;
  for (size_t i = 0; i < n; i++) {
    enum figure_measure m = figure_measure_find(rows[i].measure);
    for (int k = 0; m < MEASURES && k < OWN_MONTHS; k++)
      if (out[k].month == rows[i].period) out[k].n[m] += rows[i].n;
  }
  return 0;
}

static int own_tiles(struct tiles *t, int64_t org, struct error *err) {
  struct own_month months[OWN_MONTHS];
  if (console_own_months(months, t->who, org, err) < 0) return -1;
  const int64_t *now = months[OWN_MONTHS - 1].n, *then = months[OWN_MONTHS - 2].n;
  struct desk_figure *f = add(t, W_TILE_ON_TIME, "clock", "/own", "");
  double on_time = leader_share(now[MEASURE_ON_TIME], now[MEASURE_CLOSED]);
  share(f, t, on_time);
  f->below = both(t, share_against(t, on_time, leader_share(then[MEASURE_ON_TIME], then[MEASURE_CLOSED])),
                  say(t, W_TILE_CLOSED, number(t, now[MEASURE_CLOSED]), ""));
  f = add(t, W_TILE_SATISFIED, "mood-smile", "/own", "");
  share(f, t, leader_share(now[MEASURE_SATISFIED], now[MEASURE_RATED]));
  f->below = say(t, W_TILE_BACK_REWORK, number(t, now[MEASURE_RETURNED]), number(t, now[MEASURE_REWORKED]));
  return 0;
}

static int worker_tiles(struct tiles *t, const struct console_mine *mine, struct error *err) {
  const struct phase_count *c;
  struct scope scope;
  struct desk_figure *f = add_count(t, W_FIGURE_MINE, "inbox", "/desk", mine->n);
  f->below = say(t, W_TILE_LATE_OF, number(t, mine->late), "");
  f->look = mine->late ? "late" : "";
  if (!access_has_role(t->who->actor, CASES_WHO)) return 0;
  if (desk_phase_counts(&c, t->who, err) < 0) return -1;
  tile_waiting(t, c);
  t->list[1] = t->list[2]; /* what waits to be dispatched is a centre's */
  t->count = 2;
  tile_late(t, c);
  access_scope(t->who->actor, &scope);
  return scope.count && scope.arm[0].kind == SCOPE_ORG ? own_tiles(t, scope.arm[0].id, err) : 0;
}

int console_tiles(struct view_desk *view, struct request *r, const struct case_asker *who, const struct console_mine *mine,
                  struct error *err) {
  struct tiles t = {.r = r, .who = who, .list = ARENA_ARRAY(r->arena, TILES + 2, struct desk_figure)};
  struct scope scope;
  access_scope(who->actor, &scope);
  bool wide = scope.count && access_has_role(who->actor, CASES_WHO) &&
              (scope.arm[0].kind == SCOPE_DISTRICT || scope.arm[0].kind == SCOPE_STREET);
  int64_t street = wide && scope.arm[0].kind == SCOPE_STREET ? scope.arm[0].id : 0;
  if ((wide ? centre_tiles(&t, street, err) : worker_tiles(&t, mine, err)) < 0) return -1;
  view->figures = t.list;
  view->figure_count = t.count;
  return 0;
}
