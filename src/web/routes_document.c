/* Papers issued from a case: their list and each as PDF, for those who work on it; and for anybody who holds one, the page
 * its QR leads to, which says whether it is genuine and nothing of what is in it. */
#include <string.h>

#include "board/issued.h"
#include "matter/document.h"
#include "matter/sealed.h"
#include "matter/state.h"
#include "pages.h"
#include "web/app.h"
#include "web/case_view.h"
#include "web/desk.h"
#include "web/resident.h"
#include "web/route.h"
#include "web/sealed_reading.h"
#include "web/view_document.h"

enum { PAPERS_CODE, PAPERS_ID };
enum { CHECK_CODE };
enum { WORDS_MOST = 400 };

struct papers {
  struct request *r;
  struct case_asker who;
  struct state *s;
  struct document *list;
  size_t count;
};

static const char *words_with(struct request *r, enum word id, const char *arg) {
  struct buf b;
  buf_init(&b, WORDS_MOST);
  words_fill(&b, word(r->lang, id), &arg, 1);
  const char *s = arena_strdup(r->arena, b.data);
  buf_free(&b);
  return s;
}

/* The papers of a case, for those who work on it. Anybody else: there is no such case. 1: that a sealed file was opened is
 * being noted first, `again` is run afterwards. */
static int open_papers(struct papers *x, int (*again)(struct request *r, struct error *err), struct error *err) {
  struct request *r = x->r;
  struct case_view *v;
  int64_t id = 0;
  if (desk_asker(&x->who, r, err) < 0) return -1;
  const char *code = req_text(r, PAPERS_CODE);
  if (sealed_find_code(x->who.db, &r->actor, x->who.world->district, code, r->now, &id, r->arena, err) < 0) return -1;
  int found = id ? state_load(&x->s, x->who.db, x->who.world, id, r->arena, err) : 0;
  if (found < 0) return -1;
  if (!found) return error_set(err, ERR_MISSING, "access.matter", NULL, NULL);
  int noting = sealed_reading(r, x->who.db, x->s, again, err);
  if (noting) return noting;
  if (case_view_make(&v, &x->who, x->s, err) < 0) return -1;
  if (v->view < VIEW_HANDLER) return error_set(err, ERR_MISSING, "access.matter", NULL, NULL);
  return document_list(&x->list, &x->count, x->who.db, r->arena, x->who.world, x->s, err);
}

static struct view_document view_of(struct request *r, const struct document *d) {
  struct issued_head head;
  issued_head_of(&head, r->arena, d->content);
  return (struct view_document){.id = d->id, .journal = d->journal, .title = head.title, .number = head.number,
                                .organ = head.organ, .date = head.date, .code = d->code, .at = d->at, .holds = d->holds,
                                .copies = words_with(r, W_DOCUMENT_COPIES, arena_printf(r->arena, "%d", head.copies)),
                                .line = words_with(r, W_DOCUMENT_LINE, arena_printf(r->arena, "%lld", (long long)d->journal))};
}

static int list_get(struct request *r, struct error *err) {
  struct papers x = {.r = r};
  int opened = open_papers(&x, list_get, err);
  if (opened) return opened < 0 ? -1 : 0;
  struct view_document *rows = ARENA_ARRAY(r->arena, x.count + 1, struct view_document);
  for (size_t i = 0; i < x.count; i++) {
    rows[i] = view_of(r, &x.list[i]);
    rows[i].href = arena_printf(r->arena, "/case/%s/papers/%lld.pdf", x.s->code, (long long)x.list[i].id);
  }
  struct view_documents v = {.code = x.s->code, .rows = rows, .row_count = (int)x.count};
  page_document_list(reply_html(r, 200), &v, &r->page);
  return 0;
}

