#include "web/case_view.h"

#include <math.h>
#include <string.h>

#include "matter/catalogue.h"
#include "people/identity.h"
#include "people/person.h"
#include "people/post.h"
#include "web/case_view_inside.h"

enum { NAME_BYTES = 256, WORDS_BYTES = 16 * 1024, FILES_MOST = 400 };

/* What is put together while a view is made. */
struct making {
  struct case_view *v;
  const struct case_asker *who;
  const struct state *s;
  struct subject subject;
  bool clear; /* reporters' names in clear */
  bool own;   /* a reporter looks, and it is what they reported themselves (state_is_own) */
  char key[ACTOR_NAME_SIZE];
};

static bool zh(const struct making *m) {
  return m->who->lang == LANG_ZH;
}

/* --- what may be seen ------------------------------------------------------------------------------------------- */

/* A reporter who did not report this one themselves (they joined it, or theirs was merged into it). */
static bool is_joined(const struct making *m) {
  return m->v->view == VIEW_REPORTER && !m->own;
}

/* A step that another reporter took: what was first reported, what they added, how they rated. It was told to those who
 * handle the matter; anybody may join it, and would read it. */
static bool is_of_another(const struct making *m, const struct state_step *step) {
  if (m->v->view != VIEW_REPORTER || text_eq(step->actor, m->key)) return false;
  return text_starts(step->actor, "receipt:") || (!m->own && !m->s->origin && !step->from && step->track == &m->s->tracks[0]);
}

/* The procedure's own say on what reporters and the public see, on top of each field's. */
static unsigned shows(const struct making *m) {
  if (m->v->view >= VIEW_HANDLER) return ~0u;
  return m->v->view == VIEW_REPORTER ? m->s->procedure->shows_reporter : m->s->procedure->shows_public;
}

static bool shows_kind(const struct making *m, const struct procedure_field *f) {
  unsigned bits = shows(m);
  if (f->type == FIELD_PHOTO) return bits & SHOWS_PHOTOS;
  if (f->type == FIELD_RATING) return bits & SHOWS_RATING;
  switch (f->as) {
    case AS_SUMMARY: return bits & SHOWS_SUMMARY;
    case AS_PLACE:
    case AS_POSITION:
    case AS_ADDRESS: return bits & SHOWS_PLACE;
    case AS_CATEGORY: return bits & SHOWS_CATEGORY;
    case AS_ANSWER: return bits & SHOWS_ANSWER;
    default: return true;
  }
}

static bool sees(const struct making *m, const struct procedure_field *f) {
  static const enum access_view least[] = {[SEEN_PUBLIC] = VIEW_PUBLIC,
                                           [SEEN_REPORTER] = VIEW_REPORTER,
                                           [SEEN_HANDLERS] = VIEW_HANDLER,
                                           [SEEN_SEALED] = VIEW_FULL};
  return f && m->v->view >= least[f->seen] && shows_kind(m, f);
}

/* --- personal data ---------------------------------------------------------------------------------------------- */

static const char *masked(const struct making *m, bool phone, const char *text) {
  char out[NAME_BYTES];
  if (text_empty(text)) return "";
  if (phone)
    mask_phone(out, sizeof out, text);
  else
    mask_name(out, sizeof out, text);
  return arena_strdup(m->who->arena, out);
}

static const char *unsealed(const struct making *m, const char *table, const char *column, int64_t row,
                            struct bytes sealed) {
  char *text = NULL;
  struct error ignored = {0};
  struct seal_place where = {m->s->district, table, column, row};
  if (!sealed.len || people_unseal(m->who->arena, &text, &m->who->people->keys, &where, sealed, &ignored) < 0)
    return "";
  return text ? text : "";
}

static bool is_personal(const struct procedure_field *f) {
  return f->type == FIELD_PERSON || f->type == FIELD_PHONE;
}

/* --- facts ------------------------------------------------------------------------------------------------------ */

static const char *said_text(const struct making *m, const struct state_said *said) {
  const struct procedure_field *f = said->field;
  if (said->value && is_personal(f) && !m->clear) return masked(m, f->type == FIELD_PHONE, said->value);
  if (said->value) return case_value_words(m->who, f, m->s->category, said->value);
  if (said->erased) return word(m->who->lang, W_CASE_ERASED);
  const char *text;
  struct error ignored = {0};
  if (state_said_clear(&text, m->who->arena, &m->who->people->keys, m->s, said, &ignored) < 0) return "";
  return is_personal(f) && !m->clear ? masked(m, f->type == FIELD_PHONE, text) : text;
}

static const char *joined(struct arena *a, enum lang lang, const char *const *values, int n) {
  struct buf b;
  if (n == 0) return "";
  if (n == 1) return values[0];
  buf_init(&b, 64 * 1024);
  for (int i = 0; i < n; i++) buf_printf(&b, "%s%s", i ? (lang == LANG_ZH ? "、" : ", ") : "", values[i]);
  const char *s = arena_strdup(a, b.data);
  buf_free(&b);
  return s;
}

