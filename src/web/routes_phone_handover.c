/* Handing over the work of a post: what is open, what the next should know, and that both said so. It gives nobody a post:
 * whoever takes over sees of the matters what their own posts let them see. */
#include <string.h>

#include "matter/list.h"
#include "matter/sealed.h"
#include "matter/state.h"
#include "pages.h"
#include "people/person.h"
#include "people/post.h"
#include "store/message.h"
#include "store/once.h"
#include "web/desk_rows.h"
#include "web/phone.h"

enum { NEW_POST, NEW_TO, NEW_NOTES, NEW_ONCE };
enum { ONE_ID, ONE_DO, ONE_WORDS, ONE_ONCE };
enum { OPEN_MOST = 60, PEOPLE_MOST = 80, ROWS_MOST = 30, NOTES_MOST = 1000, CODE_MOST = 80 };

/* --- words ------------------------------------------------------------------------------------------------------ */

static const char *post_words(const struct case_asker *who, const struct post *post) {
  struct place_row place;
  struct error ignored = {0};
  const char *role = words_find(who->lang, role_words(post->role));
  if (!post->place || place_get(&place, who->db, who->arena, who->world->district, post->place, &ignored) < 0) return role;
  return arena_printf(who->arena, "%s · %s", place.name, role);
}

static const char *post_words_by_id(const struct case_asker *who, int64_t id, struct error *err) {
  struct post_row row;
  int found = people_post_get(&row, who->db, who->arena, who->world->district, id, err);
  return found == 1 ? post_words(who, &row.post) : found < 0 ? NULL : "";
}

static const char *or_empty(const char *s) {
  return s ? s : "";
}

static const char *look_of(const char *state) {
  return text_eq(state, "taken") ? "green" : text_eq(state, "offered") ? "amber" : "";
}

/* --- what is open ----------------------------------------------------------------------------------------------- */

static int open_now(struct phone_open_matter **out, int *count, bool *more, const struct case_asker *who, struct error *err) {
  struct inbox_filter filter = {.most = OPEN_MOST};
  struct inbox_row *rows;
  size_t n;
  if (matter_inbox(&rows, &n, more, who->db, who->arena, who->world, who->actor, &filter, err) < 0) return -1;
  *out = ARENA_ARRAY(who->arena, n + 1, struct phone_open_matter);
  *count = 0;
  for (size_t i = 0; i < n; i++) {
    bool again = rows[i].matter > SEALED_IDS; /* a sealed one is handed over in itself, to somebody it names */
    for (int k = 0; k < *count && !again; k++) again = text_eq((*out)[k].code, rows[i].code);
    if (again) continue;
    (*out)[(*count)++] = (struct phone_open_matter){
        .code = rows[i].code,
        .href = arena_printf(who->arena, "/phone%s", case_address(who->arena, rows[i].code)),
        .summary = text_shorten(who->arena, rows[i].summary, 40),
        .stage = bilingual_pick(&rows[i].stage->title, who->lang == LANG_ZH),
        .light = case_light_of(who->arena, who->lang, rows[i].due, rows[i].warn_at, who->now)};
  }
  return 0;
}

/* One of the kept numbers as whoever looks may see it today. */
static int open_then(struct phone_open_matter *out, const struct case_asker *who, const char *code, struct error *err) {
  struct state *s;
  struct case_view *v;
  struct error denied = {0};
  int64_t id = 0;
  *out = (struct phone_open_matter){.code = code, .href = "", .summary = "", .stage = ""};
  if (state_find_code(who->db, who->world->district, code, &id, who->arena, err) < 0) return -1;
  if (!id) return 0;
  int found = state_load(&s, who->db, who->world, id, who->arena, err);
  if (found < 0) return -1;
  if (!found || case_view_make(&v, who, s, &denied) < 0 || v->view < VIEW_HANDLER) return 0;
  out->href = arena_printf(who->arena, "/phone%s", case_address(who->arena, code));
  out->summary = text_shorten(who->arena, v->summary, 40);
  out->stage = v->stage;
  out->light = v->light;
  out->over = v->over;
  return 0;
}

static const char *codes_of(struct arena *a, const struct phone_open_matter *open, int n) {
  struct buf b;
  buf_init(&b, OPEN_MOST * CODE_MOST);
  for (int i = 0; i < n; i++) buf_printf(&b, "%s\n", open[i].code);
  const char *s = arena_strdup(a, b.data ? b.data : "");
  buf_free(&b);
  return s;
}

