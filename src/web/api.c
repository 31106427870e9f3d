#include <jansson.h>

#include "web/api.h"

#include "matter/sealed.h"

#include <string.h>

#include "matter/state.h"

enum { SAID_MOST = 400 };

/* --- the world -------------------------------------------------------------------------------------------------- */

struct held_world {
  struct engine *engine;
  const struct world *world;
};

static void let_go(void *ctx) {
  struct held_world *h = ctx;
  world_release(h->engine, h->world);
}

const struct world *api_world(struct request *r) {
  struct held_world *h = ARENA_NEW(r->arena, struct held_world);
  *h = (struct held_world){app_of(r)->engine, world_take(app_of(r)->engine)};
  arena_on_free(r->arena, let_go, h);
  return h->world;
}

/* --- replies ---------------------------------------------------------------------------------------------------- */

void api_reply(struct request *r, struct json *j, int status) {
  r->http->reply.no_store = true;
  json_start(j, reply_json(r, status));
  json_object(j);
}

void api_put_named(struct json *j, struct request *r, const char *key, const char *name,
                   const struct bilingual *title) {
  json_key(j, key);
  if (!name) {
    json_null(j);
    return;
  }
  json_object(j);
  json_put(j, "name", name);
  json_put(j, "title", bilingual_pick(title, r->lang == LANG_ZH));
  json_object_end(j);
}

const char *api_cursor(struct arena *a, time_ms at, int64_t id) {
  return arena_printf(a, "%llx.%llx", (unsigned long long)at, (unsigned long long)id);
}

static bool read_hex(int64_t *out, const char *s, size_t n) {
  uint64_t value = 0;
  if (!n || n > 15) return false;
  for (size_t i = 0; i < n; i++) {
    const char *digits = "0123456789abcdef", *at = strchr(digits, s[i]);
    if (!at) return false;
    value = value * 16 + (uint64_t)(at - digits);
  }
  *out = (int64_t)value;
  return true;
}

int api_cursor_read(time_ms *at, int64_t *id, const char *text, struct error *err) {
  const char *dot = strchr(text, '.');
  if (!*text) return 0;
  if (dot && read_hex(at, text, (size_t)(dot - text)) && read_hex(id, dot + 1, strlen(dot + 1))) return 0;
  return error_set(err, ERR_INPUT, "api.cursor", "cursor", NULL);
}

void api_put_next(struct json *j, const char *cursor) {
  json_put_bool(j, "has_more", cursor != NULL);
  json_put(j, "next", cursor);
}

const struct scope *api_scope(const struct request *r, struct scope *room) {
  access_scope(&r->actor, room);
  return room->count ? room : NULL;
}

/* --- what was said ---------------------------------------------------------------------------------------------- */

struct teller {
  struct request *r;
  struct error *err;
  struct said *said;
  size_t count;
};

static int wrong_shape(const struct teller *t, const char *field) {
  return error_set(t->err, ERR_INPUT, "api.said.shape", field, field, NULL);
}

/* A point may be an object; everything else is one text, number or yes/no. */
static const char *value_text(struct teller *t, const json_t *v) {
  struct arena *a = t->r->arena;
  const json_t *lon = json_object_get(v, "lon"), *lat = json_object_get(v, "lat");
  if (json_is_string(v)) return arena_strdup(a, json_string_value(v));
  if (json_is_integer(v)) return arena_printf(a, "%lld", (long long)json_integer_value(v));
  if (json_is_real(v)) return arena_printf(a, "%.10g", json_real_value(v));
  if (json_is_boolean(v)) return json_is_true(v) ? "yes" : "no";
  if (json_is_number(lon) && json_is_number(lat) && json_object_size(v) == 2)
    return arena_printf(a, "%.7f,%.7f", json_number_value(lon), json_number_value(lat));
  return NULL;
}

static int tell(struct teller *t, const char *field, int number, const json_t *v) {
  const char *text = value_text(t, v);
  if (json_is_null(v)) return 0;
  if (!text) return wrong_shape(t, field);
  if (text_has_controls(text)) return error_set(t->err, ERR_INPUT, "web.param.controls", field, field, NULL);
  if (t->count == SAID_MOST) return error_set(t->err, ERR_INPUT, "api.said.many", field, NULL);
  t->said[t->count++] = (struct said){arena_strdup(t->r->arena, field), number, text};
  return 0;
}

/* One row of a record: its members are fields "record.member". */
static int tell_row(struct teller *t, const char *field, int number, json_t *row) {
  const char *member;
  json_t *v;
  json_object_foreach(row, member, v) {
    if (tell(t, arena_printf(t->r->arena, "%s.%s", field, member), number, v) < 0) return -1;
  }
  return 0;
}

static int tell_field(struct teller *t, const char *field, json_t *v) {
  if (!json_is_array(v)) return tell(t, field, 0, v);
  for (size_t i = 0; i < json_array_size(v); i++) {
    json_t *one = json_array_get(v, i);
    bool row = json_is_object(one) && !json_object_get(one, "lon");
    if ((row ? tell_row(t, field, (int)i, one) : tell(t, field, (int)i, one)) < 0) return -1;
  }
  return 0;
}

static void drop(void *json) {
  json_decref(json);
}

/* The parameter was checked as JSON when the body was read; it is an object or nothing. */
static json_t *object_of(struct request *r, int p, const char *name, struct error *err) {
  const char *text = req_text(r, p);
  json_t *j = *text ? json_loads(text, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL) : NULL;
  if (j) arena_on_free(r->arena, drop, j);
  if (!json_is_object(j)) {
    error_set(err, ERR_INPUT, "api.said.shape", name, name, NULL);
    return NULL;
  }
  return j;
}

