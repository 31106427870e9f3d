/* Keys, heads and names of sealed matters: see sealed.h. */
#include <jansson.h> /* before json_write.h, which has names of its own for some of its functions */

#include "matter/sealed_internal.h"

#include <math.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "people/post.h"
#include "people/settings.h"

enum { CODE_CHARS = 10, HEAD_MAX = 64 * 1024 };

/* --- names as numbers ------------------------------------------------------------------------------------------- */

static const char *numbered(struct arena *a, char kind, int index) {
  return arena_printf(a, "%c%d", kind, index);
}

/* The number behind the letter, or -1. */
static int number_of(char kind, const char *kept, size_t count) {
  int64_t n;
  return kept[0] == kind && text_to_int(kept + 1, &n) && n >= 0 && (size_t)n < count ? (int)n : -1;
}

const char *kept_procedure(const struct state *s) {
  return s->sealed ? "sealed" : s->procedure->name;
}

const char *kept_track(struct arena *a, const struct state *s, const struct procedure_track *t) {
  return s->sealed ? numbered(a, 't', t->index) : t->name;
}

const struct procedure_track *found_track(const struct state *s, const char *kept) {
  if (!s->sealed) return procedure_track_find(s->procedure, kept);
  int n = number_of('t', kept, s->procedure->tracks_count);
  return n < 0 ? NULL : &s->procedure->tracks[n];
}

const char *kept_role(struct arena *a, const struct state *s, const struct procedure_track *t, const char *role) {
  if (!s->sealed) return role;
  for (size_t i = 0; i < t->roles_count; i++)
    if (text_eq(t->roles[i].name, role)) return numbered(a, 'r', (int)i);
  return "";
}

const char *found_role(const struct state *s, const struct procedure_track *t, const char *kept) {
  if (!s->sealed) return kept;
  int n = number_of('r', kept, t->roles_count);
  return n < 0 ? "" : t->roles[n].name;
}

const char *kept_stage(struct arena *a, const struct state *s, const struct procedure_stage *stage) {
  if (!stage) return "";
  return s->sealed ? numbered(a, 's', stage->index) : stage->name;
}

const struct procedure_stage *found_stage(const struct state *s, const struct procedure_track *t, const char *kept) {
  if (!s->sealed) return procedure_stage_find(t, kept);
  int n = number_of('s', kept, t->stages_count);
  return n < 0 ? NULL : &t->stages[n];
}

/* `name` alone where the engine itself did something: "escalate", "clock.NAME". */
const char *kept_action(struct arena *a, const struct state *s, const struct procedure_action *action, const char *name) {
  if (!s->sealed) return name;
  if (action) return numbered(a, 'a', action->index);
  const struct procedure_clock *c =
      text_starts(name, "clock.") ? procedure_clock_find(s->procedure, name + strlen("clock.")) : NULL;
  return c ? arena_printf(a, "clock.%s", numbered(a, 'c', c->index)) : name;
}

const struct procedure_action *found_action(const struct state *s, const struct procedure_track *t, const char *kept) {
  if (!s->sealed) return procedure_action_find(t, kept);
  int n = number_of('a', kept, t->actions_count);
  return n < 0 ? NULL : &t->actions[n];
}

const char *found_action_name(struct arena *a, const struct state *s, const struct procedure_action *action,
                              const char *kept) {
  if (!s->sealed) return kept;
  if (action) return action->name;
  const struct procedure_clock *c = text_starts(kept, "clock.") ? found_clock(s, kept + strlen("clock.")) : NULL;
  return c ? arena_printf(a, "clock.%s", c->name) : kept;
}

const char *kept_clock(struct arena *a, const struct state *s, const struct procedure_clock *c) {
  return s->sealed ? numbered(a, 'c', c->index) : c->name;
}

const struct procedure_clock *found_clock(const struct state *s, const char *kept) {
  if (!s->sealed) return procedure_clock_find(s->procedure, kept);
  const struct procedure *p = s->procedure;
  for (size_t t = 0; t < p->tracks_count; t++)
    for (size_t i = 0; i < p->tracks[t].clocks_count; i++)
      if (number_of('c', kept, (size_t)p->tracks[t].clocks[i].index + 1) == p->tracks[t].clocks[i].index)
        return &p->tracks[t].clocks[i];
  return NULL;
}

