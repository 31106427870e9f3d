/* An action from the door to the journal. */
#include "matter/sealed_internal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "place/place.h"

enum { DIGESTS_MAX = 256 * 1024, RECEIPT_CHARS = 10, SUMMARY_CHARS = 200, TOKENS_MAX = 64 * 1024 };

/* --- where ------------------------------------------------------------------------------------------------------ */

/* Squares of a thousandth of a degree: about 100 m. 0 is "no position". */
int64_t cell_of(double lon, double lat) {
  if (isnan(lon) || isnan(lat)) return 0;
  return (int64_t)floor((lat + 90) * 1000) * 1000000 + (int64_t)floor((lon + 180) * 1000) + 1;
}

int where_position(struct work *k, double lon, double lat) {
  struct place_found found = {0};
  struct error why = {0};
  bool anywhere = k->act && k->act->anywhere;
  k->s->lon = lon;
  k->s->lat = lat;
  if (place_locate(&found, k->e->places, (struct lonlat){lon, lat}, &why) < 0) {
    if (anywhere) return 0;
    text_copy(why.field, sizeof why.field, "position");
    *k->err = why;
    return -1;
  }
  if (found.to_be_placed && found.distance_m > PLACE_FAR_M)
    return anywhere ? 0 : error_set(k->err, ERR_INPUT, "matter.place.outside", "position", NULL);
  k->s->at = (struct place_chain){.street = found.street, .community = found.community, .grid = found.grid};
  k->s->to_be_placed = found.to_be_placed;
  return 0;
}

/* A stairwell is where its building is, unless somebody placed it. */
static void stand_at(struct work *k, const struct place_row *place) {
  struct place_row building;
  struct error ignored = {0};
  struct lonlat at = place->at;
  if (isnan(at.lon) && place->building && place->building != place->id &&
      place_get(&building, k->t->db, k->a, k->w->district, place->building, &ignored) == 0)
    at = building.at;
  k->s->lon = at.lon;
  k->s->lat = at.lat;
}

int where_place(struct work *k, int64_t place) {
  struct place_row row;
  if (place_get(&row, k->t->db, k->a, k->w->district, place, k->err) < 0) {
    text_copy(k->err->field, sizeof k->err->field, "place");
    return -1;
  }
  k->s->at = (struct place_chain){row.street, row.community, row.grid, row.building, row.stairwell};
  k->s->to_be_placed = false;
  if (isnan(k->s->lon)) stand_at(k, &row);
  return 0;
}

/* A place said by name or plate is surer than a position: it wins, the position stays for the map. */
static int locate_from(struct work *k, const struct said *said, size_t count) {
  const struct said *place = NULL, *position = NULL;
  for (size_t i = 0; i < count; i++) {
    const struct procedure_field *f = procedure_field_find(k->s->procedure, &k->s->procedure->tracks[0], said[i].field);
    if (!f || text_empty(said[i].value)) continue;
    if (f->as == AS_PLACE) place = &said[i];
    if (f->as == AS_POSITION) position = &said[i];
  }
  double lon, lat;
  int64_t id;
  if (position && position_read(position->value, &lon, &lat)) {
    if (where_position(k, lon, lat) < 0 && !place) return -1;
    if (place) error_clear(k->err);
  }
  if (place && text_to_int(place->value, &id)) return where_place(k, id);
  return 0;
}

/* --- journal and steps ------------------------------------------------------------------------------------------ */

/* Canonical: keys in this order, no spaces. */
static const char *journal_data(struct doing *d, const struct procedure_stage *from) {
  struct work *k = d->k;
  struct buf b;
  buf_init(&b, DIGESTS_MAX + 1024);
  buf_printf(&b,
             "{\"code\":\"%s\",\"step\":%lld,\"track\":\"%s\",\"number\":%d,\"from\":\"%s\",\"to\":\"%s\",\"said\":{",
             k->s->sealed ? "" : k->s->code, (long long)d->step->id, kept_track(k->a, k->s, d->track->type), d->track->number,
             kept_stage(k->a, k->s, from), kept_stage(k->a, k->s, d->track->stage));
  if (d->digests) buf_add(&b, d->digests->data, d->digests->len);
  buf_puts(&b, "}}");
  const char *copy = arena_strdup(k->a, b.data);
  buf_free(&b);
  return copy;
}

/* Writes the step and its journal entry: one action, one entry. */
int note_step(struct doing *d, const char *name, const struct procedure_stage *from) {
  struct work *k = d->k;
  struct state_step *step = d->step;
  const char *kept = kept_action(k->a, k->s, step->action, name);
  struct journal_entry entry = {.actor = k->key,
                                .subject = "matter",
                                .subject_id = k->s->id,
                                .action = arena_printf(k->a, "%s.%s", kept_procedure(k->s), kept),
                                .data = journal_data(d, from)};
  if (journal_append(k->t, &entry, &step->journal, k->err) < 0) return -1;
  step->to = d->track->stage;
  struct q_step_add_in in = {.district = k->w->district,
                             .id = step->id,
                             .matter = k->s->id,
                             .track = d->track->id,
                             .action = kept,
                             .stage_from = kept_stage(k->a, k->s, from),
                             .stage_to = kept_stage(k->a, k->s, step->to),
                             .at = k->now,
                             .actor = k->key,
                             .post = step->post,
                             .org = step->org,
                             .counts = (int64_t)step->counts,
                             .journal = step->journal};
  k->s->last_step = step->id;
  k->s->updated = k->now;
  return q_step_add(k->t->db, &in, k->err) < 0 ? -1 : 0;
}

