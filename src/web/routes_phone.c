/* The phone of those who work in the grid: today's work in one list, and what hangs together with it. */
#include <math.h>
#include <string.h>

#include "matter/list.h"
#include "pages.h"
#include "web/desk_rows.h"
#include "web/phone.h"
#include "web/resident.h"

/* As many as somebody can do in a day, and a phone should hold. */
enum { ROWS = 60, NEAR_DAYS = 30, NEAR_SHOWN = 4, TILES = 3 };
#define VISIT_SOON_MS ((time_ms)7 * 24 * 3600 * 1000)
enum { DONE_CODE };
enum { NEAR_POSITION, NEAR_PLACE };
enum { PLATE_CODE };

/* --- today ------------------------------------------------------------------------------------------------------ */

static const char *position_of(const struct case_asker *who, int64_t matter) {
  struct q_matter_get_out row;
  struct error ignored = {0};
  struct q_matter_get_in in = {.district = who->world->district, .id = matter};
  if (q_matter_get(who->db, who->arena, &row, &in, &ignored) != 1 || isnan(row.lon)) return "";
  return arena_printf(who->arena, "%.6f,%.6f", row.lon, row.lat);
}

static struct phone_row row_of(const struct case_asker *who, const struct inbox_row *in) {
  struct desk_row words = {.code = in->code};
  bool zh = who->lang == LANG_ZH;
  desk_row_words(&words, who, in->procedure, in->source, in->urgency, in->card);
  desk_row_place(&words, who, in->street_name, in->community_name, in->grid_name, in->address);
  return (struct phone_row){
      .code = in->code,
      .href = arena_printf(who->arena, "/phone%s", case_address(who->arena, in->code)),
      .summary = text_shorten(who->arena, in->summary, 60),
      .category = case_category_title(who, in->category),
      .stage = bilingual_pick(&in->stage->title, zh),
      .role = in->type->index ? bilingual_pick(&in->type->title, zh) : "",
      .where = words.where,
      .urgency = words.urgency,
      .card = words.card,
      .card_title = words.card_title,
      .position = position_of(who, in->matter),
      .light = case_light_of(who->arena, who->lang, in->due, in->warn_at, who->now),
      .at = in->entered,
      .confidential = in->confidential,
      .steps = in->procedure->menu == IN_GRID,
      .reporters = in->reporters};
}

static bool is_visit(const struct inbox_row *in) {
  return in->type->plan != NULL;
}

/* Visits are one kind, whatever plan they belong to. */
static bool same_kind(const struct inbox_row *a, const struct inbox_row *b) {
  if (is_visit(a) || is_visit(b)) return is_visit(a) && is_visit(b);
  return a->procedure == b->procedure && a->type == b->type && a->stage == b->stage;
}

static const char *kind_title(const struct case_asker *who, const struct inbox_row *in) {
  bool zh = who->lang == LANG_ZH;
  const char *stage = bilingual_pick(&in->stage->title, zh);
  if (is_visit(in)) return word(who->lang, W_PHONE_VISITS);
  return in->type->index ? arena_printf(who->arena, "%s · %s", bilingual_pick(&in->type->title, zh), stage) : stage;
}

struct grouping {
  struct view_phone_today *v;
  const struct case_asker *who;
  const struct inbox_row *rows;
  size_t n;
  struct phone_group *groups;
  bool *taken;
};

static bool is_late(const struct grouping *g, const struct inbox_row *in) {
  return in->due && in->due <= g->who->now;
}
static bool is_later(const struct grouping *g, const struct inbox_row *in) {
  return is_visit(in) && in->due > g->who->now + VISIT_SOON_MS;
}
static bool is_under_way(const struct grouping *g, const struct inbox_row *in) {
  (void)g;
  return in->procedure->menu == IN_GRID && !in->type->index;
}
static bool is_any(const struct grouping *g, const struct inbox_row *in) {
  return !is_later(g, in);
}

typedef bool group_fn(const struct grouping *g, const struct inbox_row *in);

/* One group of all rows not taken yet that `belongs` says yes to; with `like`, only those of its kind. */
static int take_group(struct grouping *g, const char *title, const char *look, group_fn *belongs,
                      const struct inbox_row *like) {
  struct phone_row *list = ARENA_ARRAY(g->who->arena, g->n + 1, struct phone_row);
  int count = 0;
  for (size_t i = 0; i < g->n; i++) {
    if (g->taken[i] || !belongs(g, &g->rows[i]) || (like && !same_kind(like, &g->rows[i]))) continue;
    list[count++] = row_of(g->who, &g->rows[i]);
    g->taken[i] = true;
  }
  if (count)
    g->groups[g->v->group_count++] = (struct phone_group){.title = title, .look = look, .rows = list, .row_count = count};
  return count;
}

