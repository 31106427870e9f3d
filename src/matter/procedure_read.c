/* A procedure file, from its text to a checked structure. */
#include <stdio.h>
#include <string.h>

#include "matter/procedure_reader.h"

static const char *const TOP_KEYS[] = {"procedure", "version", "title",    "about", "basis",  "number",  "opens",
                                       "ladder",    "holder",  "settings", "form",  "stages", "actions", "clocks",
                                       "tracks",    "shows",   "relapse",  "keep",  "publishes", "triage", "confidential",
                                       "menu",      "icon",    "rules",    "roll",  "meeting", "ballot", "secrecy",
                                       "documents", "inspects",  "grades",  NULL};
static const char *const MENU_NAMES[] = {"cases", "joint", "grid", "deliberation", "mediation", NULL};
static const char *const TRACK_KEYS[] = {"title",  "holder",  "roles",  "start", "form",
                                         "stages", "actions", "clocks", "publishes", "triage", "plan",
                                         "roll",   "meeting", "ballot", "inspects", "grades", NULL};

/* ---- first pass: everything has its name and its place ---- */

static size_t map_count(struct reader *r, const struct yaml *node) {
  return node && want_map(r, node) ? node->count : 0;
}

static void stages_make(struct reader *r, struct draft *d) {
  size_t n = map_count(r, d->stages_node);
  d->stages = ARENA_ARRAY(r->arena, n + 1, struct procedure_stage);
  for (size_t i = 0; i < n; i++) {
    const struct yaml *node = d->stages_node->items[i];
    name_check(r, node);
    d->stages[i] = (struct procedure_stage){.name = node->key, .track = d->track, .index = (int)i, .at = at_key(node)};
    d->stages[i].final = yaml_get(node, "final") != NULL; /* wanted by `open` and `final` in lists */
  }
  d->track->stages = d->stages;
  d->track->stages_count = n;
}

static void actions_make(struct reader *r, struct draft *d) {
  size_t n = map_count(r, d->actions_node);
  d->actions = ARENA_ARRAY(r->arena, n + 1, struct procedure_action);
  for (size_t i = 0; i < n; i++) {
    const struct yaml *node = d->actions_node->items[i];
    name_check(r, node);
    d->actions[i] = (struct procedure_action){.name = node->key, .track = d->track, .index = (int)i, .at = at_key(node)};
  }
  d->track->actions = d->actions;
  d->track->actions_count = n;
}

static void clocks_make(struct reader *r, struct draft *d, int *index) {
  size_t n = map_count(r, d->clocks_node);
  d->clocks = ARENA_ARRAY(r->arena, n + 1, struct procedure_clock);
  d->track->clocks = d->clocks;
  for (size_t i = 0; i < n; i++) {
    const struct yaml *node = d->clocks_node->items[i];
    name_check(r, node);
    if (procedure_clock_find(r->p, node->key)) finding_error(r, at_key(node), "procedure.clock.twice", node->key);
    d->clocks[i] = (struct procedure_clock){.name = node->key, .track = d->track, .index = (*index)++, .at = at_key(node)};
    d->track->clocks_count = i + 1;
  }
}

static void roles_make(struct reader *r, struct draft *d) {
  static const char *const allowed[] = {"title", "exactly", "least", "upto", NULL};
  const struct yaml *node = d->track->index ? yaml_get(d->node, "roles") : NULL;
  size_t n = map_count(r, node);
  struct procedure_track_role *roles = ARENA_ARRAY(r->arena, n + 1, struct procedure_track_role);
  for (size_t i = 0; i < n; i++) {
    const struct yaml *item = node->items[i];
    name_check(r, item);
    keys_check(r, item, allowed);
    int64_t least = 0, most = 1, exactly = 1;
    int_of(r, yaml_get(item, "least"), 0, 99, &least);
    int_of(r, yaml_get(item, "upto"), 1, 99, &most);
    if (int_of(r, yaml_get(item, "exactly"), 1, 99, &exactly)) least = most = exactly;
    if (least > most) finding_error(r, at_key(item), "procedure.field.bounds", item->key);
    roles[i] = (struct procedure_track_role){
        item->key, bilingual_of(r, item, "title", true), (int)least, (int)most, at_key(item)};
  }
  d->track->roles = roles;
  d->track->roles_count = n;
}

