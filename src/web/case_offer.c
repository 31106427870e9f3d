#include "web/case_offer.h"

#include <string.h>

const struct procedure_stage *case_offer_leads_to(const struct procedure_action *a) {
  for (size_t i = 0; i < a->moves_count; i++)
    if (a->moves[i].to == TO_STAGE) return a->moves[i].stage;
  return NULL;
}

bool case_offer_ends(const struct procedure_action *a) {
  const struct procedure_stage *to = case_offer_leads_to(a);
  return to && (to->outcome == OUTCOME_VOID || to->outcome == OUTCOME_REFUSED);
}

int case_offer_rank(const struct state *s, const struct case_offer *o) {
  const struct procedure_stage *to = case_offer_leads_to(o->action);
  const struct state_track *t = state_track_by_id(s, o->track);
  if (case_offer_ends(o->action)) return 900;
  if (!to || !t || to == t->stage) return 500;
  if (t->type->index) return to->index > t->stage->index ? 100 + to->index : 400;
  int ahead = (int)to->phase - (int)s->phase;
  if (to->outcome == OUTCOME_MERGED || to->phase == PHASE_SUSPENDED) return 600;
  if (ahead > 0) return 10 + ahead * 2 + (o->fields == 0);
  return ahead == 0 && to->index > t->stage->index ? 40 + (o->fields == 0) : 700;
}

const struct case_offer *case_offer_usual(const struct state *s, const struct case_view *v) {
  const struct case_offer *best = NULL;
  for (int i = 0; i < v->offer_count; i++)
    if (!best || case_offer_rank(s, &v->offers[i]) < case_offer_rank(s, best)) best = &v->offers[i];
  return best && case_offer_rank(s, best) < 500 ? best : NULL;
}

const struct case_offer *case_offer_find(const struct state *s, const struct case_view *v, const char *action,
                                         int64_t track) {
  const struct state_track *t = state_track_by_id(s, track);
  for (int i = 0; t && i < v->offer_count; i++) {
    const struct case_offer *o = &v->offers[i];
    if (text_eq(o->name, action) && state_track_by_id(s, o->track) == t) return o;
  }
  return NULL;
}

const char *case_offer_page(struct arena *a, const struct state *s, const struct case_offer *o) {
  const struct procedure_inspection *in = o->action->track->inspection;
  for (size_t i = 0; in && i < o->action->needs.count; i++)
    if (o->action->needs.items[i] == in->answers)
      return arena_printf(a, "/inspection/%s/%lld", case_address(a, s->code) + strlen("/case/"), (long long)o->track);
  return NULL;
}
