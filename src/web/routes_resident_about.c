/* What a district owes everybody besides the work itself: what is stored and why, that nothing was changed, for whom
 * the pages work; for who is signed in, everything that is kept about them; and the walk through the demonstration. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "matter/limit.h"
#include "pages.h"
#include "people/person.h"
#include "web/resident.h"

enum { LINES_MOST = 200, MINE_MOST = 200, OPENINGS_MOST = 200, WORDS_MAX = 400 };

/* --- privacy: out of the procedures themselves ------------------------------------------------------------------ */

static const char *span_words(const struct resident *x, const struct limit *l) {
  struct buf b;
  buf_init(&b, WORDS_MAX);
  limit_words(&b, x->r->lang, *l);
  const char *s = arena_strdup(x->a, b.data);
  buf_free(&b);
  return s;
}

static void add_fields(struct view_privacy_part *part, const struct resident *x, const struct procedure_track *t) {
  struct view_privacy_row *rows = ARENA_ARRAY(x->a, t->fields.count + 1, struct view_privacy_row);
  for (size_t i = 0; i < t->fields.count; i++) {
    const struct procedure_field *f = &t->fields.items[i];
    if (!f->purpose.zh) continue;
    rows[part->row_count++] =
        (struct view_privacy_row){resident_say(x, &f->label), resident_say(x, &f->purpose), resident_say(x, &f->basis)};
  }
  part->rows = rows;
}

static int privacy(struct request *r, struct error *err) {
  struct resident x;
  (void)err;
  resident_begin(&x, r);
  struct view_privacy_part *parts = ARENA_ARRAY(x.a, x.w->procedure_count + 1, struct view_privacy_part);
  struct view_resident_privacy v = {.parts = parts};
  for (size_t i = 0; i < x.w->procedure_count; i++) {
    const struct procedure *p = x.w->procedures[i];
    struct view_privacy_part *part = &parts[v.part_count];
    *part = (struct view_privacy_part){
        .procedure = resident_say(&x, &p->title), .keep_basis = resident_say(&x, &p->keep_basis), .keep = ""};
    if (p->keep.text) part->keep = span_words(&x, &p->keep.value);
    add_fields(part, &x, &p->tracks[0]);
    if (part->row_count) v.part_count++;
  }
  page_resident_privacy(reply_html(r, 200), &v, &r->page);
  return 0;
}

static int accessibility(struct request *r, struct error *err) {
  struct view_resident_track v = {.receipt = "", .fault = {"", "", ""}};
  (void)err;
  page_resident_accessibility(reply_html(r, 200), &v, &r->page);
  return 0;
}

/* --- verify: the journal's lines of a case, and the last signature ---------------------------------------------- */

static const char *hex(const struct resident *x, struct bytes b) {
  char *s = arena_alloc(x->a, 2 * b.len + 1);
  text_hex(s, b.data, b.len);
  return s;
}

static int case_lines(struct view_verify_line **out, int *n, const struct resident *x, int64_t matter,
                      struct error *err) {
  struct q_journal_lines_in in = {
      .district = x->app->district, .subject = "matter", .subject_id = matter, .count = LINES_MOST};
  struct q_journal_lines_out *rows;
  size_t count;
  if (q_journal_lines(x->db, x->a, &rows, &count, &in, err) < 0) return -1;
  *out = ARENA_ARRAY(x->a, count + 1, struct view_verify_line);
  for (size_t i = 0; i < count; i++)
    (*out)[i] = (struct view_verify_line){rows[i].seq, rows[i].at, rows[i].action, hex(x, rows[i].hash),
                                          hex(x, rows[i].before)};
  *n = (int)count;
  return 0;
}

static int numbered_line(struct view_verify_line **out, int *n, const struct resident *x, int64_t seq,
                         struct error *err) {
  struct q_journal_line_in in = {.district = x->app->district, .seq = seq};
  struct q_journal_line_out row;
  int found = q_journal_line(x->db, x->a, &row, &in, err);
  if (found <= 0) return found;
  *out = ARENA_NEW(x->a, struct view_verify_line);
  **out = (struct view_verify_line){row.seq, row.at, row.action, hex(x, row.hash), hex(x, row.before)};
  *n = 1;
  return 0;
}

/* A case that is not public has lines only for its receipt. */
static int find_matter(int64_t *matter, const struct resident *x, const char *asked, struct error *err) {
  struct state *s;
  *matter = 0;
  if (state_find_receipt(x->db, x->app->district, asked, matter, NULL, x->a, err) < 0) return -1;
  if (*matter || state_find_code(x->db, x->app->district, asked, matter, x->a, err) < 0) return *matter ? 0 : -1;
  if (!*matter) return 0;
  if (state_load(&s, x->db, x->w, *matter, x->a, err) < 0) return -1;
  if (!s->shown_public) *matter = 0;
  return 0;
}

