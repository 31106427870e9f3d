/* Publications follow their track: shown while it stands in a shown stage, ended when it leaves, a further edition when
 * the text is said anew. The table is what the public pages read; the journal's lines of the steps hold the digests. */
#include "matter/engine_internal.h"

enum { FATE_SHOWN, FATE_ENDED, FATE_SUPERSEDED, FATE_WITHDRAWN };

static bool is_shown(const struct procedure_publication *p, const struct procedure_stage *stage) {
  for (size_t i = 0; i < p->shown.count; i++)
    if (p->shown.items[i] == stage) return true;
  return false;
}

/* A field of the track, or one of the main track that it publishes. */
static const struct state_track *field_track(const struct state *s, const struct state_track *t,
                                             const struct procedure_field *f) {
  return f->track == t->type ? t : &s->tracks[0];
}

static const char *value_of(const struct state *s, const struct state_track *t, const struct procedure_field *f) {
  const char *v = f ? state_value(s, field_track(s, t, f), f) : NULL;
  return v ? v : "";
}

static int64_t step_of(const struct state *s, const struct state_track *t, const struct procedure_field *f) {
  const struct state_step *step = state_said_in(s, field_track(s, t, f), f);
  return step ? step->id : 0;
}

static int64_t photo_of(const struct state *s, const struct state_track *t, const struct procedure_field *photo) {
  int64_t file = 0;
  if (photo) text_to_int(value_of(s, t, photo), &file);
  return file;
}

/* The end of the running period; 0 while it is paused: then nobody can say yet when it ends. */
static time_ms end_of(const struct state *s, const struct state_track *t, const struct procedure_publication *p) {
  for (size_t i = s->clock_count; i-- > 0;) {
    const struct state_clock *c = &s->clocks[i];
    if (c->type == p->period && c->track == t) return c->clock.end == CLOCK_OPEN && c->mark_at ? c->due : 0;
  }
  return 0;
}

static int close_edition(struct work *k, const struct q_notice_last_out *row, int fate) {
  struct q_notice_put_in in = {.district = k->w->district,
                               .id = row->id,
                               .proof = row->proof,
                               .removed = row->removed,
                               .ends = row->ends,
                               .ended = k->now,
                               .fate = fate};
  return q_notice_put(k->t->db, &in, k->err) < 0 ? -1 : 0;
}

static int add_edition(struct work *k, const struct state_track *t, int64_t edition) {
  const struct state *s = k->s;
  const struct procedure_publication *p = t->type->publication;
  struct q_notice_add_in in = {.district = k->w->district,
                               .matter = s->id,
                               .track = t->id,
                               .edition = edition,
                               .procedure = s->procedure->name,
                               .version = s->procedure->version,
                               .type = t->type->name,
                               .street = s->at.street,
                               .community = s->at.community,
                               .heading = value_of(s, t, p->heading),
                               .body = value_of(s, t, p->text),
                               .spot = p->where ? value_of(s, t, p->where) : "page",
                               .proof = photo_of(s, t, p->proof),
                               .heading_step = step_of(s, t, p->heading),
                               .body_step = step_of(s, t, p->text),
                               .begins = k->now,
                               .ends = end_of(s, t, p),
                               .item = value_of(s, t, p->item)};
  if (lane_next(k->t, "notice", &in.id, k->err) < 0) return -1;
  return q_notice_add(k->t->db, &in, k->err) < 0 ? -1 : 0;
}

static bool says_the_same(const struct work *k, const struct state_track *t, const struct q_notice_last_out *row) {
  const struct procedure_publication *p = t->type->publication;
  return text_eq(row->heading, value_of(k->s, t, p->heading)) && text_eq(row->body, value_of(k->s, t, p->text)) &&
         text_eq(row->spot, p->where ? value_of(k->s, t, p->where) : "page");
}

static int keep_edition(struct work *k, const struct state_track *t, const struct q_notice_last_out *row) {
  const struct procedure_publication *p = t->type->publication;
  struct q_notice_put_in in = {.district = k->w->district,
                               .id = row->id,
                               .proof = photo_of(k->s, t, p->proof),
                               .ends = end_of(k->s, t, p)};
  if (in.proof == row->proof && in.ends == row->ends) return 0;
  return q_notice_put(k->t->db, &in, k->err) < 0 ? -1 : 0;
}

