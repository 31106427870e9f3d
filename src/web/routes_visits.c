/* Visits: those that are due, and a round for today in the order in which they lie. Nobody's movements are kept: the round
 * begins with the most pressing one and goes to the nearest each time. */
#include <math.h>
#include <string.h>

#include "matter/list.h"
#include "pages.h"
#include "place/coord.h"
#include "place/place.h"
#include "web/case_view_inside.h"
#include "web/view_sealed.h"

enum { VISITS_MOST = 120, ROUTE_MOST = 20 };

struct stop {
  struct visit_row row;
  struct lonlat at; /* NaN where nobody placed it */
  bool taken;
};

/* Where it is: its own position, or the middle of the smallest place it lies at. */
static struct lonlat place_of(const struct case_asker *who, const struct state *s) {
  const int64_t chain[] = {s->at.stairwell, s->at.building, s->at.grid, s->at.community};
  struct lonlat at = {s->lon, s->lat};
  for (size_t i = 0; isnan(at.lon) && i < sizeof chain / sizeof chain[0]; i++) {
    struct place_row row;
    struct error ignored = {0};
    if (chain[i] && place_get(&row, who->db, who->arena, who->world->district, chain[i], &ignored) == 0) at = row.at;
  }
  return at;
}

static const char *where_of(const struct case_asker *who, const struct state *s) {
  const struct place_chain *at = &s->at;
  int64_t finest = at->stairwell ? at->stairwell : at->building ? at->building : at->grid ? at->grid : at->community;
  const char *place = case_place_label(who, finest);
  return s->sealed || text_empty(s->address) ? place : arena_printf(who->arena, "%s · %s", place, s->address);
}

/* When the one before was paid. */
static const char *last_of(const struct case_asker *who, const struct state *s, const struct procedure_track *type) {
  char day[16];
  time_ms last = 0;
  for (size_t i = 0; i < s->track_count; i++)
    if (s->tracks[i].type == type && s->tracks[i].stage->final && s->tracks[i].closed > last) last = s->tracks[i].closed;
  if (!last) return "";
  date_format(day, sizeof day, day_of_ms(last, who->world->offset_min));
  return arena_strdup(who->arena, day);
}

static int make_stop(struct stop *out, const struct case_asker *who, const struct inbox_row *in, struct error *err) {
  struct state *s;
  int r = state_load(&s, who->db, who->world, in->matter, who->arena, err);
  if (r <= 0) return r;
  int32_t today = day_of_ms(who->now, who->world->offset_min);
  *out = (struct stop){.at = place_of(who, s),
                       .row = {.code = s->code,
                               .href = arena_printf(who->arena, "%s?track=%lld#do", case_address(who->arena, s->code),
                                                    (long long)in->track),
                               .procedure = case_pick(who, &s->procedure->title),
                               .title = case_pick(who, &in->type->title),
                               .where = where_of(who, s),
                               .last = last_of(who, s, in->type),
                               .metres = "",
                               .today = in->due && day_of_ms(in->due, who->world->offset_min) <= today,
                               .light = case_light_of(who->arena, who->lang, in->due, in->warn_at, who->now)}};
  return 1;
}

static int find_stops(struct stop **out, size_t *count, const struct case_asker *who, struct error *err) {
  struct inbox_row *rows;
  size_t n;
  struct inbox_filter filter = {.most = VISITS_MOST};
  if (matter_inbox(&rows, &n, NULL, who->db, who->arena, who->world, who->actor, &filter, err) < 0) return -1;
  *out = ARENA_ARRAY(who->arena, n + 1, struct stop);
  *count = 0;
  for (size_t i = 0; i < n; i++) {
    if (!rows[i].type->plan) continue;
    int r = make_stop(&(*out)[*count], who, &rows[i], err);
    if (r < 0) return -1;
    *count += (size_t)r;
  }
  return 0;
}

/* The nearest stop of today that is left; those nobody placed come last, in the order in which they are due. */
static struct stop *nearest(struct stop *stops, size_t n, const struct stop *from, double *metres) {
  struct stop *best = NULL;
  *metres = NAN;
  for (size_t i = 0; i < n; i++) {
    struct stop *s = &stops[i];
    if (s->taken || !s->row.today) continue;
    double m = from && !isnan(from->at.lon) && !isnan(s->at.lon) ? place_coord_distance(from->at, s->at) : (double)NAN;
    if (!best || (!isnan(m) && (isnan(*metres) || m < *metres))) {
      best = s;
      *metres = m;
    }
  }
  return best;
}

static void make_route(struct view_visits *view, const struct case_asker *who, struct stop *stops, size_t n) {
  struct visit_row *route = ARENA_ARRAY(who->arena, ROUTE_MOST, struct visit_row);
  const struct stop *from = NULL;
  double metres;
  for (struct stop *s; view->route_count < ROUTE_MOST && (s = nearest(stops, n, from, &metres)); from = s) {
    struct visit_row *row = &route[view->route_count++];
    s->taken = true;
    *row = s->row;
    if (!isnan(metres)) row->metres = arena_printf(who->arena, "%.0f", metres);
  }
  view->route = route;
}

static int visits_get(struct request *r, struct error *err) {
  struct case_asker who;
  struct stop *stops;
  size_t n;
  struct view_visits view = {0};
  if (desk_asker(&who, r, err) < 0 || desk_frame(r, &who, err) < 0 || find_stops(&stops, &n, &who, err) < 0) return -1;
  struct visit_row *due = ARENA_ARRAY(r->arena, n + 1, struct visit_row);
  for (size_t i = 0; i < n; i++) due[i] = stops[i].row;
  view.due = due;
  view.due_count = (int)n;
  make_route(&view, &who, stops, n);
  page_visits(reply_html(r, 200), &view, &r->page);
  r->http->reply.no_store = true;
  return 0;
}

const struct route routes_visits[] = {{.method = HTTP_GET,
                                       .path = "/visits",
                                       .kind = ROUTE_PAGE,
                                       .who = CASES_WHO,
                                       .help = W_ROUTE_VISITS,
                                       .rate = RATE_PAGE,
                                       .handler = visits_get},
                                      {0}};