/* --- the form and the list -------------------------------------------------------------------------------------- */

struct offering {
  struct request *r;
  int64_t post, to, id;
  const char *notes, *open;
};

/* Posts that are bound to a place: what belongs to an organisation is handed over there. */
static bool is_of_place(const struct post *p) {
  return p->place && (p->at.community || p->at.grid);
}

static void fill_posts(struct view_phone_handovers *v, const struct case_asker *who, int64_t chosen) {
  const struct actor *me = who->actor;
  struct form_option *out = ARENA_ARRAY(who->arena, me->post_count + 1, struct form_option);
  for (size_t i = 0; i < me->post_count; i++)
    if (is_of_place(&me->posts[i]))
      out[v->post_count++] = (struct form_option){.value = arena_printf(who->arena, "%lld", (long long)me->posts[i].id),
                                                  .title = post_words(who, &me->posts[i]),
                                                  .note = "",
                                                  .chosen = me->posts[i].id == chosen};
  v->posts = out;
}

static bool is_listed(const struct view_phone_handovers *v, const char *value) {
  for (int i = 0; i < v->people_count; i++)
    if (text_eq(v->people[i].value, value)) return true;
  return false;
}

/* Everybody in office in the same community; each once. */
static int fill_people(struct view_phone_handovers *v, const struct case_asker *who, int64_t chosen, struct error *err) {
  struct form_option *out = ARENA_ARRAY(who->arena, PEOPLE_MOST, struct form_option);
  v->people = out;
  for (size_t i = 0; i < who->actor->post_count; i++) {
    const struct post *mine = &who->actor->posts[i];
    struct post_filter which = {.street = mine->at.street, .role = ROLE_NONE};
    struct post_row *rows;
    size_t n;
    if (!is_of_place(mine)) continue;
    if (people_posts_in_office(&rows, &n, who->db, who->arena, who->world->district, &which, who->now, err) < 0) return -1;
    for (size_t k = 0; k < n && v->people_count < PEOPLE_MOST; k++) {
      const char *value = arena_printf(who->arena, "%lld", (long long)rows[k].person);
      bool near = rows[k].post.at.community == mine->at.community && rows[k].person != who->actor->person;
      if (!near || text_empty(rows[k].name) || is_listed(v, value)) continue;
      out[v->people_count++] = (struct form_option){
          .value = value, .title = rows[k].name, .note = post_words(who, &rows[k].post), .chosen = rows[k].person == chosen};
    }
  }
  return 0;
}

static struct phone_handover_row row_of(const struct case_asker *who, int64_t id, const char *from, const char *to,
                                        const char *state, time_ms at, const char *post) {
  return (struct phone_handover_row){.href = arena_printf(who->arena, "/phone/handover/%lld", (long long)id),
                                     .from = or_empty(from),
                                     .to = or_empty(to),
                                     .post = post,
                                     .state = arena_printf(who->arena, "phone.handover-%s", state),
                                     .look = look_of(state),
                                     .at = at};
}

static int fill_rows(struct view_phone_handovers *v, const struct case_asker *who, struct error *err) {
  struct q_handover_of_person_in in = {.district = who->world->district, .person = who->actor->person, .most = ROWS_MOST};
  struct q_handover_of_person_out *rows;
  size_t n;
  if (q_handover_of_person(who->db, who->arena, &rows, &n, &in, err) < 0) return -1;
  struct phone_handover_row *out = ARENA_ARRAY(who->arena, n + 1, struct phone_handover_row);
  for (size_t i = 0; i < n; i++) {
    const char *post = post_words_by_id(who, rows[i].post, err);
    if (!post) return -1;
    out[i] = row_of(who, rows[i].id, rows[i].from_name, rows[i].to_name, rows[i].state, rows[i].offered, post);
  }
  v->rows = out;
  v->row_count = (int)n;
  return 0;
}