int api_said(struct said **out, size_t *count, struct request *r, int p, struct error *err) {
  struct teller t = {.r = r, .err = err};
  const char *field;
  json_t *v;
  *out = NULL;
  *count = 0;
  if (!req_has(r, p)) return 0;
  json_t *j = object_of(r, p, "said", err);
  if (!j) return -1;
  t.said = ARENA_ARRAY(r->arena, SAID_MOST, struct said);
  json_object_foreach(j, field, v) {
    if (tell_field(&t, field, v) < 0) return -1;
  }
  *out = t.said;
  *count = t.count;
  return 0;
}

/* --- who reports ------------------------------------------------------------------------------------------------ */

enum { NAME_MOST = 40, PHONE_MOST = 30, MAIL_MOST = 120 };

static int text_member(const char **out, struct request *r, const json_t *v, const char *name, size_t most,
                       struct error *err) {
  if (json_is_null(v)) return 0;
  if (!json_is_string(v)) return error_set(err, ERR_INPUT, "api.reporter", name, name, NULL);
  *out = text_trim(r->arena, json_string_value(v));
  if (text_has_controls(*out) || strchr(*out, '\n'))
    return error_set(err, ERR_INPUT, "web.param.controls", name, name, NULL);
  if (text_chars(*out) > most)
    return error_set(err, ERR_INPUT, "web.param.long", name, name, arena_printf(r->arena, "%zu", most), NULL);
  return 0;
}

static int reporter_member(struct reporter_in *to, struct request *r, const char *name, const json_t *v,
                           struct error *err) {
  if (text_eq(name, "name")) return text_member(&to->name, r, v, name, NAME_MOST, err);
  if (text_eq(name, "phone")) return text_member(&to->phone, r, v, name, PHONE_MOST, err);
  if (text_eq(name, "mail")) return text_member(&to->mail, r, v, name, MAIL_MOST, err);
  if (!text_eq(name, "confidential") || !json_is_boolean(v))
    return error_set(err, ERR_INPUT, "api.reporter", name, name, NULL);
  to->confidential = json_is_true(v);
  return 0;
}

int api_reporter(struct reporter_in **out, struct request *r, int p, bool must, struct error *err) {
  const char *name;
  json_t *v;
  *out = NULL;
  if (!req_has(r, p) && !must) return 0;
  struct reporter_in *to = ARENA_NEW(r->arena, struct reporter_in);
  *to = (struct reporter_in){.name = "", .phone = "", .mail = "", .lang = r->lang};
  if (req_has(r, p)) {
    json_t *j = object_of(r, p, "reporter", err);
    if (!j) return -1;
    json_object_foreach(j, name, v) {
      if (reporter_member(to, r, name, v, err) < 0) return -1;
    }
  }
  *out = to;
  return 0;
}

/* --- one matter ------------------------------------------------------------------------------------------------- */

int api_matter(struct state **out, struct request *r, struct db *db, const char *code, struct error *err) {
  int64_t id = 0;
  struct subject subject;
  if (sealed_find_code(db, &r->actor, app_of(r)->district, code, r->now, &id, r->arena, err) < 0) return -1;
  int found = id ? state_load(out, db, api_world(r), id, r->arena, err) : 0;
  if (found < 0) return -1;
  if (found) state_subject(*out, r->arena, &subject);
  if (!found || access_matter(&r->actor, &subject, r->now) == VIEW_NONE)
    return error_set(err, ERR_MISSING, "matter.unknown", NULL, NULL);
  return 0;
}

int api_receipt(struct state **out, struct request *r, struct db *db, const char *receipt, struct error *err) {
  int64_t matter = 0, reporter = 0;
  if (state_find_receipt(db, app_of(r)->district, receipt, &matter, &reporter, r->arena, err) < 0) return -1;
  int found = matter ? state_load(out, db, api_world(r), matter, r->arena, err) : 0;
  if (found < 0) return -1;
  if (!found) return error_set(err, ERR_MISSING, "api.receipt", "receipt", NULL);
  r->actor = state_receipt_actor(*out, reporter);
  return 0;
}

/* --- files ------------------------------------------------------------------------------------------------------ */

enum { SEAL_SHOWN = 16 };

const char *api_file_token(struct request *r, int64_t id) {
  unsigned char seal[HASH_BYTES];
  char hex[2 * SEAL_SHOWN + 1];
  const char *what = arena_printf(r->arena, "upload:%lld", (long long)id);
  hash_keyed(seal, app_of(r)->seal.match, what, strlen(what));
  text_hex(hex, seal, SEAL_SHOWN);
  return arena_printf(r->arena, "%lld-%s", (long long)id, hex);
}

static int file_id(struct said *s, struct request *r, struct error *err) {
  size_t digits = strcspn(s->value, "-");
  const char *number = arena_strndup(r->arena, s->value, digits);
  int64_t id;
  if (!text_to_int(number, &id) || !text_eq(s->value, api_file_token(r, id)))
    return error_set(err, ERR_INPUT, "api.file", s->field, s->field, NULL);
  s->value = number;
  return 0;
}

int api_said_files(struct said *said, size_t count, struct request *r, const struct procedure *p,
                   const struct procedure_track *track, struct error *err) {
  for (size_t i = 0; i < count; i++) {
    const struct procedure_field *f = procedure_field_find(p, track, said[i].field);
    bool file = f && (f->type == FIELD_PHOTO || f->type == FIELD_FILE);
    if (file && file_id(&said[i], r, err) < 0) return -1;
  }
  return 0;
}