/* A part of a record is "f5.2"; what stands beside a field ("level.row") keeps its second half. */
const char *kept_field(struct arena *a, const struct state *s, const struct procedure_field *f, const char *name) {
  const char *dot = strchr(name, '.');
  if (!s->sealed) return name;
  if (f->record) return arena_printf(a, "%s.%d", numbered(a, 'f', f->record->index), f->index);
  return dot ? arena_printf(a, "%s%s", numbered(a, 'f', f->index), dot) : numbered(a, 'f', f->index);
}

/* The field before the dot, and what stands behind it (NULL: nothing). */
static const struct procedure_field *top_field(const struct procedure_track *t, const char *kept, const char **rest) {
  char head[16];
  size_t n = strcspn(kept, ".");
  *rest = kept[n] ? kept + n + 1 : NULL;
  if (n >= sizeof head) return NULL;
  memcpy(head, kept, n);
  head[n] = '\0';
  int i = number_of('f', head, t->fields.count);
  return i < 0 ? NULL : &t->fields.items[i];
}

static const struct procedure_field *record_part(const struct procedure_field *f, const char *rest) {
  int64_t n;
  bool part = f && rest && text_to_int(rest, &n) && n >= 0 && (size_t)n < f->fields_count;
  return part ? &f->fields[n] : NULL;
}

const struct procedure_field *found_field(const struct state *s, const struct procedure_track *t, const char *kept) {
  const char *rest;
  if (!s->sealed) return procedure_field_find(s->procedure, t, kept);
  const struct procedure_field *f = top_field(t, kept, &rest);
  return rest ? record_part(f, rest) : f;
}

const char *found_field_name(struct arena *a, const struct state *s, const struct procedure_track *t, const char *kept) {
  const char *rest;
  if (!s->sealed) return kept;
  const struct procedure_field *f = top_field(t, kept, &rest), *part = record_part(f, rest);
  if (!f) return kept;
  if (!rest) return f->name;
  return arena_printf(a, "%s.%s", f->name, part ? part->name : rest);
}

/* --- ids and codes ---------------------------------------------------------------------------------------------- */

int work_next(struct work *k, const char *what, int64_t *out) {
  if (!k->s->sealed) return lane_next(k->t, what, out, k->err);
  if (lane_next(k->t, arena_printf(k->a, "sealed.%s", what), out, k->err) < 0) return -1;
  *out += SEALED_IDS;
  return 0;
}

/* --- keys ------------------------------------------------------------------------------------------------------- */

static struct seal_place place_of(int64_t district, const char *column, int64_t row) {
  return (struct seal_place){district, "sealed", column, row};
}

int sealed_new(struct work *k) {
  struct seal_keys *key = ARENA_NEW(k->a, struct seal_keys);
  char code[CODE_CHARS + 1];
  key->count = 1;
  key->seal[0].number = 1;
  random_fill(key->seal[0].key, KEY_BYTES);
  random_code(code, CODE_CHARS);
  k->s->key = key;
  k->s->code = arena_printf(k->a, "%s-%s", k->w->code, code);
  return 0;
}

static struct bytes wrap(struct work *k) {
  char hex[2 * KEY_BYTES + 1];
  struct seal_place where = place_of(k->w->district, "key", k->s->id);
  text_hex(hex, k->s->key->seal[0].key, KEY_BYTES);
  struct bytes out = people_seal(k->a, &k->e->env->keys, &where, hex);
  sodium_memzero(hex, sizeof hex);
  return out;
}

int sealed_unwrap(struct seal_keys *out, const struct seal_keys *district_keys, int64_t district, int64_t matter,
                  struct bytes wrapped, struct arena *a, struct error *err) {
  struct seal_place where = place_of(district, "key", matter);
  char *hex = NULL;
  *out = (struct seal_keys){.count = 1};
  out->seal[0].number = 1;
  if (people_unseal(a, &hex, district_keys, &where, wrapped, err) < 0) return -1;
  bool good = hex && strlen(hex) == 2 * (size_t)KEY_BYTES && text_unhex(out->seal[0].key, KEY_BYTES, hex);
  if (hex) sodium_memzero(hex, strlen(hex));
  return good ? 0 : error_fault(err, "people.sealed.broken", "sealed.key: form");
}

/* --- values ----------------------------------------------------------------------------------------------------- */

static struct seal_place said_place(struct arena *a, int64_t district, const char *field, int64_t step, int64_t number) {
  return (struct seal_place){district, "said", arena_printf(a, "%s#%lld", field, (long long)number), step};
}

