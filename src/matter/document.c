/* Issuing papers and reading them again. */
#include "matter/document.h"

#include <sodium.h>
#include <string.h>

#include "base/json_write.h"
#include "matter/inspection.h"
#include "matter/sealed_internal.h"
#include "people/org.h"
#include "people/seal.h"
#include "place/place.h"

enum { CODE_CHARS = 20, TEXT_MAX = 64 * 1024 };

/* One paper being filled in. */
struct filling {
  struct doing *d;
  const struct document_template *t;
  const struct procedure_document *doc;
  int64_t issuer;       /* place or organisation */
  const char *body;     /* its name */
  const char *number;   /* once it has one */
  int64_t seq;
  int year;
  const char *date;
  bool failed; /* something could not be read: the error says what */
};

/* --- whose paper ------------------------------------------------------------------------------------------------ */

static int place_issuer(struct filling *f, int64_t place) {
  struct work *k = f->d->k;
  struct place_row row;
  if (place_get(&row, k->t->db, k->a, k->w->district, place, k->err) < 0) return -1;
  f->issuer = place;
  f->body = row.name;
  return 0;
}

static int holder_issuer(struct filling *f) {
  struct work *k = f->d->k;
  struct q_organisation_by_id_out row = {0};
  int64_t org = f->d->track->org ? f->d->track->org : f->d->post ? f->d->post->org : 0;
  struct q_organisation_by_id_in in = {.district = k->w->district, .id = org};
  int found = org ? q_organisation_by_id(k->t->db, k->a, &row, &in, k->err) : 0;
  if (found < 0) return -1;
  if (!found) return place_issuer(f, k->s->at.community ? k->s->at.community : k->s->at.street);
  f->issuer = -org; /* apart from places */
  f->body = row.name_zh;
  return 0;
}

static int find_issuer(struct filling *f) {
  struct work *k = f->d->k;
  const struct place_chain *at = &k->s->at;
  int64_t place = f->t->series == SERIES_COMMUNITY ? at->community : f->t->series == SERIES_STREET ? at->street : 0;
  if (f->t->series == SERIES_HOLDER) return holder_issuer(f);
  if (place) return place_issuer(f, place);
  f->body = k->w->name_zh; /* the district's own, also for what has no place there */
  return 0;
}

/* "金谷里" of "金谷里社区": without the endings the template names. */
static const char *short_name(const struct filling *f) {
  size_t len = strlen(f->body);
  for (size_t i = 0; f->t->without && i < f->t->without->count; i++) {
    const char *end = f->t->without->items[i]->text;
    size_t n = strlen(end);
    if (n && len > n && memcmp(f->body + len - n, end, n) == 0) return arena_strndup(f->d->k->a, f->body, len - n);
  }
  return f->body;
}

/* --- the number ------------------------------------------------------------------------------------------------- */

/* One writer per district: what is the highest now is the highest still when the row is written. */
static int next_number(struct filling *f, const char **series) {
  struct work *k = f->d->k;
  struct q_document_last_out last = {0};
  char hash[2 * HASH_BYTES + 1];
  struct civil c;
  civil_from_ms(&c, k->now, k->w->offset_min);
  f->year = c.year;
  f->date = arena_printf(k->a, "%d年%d月%d日", c.year, c.month, c.day);
  people_match(hash, &k->e->env->keys, k->w->district, "document-series",
               arena_printf(k->a, "%s/%lld/%d", f->t->name, (long long)f->issuer, f->year));
  *series = arena_strdup(k->a, hash);
  struct q_document_last_in in = {.district = k->w->district, .series = *series};
  if (q_document_last(k->t->db, k->a, &last, &in, k->err) < 0) return -1;
  f->seq = last.seq + 1;
  return 0;
}

/* --- what stands in a blank ------------------------------------------------------------------------------------- */

static const char *clear_value(struct work *k, const struct state_said *said) {
  const char *clear;
  struct error ignored = {0};
  return state_said_clear(&clear, k->a, &k->e->env->keys, k->s, said, &ignored) < 0 ? NULL : clear;
}

