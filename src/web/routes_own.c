/* What a department did by month: its own figures for its own work. No ranking, no score: only what it can check itself. */
#include "matter/figure.h"
#include "people/role.h"
#include "web/console_tiles.h"
#include "web/leader.h"
#include "web/panel.h"

#define OWN_WHO ROLE_BIT(ROLE_DEPARTMENT_OFFICER)

static const enum figure_measure shown[] = {MEASURE_CLOSED,   MEASURE_ON_TIME,  MEASURE_LATE,  MEASURE_REWORKED,
                                            MEASURE_RETURNED, MEASURE_EXTENDED, MEASURE_RATED, MEASURE_SATISFIED};
enum { SHOWN = sizeof shown / sizeof *shown };

static int64_t own_org(const struct request *r) {
  for (size_t i = 0; i < r->actor.post_count; i++)
    if (r->actor.posts[i].org) return r->actor.posts[i].org;
  return 0;
}

static struct panel_part *table(struct panel *p) {
  return panel_table(p, panel_word(p, W_OWN_BY_MONTH), W_LEADER_MONTHS, W_MEASURE_CLOSED, W_MEASURE_ON_TIME, W_MEASURE_LATE,
                     W_MEASURE_REWORKED, W_MEASURE_RETURNED, W_MEASURE_EXTENDED, W_MEASURE_RATED, W_MEASURE_SATISFIED,
                     W_LEADER_ON_TIME_RATE, NO_WORD);
}

static void add_month(struct panel *p, struct panel_part *t, const struct own_month *m) {
  panel_row(p, t);
  panel_cell(p, t, arena_printf(p->r->arena, "%04d-%02d", m->month / 100, m->month % 100));
  for (int i = 0; i < SHOWN; i++) panel_number(p, t, m->n[shown[i]]);
  struct panel_cell *rate =
      panel_cell(p, t, leader_share_text(p->r->arena, leader_share(m->n[MEASURE_ON_TIME], m->n[MEASURE_CLOSED])));
  rate->number = true;
}

static int own_get(struct request *r, struct error *err) {
  struct panel p;
  struct own_month months[OWN_MONTHS], sum = {0};
  int64_t org = own_org(r);
  if (!org) return error_set(err, ERR_DENIED, "access.role", NULL, NULL);
  if (panel_start(&p, r, W_OWN_TITLE, err) < 0 || console_own_months(months, &p.who, org, err) < 0) return -1;
  panel_title(&p, panel_word(&p, W_OWN_TITLE), panel_org(&p, org));
  for (int k = 0; k < OWN_MONTHS; k++)
    for (int i = 0; i < SHOWN; i++) sum.n[shown[i]] += months[k].n[shown[i]];
  panel_figure(&p, "/cases?state=open", panel_word(&p, W_MEASURE_CLOSED), sum.n[MEASURE_CLOSED], "ok", "circle-check");
  panel_figure(&p, "/cases?state=late", panel_word(&p, W_MEASURE_LATE), sum.n[MEASURE_LATE],
               sum.n[MEASURE_LATE] ? "late" : "", "alert-triangle");
  panel_figure(&p, NULL, panel_word(&p, W_MEASURE_REWORKED), sum.n[MEASURE_REWORKED], "", "arrow-back-up");
  panel_figure(&p, NULL, panel_word(&p, W_MEASURE_SATISFIED), sum.n[MEASURE_SATISFIED], "", "mood-smile");
  panel_note(&p, "", panel_word(&p, W_OWN_NOTE));
  struct panel_part *t = table(&p);
  for (int k = OWN_MONTHS; k-- > 0;) add_month(&p, t, &months[k]);
  return panel_send(&p, 200);
}

const struct route routes_own[] = {{.method = HTTP_GET, .path = "/own", .kind = ROUTE_PAGE, .who = OWN_WHO,
                                    .help = W_ROUTE_OWN, .rate = RATE_PAGE, .handler = own_get},
                                   {0}};
