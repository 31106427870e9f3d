/* Today's work: what waits for whoever is signed in, by the clock; and the messages left for them. */
#include <string.h>

#include "matter/list.h"
#include "pages.h"
#include "store/message.h"
#include "web/console.h"
#include "web/console_tiles.h"
#include "web/desk_lists.h"
#include "web/desk_rows.h"

enum { DESK_PROCEDURE, DESK_TRACK, DESK_STAGE, DESK_AFTER, DESK_AFTER_TRACK, DESK_LIST };
enum { MESSAGES_BEFORE };
enum { SEEN_UPTO };
enum { ROWS = 30, LIST_ROWS = 100, TABS = 60, MESSAGES = 30 };

static struct desk_row row_of(const struct case_asker *who, const struct inbox_row *in) {
  struct arena *a = who->arena;
  bool zh = who->lang == LANG_ZH;
  struct desk_row row = {.code = in->code,
                         .href = case_address(a, in->code),
                         .summary = text_shorten(a, in->summary, 80),
                         .category = case_category_title(who, in->category),
                         .procedure = bilingual_pick(&in->procedure->title, zh),
                         .stage = bilingual_pick(&in->stage->title, zh),
                         .role = "",
                         .at = in->entered,
                         .confidential = in->confidential,
                         .reporters = in->reporters,
                         .urges = in->urges};
  if (in->type->index) row.role = bilingual_pick(&in->type->title, zh);
  row.light = case_light_of(a, who->lang, in->due, in->warn_at, who->now);
  row.late = text_eq(row.light.look, "late");
  desk_row_words(&row, who, in->procedure, in->source, in->urgency, in->card);
  desk_row_place(&row, who, in->street_name, in->community_name, in->grid_name, in->address);
  return row;
}

/* --- tabs ------------------------------------------------------------------------------------------- */

static int make_tabs(struct view_desk *view, struct request *r, const struct case_asker *who, int64_t *mine,
                     int64_t *late, struct error *err) {
  const struct inbox_count *counts;
  size_t n;
  bool zh = r->lang == LANG_ZH;
  struct desk_tab *tabs = ARENA_ARRAY(r->arena, TABS + 1, struct desk_tab);
  if (desk_inbox_counts(&counts, &n, who, err) < 0) return -1;
  int t = 1;
  for (size_t i = 0; i < n; i++) {
    const struct inbox_count *c = &counts[i];
    const char *title = bilingual_pick(&c->stage->title, zh);
    if (c->type->index) title = arena_printf(r->arena, "%s · %s", bilingual_pick(&c->type->title, zh), title);
    *mine += c->n;
    *late += c->late;
    if (t > TABS) continue;
    tabs[t++] = (struct desk_tab){.href = arena_printf(r->arena, "/desk?procedure=%s&track=%s&stage=%s",
                                                       c->procedure->name, c->type->name, c->stage->name),
                                  .title = title,
                                  .count = c->n,
                                  .mark = c->late ? "late" : "",
                                  .chosen = text_eq(req_text(r, DESK_STAGE), c->stage->name) &&
                                            text_eq(req_text(r, DESK_PROCEDURE), c->procedure->name) &&
                                            text_eq(req_text(r, DESK_TRACK), c->type->name)};
  }
  tabs[0] = (struct desk_tab){.href = "/desk",
                              .title = word(r->lang, W_DESK_ALL),
                              .count = *mine,
                              .mark = *late ? "late" : "",
                              .chosen = !*req_text(r, DESK_STAGE) && !*req_text(r, DESK_LIST)};
  view->tabs = tabs;
  view->tab_count = t;
  return 0;
}

/* --- the page --------------------------------------------------------------------------------------------------- */

static const char *or_null(const char *s) {
  return *s ? s : NULL;
}

static const char *next_page(struct request *r, const struct inbox_row *last) {
  struct buf b;
  buf_init(&b, 4000);
  buf_printf(&b, "/desk?after=%lld&after-track=%lld", (long long)(last->due ? last->due : INBOX_NO_DUE),
             (long long)last->track);
  if (*req_text(r, DESK_STAGE))
    buf_printf(&b, "&procedure=%s&track=%s&stage=%s", req_text(r, DESK_PROCEDURE), req_text(r, DESK_TRACK),
               req_text(r, DESK_STAGE));
  const char *s = arena_strdup(r->arena, b.data);
  buf_free(&b);
  return s;
}

