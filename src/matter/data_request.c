#include "matter/data_request.h"

#include "matter/forget.h"

#include <string.h>

#include "matter/engine_internal.h"
#include "people/identity.h"
#include "people/person.h"
#include "people/person_change.h"
#include "store/message.h"

enum { LATE_AT_ONCE = 100, ROLES_MAX = 8, LINE_MAX_BYTES = 1000 };

/* What one errand in the lane shares. */
struct errand {
  struct lane_txn *t;
  struct arena *a;
  struct engine *e;
  const struct people_env *env;
  const struct world *w;
  const struct actor *by;
  struct error *err;
};

static struct seal_place place_of(const struct people_env *env, const char *table, const char *column, int64_t row) {
  return (struct seal_place){.district = env->district, .table = table, .column = column, .row = row};
}

static struct bytes sealed_in(const struct errand *x, const char *table, const char *column, int64_t row,
                              const char *text) {
  struct seal_place where = place_of(x->env, table, column, row);
  return people_seal(x->a, &x->env->keys, &where, text_empty(text) ? NULL : text);
}

static int opened(const char **out, struct arena *a, const struct people_env *env, const char *table,
                  const char *column, int64_t row, struct bytes sealed, struct error *err) {
  struct seal_place where = place_of(env, table, column, row);
  char *clear;
  if (people_unseal(a, &clear, &env->keys, &where, sealed, err) < 0) return -1;
  *out = clear;
  return 0;
}

/* --- reading ---------------------------------------------------------------------------------------------------- */

int data_request_get(struct data_request *out, struct db *db, struct arena *a, const struct people_env *env, int64_t id,
                     struct error *err) {
  struct q_data_request_get_out row;
  struct q_data_request_get_in in = {.district = env->district, .id = id};
  int found = q_data_request_get(db, a, &row, &in, err);
  if (found <= 0) return found;
  *out = (struct data_request){.id = row.id, .person = row.person, .record = row.record, .what = row.what,
                               .field = row.field, .answered_by = row.answered_by, .asked = row.asked, .due = row.due,
                               .told_late = row.told_late, .answered = row.answered, .granted = row.granted != 0};
  if (opened(&out->value, a, env, "data_request", "value", id, row.value, err) < 0 ||
      opened(&out->words, a, env, "data_request", "words", id, row.words, err) < 0 ||
      opened(&out->answer, a, env, "data_request", "answer", id, row.answer, err) < 0)
    return -1;
  if (!out->value) out->value = "";
  if (!out->words) out->words = "";
  if (!out->answer) out->answer = "";
  return 1;
}

int data_request_open_answer(const char **out, struct arena *a, const struct people_env *env, int64_t id,
                             struct bytes sealed, struct error *err) {
  return opened(out, a, env, "data_request", "answer", id, sealed, err);
}

int data_record_get(struct data_record *out, struct db *db, struct arena *a, const struct people_env *env, int64_t id,
                    struct error *err) {
  struct q_reporter_one_out row;
  struct q_reporter_one_in in = {.district = env->district, .id = id};
  int found = q_reporter_one(db, a, &row, &in, err);
  if (found <= 0) return found;
  *out = (struct data_record){.id = id, .matter = row.matter, .reported = row.reported, .person = row.person,
                              .receipt = row.receipt, .at = row.at};
  return opened(&out->name, a, env, "reporter", "name", id, row.name, err) < 0 ||
                 opened(&out->phone, a, env, "reporter", "phone", id, row.phone, err) < 0 ||
                 opened(&out->mail, a, env, "reporter", "mail", id, row.mail, err) < 0
             ? -1
             : 1;
}

/* --- who answers, and who is told ------------------------------------------------------------------------------- */

