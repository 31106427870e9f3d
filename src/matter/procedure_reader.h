/* Inside of the procedure reader: what its files share. Nothing outside procedure_*.c includes it.
 *
 * Reading goes in two passes. The first makes every track, stage, action, field and clock with its name, so that
 * all of them have their place in memory; the second fills them in and can point from any to any. */
#ifndef MATTER_PROCEDURE_READER_H
#define MATTER_PROCEDURE_READER_H

#include "base/yaml.h"
#include "matter/procedure.h"

/* A track while it is being read: its arrays, still open, and where the file describes them. */
struct draft {
  struct procedure_track *track;
  const struct yaml *node;
  struct procedure_stage *stages;
  struct procedure_action *actions;
  struct procedure_clock *clocks;
  struct procedure_field *fields;
  const struct yaml *stages_node, *actions_node, *clocks_node, *form_node;
};

struct reader {
  struct arena *arena;
  struct procedure *p;
  struct procedure_findings *found;
  struct draft *drafts; /* p->tracks_count of them */
  bool *setting_used;   /* by index in p->settings */
};

/* ---- findings ---- */

struct procedure_at at_value(const struct yaml *node);
struct procedure_at at_key(const struct yaml *node);
void finding_add(struct procedure_findings *found, struct arena *a, struct procedure_at at,
                 enum procedure_severity severity, const char *code, ... /* NULL */) __attribute__((sentinel));
#define finding_error(r, at, ...) finding_add((r)->found, (r)->arena, (at), FINDING_ERROR, __VA_ARGS__, NULL)
#define finding_warning(r, at, ...) finding_add((r)->found, (r)->arena, (at), FINDING_WARNING, __VA_ARGS__, NULL)
void findings_sort(struct procedure_findings *found);
void finding_of_yaml(struct reader *r, const struct error *err); /* what YAML itself refused */

/* The candidate closest to `word`, when it is close enough to be what was meant, else NULL. */
const char *nearest_name(const char *word, const char *const *names, size_t count);

/* A wrong name: `code` with the name, or `code`.near with what was perhaps meant as {2}. */
void finding_wrong_name(struct reader *r, struct procedure_at at, const char *code, const char *code_near,
                        const char *word, const char *const *names, size_t count);

/* ---- reading small things; each reports what is wrong and goes on with something harmless ---- */

/* Every key of the map is one of `allowed` (NULL-terminated). False when it is no map. */
bool keys_check(struct reader *r, const struct yaml *node, const char *const *allowed);
bool want_map(struct reader *r, const struct yaml *node);
/* Kebab-case, up to 40 characters. */
bool name_check(struct reader *r, const struct yaml *node);
/* A scalar's text, or NULL (reported) when it is none. */
const char *text_of(struct reader *r, const struct yaml *node);
/* {zh: ..., en: ...}; `required` reports a missing one. */
struct bilingual bilingual_of(struct reader *r, const struct yaml *parent, const char *key, bool required);
bool yes_no_of(struct reader *r, const struct yaml *node, bool otherwise);
bool int_of(struct reader *r, const struct yaml *node, int64_t min, int64_t max, int64_t *out);
/* The index of the scalar in `names` (NULL-terminated), -1 (reported) when it is none of them. */
int one_of(struct reader *r, const struct yaml *node, const char *const *names);
struct procedure_limit limit_of(struct reader *r, const struct yaml *node);
struct procedure_number number_of(struct reader *r, const struct yaml *node, int64_t min, int64_t max);

/* A scalar is a list of one. */
size_t list_count(const struct yaml *node);
const struct yaml *list_item(const struct yaml *node, size_t i);
/* All items as texts, for lists that stay texts. */
const char *const *texts_of(struct reader *r, const struct yaml *node, size_t *count);

/* ---- finding by name, reporting what is not there ---- */