/* A photo that comes when its period is over: of the board without it. */
static int keep_removed(struct work *k, const struct state_track *t, const struct q_notice_last_out *row) {
  int64_t photo = photo_of(k->s, t, t->type->publication->removed);
  if (!photo || photo == row->removed) return 0;
  struct q_notice_put_in in = {.district = k->w->district, .id = row->id, .proof = row->proof, .removed = photo,
                               .ends = row->ends, .ended = row->ended, .fate = row->fate};
  return q_notice_put(k->t->db, &in, k->err) < 0 ? -1 : 0;
}

/* What is published anew is published for its whole period: nobody can change a text and let the rest of the time run. A period
 * that stands still goes on standing still. */
static int begin_anew(struct work *k, struct state_track *t) {
  static const struct procedure_action revised = {.name = "edition"};
  struct doing d = {.k = k, .track = t, .action = &revised};
  struct state_clock *c = NULL;
  for (size_t i = k->s->clock_count; i-- > 0 && !c;)
    if (k->s->clocks[i].type == t->type->publication->period && k->s->clocks[i].track == t) c = &k->s->clocks[i];
  bool waits = c && c->clock.end == CLOCK_OPEN && !c->mark_at;
  if (clocks_restart(&d, t->type->publication->period) < 0) return -1;
  return waits ? clocks_hold(&d, t->type->publication->period) : 0;
}

static int follow_track(struct work *k, struct state_track *t) {
  struct q_notice_last_out row = {0};
  struct q_notice_last_in in = {.district = k->w->district, .track = t->id};
  int found = q_notice_last(k->t->db, k->a, &row, &in, k->err);
  if (found < 0) return -1;
  bool open = found && row.fate == FATE_SHOWN;
  bool shown = is_shown(t->type->publication, t->stage) && !k->s->confidential && !k->s->sealed;
  if (!shown) {
    bool withdrawn = t->stage->outcome == OUTCOME_VOID || k->s->confidential || k->s->sealed;
    if (open && close_edition(k, &row, withdrawn ? FATE_WITHDRAWN : FATE_ENDED) < 0) return -1;
    return found && !open ? keep_removed(k, t, &row) : 0;
  }
  if (open && says_the_same(k, t, &row)) return keep_edition(k, t, &row);
  if (open && (close_edition(k, &row, FATE_SUPERSEDED) < 0 || begin_anew(k, t) < 0)) return -1;
  return add_edition(k, t, row.edition + 1);
}

int publish_follow(struct work *k) {
  for (size_t i = 0; i < k->s->track_count; i++) {
    struct state_track *t = &k->s->tracks[i];
    if (t->type->publication && follow_track(k, t) < 0) return -1;
  }
  return 0;
}

static const char *day_of(struct work *k, time_ms at) {
  char s[48];
  time_format_short(s, sizeof s, at, k->w->offset_min);
  return arena_strdup(k->a, s);
}

int publish_objection(struct work *k, int64_t origin) {
  struct q_notice_shown_of_out row = {0};
  struct q_notice_shown_of_in in = {.district = k->w->district, .matter = origin};
  struct q_matter_get_out from;
  int found = q_matter_get(k->t->db, k->a, &from, &(struct q_matter_get_in){.district = in.district, .id = origin}, k->err);
  if (found < 0) return -1;
  const struct procedure *p = found ? world_procedure(k->w, from.procedure, (int)from.version) : NULL;
  bool about = false;
  for (size_t i = 0; p && i < p->tracks_count; i++)
    about |= p->tracks[i].publication && text_eq(p->tracks[i].publication->objects, k->s->procedure->name);
  if (!about) return 0;
  found = q_notice_shown_of(k->t->db, k->a, &row, &in, k->err);
  if (found < 0) return -1;
  if (found && (!row.ends || k->now < row.ends)) return 0;
  if (!found) return error_set(k->err, ERR_CONFLICT, "notice.over", NULL, NULL);
  return error_set(k->err, ERR_CONFLICT, "notice.late", NULL, day_of(k, row.ends), NULL);
}