/* One row of a record: "部门：环卫中心；任务：清运". */
static const char *row_text(const struct making *m, const struct state_step *step, const struct procedure_field *record,
                            int row) {
  struct buf b;
  buf_init(&b, WORDS_BYTES);
  for (size_t i = 0; i < m->s->said_count; i++) {
    const struct state_said *said = &m->s->said[i];
    if (said->step != step || !said->field || said->field->record != record || said->number != row) continue;
    buf_printf(&b, "%s%s%s%s", b.len ? (zh(m) ? "；" : "; ") : "", case_pick(m->who, &said->field->label),
               zh(m) ? "：" : ": ", said_text(m, said));
  }
  const char *s = arena_strdup(m->who->arena, b.data ? b.data : "");
  buf_free(&b);
  return s;
}

static int row_total(const struct making *m, const struct state_step *step, const struct procedure_field *record) {
  int rows = 0;
  for (size_t i = 0; i < m->s->said_count; i++) {
    const struct state_said *said = &m->s->said[i];
    if (said->step == step && said->field && said->field->record == record && said->number >= rows)
      rows = said->number + 1;
  }
  return rows;
}

static int fact_values(const struct making *m, const struct state_step *step, const struct procedure_field *f,
                       const char **values, const char **raw) {
  int n = 0;
  if (f->type == FIELD_RECORD) {
    int rows = row_total(m, step, f);
    for (int row = 0; row < rows; row++) values[n++] = row_text(m, step, f, row);
    return n;
  }
  for (size_t i = 0; i < m->s->said_count; i++) {
    const struct state_said *said = &m->s->said[i];
    if (said->step != step || said->field != f) continue;
    if (!n) *raw = said->value;
    values[n++] = said_text(m, said);
  }
  return n;
}

static bool stands_in_head(const struct procedure_field *f) {
  return f->as == AS_SUMMARY || f->as == AS_PLACE || f->as == AS_POSITION || f->as == AS_ADDRESS ||
         f->as == AS_CATEGORY || f->as == AS_SOURCE || f->as == AS_URGENCY || f->as == AS_NAME || f->as == AS_PHONE;
}

/* Which row of a decision table gave the value, and why: "判定表第2行：…". */
static const char *because_words(const struct making *m, const struct state_step *step,
                                 const struct procedure_field *f) {
  const struct procedure_row *row = state_decided_by(m->s, step, f);
  if (!row) return "";
  const char *args[] = {arena_printf(m->who->arena, "%d", row->number), case_pick(m->who, &row->because)};
  return case_say(m->who->arena, m->who->lang, W_CASE_BECAUSE, 2, args);
}

/* What was said in a step for one field; false when nothing was, or it may not be seen. */
static bool make_fact(struct case_fact *out, const struct making *m, const struct state_step *step,
                      const struct procedure_field *f) {
  const char **values = ARENA_ARRAY(m->who->arena, m->s->said_count + 1, const char *), *raw = "";
  if (!sees(m, f) || is_of_another(m, step)) return false;
  int n = fact_values(m, step, f, values, &raw);
  if (!n) return false;
  *out = (struct case_fact){.field = f->name,
                            .label = case_pick(m->who, &f->label),
                            .values = values,
                            .value_count = n,
                            .value = joined(m->who->arena, m->who->lang, values, n),
                            .raw = raw ? raw : "",
                            .href = "",
                            .because = because_words(m, step, f),
                            .masked = is_personal(f) && !m->clear,
                            .head = stands_in_head(f)};
  if (*out->because) out->head = false; /* the head tells the value, not why it is so */
  if (f->type == FIELD_MATTER && *out->value) out->href = case_address(m->who->arena, out->value);
  return true;
}

static bool is_file(const struct procedure_field *f) {
  return f->type == FIELD_PHOTO || f->type == FIELD_FILE;
}

/* Taken when the work had begun on its track: a department's, or the check of it. */
static bool is_after(const struct state_step *step) {
  return step->from && step->from->phase >= PHASE_DISPATCHED;
}

static int add_photos(struct case_photo *photos, int n, const struct making *m, const struct state_step *step,
                      const struct procedure_field *f) {
  for (size_t i = 0; i < m->s->said_count; i++) {
    const struct state_said *said = &m->s->said[i];
    int64_t id;
    if (said->step != step || said->field != f || !said->value || !text_to_int(said->value, &id)) continue;
    if (sees(m, f) && !is_of_another(m, step) && n < FILES_MOST)
      photos[n++] = (struct case_photo){.id = id, .label = case_pick(m->who, &f->label), .at = step->at,
                                        .sound = f->as == AS_VOICE, .after = is_after(step),
                                        .picture = f->type == FIELD_PHOTO};
  }
  return n;
}

/* What was said last of every field of a track, in the order of the form. */
static int track_facts(struct case_fact **out, const struct making *m, const struct state_track *t) {
  const struct procedure_fields *fields = &t->type->fields;
  struct case_fact *facts = ARENA_ARRAY(m->who->arena, fields->count + 1, struct case_fact);
  int n = 0;
  for (size_t i = 0; i < fields->count; i++) {
    const struct procedure_field *f = &fields->items[i];
    const struct state_step *step = NULL;
    for (size_t k = m->s->said_count; !step && k-- > 0;) {
      const struct state_said *said = &m->s->said[k];
      if (said->track == t && said->field && (said->field == f || said->field->record == f)) step = said->step;
    }
    if (step && !is_file(f) && make_fact(&facts[n], m, step, f)) n++;
  }
  *out = facts;
  return n;
}

