/* What was said: every value is checked against its field before anything happens, and kept with a salted digest in the
 * journal, so that it can be erased later without breaking the chain. */
#include "matter/sealed_internal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "store/file.h"

enum { VALUE_CHARS = 4000 };

/* {1} is the field's label in both languages, {2} what it must be or what stands there. */
static int bad(struct work *k, const struct procedure_field *f, const char *code, const char *arg) {
  return error_set(k->err, ERR_INPUT, code, f->name, title_arg(k->a, &f->label), arg ? arg : "", NULL);
}

static const char *number_text(struct work *k, double n) {
  return arena_printf(k->a, "%g", n);
}

static int check_text(struct work *k, const struct procedure_field *f, const char *v) {
  size_t chars = text_chars(v), most = f->has_max ? (size_t)f->max : VALUE_CHARS;
  if (text_has_controls(v)) return bad(k, f, "matter.field.controls", NULL);
  if (f->has_min && chars < (size_t)f->min) return bad(k, f, "matter.field.short", number_text(k, f->min));
  if (chars > most) return bad(k, f, "matter.field.long", number_text(k, (double)most));
  return 0;
}

static int check_option(struct work *k, const struct procedure_field *f, const char *v) {
  for (size_t i = 0; i < f->options_count; i++)
    if (text_eq(f->options[i].name, v)) return 0;
  return bad(k, f, "matter.field.choice", v);
}

static int check_number(struct work *k, const struct procedure_field *f, const char *v) {
  double n;
  if (!text_to_real(v, &n)) return bad(k, f, "matter.field.number", v);
  if (f->has_min && n < f->min) return bad(k, f, "matter.field.small", number_text(k, f->min));
  if (f->has_max && n > f->max) return bad(k, f, "matter.field.large", number_text(k, f->max));
  return 0;
}

static int check_past_future(struct work *k, const struct procedure_field *f, bool before_now, bool after_now) {
  if (f->past && after_now) return bad(k, f, "matter.field.past", NULL);
  if (f->future && before_now) return bad(k, f, "matter.field.future", NULL);
  return 0;
}

static int check_date(struct work *k, const struct procedure_field *f, const char *v) {
  int32_t day, today = day_of_ms(k->now, k->w->offset_min);
  if (!date_parse(&day, v)) return bad(k, f, "matter.field.date", v);
  return check_past_future(k, f, day<today, day> today);
}

static int check_time(struct work *k, const struct procedure_field *f, const char *v) {
  time_ms at;
  if (!time_parse(&at, v, k->w->offset_min)) return bad(k, f, "matter.field.time", v);
  return check_past_future(k, f, at<k->now - MINUTE_MS, at> k->now + MINUTE_MS);
}

bool phone_fits(const char *v) {
  size_t digits = 0;
  for (const char *c = v; *c; c++) {
    if (*c >= '0' && *c <= '9')
      digits++;
    else if (!strchr("+-(). ", *c))
      return false;
  }
  return digits >= 5 && digits <= 15;
}

static int check_phone(struct work *k, const struct procedure_field *f, const char *v) {
  return phone_fits(v) ? 0 : bad(k, f, "matter.field.phone", NULL);
}

bool position_read(const char *v, double *lon, double *lat) {
  const char *comma = strchr(v, ',');
  char first[40];
  if (!comma || comma - v >= (long)sizeof first) return false;
  memcpy(first, v, (size_t)(comma - v));
  first[comma - v] = '\0';
  return text_to_real(first, lon) && text_to_real(comma + 1, lat) && fabs(*lon) <= 180 && fabs(*lat) <= 90;
}

static int check_id(struct work *k, const struct procedure_field *f, const char *v) {
  int64_t id;
  return text_to_int(v, &id) && id > 0 ? 0 : bad(k, f, "matter.field.id", v);
}

/* Whoever names another matter must be allowed to know of it; one they may not know of is as one that is not there. */
static int check_matter(struct work *k, const struct procedure_field *f, const char *v) {
  struct state *other;
  struct subject subject;
  int64_t id;
  if (!text_to_int(v, &id) || id <= 0) return bad(k, f, "matter.field.id", v);
  int r = k->actor->kind == ACTOR_MACHINE ? 0 : state_load(&other, k->t->db, k->w, id, k->a, k->err);
  if (r < 0) return -1;
  if (k->actor->kind == ACTOR_MACHINE) return 0;
  if (r == 1) state_subject(other, k->a, &subject);
  if (r == 1 && access_matter(k->actor, &subject, k->now) != VIEW_NONE) return 0;
  return bad(k, f, "matter.field.id", v);
}

