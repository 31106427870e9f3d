#include <jansson.h> /* before json_write.h, which has names of its own for some of its functions */

#include "matter/state.h"

#include <string.h>

#include "matter/engine.h"
#include "matter/sealed_internal.h"

/* --- segments of a clock as JSON -------------------------------------------------------------------------------- */

/* [["run",from,to],["pause",from,to,"reason"],["limit",at,at,"reason","work-hour",4000], ...] */
void segments_write(struct buf *out, const struct clock *c) {
  struct json j;
  json_start(&j, out);
  json_array(&j);
  for (int i = 0; i < c->count; i++) {
    const struct segment *s = &c->segments[i];
    json_array(&j);
    json_string(&j, segment_kind_name(s->kind));
    json_int(&j, s->from);
    json_int(&j, s->to);
    json_string(&j, s->reason ? s->reason : "");
    if (s->limit.unit != UNIT_NONE) {
      json_string(&j, unit_name(s->limit.unit));
      json_int(&j, s->limit.milli);
    }
    json_array_end(&j);
  }
  json_array_end(&j);
}

void segments_hush(struct clock *c) {
  for (int i = 0; i < c->count; i++) c->segments[i].reason = NULL;
}

static bool read_segment(struct segment *out, const json_t *row, struct arena *a) {
  const char *kind = json_string_value(json_array_get(row, 0));
  const char *reason = json_string_value(json_array_get(row, 3)), *unit = json_string_value(json_array_get(row, 4));
  if (!kind || !segment_kind_from_name(&out->kind, kind)) return false;
  out->from = json_integer_value(json_array_get(row, 1));
  out->to = json_integer_value(json_array_get(row, 2));
  out->reason = text_empty(reason) ? NULL : arena_strdup(a, reason);
  if (unit) out->limit = (struct limit){json_integer_value(json_array_get(row, 5)), unit_from_name(unit)};
  return true;
}

int segments_read(struct clock *c, const char *text, struct arena *a, struct error *err) {
  json_error_t why;
  json_t *rows = json_loads(text, 0, &why);
  bool ok = json_is_array(rows);
  size_t n = ok ? json_array_size(rows) : 0;
  c->segments = ARENA_ARRAY(a, n + 1, struct segment);
  for (size_t i = 0; ok && i < n; i++) ok = read_segment(&c->segments[i], json_array_get(rows, i), a);
  c->count = ok ? (int)n : 0;
  json_decref(rows);
  return ok ? 0 : error_fault(err, "matter.segments", "segments of a clock cannot be read");
}

/* --- loading ---------------------------------------------------------------------------------------------------- */

struct loading {
  struct state *s;
  struct db *db;
  struct arena *a;
  struct error *err;
};

static struct state_track *track_of(struct state *s, int64_t id) {
  for (size_t i = 0; i < s->track_count; i++)
    if (s->tracks[i].id == id) return &s->tracks[i];
  return &s->tracks[0];
}

static const struct state_step *step_of(const struct state *s, int64_t id) {
  size_t low = 0, high = s->step_count;
  while (low < high) {
    size_t mid = (low + high) / 2;
    if (s->steps[mid].id < id)
      low = mid + 1;
    else
      high = mid;
  }
  return low < s->step_count ? &s->steps[low] : NULL;
}

static void copy_row(struct state *s, const struct q_matter_get_out *m) {
  s->code = m->code;
  s->summary = m->summary;
  s->source = m->source;
  s->category = m->category;
  s->condition_no = (int)m->condition_no;
  s->urgency = m->urgency;
  s->address = m->address;
  s->at = (struct place_chain){m->street, m->community, m->grid, m->building, m->stairwell};
  s->to_be_placed = m->to_be_placed;
  s->confidential = m->confidential;
  s->sealed = m->sealed;
  s->shown_public = m->public;
  s->late = m->late;
  s->lon = m->lon;
  s->lat = m->lat;
  s->opened = m->opened;
  s->updated = m->updated;
  s->closed = m->closed;
  s->due = m->due;
  s->warn_at = m->warn_at;
  s->shown_due = m->shown_due;
  s->card = (int)m->card;
  s->reporter_total = (int)m->reporters;
  s->returns = (int)m->returns;
  s->reworks = (int)m->reworks;
  s->urges = (int)m->urges;
  s->reopens = (int)m->reopens;
  s->extensions = (int)m->extensions;
  s->phase = (enum procedure_phase)m->phase;
  s->outcome = (enum procedure_outcome)m->outcome;
  s->merged_into = m->merged_into;
  s->origin = m->origin;
  s->relapse_of = m->relapse_of;
  s->last_step = m->last_step;
  s->facts = m->facts;
}

