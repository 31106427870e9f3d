/* What follows from an action, a clock's mark or another action. */
#include "matter/sealed_internal.h"

#include <stdio.h>
#include <string.h>

enum { SAID_MOST = 32 };

static const struct state_track *field_track(struct doing *d, const struct procedure_field *f) {
  return f->track == d->track->type ? d->track : &d->k->s->tracks[0];
}

/* Calls `each` with every value the field has now. */
static int each_value(struct doing *d, const struct procedure_field *f, int (*each)(void *ctx, const char *value),
                      void *ctx) {
  struct state *s = d->k->s;
  const struct state_track *t = field_track(d, f);
  const struct state_step *step = state_said_in(s, t, f);
  size_t n = s->said_count;
  for (size_t i = 0; step && i < n; i++)
    if (s->said[i].field == f && s->said[i].track == t && s->said[i].step == step && s->said[i].value)
      if (each(ctx, s->said[i].value) < 0) return -1;
  return 0;
}

/* --- assigning and adding --------------------------------------------------------------------------------------- */

static void set_holder(struct state_track *t, const struct procedure_field *f, int64_t id) {
  t->org = t->post = t->person = 0;
  if (f->type == FIELD_POST)
    t->post = id;
  else
    t->org = id;
}

static int first_key(void *ctx, const char *key) {
  const char **out = ctx;
  if (!*out) *out = key;
  return 0;
}

static int assign(struct doing *d, const struct procedure_effect *e) {
  int64_t id = 0;
  if (e->field) {
    const char *v = state_value(d->k->s, field_track(d, e->field), e->field);
    if (v && text_to_int(v, &id)) set_holder(d->track, e->field, id);
    return 0;
  }
  const char *key = NULL;
  if (who_keys(d->k, d->track, &e->actors, first_key, &key) < 0) return -1;
  if (!key) return 0;
  const char *colon = strchr(key, ':');
  d->track->org = d->track->post = d->track->person = 0;
  if (colon && text_to_int(colon + 1, &id)) {
    if (text_starts(key, "org:")) d->track->org = id;
    if (text_starts(key, "post:")) d->track->post = id;
    if (text_starts(key, "person:")) d->track->person = id;
  }
  return 0;
}

struct adding {
  struct doing *d;
  const struct procedure_effect *e;
};

static int add_one(void *ctx, const char *value) {
  struct adding *a = ctx;
  int64_t id;
  if (!text_to_int(value, &id)) return 0;
  bool post = a->e->field->type == FIELD_POST;
  return track_add(a->d, a->e->track, a->e->track_role, post ? 0 : id, post ? id : 0, 0);
}

/* A draw that anybody can repeat: the hash of the journal's last line, taken by hundred. */
static bool drawn(struct doing *d, int64_t percent) {
  unsigned char hash[HASH_BYTES];
  char text[64];
  snprintf(text, sizeof text, "%lld/%lld/%lld", (long long)d->k->w->district, (long long)d->k->s->id,
           (long long)d->step->journal);
  hash_bytes(hash, text, strlen(text));
  return ((hash[0] << 8) | hash[1]) % 100 < percent;
}

static int add_each(struct doing *d, const struct procedure_effect *e);

static int add(struct doing *d, const struct procedure_effect *e) {
  struct adding a = {d, e};
  if (e->each) return add_each(d, e);
  int64_t percent = number_resolve(d->k, &e->percent);
  if (percent < 100 && !drawn(d, percent)) return 0;
  return e->field ? each_value(d, e->field, add_one, &a) : track_add(d, e->track, e->track_role, 0, 0, 0);
}

/* --- other matters ---------------------------------------------------------------------------------------------- */

struct carrying {
  struct said *said;
  size_t count;
  const char *theirs;
};