/* The salt goes inside: with it, whoever has the tables could try out the few values a choice can have, or all telephone
 * numbers there are, until one has the digest in the journal. */
struct bytes said_seal(struct arena *a, const struct seal_keys *key, int64_t district, const char *kept, int64_t step,
                       int64_t number, const unsigned char *salt, const char *value) {
  char hex[2 * SALT_BYTES + 1];
  struct seal_place where = said_place(a, district, kept, step, number);
  text_hex(hex, salt, SALT_BYTES);
  return people_seal(a, key, &where, arena_printf(a, "%s%s", hex, value));
}

int said_open(struct arena *a, const struct seal_keys *key, int64_t district, const char *kept, int64_t step, int64_t number,
              struct bytes sealed, unsigned char salt[SALT_BYTES], const char **value, struct error *err) {
  struct seal_place where = said_place(a, district, kept, step, number);
  char *text = NULL;
  if (people_unseal(a, &text, key, &where, sealed, err) < 0) return -1;
  if (!text || strlen(text) < 2 * (size_t)SALT_BYTES) return error_fault(err, "people.sealed.broken", "said: form");
  *value = text + 2 * (size_t)SALT_BYTES;
  const char *hex = arena_strndup(a, text, 2 * (size_t)SALT_BYTES);
  return text_unhex(salt, SALT_BYTES, hex) ? 0 : error_fault(err, "people.sealed.broken", "said: salt");
}

/* --- the head --------------------------------------------------------------------------------------------------- */

static void put_place(struct json *j, const struct state *s) {
  const int64_t at[] = {s->at.street, s->at.community, s->at.grid, s->at.building, s->at.stairwell};
  json_key(j, "at");
  json_array(j);
  for (size_t i = 0; i < sizeof at / sizeof at[0]; i++) json_int(j, at[i]);
  json_array_end(j);
  json_put_bool(j, "to-be-placed", s->to_be_placed);
  json_put_real(j, "lon", s->lon);
  json_put_real(j, "lat", s->lat);
}

static void put_counts(struct json *j, const struct state *s) {
  json_put_int(j, "returns", s->returns);
  json_put_int(j, "reworks", s->reworks);
  json_put_int(j, "urges", s->urges);
  json_put_int(j, "reopens", s->reopens);
  json_put_int(j, "extensions", s->extensions);
  json_put_bool(j, "late", s->late);
  json_put_int(j, "closed", s->closed);
  json_put_int(j, "due", s->due);
  json_put_int(j, "warn-at", s->warn_at);
  json_put_int(j, "shown-due", s->shown_due);
  json_put_int(j, "origin", s->origin);
  json_put_int(j, "concerned", s->concerned);
}

static struct bytes head_of(struct work *k) {
  const struct state *s = k->s;
  struct seal_place where = place_of(k->w->district, "head", s->id);
  struct json j;
  struct buf b;
  buf_init(&b, HEAD_MAX);
  json_start(&j, &b);
  json_object(&j);
  json_put(&j, "procedure", s->procedure->name);
  json_put_int(&j, "version", s->procedure->version);
  json_put(&j, "summary", s->summary);
  json_put(&j, "address", s->address);
  json_put(&j, "source", s->source);
  json_put(&j, "category", s->category);
  json_put(&j, "urgency", s->urgency);
  json_put_int(&j, "condition", s->condition_no);
  put_place(&j, s);
  put_counts(&j, s);
  json_object_end(&j);
  struct bytes out = people_seal(k->a, s->key, &where, b.data);
  sodium_memzero(b.data, b.len);
  buf_free(&b);
  return out;
}

static const char *text_in(const json_t *head, const char *key, struct arena *a) {
  const char *v = json_string_value(json_object_get(head, key));
  return v ? arena_strdup(a, v) : "";
}

static int64_t int_in(const json_t *head, const char *key) {
  return json_integer_value(json_object_get(head, key));
}

static double real_in(const json_t *head, const char *key) {
  const json_t *v = json_object_get(head, key);
  return json_is_number(v) ? json_number_value(v) : (double)NAN;
}