static int load_tracks(struct loading *l, int64_t main) {
  struct state *s = l->s;
  struct q_track_of_matter_out *rows;
  size_t n;
  struct q_track_of_matter_in in = {.district = s->district, .matter = s->id};
  if (q_track_of_matter(l->db, l->a, &rows, &n, &in, l->err) < 0) return -1;
  s->tracks = ARENA_ROOM(l->a, n + STATE_MORE_TRACKS, struct state_track);
  for (size_t i = 0; i < n; i++) {
    const struct q_track_of_matter_out *r = &rows[i];
    const struct procedure_track *type = found_track(s, r->type);
    const struct procedure_stage *stage = type ? found_stage(s, type, r->stage) : NULL;
    if (!stage) return error_fault(l->err, "matter.version", "track %s/%s is not in its procedure", r->type, r->stage);
    s->tracks[s->track_count++] = (struct state_track){.id = r->id,
                                                       .type = type,
                                                       .stage = stage,
                                                       .previous = found_stage(s, type, r->previous),
                                                       .role = found_role(s, type, r->role),
                                                       .number = (int)r->number,
                                                       .org = r->org,
                                                       .post = r->post,
                                                       .person = r->person,
                                                       .starter = r->starter,
                                                       .returned_to = r->returned_to,
                                                       .entered = r->entered,
                                                       .opened = r->opened,
                                                       .closed = r->closed};
  }
  if (!n || s->tracks[0].id != main)
    return error_fault(l->err, "matter.version", "matter %lld has no main track", (long long)s->id);
  return 0;
}

/* Who decides: asked by conditions only, so only where a procedure has a roll. */
static int load_rolls(struct loading *l) {
  struct state *s = l->s;
  struct q_roll_of_matter_out *rows;
  size_t n = 0;
  bool any = false;
  for (size_t i = 0; i < s->procedure->tracks_count; i++) any |= s->procedure->tracks[i].roll != NULL;
  struct q_roll_of_matter_in in = {.district = s->district, .matter = s->id};
  if (any && q_roll_of_matter(l->db, l->a, &rows, &n, &in, l->err) < 0) return -1;
  for (size_t i = 0; i < n; i++) {
    struct state_track *t = track_of(s, rows[i].track);
    t->quorate = rows[i].quorate != 0;
    t->passed = rows[i].passed != 0;
  }
  return 0;
}

static int load_steps(struct loading *l) {
  struct state *s = l->s;
  struct q_step_of_matter_out *rows;
  size_t n;
  struct q_step_of_matter_in in = {.district = s->district, .matter = s->id};
  if (q_step_of_matter(l->db, l->a, &rows, &n, &in, l->err) < 0) return -1;
  s->steps = ARENA_ROOM(l->a, n + STATE_MORE_STEPS, struct state_step);
  for (size_t i = 0; i < n; i++) {
    const struct q_step_of_matter_out *r = &rows[i];
    struct state_track *t = track_of(s, r->track);
    const struct procedure_action *action = found_action(s, t->type, r->action);
    s->steps[s->step_count++] = (struct state_step){.id = r->id,
                                                    .track = t,
                                                    .action = action,
                                                    .action_name = found_action_name(l->a, s, action, r->action),
                                                    .from = found_stage(s, t->type, r->stage_from),
                                                    .to = found_stage(s, t->type, r->stage_to),
                                                    .at = r->at,
                                                    .actor = r->actor,
                                                    .post = r->post,
                                                    .org = r->org,
                                                    .counts = (enum procedure_counts)r->counts,
                                                    .journal = r->journal};
  }
  return 0;
}

