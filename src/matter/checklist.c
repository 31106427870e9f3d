/* Checklists: reading, finding, judging. */
#include "matter/checklist.h"

#include <stdio.h>
#include <string.h>

#include "matter/procedure_reader.h"

enum { EDITIONS_MOST = 40, CODE_MOST = 16, WEIGHT_MOST = 100 };

static const char *const TOP[] = {"checklist", "version", "title", "about", "levels", "editions", NULL};
static const char *const EDITION[] = {"edition", "from", "basis", "article", "clauses", NULL};
static const char *const CLAUSE[] = {"text", "help", "weight", "veto", "photo", "severity", NULL};
static const char *const LEVEL[] = {"from", "title", NULL};
static const char *const SEVERITY[] = {"minor", "serious", "grave", NULL};
static const char *const VERDICT[] = {"", "holds", "fails", "not-applicable"};

_Static_assert(sizeof SEVERITY / sizeof SEVERITY[0] == SEVERITIES + 1, "every severity has a name");
_Static_assert(sizeof VERDICT / sizeof VERDICT[0] == VERDICTS, "every verdict has a name");

const char *verdict_name(enum verdict v) { return VERDICT[v]; }
const char *severity_name(enum clause_severity s) { return SEVERITY[s]; }

enum verdict verdict_by_name(const char *name) {
  for (int i = 1; name && i < VERDICTS; i++)
    if (text_eq(VERDICT[i], name)) return (enum verdict)i;
  return VERDICT_NONE;
}

/* --- reading ---------------------------------------------------------------------------------------------------- */

/* Letters, digits, dots and hyphens: it stands on paper, in form fields and in the journal. */
static void code_check(struct reader *r, const struct yaml *node) {
  size_t n = strlen(node->key);
  bool good = n > 0 && n <= CODE_MOST;
  for (size_t i = 0; good && i < n; i++) {
    char c = node->key[i];
    good = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  }
  if (!good) finding_error(r, at_key(node), "checklist.code", node->key);
}

static void clause_fill(struct reader *r, struct checklist_clause *c, const struct yaml *node) {
  const struct yaml *severity = yaml_get(node, "severity");
  int64_t weight = 0;
  code_check(r, node);
  *c = (struct checklist_clause){.code = node->key, .at = at_key(node)};
  if (!keys_check(r, node, CLAUSE)) return;
  c->text = bilingual_of(r, node, "text", true);
  c->help = bilingual_of(r, node, "help", false);
  int_of(r, yaml_get(node, "weight"), 0, WEIGHT_MOST, &weight);
  c->weight = (int)weight;
  c->veto = yes_no_of(r, yaml_get(node, "veto"), false);
  c->photo = yes_no_of(r, yaml_get(node, "photo"), false);
  int k = severity ? one_of(r, severity, SEVERITY) : (int)SEVERITY_MINOR;
  c->severity = k < 0 ? SEVERITY_MINOR : (enum clause_severity)k;
  if (!c->weight && !c->veto && !severity) finding_error(r, c->at, "checklist.idle", c->code);
}

static void edition_fill(struct reader *r, struct checklist_edition *e, const struct yaml *node) {
  const struct yaml *name = yaml_get(node, "edition"), *from = yaml_get(node, "from"), *clauses = yaml_get(node, "clauses");
  *e = (struct checklist_edition){.name = "", .article = "", .at = at_value(node)};
  if (!keys_check(r, node, EDITION)) return;
  if (!name || !from || !clauses) finding_error(r, e->at, "checklist.missing", !name ? "edition" : !from ? "from" : "clauses");
  if (name && text_of(r, name)) e->name = name->text;
  e->from = from ? day_of(r, from) : 0;
  e->basis = bilingual_of(r, node, "basis", false);
  if (yaml_get(node, "article") && text_of(r, yaml_get(node, "article"))) e->article = yaml_get(node, "article")->text;
  if (!clauses || !want_map(r, clauses)) return;
  if (!clauses->count || clauses->count > CHECKLIST_CLAUSES_MOST)
    finding_error(r, at_key(clauses), "checklist.clauses", e->name, "90");
  struct checklist_clause *items = ARENA_ARRAY(r->arena, clauses->count + 1, struct checklist_clause);
  for (size_t i = 0; i < clauses->count; i++) clause_fill(r, &items[i], clauses->items[i]);
  e->clauses = items;
  e->clause_count = clauses->count;
}

/* Editions follow each other by their days and each has a name of its own. */
static void editions_check(struct reader *r, const struct checklist *c) {
  for (size_t i = 1; i < c->edition_count; i++) {
    if (c->editions[i].from <= c->editions[i - 1].from)
      finding_error(r, c->editions[i].at, "checklist.order", c->editions[i].name);
    for (size_t k = 0; k < i; k++)
      if (text_eq(c->editions[k].name, c->editions[i].name))
        finding_error(r, c->editions[i].at, "checklist.twice", c->editions[i].name);
  }
}

static void editions_fill(struct reader *r, struct checklist *c, const struct yaml *root) {
  const struct yaml *list = yaml_get(root, "editions");
  size_t n = list && list->kind == YAML_LIST ? list->count : 0;
  if (!n || n > EDITIONS_MOST) finding_error(r, list ? at_key(list) : at_value(root), "checklist.editions", "40");
  struct checklist_edition *editions = ARENA_ARRAY(r->arena, n + 1, struct checklist_edition);
  for (size_t i = 0; i < n; i++) edition_fill(r, &editions[i], list->items[i]);
  c->editions = editions;
  c->edition_count = n;
  editions_check(r, c);
}