/* What is late first, whatever it is; what the worker is in the middle of; then each kind of work, the most pressing kind
 * first; visits of the coming weeks last, folded. */
static void make_groups(struct view_phone_today *v, const struct case_asker *who, const struct inbox_row *rows, size_t n) {
  struct grouping g = {.v = v, .who = who, .rows = rows, .n = n,
                       .groups = ARENA_ARRAY(who->arena, n + 4, struct phone_group),
                       .taken = ARENA_ARRAY(who->arena, n + 1, bool)};
  v->late = take_group(&g, word(who->lang, W_PHONE_LATE), "late", is_late, NULL);
  take_group(&g, word(who->lang, W_PHONE_UNDER_WAY), "", is_under_way, NULL);
  for (size_t i = 0; i < n; i++)
    if (!g.taken[i] && !is_later(&g, &rows[i])) take_group(&g, kind_title(who, &rows[i]), "", is_any, &rows[i]);
  int later = take_group(&g, word(who->lang, W_PHONE_VISITS_LATER), "later", is_later, NULL);
  v->groups = g.groups;
  v->total = (int)n - later;
}

/* The tools of the work: what is begun in the grid, and the pages that go with it. */
static void make_tiles(struct view_phone_today *v, struct request *r, const struct phone_link *openings, int n) {
  struct phone_link *tiles = ARENA_ARRAY(r->arena, (size_t)n + TILES, struct phone_link);
  struct phone_link *rest = ARENA_ARRAY(r->arena, (size_t)n + 1, struct phone_link);
  for (int i = 0; i < n; i++)
    if (openings[i].tile)
      tiles[v->tile_count++] = openings[i];
    else
      rest[v->opening_count++] = openings[i];
  static const struct {
    const char *href, *icon;
    enum word title;
  } pages[] = {{"/phone/book", "building-community", W_PHONE_BOOK},
               {"/phone/handover", "arrows-exchange", W_PHONE_HANDOVER},
               {"/phone/burden", "hourglass", W_PHONE_BURDEN}};
  for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
    tiles[v->tile_count++] = (struct phone_link){
        .href = pages[i].href, .title = word(r->lang, pages[i].title), .about = "", .icon = pages[i].icon};
  v->tiles = tiles;
  v->openings = rest;
}

static int today_get(struct request *r, struct error *err) {
  struct case_asker who;
  struct inbox_row *rows;
  struct phone_link *openings;
  size_t n;
  bool more = false;
  struct q_handover_waiting_out waiting = {0};
  struct q_handover_waiting_in mine = {.district = app_of(r)->district, .person = r->actor.person};
  int n_openings;
  struct inbox_filter filter = {.most = ROWS};
  struct view_phone_today v = {.done = req_text(r, DONE_CODE), .more = "", .who = r->page.user_role};
  if (desk_asker(&who, r, err) < 0) return -1;
  if (matter_inbox(&rows, &n, &more, who.db, r->arena, who.world, &r->actor, &filter, err) < 0) return -1;
  if (phone_openings(&openings, &n_openings, &v.report, r, &who, err) < 0) return -1;
  make_groups(&v, &who, rows, n);
  make_tiles(&v, r, openings, n_openings);
  if (q_handover_waiting(who.db, r->arena, &waiting, &mine, err) < 0) return -1;
  if (phone_map(&v.map, r, who.db, err) < 0) return -1;
  v.handovers = (int)waiting.n;
  v.more = more ? "/desk" : "";
  v.day = day_of_ms(r->now, who.world->offset_min);
  phone_frame(r);
  page_phone_today(reply_html(r, 200), &v, &r->page);
  return 0;
}

/* Where to report, whatever the procedure is called. */
static int report_get(struct request *r, struct error *err) {
  struct case_asker who;
  struct phone_link *openings;
  const char *report;
  int n;
  if (desk_asker(&who, r, err) < 0 || phone_openings(&openings, &n, &report, r, &who, err) < 0) return -1;
  if (!*report) return error_set(err, ERR_DENIED, "phone.no-report", NULL, NULL);
  return reply_redirect(r, report);
}

/* --- nearby: is it known already? ------------------------------------------------------------------------------- */

static bool position_parse(struct lonlat *at, struct arena *a, const char *said) {
  const char *comma = strchr(said, ',');
  if (!comma || !text_to_real(arena_strndup(a, said, (size_t)(comma - said)), &at->lon)) return false;
  return text_to_real(comma + 1, &at->lat) && fabs(at->lon) <= 180 && fabs(at->lat) <= 90;
}