static const char *org_words(struct work *k, const char *value) {
  struct q_organisation_by_id_out row;
  struct error ignored = {0};
  struct q_organisation_by_id_in in = {.district = k->w->district};
  if (!text_to_int(value, &in.id) || q_organisation_by_id(k->t->db, k->a, &row, &in, &ignored) != 1) return value;
  return row.name_zh;
}

static const char *place_words(struct work *k, const char *value) {
  struct place_row *chain;
  struct error ignored = {0};
  int64_t id;
  size_t n;
  if (!text_to_int(value, &id) || place_chain(&chain, &n, k->t->db, k->a, k->w->district, id, &ignored) < 0) return value;
  return place_label(k->a, chain, n);
}

static const char *date_words(struct work *k, const char *value) {
  int32_t day;
  struct civil c;
  if (!date_parse(&day, value)) return value;
  civil_from_day(&c, day);
  return arena_printf(k->a, "%d年%d月%d日", c.year, c.month, c.day);
}

static const char *time_words(struct work *k, const char *value) {
  struct civil c;
  time_ms at;
  if (!time_parse(&at, value, k->w->offset_min)) return value;
  civil_from_ms(&c, at, k->w->offset_min);
  return arena_printf(k->a, "%d年%d月%d日%d时%02d分", c.year, c.month, c.day, c.hour, c.minute);
}

/* As it is written on paper, which is in Chinese. */
static const char *value_words(struct work *k, const struct procedure_field *f, const char *value) {
  const struct catalogue_code *code;
  if (f->type == FIELD_YES_NO) return text_eq(value, "yes") ? "是" : "否";
  if (f->type == FIELD_DATE) return date_words(k, value);
  if (f->type == FIELD_TIME) return time_words(k, value);
  if (f->type == FIELD_PLACE) return place_words(k, value);
  if (f->type == FIELD_DEPARTMENT || f->type == FIELD_DEPARTMENTS) return org_words(k, value);
  if (f->type == FIELD_CATEGORY) {
    code = catalogue_find_key(k->w->catalogue, value, day_of_ms(k->now, k->w->offset_min));
    return code ? code->title.zh : value;
  }
  for (size_t i = 0; i < f->options_count; i++)
    if (text_eq(f->options[i].name, value)) return f->options[i].title.zh;
  return value;
}

/* The rows of a record that were said last, one a line: "一楼住户清理：当日，方式：自行". */
static void put_rows(struct filling *f, struct buf *b, const struct procedure_field *record) {
  struct work *k = f->d->k;
  const struct state_step *step = NULL;
  int row = -1;
  for (size_t i = 0; i < k->s->said_count; i++)
    if (k->s->said[i].field && k->s->said[i].field->record == record) step = k->s->said[i].step;
  for (size_t i = 0; step && i < k->s->said_count; i++) {
    const struct state_said *said = &k->s->said[i];
    if (said->step != step || !said->field || said->field->record != record) continue;
    const char *value = clear_value(k, said);
    if (text_empty(value)) continue;
    bool next = said->number != row;
    row = said->number;
    if (next) buf_printf(b, "%s%d．", b->len ? "\n" : "", row + 1);
    buf_printf(b, "%s%s：%s", next ? "" : "；", said->field->label.zh, value_words(k, said->field, value));
  }
}

/* A paper that a side track issues speaks of that track alone, not of others of its kind. */
static bool speaks_of(const struct filling *f, const struct state_track *track, const struct procedure_blank *blank) {
  bool own = f->d->track->type == track->type && track->type->index > 0;
  return track->type == blank->field->track && (!own || track == f->d->track) &&
         (!blank->role || text_eq(track->role, blank->role));
}

/* What does not hold on each track of the type: "某某医院：1．设有尿布台（A2）：没有安全扣；2．…", a line for each. */
static int put_findings(struct filling *f, struct buf *b, const struct procedure_blank *blank) {
  struct work *k = f->d->k;
  for (size_t t = 0; t < k->s->track_count; t++) {
    const struct state_track *track = &k->s->tracks[t];
    struct finding *found;
    size_t n, open = 0;
    if (!speaks_of(f, track, blank) || !track->type->inspection) continue;
    if (inspection_findings(&found, &n, k->t->db, k->a, k->w, k->s, track, k->err) < 0) return -1;
    for (size_t i = 0; i < n; i++) {
      if (found[i].cleared || !found[i].clause) continue;
      const char *name = open ? NULL : state_value(k->s, track, track->type->inspection->of);
      if (!open) buf_printf(b, "%s%s：", b->len ? "\n" : "", name ? name : "");
      buf_printf(b, "%s%zu．%s（%s）", open ? "；" : "", open + 1, found[i].clause->text.zh, found[i].clause->code);
      if (*found[i].note) buf_printf(b, "：%s", found[i].note);
      open++;
    }
    if (open) buf_puts(b, "。");
  }
  return 0;
}