static int make_rows(struct view_desk *view, struct request *r, const struct case_asker *who, struct error *err) {
  struct inbox_row *rows;
  size_t n;
  bool more = false;
  struct inbox_filter filter = {.procedure = or_null(req_text(r, DESK_PROCEDURE)),
                                .type = or_null(req_text(r, DESK_TRACK)),
                                .stage = or_null(req_text(r, DESK_STAGE)),
                                .most = ROWS,
                                .after = req_int(r, DESK_AFTER),
                                .after_track = req_int(r, DESK_AFTER_TRACK)};
  enum desk_list list_of = desk_list_named(req_text(r, DESK_LIST));
  if (list_of != DESK_LIST_NONE && desk_list_rows(&rows, &n, who, list_of, LIST_ROWS, err) < 0) return -1;
  if (list_of == DESK_LIST_NONE &&
      matter_inbox(&rows, &n, &more, who->db, r->arena, who->world, who->actor, &filter, err) < 0)
    return -1;
  struct desk_row *list = ARENA_ARRAY(r->arena, n + 1, struct desk_row);
  for (size_t i = 0; i < n; i++) list[i] = row_of(who, &rows[i]);
  view->rows = list;
  view->row_count = (int)n;
  view->next = more && n ? next_page(r, &rows[n - 1]) : "";
  return 0;
}

/* Where what is under way lies: one's own street whole, or the district. */
static const struct view_map *make_map(struct request *r) {
  struct scope scope;
  access_scope(&r->actor, &scope);
  if (!access_has_role(&r->actor, CASES_WHO)) return NULL;
  struct view_map *map = ARENA_NEW(r->arena, struct view_map);
  *map = (struct view_map){.cases = "/map/cases.json?state=open", .list = "/cases?state=open", .communities = true,
                           .tall = true, .layers = true, .tiles = app_of(r)->tiles, .zoom = 13};
  if (scope.count == 1 && scope.arm[0].post) map->street = scope.arm[0].post->at.street;
  return map;
}

static int make_charts(struct view_desk *view, const struct case_asker *who, struct error *err) {
  struct scope scope;
  access_scope(who->actor, &scope);
  if (!view->map) return 0;
  return console_charts(&view->days, &view->streets, who, &scope, err);
}

static int desk_get(struct request *r, struct error *err) {
  struct case_asker who;
  struct desk_opening *openings;
  int64_t mine = 0, late = 0;
  enum desk_list list = desk_list_named(req_text(r, DESK_LIST));
  static const enum word titles[] = {W_SIDE_DESK, W_SIDE_APPROVALS, W_SIDE_CALLBACKS};
  static const enum word empty[] = {W_DESK_NOTHING, W_DESK_NO_APPROVALS, W_DESK_NO_CALLBACKS};
  struct view_desk view = {.title = word(r->lang, titles[list]), .where = r->page.user_role,
                           .empty = word(r->lang, empty[list])};
  if (!r->actor.post_count) return reply_redirect(r, "/");
  if (desk_asker(&who, r, err) < 0 || desk_frame(r, &who, err) < 0) return -1;
  if (make_tabs(&view, r, &who, &mine, &late, err) < 0 || make_rows(&view, r, &who, err) < 0) return -1;
  if (list != DESK_LIST_NONE) {
    page_desk(reply_html(r, 200), &view, &r->page);
    return 0;
  }
  if (desk_openings(&openings, &view.opening_count, r, &who, err) < 0) return -1;
  view.openings = openings;
  view.map = make_map(r);
  if (make_charts(&view, &who, err) < 0) return -1;
  if (console_tiles(&view, r, &who, &(struct console_mine){mine, late}, err) < 0) return -1;
  page_desk(reply_html(r, 200), &view, &r->page);
  return 0;
}

/* --- messages --------------------------------------------------------------------------------------------------- */

static int keys_of(struct request *r, const char ***keys, size_t *n) {
  engine_keys(&r->actor, r->arena, keys, n);
  if (*n > MESSAGE_KEYS) *n = MESSAGE_KEYS;
  return 0;
}