static int show_list(struct request *r, const struct offering *o, const struct error *wrong, struct error *err) {
  struct case_asker who;
  struct phone_open_matter *open;
  struct view_phone_handovers v = {.notes = o ? o->notes : "", .fault = "", .field = "", .hint = ""};
  if (desk_asker(&who, r, err) < 0) return -1;
  if (open_now(&open, &v.open_count, &v.more, &who, err) < 0 || fill_rows(&v, &who, err) < 0) return -1;
  fill_posts(&v, &who, o ? o->post : 0);
  if (fill_people(&v, &who, o ? o->to : 0, err) < 0) return -1;
  v.open = open;
  if (wrong) {
    const struct view_problem *p = desk_problem(r, wrong);
    v.fault = p->what;
    v.hint = p->hint;
    v.field = arena_strdup(r->arena, wrong->field);
  }
  phone_frame(r);
  page_phone_handovers(reply_html(r, wrong ? error_http_status(wrong->kind) : 200), &v, &r->page);
  return 0;
}

static int list_get(struct request *r, struct error *err) {
  return show_list(r, NULL, NULL, err);
}

/* --- offering --------------------------------------------------------------------------------------------------- */

static int tell(struct lane_txn *t, int64_t person, enum word what, struct error *err) {
  int64_t id;
  struct message m = {.to_key = arena_printf(t->arena, "person:%lld", (long long)person),
                      .kind = "handover",
                      .zh = word(LANG_ZH, what),
                      .en = word(LANG_EN, what)};
  return message_add(t, &m, &id, err);
}

/* The phone sends again what it heard no answer to, under the same key: the first answer counts. */
static int seen_before(struct lane_txn *t, struct request *r, const char *once, int64_t *id, struct error *err) {
  const char *reply;
  struct bytes request = {(const unsigned char *)r->http->path, strlen(r->http->path)};
  return text_empty(once) ? 0 : once_find(t, actor_key(t->arena, &r->actor), once, request, id, &reply, err);
}

static int keep_once(struct lane_txn *t, struct request *r, const char *once, int64_t id, struct error *err) {
  struct bytes request = {(const unsigned char *)r->http->path, strlen(r->http->path)};
  return text_empty(once) ? 0 : once_keep(t, actor_key(t->arena, &r->actor), once, request, id, "", err);
}

static int reply_sent(struct request *r, int64_t id, enum word notice) {
  const char *address = arena_printf(r->arena, "/phone/handover/%lld", (long long)id);
  if (phone_wants_json(r)) return phone_reply_at(r, address);
  reply_notice(r, notice);
  return reply_redirect(r, address);
}

static int offer(struct lane_txn *t, void *ctx, struct error *err) {
  struct offering *o = ctx;
  const char *once = req_text(o->r, NEW_ONCE);
  int before = seen_before(t, o->r, once, &o->id, err);
  if (before) return before < 0 ? -1 : 0;
  if (lane_next(t, "handover", &o->id, err) < 0) return -1;
  struct q_handover_add_in in = {.district = t->district,
                                 .id = o->id,
                                 .post = o->post,
                                 .from_person = o->r->actor.person,
                                 .to_person = o->to,
                                 .notes = o->notes,
                                 .open = o->open,
                                 .offered = t->now};
  if (q_handover_add(t->db, &in, err) < 0 || tell(t, o->to, W_PHONE_HANDOVER_ASKED, err) < 0) return -1;
  const char *data = arena_printf(t->arena, "{\"handover\":%lld}", (long long)o->id);
  if (keep_once(t, o->r, once, o->id, err) < 0) return -1;
  return people_journal(t, &o->r->actor, "post.hand-over-offered", "post", o->post, data, err);
}

static int offered(struct request *r, void *ctx, struct error *err) {
  struct offering *o = ctx;
  if (err->kind != ERR_NONE) return -1;
  return reply_sent(r, o->id, W_PHONE_HANDOVER_SENT);
}

static bool holds(const struct actor *actor, int64_t post) {
  for (size_t i = 0; i < actor->post_count; i++)
    if (actor->posts[i].id == post && is_of_place(&actor->posts[i])) return true;
  return false;
}

static int check_offer(struct error *wrong, struct offering *o, const struct case_asker *who, struct error *err) {
  struct view_phone_handovers v = {0};
  const char *most = arena_printf(who->arena, "%d", NOTES_MOST);
  if (fill_people(&v, who, 0, err) < 0) return -1;
  if (!holds(who->actor, o->post))
    error_set(wrong, ERR_INPUT, "phone.handover.post", "post", NULL);
  else if (!is_listed(&v, arena_printf(who->arena, "%lld", (long long)o->to)))
    error_set(wrong, ERR_INPUT, "phone.handover.to", "to", NULL);
  else if (text_chars(o->notes) > NOTES_MOST)
    error_set(wrong, ERR_INPUT, "matter.field.long", "notes", word(who->lang, W_PHONE_HANDOVER_NOTES), most, NULL);
  return 0;
}