/* A level is called by its name: 四星. */
static const char *level_words(struct filling *f, const struct procedure_field *field, const char *value) {
  const struct procedure_inspection *in = field->track->inspection;
  int64_t level;
  if (!in || in->level != field || !text_to_int(value, &level)) return value;
  const struct checklist *list = world_checklist(f->d->k->w, in->answers->checklist, 0);
  const char *title = list ? checklist_level_title(list, (int)level).zh : NULL;
  return title ? title : value;
}

/* All present values: of every track of the field's type (in the role), those said last, one after the other. */
static void put_blank(struct filling *f, struct buf *b, const struct procedure_blank *blank) {
  struct work *k = f->d->k;
  size_t begin = b->len;
  if (blank->field->checklist) {
    if (put_findings(f, b, blank) < 0) f->failed = true;
  } else if (blank->field->type == FIELD_RECORD) {
    put_rows(f, b, blank->field);
  }
  for (size_t t = 0; t < k->s->track_count; t++) {
    const struct state_track *track = &k->s->tracks[t];
    if (!speaks_of(f, track, blank)) continue;
    if (track->stage->outcome == OUTCOME_VOID && t > 0) continue;
    const struct state_step *step = state_said_in(k->s, track, blank->field);
    for (size_t i = 0; step && i < k->s->said_count; i++) {
      const struct state_said *said = &k->s->said[i];
      if (said->step != step || said->track != track || said->field != blank->field) continue;
      const char *value = clear_value(k, said);
      if (text_empty(value)) continue;
      const char *words = level_words(f, blank->field, value_words(k, blank->field, value));
      buf_printf(b, "%s%s", b->len > begin ? "、" : "", words);
    }
  }
  if (b->len == begin) buf_puts(b, "＿＿＿＿"); /* to be written by hand */
}

static void put_given(struct filling *f, struct buf *b, const char *name) {
  for (size_t i = 0; i < f->doc->blanks_count; i++)
    if (text_eq(f->doc->blanks[i].name, name)) {
      put_blank(f, b, &f->doc->blanks[i]);
      return;
    }
  if (text_eq(name, "number")) buf_puts(b, f->number);
  else if (text_eq(name, "year")) buf_printf(b, "%d", f->year);
  else if (text_eq(name, "seq")) buf_printf(b, "%lld", (long long)f->seq);
  else if (text_eq(name, "short")) buf_puts(b, short_name(f));
  else if (text_eq(name, "body")) buf_puts(b, f->body);
  else if (text_eq(name, "date")) buf_puts(b, f->date);
  else if (text_eq(name, "case")) buf_puts(b, f->d->k->s->code);
  else buf_puts(b, "＿＿＿＿");
}

static const char *filled(struct filling *f, const char *pattern) {
  struct buf b;
  buf_init(&b, TEXT_MAX);
  for (const char *s = pattern; *s;) {
    size_t len = *s == '{' ? strcspn(s + 1, "}") : 0;
    if (*s == '{' && s[len + 1] == '}') {
      put_given(f, &b, arena_strndup(f->d->k->a, s + 1, len));
      s += len + 2;
    } else {
      buf_putc(&b, *s++);
    }
  }
  const char *out = arena_strdup(f->d->k->a, b.data ? b.data : "");
  buf_free(&b);
  return out;
}

/* --- the paper -------------------------------------------------------------------------------------------------- */

static void write_part(struct filling *f, struct json *j, const struct yaml *it) {
  json_array(j);
  json_string(j, it->key);
  if (it->kind == YAML_SCALAR) json_string(j, filled(f, it->text));
  for (size_t i = 0; it->kind == YAML_LIST && i < it->count; i++) json_string(j, filled(f, it->items[i]->text));
  json_array_end(j);
}