static void take_counts(struct state *s, const json_t *head) {
  s->returns = (int)int_in(head, "returns");
  s->reworks = (int)int_in(head, "reworks");
  s->urges = (int)int_in(head, "urges");
  s->reopens = (int)int_in(head, "reopens");
  s->extensions = (int)int_in(head, "extensions");
  s->late = json_is_true(json_object_get(head, "late"));
  s->closed = int_in(head, "closed");
  s->due = int_in(head, "due");
  s->warn_at = int_in(head, "warn-at");
  s->shown_due = int_in(head, "shown-due");
  s->origin = int_in(head, "origin");
  s->concerned = int_in(head, "concerned");
}

static int take_head(struct state *s, const json_t *head, const struct world *w, struct arena *a, struct error *err) {
  const json_t *at = json_object_get(head, "at");
  const char *name = text_in(head, "procedure", a);
  s->procedure = world_procedure(w, name, (int)int_in(head, "version"));
  if (!s->procedure) return error_fault(err, "matter.version", "the procedure of a sealed matter is not loaded");
  s->summary = text_in(head, "summary", a);
  s->address = text_in(head, "address", a);
  s->source = text_in(head, "source", a);
  s->category = text_in(head, "category", a);
  s->urgency = text_in(head, "urgency", a);
  s->condition_no = (int)int_in(head, "condition");
  s->at = (struct place_chain){json_integer_value(json_array_get(at, 0)), json_integer_value(json_array_get(at, 1)),
                               json_integer_value(json_array_get(at, 2)), json_integer_value(json_array_get(at, 3)),
                               json_integer_value(json_array_get(at, 4))};
  s->to_be_placed = json_is_true(json_object_get(head, "to-be-placed"));
  s->lon = real_in(head, "lon");
  s->lat = real_in(head, "lat");
  take_counts(s, head);
  return 0;
}

static int read_head(struct state *s, const char *text, const struct world *w, struct arena *a, struct error *err) {
  json_error_t why;
  json_t *head = json_loads(text, 0, &why);
  int r = json_is_object(head) ? take_head(s, head, w, a, err)
                               : error_fault(err, "people.sealed.broken", "sealed.head: form");
  json_decref(head);
  return r;
}

static int load_grants(struct state *s, struct db *db, struct arena *a, struct error *err) {
  struct q_sealed_grants_out *rows;
  size_t n;
  struct q_sealed_grants_in in = {.district = s->district, .matter = s->id, .now = 0};
  if (q_sealed_grants(db, a, &rows, &n, &in, err) < 0) return -1;
  struct glass_grant *grants = ARENA_ARRAY(a, n + 1, struct glass_grant);
  for (size_t i = 0; i < n; i++) grants[i] = (struct glass_grant){rows[i].account, rows[i].until};
  s->grants = grants;
  s->grant_count = n;
  return 0;
}

int sealed_open(struct state *s, struct db *db, const struct world *w, struct arena *a, struct error *err) {
  struct q_sealed_get_out row;
  struct seal_keys *key = ARENA_NEW(a, struct seal_keys);
  struct seal_place where = place_of(s->district, "head", s->id);
  char *text = NULL;
  int r = q_sealed_get(db, a, &row, &(struct q_sealed_get_in){.district = s->district, .matter = s->id}, err);
  if (r <= 0 || !row.key.len) return r < 0 ? -1 : 0;
  if (sealed_unwrap(key, w->keys, s->district, s->id, row.key, a, err) < 0) return -1;
  if (people_unseal(a, &text, key, &where, row.head, err) < 0) return -1;
  s->key = key;
  if (read_head(s, text ? text : "", w, a, err) < 0 || load_grants(s, db, a, err) < 0) return -1;
  return 1;
}

/* --- rows ------------------------------------------------------------------------------------------------------- */

static int know(struct work *k, const char *kind, int64_t id) {
  if (!id) return 0;
  struct q_sealed_known_add_in in = {.district = k->w->district,
                                     .who = arena_printf(k->a, "%s:%lld", kind, (long long)id),
                                     .matter = k->s->id};
  return q_sealed_known_add(k->t->db, &in, k->err) < 0 ? -1 : 0;
}

/* Those assigned: the main track's holder for as long as the file is kept, others while their own track is open. */
static int save_known(struct work *k) {
  struct q_sealed_known_clear_in clear = {.district = k->w->district, .matter = k->s->id};
  if (q_sealed_known_clear(k->t->db, &clear, k->err) < 0) return -1;
  for (size_t i = 0; i < k->s->track_count; i++) {
    const struct state_track *t = &k->s->tracks[i];
    if (i && t->stage->final) continue;
    if (i == 0 && know(k, "person", k->s->concerned) < 0) return -1;
    if (know(k, "org", t->org) < 0 || know(k, "post", t->post) < 0 || know(k, "person", t->person) < 0) return -1;
  }
  return 0;
}