/* --- moving a track --------------------------------------------------------------------------------------------- */

static void main_entered(struct work *k) {
  struct state *s = k->s;
  const struct procedure_stage *stage = s->tracks[0].stage;
  s->outcome = stage->outcome;
  s->closed = stage->final ? k->now : 0;
  s->phase = stage->phase;
}

void track_enter(struct doing *d, struct state_track *track, const struct procedure_stage *stage) {
  struct work *k = d->k;
  const struct procedure_stage *from = track->stage;
  if (from != stage) {
    track->previous = from;
    track->stage = stage;
    track->entered = k->now;
    track->closed = stage->final ? k->now : 0;
  }
  if (track == &k->s->tracks[0] && from != stage) main_entered(k);
}

static int track_save(struct work *k, struct state_track *t) {
  struct q_track_put_in in = {.district = k->w->district,
                              .id = t->id,
                              .stage = kept_stage(k->a, k->s, t->stage),
                              .previous = kept_stage(k->a, k->s, t->previous),
                              .final = t->stage->final,
                              .org = t->org,
                              .post = t->post,
                              .person = t->person,
                              .returned_to = t->returned_to,
                              .entered = t->entered,
                              .closed = t->closed};
  return q_track_put(k->t->db, &in, k->err) < 0 ? -1 : 0;
}

static int track_insert(struct work *k, struct state_track *t) {
  struct q_track_add_in in = {.district = k->w->district,
                              .id = t->id,
                              .matter = k->s->id,
                              .type = kept_track(k->a, k->s, t->type),
                              .role = kept_role(k->a, k->s, t->type, t->role),
                              .number = t->number,
                              .stage = kept_stage(k->a, k->s, t->stage),
                              .previous = kept_stage(k->a, k->s, t->previous),
                              .final = t->stage && t->stage->final,
                              .org = t->org,
                              .post = t->post,
                              .person = t->person,
                              .starter = t->starter,
                              .returned_to = t->returned_to,
                              .entered = t->entered,
                              .opened = t->opened,
                              .closed = t->closed};
  return q_track_add(k->t->db, &in, k->err) < 0 ? -1 : 0;
}

static int track_insert_main(struct work *k) {
  return track_insert(k, &k->s->tracks[0]);
}

static int new_track(struct work *k, const struct procedure_track *type, const char *role, struct state_track **out) {
  struct state *s = k->s;
  int number = 1;
  for (size_t i = 0; i < s->track_count; i++) number += s->tracks[i].type == type;
  if (number > STATE_MORE_TRACKS / 2 && type->index && !type->plan)
    return error_set(k->err, ERR_CONFLICT, "matter.often", NULL, NULL);
  struct state_track *t = &s->tracks[s->track_count];
  *t = (struct state_track){.type = type,
                            .role = role ? role : "",
                            .number = number,
                            .starter = k->key,
                            .returned_to = "",
                            .entered = k->now,
                            .opened = k->now};
  if (work_next(k, "track", &t->id) < 0) return -1;
  s->track_count++;
  *out = t;
  return 0;
}

int track_add(struct doing *d, const struct procedure_track *type, const char *role, int64_t org, int64_t post,
              int64_t person) {
  struct work *k = d->k;
  struct state_track *t;
  for (size_t i = 0; i < k->s->track_count; i++) { /* the same department is called once at a time */
    t = &k->s->tracks[i];
    if (t->type == type && !t->stage->final && (org || post || person) && t->org == org && t->post == post &&
        t->person == person)
      return error_set(k->err, ERR_CONFLICT, "matter.called-already", NULL, NULL);
  }
  if (new_track(k, type, role, &t) < 0) return -1;
  t->org = org;
  t->post = post;
  t->person = person;
  t->stage = type->start;
  struct doing there = *d;
  there.track = t;
  if (track_insert(k, t) < 0 || inspection_begin(&there, NULL) < 0 || clocks_follow(&there, NULL) < 0) return -1;
  return who_hold(k, t);
}

/* Who received a return: whoever had sent it on from the stage it goes back to. */
static const char *receiver_of_return(const struct state *s, const struct state_track *t,
                                      const struct procedure_stage *to) {
  for (size_t i = s->step_count; i-- > 0;) {
    const struct state_step *step = &s->steps[i];
    if (step->track == t && step->from == to && step->to != to && step->counts != COUNTS_RETURN) return step->actor;
  }
  return "";
}

static const struct procedure_stage *leads_to(const struct procedure_move *move, const struct state_track *track) {
  if (move->to == TO_STAGE) return move->stage;
  if (move->to == TO_PREVIOUS && track->previous) return track->previous;
  return track->stage;
}

/* --- what an action says about the matter itself ---------------------------------------------------------------- */

static int condition_chosen(struct work *k, const char *value) {
  int64_t n;
  k->s->condition_no = text_to_int(value, &n) ? (int)n : 0;
  return world_condition_exists(k->w, k->s->category, k->s->condition_no, day_of_ms(k->now, k->w->offset_min))
             ? 0
             : error_set(k->err, ERR_INPUT, "matter.field.condition", "condition", NULL);
}

