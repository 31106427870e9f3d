#include "matter/verify.h"

#include "matter/document.h"
#include "matter/procedure.h"
#include "matter/sealed_internal.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum { PIECE = 1000, ARENA = 256 << 20 };

struct checking {
  struct db *db;
  struct arena *a;
  const struct people_env *env;
  struct matter_verify_report *report;
  void (*progress)(void *ctx, int64_t values);
  void *ctx;
  int64_t bad_matter;
  struct arena *keep; /* for the whole run: the wrapped keys of sealed matters, in the order of matters */
  struct q_sealed_keys_out *sealed;
  size_t sealed_count;
  int64_t key_of; /* whose key `key` is; 0 nobody's */
  bool key_left;
  struct seal_keys key;
};

static void found(struct matter_verify_report *r, const char *code, const char *matter, const char *where) {
  if (*r->code) return;
  text_copy(r->code, sizeof r->code, code);
  text_copy(r->matter, sizeof r->matter, matter);
  text_copy(r->where, sizeof r->where, where);
}

/* --- values ----------------------------------------------------------------------------------------------------- */

/* The digest of a field in a journal line: "field.number":"<64 hex>". */
static const char *digest_in(const char *data, const char *field, int64_t number) {
  char key[200];
  int n = snprintf(key, sizeof key, "\"%s.%lld\":\"", field, (long long)number);
  const char *at = n > 0 && (size_t)n < sizeof key ? strstr(data, key) : NULL;
  return at ? at + n : NULL;
}

static const struct q_sealed_keys_out *wrapped_key(const struct checking *c, int64_t matter) {
  size_t low = 0, high = c->sealed_count;
  while (low < high) {
    size_t mid = (low + high) / 2;
    if (c->sealed[mid].matter < matter)
      low = mid + 1;
    else
      high = mid;
  }
  return low < c->sealed_count && c->sealed[low].matter == matter ? &c->sealed[low] : NULL;
}

/* Values come in the order of matters: each key is unwrapped once. */
static int take_key(struct checking *c, int64_t matter) {
  struct error ignored = {0};
  const struct q_sealed_keys_out *row = wrapped_key(c, matter);
  if (c->key_of == matter) return 0;
  c->key_of = matter;
  c->key_left = row && row->key.len;
  if (!c->key_left) return row ? 0 : -1;
  return sealed_unwrap(&c->key, &c->env->keys, c->env->district, matter, row->key, c->a, &ignored);
}

static const char *compare_digest(const char *noted, const unsigned char *salt, const char *value) {
  char digest[2 * HASH_BYTES + 1];
  journal_digest(digest, salt, value);
  return strncmp(noted, digest, 2 * HASH_BYTES) == 0 ? NULL : "verify.value";
}

/* What was encrypted with its salt: what opens must have the digest, and nothing may stand beside it in clear. */
static const char *compare_opened(struct checking *c, const struct seal_keys *key, const struct q_said_all_out *row,
                                  const char *noted) {
  unsigned char salt[SALT_BYTES];
  const char *value;
  struct error ignored = {0};
  if (row->value || row->salt.len || !row->sealed.len) return "verify.value";
  if (said_open(c->a, key, c->env->district, row->field, row->step, row->number, row->sealed, salt, &value, &ignored) < 0)
    return "verify.sealed";
  return compare_digest(noted, salt, value);
}

/* Of a sealed matter whose key is destroyed nothing opens, and nothing should. */
static const char *compare_sealed(struct checking *c, const struct q_said_all_out *row, const char *noted) {
  if (take_key(c, row->matter) < 0) return "verify.sealed";
  if (c->key_left) return compare_opened(c, &c->key, row, noted);
  c->report->erased++;
  return row->value || !row->sealed.len ? "verify.value" : NULL;
}

static const char *compare(struct checking *c, const struct q_said_all_out *row) {
  const char *noted = digest_in(row->data, row->field, row->number);
  if (!noted) return "verify.unsaid";
  if (row->matter > SEALED_IDS) return compare_sealed(c, row, noted);
  if (row->sealed.len) return compare_opened(c, &c->env->keys, row, noted);
  if (!row->value && !row->salt.len) { /* erased: value and salt went together */
    c->report->erased++;
    return NULL;
  }
  if (!row->value || row->salt.len != SALT_BYTES) return "verify.value";
  return compare_digest(noted, row->salt.data, row->value);
}

