/* The journal, for those who check: what was done by whom, and whether the chain holds. */
#include <string.h>

#include "pages.h"
#include "web/view_audit.h"

enum { AUDIT_BEFORE, AUDIT_VERIFY };
enum { ROWS = 50 };

#define AUDIT_WHO (ROLE_BIT(ROLE_AUDITOR) | ROLE_BIT(ROLE_ADMINISTRATOR))

static const char *hex(struct arena *a, struct bytes b) {
  char *s = arena_alloc(a, 2 * b.len + 1);
  text_hex(s, b.data, b.len);
  return s;
}

static const char *code_of(const struct case_asker *who, const char *subject, int64_t id) {
  struct q_matter_get_out row;
  struct error ignored = {0};
  struct q_matter_get_in in = {.district = who->world->district, .id = id};
  if (!text_eq(subject, "matter")) return "";
  return q_matter_get(who->db, who->arena, &row, &in, &ignored) == 1 && !row.sealed ? row.code : "";
}

/* Of a sealed matter: that somebody acted, or broke the glass; never on which, nor how. */
static struct audit_row row_of(struct request *r, const struct case_asker *who, const struct q_journal_page_out *row) {
  struct audit_row out = {.seq = row->seq, .at = row->at, .actor = row->actor, .action = row->action,
                          .name = case_actor_name(who, row->actor), .subject = row->subject, .subject_id = row->subject_id,
                          .data = row->data, .hash = hex(r->arena, row->hash), .code = ""};
  if (!text_starts(row->action, "sealed.")) {
    out.code = code_of(who, row->subject, row->subject_id);
    return out;
  }
  if (!text_eq(row->action, "sealed.break-glass")) out.action = "sealed";
  out.subject_id = 0;
  out.data = "";
  return out;
}

static int read_rows(struct view_audit *view, struct request *r, const struct case_asker *who, struct error *err) {
  struct q_journal_page_out *rows;
  size_t n;
  int64_t before = req_int(r, AUDIT_BEFORE);
  struct q_journal_page_in in = {.district = who->world->district, .before = before ? before : INT64_MAX, .count = ROWS};
  if (q_journal_page(who->db, r->arena, &rows, &n, &in, err) < 0) return -1;
  struct audit_row *list = ARENA_ARRAY(r->arena, n + 1, struct audit_row);
  for (size_t i = 0; i < n; i++) list[i] = row_of(r, who, &rows[i]);
  view->rows = list;
  view->count = (int)n;
  view->next = n == ROWS ? arena_printf(r->arena, "/audit?before=%lld", (long long)rows[n - 1].seq) : "";
  return 0;
}

static int verify(struct view_audit *view, struct request *r, const struct case_asker *who, struct error *err) {
  struct journal_report report = {0};
  if (journal_verify(who->db, who->world->district, &report, NULL, NULL, err) < 0) return -1;
  const char *why = words_find(r->lang, report.code);
  view->verified = true;
  view->holds = report.bad_seq == 0;
  view->entries = report.entries;
  view->checkpoints = report.checkpoints;
  view->bad_seq = report.bad_seq;
  view->why = why ? why : arena_strdup(r->arena, report.code);
  view->head = arena_strdup(r->arena, report.head);
  return 0;
}

static int audit_get(struct request *r, struct error *err) {
  struct case_asker who;
  struct q_checkpoint_last_out last = {0};
  struct view_audit view = {.next = "", .why = "", .head = ""};
  struct q_checkpoint_last_in in = {.district = app_of(r)->district};
  if (desk_asker(&who, r, err) < 0 || desk_frame(r, &who, err) < 0 || read_rows(&view, r, &who, err) < 0) return -1;
  if (q_checkpoint_last(who.db, r->arena, &last, &in, err) < 0) return -1;
  view.signed_at = last.at;
  view.signed_seq = last.seq;
  if (req_bool(r, AUDIT_VERIFY) && verify(&view, r, &who, err) < 0) return -1;
  page_audit(reply_html(r, 200), &view, &r->page);
  return 0;
}

const struct route routes_audit[] = {
    {.method = HTTP_GET,
     .path = "/audit",
     .kind = ROUTE_PAGE,
     .who = AUDIT_WHO,
     .help = W_ROUTE_AUDIT,
     .rate = RATE_EXPORT,
     .handler = audit_get,
     PARAMS([AUDIT_BEFORE] = {.name = "before", .type = PARAM_INT, .in = IN_QUERY, .low = 0, .high = 9e15},
            [AUDIT_VERIFY] = {.name = "verify", .type = PARAM_BOOL, .in = IN_QUERY})},
    {0}};