/* The roles a setting names ("administrator district-centre"); a name that is none is left out. */
static role_set roles_of(const struct world *w, const char *setting, time_ms now) {
  const char *text = world_value(w, setting, day_of_ms(now, w->offset_min));
  role_set roles = 0;
  char name[64];
  for (const char *s = text ? text : ""; *s;) {
    size_t n = strcspn(s, " ");
    if (n > 0 && n < sizeof name) {
      memcpy(name, s, n);
      name[n] = '\0';
      enum role role = role_by_name(name);
      if (role != ROLE_NONE) roles |= ROLE_BIT(role);
    }
    s += n + strspn(s + n, " ");
  }
  return roles;
}

bool data_request_may_answer(const struct world *w, const struct actor *actor, time_ms now) {
  return access_has_role(actor, roles_of(w, "rights.answered-by", now) & ~ROLE_BIT(ROLE_RESIDENT));
}

static const char *filled(const struct errand *x, enum lang lang, enum word what, const char *one) {
  struct buf b;
  buf_init(&b, LINE_MAX_BYTES);
  words_format(&b, lang, what, one, NULL);
  const char *copy = arena_strdup(x->a, b.data);
  buf_free(&b);
  return copy;
}

static int tell(const struct errand *x, const char *key, enum word what, int64_t id) {
  const char *number = arena_printf(x->a, "%lld", (long long)id);
  struct message m = {.to_key = key, .kind = "data-request", .zh = filled(x, LANG_ZH, what, number),
                      .en = filled(x, LANG_EN, what, number)};
  return message_add(x->t, &m, NULL, x->err);
}

static int tell_roles(const struct errand *x, const char *setting, enum word what, int64_t id) {
  role_set roles = roles_of(x->w, setting, x->t->now);
  for (int role = 0; role < ROLE_COUNT; role++) {
    if (!(roles & ROLE_BIT(role)) || role_level((enum role)role) != ROLE_AT_DISTRICT) continue;
    if (tell(x, arena_printf(x->a, "role:%s@0", role_name((enum role)role)), what, id) < 0) return -1;
  }
  return 0;
}

/* --- asking ----------------------------------------------------------------------------------------------------- */

static int answer_due(const struct errand *x, time_ms asked, time_ms *due) {
  const char *text = world_value(x->w, "rights.answer-limit", day_of_ms(asked, x->w->offset_min));
  struct limit limit;
  if (!text) return error_fault(x->err, "data.limit", "no value of rights.answer-limit holds");
  if (limit_parse(&limit, text, x->err) < 0) return -1;
  return clock_advance(due, x->w->calendar, x->w->rules, asked, limit, x->err);
}

static int check_mail(const char *value, struct error *err) {
  const char *at = strchr(value, '@');
  bool good = at && at != value && strchr(at, '.') && !strpbrk(value, " \t<>\"") && strlen(value) <= 200;
  return good ? 0 : error_set(err, ERR_INPUT, "data.value", "value", NULL);
}

/* The value in its one form, so that what is granted is what was checked. */
static int check_value(const struct errand *x, const char *field, const char *value, const char **out) {
  struct resident_id number;
  char phone[PHONE_SIZE];
  *out = value;
  if (text_empty(value)) return error_set(x->err, ERR_INPUT, "data.value", "value", NULL);
  if (text_eq(field, "mail")) return check_mail(value, x->err);
  if (text_eq(field, "phone")) {
    if (phone_read(phone, value, "value", x->err) < 0) return -1;
    *out = arena_strdup(x->a, phone);
  } else if (text_eq(field, "id-number")) {
    if (resident_id_read(&number, value, day_of_ms(x->t->now, x->w->offset_min), "value", x->err) < 0) return -1;
    *out = arena_strdup(x->a, number.number);
  } else if (text_chars(value) > 60) {
    return error_set(x->err, ERR_INPUT, "data.value", "value", NULL);
  }
  return 0;
}

static int check_record(const struct errand *x, int64_t record) {
  struct q_reporter_one_out row;
  struct q_reporter_one_in in = {.district = x->env->district, .id = record};
  if (!record) return 0;
  int found = q_reporter_one(x->t->db, x->a, &row, &in, x->err);
  if (found < 0) return -1;
  return found && row.person == x->by->person ? 0 : error_set(x->err, ERR_INPUT, "data.record", "record", NULL);
}

