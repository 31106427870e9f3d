/* Names for display: of actors, posts, organisations, places, categories, values, spans of time. */
#include <math.h>
#include <string.h>

#include "matter/catalogue.h"
#include "people/org.h"
#include "people/person.h"
#include "people/post.h"
#include "place/place.h"
#include "web/case_view.h"
#include "web/case_view_inside.h"
#include "web/page.h"

enum { WORDS_MOST = 16 * 1024, VALUE_CHARS = 4000 };

const char *case_say(struct arena *a, enum lang lang, enum word id, int n, const char *const *args) {
  struct buf b;
  buf_init(&b, WORDS_MOST);
  words_fill(&b, word(lang, id), args, n);
  const char *s = arena_strdup(a, b.data);
  buf_free(&b);
  return s;
}

static const char *number(struct arena *a, int64_t n) {
  return arena_printf(a, "%lld", (long long)n);
}

const char *case_pick(const struct case_asker *who, const struct bilingual *t) {
  const char *s = bilingual_pick(t, who->lang == LANG_ZH);
  return s ? s : "";
}

const char *case_address(struct arena *a, const char *code) {
  struct buf b;
  buf_init(&b, WORDS_MOST);
  buf_puts(&b, "/case/");
  page_part_string(&b, code);
  const char *s = arena_strdup(a, b.data);
  buf_free(&b);
  return s;
}

/* --- spans of time and lights ----------------------------------------------------------------------------------- */

const char *case_span(struct arena *a, enum lang lang, time_ms span) {
  if (span < 0) span = -span;
  int64_t days = span / DAY_MS, hours = span % DAY_MS / HOUR_MS, minutes = span % HOUR_MS / MINUTE_MS;
  if (days) {
    const char *args[] = {number(a, days), number(a, hours)};
    return case_say(a, lang, days > 6 || !hours ? W_SPAN_DAYS : W_SPAN_DAYS_HOURS, 2, args);
  }
  if (hours) {
    const char *args[] = {number(a, hours), number(a, minutes)};
    return case_say(a, lang, minutes ? W_SPAN_HOURS_MINUTES : W_SPAN_HOURS, 2, args);
  }
  const char *args[] = {number(a, minutes)};
  return minutes ? case_say(a, lang, W_SPAN_MINUTES, 1, args) : word(lang, W_SPAN_MOMENT);
}

struct case_light case_light_of(struct arena *a, enum lang lang, time_ms due, time_ms warn_at, time_ms now) {
  if (!due) return (struct case_light){.look = "", .words = ""};
  bool late = now > due, soon = !late && warn_at && now >= warn_at;
  const char *args[] = {case_span(a, lang, due - now)};
  return (struct case_light){.look = late   ? "late"
                                     : soon ? "soon"
                                            : "ok",
                             .words = case_say(a, lang, late ? W_LIGHT_OVER : W_LIGHT_LEFT, 1, args),
                             .due = due};
}

/* --- who -------------------------------------------------------------------------------------------------------- */

enum named { NAMED_ORG, NAMED_PLACE, NAMED_LABEL, NAMED_POST, NAMED_PERSON, NAMED_ACCOUNT, NAMED_KINDS };

struct name {
  struct name *next;
  int64_t id;
  const char *words;
};

struct name_memo {
  struct name *first[NAMED_KINDS];
};

struct name_memo *case_names_new(struct arena *a) {
  return ARENA_NEW(a, struct name_memo);
}

/* What `look_up` says of that number, asked once. */
static const char *named(const struct case_asker *who, enum named kind, int64_t id,
                         const char *(*look_up)(const struct case_asker *who, int64_t id)) {
  if (!id) return "";
  for (const struct name *n = who->names ? who->names->first[kind] : NULL; n; n = n->next)
    if (n->id == id) return n->words;
  const char *words = look_up(who, id);
  if (!who->names) return words;
  struct name *n = ARENA_NEW(who->arena, struct name);
  *n = (struct name){who->names->first[kind], id, words};
  who->names->first[kind] = n;
  return words;
}

static const char *org_words(const struct case_asker *who, int64_t org) {
  struct org_row row;
  struct error ignored = {0};
  if (people_org_by_id(&row, who->db, who->arena, who->world->district, org, &ignored) != 1) return "";
  return who->lang == LANG_EN && !text_empty(row.name_en) ? row.name_en : row.name_zh;
}

const char *case_org_name(const struct case_asker *who, int64_t org) {
  return named(who, NAMED_ORG, org, org_words);
}

static const char *place_words(const struct case_asker *who, int64_t place) {
  struct place_row row;
  struct error ignored = {0};
  return place_get(&row, who->db, who->arena, who->world->district, place, &ignored) < 0 ? "" : row.name;
}

const char *case_place_name(const struct case_asker *who, int64_t place) {
  return named(who, NAMED_PLACE, place, place_words);
}

