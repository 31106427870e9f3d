/* Need-to-know: `secrecy` at the top of the file.
 *
 *   secrecy:
 *     know: [police-liaison, womens-federation]       roles that may be assigned; being assigned is needed besides
 *     break-glass: {by: [street-leader], for: 4 urgent-hours, tells: district-leader}
 *     notice: {zh: "有事项等您处理：{number}", en: "Something waits for you: {number}"}
 *     contact: FIELD                                  how the person concerned can safely be reached
 *     concerned: FIELD                                the account of the person concerned, who may read their own file
 *
 * What such a file may not say (words of messages, public stages, a number of its own pattern) it would say to people who
 * may not know: the check refuses it. */
#include <string.h>

#include "matter/procedure_check.h"

static role_set roles_of(struct reader *r, const struct yaml *node) {
  role_set set = 0;
  for (size_t i = 0; i < list_count(node); i++) {
    const char *word = text_of(r, list_item(node, i));
    enum role role = word ? role_by_name(word) : ROLE_NONE;
    if (role == ROLE_NONE || role_level(role) == ROLE_AT_NONE)
      finding_error(r, at_value(list_item(node, i)), "procedure.actor.unknown", word ? word : "");
    else
      set |= ROLE_BIT(role);
  }
  return set;
}

static void glass_fill(struct reader *r, struct procedure_secrecy *s, const struct yaml *node) {
  static const char *const allowed[] = {"by", "for", "tells", NULL};
  if (!node || !keys_check(r, node, allowed)) return;
  const struct yaml *tells = yaml_get(node, "tells"), *span = yaml_get(node, "for");
  s->glass = roles_of(r, yaml_get(node, "by"));
  if (span) s->glass_for = limit_of(r, span);
  role_set told = roles_of(r, tells);
  for (int i = 0; i < ROLE_COUNT; i++)
    if (told == ROLE_BIT(i)) s->supervisor = (enum role)i;
  if (!s->glass || !span || s->supervisor == ROLE_NONE) finding_error(r, at_key(node), "procedure.secrecy.glass");
  if (s->glass && told && !(s->glass & ~told)) finding_error(r, at_value(tells), "procedure.secrecy.self");
}

static const struct procedure_field *text_field(struct reader *r, const struct yaml *node) {
  const struct procedure_field *f = node ? field_named(r, &r->p->tracks[0], node) : NULL;
  if (f && f->type != FIELD_TEXT && f->type != FIELD_CHOICE)
    finding_error(r, at_value(node), "procedure.effect.field-type", f->name, "text");
  return f;
}

void secrecy_fill(struct reader *r, const struct yaml *root) {
  static const char *const allowed[] = {"know", "break-glass", "notice", "contact", "concerned", NULL};
  const struct yaml *node = yaml_get(root, "secrecy");
  if (!node || !keys_check(r, node, allowed)) return;
  struct procedure_secrecy *s = ARENA_NEW(r->arena, struct procedure_secrecy);
  *s = (struct procedure_secrecy){.supervisor = ROLE_NONE, .at = at_key(node)};
  s->know = roles_of(r, yaml_get(node, "know"));
  s->notice = bilingual_of(r, node, "notice", true);
  if (!s->know) finding_error(r, s->at, "procedure.effect.missing", "know");
  glass_fill(r, s, yaml_get(node, "break-glass"));
  s->contact = text_field(r, yaml_get(node, "contact"));
  s->concerned = text_field(r, yaml_get(node, "concerned"));
  if (yaml_get(root, "number")) finding_error(r, at_key(yaml_get(root, "number")), "procedure.secrecy.number");
  r->p->secrecy = s;
}

/* ---- checking ---- */

static bool tells_strangers(const struct procedure_actors *actors) {
  for (size_t i = 0; i < actors->count; i++)
    if (actors->items[i].kind == ACTOR_REPORTER || actors->items[i].kind == ACTOR_ANYONE) return true;
  return false;
}