/* A value of one row of a record that was said on the doing's track; NULL none. */
static const char *row_value(struct doing *d, const struct procedure_field *part, int row) {
  const struct state *s = d->k->s;
  const struct state_track *t = field_track(d, part->record);
  const char *name = arena_printf(d->k->a, "%s.%s", part->record->name, part->name);
  for (size_t i = s->said_count; i-- > 0;)
    if (s->said[i].track == t && s->said[i].number == row && text_eq(s->said[i].field_name, name)) return s->said[i].value;
  return NULL;
}

/* How many rows the record had when it was said last. */
static int row_count(struct doing *d, const struct procedure_field *record) {
  const struct state *s = d->k->s;
  const struct state_step *last = NULL;
  size_t len = strlen(record->name);
  int rows = 0;
  for (size_t i = s->said_count; i-- > 0;) {
    const struct state_said *said = &s->said[i];
    bool of_record = text_starts(said->field_name, record->name) && said->field_name[len] == '.';
    if (!of_record || said->track != field_track(d, record)) continue;
    if (!last) last = said->step;
    if (said->step == last && said->number >= rows) rows = said->number + 1;
  }
  return rows;
}

static int carry_one(void *ctx, const char *value) {
  struct carrying *c = ctx;
  int number = 0;
  for (size_t i = 0; i < c->count; i++) number += text_eq(c->said[i].field, c->theirs);
  if (c->count < SAID_MOST) c->said[c->count++] = (struct said){c->theirs, number, value};
  return 0;
}

/* What is handed on: of a record the parts of one row. */
static int carry_all(struct carrying *c, struct doing *d, const struct procedure_effect *e, int row) {
  *c = (struct carrying){.said = ARENA_ARRAY(d->k->a, SAID_MOST, struct said)};
  for (size_t i = 0; i < e->carry_count; i++) {
    const struct procedure_field *ours = e->carry[i].ours;
    c->theirs = e->carry[i].theirs;
    if (ours->record) {
      const char *v = row_value(d, ours, row);
      if (v && carry_one(c, v) < 0) return -1;
    } else if (each_value(d, e->carry[i].ours, carry_one, c) < 0) return -1;
  }
  return 0;
}

static int open_one(struct doing *d, const struct procedure_effect *e, int row) {
  struct work *k = d->k, *child;
  const struct procedure *p = world_procedure(k->w, e->procedure, 0);
  const struct procedure_action *action = p ? procedure_opening(p, e->other) : NULL;
  struct carrying c;
  if (!action)
    return error_fault(k->err, "matter.procedure", "%s cannot be opened by %s", e->procedure, e->other ? e->other : "");
  if (carry_all(&c, d, e, row) < 0) return -1;
  return act_open(k, p, action, c.said, c.count, e->link, &child);
}

static int open_other(struct doing *d, const struct procedure_effect *e) {
  if (!e->each) return open_one(d, e, 0);
  int rows = row_count(d, e->each);
  for (int row = 0; row < rows; row++)
    if (open_one(d, e, row) < 0) return -1;
  return 0;
}

/* One track for each row, which begins with an action of its own that says what is handed on: so it stands in its history
 * and in the journal. */
static int add_each(struct doing *d, const struct procedure_effect *e) {
  struct work *k = d->k;
  const struct actor *actor = k->actor;
  const struct actor system = {.kind = ACTOR_MACHINE, .district = k->w->district};
  const char *key = k->key;
  int rows = row_count(d, e->each), r = 0;
  for (int row = 0; r == 0 && row < rows; row++) {
    struct carrying c;
    if (carry_all(&c, d, e, row) < 0 || track_add(d, e->track, e->track_role, 0, 0, 0) < 0) return -1;
    struct state_track *t = &k->s->tracks[k->s->track_count - 1];
    k->actor = &system;
    k->key = "system";
    r = say_check(k, t, e->action, c.said, c.count);
    if (r == 0) r = act_take(k, t, e->action, c.said, c.count, NULL);
    k->actor = actor;
    k->key = key;
  }
  return r;
}

static int other_work(struct doing *d, int64_t id, struct work **out);