static int check_ask(const struct errand *x, const struct data_ask *ask, const char **value) {
  struct q_data_request_same_out same;
  struct q_data_request_same_in in = {.district = x->env->district, .person = x->by->person, .what = ask->what,
                                      .record = ask->record, .field = ask->field};
  bool correct = text_eq(ask->what, "correct");
  *value = "";
  if (!x->by->person) return error_set(x->err, ERR_CONFLICT, "data.nobody", NULL, NULL);
  if (check_record(x, ask->record) < 0) return -1;
  bool fits = text_eq(ask->field, "name") || text_eq(ask->field, "phone") ||
              text_eq(ask->field, ask->record ? "mail" : "id-number");
  if (correct && !fits) return error_set(x->err, ERR_INPUT, "data.field", "field", NULL);
  if (correct && check_value(x, ask->field, ask->value, value) < 0) return -1;
  int found = q_data_request_same(x->t->db, x->a, &same, &in, x->err);
  if (found < 0) return -1;
  return found ? error_set(x->err, ERR_CONFLICT, "data.twice", NULL, NULL) : 0;
}

static int ask(const struct errand *x, const struct data_ask *in, int64_t *id) {
  struct data_ask asked = *in;
  const char *value;
  time_ms due;
  if (!text_eq(in->what, "correct")) asked.value = "";
  if (!text_eq(in->what, text_eq(in->field, "contents") ? "delete" : "correct")) asked.field = "";
  if (text_eq(asked.field, "contents") && !in->record) return error_set(x->err, ERR_INPUT, "data.record", "record", NULL);
  if (check_ask(x, &asked, &value) < 0 || answer_due(x, x->t->now, &due) < 0 ||
      lane_next(x->t, "data_request", id, x->err) < 0)
    return -1;
  struct q_data_request_add_in row = {.district = x->env->district, .id = *id, .person = x->by->person,
                                      .what = asked.what, .record = asked.record, .field = asked.field,
                                      .value = sealed_in(x, "data_request", "value", *id, value),
                                      .words = sealed_in(x, "data_request", "words", *id, asked.words),
                                      .asked = x->t->now, .due = due};
  const char *data = arena_printf(x->a, "{\"id\":%lld,\"what\":\"%s\",\"record\":%lld,\"field\":\"%s\"}", (long long)*id,
                                  asked.what, (long long)asked.record, asked.field);
  if (q_data_request_add(x->t->db, &row, x->err) < 0) return -1;
  if (people_journal(x->t, x->by, "person.data-request", "person", x->by->person, data, x->err) < 0) return -1;
  return tell_roles(x, "rights.answered-by", W_DATA_TELL_ASKED, *id);
}

static void begin(struct errand *x, struct lane_txn *t, struct engine *e, const struct actor *by, struct error *err) {
  *x = (struct errand){.t = t, .a = t->arena, .e = e, .env = e->env, .w = world_take(e), .by = by, .err = err};
}

int data_request_ask(struct lane_txn *t, struct engine *e, const struct actor *by, const struct data_ask *in, int64_t *id,
                     struct error *err) {
  struct errand x;
  begin(&x, t, e, by, err);
  int r = ask(&x, in, id);
  world_release(e, x.w);
  return r;
}

/* --- granting --------------------------------------------------------------------------------------------------- */

static int put_record(const struct errand *x, const struct data_record *r, struct bytes phone_hash) {
  struct q_reporter_put_in in = {.district = x->env->district, .id = r->id,
                                 .name = sealed_in(x, "reporter", "name", r->id, r->name),
                                 .phone = sealed_in(x, "reporter", "phone", r->id, r->phone),
                                 .mail = sealed_in(x, "reporter", "mail", r->id, r->mail),
                                 .phone_hash = phone_hash};
  return q_reporter_put(x->t->db, &in, x->err) < 0 ? -1 : 0;
}