/* Every effect that would carry something of the matter out of it. */
static void see_effect(struct check *k, const struct procedure_effect *e, const struct procedure_action *action, void *to) {
  (void)action;
  (void)to;
  bool words = e->kind == EFFECT_TELL && (e->words.zh || tells_strangers(&e->actors));
  bool elsewhere = e->kind == EFFECT_OPEN || e->kind == EFFECT_LINK || e->kind == EFFECT_MERGE ||
                   e->kind == EFFECT_SUPERVISE || (e->kind == EFFECT_DO && e->origin);
  bool upwards = e->kind == EFFECT_ESCALATE && !e->actors.count;
  if (words) check_error(k, e->at, "procedure.secrecy.words", NULL, NULL, NULL);
  if (elsewhere) check_error(k, e->at, "procedure.secrecy.out", NULL, NULL, NULL);
  if (upwards) check_error(k, e->at, "procedure.secrecy.up", NULL, NULL, NULL);
}

/* Whoever opens it need not be the one who works on it: somebody must be assigned at once. */
static bool gives_somebody(const struct procedure_action *action) {
  for (size_t i = 0; i < action->effects.count; i++) {
    const struct procedure_effect *e = &action->effects.items[i];
    if (!e->when && e->kind == EFFECT_ASSIGN) return true;
    if (!e->when && e->kind == EFFECT_ADD && e->field && e->field->type == FIELD_POST) return true;
  }
  return false;
}

static void check_actions(struct check *k, const struct procedure_track *t) {
  for (size_t i = 0; i < t->actions_count; i++) {
    const struct procedure_action *a = &t->actions[i];
    if (a->opens && !gives_somebody(a)) check_error(k, a->at, "procedure.secrecy.nobody", a->name, NULL, NULL);
    if (tells_strangers(&a->by)) check_error(k, a->at, "procedure.secrecy.anyone", a->name, NULL, NULL);
  }
}

/* A photograph lies in a file of its own, which no key of the matter covers. */
static void check_fields(struct check *k, const struct procedure_track *t) {
  for (size_t i = 0; i < t->fields.count; i++) {
    const struct procedure_field *f = &t->fields.items[i];
    if (f->type == FIELD_PHOTO || f->type == FIELD_FILE) check_error(k, f->at, "procedure.secrecy.file", f->name, NULL, NULL);
    if (f->seen == SEEN_PUBLIC) check_error(k, f->at, "procedure.secrecy.public", f->name, NULL, NULL);
  }
}

/* The one notice may name the number and the day, which tell nothing. */
static bool is_neutral(const char *words) {
  for (const char *s = words ? strchr(words, '{') : NULL; s; s = strchr(s + 1, '{'))
    if (!text_starts(s, "{number}") && !text_starts(s, "{due}")) return false;
  return true;
}

void check_secrecy(struct check *k) {
  const struct procedure *p = k->p;
  const struct procedure_secrecy *s = p->secrecy;
  if (!s) return;
  if (!is_neutral(s->notice.zh) || !is_neutral(s->notice.en))
    check_error(k, s->at, "procedure.secrecy.notice", NULL, NULL, NULL);
  if (!p->keep.text) check_error(k, s->at, "procedure.secrecy.keep", NULL, NULL, NULL);
  if (p->shows_public || (p->shows_reporter && !s->concerned) || p->relapse_same || p->ladder_count)
    check_error(k, s->at, "procedure.secrecy.shows", NULL, NULL, NULL);
  for (size_t i = 0; i < p->tracks_count; i++) {
    if (p->tracks[i].publication || p->tracks[i].roll || p->tracks[i].meeting || p->tracks[i].ballot)
      check_error(k, p->tracks[i].at, "procedure.secrecy.shows", NULL, NULL, NULL);
    check_actions(k, &p->tracks[i]);
    check_fields(k, &p->tracks[i]);
  }
  check_effects(k, see_effect, NULL);
}