/* --- the story -------------------------------------------------------------------------------------------------- */

const char *case_holder(const struct case_asker *who, const struct state_track *t) {
  if (t->org) return case_org_name(who, t->org);
  if (t->post) return case_post_title(who, t->post);
  if (t->person) {
    struct person_view row;
    struct error ignored = {0};
    if (people_person_masked(&row, who->db, who->arena, who->people, t->person, &ignored) == 1 && row.name)
      return row.name;
  }
  return "";
}

const char *case_track_words(const struct case_asker *who, const struct state_track *t) {
  if (t->type->index == 0) return "";
  const char *holder = case_holder(who, t), *title = case_pick(who, &t->type->title);
  return *holder ? arena_printf(who->arena, "%s · %s", title, holder) : title;
}

static const char *due_words(const struct making *m) {
  char s[48];
  time_ms due = m->s->shown_due ? m->s->shown_due : m->s->due;
  if (!due) return word(m->who->lang, W_CASE_DUE_LIMIT);
  time_format_short(s, sizeof s, due, m->who->world->offset_min);
  return arena_strdup(m->who->arena, s);
}

/* The reason given in a step, or last of all. */
static const char *reason_words(const struct making *m, const struct state_step *step) {
  for (size_t i = m->s->said_count; i-- > 0;) {
    const struct state_said *said = &m->s->said[i];
    if (step && said->step != step) continue;
    if (said->field && said->field->as == AS_REASON && said->field->type == FIELD_TEXT && said->value &&
        sees(m, said->field) && !is_of_another(m, said->step))
      return said->value;
  }
  return "";
}

static const char *holder_words(const struct making *m, const struct state_step *step) {
  const struct state_track *t = step && step->track->org ? step->track : &m->s->tracks[0];
  const char *name = shows(m) & SHOWS_HOLDER ? case_holder(m->who, t) : "";
  return *name ? name : word(m->who->lang, W_CASE_HOLDER);
}

static void put_placeholder(struct buf *b, const struct making *m, const struct state_step *step, const char *name) {
  if (text_eq(name, "number"))
    buf_puts(b, m->s->code);
  else if (text_eq(name, "due"))
    buf_puts(b, due_words(m));
  else if (text_eq(name, "holder"))
    buf_puts(b, holder_words(m, step));
  else if (text_eq(name, "reason"))
    buf_puts(b, reason_words(m, step));
  else if (text_eq(name, "summary"))
    buf_puts(b, m->v->summary);
  else if (text_eq(name, "place"))
    buf_puts(b, m->v->place);
}

/* Fills {holder} {due} {number} {reason} of words meant for the reporter. */
static const char *plain_words(const struct making *m, const struct state_step *step, const struct bilingual *t) {
  struct buf b;
  const char *s = case_pick(m->who, t);
  buf_init(&b, WORDS_BYTES);
  while (*s) {
    const char *end = *s == '{' ? strchr(s, '}') : NULL;
    if (end) {
      put_placeholder(&b, m, step, arena_strndup(m->who->arena, s + 1, (size_t)(end - s - 1)));
      s = end + 1;
    } else {
      buf_putc(&b, *s++);
    }
  }
  const char *out = arena_strdup(m->who->arena, b.data ? b.data : "");
  buf_free(&b);
  return out;
}

/* Somebody who acted without a post, in an action open to people without one: who they are is told as their name in the list
 * of reporters is, or else the steps would give away what that list masks. */
static const char *resident_words(const struct making *m, const struct state_step *step) {
  bool reporter = false, resident = false, hidden = false;
  if (step->post || !step->action || !text_starts(step->actor, "account:")) return NULL;
  for (size_t i = 0; i < step->action->by.count; i++) {
    enum procedure_actor_kind kind = step->action->by.items[i].kind;
    reporter = reporter || kind == ACTOR_ANYONE || kind == ACTOR_REPORTER || kind == ACTOR_STARTER;
    resident = resident || kind == ACTOR_ROLL || kind == ACTOR_TRACK;
  }
  for (size_t i = 0; i < m->s->reporter_count; i++) hidden = hidden || m->s->reporters[i].confidential;
  if (!(reporter || resident) || (m->clear && (!hidden || m->who->reporters_open))) return NULL;
  return word(m->who->lang, reporter ? W_ACTOR_REPORTER : W_ACTOR_ANYONE);
}