/* What is frozen: everything on the paper but the code and the QR. */
static int write_content(struct filling *f, const char **out) {
  struct work *k = f->d->k;
  struct buf b;
  struct json j;
  buf_init(&b, DOCUMENT_CONTENT_MAX);
  json_start(&j, &b);
  json_object(&j);
  json_put(&j, "template", f->t->name);
  json_put_int(&j, "version", f->t->version);
  json_put(&j, "layout", f->t->layout);
  json_put(&j, "title", f->t->title.zh);
  json_put(&j, "number", f->number);
  json_put(&j, "organ", filled(f, f->t->organ));
  json_put(&j, "mark", filled(f, f->t->mark));
  json_put(&j, "addressee", filled(f, f->t->addressee));
  json_put(&j, "copies-to", filled(f, f->t->copies_to));
  json_put_int(&j, "copies", f->t->copies);
  json_put(&j, "date", f->date);
  json_key(&j, "parts");
  json_array(&j);
  for (size_t i = 0; i < f->t->parts->count; i++) write_part(f, &j, f->t->parts->items[i]->items[0]);
  json_array_end(&j);
  json_object_end(&j);
  bool full = b.full;
  *out = arena_strdup(k->a, b.data ? b.data : "");
  buf_free(&b);
  if (f->failed) return -1;
  return full ? error_set(k->err, ERR_TOO_LARGE, "document.large", NULL, f->doc->name, NULL) : 0;
}

/* Salt and content in one, under the matter's own key where it has one. */
static struct bytes seal_content(struct filling *f, int64_t id, const unsigned char *salt, const char *content) {
  struct work *k = f->d->k;
  char hex[2 * SALT_BYTES + 1];
  struct seal_place where = {k->w->district, "document", "content", id};
  text_hex(hex, salt, SALT_BYTES);
  return people_seal(k->a, k->s->key ? k->s->key : &k->e->env->keys, &where, arena_printf(k->a, "%s%s", hex, content));
}

/* No letters that look alike; 20 of 32 are a hundred bits. */
static const char *new_code(struct arena *a) {
  static const char letters[] = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
  char code[CODE_CHARS + 1] = {0};
  for (int i = 0; i < CODE_CHARS; i++) code[i] = letters[randombytes_uniform(32)];
  return arena_strdup(a, code);
}

/* Findings that stand on the paper are taken up by it: the letter knows what it is about, and they know their letter. */
static int take_findings(struct filling *f, int64_t paper) {
  struct work *k = f->d->k;
  for (size_t i = 0; i < f->doc->blanks_count; i++) {
    const struct procedure_field *field = f->doc->blanks[i].field;
    for (size_t t = 0; field->checklist && t < k->s->track_count; t++) {
      struct q_finding_take_in in = {.district = k->w->district, .track = k->s->tracks[t].id, .paper = paper};
      if (k->s->tracks[t].type == field->track && q_finding_take(k->t->db, &in, k->err) < 0) return -1;
    }
  }
  return 0;
}

static int keep(struct filling *f, const char *series, const char *content) {
  struct work *k = f->d->k;
  unsigned char salt[SALT_BYTES];
  char digest[2 * HASH_BYTES + 1];
  struct q_document_add_in in = {.district = k->w->district, .matter = k->s->id, .track = f->d->track->id,
                                 .step = f->d->step->id, .series = series, .seq = f->seq, .at = k->now};
  randombytes_buf(salt, sizeof salt);
  journal_digest(digest, salt, content);
  if (work_next(k, "document", &in.id) < 0) return -1;
  struct journal_entry entry = {.actor = k->key, .action = "document.issue", .subject = "document", .subject_id = in.id,
                                .data = arena_printf(k->a, "{\"digest\":\"%s\"}", digest)};
  if (journal_append(k->t, &entry, &in.journal, k->err) < 0) return -1;
  in.name = k->s->sealed ? arena_printf(k->a, "d%d", f->doc->index) : f->doc->name;
  in.code = new_code(k->a);
  in.content = seal_content(f, in.id, salt, content);
  if (q_document_add(k->t->db, &in, k->err) < 0) return -1;
  return take_findings(f, in.id);
}