static int fill_matter(struct work *k, const struct procedure_field *f, const char *value) {
  struct state *s = k->s;
  double lon, lat;
  int64_t id;
  switch (f->as) {
    case AS_SUMMARY: s->summary = text_shorten(k->a, value, SUMMARY_CHARS); break;
    case AS_ADDRESS: s->address = value; break;
    case AS_CATEGORY: s->category = value; break;
    case AS_CONDITION: return condition_chosen(k, value);
    case AS_URGENCY: s->urgency = value; break;
    case AS_SOURCE: s->source = value; break;
    case AS_PLACE: return text_to_int(value, &id) ? where_place(k, id) : 0;
    case AS_POSITION: return !k->fresh && position_read(value, &lon, &lat) ? where_position(k, lon, lat) : 0;
    default: break;
  }
  return 0;
}

static int keep_said(struct doing *d, const struct said *said, size_t count) {
  for (int round = 0; round < 2; round++) /* categories before the conditions that belong to them */
    for (size_t i = 0; i < count; i++) {
      const struct procedure_field *f = procedure_field_find(d->k->s->procedure, d->track->type, said[i].field);
      if (!f || text_empty(said[i].value) || (f->as == AS_CONDITION) != round) continue;
      if (say_keep(d, f, said[i].field, said[i].number, said[i].value) < 0) return -1;
      if (fill_matter(d->k, f, said[i].value) < 0) return -1;
    }
  return 0;
}

static void count_action(struct doing *d) {
  struct state *s = d->k->s;
  switch (d->action->counts) {
    case COUNTS_RETURN: s->returns++; break;
    case COUNTS_REWORK: s->reworks++; break;
    case COUNTS_EXTENSION: s->extensions++; break;
    case COUNTS_URGE: s->urges++; break;
    case COUNTS_REOPEN: s->reopens++; break;
    default: break;
  }
}

/* --- taking it -------------------------------------------------------------------------------------------------- */

static int new_step(struct doing *d, const struct post *post) {
  struct work *k = d->k;
  struct state *s = k->s;
  if (k->depth >= CASCADE_MAX || s->step_count == 0xFFFF)
    return error_fault(k->err, "matter.cascade", "effects go round in a circle");
  d->step = &s->steps[s->step_count];
  *d->step = (struct state_step){.track = d->track,
                                 .action = d->action,
                                 .action_name = d->action->name,
                                 .from = d->track->stage,
                                 .at = k->now,
                                 .actor = k->key,
                                 .counts = d->action->counts,
                                 .post = post ? post->id : 0,
                                 .org = post ? post->org : 0};
  if (work_next(k, "step", &d->step->id) < 0) return -1;
  s->step_count++;
  return 0;
}

/* The action's own effects, then those of the rows that decided something in it. */
static int each_effects(struct doing *d, int (*run)(struct doing *d, const struct procedure_effects *effects)) {
  if (run(d, &d->action->effects) < 0) return -1;
  for (size_t i = 0; i < d->row_count; i++)
    if (run(d, &d->rows[i]->effects) < 0) return -1;
  return 0;
}

static int move_and_note(struct doing *d) {
  struct work *k = d->k;
  const struct procedure_stage *from = d->track->stage;
  struct procedure_facts facts;
  struct state_of of = {k->s, d->track};
  state_facts(&facts, &of);
  if (!procedure_holds(d->action->when, &facts))
    return error_set(k->err, ERR_CONFLICT, "matter.condition", NULL, title_arg(k->a, &d->action->title), NULL);
  const struct procedure_stage *to = leads_to(procedure_action_move(d->action, &facts), d->track);
  if (d->action->counts == COUNTS_RETURN)
    d->track->returned_to = receiver_of_return(k->s, d->track, to);
  else if (to != from)
    d->track->returned_to = "";
  if (each_effects(d, effects_before) < 0) return -1;
  track_enter(d, d->track, to);
  if (note_step(d, d->action->name, from) < 0) return -1;
  count_action(d);
  if (ballot_after(d, from) < 0 || inspection_begin(d, from) < 0 || clocks_follow(d, from) < 0) return -1;
  if (each_effects(d, effects_run) < 0) return -1;
  return plans_follow(d, from);
}

int act_take(struct work *k, struct state_track *track, const struct procedure_action *action, const struct said *said,
             size_t said_count, const struct post *post) {
  struct buf digests;
  struct doing d = {.k = k, .track = track, .action = action, .digests = &digests};
  buf_init(&digests, DIGESTS_MAX);
  k->depth++;
  int r = new_step(&d, post);
  if (r == 0) r = keep_said(&d, said, said_count);
  if (r == 0) r = inspection_complete(&d);
  if (r == 0) r = triage_decide(&d);
  if (r == 0) r = ballot_before(&d);
  if (r == 0) r = move_and_note(&d);
  if (r == 0) r = track_save(k, track);
  if (r == 0) r = who_hold(k, track);
  k->depth--;
  buf_free(&digests);
  return r;
}

/* --- the matter's row ------------------------------------------------------------------------------------------- */

static bool shows_public(const struct state *s) {
  return s->procedure->shows_public && !s->confidential && !s->sealed && !s->merged_into && s->outcome != OUTCOME_VOID;
}

/* Search words of one matter, written when the batch ends: a full-text index is flushed at every savepoint. */
struct words_due {
  int64_t district, matter, row;
  bool fresh;
  const char *tokens;
};

static int write_words(struct lane_txn *t, void *ctx, struct error *err) {
  const struct words_due *w = ctx;
  struct q_matter_words_drop_in drop = {.district = w->district, .matter = w->matter, .row = w->row};
  struct q_matter_words_add_in in = {
      .district = w->district, .matter = w->matter, .row = w->row, .tokens = w->tokens};
  if (!w->fresh && q_matter_words_drop(t->db, &drop, err) < 0) return -1;
  return q_matter_words_add(t->db, &in, err) < 0 ? -1 : 0;
}