const struct procedure_stage *stage_named(struct reader *r, const struct procedure_track *t, const struct yaml *node);
const struct procedure_field *field_named(struct reader *r, const struct procedure_track *t, const struct yaml *node);
const struct procedure_clock *clock_named(struct reader *r, const struct yaml *node);
const struct procedure_track *track_named(struct reader *r, const struct yaml *node);
/* ACTION of track `t` or else of main; TRACK.ACTION of any. `name` is what stands at `node`, without a leading word. */
const struct procedure_action *action_named(struct reader *r, const struct procedure_track *t, const struct yaml *node,
                                            const char *name);
/* A list of stages of `t`: names, `open`, `final`, and `not NAME` to take one out again. */
struct procedure_stage_list stages_of(struct reader *r, const struct procedure_track *t, const struct yaml *node);
struct procedure_actors actors_of(struct reader *r, const struct procedure_track *t, const struct yaml *node);
struct procedure_field_list fields_of(struct reader *r, const struct procedure_track *t, const struct yaml *node);

/* ---- the parts, one file each ---- */

const struct procedure_condition *condition_of(struct reader *r, const struct procedure_track *t,
                                               const struct yaml *node);
struct procedure_effects effects_of(struct reader *r, const struct procedure_track *t, const struct yaml *node);
void fields_make(struct reader *r, struct draft *d);
void fields_fill(struct reader *r, struct draft *d);
void clocks_fill(struct reader *r, struct draft *d);
void actions_fill(struct reader *r, struct draft *d);
void publication_fill(struct reader *r, struct draft *d); /* after the other parts of its track */

/* Stages of `t`, and `did ACTION`, mixed in one list: apart. */
void events_of(struct reader *r, const struct procedure_track *t, const struct yaml *node, struct procedure_stage_list *stages,
               const struct procedure_action *const **actions, size_t *actions_count);
void plan_fill(struct reader *r, struct draft *d);
void tables_fill(struct reader *r, struct draft *d); /* `triage` */
void rules_make(struct reader *r, const struct yaml *node);
void ballot_fill(struct reader *r, struct draft *d); /* `roll`, `meeting`, `ballot` */
void checklist_field_fill(struct reader *r, struct procedure_field *f, const struct yaml *node); /* its parts and whose clauses */
void inspection_fill(struct reader *r, struct draft *d); /* `inspects`, `grades` */
/* A day, 0 where none is given. */
int32_t day_of(struct reader *r, const struct yaml *node);
/* Options with their titles: of a choice, of a ballot. */
const struct procedure_option *options_of(struct reader *r, const struct yaml *node, size_t *count);
void documents_make(struct reader *r, const struct yaml *node); /* after the tracks' fields, before their actions */
const struct procedure_document *document_named(struct reader *r, const struct yaml *node);
void secrecy_fill(struct reader *r, const struct yaml *root); /* after all tracks */

/* Is the type personal data by itself? */
bool field_type_is_personal(enum procedure_field_type type);

/* Meaning: reachability, ends, who can act. Adds findings. */
void procedure_check(struct procedure_findings *found, struct arena *a, const struct procedure *p);

/* A publication is public and ends. */
void publication_check(struct procedure_findings *found, struct arena *a, const struct procedure_track *t);

/* Every clause is answered in an inspection that begins and is completed, and what it comes to nobody else says. */
void inspection_check(struct procedure_findings *found, struct arena *a, const struct procedure *p,
                      const struct procedure_track *t);

/* Name tables, NULL-terminated, in the order of the enums. */
extern const char *const FIELD_TYPE_NAMES[], *const FIELD_AS_NAMES[], *const SEEN_NAMES[], *const RATES_NAMES[],
    *const PHASE_NAMES[], *const OUTCOME_NAMES[], *const COUNTS_NAMES[], *const CARD_NAMES[], *const HOLDER_NAMES[],
    *const SHOWS_NAMES[], *const RELAPSE_NAMES[], *const CHANNEL_NAMES[];

#endif
