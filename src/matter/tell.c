/* Telling: who hears of it, in words that name the matter's number and date and nothing personal. Messages wait under a
 * key (post, department, account) until somebody reads them; a reporter who left an address gets a mail through the
 * outbox, written in the same transaction. */
#include "matter/sealed_internal.h"
#include "place/place.h"
#include "store/message.h"

#include <stdio.h>
#include <string.h>

enum { WORDS_MAX = 4000 };

const char *title_arg(struct arena *a, const struct bilingual *title) {
  return arena_printf(a, "%s%c%s", title->zh ? title->zh : "", ERROR_ARG_LANGUAGES, title->en ? title->en : title->zh);
}

/* --- filling in words ------------------------------------------------------------------------------------------- */

static const char *org_name(struct work *k, int64_t org, bool zh) {
  struct q_organisation_by_id_out row;
  struct error ignored = {0};
  struct q_organisation_by_id_in in = {.district = k->w->district, .id = org};
  if (!org || q_organisation_by_id(k->t->db, k->a, &row, &in, &ignored) != 1) return zh ? "办理单位" : "the department";
  return zh ? row.name_zh : row.name_en;
}

/* As the clocks stand now: this very action may have started, stopped or extended one. */
static const char *due_text(struct work *k, bool zh) {
  char s[48];
  clocks_summary(k);
  if (!k->s->shown_due && !k->s->due) return zh ? "规定时限" : "the limit";
  time_format_short(s, sizeof s, k->s->shown_due ? k->s->shown_due : k->s->due, k->w->offset_min);
  return arena_strdup(k->a, s);
}

/* What was said last in a text that is this property of the matter: a reason, an answer. */
static const char *last_text(struct work *k, enum procedure_field_as as) {
  for (size_t i = k->s->said_count; i-- > 0;) {
    const struct state_said *said = &k->s->said[i];
    if (said->field && said->field->as == as && said->value && said->field->type == FIELD_TEXT) return said->value;
  }
  return "";
}

/* "金川路街道金谷里社区第一网格 五号楼东侧": the place, and what was said of it. */
static const char *place_text(struct work *k, bool zh) {
  const struct place_chain *at = &k->s->at;
  struct place_row *chain;
  size_t n;
  struct error ignored = {0};
  int64_t place = at->stairwell ? at->stairwell : at->building ? at->building : at->grid ? at->grid
                  : at->community ? at->community : at->street;
  const char *address = k->s->address, *label = "";
  if (place && place_chain(&chain, &n, k->t->db, k->a, k->w->district, place, &ignored) == 0) label = place_label(k->a, chain, n);
  if (*label && *address) return arena_printf(k->a, "%s %s", label, address);
  return *label ? label : *address ? address : zh ? "现场" : "the place";
}

static const char *category_text(struct work *k, bool zh) {
  const struct catalogue_code *code =
      catalogue_find_key(k->w->catalogue, k->s->category, day_of_ms(k->t->now, k->w->offset_min));
  return code ? bilingual_pick(&code->title, zh) : "";
}

static const char *fill_one(struct work *k, const struct state_track *t, const char *name, bool zh) {
  if (text_eq(name, "number")) return k->s->code;
  if (text_eq(name, "due")) return due_text(k, zh);
  if (text_eq(name, "holder")) return org_name(k, t->org ? t->org : k->s->tracks[0].org, zh);
  if (text_eq(name, "stage")) return bilingual_pick(&t->stage->title, zh);
  if (text_eq(name, "summary")) return text_shorten(k->a, k->s->summary, MESSAGE_SUMMARY_CHARS);
  if (text_eq(name, "place")) return place_text(k, zh);
  if (text_eq(name, "category")) return category_text(k, zh);
  if (text_eq(name, "reason")) return last_text(k, AS_REASON);
  if (text_eq(name, "answer")) return last_text(k, AS_ANSWER);
  return "";
}

/* In a message the matter's own words are marked and put in when it is read. In a sealed matter nothing is. */
static const char *mark_of(const struct work *k, const char *name) {
  if (k->s->sealed) return NULL;
  if (text_eq(name, "number")) return MESSAGE_CODE;
  return text_eq(name, "summary") ? MESSAGE_SUMMARY : NULL;
}

static const char *fill(struct work *k, const struct state_track *t, const char *pattern, bool zh, bool marks) {
  struct buf b;
  buf_init(&b, WORDS_MAX);
  for (const char *s = pattern; *s;) {
    const char *end = *s == '{' ? strchr(s, '}') : NULL;
    char name[32];
    if (end && (size_t)(end - s) < sizeof name) {
      memcpy(name, s + 1, (size_t)(end - s - 1));
      name[end - s - 1] = '\0';
      const char *mark = marks ? mark_of(k, name) : NULL;
      buf_puts(&b, mark ? mark : fill_one(k, t, name, zh));
      s = end + 1;
    } else {
      buf_putc(&b, *s++);
    }
  }
  char *out = arena_strdup(k->a, b.data);
  buf_free(&b);
  return out;
}

const char *tell_fill(struct work *k, const struct state_track *t, const char *pattern, bool zh) {
  return fill(k, t, pattern, zh, false);
}

/* --- delivering ------------------------------------------------------------------------------------------------- */

struct telling {
  struct work *k;
  const char *zh, *en;
};

static int leave_message(void *ctx, const char *key) {
  struct telling *m = ctx;
  return tell_deliver(m->k, key, m->zh, m->en);
}

static void choose_words(struct telling *m, const struct doing *d, const struct bilingual *words) {
  const struct procedure_stage *stage = d->track->stage;
  const struct bilingual *say = words->zh ? words : stage->plain.zh ? &stage->plain : &stage->title;
  if (d->k->s->sealed) say = &d->k->s->procedure->secrecy->notice;
  m->k = d->k;
  m->zh = fill(d->k, d->track, say->zh, true, true);
  m->en = fill(d->k, d->track, say->en ? say->en : say->zh, false, true);
}

int tell_actors(struct doing *d, const struct procedure_actors *actors, const struct bilingual *words) {
  struct telling m;
  choose_words(&m, d, words);
  return who_keys(d->k, d->track, actors, leave_message, &m);
}

int tell_role(struct doing *d, enum role role, const struct bilingual *words) {
  struct telling m;
  const char *key = who_role_key(d->k, role, d->track);
  choose_words(&m, d, words);
  if (d->k->s->sealed) return sealed_role_keys(d->k, role, leave_message, &m);
  return key ? leave_message(&m, key) : 0;
}