static int correct_record(const struct errand *x, const struct data_request *q, const char *value) {
  struct data_record r;
  struct q_reporter_phone_hash_out hash = {0};
  struct q_reporter_phone_hash_in which = {.district = x->env->district, .id = q->record};
  char match[2 * HASH_BYTES + 1];
  if (data_record_get(&r, x->t->db, x->a, x->env, q->record, x->err) <= 0) return x->err->kind == ERR_NONE ? 0 : -1;
  if (q_reporter_phone_hash(x->t->db, x->a, &hash, &which, x->err) < 0) return -1;
  if (text_eq(q->field, "name")) r.name = value;
  else if (text_eq(q->field, "mail")) r.mail = value;
  else {
    r.phone = value;
    people_match(match, &x->env->keys, x->env->district, "phone", value);
    hash.phone_hash = (struct bytes){(const unsigned char *)match, strlen(match)};
  }
  return put_record(x, &r, hash.phone_hash);
}

/* In the steps they took themselves: with their account, with their receipt, and when they opened it without either. */
static int forget_said(const struct errand *x, const struct data_record *r, int64_t matter, int64_t account) {
  struct q_said_forget_in said = {.district = x->env->district, .matter = matter, .opened = r->at,
                                  .actor = arena_printf(x->a, "account:%lld", (long long)account),
                                  .receipt = arena_printf(x->a, "receipt:%lld", (long long)r->id)};
  return q_said_forget(x->t->db, &said, x->err) < 0 ? -1 : 0;
}

/* Letters that wait for them have their address in them: they do not go out any more. */
static int forget_letters(const struct errand *x, int64_t record) {
  struct q_outbox_forget_in in = {.district = x->env->district,
                                  .key_id = arena_printf(x->a, "reporter.mail:%lld", (long long)record)};
  return q_outbox_forget(x->t->db, &in, x->err) < 0 ? -1 : 0;
}

/* What they wrote, spoke and photographed, in the matter they opened and in the one it was merged into. */
static int erase_contents(const struct errand *x, int64_t record, int64_t account) {
  struct data_record r;
  if (data_record_get(&r, x->t->db, x->a, x->env, record, x->err) <= 0) return x->err->kind == ERR_NONE ? 0 : -1;
  struct forget f = {.matter = r.reported, .opened = r.at,
                     .account = arena_printf(x->a, "account:%lld", (long long)account),
                     .receipt = arena_printf(x->a, "receipt:%lld", (long long)r.id)};
  if (matter_forget(x->t, x->e, x->w, &f, x->err) < 0) return -1;
  f.matter = r.matter;
  return r.matter == r.reported ? 0 : matter_forget(x->t, x->e, x->w, &f, x->err);
}

/* Contact data, and what the reporter said of themselves in the steps of that report. */
static int erase_record(const struct errand *x, int64_t record, int64_t account) {
  struct data_record r;
  if (forget_letters(x, record) < 0) return -1;
  if (data_record_get(&r, x->t->db, x->a, x->env, record, x->err) <= 0) return x->err->kind == ERR_NONE ? 0 : -1;
  if (forget_said(x, &r, r.reported, account) < 0) return -1;
  if (r.matter != r.reported && forget_said(x, &r, r.matter, account) < 0) return -1;
  r.name = r.phone = r.mail = NULL;
  return put_record(x, &r, (struct bytes){0});
}

static int account_of(const struct errand *x, int64_t person, int64_t *account) {
  struct q_account_of_person_out row = {0};
  struct q_account_of_person_in in = {.district = x->env->district, .person = person};
  int found = q_account_of_person(x->t->db, x->a, &row, &in, x->err);
  *account = row.id;
  return found < 0 ? -1 : 0;
}

