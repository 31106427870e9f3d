/* Fields of a form. */
#include "matter/procedure_reader.h"

static const char *const FIELD_KEYS[] = {"type",   "as",       "label",    "help",       "options", "schemes", "category",
                                         "closing", "procedures", "fields", "min",       "max",     "past",    "future",
                                         "required", "scale",  "rates",    "seen",       "purpose", "basis",   "checklist", NULL};

/* Words that conditions and stage lists use for themselves. */
static const char *const RESERVED[] = {"all", "any", "not", "every", "some", "was", "done", "given", "when", "open", "final"};

static void reserved_check(struct reader *r, const struct yaml *node) {
  for (size_t i = 0; i < sizeof RESERVED / sizeof RESERVED[0]; i++)
    if (text_eq(RESERVED[i], node->key)) finding_error(r, at_key(node), "procedure.name.reserved", node->key);
}

static void make_list(struct reader *r, const struct procedure_track *t, struct procedure_field *fields,
                      const struct yaml *node) {
  for (size_t i = 0; i < node->count; i++) {
    struct procedure_field *f = &fields[i];
    name_check(r, node->items[i]);
    reserved_check(r, node->items[i]);
    f->name = node->items[i]->key;
    f->track = t;
    f->index = (int)i;
    f->at = at_key(node->items[i]);
  }
}

void fields_make(struct reader *r, struct draft *d) {
  if (!d->form_node || !want_map(r, d->form_node)) return;
  size_t n = d->form_node->count;
  d->fields = ARENA_ARRAY(r->arena, n + 1, struct procedure_field);
  make_list(r, d->track, d->fields, d->form_node);
  d->track->fields = (struct procedure_fields){d->fields, n};
}

const struct procedure_option *options_of(struct reader *r, const struct yaml *node, size_t *count) {
  *count = 0;
  if (!node || !want_map(r, node)) return NULL;
  struct procedure_option *options = ARENA_ARRAY(r->arena, node->count + 1, struct procedure_option);
  for (size_t i = 0; i < node->count; i++) {
    name_check(r, node->items[i]);
    options[i].name = node->items[i]->key;
    options[i].title = bilingual_of(r, node, node->items[i]->key, true);
    options[i].at = at_key(node->items[i]);
  }
  *count = node->count;
  return options;
}

static void bound_of(struct reader *r, const struct yaml *node, bool *has, double *out) {
  if (!node) return;
  *has = node->kind == YAML_SCALAR && text_to_real(node->text, out);
  if (!*has) finding_error(r, at_value(node), "procedure.want.number", "-1000000000", "1000000000");
}

/* What is counted is bounded, also where the file says nothing. */
static void bounds_fill(struct reader *r, struct procedure_field *f, const struct yaml *node) {
  static const double usual[] = {[FIELD_TEXT] = 500, [FIELD_PHOTO] = 9, [FIELD_FILE] = 5, [FIELD_DEPARTMENTS] = 9,
                                 [FIELD_RECORD] = 50};
  bound_of(r, yaml_get(node, "min"), &f->has_min, &f->min);
  bound_of(r, yaml_get(node, "max"), &f->has_max, &f->max);
  if (!f->has_max && usual[f->type] > 0) f->has_max = true, f->max = usual[f->type];
  if (f->has_min && f->has_max && f->min > f->max) finding_error(r, at_key(node), "procedure.field.bounds", f->name);
}

static void privacy_fill(struct reader *r, struct procedure_field *f, const struct yaml *node) {
  f->seen = field_type_is_personal(f->type) ? SEEN_HANDLERS : SEEN_REPORTER;
  const struct yaml *seen = yaml_get(node, "seen");
  int k = seen ? one_of(r, seen, SEEN_NAMES) : -1;
  if (k >= 0) f->seen = (enum procedure_seen)k;
  f->purpose = bilingual_of(r, node, "purpose", false);
  f->basis = bilingual_of(r, node, "basis", false);
  if (field_type_is_personal(f->type) && (!f->purpose.zh || !f->basis.zh))
    finding_error(r, f->at, "procedure.field.purpose", f->name);
  if (field_type_is_personal(f->type) && f->seen == SEEN_PUBLIC)
    finding_error(r, at_value(seen), "procedure.field.personal-public", f->name);
}

static void field_fill(struct reader *r, struct procedure_field *f, const struct yaml *node);

