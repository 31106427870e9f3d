#include "people/org.h"

#include <stdio.h>
#include <string.h>

#include "base/yaml.h"
#include "people/identity.h"
#include "people/person.h"
#include "people/post.h"

enum { FILE_MAX = 1 << 20, KEY_MAX = 60, NAME_MAX_CHARS = 60 };

#define ORG_ROW(q)                                                                                          \
  (struct org_row) {                                                                                        \
    .id = (q)->id, .key = (q)->key, .kind = (q)->kind, .name_zh = (q)->name_zh, .name_en = (q)->name_en,    \
    .units = (q)->duties, .credit_code = (q)->credit_code, .phone = (q)->duty_phone, .parent = (q)->parent, \
    .place = (q)->place                                                                                     \
  }

/* ---- files ---- */

static bool is_key(const char *s) {
  size_t n = s ? strlen(s) : 0;
  bool good = n > 0 && n <= KEY_MAX && s[0] != '-';
  for (size_t i = 0; good && i < n; i++)
    good = (s[i] >= 'a' && s[i] <= 'z') || (s[i] >= '0' && s[i] <= '9') || s[i] == '-';
  return good;
}

static bool is_kind(const char *s) {
  static const char *const kinds[] = {"department", "utility", "centre", "property", "association", "unit", "lender"};
  for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
    if (text_eq(s, kinds[i])) return true;
  return false;
}

static int bad(struct error *err, const struct yaml *at, const char *what) {
  char line[12];
  snprintf(line, sizeof line, "%d", at->line);
  return error_set(err, ERR_INPUT, "people.org.file", NULL, line, what, NULL);
}

static const char *text_at(const struct yaml *node, const char *key) {
  const struct yaml *value = yaml_get(node, key);
  return value && value->kind == YAML_SCALAR && value->text[0] ? value->text : NULL;
}

static const struct org_row *with_key(const struct org_row *rows, size_t count, const char *key) {
  for (size_t i = 0; i < count; i++)
    if (text_eq(rows[i].key, key)) return &rows[i];
  return NULL;
}

/* A list of keys as one text, a space between. */
static int read_units(const char **out, struct arena *a, const struct yaml *list, struct error *err) {
  struct buf b;
  buf_init(&b, FILE_MAX);
  int rc = 0;
  for (size_t i = 0; list && rc == 0 && i < list->count; i++) {
    const struct yaml *item = list->items[i];
    if (item->kind != YAML_SCALAR || !is_key(item->text))
      rc = bad(err, item, "units");
    else
      buf_printf(&b, "%s%s", i ? " " : "", item->text);
  }
  *out = arena_strdup(a, b.data ? b.data : "");
  buf_free(&b);
  return rc;
}

static int known_fields(const struct yaml *node, struct error *err) {
  static const char *const fields[] = {"key", "kind", "zh", "en", "units", "parent", "phone", "credit-code"};
  for (size_t i = 0; i < node->count; i++) {
    size_t k = 0;
    while (k < sizeof fields / sizeof fields[0] && !text_eq(node->items[i]->key, fields[k])) k++;
    if (k == sizeof fields / sizeof fields[0]) return bad(err, node->items[i], node->items[i]->key);
  }
  return 0;
}

static int read_one(struct org_row *out, struct arena *a, const struct yaml *node, const struct org_row *before,
                    size_t count, struct error *err) {
  if (node->kind != YAML_MAP) return bad(err, node, "departments");
  if (known_fields(node, err) < 0) return -1;
  *out = (struct org_row){.key = text_at(node, "key"),
                          .kind = text_at(node, "kind"),
                          .name_zh = text_at(node, "zh"),
                          .name_en = text_at(node, "en"),
                          .parent_key = text_at(node, "parent"),
                          .phone = text_at(node, "phone"),
                          .credit_code = text_at(node, "credit-code")};
  if (!is_key(out->key) || with_key(before, count, out->key)) return bad(err, node, "key");
  if (!is_kind(out->kind)) return bad(err, node, "kind");
  if (!out->name_zh || text_chars(out->name_zh) > NAME_MAX_CHARS) return bad(err, node, "zh");
  if (!out->name_en || text_chars(out->name_en) > NAME_MAX_CHARS) return bad(err, node, "en");
  if (out->parent_key && !with_key(before, count, out->parent_key)) return bad(err, node, "parent");
  const struct yaml *units = yaml_get(node, "units");
  if (units && units->kind != YAML_LIST) return bad(err, units, "units");
  return read_units(&out->units, a, units, err);
}

int people_orgs_read(struct org_row **rows, size_t *count, struct arena *a, const char *text, size_t len,
                     struct error *err) {
  struct yaml *root;
  *count = 0;
  if (yaml_read(&root, a, text, len, FILE_MAX, err) < 0) return -1;
  const struct yaml *list = yaml_get(root, "departments");
  if (!list || list->kind != YAML_LIST) return bad(err, root, "departments");
  *rows = ARENA_ARRAY(a, list->count + 1, struct org_row);
  for (size_t i = 0; i < list->count; i++) {
    if (read_one(&(*rows)[i], a, list->items[i], *rows, i, err) < 0) return -1;
    (*count)++;
  }
  return 0;
}

/* ---- the table ---- */

int people_org_by_key(struct org_row *out, struct db *db, struct arena *a, int64_t district, const char *key,
                      struct error *err) {
  struct q_organisation_by_key_out row;
  int found =
      q_organisation_by_key(db, a, &row, &(struct q_organisation_by_key_in){.district = district, .key = key}, err);
  if (found > 0) *out = ORG_ROW(&row);
  return found;
}