static int index_words(struct work *k) {
  struct buf tokens;
  struct words_due *w = ARENA_NEW(k->a, struct words_due);
  buf_init(&tokens, TOKENS_MAX);
  search_tokens(&tokens, k->s->code);
  search_tokens(&tokens, k->s->summary);
  search_tokens(&tokens, k->s->address);
  *w = (struct words_due){.district = k->w->district, .matter = k->s->id, .fresh = k->fresh,
                          .row = k->w->district * ((int64_t)1 << 40) + k->s->id,
                          .tokens = arena_strdup(k->a, tokens.data)};
  buf_free(&tokens);
  return lane_at_end(k->t, write_words, w);
}

/* The columns of a matter's row that change, once for both statements. */
#define MATTER_ROW(k, s)                                                                                               \
  .district = (k)->w->district, .id = (s)->id, .stage = (s)->tracks[0].stage->name, .phase = (int64_t)(s)->phase,      \
  .outcome = (int64_t)(s)->outcome, .summary = (s)->summary, .category = (s)->category,                                \
  .condition_no = (s)->condition_no, .urgency = (s)->urgency, .street = (s)->at.street,                                \
  .community = (s)->at.community, .grid = (s)->at.grid, .building = (s)->at.building, .stairwell = (s)->at.stairwell,   \
  .to_be_placed = (s)->to_be_placed, .lon = (s)->lon, .lat = (s)->lat, .cell = cell_of((s)->lon, (s)->lat),            \
  .address = (s)->address, .updated = (s)->updated, .closed = (s)->closed, .due = (s)->due, .warn_at = (s)->warn_at,   \
  .shown_due = (s)->shown_due, .confidential = (s)->confidential, .sealed = (s)->sealed, .public = (s)->shown_public,   \
  .card = (s)->card, .reporters = (s)->reporter_total, .returns = (s)->returns, .reworks = (s)->reworks,               \
  .urges = (s)->urges, .reopens = (s)->reopens, .extensions = (s)->extensions, .late = (s)->late,                      \
  .merged_into = (s)->merged_into, .relapse_of = (s)->relapse_of, .org = (s)->tracks[0].org,                           \
  .last_step = (s)->last_step, .facts = (s)->facts

static int matter_insert(struct work *k) {
  const struct state *s = k->s;
  struct q_matter_add_in in = {MATTER_ROW(k, s), .code = s->code, .procedure = s->procedure->name,
                               .version = s->procedure->version, .main = s->tracks[0].id, .source = s->source,
                               .opened = s->opened, .origin = s->origin};
  return q_matter_add(k->t->db, &in, k->err) < 0 ? -1 : 0;
}

static int matter_update(struct work *k) {
  struct q_matter_put_in in = {MATTER_ROW(k, k->s)};
  int n = q_matter_put(k->t->db, &in, k->err);
  if (n == 0) return error_fault(k->err, "matter.version", "matter %lld vanished", (long long)k->s->id);
  return n < 0 ? -1 : 0;
}

int work_finish(struct work *k) {
  clocks_summary(k);
  k->s->shown_public = shows_public(k->s);
  k->s->facts = figure_facts(k->s, k->s->facts);
  figure_follow(k);
  if (listing_follow(k) < 0) return -1;
  if (!k->s->sealed && (k->fresh || k->words_changed))
    if (index_words(k) < 0) return -1;
  if (publish_follow(k) < 0 || grade_follow(k) < 0) return -1;
  int r = k->s->sealed ? (k->fresh ? sealed_insert(k) : sealed_update(k)) : k->fresh ? matter_insert(k) : matter_update(k);
  k->fresh = false;
  k->words_changed = false;
  return r;
}

/* --- opening ---------------------------------------------------------------------------------------------------- */

static int next_code(struct work *k) {
  struct civil c;
  struct buf b;
  int64_t seq;
  int32_t day = day_of_ms(k->now, k->w->offset_min);
  civil_from_day(&c, day);
  const struct procedure *p = k->s->procedure;
  const char *name = procedure_number_yearly(p) ? arena_printf(k->a, "no.%s.%d", p->name, c.year)
                                                : arena_printf(k->a, "no.%s", p->name);
  if (lane_next(k->t, name, &seq, k->err) < 0) return -1;
  buf_init(&b, 256);
  procedure_number(&b, p,
                   &(struct procedure_number_parts){.district = k->w->code, .street = "", .day = day, .seq = seq});
  k->s->code = arena_strdup(k->a, b.data);
  buf_free(&b);
  return 0;
}

static struct state *empty_state(struct work *k, const struct procedure *p) {
  struct state *s = ARENA_NEW(k->a, struct state);
  *s = (struct state){.district = k->w->district,
                      .procedure = p,
                      .code = "",
                      .summary = "",
                      .source = "",
                      .category = "",
                      .urgency = "",
                      .address = "",
                      .lon = NAN,
                      .lat = NAN,
                      .opened = k->now,
                      .updated = k->now};
  s->tracks = ARENA_ROOM(k->a, STATE_MORE_TRACKS, struct state_track);
  s->steps = ARENA_ROOM(k->a, STATE_MORE_STEPS, struct state_step);
  s->said = ARENA_ROOM(k->a, STATE_MORE_SAID, struct state_said);
  s->clocks = ARENA_ROOM(k->a, STATE_MORE_CLOCKS, struct state_clock);
  s->reporters = ARENA_ROOM(k->a, STATE_MORE_REPORTERS, struct state_reporter);
  s->links = ARENA_ARRAY(k->a, 8, struct state_link);
  return s;
}