/* Everything of a person: every report, the household, consents, the person, and what they ever asked. */
static int erase_all(const struct errand *x, int64_t person, int64_t account) {
  struct q_reporter_of_person_out *rows;
  size_t n;
  int64_t district = x->env->district;
  struct db *db = x->t->db;
  struct q_reporter_of_person_in in = {.district = district, .person = person, .most = INT32_MAX};
  if (q_reporter_of_person(db, x->a, &rows, &n, &in, x->err) < 0) return -1;
  for (size_t i = 0; i < n; i++)
    if (erase_record(x, rows[i].id, account) < 0) return -1;
  struct q_household_member_forget_in home = {.district = district, .person = person};
  struct q_consent_withdraw_all_in consent = {.district = district, .person = person, .at = x->t->now};
  struct q_data_request_forget_in words = {.district = district, .person = person};
  if (q_household_member_forget(db, &home, x->err) < 0 || q_consent_withdraw_all(db, &consent, x->err) < 0 ||
      q_data_request_forget(db, &words, x->err) < 0)
    return -1;
  return people_person_erase(x->t, x->env, x->by, person, x->err);
}

/* The name of an office holder is published with the office: it goes with it, and is corrected by whoever appoints. */
static int refuse_staff(const struct errand *x, const struct data_request *q, const struct person_view *person) {
  struct q_person_in_office_out row = {0};
  struct q_person_in_office_in in = {.district = x->env->district, .person = q->person, .now = x->t->now};
  if (q_person_in_office(x->t->db, x->a, &row, &in, x->err) < 0) return -1;
  bool erases = text_eq(q->what, "delete"), renames = text_eq(q->field, "name");
  return (row.n && erases) || (person->staff && renames) ? error_set(x->err, ERR_CONFLICT, "data.staff", NULL, NULL) : 0;
}

static int carry_out(const struct errand *x, const struct data_request *q, const char *value) {
  struct person_view person;
  const char *checked;
  int64_t account;
  if (text_eq(q->what, "copy")) return 0;
  int found = people_person_clear(&person, x->t->db, x->a, x->env, q->person, x->err);
  if (found <= 0) return found < 0 ? -1 : error_set(x->err, ERR_MISSING, "data.missing", NULL, NULL);
  if (!q->record && refuse_staff(x, q, &person) < 0) return -1;
  if (text_eq(q->what, "correct")) {
    if (check_value(x, q->field, text_empty(value) ? q->value : value, &checked) < 0) return -1;
    if (q->record) return correct_record(x, q, checked);
    return people_person_correct(x->t, x->env, x->by, q->person, q->field, checked, x->err);
  }
  if (account_of(x, q->person, &account) < 0) return -1;
  if (text_eq(q->field, "contents") && erase_contents(x, q->record, account) < 0) return -1;
  return q->record ? erase_record(x, q->record, account) : erase_all(x, q->person, account);
}

/* --- answering -------------------------------------------------------------------------------------------------- */

static int check_answer(const struct errand *x, const struct data_request *q, bool grant, const char *reason) {
  if (!data_request_may_answer(x->w, x->by, x->t->now)) return error_set(x->err, ERR_DENIED, "access.role", NULL, NULL);
  if (q->answered) return error_set(x->err, ERR_CONFLICT, "data.answered", NULL, NULL);
  if (q->person == x->by->person) return error_set(x->err, ERR_DENIED, "data.own", NULL, NULL);
  if (!grant && text_chars(reason) < 4) return error_set(x->err, ERR_INPUT, "data.reason", "reason", NULL);
  return 0;
}