int document_issue(struct doing *d, const struct procedure_effect *e) {
  struct work *k = d->k;
  const char *series, *content;
  struct filling f = {.d = d, .doc = e->document, .t = world_document(k->w, e->document->of)};
  if (!f.t) return error_set(k->err, ERR_CONFLICT, "document.no-template", NULL, e->document->of, NULL);
  if (find_issuer(&f) < 0 || next_number(&f, &series) < 0) return -1;
  f.number = filled(&f, f.t->number);
  if (write_content(&f, &content) < 0) return -1;
  return keep(&f, series, content);
}

/* --- reading them again ----------------------------------------------------------------------------------------- */

const char *document_open(bool *holds, struct arena *a, int64_t district, const struct seal_keys *keys, int64_t id,
                          struct bytes sealed, const struct document_line *line) {
  struct seal_place where = {district, "document", "content", id};
  struct error ignored = {0};
  unsigned char salt[SALT_BYTES];
  char digest[2 * HASH_BYTES + 1], *text = NULL;
  *holds = false;
  if (people_unseal(a, &text, keys, &where, sealed, &ignored) < 0 || !text || strlen(text) < 2 * (size_t)SALT_BYTES)
    return NULL;
  if (!text_unhex(salt, SALT_BYTES, arena_strndup(a, text, 2 * (size_t)SALT_BYTES))) return NULL;
  const char *content = text + 2 * (size_t)SALT_BYTES;
  journal_digest(digest, salt, content);
  *holds = line->action && text_eq(line->action, "document.issue") && line->subject == id && strstr(line->data, digest);
  return content;
}

static int open_content(struct document *doc, struct db *db, struct arena *a, int64_t district, const struct seal_keys *keys,
                        struct bytes sealed, struct error *err) {
  struct q_document_journal_out row = {.action = "", .data = ""};
  struct q_document_journal_in in = {.district = district, .seq = doc->journal};
  if (q_document_journal(db, a, &row, &in, err) < 0) return -1;
  const struct document_line line = {row.action, row.subject_id, row.data};
  doc->content = document_open(&doc->holds, a, district, keys, doc->id, sealed, &line);
  return 0;
}

static const char *name_of(const struct state *s, const char *kept) {
  int64_t n;
  if (!s->sealed) return kept;
  return text_to_int(kept + 1, &n) && n >= 0 && (size_t)n < s->procedure->documents_count ? s->procedure->documents[n].name : "";
}

int document_list(struct document **out, size_t *count, struct db *db, struct arena *a, const struct world *w,
                  const struct state *s, struct error *err) {
  struct q_document_of_matter_out *rows;
  struct q_document_of_matter_in in = {.district = w->district, .matter = s->id};
  if (q_document_of_matter(db, a, &rows, count, &in, err) < 0) return -1;
  *out = ARENA_ARRAY(a, *count + 1, struct document);
  for (size_t i = 0; i < *count; i++) {
    struct document *doc = &(*out)[i];
    *doc = (struct document){.id = rows[i].id, .matter = s->id, .track = rows[i].track, .step = rows[i].step,
                             .journal = rows[i].journal, .name = name_of(s, rows[i].name), .code = rows[i].code,
                             .at = rows[i].at};
    if (open_content(doc, db, a, w->district, s->key ? s->key : w->keys, rows[i].content, err) < 0) return -1;
  }
  return 0;
}

int document_find(struct document *out, bool *sealed, struct db *db, struct arena *a, const struct world *w, const char *code,
                  struct error *err) {
  struct q_document_by_code_out row = {0};
  struct q_document_by_code_in in = {.district = w->district, .code = code};
  int found = q_document_by_code(db, a, &row, &in, err);
  if (found != 1) return found;
  *sealed = row.matter > SEALED_IDS;
  *out = (struct document){.id = row.id, .matter = row.matter, .track = row.track, .step = row.step, .journal = row.journal,
                           .name = row.name, .code = arena_strdup(a, code), .at = row.at};
  if (*sealed) return 1;
  return open_content(out, db, a, w->district, w->keys, row.content, err) < 0 ? -1 : 1;
}