/* A value of a sealed matter, opened: what it says stands in the state as if it had never been encrypted. */
static int open_said(struct loading *l, struct state_said *said, const struct q_said_of_matter_out *r) {
  unsigned char salt[SALT_BYTES];
  const struct state *s = l->s;
  if (!s->sealed) return 0;
  said->sealed = (struct bytes){NULL, 0};
  said->erased = !r->sealed.len;
  if (said->erased) return 0;
  return said_open(l->a, s->key, s->district, r->field, r->step, r->number, r->sealed, salt, &said->value, l->err);
}

int state_said_clear(const char **out, struct arena *a, const struct seal_keys *keys, const struct state *s,
                     const struct state_said *said, struct error *err) {
  unsigned char salt[SALT_BYTES];
  *out = said->value;
  if (said->value || !said->sealed.len) return 0;
  return said_open(a, keys, s->district, said->field_name, said->step->id, said->number, said->sealed, salt, out, err);
}

static int load_said(struct loading *l) {
  struct state *s = l->s;
  struct q_said_of_matter_out *rows;
  size_t n;
  struct q_said_of_matter_in in = {.district = s->district, .matter = s->id};
  if (q_said_of_matter(l->db, l->a, &rows, &n, &in, l->err) < 0) return -1;
  s->said = ARENA_ROOM(l->a, n + STATE_MORE_SAID, struct state_said);
  for (size_t i = 0; i < n; i++) {
    const struct q_said_of_matter_out *r = &rows[i];
    const struct state_track *t = track_of(s, r->track);
    struct state_said *said = &s->said[s->said_count++];
    *said = (struct state_said){.step = step_of(s, r->step),
                                                   .track = t,
                                                   .field = found_field(s, t->type, r->field),
                                                   .field_name = found_field_name(l->a, s, t->type, r->field),
                                                   .number = (int)r->number,
                                                   .value = r->value,
                                                   .sealed = r->sealed,
                                                   .erased = !r->value && !r->sealed.len};
    if (open_said(l, said, r) < 0) return -1;
  }
  return 0;
}

static int load_clocks(struct loading *l) {
  struct state *s = l->s;
  struct q_clock_of_matter_out *rows;
  size_t n;
  struct q_clock_of_matter_in in = {.district = s->district, .matter = s->id};
  if (q_clock_of_matter(l->db, l->a, &rows, &n, &in, l->err) < 0) return -1;
  s->clocks = ARENA_ROOM(l->a, n + STATE_MORE_CLOCKS, struct state_clock);
  for (size_t i = 0; i < n; i++) {
    const struct q_clock_of_matter_out *r = &rows[i];
    struct state_clock *c = &s->clocks[s->clock_count++];
    *c = (struct state_clock){.id = r->id,
                              .type = found_clock(s, r->name),
                              .track = track_of(s, r->track),
                              .due = r->due,
                              .warn_at = r->warn_at,
                              .mark_at = r->mark_at,
                              .mark = (int)r->mark,
                              .late = r->late,
                              .counts = r->counts};
    c->clock = (struct clock){.limit = {r->milli, unit_from_name(r->unit)},
                              .started = r->started,
                              .fixed_due = r->fixed_due,
                              .end = (enum clock_end)r->end_kind,
                              .ended = r->ended};
    if (r->fixed_due) c->clock.limit.unit = UNIT_FIXED;
    if (!c->type) return error_fault(l->err, "matter.version", "clock %s is not in its procedure", r->name);
    if (segments_read(&c->clock, r->segments, l->a, l->err) < 0) return -1;
  }
  return 0;
}