static int check_value(void *ctx, const struct q_said_all_out *row, struct error *err) {
  struct checking *c = ctx;
  (void)err;
  arena_reset(c->a);
  const char *wrong = compare(c, row);
  if (wrong && !*c->report->code) {
    c->bad_matter = row->matter;
    found(c->report, wrong, "", row->field);
  }
  if (++c->report->values % PIECE == 0 && c->progress) c->progress(c->ctx, c->report->values);
  return 0;
}

/* The number people know it by; asked after the stream has ended, one statement at a time. */
static int name_bad_matter(struct checking *c, struct error *err) {
  struct q_matter_code_out row = {.code = ""};
  if (!c->bad_matter) return 0;
  struct q_matter_code_in in = {.district = c->env->district, .id = c->bad_matter};
  if (q_matter_code(c->db, c->a, &row, &in, err) < 0) return -1;
  text_copy(c->report->matter, sizeof c->report->matter, row.code);
  return 0;
}

/* --- steps, tracks, matters ------------------------------------------------------------------------------------- */

static bool says(struct checking *c, const char *data, const char *key, const char *value) {
  return strstr(data, arena_printf(c->a, "\"%s\":\"%s\"", key, value)) != NULL;
}

static int check_stages(struct checking *c, struct error *err) {
  struct q_verify_stages_out *rows;
  size_t n;
  int64_t after = 0;
  do {
    arena_reset(c->a);
    struct q_verify_stages_in in = {.district = c->env->district, .after = after, .count = PIECE};
    if (q_verify_stages(c->db, c->a, &rows, &n, &in, err) < 0) return -1;
    for (size_t i = 0; i < n; i++) {
      after = rows[i].id;
      if (says(c, rows[i].data, "from", rows[i].stage_from) && says(c, rows[i].data, "to", rows[i].stage_to)) continue;
      if (!*c->report->code) c->bad_matter = rows[i].matter;
      found(c->report, "verify.step", "", rows[i].action);
    }
  } while (n == PIECE && !*c->report->code);
  return name_bad_matter(c, err);
}

static int check_steps(struct checking *c, struct error *err) {
  struct q_verify_steps_out *rows;
  size_t n;
  struct q_verify_steps_in in = {.district = c->env->district, .count = 1};
  if (q_verify_steps(c->db, c->a, &rows, &n, &in, err) < 0) return -1;
  if (n) found(c->report, "verify.step", rows[0].code, rows[0].action);
  return 0;
}

static int check_tracks(struct checking *c, struct error *err) {
  struct q_verify_tracks_out *tracks;
  struct q_verify_matters_out *matters;
  size_t n;
  struct q_verify_tracks_in in = {.district = c->env->district, .count = 1};
  if (q_verify_tracks(c->db, c->a, &tracks, &n, &in, err) < 0) return -1;
  if (n) found(c->report, "verify.track", tracks[0].code, tracks[0].type);
  struct q_verify_matters_in whole = {.district = c->env->district, .count = 1};
  if (q_verify_matters(c->db, c->a, &matters, &n, &whole, err) < 0) return -1;
  if (n) found(c->report, "verify.matter", matters[0].code, "");
  return 0;
}

/* Every procedure in every version, as it was adopted. */
static int read_procedures(const struct procedure ***out, size_t *count, struct checking *c, struct arena *keep,
                           struct error *err) {
  struct q_rulebook_procedures_out *rows;
  size_t n;
  struct q_rulebook_procedures_in in = {.district = c->env->district};
  if (q_rulebook_procedures(c->db, keep, &rows, &n, &in, err) < 0) return -1;
  *out = ARENA_ARRAY(keep, n + 1, const struct procedure *);
  *count = n;
  for (size_t i = 0; i < n; i++) {
    struct procedure_findings findings = {0};
    const struct procedure *p;
    if (procedure_read(&p, &findings, keep, rows[i].source, strlen(rows[i].source), err) < 0) return -1;
    ((struct procedure *)(uintptr_t)p)->version = (int)rows[i].version;
    (*out)[i] = p;
  }
  return 0;
}

static const char *start_stage(const struct procedure *const *all, size_t n, const struct q_verify_idle_tracks_out *row) {
  for (size_t i = 0; i < n; i++) {
    if (all[i]->version != row->version || !text_eq(all[i]->name, row->procedure)) continue;
    for (size_t t = 1; t < all[i]->tracks_count; t++) /* a main track begins with a step */
      if (text_eq(all[i]->tracks[t].name, row->type)) return all[i]->tracks[t].start ? all[i]->tracks[t].start->name : "";
  }
  return "";
}

