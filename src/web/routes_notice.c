/* What is public for a time: the list of a place, one publication with its editions and its proof, a feed. */
#include <string.h>

#include "board/board.h"
#include "pages.h"
#include "place/plate.h"
#include "web/resident.h"
#include "web/view_notice.h"

enum { PAGE_NOTICES = 30, FEED_NOTICES = 100 };

enum { LIST_STREET, LIST_KIND, LIST_SHOWN, LIST_AT, LIST_ID, LIST_COMMUNITY };

static bool publishes(const struct procedure *p) {
  for (size_t i = 0; i < p->tracks_count; i++)
    if (p->tracks[i].publication) return true;
  return false;
}

/* The kinds are the procedures that publish something. */
static void fill_kinds(struct view_notice_list *v, const struct resident *x, const char *chosen) {
  struct view_option *o = ARENA_ARRAY(x->a, x->w->procedure_count + 1, struct view_option);
  for (size_t i = 0; i < x->w->procedure_count; i++) {
    const struct procedure *p = x->w->procedures[i];
    if (publishes(p))
      o[v->kind_count++] = (struct view_option){p->name, resident_say(x, &p->title), text_eq(p->name, chosen)};
  }
  v->kinds = o;
}

static int fill_rows(struct view_notice_list *v, const struct resident *x, int most, struct error *err) {
  struct request *r = x->r;
  struct notice *list;
  size_t n;
  struct notice_filter which = {.street = req_int(r, LIST_STREET),
                                .community = req_int(r, LIST_COMMUNITY),
                                .procedure = req_text(r, LIST_KIND),
                                .shown = req_bool(r, LIST_SHOWN),
                                .before = req_int(r, LIST_AT),
                                .before_id = req_int(r, LIST_ID)};
  if (notice_list(&list, &n, x->db, x->a, x->w, &which, most, err) < 0) return -1;
  struct view_notice_row *rows = ARENA_ARRAY(x->a, n + 1, struct view_notice_row);
  for (size_t i = 0; i < n; i++) rows[i] = resident_notice_row(x, &list[i]);
  v->rows = rows;
  v->row_count = (int)n;
  v->shown_only = which.shown;
  v->next = (int)n < most ? ""
                          : arena_printf(x->a, "/public/notices?street=%lld&community=%lld&kind=%s&shown=%d&at=%lld&id=%lld",
                                         (long long)which.street, (long long)which.community, which.procedure, which.shown,
                                         (long long)list[n - 1].begins, (long long)list[n - 1].id);
  return 0;
}

static int name_community(struct view_notice_list *v, const struct resident *x, int64_t community, struct error *err) {
  struct place_row place;
  v->community_name = "";
  if (!community) return 0;
  if (place_get(&place, x->db, x->a, x->app->district, community, err) < 0) return -1;
  v->community = community;
  v->community_name = place.name;
  return 0;
}

static int notices(struct request *r, struct error *err) {
  struct resident x;
  struct view_notice_list v = {0};
  if (resident_open(&x, r, err) < 0 || fill_rows(&v, &x, PAGE_NOTICES, err) < 0) return -1;
  if (resident_streets(&v.areas, &v.area_count, &x, req_int(r, LIST_STREET), err) < 0) return -1;
  fill_kinds(&v, &x, req_text(r, LIST_KIND));
  if (name_community(&v, &x, req_int(r, LIST_COMMUNITY), err) < 0) return -1;
  page_notices(reply_html(r, 200), &v, &r->page);
  return 0;
}

static int feed(struct request *r, struct error *err) {
  struct resident x;
  struct view_notice_list v = {0};
  if (resident_open(&x, r, err) < 0 || fill_rows(&v, &x, FEED_NOTICES, err) < 0) return -1;
  if (resident_site(&v.site, &x, err) < 0) return -1;
  struct view_notice_row *rows = ARENA_ARRAY(x.a, (size_t)v.row_count + 1, struct view_notice_row);
  for (int i = 0; i < v.row_count; i++) {
    rows[i] = v.rows[i];
    rows[i].site = v.site;
  }
  v.rows = rows;
  v.updated = v.row_count ? rows[0].began : resident_moment(&x, 0);
  page_notices_atom(reply_as(r, 200, "application/atom+xml; charset=utf-8"), &v, &r->page);
  return 0;
}

/* ---- one of them ---- */

enum { NOTICE_ID };

static void fill_paragraphs(struct view_notice *v, const struct resident *x, const char *body) {
  size_t n = 1;
  for (const char *s = body; *s; s++) n += *s == '\n';
  const char **out = ARENA_ARRAY(x->a, n, const char *);
  for (const char *s = body; *s;) {
    size_t len = strcspn(s, "\r\n");
    if (len) out[v->paragraph_count++] = arena_strndup(x->a, s, len);
    s += len + strspn(s + len, "\r\n");
  }
  v->paragraphs = out;
}

static int fill_editions(struct view_notice *v, const struct resident *x, const struct notice *n, struct error *err) {
  struct notice *list;
  size_t count;
  if (notice_editions(&list, &count, x->db, x->a, x->w, n->track, err) < 0) return -1;
  struct view_notice_edition *out = ARENA_ARRAY(x->a, count + 1, struct view_notice_edition);
  for (size_t i = 0; i < count; i++)
    out[i] = (struct view_notice_edition){list[i].id, list[i].edition, list[i].begins,
                                          arena_printf(x->a, "notice.fate.%d", (int)list[i].fate),
                                          list[i].id == n->id};
  v->editions = out;
  v->edition_count = (int)count;
  return 0;
}