/* Names are asked for once: most steps are by few people. */
static void name_step(struct case_step *out, int at, const struct making *m, const struct state_step *step) {
  struct case_step *list = out - at;
  out->actor = out->post = "";
  if (m->v->view < VIEW_REPORTER) return;
  const char *resident = resident_words(m, step);
  if (resident) {
    out->actor = resident;
    return;
  }
  for (int i = 0; i < at; i++) {
    const struct state_step *other = &m->s->steps[0];
    while (other->id != list[i].id) other++;
    if (text_eq(other->actor, step->actor) && other->post == step->post) {
      out->actor = list[i].actor;
      out->post = list[i].post;
      return;
    }
  }
  out->actor = case_actor_name(m->who, step->actor);
  out->post = case_post_title(m->who, step->post);
}

static void time_step(struct case_step *out, const struct making *m, const struct state_step *step) {
  struct clock_reading r;
  const struct state_clock *c = case_clock_ended_by(m->s, step);
  out->used = out->limit = "";
  if (!c || (m->v->view < VIEW_HANDLER && !(c->type && c->type->shown))) return;
  if (case_clock_used(m->who, c, step->at, &out->used, &out->limit, &r)) out->late = r.state == STATE_LATE;
}

static void say_step(struct case_step *out, const struct making *m, const struct state_step *step) {
  struct case_fact *facts = ARENA_ARRAY(m->who->arena, m->s->said_count + 1, struct case_fact);
  struct case_photo *photos = ARENA_ARRAY(m->who->arena, m->s->said_count + 1, struct case_photo);
  const struct procedure_field *done = NULL;
  int n = 0, pictures = 0;
  for (size_t i = 0; i < m->s->said_count; i++) {
    const struct state_said *said = &m->s->said[i];
    if (said->step != step || !said->field) continue;
    const struct procedure_field *f = said->field->record ? said->field->record : said->field;
    if (f == done) continue;
    bool again = false;
    for (int k = 0; k < n && !again; k++) again = text_eq(facts[k].field, f->name);
    done = f;
    if (is_file(f))
      pictures = add_photos(photos, pictures, m, step, f);
    else if (!again && make_fact(&facts[n], m, step, f))
      n++;
  }
  out->facts = facts;
  out->fact_count = n;
  out->photos = photos;
  out->photo_count = pictures;
}

/* Reporters and the public read the steps that have words for them; the engine's own book-keeping is told to nobody. */
static bool shows_step(const struct making *m, const struct state_step *step) {
  if (m->v->view >= VIEW_HANDLER) return true;
  if (is_of_another(m, step) && step->from) return false;
  return (shows(m) & SHOWS_TIMELINE) && step->action && step->action->plain.zh;
}

/* Steps of the engine's own: a mark of a clock that fell due, an escalation. */
static const char *step_title(const struct making *m, const struct state_step *step) {
  if (step->action) return case_pick(m->who, &step->action->title);
  if (text_starts(step->action_name, "clock.")) {
    const struct procedure_clock *c = procedure_clock_find(m->s->procedure, step->action_name + strlen("clock."));
    const char *args[] = {c ? case_pick(m->who, &c->title) : ""};
    return case_say(m->who->arena, m->who->lang, W_STEP_MARK, 1, args);
  }
  const char *key = arena_printf(m->who->arena, "step.%s", step->action_name), *known = words_find(m->who->lang, key);
  return known ? known : step->action_name;
}

static void make_steps(struct making *m) {
  struct case_step *list = ARENA_ARRAY(m->who->arena, m->s->step_count + 1, struct case_step);
  int n = 0;
  for (size_t i = m->s->step_count; i-- > 0;) {
    const struct state_step *step = &m->s->steps[i];
    if (!shows_step(m, step)) continue;
    struct case_step *out = &list[n];
    *out = (struct case_step){.id = step->id, .at = step->at, .plain = "", .opening = !step->from};
    out->action = step_title(m, step);
    if (is_of_another(m, step))
      out->plain = word(m->who->lang, W_CASE_REPORTED_BY_ANOTHER);
    else if (step->action && step->action->plain.zh)
      out->plain = plain_words(m, step, &step->action->plain);
    out->track = case_track_words(m->who, step->track);
    out->stage = step->to && step->to != step->from ? case_pick(m->who, &step->to->title) : "";
    name_step(out, n, m, step);
    time_step(out, m, step);
    say_step(out, m, step);
    n++;
  }
  m->v->steps = list;
  m->v->step_count = n;
}

static void make_photos(struct making *m) {
  struct case_photo *photos = ARENA_ARRAY(m->who->arena, FILES_MOST, struct case_photo);
  int n = 0;
  for (size_t i = 0; i < m->s->said_count; i++) {
    const struct state_said *said = &m->s->said[i];
    int64_t id;
    bool wanted = said->field && (said->field->type == FIELD_PHOTO || said->field->as == AS_VOICE);
    if (!wanted || !said->value || !sees(m, said->field) || is_of_another(m, said->step)) continue;
    if (n < FILES_MOST && text_to_int(said->value, &id))
      photos[n++] = (struct case_photo){.id = id, .label = case_pick(m->who, &said->field->label), .at = said->step->at,
                                        .sound = said->field->as == AS_VOICE, .after = is_after(said->step),
                                        .picture = true};
  }
  m->v->photos = photos;
  m->v->photo_count = n;
}