static const char *code_of(const struct case_asker *who, int64_t matter) {
  struct q_matter_get_out row;
  struct error ignored = {0};
  struct q_matter_get_in in = {.district = who->world->district, .id = matter};
  return matter && q_matter_get(who->db, who->arena, &row, &in, &ignored) == 1 ? row.code : "";
}

static int messages_get(struct request *r, struct error *err) {
  struct case_asker who;
  struct message *rows;
  const char **keys;
  size_t n, count;
  struct view_messages view = {.next = ""};
  if (desk_asker(&who, r, err) < 0) return -1;
  if (r->actor.post_count && desk_frame(r, &who, err) < 0) return -1;
  keys_of(r, &keys, &n);
  if (message_list(who.db, r->arena, r->actor.district, keys, n, r->actor.account, req_int(r, MESSAGES_BEFORE),
                   MESSAGES, &rows, &count, err) < 0)
    return -1;
  struct desk_message *list = ARENA_ARRAY(r->arena, count + 1, struct desk_message);
  for (size_t i = 0; i < count; i++)
    list[i] = (struct desk_message){.id = rows[i].id,
                                    .text = r->lang == LANG_EN ? rows[i].en : rows[i].zh,
                                    .at = rows[i].at,
                                    .seen = rows[i].seen,
                                    .code = code_of(&who, rows[i].matter)};
  view.items = list;
  view.count = (int)count;
  view.newest = count ? rows[0].id : 0;
  if (count == MESSAGES) view.next = arena_printf(r->arena, "/messages?before=%lld", (long long)rows[count - 1].id);
  page_messages(reply_html(r, 200), &view, &r->page);
  return 0;
}

static int mark(struct lane_txn *t, void *ctx, struct error *err) {
  struct request *r = ctx;
  const char **keys;
  size_t n;
  keys_of(r, &keys, &n);
  return message_mark(t, r->actor.account, keys, n, req_int(r, SEEN_UPTO), err) < 0 ? -1 : 0;
}

static int marked(struct request *r, void *ctx, struct error *err) {
  (void)ctx;
  return err->kind != ERR_NONE ? -1 : reply_redirect(r, "/messages");
}

static int messages_post(struct request *r, struct error *err) {
  (void)err;
  return app_run(r, mark, r, marked);
}

const struct route routes_desk[] = {
    {.method = HTTP_GET,
     .path = "/desk",
     .kind = ROUTE_PAGE,
     .who = ACCESS_SIGNED_IN,
     .help = W_ROUTE_DESK,
     .rate = RATE_PAGE,
     .handler = desk_get,
     PARAMS([DESK_PROCEDURE] = {.name = "procedure", .type = PARAM_CODE, .in = IN_QUERY},
            [DESK_TRACK] = {.name = "track", .type = PARAM_CODE, .in = IN_QUERY},
            [DESK_STAGE] = {.name = "stage", .type = PARAM_CODE, .in = IN_QUERY},
            [DESK_AFTER] = {.name = "after", .type = PARAM_INT, .in = IN_QUERY, .low = 0, .high = 9e15},
            [DESK_AFTER_TRACK] = {.name = "after-track", .type = PARAM_INT, .in = IN_QUERY, .low = 0, .high = 9e15},
            [DESK_LIST] = {.name = "list", .type = PARAM_CODE, .in = IN_QUERY})},
    {.method = HTTP_GET,
     .path = "/messages",
     .kind = ROUTE_PAGE,
     .who = ACCESS_SIGNED_IN,
     .help = W_ROUTE_MESSAGES,
     .rate = RATE_PAGE,
     .handler = messages_get,
     PARAMS([MESSAGES_BEFORE] = {.name = "before", .type = PARAM_INT, .in = IN_QUERY, .low = 0, .high = 9e15})},
    {.method = HTTP_POST,
     .path = "/messages",
     .kind = ROUTE_PAGE,
     .who = ACCESS_SIGNED_IN,
     .csrf = CSRF_TOKEN,
     .help = W_ROUTE_MESSAGES_SEEN,
     .handler = messages_post,
     PARAMS([SEEN_UPTO] =
                {.name = "upto", .type = PARAM_INT, .in = IN_FORM, .required = true, .low = 0, .high = 9e15})},
    {0}};