static int fill_checks(struct view_notice *v, const struct resident *x, const struct notice *n, struct error *err) {
  struct notice_check checks[2];
  if (notice_checks(checks, &v->check_count, x->db, x->a, x->w, n->id, err) < 0) return -1;
  struct view_notice_check *out = ARENA_ARRAY(x->a, 2, struct view_notice_check);
  for (int i = 0; i < v->check_count; i++) {
    const char *seq = arena_printf(x->a, "%lld", (long long)checks[i].seq);
    out[i] = (struct view_notice_check){.title = i ? "notice.text" : "notice.heading",
                                        .salt = checks[i].salt,
                                        .digest = checks[i].digest,
                                        .line = resident_words_with(x, W_NOTICE_LINE, seq),
                                        .seq = checks[i].seq,
                                        .fits = checks[i].fits};
  }
  v->checks = out;
  return 0;
}

int resident_show_notice(struct request *r, int64_t id, const struct objecting *tried, int status, struct error *err) {
  struct resident x;
  struct notice n;
  struct place_qr qr;
  const char *site;
  if (resident_open(&x, r, err) < 0) return -1;
  if (notice_get(&n, x.db, x.a, x.w, id, err) < 0 || resident_site(&site, &x, err) < 0) return -1;
  struct view_notice v = {.n = resident_notice_row(&x, &n), .code = n.code, .edition = n.edition};
  v.board_only = text_eq(n.spot, "board");
  v.on_board = resident_words_with(&x, W_NOTICE_ON_BOARD, n.place);
  v.address = arena_printf(x.a, "%s/public/notice/%lld", site, (long long)n.id);
  if (place_qr_make(&qr, x.a, v.address, err) != 0) return -1;
  v.qr_view = qr.view;
  v.qr_path = qr.path;
  fill_paragraphs(&v, &x, n.body);
  v.line = arena_printf(x.a, "N%lld", (long long)n.id);
  if (fill_editions(&v, &x, &n, err) < 0 || fill_checks(&v, &x, &n, err) < 0) return -1;
  if (resident_fill_objections(&v, &x, &n, tried, err) < 0) return -1;
  page_notice(reply_html(r, status), &v, &r->page);
  return 0;
}

static int one_notice(struct request *r, struct error *err) {
  return resident_show_notice(r, req_int(r, NOTICE_ID), NULL, 200, err);
}

#define LIST_PARAMS                                                                                                     \
  PARAMS([LIST_STREET] = {.name = "street", .type = PARAM_INT, .in = IN_QUERY, .low = 0, .high = 1e15,                   \
                          .zh = "街道（镇）", .en = "id of a street or town"},                                          \
         [LIST_KIND] = {.name = "kind", .type = PARAM_TEXT, .in = IN_QUERY, .max = 40, .zh = "类别",                     \
                        .en = "kind: name of a procedure"},                                                             \
         [LIST_SHOWN] = {.name = "shown", .type = PARAM_BOOL, .in = IN_QUERY, .zh = "只看公示中",                        \
                         .en = "only those on show"},                                                                   \
         [LIST_AT] = {.name = "at", .type = PARAM_INT, .in = IN_QUERY, .low = 0, .high = 4e15, .zh = "从何时起往前",     \
                      .en = "where the page before ended"},                                                             \
         [LIST_ID] = {.name = "id", .type = PARAM_INT, .in = IN_QUERY, .low = 0, .high = 1e15, .zh = "同上",             \
                      .en = "the same"},                                                                              \
         [LIST_COMMUNITY] = {.name = "community", .type = PARAM_INT, .in = IN_QUERY, .low = 0, .high = 1e15,             \
                             .zh = "社区（村）", .en = "id of a community or village"})

const struct route routes_notice[] = {{.method = HTTP_GET,
                                       .path = "/public/notices",
                                       .kind = ROUTE_PAGE,
                                       .who = ACCESS_PUBLIC,
                                       .tag = "public",
                                       .help = W_ROUTE_NOTICES,
                                       .rate = RATE_PAGE,
                                       .handler = notices,
                                       LIST_PARAMS},
                                      {.method = HTTP_GET,
                                       .path = "/public/notices.atom",
                                       .kind = ROUTE_RAW,
                                       .who = ACCESS_PUBLIC,
                                       .tag = "public",
                                       .help = W_ROUTE_NOTICES_FEED,
                                       .rate = RATE_PAGE,
                                       .handler = feed,
                                       LIST_PARAMS},
                                      {.method = HTTP_GET,
                                       .path = "/public/notice/{id}",
                                       .kind = ROUTE_PAGE,
                                       .who = ACCESS_PUBLIC,
                                       .tag = "public",
                                       .help = W_ROUTE_NOTICE,
                                       .rate = RATE_PAGE,
                                       .handler = one_notice,
                                       PARAMS([NOTICE_ID] = {.name = "id",
                                                             .type = PARAM_INT,
                                                             .in = IN_PATH,
                                                             .required = true,
                                                             .low = 1,
                                                             .high = 1e15,
                                                             .zh = "公示号",
                                                             .en = "id of the publication"})},
                                      {0}};