static int answer(const struct errand *x, int64_t id, bool grant, const char *value, const char *reason) {
  struct data_request q;
  int found = data_request_get(&q, x->t->db, x->a, x->env, id, x->err);
  if (found <= 0) return found < 0 ? -1 : error_set(x->err, ERR_MISSING, "data.missing", NULL, NULL);
  if (check_answer(x, &q, grant, reason) < 0 || (grant && carry_out(x, &q, value) < 0)) return -1;
  struct q_data_request_answer_in in = {.district = x->env->district, .id = id, .answered = x->t->now, .granted = grant,
                                        .answered_by = actor_key(x->a, x->by),
                                        .answer = sealed_in(x, "data_request", "answer", id, reason)};
  int rows = q_data_request_answer(x->t->db, &in, x->err);
  if (rows < 0) return -1;
  if (rows == 0) return error_set(x->err, ERR_CONFLICT, "data.answered", NULL, NULL);
  const char *data = arena_printf(x->a, "{\"id\":%lld,\"granted\":%s}", (long long)id, grant ? "true" : "false");
  if (people_journal(x->t, x->by, "person.data-answer", "person", q.person, data, x->err) < 0) return -1;
  return tell(x, arena_printf(x->a, "person:%lld", (long long)q.person),
              grant ? W_DATA_TELL_GRANTED : W_DATA_TELL_REFUSED, id);
}

int data_request_answer(struct lane_txn *t, struct engine *e, const struct actor *by, int64_t id, bool grant,
                        const char *value, const char *reason, struct error *err) {
  struct errand x;
  begin(&x, t, e, by, err);
  int r = answer(&x, id, grant, value, reason);
  world_release(e, x.w);
  return r;
}

/* --- time ------------------------------------------------------------------------------------------------------- */

static int escalate(const struct errand *x, int *told) {
  struct q_data_request_late_out *rows;
  size_t n;
  struct q_data_request_late_in in = {.district = x->env->district, .now = x->t->now, .most = LATE_AT_ONCE};
  if (q_data_request_late(x->t->db, x->a, &rows, &n, &in, x->err) < 0) return -1;
  for (size_t i = 0; i < n; i++) {
    struct q_data_request_told_late_in mark = {.district = x->env->district, .id = rows[i].id, .at = x->t->now};
    const char *data = arena_printf(x->a, "{\"id\":%lld,\"due\":%lld}", (long long)rows[i].id, (long long)rows[i].due);
    if (q_data_request_told_late(x->t->db, &mark, x->err) < 0 ||
        people_journal(x->t, x->by, "person.data-late", "person", rows[i].person, data, x->err) < 0 ||
        tell_roles(x, "rights.late-to", W_DATA_TELL_LATE, rows[i].id) < 0 ||
        tell_roles(x, "rights.answered-by", W_DATA_TELL_LATE, rows[i].id) < 0)
      return -1;
  }
  *told = (int)n;
  return 0;
}

int data_request_escalate(struct lane_txn *t, struct engine *e, int *told, struct error *err) {
  struct errand x;
  const struct actor machine = {.kind = ACTOR_MACHINE, .district = t->district};
  begin(&x, t, e, &machine, err);
  int r = escalate(&x, told);
  world_release(e, x.w);
  return r;
}

static int recompute(const struct errand *x, int *changed) {
  struct q_data_request_open_out *rows;
  size_t n;
  struct q_data_request_open_in in = {.district = x->env->district, .most = INT32_MAX};
  if (q_data_request_open(x->t->db, x->a, &rows, &n, &in, x->err) < 0) return -1;
  *changed = 0;
  for (size_t i = 0; i < n; i++) {
    struct q_data_request_due_in due = {.district = x->env->district, .id = rows[i].id};
    if (answer_due(x, rows[i].asked, &due.due) < 0) return -1;
    if (due.due == rows[i].due) continue;
    if (q_data_request_due(x->t->db, &due, x->err) < 0) return -1;
    ++*changed;
  }
  return 0;
}

int data_request_recompute(struct lane_txn *t, struct engine *e, int *changed, struct error *err) {
  struct errand x;
  const struct actor machine = {.kind = ACTOR_MACHINE, .district = t->district};
  begin(&x, t, e, &machine, err);
  int r = recompute(&x, changed);
  world_release(e, x.w);
  return r;
}