static int link_other(struct doing *d, const struct procedure_effect *e) {
  const char *v = state_value(d->k->s, field_track(d, e->field), e->field);
  int64_t other;
  struct work *there;
  if (!v || !text_to_int(v, &other)) return 0;
  if (other_work(d, other, &there) < 0) return -1;
  if (there->s->sealed) return error_set(d->k->err, ERR_INPUT, "matter.other", e->field->name, NULL);
  if (other == d->k->s->id) return error_set(d->k->err, ERR_INPUT, "matter.link.self", e->field->name, NULL);
  struct q_link_add_in in = {.district = d->k->w->district,
                             .a = other < d->k->s->id ? other : d->k->s->id,
                             .b = other < d->k->s->id ? d->k->s->id : other,
                             .kind = e->link ? e->link : "related",
                             .step = d->step->id};
  return q_link_add(d->k->t->db, &in, d->k->err) < 0 ? -1 : 0;
}

/* The other matter loaded as a work of its own; the actor must be allowed to know of it. */
static int other_work(struct doing *d, int64_t id, struct work **out) {
  struct work *k = ARENA_NEW(d->k->a, struct work);
  *k = *d->k;
  k->fresh = k->words_changed = false;
  int r = state_load(&k->s, k->t->db, k->w, id, k->a, k->err);
  if (r < 0) return -1;
  if (r == 1) state_subject(k->s, k->a, &k->subject);
  if (r == 0 || (k->actor->kind != ACTOR_MACHINE && access_matter(k->actor, &k->subject, k->now) < VIEW_HANDLER))
    return error_set(k->err, ERR_INPUT, "matter.other", "into", NULL);
  *out = k;
  return 0;
}

/* Merging: reporters follow the other matter from now on and count there. */
static int merge(struct doing *d, const struct procedure_effect *e) {
  struct work *k = d->k, *other;
  const char *v = state_value(k->s, field_track(d, e->field), e->field);
  int64_t into;
  if (!v || !text_to_int(v, &into)) return 0;
  if (into == k->s->id) return error_set(k->err, ERR_INPUT, "matter.link.self", e->field->name, NULL);
  if (other_work(d, into, &other) < 0) return -1;
  if (other->s->merged_into || other->s->procedure != k->s->procedure)
    return error_set(k->err, ERR_CONFLICT, "matter.merge.into", e->field->name, NULL);
  k->s->merged_into = into;
  struct q_reporter_move_in move = {.district = k->w->district, .from_matter = k->s->id, .to_matter = into};
  struct q_link_add_in link = {
      .district = k->w->district, .a = into, .b = k->s->id, .kind = "merged", .step = d->step->id};
  if (q_reporter_move(k->t->db, &move, k->err) < 0 || q_link_add(k->t->db, &link, k->err) < 0) return -1;
  struct doing there = {.k = other, .track = &other->s->tracks[0]};
  there.step = &other->s->steps[other->s->step_count];
  *there.step = (struct state_step){
      .track = there.track, .action_name = "merged-in", .from = there.track->stage, .at = k->now, .actor = k->key};
  if (work_next(other, "step", &there.step->id) < 0) return -1;
  other->s->step_count++;
  other->s->reporter_total += k->s->reporter_total;
  if (note_step(&there, "merged-in", there.track->stage) < 0) return -1;
  return work_finish(other);
}

/* --- pressing --------------------------------------------------------------------------------------------------- */

static int supervise(struct doing *d, const struct procedure_effect *e) {
  d->k->s->card = e->card == CARD_LIFT ? 0 : (int)e->card + 1;
  return 0;
}

/* Which rung the stage itself stands on: the highest role of the ladder on whose list it is. A department's stage
 * stands below the street's rung. */
static int own_rung(struct doing *d) {
  const struct procedure *p = d->k->s->procedure;
  int rung = -1, street = 0;
  for (size_t i = 0; i < p->ladder_count; i++) {
    if (role_level(p->ladder[i]) < ROLE_AT_STREET) street = (int)i;
    for (size_t h = 0; h < d->track->stage->held.count; h++) {
      const struct procedure_actor *who = &d->track->stage->held.items[h];
      if (who->kind == ACTOR_ROLE && who->role == p->ladder[i]) rung = (int)i;
    }
  }
  return rung < 0 ? street : rung;
}