/* The values a matter needs before anybody can be asked whether they may open it there. */
static int start_state(struct work *k, const struct procedure *p, const struct said *said, size_t count) {
  struct state_track *main;
  k->s = empty_state(k, p);
  k->s->confidential = p->confidential;
  k->fresh = true;
  k->s->sealed = p->secrecy != NULL;
  if (work_next(k, "matter", &k->s->id) < 0 || (p->secrecy ? sealed_new(k) : next_code(k)) < 0) return -1;
  if (new_track(k, &p->tracks[0], "", &main) < 0) return -1;
  if (locate_from(k, said, count) < 0) return -1;
  state_subject(k->s, k->a, &k->subject);
  return 0;
}

/* Loosely: something on both sides of one @. Whether it is delivered only a letter can tell. */
static bool mail_fits(const char *v) {
  const char *at = strchr(v, '@');
  return at && at > v && at[1] && !strchr(at + 1, '@') && !strpbrk(v, " <>,;\"");
}

/* Somebody who cannot be reached is not told how it went. */
static int check_reach(struct work *k, const struct reporter_in *in) {
  if (!text_empty(in->phone) && !phone_fits(in->phone))
    return error_set(k->err, ERR_INPUT, "matter.reporter.phone", "phone", NULL);
  if (!text_empty(in->mail) && !mail_fits(in->mail))
    return error_set(k->err, ERR_INPUT, "matter.reporter.mail", "mail", NULL);
  return 0;
}

/* --- a place ---------------------------------------------------------------------------------------------------- */

/* The action's field of this meaning, NULL when it asks for none. */
static const struct procedure_field *asked(const struct procedure_action *action, enum procedure_field_as as) {
  const struct procedure_field_list *lists[] = {&action->needs, &action->asks};
  for (size_t l = 0; l < 2; l++)
    for (size_t i = 0; i < lists[l]->count; i++)
      if (lists[l]->items[i]->as == as) return lists[l]->items[i];
  return NULL;
}

static bool says_address(const struct procedure_action *action, const struct said *said, size_t count) {
  const struct procedure_field *f = asked(action, AS_ADDRESS);
  for (size_t i = 0; f && i < count; i++)
    if (text_eq(said[i].field, f->name) && !text_empty(said[i].value)) return true;
  return false;
}

static int no_place(struct work *k, const struct procedure_action *action) {
  const struct procedure_field *f = asked(action, AS_PLACE);
  if (!f) f = asked(action, AS_POSITION);
  return error_set(k->err, ERR_INPUT, "matter.place.missing", f ? f->name : "position", NULL);
}

/* Where its procedure wants it in a street at least, it lies there: asked before whose business it is, for the place decides. */
static int check_lies(struct work *k, const struct procedure_action *action) {
  unsigned at = k->s->procedure->open_at;
  return !at || k->s->at.street || at & 1u << ROLE_AT_DISTRICT ? 0 : no_place(k, action);
}

/* Somebody must be able to go there: a place, a point or, where a matter may lie in the district as a whole, at least an
 * address in words, which is placed later. An action that asks for no place needs none there. */
static int check_placed(struct work *k, const struct procedure_action *action, const struct said *said, size_t count) {
  bool asks = asked(action, AS_PLACE) || asked(action, AS_POSITION);
  bool has_happened = k->act && (k->act->at || k->act->anywhere); /* imported: nobody goes there any more */
  if (!asks || !k->s->procedure->open_at || k->s->at.street || k->s->origin || has_happened) return 0;
  k->s->to_be_placed = true;
  return says_address(action, said, count) ? 0 : no_place(k, action);
}

int reporter_insert(struct work *k, const struct reporter_in *in, int64_t reported) {
  struct state_reporter *r = &k->s->reporters[k->s->reporter_count];
  char receipt[RECEIPT_CHARS + 1], hash[2 * HASH_BYTES + 1];
  if (check_reach(k, in) < 0) return -1;
  random_code(receipt, RECEIPT_CHARS);
  if (lane_next(k->t, "reporter", &r->id, k->err) < 0) return -1;
  struct seal_place name = {k->w->district, "reporter", "name", r->id},
                    phone = {k->w->district, "reporter", "phone", r->id};
  struct seal_place mail = {k->w->district, "reporter", "mail", r->id};
  *r = (struct state_reporter){
      .id = r->id,
      .reported = reported,
      .receipt = arena_strdup(k->a, receipt),
      .person = k->for_another ? 0 : k->actor->person,
      .api_key = k->actor->api_key,
      .confidential = in->confidential,
      .lang = in->lang,
      .at = k->now,
      .name = people_seal(k->a, &k->e->env->keys, &name, text_empty(in->name) ? NULL : in->name),
      .phone = people_seal(k->a, &k->e->env->keys, &phone, text_empty(in->phone) ? NULL : in->phone),
      .mail = people_seal(k->a, &k->e->env->keys, &mail, text_empty(in->mail) ? NULL : in->mail)};
  struct q_reporter_add_in row = {.district = k->w->district,
                                  .id = r->id,
                                  .matter = k->s->id,
                                  .reported = reported,
                                  .receipt = r->receipt,
                                  .person = r->person,
                                  .api_key = r->api_key,
                                  .name = r->name,
                                  .phone = r->phone,
                                  .mail = r->mail,
                                  .confidential = r->confidential,
                                  .lang = lang_tag(r->lang),
                                  .at = r->at};
  if (!text_empty(in->phone)) {
    people_match(hash, &k->e->env->keys, k->w->district, "phone", in->phone);
    row.phone_hash = (struct bytes){(const unsigned char *)hash, strlen(hash)};
  }
  if (q_reporter_add(k->t->db, &row, k->err) < 0) return -1;
  k->s->reporter_count++;
  k->s->reporter_total++;
  if (in->confidential && k->fresh) k->s->confidential = true; /* who joins hides their own name, not others' matter */
  return 0;
}