static int load_reporters(struct loading *l) {
  struct state *s = l->s;
  struct q_reporter_of_matter_out *rows;
  size_t n;
  struct q_reporter_of_matter_in in = {.district = s->district, .matter = s->id};
  if (s->sealed) { /* it has none: nobody is told of it but those assigned */
    s->reporters = ARENA_ROOM(l->a, STATE_MORE_REPORTERS, struct state_reporter);
    return 0;
  }
  if (q_reporter_of_matter(l->db, l->a, &rows, &n, &in, l->err) < 0) return -1;
  if (!n && s->origin) { /* opened out of another: its reporters hear of it and may rate it */
    in.matter = s->origin;
    if (q_reporter_of_matter(l->db, l->a, &rows, &n, &in, l->err) < 0) return -1;
  }
  s->reporters = ARENA_ROOM(l->a, n + STATE_MORE_REPORTERS, struct state_reporter);
  for (size_t i = 0; i < n; i++) {
    const struct q_reporter_of_matter_out *r = &rows[i];
    s->reporters[s->reporter_count++] = (struct state_reporter){.id = r->id,
                                                                .reported = r->reported,
                                                                .person = r->person,
                                                                .api_key = r->api_key,
                                                                .receipt = r->receipt,
                                                                .name = r->name,
                                                                .phone = r->phone,
                                                                .mail = r->mail,
                                                                .confidential = r->confidential,
                                                                .lang = lang_from_tag(r->lang, LANG_ZH),
                                                                .at = r->at};
  }
  return 0;
}

/* What a sealed matter came out of stands in its head alone: no table leads from the other to it. */
static int sealed_link(struct loading *l) {
  struct state *s = l->s;
  struct q_matter_get_out row;
  s->links = ARENA_ARRAY(l->a, 2, struct state_link);
  if (!s->origin) return 0;
  int r = q_matter_get(l->db, l->a, &row, &(struct q_matter_get_in){.district = s->district, .id = s->origin}, l->err);
  if (r == 1)
    s->links[s->link_count++] = (struct state_link){
        .other = s->origin, .kind = "origin", .code = row.code, .procedure = row.procedure, .stage = row.stage};
  return r < 0 ? -1 : 0;
}

static int load_links(struct loading *l) {
  struct state *s = l->s;
  if (s->sealed) return sealed_link(l);
  struct q_link_of_matter_out *rows;
  size_t n;
  struct q_link_of_matter_in in = {.district = s->district, .matter = s->id};
  if (q_link_of_matter(l->db, l->a, &rows, &n, &in, l->err) < 0) return -1;
  s->links = ARENA_ARRAY(l->a, n + 1, struct state_link);
  for (size_t i = 0; i < n; i++)
    s->links[s->link_count++] = (struct state_link){.other = rows[i].other,
                                                    .kind = rows[i].kind,
                                                    .code = rows[i].code,
                                                    .procedure = rows[i].procedure,
                                                    .stage = rows[i].stage,
                                                    .outgoing = rows[i].outgoing,
                                                    .ended = rows[i].ended != 0};
  return 0;
}

int state_load(struct state **out, struct db *db, const struct world *w, int64_t matter, struct arena *a,
               struct error *err) {
  struct q_matter_get_out row;
  int r = q_matter_get(db, a, &row, &(struct q_matter_get_in){.district = w->district, .id = matter}, err);
  if (r <= 0) return r;
  struct state *s = ARENA_NEW(a, struct state);
  struct loading l = {s, db, a, err};
  s->district = w->district;
  s->id = matter;
  copy_row(s, &row);
  if (s->sealed) {
    if ((r = sealed_open(s, db, w, a, err)) <= 0) return r;
  } else {
    s->procedure = world_procedure(w, row.procedure, (int)row.version);
  }
  if (!s->procedure)
    return error_fault(err, "matter.version", "%s version %lld is not loaded", row.procedure, (long long)row.version);
  if (load_tracks(&l, row.main) < 0 || load_rolls(&l) < 0 || load_steps(&l) < 0 || load_said(&l) < 0 || load_clocks(&l) < 0 ||
      load_reporters(&l) < 0 || load_links(&l) < 0)
    return -1;
  if (s->sealed) {
    s->phase = s->tracks[0].stage->phase;
    s->outcome = s->tracks[0].stage->outcome;
  }
  figure_counted_of(&s->counted, s);
  listing_orgs(&s->orgs_listed, &s->orgs_listed_count, s, a);
  *out = s;
  return 1;
}