/* `levels: {3: {from: 75, title: ...}}`: both the levels and what they need rise. */
static void levels_fill(struct reader *r, struct checklist *c, const struct yaml *node) {
  if (!node || !want_map(r, node)) return;
  if (node->count > CHECKLIST_LEVELS_MOST) finding_error(r, at_key(node), "checklist.levels");
  struct checklist_level *levels = ARENA_ARRAY(r->arena, node->count + 1, struct checklist_level);
  for (size_t i = 0; i < node->count; i++) {
    const struct yaml *it = node->items[i], *from = yaml_get(it, "from");
    int64_t level = 0, share = 0;
    bool number = text_to_int(it->key, &level) && level >= 1 && level <= CHECKLIST_LEVELS_MOST;
    if (!keys_check(r, it, LEVEL)) continue;
    if (!from) finding_error(r, at_key(it), "checklist.missing", "from");
    int_of(r, from, 1, 100, &share);
    levels[i] = (struct checklist_level){(int)level, (int)share, bilingual_of(r, it, "title", true)};
    bool rises = i == 0 || (levels[i].level > levels[i - 1].level && levels[i].from > levels[i - 1].from);
    if (!number || !rises) finding_error(r, at_key(it), "checklist.levels");
  }
  c->levels = levels;
  c->level_count = node->count;
}

static void top_read(struct reader *r, struct checklist *c, const struct yaml *root) {
  const struct yaml *name = yaml_get(root, "checklist"), *version = yaml_get(root, "version");
  int64_t v = 1;
  c->name = "";
  if (!keys_check(r, root, TOP)) {
    finding_error(r, at_value(root), "checklist.missing", "checklist");
    return;
  }
  if (!name) finding_error(r, at_value(root), "checklist.missing", "checklist");
  if (!version) finding_error(r, at_value(root), "checklist.missing", "version");
  if (name && text_of(r, name)) c->name = name->text;
  if (name) name_check(r, &(struct yaml){.key = c->name, .key_line = name->line, .key_column = name->column});
  int_of(r, version, 1, 1000000, &v);
  c->version = (int)v;
  c->title = bilingual_of(r, root, "title", true);
  c->about = bilingual_of(r, root, "about", false);
  levels_fill(r, c, yaml_get(root, "levels"));
  editions_fill(r, c, root);
}

static int refuse(struct procedure_findings *found, struct error *err) {
  char where[32];
  const struct procedure_finding *f = NULL;
  findings_sort(found);
  for (size_t i = 0; i < found->count && !f; i++)
    if (found->items[i].severity == FINDING_ERROR) f = &found->items[i];
  snprintf(where, sizeof where, "%d:%d", f ? f->at.line : 0, f ? f->at.column : 0);
  if (!f) return error_set(err, ERR_INPUT, "procedure.refused", where, NULL);
  return error_set(err, ERR_INPUT, f->code, where, f->arg[0], f->arg[1], f->arg[2], f->arg[3], NULL);
}

int checklist_read(const struct checklist **out, struct procedure_findings *found, struct arena *a, const char *text, size_t len,
                   struct error *err) {
  struct reader r = {.arena = a, .found = found, .p = ARENA_NEW(a, struct procedure)};
  struct checklist *c = ARENA_NEW(a, struct checklist);
  struct yaml *root = NULL;
  struct error unread = {0};
  size_t before = found->errors;
  *out = NULL;
  if (yaml_read(&root, a, text, len, CHECKLIST_FILE_MAX, &unread) < 0) finding_of_yaml(&r, &unread);
  else top_read(&r, c, root);
  if (found->errors != before) return refuse(found, err);
  *out = c;
  return 0;
}

/* --- finding ---------------------------------------------------------------------------------------------------- */

const struct checklist_edition *checklist_on(const struct checklist *c, int32_t day) {
  size_t i = c->edition_count;
  while (i > 1 && c->editions[i - 1].from > day) i--;
  return &c->editions[i - 1];
}

const struct checklist_edition *checklist_edition_find(const struct checklist *c, const char *name) {
  for (size_t i = 0; i < c->edition_count; i++)
    if (text_eq(c->editions[i].name, name)) return &c->editions[i];
  return NULL;
}

int checklist_clause_index(const struct checklist_edition *e, const char *code) {
  for (size_t i = 0; i < e->clause_count; i++)
    if (text_eq(e->clauses[i].code, code)) return (int)i;
  return -1;
}

struct bilingual checklist_level_title(const struct checklist *c, int level) {
  for (size_t i = 0; i < c->level_count; i++)
    if (c->levels[i].level == level) return c->levels[i].title;
  return (struct bilingual){NULL, NULL};
}

/* --- judging ---------------------------------------------------------------------------------------------------- */

void checklist_judge(struct checklist_result *out, const struct checklist *c, const struct checklist_edition *e,
                     const enum verdict *verdicts) {
  *out = (struct checklist_result){0};
  for (size_t i = 0; i < e->clause_count; i++) {
    const struct checklist_clause *clause = &e->clauses[i];
    if (verdicts[i] == VERDICT_HOLDS) out->kept += clause->weight;
    if (verdicts[i] == VERDICT_HOLDS || verdicts[i] == VERDICT_FAILS) out->applies += clause->weight;
    if (verdicts[i] != VERDICT_FAILS) continue;
    out->fails++;
    if (clause->veto && !out->veto) out->veto = clause;
  }
  if (out->applies) out->score = 100 * out->kept / out->applies;
  for (size_t i = 0; !out->veto && out->applies && i < c->level_count; i++)
    if (100 * out->kept >= c->levels[i].from * out->applies) out->level = c->levels[i].level;
}