static void track_make(struct reader *r, struct draft *d, const struct yaml *node, int *clock_index) {
  d->node = node;
  d->stages_node = yaml_get(node, "stages");
  d->actions_node = yaml_get(node, "actions");
  d->clocks_node = yaml_get(node, "clocks");
  d->form_node = yaml_get(node, "form");
  if (!d->stages_node) finding_error(r, d->track->at, "procedure.stages.missing", d->track->name);
  stages_make(r, d);
  actions_make(r, d);
  clocks_make(r, d, clock_index);
  fields_make(r, d);
  roles_make(r, d);
}

static void tracks_make(struct reader *r, const struct yaml *root) {
  const struct yaml *sides = yaml_get(root, "tracks");
  size_t n = map_count(r, sides);
  struct procedure_track *tracks = ARENA_ARRAY(r->arena, n + 1, struct procedure_track);
  r->drafts = ARENA_ARRAY(r->arena, n + 1, struct draft);
  r->p->tracks = tracks;
  r->p->tracks_count = n + 1;
  tracks[0] = (struct procedure_track){.name = "main", .at = {root->line, root->column}};
  for (size_t i = 0; i < n; i++) {
    const struct yaml *node = sides->items[i];
    name_check(r, node);
    bool taken = text_eq(node->key, "main") || role_by_name(node->key) != ROLE_NONE;
    if (taken) finding_error(r, at_key(node), "procedure.name.reserved", node->key);
    tracks[i + 1] = (struct procedure_track){.name = node->key, .index = (int)i + 1, .at = at_key(node)};
  }
  int clock_index = 0;
  for (size_t i = 0; i <= n; i++) {
    r->drafts[i].track = &tracks[i];
    track_make(r, &r->drafts[i], i == 0 ? root : sides->items[i - 1], &clock_index);
  }
}

/* `changes: [{from: DAY, limit: ...}]`: each of the setting's own kind, later than the one before. */
static void changes_make(struct reader *r, struct procedure_setting *s, const struct yaml *list) {
  static const char *const of_limit[] = {"from", "limit", NULL}, *const of_number[] = {"from", "number", NULL};
  size_t n = list_count(list);
  struct procedure_change *changes = ARENA_ARRAY(r->arena, n + 1, struct procedure_change);
  for (size_t i = 0; i < n; i++) {
    const struct yaml *item = list_item(list, i), *from = yaml_get(item, "from");
    const struct yaml *value = yaml_get(item, s->is_limit ? "limit" : "number");
    struct procedure_change *change = &changes[i];
    if (!keys_check(r, item, s->is_limit ? of_limit : of_number)) continue;
    bool dated = from && from->kind == YAML_SCALAR && date_parse(&change->from, from->text);
    if (!dated || (i > 0 && change->from <= changes[i - 1].from))
      finding_error(r, from ? at_value(from) : at_value(item), "procedure.setting.from", s->name);
    if (!value) finding_error(r, at_value(item), "procedure.setting.kind", s->name);
    if (value && s->is_limit) change->limit = limit_of(r, value).text;
    if (value && !s->is_limit) int_of(r, value, s->min, s->max, &change->number);
  }
  s->changes = changes;
  s->changes_count = n;
}

static void settings_make(struct reader *r, const struct yaml *node) {
  static const char *const allowed[] = {"title", "limit", "number", "min", "max", "changes", NULL};
  size_t n = map_count(r, node);
  struct procedure_setting *settings = ARENA_ARRAY(r->arena, n + 1, struct procedure_setting);
  for (size_t i = 0; i < n; i++) {
    const struct yaml *item = node->items[i];
    struct procedure_setting *s = &settings[i];
    name_check(r, item);
    keys_check(r, item, allowed);
    *s = (struct procedure_setting){.name = item->key, .max = 1000000, .at = at_key(item)};
    s->title = bilingual_of(r, item, "title", true);
    const struct yaml *limit = yaml_get(item, "limit"), *number = yaml_get(item, "number");
    if (!limit == !number) finding_error(r, at_key(item), "procedure.setting.kind", item->key);
    s->is_limit = limit != NULL;
    if (limit) s->limit = limit_of(r, limit).text;
    int_of(r, yaml_get(item, "min"), 0, 1000000, &s->min);
    int_of(r, yaml_get(item, "max"), 0, 1000000, &s->max);
    if (number) int_of(r, number, s->min, s->max, &s->number);
    changes_make(r, s, yaml_get(item, "changes"));
  }
  r->p->settings = settings;
  r->p->settings_count = n;
  r->setting_used = ARENA_ARRAY(r->arena, n + 1, bool);
}

