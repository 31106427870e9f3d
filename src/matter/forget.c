#include "matter/forget.h"

#include "matter/engine_internal.h"
#include "store/file.h"

static bool is_theirs(const struct state_step *step, const struct forget *f) {
  if (text_eq(step->actor, f->account) || text_eq(step->actor, f->receipt)) return true;
  return text_eq(step->actor, "anyone") && !step->from && step->at == f->opened;
}

static bool is_file(const struct procedure_field *f) { return f->type == FIELD_PHOTO || f->type == FIELD_FILE; }

/* Free words, voice and pictures; a choice, a number or a place says nothing of whoever chose it. */
static bool is_content(const struct procedure_field *f) { return f && (f->type == FIELD_TEXT || is_file(f)); }

static int erase_file(struct work *k, const char *value) {
  int64_t id;
  struct error gone = {0};
  if (!text_to_int(value, &id) || file_erase(k->t, id, &gone) == 0 || gone.kind == ERR_MISSING) return 0;
  *k->err = gone;
  return -1;
}

/* Messages quote reasons and addresses: those that do say instead that it was erased. (The summary they only mark.) */
static int erase_quotes(struct work *k, const char *value) {
  struct q_message_unquote_in in = {.district = k->w->district,
                                    .matter = k->s->id,
                                    .quoted = value,
                                    .zh = word(LANG_ZH, W_DATA_ERASED_WORDS),
                                    .en = word(LANG_EN, W_DATA_ERASED_WORDS)};
  return text_empty(value) || q_message_unquote(k->t->db, &in, k->err) >= 0 ? 0 : -1;
}

/* The matter's own copies of a value: its summary, its address, the words it is found by, and what messages quote. */
static int erase_copies(struct work *k, const char *value) {
  struct state *s = k->s;
  if (erase_quotes(k, value) < 0) return -1;
  if (text_eq(s->summary, value))
    s->summary = arena_printf(k->a, "%s · %s", word(LANG_ZH, W_DATA_ERASED_WORDS), word(LANG_EN, W_DATA_ERASED_WORDS));
  if (text_eq(s->address, value)) s->address = "";
  k->words_changed = true;
  return 0;
}

static int erase_value(struct work *k, struct state_said *said) {
  struct q_said_forget_one_in in = {.district = k->w->district, .matter = k->s->id, .step = said->step->id,
                                    .field = said->field_name, .number = said->number};
  int r = !said->value ? 0 : is_file(said->field) ? erase_file(k, said->value) : erase_copies(k, said->value);
  if (r < 0 || q_said_forget_one(k->t->db, &in, k->err) < 0) return -1;
  said->value = NULL;
  said->sealed = (struct bytes){NULL, 0};
  said->erased = true;
  return 0;
}

int matter_forget(struct lane_txn *t, struct engine *e, const struct world *w, const struct forget *f, struct error *err) {
  struct actor system = {.kind = ACTOR_MACHINE, .district = w->district};
  struct work k = {.t = t, .e = e, .w = w, .a = t->arena, .actor = &system, .key = "system", .now = t->now, .err = err};
  int r = state_load(&k.s, t->db, w, f->matter, t->arena, err);
  if (r <= 0 || k.s->sealed) return r < 0 ? -1 : 0;
  state_subject(k.s, k.a, &k.subject);
  for (size_t i = 0; i < k.s->said_count; i++) {
    struct state_said *said = &k.s->said[i];
    if (!said->erased && is_theirs(said->step, f) && is_content(said->field) && erase_value(&k, said) < 0) return -1;
  }
  return work_finish(&k);
}
