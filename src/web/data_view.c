#include "web/data_view.h"

#include "web/api.h"
#include "web/app.h"

const char *data_field_title(enum lang lang, const char *field) {
  if (text_eq(field, "name")) return word(lang, W_RESIDENT_NAME);
  if (text_eq(field, "phone")) return word(lang, W_RESIDENT_PHONE);
  if (text_eq(field, "id-number")) return word(lang, W_RESIDENT_ID_NUMBER);
  if (text_eq(field, "mail")) return word(lang, W_DATA_MAIL);
  if (text_eq(field, "contents")) return word(lang, W_DATA_CONTENTS);
  return "—";
}

int data_about(const char **out, struct db *db, struct arena *a, int64_t district, enum lang lang, int64_t record,
               const char *field, struct error *err) {
  const char *of = word(lang, W_DATA_RECORD_SELF);
  if (record) {
    struct q_reporter_one_out row = {0};
    struct q_reporter_one_in in = {.district = district, .id = record};
    struct q_matter_code_out matter = {.code = ""};
    if (q_reporter_one(db, a, &row, &in, err) < 0) return -1;
    struct q_matter_code_in which = {.district = district, .id = row.reported};
    if (q_matter_code(db, a, &matter, &which, err) < 0) return -1;
    of = matter.code;
  }
  *out = *field ? arena_printf(a, "%s · %s", of, data_field_title(lang, field)) : of;
  return 0;
}

const char *data_limit_words(struct arena *a, const struct world *w, enum lang lang, time_ms now) {
  const char *text = world_value(w, "rights.answer-limit", day_of_ms(now, w->offset_min));
  struct error ignored = {0};
  struct limit limit;
  struct buf b;
  if (!text || limit_parse(&limit, text, &ignored) < 0) return "—";
  buf_init(&b, 400);
  limit_words(&b, lang, limit);
  const char *copy = arena_strdup(a, b.data);
  buf_free(&b);
  return copy;
}

static void put_when(struct json *j, const char *key, time_ms at, int offset_min) {
  if (at) {
    json_put_time(j, key, at, offset_min);
  } else {
    json_key(j, key);
    json_null(j);
  }
}

void data_put(struct json *j, struct request *r, const struct data_request *q, bool whole) {
  int offset = app_of(r)->offset_min;
  json_put_int(j, "id", q->id);
  json_put(j, "what", q->what);
  json_put_int(j, "record", q->record);
  json_put(j, "field", q->field);
  json_put(j, "value", whole ? q->value : "");
  json_put(j, "words", whole ? q->words : "");
  json_put_time(j, "asked", q->asked, offset);
  json_put_time(j, "due", q->due, offset);
  json_put_bool(j, "late", !q->answered && q->due < r->now);
  put_when(j, "answered", q->answered, offset);
  json_put_bool(j, "granted", q->granted);
  json_put(j, "answer", whole ? q->answer : "");
}

int data_reply_items(struct request *r, struct db *db, const int64_t *ids, size_t count, bool whole, struct error *err) {
  struct data_request q;
  struct json j;
  api_reply(r, &j, 200);
  json_key(&j, "items");
  json_array(&j);
  for (size_t i = 0; i < count; i++) {
    if (data_request_get(&q, db, r->arena, app_of(r)->people, ids[i], err) < 0) return -1;
    json_object(&j);
    data_put(&j, r, &q, whole);
    json_object_end(&j);
  }
  json_array_end(&j);
  json_object_end(&j);
  return 0;
}