static void record_fill(struct reader *r, struct procedure_field *f, const struct yaml *node) {
  if (!node) {
    finding_error(r, f->at, "procedure.field.rows", f->name);
    return;
  }
  if (!want_map(r, node)) return;
  struct procedure_field *fields = ARENA_ARRAY(r->arena, node->count + 1, struct procedure_field);
  make_list(r, f->track, fields, node);
  for (size_t i = 0; i < node->count; i++) {
    fields[i].record = f;
    field_fill(r, &fields[i], node->items[i]);
    if (fields[i].type == FIELD_RECORD) finding_error(r, fields[i].at, "procedure.field.record-in-record", fields[i].name);
    if (fields[i].type == FIELD_PHOTO || fields[i].type == FIELD_FILE) /* whose a file is, is asked for fields of their own */
      finding_error(r, fields[i].at, "procedure.field.file-in-record", fields[i].name);
  }
  f->fields = fields;
  f->fields_count = node->count;
}

/* Which type each property of a matter wants: two are allowed for some. */
static bool as_fits(const struct procedure_field *f) {
  switch (f->as) {
    case AS_NOTHING: return true;
    case AS_SUMMARY:
    case AS_ADDRESS:
    case AS_ANSWER: return f->type == FIELD_TEXT;
    case AS_REASON: return f->type == FIELD_TEXT || f->type == FIELD_CHOICE;
    case AS_PLACE: return f->type == FIELD_PLACE;
    case AS_POSITION: return f->type == FIELD_POSITION;
    case AS_CATEGORY: return f->type == FIELD_CATEGORY;
    case AS_CONDITION:
    case AS_CLOSING: return f->type == FIELD_CONDITION;
    case AS_SOURCE:
    case AS_URGENCY: return f->type == FIELD_CHOICE;
    case AS_NAME: return f->type == FIELD_PERSON;
    case AS_PHONE: return f->type == FIELD_PHONE;
    case AS_VOICE: return f->type == FIELD_FILE;
    case AS_SOLVED: return f->type == FIELD_YES_NO;
  }
  return false;
}

static void kind_fill(struct reader *r, struct procedure_field *f, const struct yaml *node) {
  f->options = options_of(r, yaml_get(node, "options"), &f->options_count);
  bool choice = f->type == FIELD_CHOICE || f->type == FIELD_CHOICES;
  if (choice && f->options_count == 0) finding_error(r, f->at, "procedure.field.options", f->name);
  f->schemes = texts_of(r, yaml_get(node, "schemes"), &f->schemes_count);
  f->procedures = texts_of(r, yaml_get(node, "procedures"), &f->procedures_count);
  f->closing = yes_no_of(r, yaml_get(node, "closing"), false);
  if (f->type == FIELD_CONDITION) {
    const struct yaml *category = yaml_get(node, "category");
    f->category = category ? field_named(r, f->track, category) : NULL;
    if (!category) finding_error(r, f->at, "procedure.field.category", f->name);
  }
  if (f->checklist) checklist_field_fill(r, f, node);
  else if (f->type == FIELD_RECORD) record_fill(r, f, yaml_get(node, "fields"));
  if (f->type != FIELD_RATING) return;
  int64_t scale = 5;
  int_of(r, yaml_get(node, "scale"), 2, 10, &scale);
  f->scale = (int)scale;
  const struct yaml *rates = yaml_get(node, "rates");
  int k = rates ? one_of(r, rates, RATES_NAMES) : (int)RATES_MATTER;
  f->rates = k < 0 ? RATES_MATTER : (enum procedure_rates)k;
}

static void field_fill(struct reader *r, struct procedure_field *f, const struct yaml *node) {
  if (!keys_check(r, node, FIELD_KEYS)) {
    finding_error(r, f->at, "procedure.field.type", f->name);
    return;
  }
  const struct yaml *type = yaml_get(node, "type"), *as = yaml_get(node, "as");
  if (!type) finding_error(r, f->at, "procedure.field.type", f->name);
  int k = type ? one_of(r, type, FIELD_TYPE_NAMES) : -1;
  if (k > FIELD_RECORD) f->checklist = ""; /* "checklist": a record whose parts are given */
  if (k >= 0) f->type = k > FIELD_RECORD ? FIELD_RECORD : (enum procedure_field_type)k;
  k = as ? one_of(r, as, FIELD_AS_NAMES) : -1;
  if (k >= 0) f->as = (enum procedure_field_as)k;
  if (!as_fits(f)) finding_error(r, at_value(as), "procedure.field.as", f->name, FIELD_AS_NAMES[f->as]);
  f->label = bilingual_of(r, node, "label", true);
  f->help = bilingual_of(r, node, "help", false);
  f->past = yes_no_of(r, yaml_get(node, "past"), false);
  f->future = yes_no_of(r, yaml_get(node, "future"), false);
  f->required = yes_no_of(r, yaml_get(node, "required"), false);
  kind_fill(r, f, node);
  bounds_fill(r, f, node);
  privacy_fill(r, f, node);
}

void fields_fill(struct reader *r, struct draft *d) {
  for (size_t i = 0; i < d->track->fields.count; i++) field_fill(r, &d->fields[i], d->form_node->items[i]);
}