/* ---- second pass ---- */

static void stage_fill(struct reader *r, struct procedure_stage *s, const struct yaml *node) {
  static const char *const allowed[] = {"title", "plain", "phase", "final", "held", NULL};
  if (!keys_check(r, node, allowed)) {
    finding_error(r, s->at, "procedure.title.missing", "title");
    return;
  }
  s->title = bilingual_of(r, node, "title", true);
  s->plain = bilingual_of(r, node, "plain", s->track->index == 0);
  const struct yaml *phase = yaml_get(node, "phase"), *final = yaml_get(node, "final");
  int k = final ? one_of(r, final, OUTCOME_NAMES) : 0;
  if (final && k == 0) finding_error(r, at_value(final), "procedure.word.unknown", "open");
  s->outcome = k > 0 ? (enum procedure_outcome)k : OUTCOME_OPEN;
  k = phase ? one_of(r, phase, PHASE_NAMES) : -1;
  s->phase = k >= 0 ? (enum procedure_phase)k : PHASE_HANDLING;
  if (!phase && s->track->index == 0) finding_error(r, s->at, "procedure.stage.phase", s->name);
  s->held = actors_of(r, s->track, yaml_get(node, "held"));
  if (!s->final && s->held.count == 0 && !yaml_get(node, "held"))
    finding_error(r, s->at, "procedure.stage.held", s->name);
}

static void track_fill(struct reader *r, struct draft *d) {
  struct procedure_track *t = d->track;
  const struct yaml *holder = yaml_get(d->node, "holder"), *start = yaml_get(d->node, "start");
  if (t->index > 0) keys_check(r, d->node, TRACK_KEYS);
  t->title = bilingual_of(r, d->node, "title", true);
  int k = holder ? one_of(r, holder, HOLDER_NAMES) : 0;
  t->holder = k > 0 ? (enum procedure_holder)k : HOLDER_NONE;
  for (size_t i = 0; i < t->stages_count; i++) stage_fill(r, &d->stages[i], d->stages_node->items[i]);
  if (t->index > 0) t->start = start ? stage_named(r, t, start) : t->stages;
  fields_fill(r, d);
  clocks_fill(r, d);
  actions_fill(r, d);
  publication_fill(r, d);
  tables_fill(r, d);
  plan_fill(r, d);
  ballot_fill(r, d);
  inspection_fill(r, d);
}

static void ladder_fill(struct reader *r, const struct yaml *node) {
  size_t n = list_count(node), kept = 0;
  enum role *ladder = ARENA_ARRAY(r->arena, n + 1, enum role);
  for (size_t i = 0; i < n; i++) {
    const char *word = text_of(r, list_item(node, i));
    enum role role = word ? role_by_name(word) : ROLE_NONE;
    if (role == ROLE_NONE)
      finding_error(r, at_value(list_item(node, i)), "procedure.actor.unknown", word ? word : "");
    else
      ladder[kept++] = role;
  }
  r->p->ladder = ladder;
  r->p->ladder_count = kept;
}

int32_t day_of(struct reader *r, const struct yaml *node) {
  int32_t day = 0;
  if (!node) return 0;
  if (node->kind == YAML_SCALAR && date_parse(&day, node->text)) return day;
  finding_error(r, at_value(node), "procedure.want.date");
  return 0;
}

static void basis_fill(struct reader *r, const struct yaml *node) {
  static const char *const allowed[] = {"title", "article", "from", "until", NULL};
  size_t n = list_count(node);
  struct procedure_law *laws = ARENA_ARRAY(r->arena, n + 1, struct procedure_law);
  for (size_t i = 0; i < n; i++) {
    const struct yaml *item = list_item(node, i);
    if (!keys_check(r, item, allowed)) continue;
    const struct yaml *article = yaml_get(item, "article");
    laws[i] = (struct procedure_law){.title = bilingual_of(r, item, "title", true), .at = at_value(item)};
    laws[i].article = article ? text_of(r, article) : "";
    laws[i].from = day_of(r, yaml_get(item, "from"));
    laws[i].until = day_of(r, yaml_get(item, "until"));
  }
  r->p->basis = laws;
  r->p->basis_count = n;
}