static int list_post(struct request *r, struct error *err) {
  struct offering *o = ARENA_NEW(r->arena, struct offering);
  struct case_asker who;
  struct phone_open_matter *open;
  struct error wrong = {0};
  int n;
  bool more;
  *o = (struct offering){.r = r, .post = req_int(r, NEW_POST), .to = req_int(r, NEW_TO), .notes = req_text(r, NEW_NOTES)};
  if (desk_asker(&who, r, err) < 0 || check_offer(&wrong, o, &who, err) < 0) return -1;
  if (wrong.kind != ERR_NONE && phone_wants_json(r)) return phone_reply_wrong(r, &wrong, NULL, NULL, "", 0);
  if (wrong.kind != ERR_NONE) return show_list(r, o, &wrong, err);
  if (open_now(&open, &n, &more, &who, err) < 0) return -1;
  o->open = codes_of(r->arena, open, n);
  return app_run(r, offer, o, offered);
}

/* --- one of them ------------------------------------------------------------------------------------------------ */

static int load_one(struct q_handover_get_out *out, struct db *db, struct arena *a, const struct request *r, struct error *err) {
  struct q_handover_get_in in = {.district = r->actor.district, .id = req_int(r, ONE_ID), .person = r->actor.person};
  int found = r->actor.person ? q_handover_get(db, a, out, &in, err) : 0;
  if (found < 0) return -1;
  return found ? 0 : error_set(err, ERR_MISSING, "phone.handover.missing", NULL, NULL);
}

static int fill_open(struct view_phone_handover *v, const struct case_asker *who, const char *codes, struct error *err) {
  struct phone_open_matter *out = ARENA_ARRAY(who->arena, OPEN_MOST, struct phone_open_matter);
  for (const char *s = codes; *s && v->open_count < OPEN_MOST;) {
    size_t len = strcspn(s, "\n");
    if (open_then(&out[v->open_count], who, arena_strndup(who->arena, s, len), err) < 0) return -1;
    v->still += !out[v->open_count++].over;
    s += len + (s[len] == '\n');
  }
  v->open = out;
  return 0;
}

static int show_one(struct request *r, const struct error *wrong, struct error *err) {
  struct case_asker who;
  struct q_handover_get_out h;
  if (desk_asker(&who, r, err) < 0 || load_one(&h, who.db, r->arena, r, err) < 0) return -1;
  const char *post = post_words_by_id(&who, h.post, err);
  if (!post) return -1;
  bool waits = text_eq(h.state, "offered");
  struct view_phone_handover v = {.id = h.id,
                                  .row = row_of(&who, h.id, h.from_name, h.to_name, h.state, h.offered, post),
                                  .notes = or_empty(h.notes),
                                  .answer = or_empty(h.answer),
                                  .fault = wrong ? desk_problem(r, wrong)->what : "",
                                  .answered = h.answered,
                                  .mine_to_take = waits && h.to_person == r->actor.person,
                                  .mine_to_withdraw = waits && h.from_person == r->actor.person};
  if (wrong) v.answer = req_text(r, ONE_WORDS);
  if (fill_open(&v, &who, h.open, err) < 0) return -1;
  phone_frame(r);
  page_phone_handover(reply_html(r, wrong ? error_http_status(wrong->kind) : 200), &v, &r->page);
  return 0;
}

static int one_get(struct request *r, struct error *err) {
  return show_one(r, NULL, err);
}

/* Only the successor takes or declines, only the one who offered takes it back, and only while it waits. */
static int answer(struct lane_txn *t, void *ctx, struct error *err) {
  struct request *r = ctx;
  struct q_handover_get_out h;
  const char *what = req_text(r, ONE_DO), *once = req_text(r, ONE_ONCE);
  int64_t known;
  int before = seen_before(t, r, once, &known, err);
  if (before) return before < 0 ? -1 : 0;
  if (load_one(&h, t->db, t->arena, r, err) < 0) return -1;
  int64_t whose = text_eq(what, "withdrawn") ? h.from_person : h.to_person;
  if (whose != r->actor.person) return error_set(err, ERR_DENIED, "phone.handover.not-yours", NULL, NULL);
  if (!text_eq(h.state, "offered")) return error_set(err, ERR_CONFLICT, "phone.handover.over", NULL, NULL);
  struct q_handover_answer_in in = {
      .district = t->district, .id = h.id, .state = what, .answer = req_text(r, ONE_WORDS), .answered = t->now};
  if (q_handover_answer(t->db, &in, err) < 0 || keep_once(t, r, once, h.id, err) < 0) return -1;
  int64_t other = h.from_person == r->actor.person ? h.to_person : h.from_person;
  if (tell(t, other, W_PHONE_HANDOVER_TOLD, err) < 0) return -1;
  const char *data = arena_printf(t->arena, "{\"handover\":%lld}", (long long)h.id);
  return people_journal(t, &r->actor, arena_printf(t->arena, "post.hand-over-%s", what), "post", h.post, data, err);
}