bool case_view_has_file(const struct case_view *v, int64_t file) {
  for (int i = 0; i < v->photo_count; i++)
    if (v->photos[i].id == file) return true;
  for (int i = 0; i < v->step_count; i++)
    for (int k = 0; k < v->steps[i].photo_count; k++)
      if (v->steps[i].photos[k].id == file) return true;
  return false;
}

/* --- the stage line --------------------------------------------------------------------------------------------- */

static const enum word phase_words[] = {
    [PHASE_REPORTED] = W_STOP_REPORTED, [PHASE_VERIFYING] = W_STOP_VERIFYING,   [PHASE_ACCEPTED] = W_STOP_ACCEPTED,
    [PHASE_FILED] = W_STOP_FILED,       [PHASE_DISPATCHED] = W_STOP_DISPATCHED, [PHASE_HANDLING] = W_STOP_HANDLING,
    [PHASE_HANDLED] = W_STOP_HANDLED,   [PHASE_CHECKING] = W_STOP_CHECKING,     [PHASE_SUSPENDED] = W_STOP_SUSPENDED,
    [PHASE_CLOSED] = W_STOP_CLOSED,     [PHASE_REFUSED] = W_STOP_REFUSED,       [PHASE_VOID] = W_STOP_VOID};

static bool has_phase(const struct procedure_track *t, enum procedure_phase phase) {
  for (size_t i = 0; i < t->stages_count; i++)
    if (t->stages[i].phase == phase) return true;
  return false;
}

/* The step that last left a phase, or (entered) came into it. */
static const struct state_step *phase_step(const struct state *s, enum procedure_phase phase, bool entered) {
  for (size_t i = s->step_count; i-- > 0;) {
    const struct state_step *step = &s->steps[i];
    if (step->track != &s->tracks[0] || !step->to) continue;
    bool left = step->from && step->from->phase == phase && step->to->phase != phase;
    bool came = step->to->phase == phase && (!step->from || step->from->phase != phase);
    if (entered ? came : left) return step;
  }
  return NULL;
}

static bool is_side_phase(enum procedure_phase p) {
  return p == PHASE_SUSPENDED || p == PHASE_REFUSED || p == PHASE_VOID;
}

/* Where a phase stands in the order of the work; a suspension belongs to the handling. */
static int phase_rank(enum procedure_phase p) {
  return p == PHASE_SUSPENDED ? PHASE_HANDLING : (int)p;
}

static void stop_present(struct case_stop *out, const struct making *m, enum procedure_phase phase) {
  const struct state_step *came = phase_step(m->s, phase, true);
  bool ended = m->s->tracks[0].stage->final;
  out->look = ended ? "done" : m->v->light.look && text_eq(m->v->light.look, "late") ? "now late" : "now";
  out->at = came ? came->at : 0;
  for (int i = 0; !ended && i < m->v->clock_count; i++) {
    const struct case_clock *c = &m->v->clocks[i];
    if (c->ended || *c->track || c->due != m->s->due) continue;
    out->used = c->used;
    out->limit = c->limit;
  }
}

static void stop_past(struct case_stop *out, const struct making *m, enum procedure_phase phase) {
  const struct state_step *left = phase_step(m->s, phase, false);
  if (!left) {
    out->look = "passed";
    return;
  }
  out->look = "done";
  out->at = left->at;
  for (int i = 0; i < m->v->step_count; i++)
    if (m->v->steps[i].id == left->id) {
      out->who = m->v->steps[i].actor;
      out->used = m->v->steps[i].used;
      out->limit = m->v->steps[i].limit;
    }
}

/* Each stop is named for what ends its phase; before them all stands the report itself. */
static void stop_opened(struct case_stop *out, const struct making *m) {
  *out = (struct case_stop){.title = word(m->who->lang, W_STOP_OPENED),
                            .look = "done",
                            .who = "",
                            .used = "",
                            .limit = "",
                            .at = m->s->opened};
  if (m->v->step_count) out->who = m->v->steps[m->v->step_count - 1].actor;
}

/* Of today only the time: the line has room for few characters. */
static const char *short_moment(const struct making *m, time_ms at) {
  char s[48], today[48];
  if (!at) return "";
  time_format_short(s, sizeof s, at, m->who->world->offset_min);
  time_format_short(today, sizeof today, m->who->now, m->who->world->offset_min);
  bool same_day = strncmp(s, today, strlen("2026-11-23")) == 0, same_year = strncmp(s, today, strlen("2026-")) == 0;
  return arena_strdup(m->who->arena, s + (same_day ? strlen("2026-11-23 ") : same_year ? strlen("2026-") : 0));
}