/* When the time to keep it is over; 0 while it is open. */
static int erase_at(struct work *k, time_ms *out) {
  struct limit keep;
  *out = 0;
  if (!k->s->closed || !k->s->procedure->keep.text) return 0;
  if (limit_resolve(&keep, k, &k->s->procedure->keep) < 0) return -1;
  return clock_advance(out, k->w->calendar, k->w->rules, k->s->closed, keep, k->err);
}

/* The person behind the account name that was said last, where the procedure lets them read their own file. */
static int find_concerned(struct work *k) {
  const struct procedure_field *f = k->s->procedure->secrecy->concerned;
  const char *login = f ? state_value(k->s, &k->s->tracks[0], f) : NULL;
  struct q_account_by_login_out row = {0};
  k->s->concerned = 0;
  if (text_empty(login)) return 0;
  struct q_account_by_login_in in = {.district = k->w->district, .login = login};
  if (q_account_by_login(k->t->db, k->a, &row, &in, k->err) < 0) return -1;
  k->s->concerned = row.person;
  return 0;
}

static int save_head(struct work *k) {
  if (find_concerned(k) < 0) return -1;
  struct q_sealed_put_in in = {.district = k->w->district, .matter = k->s->id, .head = head_of(k)};
  if (erase_at(k, &in.erase_at) < 0 || save_known(k) < 0) return -1;
  return q_sealed_put(k->t->db, &in, k->err) < 0 ? -1 : 0;
}

int sealed_insert(struct work *k) {
  const struct state *s = k->s;
  if (find_concerned(k) < 0) return -1;
  struct q_sealed_add_in key = {.district = k->w->district, .matter = s->id, .key = wrap(k), .head = head_of(k)};
  struct q_matter_add_in in = {.district = k->w->district,
                               .id = s->id,
                               .code = s->code,
                               .procedure = kept_procedure(s),
                               .main = s->tracks[0].id,
                               .stage = kept_stage(k->a, s, s->tracks[0].stage),
                               .outcome = s->tracks[0].stage->final,
                               .summary = "",
                               .source = "",
                               .category = "",
                               .urgency = "",
                               .lon = NAN,
                               .lat = NAN,
                               .address = "",
                               .opened = s->opened,
                               .updated = s->updated,
                               .confidential = true,
                               .sealed = true,
                               .last_step = s->last_step};
  if (q_matter_add(k->t->db, &in, k->err) < 0 || q_sealed_add(k->t->db, &key, k->err) < 0) return -1;
  return save_head(k);
}

int sealed_update(struct work *k) {
  const struct state *s = k->s;
  struct q_matter_put_in in = {.district = k->w->district,
                               .id = s->id,
                               .stage = kept_stage(k->a, s, s->tracks[0].stage),
                               .outcome = s->tracks[0].stage->final,
                               .summary = "",
                               .category = "",
                               .urgency = "",
                               .lon = NAN,
                               .lat = NAN,
                               .address = "",
                               .updated = s->updated,
                               .confidential = true,
                               .sealed = true,
                               .last_step = s->last_step};
  int n = q_matter_put(k->t->db, &in, k->err);
  if (n == 0) return error_fault(k->err, "matter.version", "a sealed matter vanished");
  return n < 0 ? -1 : save_head(k);
}

/* --- who is meant ----------------------------------------------------------------------------------------------- */

int sealed_role_keys(struct work *k, enum role role, int (*each)(void *ctx, const char *key), void *ctx) {
  const struct procedure_secrecy *secrecy = k->s->procedure->secrecy;
  for (size_t i = 0; i < k->s->track_count; i++) {
    const struct state_track *t = &k->s->tracks[i];
    struct post_row post;
    if (!t->post || (i && t->stage->final)) continue;
    int r = people_post_get(&post, k->t->db, k->a, k->w->district, t->post, k->err);
    if (r < 0) return -1;
    if (r == 1 && post.post.role == role && each(ctx, arena_printf(k->a, "post:%lld", (long long)t->post)) < 0) return -1;
  }
  if (role != secrecy->supervisor && !(secrecy->glass & ROLE_BIT(role))) return 0;
  const char *key = who_role_key(k, role, &k->s->tracks[0]);
  return key ? each(ctx, key) : 0;
}