static int answered(struct request *r, void *ctx, struct error *err) {
  (void)ctx;
  if (err->kind == ERR_CONFLICT) {
    struct error wrong = *err;
    error_clear(err);
    if (phone_wants_json(r)) return phone_reply_wrong(r, &wrong, NULL, NULL, "", 0);
    return show_one(r, &wrong, err);
  }
  if (err->kind != ERR_NONE) return -1;
  return reply_sent(r, req_int(r, ONE_ID), W_PHONE_HANDOVER_DONE);
}

/* Declining without a word would leave the other guessing. */
static int one_post(struct request *r, struct error *err) {
  struct error wrong = {0};
  if (text_eq(req_text(r, ONE_DO), "declined") && text_empty(req_text(r, ONE_WORDS)))
    error_set(&wrong, ERR_INPUT, "phone.handover.why", "words", NULL);
  if (wrong.kind != ERR_NONE && phone_wants_json(r)) return phone_reply_wrong(r, &wrong, NULL, NULL, "", 0);
  if (wrong.kind != ERR_NONE) return show_one(r, &wrong, err);
  return app_run(r, answer, r, answered);
}

#define ONE_PARAM [ONE_ID] = {.name = "id", .type = PARAM_INT, .in = IN_PATH, .required = true, .low = 1, .high = 9e15}

const struct route routes_phone_handover[] = {
    {.method = HTTP_GET,
     .path = "/phone/handover",
     .kind = ROUTE_PAGE,
     .who = PHONE_WHO,
     .help = W_ROUTE_PHONE_HANDOVERS,
     .rate = RATE_PAGE,
     .handler = list_get},
    {.method = HTTP_POST,
     .path = "/phone/handover",
     .kind = ROUTE_PAGE,
     .who = PHONE_WHO,
     .csrf = CSRF_TOKEN,
     .open_form = true,
     .help = W_ROUTE_PHONE_HANDOVER_SEND,
     .rate = RATE_REPORT,
     .handler = list_post,
     PARAMS([NEW_POST] = {.name = "post", .type = PARAM_INT, .in = IN_FORM, .low = 0, .high = 9e15},
            [NEW_TO] = {.name = "to", .type = PARAM_INT, .in = IN_FORM, .low = 0, .high = 9e15},
            [NEW_NOTES] = {.name = "notes", .type = PARAM_LINES, .in = IN_FORM, .max = 4000},
            [NEW_ONCE] = {.name = "_once", .type = PARAM_TEXT, .in = IN_FORM, .max = 64})},
    {.method = HTTP_GET,
     .path = "/phone/handover/{id}",
     .kind = ROUTE_PAGE,
     .who = PHONE_WHO,
     .help = W_ROUTE_PHONE_HANDOVER,
     .rate = RATE_PAGE,
     .handler = one_get,
     PARAMS(ONE_PARAM)},
    {.method = HTTP_POST,
     .path = "/phone/handover/{id}",
     .kind = ROUTE_PAGE,
     .who = PHONE_WHO,
     .csrf = CSRF_TOKEN,
     .open_form = true,
     .help = W_ROUTE_PHONE_HANDOVER_ANSWER,
     .rate = RATE_REPORT,
     .handler = one_post,
     PARAMS(ONE_PARAM,
            [ONE_DO] = {.name = "do", .type = PARAM_CHOICE, .in = IN_FORM, .required = true,
                        .choices = "taken|declined|withdrawn"},
            [ONE_WORDS] = {.name = "words", .type = PARAM_LINES, .in = IN_FORM, .max = 500},
            [ONE_ONCE] = {.name = "_once", .type = PARAM_TEXT, .in = IN_FORM, .max = 64})},
    {0}};