static int find_relapse_in_row(struct work *k, int64_t row, time_ms since, int64_t *out) {
  const struct procedure *p = k->s->procedure;
  struct q_matter_relapse_of_out found = {0};
  struct q_matter_relapse_of_in in = {.district = k->w->district,
                                      .procedure = p->name,
                                      .cell_from = row - 1,
                                      .cell_to = row + 1,
                                      .since = since,
                                      .id = k->s->id,
                                      .category = p->relapse_same & RELAPSE_CATEGORY ? k->s->category : NULL};
  if (q_matter_relapse_of(k->t->db, k->a, &found, &in, k->err) < 0) return -1;
  if (found.id) *out = found.id;
  return 0;
}

/* The same place (and category) again within the procedure's time after one was ended: a relapse (回流). */
static int find_relapse(struct work *k) {
  const struct procedure *p = k->s->procedure;
  int64_t cell = cell_of(k->s->lon, k->s->lat);
  struct limit within;
  if (!(p->relapse_same & RELAPSE_PLACE) || !cell || k->s->relapse_of || k->s->sealed) return 0;
  if ((p->relapse_same & RELAPSE_CATEGORY) && !*k->s->category) return 0;
  if (limit_resolve(&within, k, &p->relapse_within) < 0) return -1;
  time_ms since = k->now - (time_ms)(within.milli / LIMIT_ONE) * (within.unit == UNIT_MONTH ? 31 : 1) * (time_ms)DAY_MS;
  for (int row = -1; row <= 1; row++)
    if (find_relapse_in_row(k, cell + row * 1000000, since, &k->s->relapse_of) < 0) return -1;
  return 0;
}

static int open_now(struct work *k, const struct procedure_action *action, const struct said *said, size_t count,
                    const struct reporter_in *reporter) {
  const struct post *post = NULL;
  if (!who_may(k, &k->s->tracks[0], action, &post))
    return error_set(k->err, k->actor->kind == ACTOR_ANONYMOUS ? ERR_SIGN_IN : ERR_DENIED, "matter.not-yours", NULL,
                     NULL);
  if (say_check(k, &k->s->tracks[0], action, said, count) < 0 || check_placed(k, action, said, count) < 0) return -1;
  k->for_another = post != NULL;
  if (reporter && !k->s->sealed && reporter_insert(k, reporter, k->s->id) < 0) return -1;
  if (track_insert_main(k) < 0) return -1;
  if (act_take(k, &k->s->tracks[0], action, said, count, post) < 0) return -1;
  if (find_relapse(k) < 0) return -1;
  return work_finish(k);
}

/* Out of another matter: the machine opens it on behalf of whoever took the action there. */
int act_open(struct work *parent, const struct procedure *p, const struct procedure_action *action,
             const struct said *said, size_t said_count, const char *link, struct work **child) {
  struct work *k = ARENA_NEW(parent->a, struct work);
  *k = *parent;
  k->act = NULL;
  k->words_changed = false;
  if (start_state(k, p, said, said_count) < 0) return -1;
  if (!k->s->at.street) k->s->at = parent->s->at;
  if (isnan(k->s->lon)) {
    k->s->lon = parent->s->lon;
    k->s->lat = parent->s->lat;
  }
  k->s->origin = parent->s->id;
  k->s->source = parent->s->procedure->name;
  k->s->confidential = p->confidential || parent->s->confidential;
  if (!*k->s->address) k->s->address = parent->s->address;
  if (!*k->s->category) k->s->category = parent->s->category;
  if (check_lies(k, action) < 0) return -1;
  state_subject(k->s, k->a, &k->subject);
  if (say_check(k, &k->s->tracks[0], action, said, said_count) < 0) return -1;
  struct q_link_add_in in = {
      .district = k->w->district, .a = parent->s->id, .b = k->s->id, .kind = link ? link : p->name};
  if ((!k->s->sealed && q_link_add(k->t->db, &in, k->err) < 0) || track_insert_main(k) < 0) return -1;
  if (act_take(k, &k->s->tracks[0], action, said, said_count, NULL) < 0 || work_finish(k) < 0) return -1;
  *child = k;
  return 0;
}

/* --- the door --------------------------------------------------------------------------------------------------- */

/* How long ago the same actor took this action on this track: for `again`. */
static const struct state_step *last_by(const struct work *k, const struct state_track *t,
                                        const struct procedure_action *action, int *times) {
  const struct state_step *last = NULL;
  *times = 0;
  for (size_t i = 0; i < k->s->step_count; i++) {
    const struct state_step *step = &k->s->steps[i];
    if (step->track != t || step->action != action) continue;
    ++*times;
    if (text_eq(step->actor, k->key)) last = step;
  }
  return last;
}