static const char *label_words(const struct case_asker *who, int64_t place) {
  struct place_row *chain;
  size_t n;
  struct error ignored = {0};
  if (place_chain(&chain, &n, who->db, who->arena, who->world->district, place, &ignored) < 0) return "";
  return place_label(who->arena, chain, n);
}

const char *case_place_label(const struct case_asker *who, int64_t place) {
  return named(who, NAMED_LABEL, place, label_words);
}

static const char *post_words(const struct case_asker *who, int64_t post) {
  struct post_row row;
  struct error ignored = {0};
  if (people_post_get(&row, who->db, who->arena, who->world->district, post, &ignored) != 1) return "";
  const char *role = words_find(who->lang, role_words(row.post.role)), *where = "";
  if (row.post.org)
    where = case_org_name(who, row.post.org);
  else if (row.post.place)
    where = case_place_name(who, row.post.place);
  return *where ? arena_printf(who->arena, "%s · %s", where, role ? role : "") : role ? role : "";
}

const char *case_post_title(const struct case_asker *who, int64_t post) {
  return named(who, NAMED_POST, post, post_words);
}

static const char *person_words(const struct case_asker *who, int64_t person) {
  struct person_view row;
  struct error ignored = {0};
  if (people_person_masked(&row, who->db, who->arena, who->people, person, &ignored) != 1) return "";
  return row.name ? row.name : "";
}

static const char *person_name(const struct case_asker *who, int64_t person) {
  return named(who, NAMED_PERSON, person, person_words);
}

static const char *account_words(const struct case_asker *who, int64_t account) {
  struct q_account_by_id_out row;
  struct error ignored = {0};
  struct q_account_by_id_in in = {.district = who->world->district, .id = account};
  if (q_account_by_id(who->db, who->arena, &row, &in, &ignored) != 1) return "";
  return person_name(who, row.person);
}

static const char *account_name(const struct case_asker *who, int64_t account) {
  return named(who, NAMED_ACCOUNT, account, account_words);
}

const char *case_actor_name(const struct case_asker *who, const char *key) {
  static const struct {
    const char *prefix;
    enum word word;
  } kinds[] = {{"receipt:", W_ACTOR_REPORTER},
               {"reporter:", W_ACTOR_REPORTER},
               {"key:", W_ACTOR_PROGRAM},
               {"anyone", W_ACTOR_ANYONE},
               {"system", W_ACTOR_SYSTEM}};
  int64_t id;
  if (text_starts(key, "account:") && text_to_int(key + strlen("account:"), &id)) {
    const char *name = account_name(who, id);
    return *name ? name : word(who->lang, W_ACTOR_ACCOUNT);
  }
  for (size_t i = 0; key && i < sizeof kinds / sizeof *kinds; i++)
    if (text_starts(key, kinds[i].prefix)) return word(who->lang, kinds[i].word);
  return "";
}

bool case_is_urgent(const struct procedure *p, const char *urgency) {
  const struct procedure_field *f = procedure_field_as(p, AS_URGENCY);
  return f && f->options_count && !text_empty(urgency) && !text_eq(f->options[0].name, urgency);
}

const char *case_phase(enum lang lang, int phase) {
  static const enum word words[] = {W_PHASE_REPORTED,   W_PHASE_VERIFYING, W_PHASE_ACCEPTED, W_PHASE_FILED,
                                    W_PHASE_DISPATCHED, W_PHASE_HANDLING,  W_PHASE_HANDLED,  W_PHASE_CHECKING,
                                    W_PHASE_SUSPENDED,  W_PHASE_CLOSED,    W_PHASE_REFUSED,  W_PHASE_VOID};
  return phase >= 0 && phase <= PHASE_VOID ? word(lang, words[phase]) : "";
}

/* --- values ----------------------------------------------------------------------------------------------------- */

const char *case_category_title(const struct case_asker *who, const char *key) {
  int32_t today = day_of_ms(who->now, who->world->offset_min);
  if (text_empty(key)) return "";
  const struct catalogue_code *c = catalogue_find_key(who->world->catalogue, key, today);
  if (!c) return key;
  return arena_printf(who->arena, "%s / %s", case_pick(who, &c->major->title), case_pick(who, &c->title));
}

static const char *option_title(const struct case_asker *who, const struct procedure_field *f, const char *value) {
  for (size_t i = 0; i < f->options_count; i++)
    if (text_eq(f->options[i].name, value)) return case_pick(who, &f->options[i].title);
  return value;
}

static const char *rating_words(const struct case_asker *who, const struct procedure_field *f, const char *value) {
  int64_t n;
  const char *of = arena_printf(who->arena, "%s / %d", value, f->scale);
  if (!text_to_int(value, &n) || n < 1 || n > (int64_t)f->options_count) return of;
  return arena_printf(who->arena, "%s（%s）", case_pick(who, &f->options[n - 1].title), of);
}