static int fill_lines(struct view_resident_verify *v, const struct resident *x, struct error *err) {
  struct view_verify_line *lines = NULL;
  struct error none = {0};
  int64_t seq = 0, matter = 0;
  if (text_to_int(v->asked, &seq)) {
    if (numbered_line(&lines, &v->line_count, x, seq, err) < 0) return -1;
  } else {
    if (find_matter(&matter, x, v->asked, err) < 0) return -1;
    if (matter && case_lines(&lines, &v->line_count, x, matter, err) < 0) return -1;
  }
  v->lines = lines;
  if (!v->line_count) {
    error_set(&none, ERR_MISSING, "resident.no-lines", "code", NULL);
    v->fault = resident_fault(x, &none);
  }
  return 0;
}

static int fill_checkpoint(struct view_resident_verify *v, const struct resident *x, struct error *err) {
  struct q_checkpoint_last_in in = {.district = x->app->district};
  struct q_checkpoint_last_out row;
  int found = q_checkpoint_last(x->db, x->a, &row, &in, err);
  if (found <= 0) return found;
  v->checkpoint_seq = row.seq;
  v->checkpoint_at = row.at;
  v->checkpoint_hash = hex(x, row.hash);
  v->signature = hex(x, row.signature);
  v->key = hex(x, row.public_key);
  return 0;
}

enum { VERIFY_CODE };

/* "N12": the code that stands under the QR of a publication. */
static int64_t publication_of(const char *code) {
  int64_t id = 0;
  return (code[0] == 'N' || code[0] == 'n') && text_to_int(code + 1, &id) && id > 0 ? id : 0;
}

static int verify(struct request *r, struct error *err) {
  struct resident x;
  int64_t publication = publication_of(req_text(r, VERIFY_CODE));
  if (publication) return reply_redirect(r, arena_printf(r->arena, "/public/notice/%lld#checks", (long long)publication));
  struct view_resident_verify v = {.asked = req_text(r, VERIFY_CODE), .fault = {"", "", ""}};
  if (resident_open(&x, r, err) < 0 || fill_checkpoint(&v, &x, err) < 0) return -1;
  if (*v.asked && fill_lines(&v, &x, err) < 0) return -1;
  page_resident_verify(reply_html(r, v.fault.what && *v.fault.what ? 404 : 200), &v, &r->page);
  return 0;
}

/* --- me: what is kept about whoever is signed in ---------------------------------------------------------------- */

static int my_cases(struct view_resident_me *v, const struct resident *x, struct error *err) {
  struct q_matter_of_person_in in = {.district = x->app->district, .person = x->r->actor.person, .count = MINE_MOST};
  struct q_matter_of_person_out *rows;
  size_t n;
  if (q_matter_of_person(x->db, x->a, &rows, &n, &in, err) < 0) return -1;
  struct view_my_case *out = ARENA_ARRAY(x->a, n + 1, struct view_my_case);
  for (size_t i = 0; i < n; i++) {
    const struct procedure *p = world_procedure(x->w, rows[i].procedure, (int)rows[i].version);
    const struct procedure_stage *stage = p ? procedure_stage_find(&p->tracks[0], rows[i].stage) : NULL;
    out[i] = (struct view_my_case){arena_printf(x->a, "/r/%s", rows[i].receipt),
                                   rows[i].code,
                                   rows[i].summary,
                                   stage ? resident_say(x, &stage->title) : "",
                                   rows[i].opened,
                                   rows[i].shown_due,
                                   rows[i].outcome != OUTCOME_OPEN};
  }
  v->cases = out;
  v->case_count = (int)n;
  return 0;
}

static const char *role_of(const struct resident *x, const char *actor) {
  const struct actor self = x->r->actor;
  struct case_asker who = resident_asker(x, &self);
  return case_actor_name(&who, actor);
}

static int my_openings(struct view_resident_me *v, const struct resident *x, struct error *err) {
  struct q_opening_of_person_in in = {
      .district = x->app->district, .person = x->r->actor.person, .count = OPENINGS_MOST};
  struct q_opening_of_person_out *rows;
  size_t n;
  if (q_opening_of_person(x->db, x->a, &rows, &n, &in, err) < 0) return -1;
  struct view_my_opening *out = ARENA_ARRAY(x->a, n + 1, struct view_my_opening);
  for (size_t i = 0; i < n; i++)
    out[i] = (struct view_my_opening){rows[i].at, role_of(x, rows[i].actor), rows[i].code,
                                                               rows[i].reason ? rows[i].reason : ""};
  v->openings = out;
  v->opening_count = (int)n;
  return 0;
}

static int my_consents(struct view_resident_me *v, const struct resident *x, struct error *err) {
  struct q_consent_of_person_in in = {.district = x->app->district, .person = x->r->actor.person};
  struct q_consent_of_person_out *rows;
  size_t n;
  if (q_consent_of_person(x->db, x->a, &rows, &n, &in, err) < 0) return -1;
  struct view_my_consent *out = ARENA_ARRAY(x->a, n + 1, struct view_my_consent);
  for (size_t i = 0; i < n; i++) out[i] = (struct view_my_consent){rows[i].purpose, rows[i].given, rows[i].withdrawn};
  v->consents = out;
  v->consent_count = (int)n;
  return 0;
}