int act_in_time(struct work *k, const struct state_track *t, const struct procedure_action *action) {
  int times;
  const struct state_step *last = last_by(k, t, action, &times);
  struct limit limit;
  time_ms until;
  if (action->upto && times >= action->upto) return error_set(k->err, ERR_CONFLICT, "matter.often", NULL, NULL);
  if (last && action->again.text) {
    if (limit_resolve(&limit, k, &action->again) < 0 ||
        clock_advance(&until, k->w->calendar, k->w->rules, last->at, limit, k->err) < 0)
      return -1;
    if (k->now < until) return error_set(k->err, ERR_CONFLICT, "matter.soon", NULL, NULL);
  }
  if (!action->within.text) return 0;
  if (limit_resolve(&limit, k, &action->within) < 0 ||
      clock_advance(&until, k->w->calendar, k->w->rules, t->entered, limit, k->err) < 0)
    return -1;
  return k->now > until ? error_set(k->err, ERR_CONFLICT, "matter.too-late", NULL, NULL) : 0;
}

static bool was_done(const struct state *s, const struct state_track *t, const struct procedure_action *action) {
  for (size_t i = 0; i < s->step_count; i++)
    if (s->steps[i].track == t && s->steps[i].action == action) return true;
  return false;
}

/* Why it cannot be done where the track stands: it was done before, or it belongs to another stage. */
static int refuse_stage(struct work *k, const struct state_track *t, const struct procedure_action *action) {
  const char *stage = title_arg(k->a, &t->stage->title), *title = title_arg(k->a, &action->title);
  if (was_done(k->s, t, action)) return error_set(k->err, ERR_CONFLICT, "matter.done", NULL, title, stage, NULL);
  const struct procedure_stage *theirs = action->from.count ? action->from.items[0] : t->stage;
  return error_set(k->err, ERR_CONFLICT, "matter.stage", NULL, stage, title, title_arg(k->a, &theirs->title), NULL);
}

static int check_door(struct work *k, const struct act *act, struct state_track *t,
                      const struct procedure_action *action, const struct post **post) {
  if (!who_may(k, t, action, post))
    return error_set(k->err, k->actor->kind == ACTOR_ANONYMOUS ? ERR_SIGN_IN : ERR_DENIED, "matter.not-yours", NULL, NULL);
  if (act->seen_step && act->seen_step != k->s->last_step)
    return error_set(k->err, ERR_CONFLICT, "matter.moved", NULL, NULL);
  if (!procedure_action_from(action, t->stage)) return refuse_stage(k, t, action);
  if (act_in_time(k, t, action) < 0) return -1;
  return say_check(k, t, action, act->said, act->said_count);
}

/* A name nobody has, or one of another track, or of beginning a new matter. */
static int refuse_name(struct work *k, const struct state_track *t, const char *name) {
  const struct procedure *p = k->s->procedure;
  if (!t) return error_set(k->err, ERR_INPUT, "matter.track", "track", NULL);
  for (size_t i = 0; i < p->tracks_count; i++) {
    const struct procedure_action *a = procedure_action_find(&p->tracks[i], name);
    if (a && a->opens) return error_set(k->err, ERR_CONFLICT, "matter.opens", "action", title_arg(k->a, &a->title), NULL);
    if (!a) continue;
    const char *title = title_arg(k->a, &a->title);
    return error_set(k->err, ERR_INPUT, "matter.action-elsewhere", "track", title, p->tracks[i].name, NULL);
  }
  return error_set(k->err, ERR_INPUT, "matter.action", "action", name, NULL);
}

static int act_existing(struct work *k, const struct act *act, struct acted *out) {
  int r = state_load(&k->s, k->t->db, k->w, act->matter, k->a, k->err);
  if (r < 0) return -1;
  if (r == 1) state_subject(k->s, k->a, &k->subject);
  if (r == 0 || access_matter(k->actor, &k->subject, k->now) == VIEW_NONE)
    return error_set(k->err, ERR_MISSING, "matter.unknown", NULL, NULL);
  struct state_track *t = NULL;
  for (size_t i = 0; i < k->s->track_count; i++)
    if (k->s->tracks[i].id == act->track || (!act->track && i == 0)) t = &k->s->tracks[i];
  const struct procedure_action *action = t ? procedure_action_find(t->type, act->action) : NULL;
  const struct post *post = NULL;
  if (!action || action->opens) return refuse_name(k, t, act->action);
  if (check_door(k, act, t, action, &post) < 0) return -1;
  const char *summary = k->s->summary;
  if (act_take(k, t, action, act->said, act->said_count, post) < 0) return -1;
  k->words_changed = k->s->summary != summary;
  out->track = t->id;
  return work_finish(k);
}

/* Where it does not say a place itself it lies where the other lies; the other leads to it. */
static int come_out_of(struct work *k, int64_t origin) {
  struct q_matter_get_out row;
  int found = q_matter_get(k->t->db, k->a, &row, &(struct q_matter_get_in){.district = k->w->district, .id = origin}, k->err);
  if (found < 0 || publish_objection(k, origin) < 0) return -1;
  k->s->origin = origin;
  if (!found || row.sealed || k->s->sealed) return 0;
  if (!k->s->at.street)
    k->s->at = (struct place_chain){row.street, row.community, row.grid, row.building, row.stairwell};
  state_subject(k->s, k->a, &k->subject);
  struct q_link_add_in in = {.district = k->w->district, .a = origin, .b = k->s->id, .kind = k->s->procedure->name};
  return q_link_add(k->t->db, &in, k->err) < 0 ? -1 : 0;
}