static const char *condition_words(const struct case_asker *who, const struct procedure_field *f, const char *category,
                                   const char *value) {
  int64_t n;
  int32_t today = day_of_ms(who->now, who->world->offset_min);
  const struct catalogue_code *code = catalogue_find_key(who->world->catalogue, category ? category : "", today);
  if (!code || !text_to_int(value, &n)) return value;
  const struct catalogue_condition *c = catalogue_condition_find(code, (int)n, today);
  return c ? case_pick(who, f->closing ? &c->closing : &c->filing) : value;
}

static const char *moment_words(const struct case_asker *who, const char *value) {
  char s[48];
  time_ms at;
  if (!time_parse(&at, value, who->world->offset_min)) return value;
  time_format_short(s, sizeof s, at, who->world->offset_min);
  return arena_strdup(who->arena, s);
}

static const char *matter_code(const struct case_asker *who, int64_t id) {
  struct q_matter_get_out row;
  struct error ignored = {0};
  struct q_matter_get_in in = {.district = who->world->district, .id = id};
  return q_matter_get(who->db, who->arena, &row, &in, &ignored) == 1 && !row.sealed ? row.code : "";
}

const char *case_value_words(const struct case_asker *who, const struct procedure_field *f, const char *category,
                             const char *value) {
  int64_t id = 0;
  if (!f || text_empty(value)) return value ? value : "";
  bool is_id = text_to_int(value, &id);
  switch (f->type) {
    case FIELD_CHOICE:
    case FIELD_CHOICES: return option_title(who, f, value);
    case FIELD_YES_NO: return word(who->lang, text_eq(value, "yes") ? W_CASE_YES : W_CASE_NO);
    case FIELD_TIME: return moment_words(who, value);
    case FIELD_CATEGORY: return case_category_title(who, value);
    case FIELD_CONDITION: return condition_words(who, f, category, value);
    case FIELD_RATING: return rating_words(who, f, value);
    case FIELD_PLACE: return is_id ? case_place_label(who, id) : value;
    case FIELD_DEPARTMENT:
    case FIELD_DEPARTMENTS: return is_id ? case_org_name(who, id) : value;
    case FIELD_POST: return is_id ? case_post_title(who, id) : value;
    case FIELD_MATTER: return is_id ? matter_code(who, id) : value;
    default: return value;
  }
}

void case_limits(struct buf *b, const struct case_asker *who, const struct catalogue_condition *c) {
  static const enum word names[LIMIT_KINDS] = {[LIMIT_ENGINEERING] = W_LIMIT_ENGINEERING, [LIMIT_SPECIAL] = W_LIMIT_SPECIAL};
  limit_words(b, who->lang, c->limits[LIMIT_GENERAL]);
  for (int i = LIMIT_ENGINEERING; i < LIMIT_KINDS; i++) {
    if (c->limits[i].unit == UNIT_NONE) continue;
    buf_printf(b, "%s %s ", word(who->lang, W_LIMIT_BETWEEN), word(who->lang, names[i]));
    limit_words(b, who->lang, c->limits[i]);
  }
}

/* The doors a matter may have come by, where its procedure has no word of its own for them. */
static const struct door {
  const char *name;
  enum word word;
} DOORS[] = {{"desk", W_SOURCE_DESK},   {"patrol", W_SOURCE_PATROL},   {"public", W_SOURCE_PUBLIC}, {"plate", W_SOURCE_PLATE},
             {"api", W_SOURCE_API},     {"open311", W_SOURCE_OPEN311}, {"import", W_SOURCE_IMPORT}};

static const char *option_words(const struct procedure_field *f, const char *source, bool zh) {
  for (size_t i = 0; f && i < f->options_count; i++)
    if (text_eq(f->options[i].name, source)) return bilingual_pick(&f->options[i].title, zh);
  return NULL;
}

const char *case_source_words(const struct case_asker *who, const struct procedure *p, const char *source) {
  if (text_empty(source)) return "";
  const char *said = option_words(procedure_field_as(p, AS_SOURCE), source, who->lang == LANG_ZH);
  if (said) return said;
  for (size_t i = 0; i < sizeof DOORS / sizeof DOORS[0]; i++)
    if (text_eq(DOORS[i].name, source)) return word(who->lang, DOORS[i].word);
  const struct procedure *parent = world_procedure(who->world, source, 0);
  if (!parent) return source;
  struct buf b;
  const char *args[] = {case_pick(who, &parent->title)};
  buf_init(&b, 400);
  words_fill(&b, word(who->lang, W_SOURCE_PARENT), args, 1);
  const char *out = arena_strdup(who->arena, b.data);
  buf_free(&b);
  return out;
}