/* Where the worker is, or the place they chose when it is at least a building. */
static int near_point(struct lonlat *at, struct request *r, struct db *db, struct error *err) {
  struct place_row place;
  *at = place_nowhere();
  if (req_has(r, NEAR_POSITION) && position_parse(at, r->arena, req_text(r, NEAR_POSITION))) return 0;
  *at = place_nowhere();
  if (!req_int(r, NEAR_PLACE)) return 0;
  if (place_get(&place, db, r->arena, app_of(r)->district, req_int(r, NEAR_PLACE), err) < 0) return -1;
  if (place.level >= PLACE_BUILDING) *at = place.at;
  return 0;
}

static bool may_see(const struct scope *scope, const struct near_row *row) {
  for (size_t i = 0; i < scope->count; i++) {
    struct scope one = {.arm = {scope->arm[i]}, .count = 1};
    if ((scope->arm[i].confidential || !row->confidential) && access_scope_covers(&one, &row->at, 0)) return true;
  }
  return false;
}

static int near_get(struct request *r, struct error *err) {
  struct case_asker who;
  struct lonlat at;
  struct near_row *rows;
  struct scope scope;
  size_t n = 0;
  struct view_phone_near v = {0};
  if (desk_asker(&who, r, err) < 0 || near_point(&at, r, who.db, err) < 0) return -1;
  access_scope(&r->actor, &scope);
  time_ms since = r->now - NEAR_DAYS * (time_ms)DAY_MS;
  if (!isnan(at.lon) && matter_near(&rows, &n, who.db, r->arena, who.world, at.lon, at.lat, since, 0, false, ROWS, err) < 0)
    return -1;
  struct phone_row *list = ARENA_ARRAY(r->arena, NEAR_SHOWN, struct phone_row);
  for (size_t i = 0; i < n && v.row_count < NEAR_SHOWN; i++) {
    if (rows[i].outcome != OUTCOME_OPEN || !may_see(&scope, &rows[i])) continue;
    list[v.row_count++] =
        (struct phone_row){.code = rows[i].code,
                           .href = arena_printf(r->arena, "/phone%s", case_address(r->arena, rows[i].code)),
                           .summary = text_shorten(r->arena, rows[i].summary, 40),
                           .stage = bilingual_pick(&rows[i].stage->title, r->lang == LANG_ZH),
                           .where = arena_printf(r->arena, "%.0f", rows[i].distance_m),
                           .at = rows[i].opened};
  }
  v.rows = list;
  page_phone_near(reply_html(r, 200), &v, &r->page);
  return 0;
}

/* --- a plate read by the camera --------------------------------------------------------------------------------- */

static int plate_get(struct request *r, struct error *err) {
  struct place_row place, *chain;
  struct db *db;
  struct json j;
  size_t n;
  int64_t district = app_of(r)->district;
  if (app_db(&db, r, err) < 0 || place_by_plate(&place, db, r->arena, district, req_text(r, PLATE_CODE), err) != 0) return -1;
  if (place_chain(&chain, &n, db, r->arena, district, place.id, err) < 0) return -1;
  json_start(&j, reply_json(r, 200));
  json_object(&j);
  json_put_int(&j, "place", place.id);
  json_put(&j, "name", place_label(r->arena, chain, n));
  json_object_end(&j);
  return 0;
}

const struct route routes_phone[] = {
    {.method = HTTP_GET,
     .path = "/phone",
     .kind = ROUTE_PAGE,
     .who = PHONE_WHO,
     .help = W_ROUTE_PHONE_TODAY,
     .rate = RATE_PAGE,
     .handler = today_get,
     PARAMS([DONE_CODE] = {.name = "done", .type = PARAM_TEXT, .in = IN_QUERY, .max = 64})},
    {.method = HTTP_GET,
     .path = "/phone/report",
     .kind = ROUTE_PAGE,
     .who = PHONE_WHO,
     .help = W_ROUTE_PHONE_REPORT,
     .handler = report_get},
    {.method = HTTP_GET,
     .path = "/phone/near",
     .kind = ROUTE_PAGE,
     .who = PHONE_WHO,
     .help = W_ROUTE_PHONE_NEAR,
     .rate = RATE_PAGE,
     .handler = near_get,
     PARAMS([NEAR_POSITION] = {.name = "position", .type = PARAM_TEXT, .in = IN_QUERY, .max = 60},
            [NEAR_PLACE] = {.name = "place", .type = PARAM_INT, .in = IN_QUERY, .low = 0, .high = 9e15})},
    {.method = HTTP_GET,
     .path = "/phone/plate/{plate}",
     .kind = ROUTE_RAW,
     .who = PHONE_WHO,
     .help = W_ROUTE_PHONE_PLATE,
     .rate = RATE_PAGE,
     .handler = plate_get,
     PARAMS([PLATE_CODE] = {.name = "plate", .type = PARAM_TEXT, .in = IN_PATH, .required = true, .max = 40})},
    {0}};