static int check_category(struct work *k, const struct procedure_field *f, const char *v) {
  int32_t today = day_of_ms(k->now, k->w->offset_min);
  return world_category(k->w, v, today) ? 0 : bad(k, f, "matter.field.category", v);
}

static int check_rating(struct work *k, const struct procedure_field *f, const char *v) {
  int64_t n;
  return text_to_int(v, &n) && n >= 1 && n <= f->scale ? 0 : bad(k, f, "matter.field.rating", number_text(k, f->scale));
}

static int check_value(struct work *k, const struct procedure_field *f, const char *v) {
  double lon, lat;
  switch (f->type) {
    case FIELD_TEXT:
    case FIELD_PERSON: return check_text(k, f, v);
    case FIELD_CHOICE:
    case FIELD_CHOICES: return check_option(k, f, v);
    case FIELD_NUMBER: return check_number(k, f, v);
    case FIELD_YES_NO: return text_eq(v, "yes") || text_eq(v, "no") ? 0 : bad(k, f, "matter.field.yes-no", v);
    case FIELD_DATE: return check_date(k, f, v);
    case FIELD_TIME: return check_time(k, f, v);
    case FIELD_PHONE: return check_phone(k, f, v);
    case FIELD_POSITION: return position_read(v, &lon, &lat) ? 0 : bad(k, f, "matter.field.position", v);
    case FIELD_CATEGORY: return check_category(k, f, v);
    case FIELD_MATTER: return check_matter(k, f, v);
    case FIELD_RATING: return check_rating(k, f, v);
    case FIELD_PHOTO:
    case FIELD_FILE:
    case FIELD_PLACE:
    case FIELD_DEPARTMENT:
    case FIELD_DEPARTMENTS:
    case FIELD_POST:
    case FIELD_CONDITION: return check_id(k, f, v);
    case FIELD_RECORD: break;
  }
  return bad(k, f, "matter.field.record", NULL);
}

static bool takes_many(const struct procedure_field *f) {
  return f->type == FIELD_CHOICES || f->type == FIELD_PHOTO || f->type == FIELD_FILE || f->type == FIELD_DEPARTMENTS ||
         f->type == FIELD_RECORD;
}

static bool named_by(const struct procedure_action *action, const struct procedure_field *f) {
  const struct procedure_field *top = f->record ? f->record : f;
  for (size_t i = 0; i < action->needs.count; i++)
    if (action->needs.items[i] == top) return true;
  for (size_t i = 0; i < action->asks.count; i++)
    if (action->asks.items[i] == top) return true;
  return false;
}

static size_t times_said(const struct procedure_field *f, const struct said *said, size_t count) {
  size_t n = 0;
  for (size_t i = 0; i < count; i++) {
    size_t len = strlen(f->name);
    bool row = f->type == FIELD_RECORD && text_starts(said[i].field, f->name) && said[i].field[len] == '.';
    if ((row || text_eq(said[i].field, f->name)) && !text_empty(said[i].value)) n++;
  }
  return n;
}

static int row_count(const struct procedure_field *f, const struct said *said, size_t count) {
  int rows = 0;
  for (size_t i = 0; i < count; i++)
    if (text_starts(said[i].field, f->name) && said[i].field[strlen(f->name)] == '.' && said[i].number >= rows)
      rows = said[i].number + 1;
  return rows;
}

static bool row_has(const struct procedure_field *f, const struct procedure_field *part, int row,
                    const struct said *said, size_t count) {
  size_t len = strlen(f->name);
  for (size_t i = 0; i < count; i++)
    if (said[i].number == row && text_starts(said[i].field, f->name) && said[i].field[len] == '.' &&
        text_eq(said[i].field + len + 1, part->name) && !text_empty(said[i].value))
      return true;
  return false;
}

static int check_rows(struct work *k, const struct procedure_field *f, const struct said *said, size_t count) {
  int rows = row_count(f, said, count);
  if (f->has_max && rows > (int)f->max) return bad(k, f, "matter.field.many", number_text(k, f->max));
  for (int row = 0; row < rows; row++)
    for (size_t i = 0; i < f->fields_count; i++)
      if (f->fields[i].required && !row_has(f, &f->fields[i], row, said, count))
        return bad(k, &f->fields[i], "matter.field.missing", NULL);
  return 0;
}