int state_find_code(struct db *db, int64_t district, const char *code, int64_t *matter, struct arena *a,
                    struct error *err) {
  struct q_matter_by_code_out row = {0};
  int r = q_matter_by_code(db, a, &row, &(struct q_matter_by_code_in){.district = district, .code = code}, err);
  *matter = row.id;
  return r < 0 ? -1 : 0;
}

int state_find_receipt(struct db *db, int64_t district, const char *receipt, int64_t *matter, int64_t *reporter,
                       struct arena *a, struct error *err) {
  struct q_reporter_by_receipt_out row = {0};
  struct q_reporter_by_receipt_in in = {.district = district, .receipt = receipt};
  int r = q_reporter_by_receipt(db, a, &row, &in, err);
  *matter = row.matter;
  if (reporter) *reporter = row.id;
  return r < 0 ? -1 : 0;
}

/* Whoever opened it is a reporter of the same moment; everybody else came later, or reported another one. */
static bool reported_itself(const struct state *s, const struct state_reporter *r) {
  return r->reported == s->id && r->at == s->opened;
}

struct actor state_receipt_actor(const struct state *s, int64_t reporter) {
  struct actor a = {.kind = ACTOR_RECEIPT, .district = s->district, .matter = s->id, .reporter = reporter};
  for (size_t i = 0; i < s->reporter_count; i++)
    if (s->reporters[i].id == reporter) a.own = reported_itself(s, &s->reporters[i]);
  return a;
}

bool state_is_own(const struct state *s, const struct actor *actor) {
  if (actor->kind == ACTOR_RECEIPT) return actor->own;
  if (s->concerned && actor->person == s->concerned) return true; /* their own file, whoever opened it */
  for (size_t i = 0; i < s->reporter_count; i++) {
    const struct state_reporter *r = &s->reporters[i];
    bool theirs = actor->kind == ACTOR_API_KEY ? actor->api_key && actor->api_key == r->api_key
                                               : actor->person && actor->person == r->person;
    if (theirs && reported_itself(s, r)) return true;
  }
  return false;
}

/* --- asking ----------------------------------------------------------------------------------------------------- */

const struct state_step *state_said_in(const struct state *s, const struct state_track *t,
                                       const struct procedure_field *f) {
  for (size_t i = s->said_count; i-- > 0;)
    if (s->said[i].field == f && s->said[i].track == t) return s->said[i].step;
  return NULL;
}

const char *state_value(const struct state *s, const struct state_track *t, const struct procedure_field *f) {
  const struct state_step *step = f ? state_said_in(s, t, f) : NULL;
  for (size_t i = 0; step && i < s->said_count; i++)
    if (s->said[i].field == f && s->said[i].track == t && s->said[i].step == step && s->said[i].number == 0)
      return s->said[i].value;
  return NULL;
}

const struct state_track *state_track_by_id(const struct state *s, int64_t id) {
  if (!id) return &s->tracks[0];
  for (size_t i = 0; i < s->track_count; i++)
    if (s->tracks[i].id == id) return &s->tracks[i];
  return NULL;
}

static void add_id(int64_t *list, size_t *count, int64_t id) {
  if (!id) return;
  for (size_t i = 0; i < *count; i++)
    if (list[i] == id) return;
  list[(*count)++] = id;
}