static void make_stops(struct making *m) {
  struct case_stop *list = ARENA_ARRAY(m->who->arena, PHASE_VOID + 2, struct case_stop);
  enum procedure_phase now = m->s->phase;
  int n = 0;
  if (shows(m) & SHOWS_STAGES) stop_opened(&list[n++], m);
  for (int p = PHASE_REPORTED; (shows(m) & SHOWS_STAGES) && p <= PHASE_VOID; p++) {
    enum procedure_phase phase = (enum procedure_phase)p;
    if (!has_phase(&m->s->procedure->tracks[0], phase)) continue;
    if (is_side_phase(phase) && phase != now) continue;
    struct case_stop *out = &list[n++];
    *out = (struct case_stop){
        .title = word(m->who->lang, phase_words[phase]), .who = "", .used = "", .limit = "", .look = ""};
    if (phase == now)
      stop_present(out, m, phase);
    else if (phase_rank(phase) < phase_rank(now))
      stop_past(out, m, phase);
  }
  for (int i = 0; i < n; i++) list[i].when = short_moment(m, list[i].at);
  m->v->stops = list;
  m->v->stop_count = n;
}

/* --- the rest --------------------------------------------------------------------------------------------------- */

static void make_tracks(struct making *m) {
  struct case_track *list = ARENA_ARRAY(m->who->arena, m->s->track_count + 1, struct case_track);
  int n = 0;
  for (size_t i = 1; (shows(m) & SHOWS_PARTICIPANTS) && i < m->s->track_count; i++) {
    const struct state_track *t = &m->s->tracks[i];
    struct case_track *out = &list[n++];
    const struct procedure_track_role *role = procedure_track_role_find(t->type, t->role);
    struct case_fact *facts;
    *out = (struct case_track){.id = t->id,
                               .name = t->type->name,
                               .title = case_pick(m->who, &t->type->title),
                               .role = role ? case_pick(m->who, &role->title) : "",
                               .holder = case_holder(m->who, t),
                               .stage = case_pick(m->who, &t->stage->title),
                               .ended = t->stage->final,
                               .meets = t->type->roll != NULL,
                               .entered = t->entered,
                               .closed = t->closed,
                               .light = {.look = "", .words = ""}};
    out->fact_count = track_facts(&facts, m, t);
    out->facts = facts;
    for (size_t k = 0; k < m->s->clock_count; k++) {
      const struct state_clock *c = &m->s->clocks[k];
      bool first = !out->light.due || c->due < out->light.due;
      if (c->track == t && c->clock.end == CLOCK_OPEN && first)
        out->light = case_light_of(m->who->arena, m->who->lang, c->due, c->warn_at, m->who->now);
    }
  }
  m->v->tracks = list;
  m->v->track_count = n;
}

static void make_reporters(struct making *m) {
  struct case_reporter *list = ARENA_ARRAY(m->who->arena, m->s->reporter_count + 1, struct case_reporter);
  int n = 0;
  for (size_t i = 0; m->v->view >= VIEW_HANDLER && i < m->s->reporter_count; i++) {
    const struct state_reporter *r = &m->s->reporters[i];
    const char *name = unsealed(m, "reporter", "name", r->id, r->name);
    const char *phone = unsealed(m, "reporter", "phone", r->id, r->phone);
    bool hidden = r->confidential && !m->who->reporters_open;
    bool clear = m->clear && !hidden;
    list[n++] = (struct case_reporter){.id = r->id,
                                       .name = hidden  ? ""
                                               : clear ? name
                                                       : masked(m, false, name),
                                       .phone = hidden  ? ""
                                                : clear ? phone
                                                        : masked(m, true, phone),
                                       .confidential = r->confidential,
                                       .masked = !clear,
                                       .at = r->at};
  }
  m->v->reporters = list;
  m->v->reporter_count = n;
  struct error refused = {0};
  m->v->may_open_reporters =
      m->v->view >= VIEW_HANDLER && !m->who->reporters_open && (!m->clear || m->s->confidential) &&
      access_open(m->who->actor, &m->subject, DATUM_REPORTER, "办理需要核实", m->who->now, &refused) == 0;
}

/* The code of another matter, "" when the asker may not know of it. */
static const char *known_code(const struct making *m, int64_t id, const struct state **out) {
  struct state *s;
  struct subject subject;
  struct error ignored = {0};
  *out = NULL;
  if (!id || state_load(&s, m->who->db, m->who->world, id, m->who->arena, &ignored) != 1) return "";
  state_subject(s, m->who->arena, &subject);
  if (access_matter(m->who->actor, &subject, m->who->now) < VIEW_PUBLIC) return "";
  *out = s;
  return s->code;
}

static void make_links(struct making *m) {
  struct case_link *list = ARENA_ARRAY(m->who->arena, m->s->link_count + 1, struct case_link);
  const struct state *other;
  int n = 0;
  for (size_t i = 0; m->v->view >= VIEW_HANDLER && i < m->s->link_count; i++) {
    const struct state_link *l = &m->s->links[i];
    const char *code = known_code(m, l->other, &other);
    if (!*code) continue; /* that there is another is told to those alone who may know of it */
    const char *key = arena_printf(m->who->arena, "link.%s", l->kind), *kind = words_find(m->who->lang, key);
    list[n++] = (struct case_link){.id = l->other,
                                   .code = code,
                                   .kind = kind ? kind : word(m->who->lang, W_LINK_OTHER),
                                   .procedure = other ? case_pick(m->who, &other->procedure->title) : "",
                                   .stage = other ? case_pick(m->who, &other->tracks[0].stage->title) : "",
                                   .outgoing = l->outgoing};
  }
  m->v->links = list;
  m->v->link_count = n;
  m->v->merged_code = known_code(m, m->s->merged_into, &other);
  m->v->relapse_code = m->v->view >= VIEW_HANDLER ? known_code(m, m->s->relapse_of, &other) : "";
}

