/* Names: the words of the closed lists as files write them, and finding things by name. */
#include <string.h>

#include "matter/procedure_reader.h"

const char *const FIELD_TYPE_NAMES[] = {"text",     "choice",    "choices",     "number", "yes-no", "date",   "time",   "person",
                                        "phone",    "photo",     "file",        "position", "place", "category", "condition",
                                        "department", "departments", "post",    "matter", "rating", "record", "checklist", NULL};
const char *const FIELD_AS_NAMES[] = {"nothing", "summary", "place",  "position", "address", "category", "condition", "closing",
                                      "source",  "urgency", "reason", "answer",   "name",    "phone",    "voice",
                                      "solved",  NULL};
const char *const SEEN_NAMES[] = {"public", "reporter", "handlers", "sealed", NULL};
const char *const RATES_NAMES[] = {"nobody", "matter", "holder", "centre", NULL};
const char *const PHASE_NAMES[] = {"reported", "verifying", "accepted", "filed",     "dispatched", "handling", "handled",
                                   "checking", "suspended", "closed",   "refused", "void",       NULL};
const char *const OUTCOME_NAMES[] = {"open", "done", "refused", "void", "merged", NULL};
const char *const COUNTS_NAMES[] = {"nothing", "return",    "rework", "extension", "suspend", "urge",
                                    "supervise", "reopen", "refusal", "callback", NULL};
const char *const CARD_NAMES[] = {"ordinary", "yellow", "red", "lift", NULL};
const char *const HOLDER_NAMES[] = {"none", "department", "post", "person", "place", "any", NULL};
const char *const SHOWS_NAMES[] = {"stages",  "timeline", "next-date", "participants", "holder", "summary",
                                   "place", "category", "photos",   "answer",       "rating", NULL};
const char *const RELAPSE_NAMES[] = {"place", "category", "reporter", NULL};

const char *const CHANNEL_NAMES[] = {"none", "on-line", "paper", "phone", "hand", NULL};

const char *procedure_channel_name(enum procedure_channel channel) { return CHANNEL_NAMES[channel]; }
const char *procedure_phase_name(enum procedure_phase phase) { return PHASE_NAMES[phase]; }
const char *procedure_outcome_name(enum procedure_outcome outcome) { return OUTCOME_NAMES[outcome]; }
const char *procedure_card_name(enum procedure_card card) { return CARD_NAMES[card]; }
const char *procedure_counts_name(enum procedure_counts counts) { return COUNTS_NAMES[counts]; }
const char *procedure_field_type_name(enum procedure_field_type type) { return FIELD_TYPE_NAMES[type]; }

const char *procedure_field_as_name(enum procedure_field_as as) { return FIELD_AS_NAMES[as]; }

bool field_type_is_personal(enum procedure_field_type type) { return type == FIELD_PERSON || type == FIELD_PHONE; }

const char *bilingual_pick(const struct bilingual *t, bool zh) { return zh ? t->zh : t->en; }

const struct procedure_track *procedure_track_find(const struct procedure *p, const char *name) {
  for (size_t i = 0; i < p->tracks_count; i++)
    if (text_eq(p->tracks[i].name, name)) return &p->tracks[i];
  return NULL;
}

const struct procedure_stage *procedure_stage_find(const struct procedure_track *t, const char *name) {
  for (size_t i = 0; i < t->stages_count; i++)
    if (text_eq(t->stages[i].name, name)) return &t->stages[i];
  return NULL;
}

const struct procedure_action *procedure_action_find(const struct procedure_track *t, const char *name) {
  for (size_t i = 0; i < t->actions_count; i++)
    if (text_eq(t->actions[i].name, name)) return &t->actions[i];
  return NULL;
}

const struct procedure_track_role *procedure_track_role_find(const struct procedure_track *t, const char *name) {
  for (size_t i = 0; i < t->roles_count; i++)
    if (text_eq(t->roles[i].name, name)) return &t->roles[i];
  return NULL;
}

static const struct procedure_field *find_among(const struct procedure_field *fields, size_t count, const char *name,
                                                size_t len) {
  for (size_t i = 0; i < count; i++)
    if (fields[i].name && strlen(fields[i].name) == len && memcmp(fields[i].name, name, len) == 0) return &fields[i];
  return NULL;
}

static const struct procedure_field *find_in_track(const struct procedure_track *t, const char *name) {
  size_t len = strcspn(name, ".");
  const struct procedure_field *field = find_among(t->fields.items, t->fields.count, name, len);
  if (!field || name[len] == '\0') return field;
  return find_among(field->fields, field->fields_count, name + len + 1, strlen(name + len + 1));
}

const struct procedure_field *procedure_field_find(const struct procedure *p, const struct procedure_track *t,
                                                   const char *name) {
  if (!name) return NULL;
  const struct procedure_field *field = t ? find_in_track(t, name) : NULL;
  return field ? field : find_in_track(&p->tracks[0], name);
}

const struct procedure_field *procedure_field_as(const struct procedure *p, enum procedure_field_as as) {
  const struct procedure_fields *fields = &p->tracks[0].fields;
  for (size_t i = 0; i < fields->count; i++)
    if (fields->items[i].as == as) return &fields->items[i];
  return NULL;
}

const struct procedure_clock *procedure_clock_find(const struct procedure *p, const char *name) {
  for (size_t i = 0; i < p->tracks_count; i++)
    for (size_t j = 0; j < p->tracks[i].clocks_count; j++)
      if (text_eq(p->tracks[i].clocks[j].name, name)) return &p->tracks[i].clocks[j];
  return NULL;
}

const struct procedure_setting *procedure_setting_find(const struct procedure *p, const char *name) {
  for (size_t i = 0; i < p->settings_count; i++)
    if (text_eq(p->settings[i].name, name)) return &p->settings[i];
  return NULL;
}

const struct procedure_action *procedure_opening(const struct procedure *p, const char *name) {
  const struct procedure_track *main = &p->tracks[0];
  for (size_t i = 0; i < main->actions_count; i++)
    if (main->actions[i].opens && (!name || text_eq(main->actions[i].name, name))) return &main->actions[i];
  return NULL;
}

bool procedure_action_from(const struct procedure_action *action, const struct procedure_stage *stage) {
  for (size_t i = 0; i < action->from.count; i++)
    if (action->from.items[i] == stage) return true;
  return false;
}

const struct procedure_move *procedure_action_move(const struct procedure_action *action,
                                                   const struct procedure_facts *facts) {
  for (size_t i = 0; i + 1 < action->moves_count; i++)
    if (procedure_holds(action->moves[i].when, facts)) return &action->moves[i];
  return &action->moves[action->moves_count - 1];
}
