/* My burden: how many forms, fields and minutes this week asked of me. */
#include "pages.h"
#include "web/phone.h"
#include "web/phone_burden.h"

enum { WEEKS_KEPT = 8, SECONDS_MOST = 30 * 60, WORKERS_SHOWN = 5 };

int32_t phone_burden_week(int32_t day) {
  return day - (weekday_of_day(day) - 1);
}

bool phone_burden_counts(const struct actor *who) {
  for (size_t i = 0; i < who->post_count; i++)
    if (who->posts[i].place && (who->posts[i].at.community || who->posts[i].at.grid)) return true;
  return false;
}

int phone_burden_add(struct lane_txn *t, const struct actor *by, int offset_min, int fields, int64_t seconds,
                     struct error *err) {
  int32_t week = phone_burden_week(day_of_ms(t->now, offset_min));
  int64_t took = seconds < 0 ? 0 : seconds > SECONDS_MOST ? SECONDS_MOST : seconds;
  struct q_burden_of_week_in which = {.district = t->district, .account = by->account, .week = week};
  struct q_burden_of_week_out before;
  int found = q_burden_of_week(t->db, t->arena, &before, &which, err);
  if (found < 0) return -1;
  struct q_burden_add_in mine = {
      .district = t->district, .account = by->account, .week = week, .fields = fields, .seconds = took};
  struct q_burden_week_add_in all = {
      .district = t->district, .week = week, .workers = found ? 0 : 1, .fields = fields, .seconds = took};
  struct q_burden_forget_in old = {.district = t->district, .account = by->account, .before = week - 7 * WEEKS_KEPT};
  if (q_burden_add(t->db, &mine, err) < 0 || q_burden_week_add(t->db, &all, err) < 0) return -1;
  return found ? 0 : q_burden_forget(t->db, &old, err) < 0 ? -1 : 0;
}

static struct phone_burden_week week_of(int64_t week, int64_t forms, int64_t fields, int64_t seconds) {
  return (struct phone_burden_week){.monday = (int32_t)week,
                                    .sunday = (int32_t)week + 6,
                                    .forms = forms,
                                    .fields = fields,
                                    .minutes = (seconds + 59) / 60,
                                    .shown = true};
}

static int fill_mine(struct view_phone_burden *v, struct request *r, struct db *db, int32_t week, struct error *err) {
  struct q_burden_of_account_in in = {.district = app_of(r)->district, .account = r->actor.account};
  struct q_burden_of_account_out *rows;
  size_t n;
  if (q_burden_of_account(db, r->arena, &rows, &n, &in, err) < 0) return -1;
  struct phone_burden_week *out = ARENA_ARRAY(r->arena, n + 1, struct phone_burden_week);
  v->now = week_of(week, 0, 0, 0);
  for (size_t i = 0; i < n; i++) {
    struct phone_burden_week w = week_of(rows[i].week, rows[i].forms, rows[i].fields, rows[i].seconds);
    if (rows[i].week == week)
      v->now = w;
    else
      out[v->before_count++] = w;
  }
  v->before = out;
  return 0;
}

/* Of few people a sum would say who they are. */
static int fill_all(struct view_phone_burden *v, struct request *r, struct db *db, int32_t week, struct error *err) {
  struct q_burden_weeks_in in = {.district = app_of(r)->district, .since = week - 7 * WEEKS_KEPT};
  struct q_burden_weeks_out *rows;
  size_t n;
  if (q_burden_weeks(db, r->arena, &rows, &n, &in, err) < 0) return -1;
  struct phone_burden_week *out = ARENA_ARRAY(r->arena, n + 1, struct phone_burden_week);
  for (size_t i = 0; i < n; i++) {
    out[i] = week_of(rows[i].week, rows[i].forms, rows[i].fields, rows[i].seconds);
    out[i].shown = rows[i].workers >= WORKERS_SHOWN;
  }
  v->all = out;
  v->all_count = (int)n;
  return 0;
}

static int burden_get(struct request *r, struct error *err) {
  struct view_phone_burden v = {0};
  struct db *db;
  int32_t week = phone_burden_week(day_of_ms(r->now, desk_world(r)->offset_min));
  if (app_db(&db, r, err) < 0 || fill_mine(&v, r, db, week, err) < 0 || fill_all(&v, r, db, week, err) < 0) return -1;
  phone_frame(r);
  page_phone_burden(reply_html(r, 200), &v, &r->page);
  return 0;
}

const struct route routes_phone_burden[] = {{.method = HTTP_GET,
                                             .path = "/phone/burden",
                                             .kind = ROUTE_PAGE,
                                             .who = PHONE_WHO,
                                             .help = W_ROUTE_PHONE_BURDEN,
                                             .rate = RATE_PAGE,
                                             .handler = burden_get},
                                            {0}};