int people_org_by_id(struct org_row *out, struct db *db, struct arena *a, int64_t district, int64_t id,
                     struct error *err) {
  struct q_organisation_by_id_out row;
  int found = q_organisation_by_id(db, a, &row, &(struct q_organisation_by_id_in){.district = district, .id = id}, err);
  if (found > 0) *out = ORG_ROW(&row);
  return found;
}

int people_orgs(struct org_row **rows, size_t *count, struct db *db, struct arena *a, int64_t district,
                const char *kind, struct error *err) {
  struct q_organisation_all_out *found;
  struct q_organisation_all_in in = {.district = district, .kind = kind};
  if (q_organisation_all(db, a, &found, count, &in, err) < 0) return -1;
  *rows = ARENA_ARRAY(a, *count + 1, struct org_row);
  for (size_t i = 0; i < *count; i++) (*rows)[i] = ORG_ROW(&found[i]);
  return 0;
}

/* The id a key has, or the next one. */
static int id_of_key(struct lane_txn *t, const char *key, int64_t *id, struct error *err) {
  struct org_row row;
  int found = people_org_by_key(&row, t->db, t->arena, t->district, key, err);
  if (found < 0) return -1;
  if (found == 0) return lane_next(t, "organisation", id, err);
  *id = row.id;
  return 0;
}

static int parent_of(struct lane_txn *t, const struct org_row *in, int64_t *parent, struct error *err) {
  struct org_row row;
  *parent = in->parent;
  if (!in->parent_key) return 0;
  int found = people_org_by_key(&row, t->db, t->arena, t->district, in->parent_key, err);
  if (found == 0) return error_set(err, ERR_INPUT, "people.org.file", "parent", "", "parent", NULL);
  *parent = found > 0 ? row.id : 0;
  return found < 0 ? -1 : 0;
}

int people_org_put(struct lane_txn *t, const struct actor *by, const struct org_row *in, int64_t *id,
                   struct error *err) {
  char credit[CREDIT_CODE_SIZE] = "";
  int64_t parent;
  if (by->kind != ACTOR_MACHINE && !access_has_role(by, ROLE_BIT(ROLE_ADMINISTRATOR)))
    return error_set(err, ERR_DENIED, "people.account.denied", NULL, NULL);
  if (!is_key(in->key) || !is_kind(in->kind) || text_empty(in->name_zh) || text_empty(in->name_en))
    return error_set(err, ERR_INPUT, "people.org.file", "key", "", "key", NULL);
  if (in->credit_code && credit_code_read(credit, in->credit_code, "credit-code", err) < 0) return -1;
  if (parent_of(t, in, &parent, err) < 0 || id_of_key(t, in->key, id, err) < 0) return -1;
  struct q_organisation_put_in row = {.district = t->district,
                                      .id = *id,
                                      .key = in->key,
                                      .kind = in->kind,
                                      .name_zh = in->name_zh,
                                      .name_en = in->name_en,
                                      .duties = in->units ? in->units : "",
                                      .parent = parent,
                                      .place = in->place,
                                      .credit_code = in->credit_code ? credit : NULL,
                                      .duty_phone = in->phone,
                                      .created = t->now};
  if (q_organisation_put(t->db, &row, err) < 0) return -1;
  char *data = arena_printf(t->arena, "{\"key\":\"%s\",\"kind\":\"%s\"}", in->key, in->kind);
  return people_journal(t, by, "people.organisation-put", "organisation", *id, data, err);
}

int people_org_end(struct lane_txn *t, const struct actor *by, int64_t id, int64_t waiting, struct error *err) {
  struct post_row *posts;
  size_t n;
  char count[24];
  struct post_filter which = {.org = id, .role = ROLE_NONE};
  if (by->kind != ACTOR_MACHINE && !access_has_role(by, ROLE_BIT(ROLE_ADMINISTRATOR)))
    return error_set(err, ERR_DENIED, "people.account.denied", NULL, NULL);
  if (people_posts_in_office(&posts, &n, t->db, t->arena, t->district, &which, t->now, err) < 0) return -1;
  if (n) return error_set(err, ERR_CONFLICT, "people.org.posts", NULL, NULL);
  snprintf(count, sizeof count, "%lld", (long long)waiting);
  if (waiting) return error_set(err, ERR_CONFLICT, "people.org.waiting", NULL, count, NULL);
  int ended = q_organisation_end(t->db, &(struct q_organisation_end_in){.district = t->district, .id = id, .at = t->now}, err);
  if (ended < 0) return -1;
  if (ended == 0) return error_set(err, ERR_MISSING, "people.org.missing", NULL, NULL);
  return people_journal(t, by, "people.organisation-end", "organisation", id, NULL, err);
}

int people_orgs_put(struct lane_txn *t, const struct actor *by, const struct org_row *rows, size_t count,
                    struct error *err) {
  int64_t id;
  for (size_t i = 0; i < count; i++)
    if (people_org_put(t, by, &rows[i], &id, err) < 0) return -1;
  return 0;
}

const struct org_row *people_org_for_unit(const struct org_row *rows, size_t count, const char *unit) {
  size_t n = strlen(unit);
  for (size_t i = 0; i < count; i++)
    for (const char *p = rows[i].units; p && *p;) {
      size_t word = strcspn(p, " ");
      if (word == n && memcmp(p, unit, n) == 0) return &rows[i];
      p += word + strspn(p + word, " ");
    }
  return NULL;
}