static void opens_fill(struct reader *r, const struct yaml *node) {
  static const char *const allowed[] = {"on", "from", "alone", NULL};
  r->p->open_alone = true;
  if (!node || !keys_check(r, node, allowed)) return;
  const struct yaml *on = yaml_get(node, "on");
  for (size_t i = 0; i < list_count(on); i++) {
    const char *word = text_of(r, list_item(on, i));
    enum role_level level = word ? role_level_by_name(word) : ROLE_AT_NONE;
    if (level == ROLE_AT_NONE) finding_error(r, at_value(list_item(on, i)), "procedure.level", word ? word : "");
    r->p->open_at |= level == ROLE_AT_NONE ? 0 : 1U << level;
  }
  r->p->open_from = texts_of(r, yaml_get(node, "from"), &r->p->open_from_count);
  r->p->open_alone = yes_no_of(r, yaml_get(node, "alone"), true);
}

static unsigned bits_of(struct reader *r, const struct yaml *node, const char *const *names) {
  unsigned bits = 0;
  for (size_t i = 0; i < list_count(node); i++) {
    int k = one_of(r, list_item(node, i), names);
    if (k >= 0) bits |= 1U << k;
  }
  return bits;
}

static void shows_fill(struct reader *r, const struct yaml *node) {
  static const char *const allowed[] = {"reporter", "public", NULL};
  if (!node || !keys_check(r, node, allowed)) return;
  r->p->shows_reporter = bits_of(r, yaml_get(node, "reporter"), SHOWS_NAMES);
  r->p->shows_public = bits_of(r, yaml_get(node, "public"), SHOWS_NAMES);
}

static void relapse_fill(struct reader *r, const struct yaml *node) {
  static const char *const allowed[] = {"same", "within", NULL};
  if (!node || !keys_check(r, node, allowed)) return;
  r->p->relapse_same = bits_of(r, yaml_get(node, "same"), RELAPSE_NAMES);
  r->p->relapse_within = limit_of(r, yaml_get(node, "within"));
  if (!yaml_get(node, "within")) finding_error(r, at_key(node), "procedure.effect.missing", "within");
}

static void keep_fill(struct reader *r, const struct yaml *node) {
  static const char *const allowed[] = {"for", "basis", NULL};
  if (!node || !keys_check(r, node, allowed)) return;
  r->p->keep = limit_of(r, yaml_get(node, "for"));
  r->p->keep_basis = bilingual_of(r, node, "basis", true);
}

static bool placeholder_known(const char *name, size_t len) {
  static const char *const known[] = {"district", "street", "year", "month", "day", "seq"};
  for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
    if (strlen(known[i]) == len && memcmp(known[i], name, len) == 0) return true;
  return len == 5 && memcmp(name, "seq:", 4) == 0 && name[4] >= '1' && name[4] <= '9';
}

static void number_fill(struct reader *r, const struct yaml *node) {
  r->p->number = node ? text_of(r, node) : NULL;
  if (!r->p->number) r->p->number = "{district}-{year}-{seq:6}";
  bool seq = false;
  for (const char *s = strchr(r->p->number, '{'); s; s = strchr(s + 1, '{')) {
    const char *end = strchr(s, '}');
    if (!end || !placeholder_known(s + 1, (size_t)(end - s - 1)))
      finding_error(r, at_value(node), "procedure.number", end ? arena_strndup(r->arena, s, (size_t)(end - s) + 1) : s);
    seq |= text_starts(s, "{seq");
  }
  if (!seq) finding_error(r, at_value(node), "procedure.number", "{seq}");
}

static void top_make(struct reader *r, const struct yaml *root) {
  const struct yaml *name = yaml_get(root, "procedure"), *version = yaml_get(root, "version");
  if (!name) finding_error(r, at_value(root), "procedure.nameless");
  r->p->name = name ? text_of(r, name) : NULL;
  if (r->p->name) name_check(r, &(struct yaml){.key = r->p->name, .key_line = name->line, .key_column = name->column});
  if (!r->p->name) r->p->name = "";
  int64_t n = 1;
  if (!version) finding_error(r, at_value(root), "procedure.versionless");
  int_of(r, version, 1, 1000000, &n);
  r->p->version = (int)n;
}