static void make_standards(struct making *m) {
  int32_t today = day_of_ms(m->who->now, m->who->world->offset_min);
  const struct catalogue_code *code = catalogue_find_key(m->who->world->catalogue, m->s->category, today);
  if (!code || m->v->view < VIEW_HANDLER) return;
  struct case_standard *list = ARENA_ARRAY(m->who->arena, code->conditions_count + 1, struct case_standard);
  int n = 0;
  m->v->unit = code->unit ? case_pick(m->who, &code->unit->title) : "";
  for (size_t i = 0; i < code->conditions_count; i++) {
    const struct catalogue_condition *c = catalogue_condition_find(code, code->conditions[i].order, today);
    struct buf b;
    if (c != &code->conditions[i]) continue;
    buf_init(&b, WORDS_BYTES);
    case_limits(&b, m->who, c);
    list[n++] = (struct case_standard){.number = c->order,
                                       .filing = case_pick(m->who, &c->filing),
                                       .closing = case_pick(m->who, &c->closing),
                                       .limit = arena_strdup(m->who->arena, b.data ? b.data : ""),
                                       .chosen = c->order == m->s->condition_no};
    buf_free(&b);
  }
  m->v->standards = list;
  m->v->standard_count = n;
}

static int make_offers(struct making *m, struct error *err) {
  struct offer *offers;
  size_t n;
  const struct case_asker *who = m->who;
  if (engine_offers(who->engine, who->actor, m->s, who->arena, who->now, &offers, &n, err) < 0) return -1;
  struct case_offer *list = ARENA_ARRAY(who->arena, n + 1, struct case_offer);
  for (size_t i = 0; i < n; i++) {
    const struct procedure_action *a = offers[i].action;
    const struct state_track *t = state_track_by_id(m->s, offers[i].track);
    list[i] = (struct case_offer){.action = a,
                                  .track = offers[i].track,
                                  .name = a->name,
                                  .title = case_pick(who, &a->title),
                                  .help = case_pick(who, &a->help),
                                  .track_title = t ? case_track_words(who, t) : "",
                                  .track_name = a->track->name,
                                  .fields = (int)(a->needs.count + a->asks.count)};
  }
  m->v->offers = list;
  m->v->offer_count = (int)n;
  return 0;
}

static void make_place(struct making *m) {
  const struct place_chain *at = &m->s->at;
  struct case_view *v = m->v;
  v->place = v->street = v->community = v->grid = "";
  if (!(shows(m) & SHOWS_PLACE)) return;
  v->street = case_place_name(m->who, at->street);
  v->community = case_place_name(m->who, at->community);
  v->grid = case_place_name(m->who, at->grid);
  int64_t finest = at->grid ? at->grid : at->community ? at->community : at->street;
  bool exact = v->view >= VIEW_REPORTER && !is_joined(m);
  if (exact && at->building) finest = at->stairwell ? at->stairwell : at->building;
  v->place = case_place_label(m->who, finest);
  v->has_position = exact && !isnan(m->s->lon);
  v->lon = m->s->lon;
  v->lat = m->s->lat;
}

static const char *option_of(const struct making *m, enum procedure_field_as as, const char *value) {
  const struct procedure_field *f = procedure_field_as(m->s->procedure, as);
  return f && *value ? case_value_words(m->who, f, "", value) : value;
}

static void make_head(struct making *m) {
  static const enum word cards[] = {[0] = W_CASE_NO, [1] = W_CARD_ORDINARY, [2] = W_CARD_YELLOW, [3] = W_CARD_RED};
  static const char *const card_names[] = {"", "ordinary", "yellow", "red"};
  const struct state *s = m->s;
  struct case_view *v = m->v;
  unsigned bits = shows(m);
  const struct procedure_stage *stage = s->tracks[0].stage;
  v->code = s->code;
  v->procedure = case_pick(m->who, &s->procedure->title);
  v->procedure_name = s->procedure->name;
  v->stage = case_pick(m->who, &stage->title);
  v->stage_name = stage->name;
  v->phase = procedure_phase_name(s->phase);
  v->outcome = procedure_outcome_name(s->outcome);
  v->joined = is_joined(m);
  v->summary = (bits & SHOWS_SUMMARY) && !v->joined ? s->summary : "";
  v->address = (bits & SHOWS_PLACE) && v->view >= VIEW_REPORTER && !v->joined ? s->address : "";
  v->source = v->view >= VIEW_HANDLER ? case_source_words(m->who, s->procedure, s->source) : "";
  v->urgency = v->view >= VIEW_HANDLER ? option_of(m, AS_URGENCY, s->urgency) : "";
  v->urgent = *v->urgency && case_is_urgent(s->procedure, s->urgency);
  v->holder = bits & SHOWS_HOLDER ? case_holder(m->who, &s->tracks[0]) : "";
  v->category_code = bits & SHOWS_CATEGORY ? s->category : "";
  v->category = bits & SHOWS_CATEGORY ? case_category_title(m->who, s->category) : "";
  v->unit = "";
  bool carded = s->card >= 1 && s->card <= 3 && v->view >= VIEW_HANDLER;
  v->card = carded ? card_names[s->card] : "";
  v->card_title = carded ? word(m->who->lang, cards[s->card]) : "";
  v->over = stage->final;
}