/* A side track nobody took a step on stands where its procedure lets it begin; a main track without a step stands nowhere. */
static int check_idle_tracks(struct checking *c, struct error *err) {
  struct arena *keep = arena_new(ARENA);
  const struct procedure **all;
  struct q_verify_idle_tracks_out *rows;
  size_t procedures, n = 0;
  int64_t after = 0;
  int r = read_procedures(&all, &procedures, c, keep, err);
  while (r == 0 && !*c->report->code) {
    arena_reset(c->a);
    struct q_verify_idle_tracks_in in = {.district = c->env->district, .after = after, .count = PIECE};
    r = q_verify_idle_tracks(c->db, c->a, &rows, &n, &in, err) < 0 ? -1 : 0;
    for (size_t i = 0; r == 0 && i < n; i++) {
      after = rows[i].id;
      if (text_eq(rows[i].stage, start_stage(all, procedures, &rows[i]))) continue;
      if (!*c->report->code) c->bad_matter = rows[i].matter;
      found(c->report, "verify.track", "", rows[i].type);
    }
    if (n < PIECE) break;
  }
  arena_free(keep);
  return r < 0 ? -1 : name_bad_matter(c, err);
}

/* A paper whose matter's key is destroyed has gone with it. */
static void check_paper(struct checking *c, const struct q_document_all_out *row) {
  bool holds = false, of_sealed = row->matter > SEALED_IDS;
  const struct document_line line = {row->action, row->subject_id, row->data};
  bool key = !of_sealed || take_key(c, row->matter) == 0;
  if (of_sealed && key && !c->key_left) return;
  if (key) document_open(&holds, c->a, c->env->district, of_sealed ? &c->key : &c->env->keys, row->id, row->content, &line);
  if (holds || *c->report->code) return;
  c->bad_matter = row->matter;
  found(c->report, "verify.document", "", arena_printf(c->a, "%lld", (long long)row->id));
}

static int check_papers(struct checking *c, struct error *err) {
  struct q_document_all_out *rows;
  size_t n;
  int64_t after = 0;
  do {
    arena_reset(c->a);
    struct q_document_all_in in = {.district = c->env->district, .after = after, .count = PIECE};
    if (q_document_all(c->db, c->a, &rows, &n, &in, err) < 0) return -1;
    for (size_t i = 0; i < n; i++) {
      after = rows[i].id;
      check_paper(c, &rows[i]);
    }
  } while (n == PIECE && !*c->report->code);
  return name_bad_matter(c, err);
}

static int count_all(struct checking *c, struct error *err) {
  struct q_verify_totals_out totals = {0};
  int r = q_verify_totals(c->db, c->a, &totals, &(struct q_verify_totals_in){.district = c->env->district}, err);
  c->report->steps = totals.steps;
  c->report->tracks = totals.tracks;
  return r < 0 ? -1 : 0;
}

/* What the bench fills with copies has no journal to be held against, and must not be taken for a district that has. */
static int check_real(struct checking *c, struct error *err) {
  struct q_setting_get_out row;
  struct q_setting_get_in in = {.district = c->env->district, .name = "bench.copies"};
  int r = q_setting_get(c->db, c->a, &row, &in, err);
  if (r > 0) found(c->report, "verify.copies", "", row.value);
  return r < 0 ? -1 : 0;
}

int matter_verify(struct db *db, const struct people_env *env, struct matter_verify_report *report,
                  void (*progress)(void *ctx, int64_t values), void *ctx, struct error *err) {
  struct checking c = {.db = db, .a = arena_new(ARENA), .env = env, .report = report, .progress = progress, .ctx = ctx};
  struct q_said_all_in in = {.district = env->district};
  *report = (struct matter_verify_report){0};
  c.keep = arena_new(ARENA);
  int r = q_sealed_keys(db, c.keep, &c.sealed, &c.sealed_count, &(struct q_sealed_keys_in){.district = env->district}, err);
  if (r >= 0) r = check_real(&c, err);
  if (r == 0 && *report->code) r = 1;
  if (r == 0) r = q_said_all(db, check_value, &c, &in, err);
  if (r == 0) r = name_bad_matter(&c, err);
  if (r == 0) r = check_steps(&c, err);
  if (r == 0) r = check_stages(&c, err);
  if (r == 0) r = check_tracks(&c, err);
  if (r == 0) r = check_idle_tracks(&c, err);
  if (r == 0) r = check_papers(&c, err);
  if (r >= 0) r = count_all(&c, err);
  arena_free(c.a);
  arena_free(c.keep);
  sodium_memzero(&c.key, sizeof c.key);
  return r;
}