static int escalations_in_stage(struct doing *d) {
  int n = 0;
  for (size_t i = 0; i < d->k->s->step_count; i++) {
    const struct state_step *step = &d->k->s->steps[i];
    n += step->track == d->track && step->at >= d->track->entered && text_eq(step->action_name, "escalate");
  }
  return n;
}

static const struct bilingual escalated = {"{number} 已超过时限，升级至您处，请协调督促",
                                           "{number} is past its limit and was escalated to you"};

static int hold_for_role(struct doing *d, enum role role) {
  const char *key = who_role_key(d->k, role, d->track);
  if (!key) return 0;
  struct q_hold_add_in in = {
      .district = d->k->w->district, .who = key, .track = d->track->id, .matter = d->k->s->id, .due = d->k->now};
  return q_hold_add(d->k->t->db, &in, d->k->err) < 0 ? -1 : 0;
}

/* Of a sealed matter only those assigned have it on a list; a role that may break the glass is told that it went up. */
static int hold_for_key(void *ctx, const char *key) {
  struct doing *d = ctx;
  if (text_starts(key, "role:")) return 0;
  struct q_hold_add_in in = {
      .district = d->k->w->district, .who = key, .track = d->track->id, .matter = d->k->s->id, .due = d->k->now};
  return q_hold_add(d->k->t->db, &in, d->k->err) < 0 ? -1 : 0;
}

/* A step of its own by the system, so that the resident too can read that it went up. */
static int note_escalation(struct doing *d) {
  struct state *s = d->k->s;
  struct doing there = {.k = d->k, .track = d->track, .action = d->action};
  there.step = &s->steps[s->step_count];
  *there.step = (struct state_step){
      .track = d->track, .action_name = "escalate", .from = d->track->stage, .at = d->k->now, .actor = "system"};
  if (work_next(d->k, "step", &there.step->id) < 0) return -1;
  s->step_count++;
  return note_step(&there, "escalate", d->track->stage);
}

static int escalate(struct doing *d, const struct procedure_effect *e) {
  const struct procedure *p = d->k->s->procedure;
  if (d->track->stage->final) return 0;
  if (d->k->s->sealed) {
    if (note_escalation(d) < 0 || who_keys(d->k, d->track, &e->actors, hold_for_key, d) < 0) return -1;
    return tell_actors(d, &e->actors, &escalated);
  }
  if (e->actors.count) {
    if (note_escalation(d) < 0) return -1;
    for (size_t i = 0; i < e->actors.count; i++)
      if (e->actors.items[i].kind == ACTOR_ROLE && hold_for_role(d, e->actors.items[i].role) < 0) return -1;
    return tell_actors(d, &e->actors, &escalated);
  }
  if (!p->ladder_count) return 0;
  size_t rung = (size_t)(own_rung(d) + 1 + escalations_in_stage(d));
  if (rung >= p->ladder_count) rung = p->ladder_count - 1;
  if (note_escalation(d) < 0 || hold_for_role(d, p->ladder[rung]) < 0) return -1;
  return tell_role(d, p->ladder[rung], &escalated);
}

/* --- doing something further ------------------------------------------------------------------------------------ */

int effect_set_value(struct doing *d, const struct procedure_field *f, const char *value) {
  struct state *s = d->k->s;
  const struct act *act = d->k->act;
  if (f->as == AS_SOURCE && act && act->claimed && d->k->fresh) value = act->source;
  if (f->as == AS_URGENCY) s->urgency = value;
  if (f->as == AS_SOURCE) s->source = value;
  if (f->as == AS_CATEGORY) s->category = value;
  return say_keep(d, f, f->name, 0, value);
}

/* What belongs to the move itself: values the procedure gives are said with the action, before it is noted, so that the
 * journal has them too; and who holds the track from now on, so that figures count for them. */