static int paper_of(struct papers *x, const struct document *d, struct error *err) {
  struct request *r = x->r;
  struct resident open = {.r = r, .a = r->arena, .app = app_of(r), .db = x->who.db, .w = x->who.world};
  struct bytes pdf;
  struct paper p;
  const char *site;
  if (resident_site(&site, &open, err) < 0) return -1;
  struct issued_head head;
  issued_head_of(&head, r->arena, d->content);
  const char *address = arena_printf(r->arena, "%s/paper/%s", site, d->code);
  paper_start(&p, LANG_ZH, head.title, d->at);
  if (issued_put(&p, d->content, address, words_with(r, W_DOCUMENT_SCAN, d->code), err) < 0) {
    paper_drop(&p);
    return -1;
  }
  if (paper_pdf(&p, r->arena, &pdf, NULL, err) < 0) return -1;
  struct buf *out = reply_as(r, 200, "application/pdf");
  buf_add(out, pdf.data, pdf.len);
  http_header(r->http, "Content-Disposition", "inline");
  http_header(r->http, "X-Content-Type-Options", "nosniff");
  return out->full ? error_set(err, ERR_TOO_LARGE, "board.paper.large", NULL, NULL) : 0;
}

static int paper_get(struct request *r, struct error *err) {
  struct papers x = {.r = r};
  int64_t id = 0;
  const char *name = req_text(r, PAPERS_ID), *end = strstr(name, ".pdf");
  int opened = open_papers(&x, paper_get, err);
  if (opened) return opened < 0 ? -1 : 0;
  if (end && !end[4]) text_to_int(arena_strndup(r->arena, name, (size_t)(end - name)), &id);
  for (size_t i = 0; i < x.count; i++)
    if (x.list[i].id == id && x.list[i].content) return paper_of(&x, &x.list[i], err);
  return error_set(err, ERR_MISSING, "document.unknown", NULL, NULL);
}

/* --- for whoever holds it ----------------------------------------------------------------------------------------- */

static int check_get(struct request *r, struct error *err) {
  struct resident x;
  struct document d;
  bool sealed = false;
  if (resident_open(&x, r, err) < 0) return -1;
  int found = document_find(&d, &sealed, x.db, r->arena, x.w, req_text(r, CHECK_CODE), err);
  if (found < 0) return -1;
  if (!found) return error_set(err, ERR_MISSING, "document.unknown", NULL, NULL);
  struct view_document v = view_of(r, &d);
  v.sealed = sealed;
  page_document_check(reply_html(r, 200), &v, &r->page);
  return 0;
}

const struct route routes_document[] = {
    {.method = HTTP_GET,
     .path = "/case/{code}/papers",
     .kind = ROUTE_PAGE,
     .who = DESK_WHO,
     .help = W_ROUTE_DOCUMENTS,
     .rate = RATE_PAGE,
     .handler = list_get,
     PARAMS([PAPERS_CODE] = {.name = "code", .type = PARAM_TEXT, .in = IN_PATH, .required = true, .max = 64})},
    {.method = HTTP_GET,
     .path = "/case/{code}/papers/{file}",
     .kind = ROUTE_PAGE,
     .who = DESK_WHO,
     .help = W_ROUTE_DOCUMENT,
     .rate = RATE_EXPORT,
     .handler = paper_get,
     PARAMS([PAPERS_CODE] = {.name = "code", .type = PARAM_TEXT, .in = IN_PATH, .required = true, .max = 64},
            [PAPERS_ID] = {.name = "file", .type = PARAM_TEXT, .in = IN_PATH, .required = true, .max = 40})},
    {.method = HTTP_GET,
     .path = "/paper/{code}",
     .kind = ROUTE_PAGE,
     .who = ACCESS_PUBLIC,
     .tag = "public",
     .help = W_ROUTE_DOCUMENT_CHECK,
     .rate = RATE_PAGE,
     .handler = check_get,
     PARAMS([CHECK_CODE] = {.name = "code", .type = PARAM_TEXT, .in = IN_PATH, .required = true, .max = 40,
                            .zh = "纸上的核验码", .en = "the code on the paper"})},
    {0}};
