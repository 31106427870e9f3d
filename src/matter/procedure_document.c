/* Papers: `documents` at the top of the file, and the effect `issue`. */
#include <string.h>

#include "matter/procedure_reader.h"

enum { DOCUMENTS_MAX = 30 };

/* "terms" of the main track; "party.name"; "party.applicant.name". */
static void blank_fill(struct reader *r, struct procedure_blank *b, const struct yaml *node) {
  const char *text = text_of(r, node), *dot = text ? strchr(text, '.') : NULL, *last = text ? strrchr(text, '.') : NULL;
  const struct procedure_track *t = &r->p->tracks[0];
  if (!text) return;
  if (dot) t = procedure_track_find(r->p, arena_strndup(r->arena, text, (size_t)(dot - text)));
  if (dot && last != dot) b->role = arena_strndup(r->arena, dot + 1, (size_t)(last - dot - 1));
  b->field = t ? procedure_field_find(r->p, t, last ? last + 1 : text) : NULL;
  if (!b->field) finding_error(r, at_value(node), "procedure.field.unknown", text);
  if (b->field && b->role && !procedure_track_role_find(t, b->role))
    finding_error(r, at_value(node), "procedure.track.role", b->role, t->name);
}

static void document_fill(struct reader *r, struct procedure_document *d, const struct yaml *node) {
  static const char *const allowed[] = {"template", "fill", NULL};
  const struct yaml *fill = yaml_get(node, "fill"), *of = yaml_get(node, "template");
  name_check(r, node);
  d->name = node->key;
  d->at = at_key(node);
  if (!keys_check(r, node, allowed)) return;
  if (!of) finding_error(r, at_key(node), "procedure.effect.missing", "template");
  d->of = of ? text_of(r, of) : NULL;
  if (!fill || !want_map(r, fill)) return;
  struct procedure_blank *blanks = ARENA_ARRAY(r->arena, fill->count + 1, struct procedure_blank);
  for (size_t i = 0; i < fill->count; i++) {
    blanks[i].name = fill->items[i]->key;
    blank_fill(r, &blanks[i], fill->items[i]);
  }
  d->blanks = blanks;
  d->blanks_count = fill->count;
}

void documents_make(struct reader *r, const struct yaml *node) {
  if (!node || !want_map(r, node)) return;
  if (node->count > DOCUMENTS_MAX) finding_error(r, at_key(node), "procedure.documents.many", "30");
  struct procedure_document *documents = ARENA_ARRAY(r->arena, node->count + 1, struct procedure_document);
  for (size_t i = 0; i < node->count; i++) {
    documents[i].index = (int)i;
    document_fill(r, &documents[i], node->items[i]);
  }
  r->p->documents = documents;
  r->p->documents_count = node->count;
}

const struct procedure_document *document_named(struct reader *r, const struct yaml *node) {
  const char *name = text_of(r, node);
  for (size_t i = 0; name && i < r->p->documents_count; i++)
    if (text_eq(r->p->documents[i].name, name)) return &r->p->documents[i];
  if (name) finding_error(r, at_value(node), "procedure.document.unknown", name);
  return NULL;
}