static int act_opening(struct work *k, const struct act *act, struct acted *out) {
  const struct procedure *p = world_procedure(k->w, act->procedure, 0);
  const struct procedure_action *action = p ? procedure_opening(p, act->action) : NULL;
  if (!p) return error_set(k->err, ERR_INPUT, "matter.procedure", "procedure", act->procedure, NULL);
  if (!action) return error_set(k->err, ERR_INPUT, "matter.action", "action", act->action ? act->action : "", NULL);
  if (!p->open_alone && !act->origin)
    return error_set(k->err, ERR_CONFLICT, "matter.not-alone", NULL, title_arg(k->a, &p->title), NULL);
  if (start_state(k, p, act->said, act->said_count) < 0) return -1;
  k->s->source = act->source ? act->source : "";
  if (act->origin && come_out_of(k, act->origin) < 0) return -1;
  if (check_lies(k, action) < 0) return -1;
  if (open_now(k, action, act->said, act->said_count, act->reporter) < 0) return -1;
  out->track = k->s->tracks[0].id;
  if (k->s->reporter_count) out->receipt = k->s->reporters[0].receipt;
  return 0;
}

static int answer_again(struct lane_txn *t, int64_t matter, const char *reply, struct acted *out) {
  const char *space = strchr(reply, ' ');
  size_t n = space ? (size_t)(space - reply) : strlen(reply);
  *out = (struct acted){.matter = matter,
                        .again = true,
                        .code = arena_strndup(t->arena, reply, n),
                        .receipt = arena_strdup(t->arena, space ? space + 1 : ""),
                        .stage = ""};
  return 0;
}

static void fill_acted(const struct work *k, struct acted *out) {
  out->matter = k->s->id;
  out->code = k->s->code;
  out->step = k->s->last_step;
  out->stage = k->s->tracks[0].stage->name;
  out->next_due = k->s->shown_due;
  out->late = k->s->late;
  if (!out->receipt) out->receipt = "";
}

static int act_in_world(struct work *k, const struct act *act, struct acted *out) {
  const char *reply;
  int64_t matter;
  if (act->once_key) {
    int r = once_find(k->t, k->key, act->once_key, act->once_request, &matter, &reply, k->err);
    if (r != 0) return r < 0 ? -1 : answer_again(k->t, matter, reply, out);
  }
  if ((act->procedure ? act_opening(k, act, out) : act_existing(k, act, out)) < 0) return -1;
  fill_acted(k, out);
  if (!act->once_key) return 0;
  reply = arena_printf(k->a, "%s %s", out->code, out->receipt);
  return once_keep(k->t, k->key, act->once_key, act->once_request, out->matter, reply, k->err);
}

int engine_act(struct lane_txn *t, struct engine *e, const struct act *act, struct acted *out, struct error *err) {
  *out = (struct acted){0};
  const struct world *w = world_take(e);
  struct work k = {.t = t,
                   .e = e,
                   .w = w,
                   .a = t->arena,
                   .actor = act->actor,
                   .key = actor_key(t->arena, act->actor),
                   .now = act->at ? act->at : t->now,
                   .err = err,
                   .act = act};
  int r = act_in_world(&k, act, out);
  world_release(e, w);
  return r;
}

/* One more reporter, as a step of the main track. */
static int take_follow(struct work *k, const struct reporter_in *reporter, struct acted *out) {
  struct doing d = {.k = k, .track = &k->s->tracks[0]};
  size_t mine = k->s->reporter_count;
  d.step = &k->s->steps[k->s->step_count];
  *d.step = (struct state_step){
      .track = d.track, .action_name = "follow", .from = d.track->stage, .at = k->now, .actor = k->key};
  if (lane_next(k->t, "step", &d.step->id, k->err) < 0 || reporter_insert(k, reporter, k->s->id) < 0 ||
      note_step(&d, "follow", d.track->stage) < 0 || work_finish(k) < 0)
    return -1;
  fill_acted(k, out);
  out->receipt = k->s->reporters[mine].receipt;
  return 0;
}

static int follow_in_world(struct work *k, const struct follow *f, struct acted *out) {
  const char *reply;
  int64_t matter;
  if (f->once_key) {
    int known = once_find(k->t, k->key, f->once_key, f->once_request, &matter, &reply, k->err);
    if (known != 0) return known < 0 ? -1 : answer_again(k->t, matter, reply, out);
  }
  int found = state_load(&k->s, k->t->db, k->w, f->matter, k->a, k->err);
  if (found < 0) return -1;
  if (found) state_subject(k->s, k->a, &k->subject);
  if (!found || k->s->sealed || access_matter(k->actor, &k->subject, k->now) == VIEW_NONE)
    return error_set(k->err, ERR_MISSING, "matter.unknown", NULL, NULL);
  if (k->s->outcome != OUTCOME_OPEN)
    return error_set(k->err, ERR_CONFLICT, "matter.ended", NULL, title_arg(k->a, &k->s->tracks[0].stage->title), NULL);
  if (take_follow(k, f->reporter, out) < 0) return -1;
  if (!f->once_key) return 0;
  reply = arena_printf(k->a, "%s %s", out->code, out->receipt);
  return once_keep(k->t, k->key, f->once_key, f->once_request, out->matter, reply, k->err);
}

int engine_follow(struct lane_txn *t, struct engine *e, const struct follow *follow, struct acted *out, struct error *err) {
  *out = (struct acted){0};
  const struct world *w = world_take(e);
  struct work k = {.t = t, .e = e, .w = w, .a = t->arena, .actor = follow->actor, .key = actor_key(t->arena, follow->actor),
                   .now = t->now, .err = err};
  int r = follow_in_world(&k, follow, out);
  world_release(e, w);
  return r;
}