static void make_figures(struct making *m) {
  const struct state *s = m->s;
  struct case_view *v = m->v;
  v->to_be_placed = s->to_be_placed;
  v->confidential = s->confidential;
  v->public = s->shown_public;
  v->late = s->late;
  v->reporters_total = s->reporter_total;
  v->returns = s->returns;
  v->reworks = s->reworks;
  v->urges = s->urges;
  v->reopens = s->reopens;
  v->extensions = s->extensions;
  v->opened = s->opened;
  v->updated = s->updated;
  v->closed = s->closed;
  v->last_step = s->last_step;
  bool work = v->view >= VIEW_HANDLER;
  v->next_date = work && s->due ? s->due : shows(m) & SHOWS_NEXT_DATE ? s->shown_due : 0;
  v->light =
      case_light_of(m->who->arena, m->who->lang, work ? s->due : v->next_date, work ? s->warn_at : 0, m->who->now);
  if (s->phase == PHASE_SUSPENDED) v->light = (struct case_light){.look = "held", .words = v->stage};
}

/* --- of a sealed file ------------------------------------------------------------------------------------------ */

enum { READINGS_MOST = 50 };

static int make_readings(struct making *m, struct error *err) {
  const struct case_asker *who = m->who;
  struct q_sealed_readings_out *rows;
  struct q_sealed_glass_of_out *glasses;
  size_t n, g;
  struct q_sealed_readings_in in = {.district = m->s->district, .matter = m->s->id, .count = READINGS_MOST};
  struct q_sealed_glass_of_in of = {.district = m->s->district, .matter = m->s->id};
  if (q_sealed_readings(who->db, who->arena, &rows, &n, &in, err) < 0 ||
      q_sealed_glass_of(who->db, who->arena, &glasses, &g, &of, err) < 0)
    return -1;
  struct case_reading *list = ARENA_ARRAY(who->arena, n + g + 1, struct case_reading);
  int k = 0;
  for (size_t i = 0; i < g; i++) {
    const char *key = arena_printf(who->arena, "account:%lld", (long long)glasses[i].account);
    list[k++] = (struct case_reading){case_actor_name(who, key), glasses[i].at, true};
  }
  for (size_t i = 0; i < n; i++) list[k++] = (struct case_reading){case_actor_name(who, rows[i].actor), rows[i].at, false};
  m->v->readings = list;
  m->v->reading_count = k;
  return 0;
}

static int make_sealed(struct making *m, struct error *err) {
  const struct procedure_secrecy *secrecy = m->s->procedure->secrecy;
  const char *way = m->s->sealed ? state_value(m->s, &m->s->tracks[0], secrecy->contact) : NULL;
  m->v->sealed = m->s->sealed;
  m->v->safe = "";
  if (!m->s->sealed) return 0;
  if (way && m->v->view >= VIEW_HANDLER) m->v->safe = case_value_words(m->who, secrecy->contact, "", way);
  return make_readings(m, err);
}

int case_view_make(struct case_view **out, const struct case_asker *who, const struct state *s, struct error *err) {
  struct case_view *v = ARENA_NEW(who->arena, struct case_view);
  struct case_asker once = *who; /* with names looked up once for the whole view */
  struct making m = {.v = v, .who = &once, .s = s};
  struct case_fact *facts;
  if (!once.names) once.names = case_names_new(who->arena);
  state_subject(s, who->arena, &m.subject);
  v->view = access_matter(who->actor, &m.subject, who->now);
  v->state = s;
  if (v->view == VIEW_NONE) return error_set(err, ERR_MISSING, "access.matter", NULL, NULL);
  m.own = state_is_own(s, who->actor);
  people_actor_name(m.key, who->actor);
  m.clear = who->reporters_open || access_shows_reporter(who->actor, &m.subject, who->now);
  if (s->sealed) m.clear = v->view == VIEW_FULL;
  make_head(&m);
  make_place(&m);
  make_figures(&m);
  v->plain = s->tracks[0].stage->plain.zh ? plain_words(&m, NULL, &s->tracks[0].stage->plain) : v->stage;
  if (case_clocks(v, m.who, err) < 0 || make_offers(&m, err) < 0) return -1;
  make_steps(&m);
  make_photos(&m);
  make_stops(&m);
  v->fact_count = track_facts(&facts, &m, &s->tracks[0]);
  v->facts = facts;
  make_tracks(&m);
  make_reporters(&m);
  make_links(&m);
  make_standards(&m);
  if (make_sealed(&m, err) < 0) return -1;
  *out = v;
  return 0;
}