void state_subject(const struct state *s, struct arena *a, struct subject *out) {
  int64_t *orgs = ARENA_ARRAY(a, s->track_count + 1, int64_t), *posts = ARENA_ARRAY(a, s->track_count + 1, int64_t);
  int64_t *persons = ARENA_ARRAY(a, s->track_count + 1, int64_t);
  int64_t *reporters = ARENA_ARRAY(a, s->reporter_count + 1, int64_t);
  *out = (struct subject){.district = s->district,
                          .matter = s->id,
                          .at = s->at,
                          .orgs = orgs,
                          .posts = posts,
                          .persons = persons,
                          .reporters = reporters,
                          .shown_public = s->shown_public,
                          .confidential = s->confidential,
                          .sealed = s->sealed,
                          .reporter_tracks = !s->sealed,
                          .grants = s->grants,
                          .grant_count = s->grant_count};
  if (s->sealed && s->procedure->secrecy) {
    out->know = s->procedure->secrecy->know;
    out->glass = s->procedure->secrecy->glass;
    out->reporter_tracks = s->concerned != 0;
    add_id(reporters, &out->reporter_count, s->concerned);
  }
  for (size_t i = 0; i < s->track_count; i++) {
    if (s->sealed && i && s->tracks[i].stage && s->tracks[i].stage->final) continue; /* whose part is over knows no more */
    add_id(orgs, &out->org_count, s->tracks[i].org);
    add_id(posts, &out->post_count, s->tracks[i].post);
    add_id(persons, &out->person_count, s->tracks[i].person);
  }
  for (size_t i = 0; i < s->reporter_count; i++) {
    add_id(reporters, &out->reporter_count, s->reporters[i].person);
    if (s->reporters[i].api_key) out->api_key = s->reporters[i].api_key;
  }
}

/* --- facts for conditions --------------------------------------------------------------------------------------- */

static const struct state_track *field_track(const struct state_of *of, const struct procedure_field *f) {
  return f->track == of->track->type ? of->track : &of->state->tracks[0];
}

static void fact_values(const void *p, const struct procedure_field *f, void (*each)(void *to, const char *value),
                        void *to) {
  const struct state_of *of = p;
  const struct state *s = of->state;
  const struct state_track *t = field_track(of, f);
  const struct state_step *step = state_said_in(s, t, f);
  for (size_t i = 0; step && i < s->said_count; i++)
    if (s->said[i].field == f && s->said[i].track == t && s->said[i].step == step && s->said[i].value)
      each(to, s->said[i].value);
}

static bool stage_in(const struct procedure_stage *stage, const struct procedure_stage *const *list, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (list[i] == stage) return true;
  return false;
}

static void fact_tracks(const void *p, const struct procedure_condition *c, int *all, int *in_stages) {
  const struct state_of *of = p;
  *all = *in_stages = 0;
  for (size_t i = 0; i < of->state->track_count; i++) {
    const struct state_track *t = &of->state->tracks[i];
    if (t->type != c->track || (c->track_role && !text_eq(c->track_role, t->role))) continue;
    ++*all;
    if (stage_in(t->stage, c->stages, c->stages_count)) ++*in_stages;
  }
}

static bool fact_was(const void *p, const struct procedure_stage *stage) {
  const struct state_of *of = p;
  for (size_t i = 0; i < of->state->step_count; i++) {
    const struct state_step *step = &of->state->steps[i];
    if (step->track == of->track && (step->to == stage || step->from == stage)) return true;
  }
  return of->track->stage == stage;
}

static int fact_done(const void *p, const struct procedure_action *action) {
  const struct state_of *of = p;
  int n = 0;
  for (size_t i = 0; i < of->state->step_count; i++) n += of->state->steps[i].action == action;
  return n;
}

const struct state_track *state_latest(const struct state *s, const struct procedure_track *type) {
  for (size_t i = s->track_count; i-- > 0;)
    if (s->tracks[i].type == type) return &s->tracks[i];
  return NULL;
}

static bool fact_decided(const void *p, const struct procedure_condition *c) {
  const struct state_of *of = p;
  const struct state_track *t = of->track->type == c->track ? of->track : state_latest(of->state, c->track);
  return t && (c->test == TEST_QUORUM ? t->quorate : t->passed);
}

static bool fact_settled(const void *p, const char *procedure) {
  const struct state_of *of = p;
  for (size_t i = 0; i < of->state->link_count; i++) {
    const struct state_link *l = &of->state->links[i];
    if (l->outgoing && !l->ended && text_eq(l->procedure, procedure)) return false;
  }
  return true;
}

void state_facts(struct procedure_facts *out, const struct state_of *of) {
  *out = (struct procedure_facts){
      .of = of, .values = fact_values, .tracks = fact_tracks, .was = fact_was, .done = fact_done, .decided = fact_decided,
      .settled = fact_settled};
}
