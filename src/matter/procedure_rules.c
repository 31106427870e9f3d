/* Rules of deciding, with the days from which they are in force.
 *
 *   rules:
 *     representatives:
 *       title: {zh: 村民代表会议, en: Villagers' representatives}
 *       versions:
 *         - from: 2025-10-28
 *           law: {zh: 村民委员会组织法, en: Organic Law of Villagers' Committees}
 *           article: 第二十九条、第三十条
 *           quorum: {at-least: 2/3}                      a share of the roll, by persons unless said
 *           pass: {more-than: 1/2, of: present}          or a list: all of them; {any: [..]}: one of them
 *           notice: 3 natural-days
 *           proxies: 0                                   so many others one person may stand in for
 *           twice: first                                 or paper: a paper vote takes the place of one cast on line
 *           small: 5                                     totals by channel are withheld under this number
 *
 * A line may say `by: persons, households, area`, `of: roll, present, cast` and `seat: KIND` (only among those). */
#include <stdlib.h>
#include <string.h>

#include "matter/procedure_reader.h"

static const char *const BY_NAMES[] = {"persons", "households", "area", NULL};
static const char *const OF_NAMES[] = {"roll", "present", "cast", NULL};

/* "2/3", whole numbers from 1 to SHARE_MOST. */
static bool fraction_read(struct rule_share *out, const char *text) {
  int64_t n, d;
  char first[8];
  const char *slash = strchr(text, '/');
  if (!slash || slash - text >= (long)sizeof first) return false;
  memcpy(first, text, (size_t)(slash - text));
  first[slash - text] = '\0';
  if (!text_to_int(first, &n) || !text_to_int(slash + 1, &d)) return false;
  if (n < 1 || d < 1 || n > SHARE_MOST || d > SHARE_MOST) return false;
  out->numerator = (int)n;
  out->denominator = (int)d;
  return true;
}

static void line_fill(struct reader *r, struct rule_line *line, const struct yaml *node) {
  static const char *const allowed[] = {"at-least", "more-than", "by", "of", "seat", NULL};
  *line = (struct rule_line){.share = {1, 1, false}, .of = OF_PRESENT};
  if (!keys_check(r, node, allowed)) return;
  const struct yaml *least = yaml_get(node, "at-least"), *more = yaml_get(node, "more-than");
  const struct yaml *share = least ? least : more, *by = yaml_get(node, "by"), *of = yaml_get(node, "of");
  line->share.more_than = !least;
  if (!share || (least && more) || share->kind != YAML_SCALAR || !fraction_read(&line->share, share->text)) {
    finding_error(r, at_value(share ? share : node), "procedure.rule.share");
    return;
  }
  bool too_much = line->share.numerator > line->share.denominator;
  if (too_much || (line->share.more_than && line->share.numerator == line->share.denominator))
    finding_error(r, at_value(share), "procedure.rule.impossible", share->text);
  int k = by ? one_of(r, by, BY_NAMES) : 0;
  line->by = k < 0 ? BY_PERSONS : (enum tally_by)k;
  k = of ? one_of(r, of, OF_NAMES) : OF_PRESENT;
  line->of = k < 0 ? OF_PRESENT : (enum tally_of)k;
  if (yaml_get(node, "seat")) line->seat = text_of(r, yaml_get(node, "seat"));
}

static struct rule_test test_of(struct reader *r, const struct yaml *node) {
  static const char *const allowed[] = {"any", NULL};
  struct rule_test out = {0};
  if (!node) return out;
  const struct yaml *any = yaml_get(node, "any");
  if (any && keys_check(r, node, allowed)) {
    out.any = true;
    node = any;
  }
  size_t n = node->kind == YAML_LIST ? node->count : 1;
  struct rule_line *lines = ARENA_ARRAY(r->arena, n + 1, struct rule_line);
  for (size_t i = 0; i < n; i++) line_fill(r, &lines[i], node->kind == YAML_LIST ? node->items[i] : node);
  out.lines = lines;
  out.count = n;
  return out;
}

static void version_fill(struct reader *r, struct procedure_rule_version *v, const struct yaml *node) {
  static const char *const allowed[] = {"from",    "law",   "article", "quorum", "pass", "notice",
                                        "proxies", "proxy", "twice",   "small",  NULL};
  static const char *const twice[] = {"first", "paper", NULL};
  static const char *const proxy[] = {"anybody", "household", NULL};
  v->at = at_value(node);
  if (!keys_check(r, node, allowed)) return;
  int64_t n = 0;
  v->from = day_of(r, yaml_get(node, "from"));
  if (!v->from) finding_error(r, v->at, "procedure.rule.from");
  v->law = bilingual_of(r, node, "law", false);
  v->article = yaml_get(node, "article") ? text_of(r, yaml_get(node, "article")) : "";
  v->quorum = test_of(r, yaml_get(node, "quorum"));
  v->pass = test_of(r, yaml_get(node, "pass"));
  v->notice = limit_of(r, yaml_get(node, "notice"));
  if (int_of(r, yaml_get(node, "proxies"), 0, 100, &n)) v->proxies = (int)n;
  n = 0;
  if (int_of(r, yaml_get(node, "small"), 0, 1000, &n)) v->small = (int)n;
  v->proxy_at_home = yaml_get(node, "proxy") && one_of(r, yaml_get(node, "proxy"), proxy) == 1;
  v->paper_first = yaml_get(node, "twice") && one_of(r, yaml_get(node, "twice"), twice) == 1;
}

static void rule_fill(struct reader *r, struct procedure_rule *rule, const struct yaml *node) {
  static const char *const allowed[] = {"title", "versions", NULL};
  name_check(r, node);
  *rule = (struct procedure_rule){.name = node->key, .at = at_key(node)};
  if (!keys_check(r, node, allowed)) return;
  rule->title = bilingual_of(r, node, "title", true);
  const struct yaml *list = yaml_get(node, "versions");
  size_t n = list && list->kind == YAML_LIST ? list->count : 0;
  if (!n) finding_error(r, rule->at, "procedure.rule.versions", rule->name);
  struct procedure_rule_version *versions = ARENA_ARRAY(r->arena, n + 1, struct procedure_rule_version);
  for (size_t i = 0; i < n; i++) version_fill(r, &versions[i], list->items[i]);
  for (size_t i = 0; i + 1 < n; i++) {
    versions[i].until = versions[i + 1].from;
    if (versions[i].from >= versions[i + 1].from) finding_error(r, versions[i + 1].at, "procedure.rule.order", rule->name);
  }
  rule->versions = versions;
  rule->versions_count = n;
}

void rules_make(struct reader *r, const struct yaml *node) {
  size_t n = node && want_map(r, node) ? node->count : 0;
  struct procedure_rule *rules = ARENA_ARRAY(r->arena, n + 1, struct procedure_rule);
  for (size_t i = 0; i < n; i++) rule_fill(r, &rules[i], node->items[i]);
  r->p->rules = rules;
  r->p->rules_count = n;
}

const struct procedure_rule_version *procedure_rule_on(const struct procedure_rule *rule, int32_t day) {
  size_t i = 0;
  while (i + 1 < rule->versions_count && rule->versions[i + 1].from <= day) i++;
  return &rule->versions[i];
}