static int check_count(struct work *k, const struct procedure_field *f, const struct said *said, size_t count,
                       bool needed) {
  size_t n = times_said(f, said, count);
  if (!n) return needed ? bad(k, f, "matter.field.missing", NULL) : 0;
  if (f->type == FIELD_RECORD) return check_rows(k, f, said, count);
  if (!takes_many(f)) return n > 1 ? bad(k, f, "matter.field.twice", NULL) : 0;
  if (f->has_min && n < (size_t)f->min) return bad(k, f, "matter.field.few", number_text(k, f->min));
  if (f->has_max && n > (size_t)f->max) return bad(k, f, "matter.field.many", number_text(k, f->max));
  return 0;
}

int say_check(struct work *k, const struct state_track *track, const struct procedure_action *action,
              const struct said *said, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const struct procedure_field *f = procedure_field_find(k->s->procedure, track->type, said[i].field);
    if (!f || !named_by(action, f))
      return error_set(k->err, ERR_INPUT, "matter.field.unknown", said[i].field, said[i].field, NULL);
    if (!text_is_utf8(said[i].value, strlen(said[i].value))) return bad(k, f, "matter.field.encoding", NULL);
    if (!text_empty(said[i].value) && check_value(k, f, said[i].value) < 0) return -1;
  }
  for (size_t i = 0; i < action->needs.count; i++)
    if (check_count(k, action->needs.items[i], said, count, true) < 0) return -1;
  for (size_t i = 0; i < action->asks.count; i++)
    if (check_count(k, action->asks.items[i], said, count, false) < 0) return -1;
  return 0;
}

/* --- keeping ---------------------------------------------------------------------------------------------------- */

static bool is_sealed(const struct procedure_field *f) {
  return f->seen == SEEN_SEALED || f->type == FIELD_PERSON || f->type == FIELD_PHONE;
}

static void add_digest(struct doing *d, const char *field, int number, const unsigned char *salt, const char *value) {
  char digest[2 * HASH_BYTES + 1];
  journal_digest(digest, salt, value);
  if (d->some_digest) buf_putc(d->digests, ',');
  d->some_digest = true;
  buf_printf(d->digests, "\"%s.%d\":\"%s\"", field, number, digest);
}

int say_keep(struct doing *d, const struct procedure_field *f, const char *field_name, int number, const char *value) {
  struct work *k = d->k;
  struct state *s = k->s;
  unsigned char salt[SALT_BYTES];
  const struct state_track *t = f->track == d->track->type ? d->track : &s->tracks[0];
  bool sealed = is_sealed(f);
  const char *kept = kept_field(k->a, s, f, field_name);
  random_fill(salt, sizeof salt);
  add_digest(d, kept, number, salt, value);
  struct q_said_add_in in = {.district = k->w->district,
                             .matter = s->id,
                             .step = d->step->id,
                             .track = t->id,
                             .field = kept,
                             .number = number};
  if (s->sealed) {
    in.sealed = said_seal(k->a, s->key, k->w->district, kept, d->step->id, number, salt, value);
    sealed = false; /* in memory it stands in clear: conditions ask for it */
  } else if (sealed) {
    in.sealed = said_seal(k->a, &k->e->env->keys, k->w->district, kept, d->step->id, number, salt, value);
  } else {
    in.value = value;
    in.salt = (struct bytes){salt, sizeof salt};
  }
  int64_t file;
  bool is_file = f->type == FIELD_PHOTO || f->type == FIELD_FILE;
  if (is_file && text_to_int(value, &file) && file_use(k->t, file, k->err) < 0) return -1;
  if (s->said_count && k->depth >= CASCADE_MAX) return error_fault(k->err, "matter.cascade", "too many effects");
  s->said[s->said_count++] = (struct state_said){.step = d->step,
                                                 .track = t,
                                                 .field = f,
                                                 .field_name = field_name,
                                                 .number = number,
                                                 .value = sealed ? NULL : value,
                                                 .sealed = sealed ? in.sealed : (struct bytes){NULL, 0}};
  return q_said_add(k->t->db, &in, k->err) < 0 ? -1 : 0;
}