static void menu_fill(struct reader *r, const struct yaml *node) {
  int k = node ? one_of(r, node, MENU_NAMES) : 0;
  r->p->menu = k < 0 ? IN_CASES : (enum procedure_menu)k;
}

static void top_fill(struct reader *r, const struct yaml *root) {
  r->p->title = bilingual_of(r, root, "title", true);
  menu_fill(r, yaml_get(root, "menu"));
  r->p->icon = yaml_get(root, "icon") ? text_of(r, yaml_get(root, "icon")) : NULL;
  r->p->about = bilingual_of(r, root, "about", false);
  basis_fill(r, yaml_get(root, "basis"));
  number_fill(r, yaml_get(root, "number"));
  opens_fill(r, yaml_get(root, "opens"));
  r->p->confidential = yes_no_of(r, yaml_get(root, "confidential"), false);
  ladder_fill(r, yaml_get(root, "ladder"));
  shows_fill(r, yaml_get(root, "shows"));
  relapse_fill(r, yaml_get(root, "relapse"));
  keep_fill(r, yaml_get(root, "keep"));
}

/* What YAML itself refused becomes a finding like any other. */
void finding_of_yaml(struct reader *r, const struct error *err) {
  int64_t line = 1, column = 1;
  text_to_int(err->arg[0], &line);
  text_to_int(err->arg[1], &column);
  finding_error(r, ((struct procedure_at){(int)line, (int)column}), arena_strdup(r->arena, err->code), err->arg[0],
                err->arg[1], arena_strdup(r->arena, err->arg[2]));
}

static int refuse(struct procedure_findings *found, struct error *err) {
  findings_sort(found);
  const struct procedure_finding *f = NULL;
  for (size_t i = 0; i < found->count && !f; i++)
    if (found->items[i].severity == FINDING_ERROR) f = &found->items[i];
  char where[32];
  snprintf(where, sizeof where, "%d:%d", f ? f->at.line : 0, f ? f->at.column : 0);
  if (!f) return error_set(err, ERR_INPUT, "procedure.refused", where, NULL);
  return error_set(err, ERR_INPUT, f->code, where, f->arg[0], f->arg[1], f->arg[2], f->arg[3], NULL);
}

static void read_tree(struct reader *r, const struct yaml *root) {
  if (!keys_check(r, root, TOP_KEYS)) {
    if (r->found->errors == 0) finding_error(r, at_value(root), "procedure.nameless");
    return;
  }
  top_make(r, root);
  settings_make(r, yaml_get(root, "settings"));
  rules_make(r, yaml_get(root, "rules"));
  tracks_make(r, root);
  documents_make(r, yaml_get(root, "documents"));
  top_fill(r, root); /* before the tracks: effects ask for the ladder */
  for (size_t i = 0; i < r->p->tracks_count; i++) track_fill(r, &r->drafts[i]);
  secrecy_fill(r, root);
  for (size_t i = 0; i < r->p->settings_count; i++)
    if (!r->setting_used[i])
      finding_warning(r, r->p->settings[i].at, "procedure.setting.unused", r->p->settings[i].name);
}

int procedure_read(const struct procedure **out, struct procedure_findings *found, struct arena *a, const char *text,
                   size_t len, struct error *err) {
  struct reader r = {.arena = a, .found = found, .p = ARENA_NEW(a, struct procedure)};
  struct yaml *root = NULL;
  struct error yaml_error = {0};
  *out = NULL;
  size_t errors_before = found->errors;
  if (yaml_read(&root, a, text, len, PROCEDURE_FILE_MAX, &yaml_error)) {
    finding_of_yaml(&r, &yaml_error);
    return refuse(found, err);
  }
  read_tree(&r, root);
  if (found->errors == errors_before) procedure_check(found, a, r.p);
  if (found->errors != errors_before) return refuse(found, err);
  findings_sort(found);
  r.p->source = arena_strndup(a, text, len);
  r.p->source_len = len;
  *out = r.p;
  return 0;
}