int effects_before(struct doing *d, const struct procedure_effects *effects) {
  struct procedure_facts facts;
  struct state_of of = {d->k->s, d->track};
  state_facts(&facts, &of);
  for (size_t i = 0; i < effects->count; i++) {
    const struct procedure_effect *e = &effects->items[i];
    if ((e->kind != EFFECT_SET && e->kind != EFFECT_ASSIGN) || !procedure_holds(e->when, &facts)) continue;
    if ((e->kind == EFFECT_SET ? effect_set_value(d, e->field, e->value) : assign(d, e)) < 0) return -1;
  }
  return 0;
}

static struct actor machine(const struct work *k) {
  return (struct actor){.kind = ACTOR_MACHINE, .district = k->w->district};
}

/* As the system; where the action cannot be taken at present nothing happens. */
static int do_on(struct work *k, struct state_track *t, const struct procedure_action *action) {
  struct procedure_facts facts;
  struct state_of of = {k->s, t};
  state_facts(&facts, &of);
  if (!procedure_action_from(action, t->stage) || !procedure_holds(action->when, &facts)) return 0;
  struct actor system = machine(k);
  const struct actor *actor = k->actor;
  const char *key = k->key;
  k->actor = &system;
  k->key = "system";
  int r = act_take(k, t, action, NULL, 0, NULL);
  k->actor = actor;
  k->key = key;
  return r;
}

static int do_here(struct doing *d, const struct procedure_effect *e) {
  size_t n = d->k->s->track_count;
  for (size_t i = 0; i < n; i++) {
    struct state_track *t = &d->k->s->tracks[i];
    if (e->own && t != d->track) continue;
    if (t->type == e->action->track && do_on(d->k, t, e->action) < 0) return -1;
  }
  return 0;
}

static int do_origin(struct doing *d, const struct procedure_effect *e) {
  struct work *other;
  if (!d->k->s->origin) return 0;
  struct actor system = machine(d->k);
  struct work as_system = *d->k;
  as_system.actor = &system;
  as_system.key = "system";
  struct doing there = *d;
  there.k = &as_system;
  if (other_work(&there, d->k->s->origin, &other) < 0) return -1;
  const struct procedure_action *action = procedure_action_find(&other->s->procedure->tracks[0], e->other);
  if (!action) return 0;
  for (size_t i = 0; i < other->s->link_count; i++) /* this one is written when its action is done: later */
    if (other->s->links[i].other == d->k->s->id) other->s->links[i].ended = d->k->s->tracks[0].stage->final;
  if (do_on(other, &other->s->tracks[0], action) < 0) return -1;
  return work_finish(other);
}

static int run_one(struct doing *d, const struct procedure_effect *e) {
  switch (e->kind) {
    case EFFECT_ADD: return add(d, e);
    case EFFECT_CLOCK: return clocks_effect(d, e);
    case EFFECT_TELL: return tell_actors(d, &e->actors, &e->words);
    case EFFECT_OPEN: return open_other(d, e);
    case EFFECT_LINK: return link_other(d, e);
    case EFFECT_MERGE: return merge(d, e);
    case EFFECT_SUPERVISE: return supervise(d, e);
    case EFFECT_ESCALATE: return escalate(d, e);
    case EFFECT_ASSIGN:
    case EFFECT_SET:
      return 0; /* done before the step was noted */
    case EFFECT_ISSUE: return document_issue(d, e);
    case EFFECT_DO: return e->origin ? do_origin(d, e) : do_here(d, e);
  }
  return 0;
}

int effects_run(struct doing *d, const struct procedure_effects *effects) {
  struct procedure_facts facts;
  struct state_of of = {d->k->s, d->track};
  state_facts(&facts, &of);
  for (size_t i = 0; i < effects->count; i++) {
    const struct procedure_effect *e = &effects->items[i];
    if (procedure_holds(e->when, &facts) && run_one(d, e) < 0) return -1;
  }
  return 0;
}