/* Of the community of their latest report: where somebody lives is not asked for this. */
static int my_notices(struct view_resident_me *v, const struct resident *x, struct error *err) {
  struct q_community_of_person_in in = {.district = x->app->district, .person = x->r->actor.person};
  struct q_community_of_person_out row = {0};
  int found = q_community_of_person(x->db, x->a, &row, &in, err);
  return found <= 0 ? found : resident_notices_here(&v->notices, x, row.community, err);
}

/* People see their own data in clear. */
static int fill_me(struct view_resident_me *v, const struct resident *x, struct error *err) {
  struct person_view person = {0};
  if (x->r->actor.person && people_person_clear(&person, x->db, x->a, x->app->people, x->r->actor.person, err) < 0)
    return -1;
  v->name = person.name ? person.name : "";
  v->phone = person.phone ? person.phone : "";
  v->id_number = person.id_number ? person.id_number : "";
  if (!x->r->actor.person) return 0;
  if (my_cases(v, x, err) < 0 || my_openings(v, x, err) < 0) return -1;
  return my_consents(v, x, err) < 0 ? -1 : my_notices(v, x, err);
}

int resident_show_me(struct request *r, const struct error *wrong, int status, struct error *err) {
  struct resident x;
  struct view_resident_me v = {.name = "", .phone = "", .id_number = ""};
  if (resident_open(&x, r, err) < 0 || fill_me(&v, &x, err) < 0 || resident_fill_ask(&v.ask, &x, wrong, err) < 0) return -1;
  page_resident_me(reply_html(r, status), &v, &r->page);
  return 0;
}

static int me(struct request *r, struct error *err) { return resident_show_me(r, NULL, 200, err); }

/* --- the walk through the demonstration ------------------------------------------------------------------------- */

static const char *text_in(const struct resident *x, const json_t *o, const char *key) {
  const char *s = json_string_value(json_object_get(o, key));
  return arena_strdup(x->a, s ? s : "");
}

/* The same file the command line shows; only the demonstration has it. */
static void read_roles(struct view_resident_demo *v, const struct resident *x) {
  json_t *all = json_load_file(arena_printf(x->a, "%s/demo-roles.json", x->app->dir), 0, NULL);
  size_t n = json_array_size(all);
  struct view_demo_role *out = ARENA_ARRAY(x->a, n + 1, struct view_demo_role);
  for (size_t i = 0; i < n; i++) {
    const json_t *o = json_array_get(all, i);
    out[i] = (struct view_demo_role){arena_printf(x->a, "role.%s", text_in(x, o, "role")), text_in(x, o, "name"),
                                     text_in(x, o, "account"), text_in(x, o, "password"), text_in(x, o, "path")};
  }
  json_decref(all);
  v->roles = out;
  v->role_count = (int)n;
}

static int demo(struct request *r, struct error *err) {
  struct resident x;
  struct view_resident_demo v = {0};
  struct q_place_first_plate_out plate;
  struct q_place_first_plate_in in = {.district = app_of(r)->district};
  if (!app_of(r)->demo) return error_set(err, ERR_MISSING, "web.missing", NULL, NULL);
  if (resident_open(&x, r, err) < 0) return -1;
  int found = q_place_first_plate(x.db, x.a, &plate, &in, err);
  if (found < 0) return -1;
  v.plate = found ? plate.plate : "";
  read_roles(&v, &x);
  page_resident_demo(reply_html(r, 200), &v, &r->page);
  return 0;
}

const struct route routes_resident_about[] = {
    {.method = HTTP_GET,
     .path = "/privacy",
     .kind = ROUTE_PAGE,
     .who = ACCESS_PUBLIC,
     .tag = "public",
     .help = W_ROUTE_PRIVACY,
     .rate = RATE_PAGE,
     .handler = privacy},
    {.method = HTTP_GET,
     .path = "/accessibility",
     .kind = ROUTE_PAGE,
     .who = ACCESS_PUBLIC,
     .tag = "public",
     .help = W_ROUTE_ACCESSIBILITY,
     .rate = RATE_PAGE,
     .handler = accessibility},
    {.method = HTTP_GET,
     .path = "/verify",
     .kind = ROUTE_PAGE,
     .who = ACCESS_PUBLIC,
     .tag = "public",
     .help = W_ROUTE_VERIFY,
     .rate = RATE_PAGE,
     .handler = verify,
     PARAMS([VERIFY_CODE] = {.name = "code",
                             .type = PARAM_TEXT,
                             .in = IN_QUERY,
                             .max = 64,
                             .zh = "案件号、回执码或日志号",
                             .en = "number of a case, code of a receipt, or number of a journal line"})},
    {.method = HTTP_GET,
     .path = "/me",
     .kind = ROUTE_PAGE,
     .who = ACCESS_SIGNED_IN,
     .tag = "resident",
     .help = W_ROUTE_ME,
     .rate = RATE_PAGE,
     .handler = me},
    {.method = HTTP_GET,
     .path = "/demo",
     .kind = ROUTE_PAGE,
     .who = ACCESS_PUBLIC,
     .tag = "public",
     .help = W_ROUTE_DEMO,
     .rate = RATE_PAGE,
     .handler = demo},
    {0}};
