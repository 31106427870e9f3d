#include "matter/case_import.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "matter/case_row.h"
#include "people/org.h"
#include "place/place.h"

enum { CHUNK_ROWS = 256, CHUNK_ARENA = 256 << 20, IMPORT_ARENA = 64 << 20, DEPARTMENTS_MOST = 5000, SEEN_FIRST = 4096 };

/* --- numbers seen in this file --------------------------------------------------------------------------------------
 * Sixty-four bits of each number's hash: 16 bytes a row, however long the file. */

struct seen {
  uint64_t *slots;
  size_t room, count;
};

static bool seen_put(uint64_t *slots, size_t room, uint64_t key) {
  for (size_t i = (size_t)key & (room - 1);; i = (i + 1) & (room - 1)) {
    if (slots[i] == key) return false;
    if (slots[i]) continue;
    slots[i] = key;
    return true;
  }
}

static void seen_grow(struct seen *s) {
  size_t room = s->room ? s->room * 2 : SEEN_FIRST;
  uint64_t *slots = xmalloc(room * sizeof *slots);
  memset(slots, 0, room * sizeof *slots);
  for (size_t i = 0; i < s->room; i++)
    if (s->slots[i]) seen_put(slots, room, s->slots[i]);
  free(s->slots);
  s->slots = slots;
  s->room = room;
}

/* False when it was there already. */
static bool seen_add(struct seen *s, const char *reference) {
  unsigned char hash[HASH_BYTES];
  uint64_t key;
  if (s->count * 2 >= s->room) seen_grow(s);
  hash_bytes(hash, reference, strlen(reference));
  memcpy(&key, hash, sizeof key);
  bool fresh = seen_put(s->slots, s->room, key ? key : 1);
  s->count += fresh;
  return fresh;
}

/* --- what is at work -------------------------------------------------------------------------------------------- */

struct department {
  const char *theirs;
  int64_t org; /* 0: none, left out */
};

struct importer {
  const struct case_import_settings *s;
  struct case_map *map;
  struct case_import_report *report;
  struct arena *arena; /* of the whole import */
  struct csv *csv;
  struct seen seen;
  struct department *departments;
  size_t department_count;
  struct actor machine;
};

enum result { RESULT_OPENED, RESULT_ALREADY, RESULT_CLOSED_NOW };

struct one {
  struct lane_job job; /* first: the lane hands it back */
  struct importer *imp;
  struct chunk *chunk;
  struct case_row row;
  struct error err; /* read, or from the lane */
  bool submitted, ended, late; /* in the end: closed; its clock was passed */
  enum result result;
};

/* Rows that go to the lane together. Two take turns: one is read while the other is being written. */
struct chunk {
  struct arena *arena;
  struct one *rows;
  size_t count;
  pthread_mutex_t lock;
  pthread_cond_t changed;
  size_t waiting;
};

/* --- one row, in the lane --------------------------------------------------------------------------------------- */

static int find_place(struct lane_txn *t, struct one *o, struct error *err) {
  struct place_row place;
  if (!o->row.place) return 0;
  if (place_by_code(&place, t->db, t->arena, t->district, o->row.place, o->row.opened, err) < 0) {
    text_copy(err->field, sizeof err->field, o->imp->map->field[CASE_PLACE]);
    return -1;
  }
  case_row_say(&o->row, o->imp->map, CASE_PLACE, arena_printf(t->arena, "%lld", (long long)place.id));
  o->row.place = NULL;
  return 0;
}

static int close_case(struct lane_txn *t, struct one *o, int64_t matter, struct error *err) {
  struct acted done;
  struct act act = {.actor = &o->imp->machine,
                    .action = o->imp->map->close,
                    .matter = matter,
                    .said = o->row.closing,
                    .said_count = o->row.closing_count,
                    .at = o->row.closed};
  if (engine_act(t, o->imp->s->engine, &act, &done, err) < 0) return -1;
  o->late = done.late;
  o->ended = true;
  return 0;
}

static int open_case(struct lane_txn *t, struct one *o, struct error *err) {
  const struct case_map *map = o->imp->map;
  struct acted done;
  struct act act = {.actor = &o->imp->machine,
                    .procedure = map->procedure,
                    .action = map->open,
                    .said = o->row.said,
                    .source = "import",
                    .at = o->row.opened,
                    .anywhere = map->outside};
  size_t said = o->row.said_count;
  if (find_place(t, o, err) < 0) return -1;
  act.said_count = o->row.said_count;
  int r = engine_act(t, o->imp->s->engine, &act, &done, err);
  o->row.said_count = said; /* a batch that is tried again says the place again */
  if (r < 0) return -1;
  struct q_imported_add_in in = {
      .district = t->district, .source = map->source, .reference = o->row.reference, .matter = done.matter, .at = t->now};
  if (q_imported_add(t->db, &in, err) < 0) return -1;
  return o->row.closed ? close_case(t, o, done.matter, err) : 0;
}

static int import_one(struct lane_txn *t, void *ctx, struct error *err) {
  struct one *o = ctx;
  struct q_imported_get_out was = {0};
  struct q_imported_get_in in = {t->district, o->imp->map->source, o->row.reference};
  const char *place = o->row.place;
  int r = q_imported_get(t->db, t->arena, &was, &in, err);
  if (r < 0) return -1;
  o->result = r == 0 ? RESULT_OPENED : RESULT_ALREADY;
  o->ended = was.outcome != OUTCOME_OPEN;
  o->late = was.late != 0;
  if (r == 0) {
    r = open_case(t, o, err);
    o->row.place = place;
    return r;
  }
  if (o->ended || !o->row.closed) return 0;
  o->result = RESULT_CLOSED_NOW; /* open when the file was read before, closed by now */
  return close_case(t, o, was.matter, err);
}

static void one_done(struct lane_job *job) {
  struct one *o = (struct one *)job;
  struct chunk *c = o->chunk;
  o->err = job->err;
  pthread_mutex_lock(&c->lock);
  if (--c->waiting == 0) pthread_cond_signal(&c->changed);
  pthread_mutex_unlock(&c->lock);
}

/* --- departments ------------------------------------------------------------------------------------------------ */

struct hiring {
  struct importer *imp;
  const char *theirs;
  const struct case_word *word;
  int64_t org;
  bool made;
};

/* "Public Works" becomes "public-works"; what has no Latin letters is named by its hash. */
static const char *key_of(struct arena *a, const char *name) {
  char key[64];
  size_t n = 0;
  for (const char *p = name; *p && n < sizeof key - 1; p++) {
    char c = *p >= 'A' && *p <= 'Z' ? (char)(*p - 'A' + 'a') : *p;
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
      key[n++] = c;
    else if (n && key[n - 1] != '-')
      key[n++] = '-';
  }
  while (n && key[n - 1] == '-') n--;
  key[n] = '\0';
  if (n > 1 && key[0] >= 'a') return arena_strdup(a, key);
  unsigned char hash[HASH_BYTES];
  char hex[2 * 4 + 1];
  hash_bytes(hash, name, strlen(name));
  text_hex(hex, hash, 4);
  return arena_printf(a, "imported-%s", hex);
}

static int hire(struct lane_txn *t, void *ctx, struct error *err) {
  struct hiring *h = ctx;
  struct org_row *rows, row = {.kind = "department"};
  size_t n;
  row.key = h->word ? h->word->to : key_of(t->arena, h->theirs);
  row.name_zh = h->word && h->word->zh ? h->word->zh : h->theirs;
  row.name_en = h->word && h->word->en ? h->word->en : h->theirs;
  if (people_orgs(&rows, &n, t->db, t->arena, t->district, NULL, err) < 0) return -1;
  for (size_t i = 0; i < n; i++)
    if (text_eq(rows[i].key, row.key) || text_eq(rows[i].name_zh, row.name_zh) || text_eq(rows[i].name_en, row.name_en)) {
      h->org = rows[i].id;
      return 0;
    }
  bool named = h->word && h->word->zh;
  if (h->imp->map->department_otherwise == CASE_LEAVE && !named) return 0;
  if (h->imp->map->department_otherwise == CASE_REFUSE && !named)
    return error_set(err, ERR_INPUT, "import.case.department", h->imp->map->field[CASE_DEPARTMENT], h->theirs, NULL);
  h->made = true;
  return people_org_put(t, &h->imp->machine, &row, &h->org, err);
}

/* The organisation a department's name stands for; each name is asked once. */
static int department(struct importer *imp, const char *theirs, int64_t *org, struct error *err) {
  for (size_t i = 0; i < imp->department_count; i++)
    if (text_eq(imp->departments[i].theirs, theirs)) {
      *org = imp->departments[i].org;
      return 0;
    }
  struct hiring h = {.imp = imp, .theirs = theirs, .word = case_words_find(&imp->map->departments, theirs)};
  if (imp->department_count == DEPARTMENTS_MOST) return error_set(err, ERR_TOO_LARGE, "import.case.departments", NULL, NULL);
  if (!imp->s->dry_run && lane_call(imp->s->lane, hire, &h, err) < 0) return -1;
  imp->departments[imp->department_count++] = (struct department){arena_strdup(imp->arena, theirs), h.org};
  imp->report->departments += h.made;
  *org = h.org;
  return 0;
}

/* --- reading and writing by turns ------------------------------------------------------------------------------- */

static int read_row(struct importer *imp, struct one *o, const struct csv_row *in, struct arena *a) {
  int64_t org = 0;
  if (case_row_read(&o->row, imp->map, in, a, imp->s->now, &o->err) < 0) return -1;
  if (!seen_add(&imp->seen, o->row.reference))
    return error_set(&o->err, ERR_INPUT, "import.case.twice", imp->map->column[CASE_REFERENCE], o->row.reference, NULL);
  if (!o->row.department) return 0;
  if (department(imp, o->row.department, &org, &o->err) < 0) return -1;
  if (org) case_row_say(&o->row, imp->map, CASE_DEPARTMENT, arena_printf(a, "%lld", (long long)org));
  return 0;
}

/* Is it the row's fault? */
static bool of_the_row(const struct error *e) {
  return e->kind == ERR_INPUT || e->kind == ERR_CONFLICT || e->kind == ERR_MISSING || e->kind == ERR_TOO_LARGE ||
         e->kind == ERR_DENIED;
}

/* Reads rows until the chunk is full: 1 there may be more, 0 the end, -1 an error that is not a row's. */
static int chunk_read(struct importer *imp, struct chunk *c, struct error *err) {
  arena_reset(c->arena);
  c->rows = ARENA_ARRAY(c->arena, CHUNK_ROWS, struct one);
  for (c->count = 0; c->count < CHUNK_ROWS;) {
    struct one *o = &c->rows[c->count];
    struct csv_row in = {0};
    *o = (struct one){.imp = imp, .chunk = c, .job = {.run = import_one, .done = one_done}};
    o->job.ctx = o;
    int got = csv_next(imp->csv, &in, &o->err);
    if (got == 0) return 0;
    c->count++;
    imp->report->rows++;
    if (got < 0) {
      int64_t line = 0;
      if (text_to_int(o->err.arg[0], &line)) o->row.line = line;
    } else {
      read_row(imp, o, &in, c->arena);
    }
    if (o->err.kind != ERR_NONE && !of_the_row(&o->err)) {
      *err = o->err;
      c->count--;
      return -1;
    }
  }
  return 1;
}

static int chunk_submit(struct importer *imp, struct chunk *c, struct error *err) {
  c->waiting = 0;
  for (size_t i = 0; i < c->count; i++) c->waiting += c->rows[i].err.kind == ERR_NONE;
  if (imp->s->dry_run) c->waiting = 0;
  for (size_t i = 0; i < c->count && !imp->s->dry_run; i++) {
    struct one *o = &c->rows[i];
    if (o->err.kind != ERR_NONE) continue;
    o->submitted = true;
    if (lane_submit(imp->s->lane, &o->job, err) == 0) continue;
    o->job.err = *err;
    one_done(&o->job);
  }
  return err->kind == ERR_NONE ? 0 : -1;
}

static void chunk_wait(struct chunk *c) {
  pthread_mutex_lock(&c->lock);
  while (c->waiting) pthread_cond_wait(&c->changed, &c->lock);
  pthread_mutex_unlock(&c->lock);
}

/* --- telling ---------------------------------------------------------------------------------------------------- */

/* The file's name for what an error points at: a field of the procedure, or a column already. */
static const char *column_of(const struct case_map *map, const char *field) {
  if (text_eq(field, map->field[CASE_CATEGORY]) && map->column[CASE_SOURCE_CATEGORY])
    return map->column[CASE_SOURCE_CATEGORY];
  for (int i = 0; i < CASE_PARTS; i++)
    if (map->column[i] && (text_eq(field, map->field[i]) || text_eq(field, map->column[i]))) return map->column[i];
  return field;
}

static int tell(struct importer *imp, const struct one *o, enum case_news_kind kind, const struct error *why,
                struct error *err) {
  struct case_news n = {.kind = kind,
                        .line = o->row.line,
                        .column = column_of(imp->map, why->field),
                        .reference = o->row.reference ? o->row.reference : "",
                        .why = why};
  return imp->s->news ? imp->s->news(imp->s->ctx, &n, err) : 0;
}

static int judge(struct importer *imp, const struct one *o, struct error *err) {
  if (!o->row.flag || !o->row.due || !o->row.closed || !o->ended) return 0;
  bool agrees = (o->row.flag > 0) == !o->late;
  imp->report->judged++;
  imp->report->agreed += agrees;
  if (agrees) return 0;
  struct error why = {0};
  error_set(&why, ERR_CONFLICT, o->late ? "import.case.was-late" : "import.case.was-on-time",
            imp->map->column[CASE_ON_TIME], NULL);
  return tell(imp, o, CASE_DISAGREES, &why, err);
}

static int account(struct importer *imp, const struct one *o, struct error *err) {
  struct case_import_report *r = imp->report;
  if (o->err.kind != ERR_NONE) {
    if (!of_the_row(&o->err)) {
      *err = o->err;
      return -1;
    }
    r->refused++;
    return tell(imp, o, CASE_REFUSED, &o->err, err);
  }
  bool fresh = imp->s->dry_run || o->result == RESULT_OPENED;
  r->opened += fresh;
  r->already += !fresh;
  r->closed += (fresh || o->result == RESULT_CLOSED_NOW) && o->row.closed;
  if (o->row.early) {
    struct error why = {0};
    r->mended++;
    error_set(&why, ERR_CONFLICT, "import.case.moved", imp->map->column[CASE_CLOSED], NULL);
    if (tell(imp, o, CASE_MENDED, &why, err) < 0) return -1;
  }
  return judge(imp, o, err);
}

static int chunk_account(struct importer *imp, struct chunk *c, struct error *err) {
  chunk_wait(c);
  for (size_t i = 0; i < c->count; i++)
    if (account(imp, &c->rows[i], err) < 0) return -1;
  const struct case_import_settings *s = imp->s;
  if (s->progress) s->progress(s->ctx, imp->report->rows, csv_done(imp->csv), csv_size(imp->csv));
  if (!s->refusals_most || imp->report->refused <= s->refusals_most) return 0;
  return error_set(err, ERR_INPUT, "import.case.stopped", NULL,
                   arena_printf(imp->arena, "%lld", (long long)imp->report->refused), NULL);
}

static int run_chunks(struct importer *imp, struct chunk chunks[2], struct error *err) {
  struct chunk *now = &chunks[0], *before = NULL;
  int more = 1, r = 0;
  while (r == 0 && more == 1) {
    more = chunk_read(imp, now, err);
    if (more < 0) r = -1;
    if (more >= 0 && chunk_submit(imp, now, err) < 0) r = -1;
    if (more < 0) now->count = now->waiting = 0;
    if (before && chunk_account(imp, before, err) < 0) r = -1;
    before = now;
    now = now == &chunks[0] ? &chunks[1] : &chunks[0];
  }
  if (before && r == 0) return chunk_account(imp, before, err);
  chunk_wait(before); /* the lane still holds its jobs */
  return -1;
}

/* --- before and after ------------------------------------------------------------------------------------------- */

static int adopt(struct lane_txn *t, void *ctx, struct error *err) {
  struct importer *imp = ctx;
  return engine_adopt(t, &imp->machine, "procedure", imp->map->procedure, imp->s->procedure_source, NULL, err);
}

static int reload(struct lane_txn *t, void *ctx, struct error *err) {
  struct importer *imp = ctx;
  return engine_reload(imp->s->engine, t->db, err);
}

static bool has_procedure(struct importer *imp) {
  const struct world *w = world_take(imp->s->engine);
  bool has = world_procedure(w, imp->map->procedure, 0) != NULL;
  imp->machine.district = w->district;
  world_release(imp->s->engine, w);
  return has;
}

static int prepare(struct importer *imp, struct error *err) {
  if (has_procedure(imp) || imp->s->dry_run) return 0;
  if (!imp->s->procedure_source)
    return error_set(err, ERR_INPUT, "import.case.procedure", "procedure", imp->map->procedure, NULL);
  if (lane_call(imp->s->lane, adopt, imp, err) < 0) return -1;
  return lane_call(imp->s->lane, reload, imp, err);
}

static int note_import(struct lane_txn *t, void *ctx, struct error *err) {
  struct importer *imp = ctx;
  const struct case_import_report *r = imp->report;
  const char *data = arena_printf(t->arena, "{\"source\":\"%s\",\"rows\":%lld,\"opened\":%lld,\"refused\":%lld}",
                                  imp->map->source, (long long)r->rows, (long long)r->opened, (long long)r->refused);
  struct journal_entry entry = {
      .actor = "system", .action = "import.cases", .subject = "district", .subject_id = t->district, .data = data};
  return journal_append(t, &entry, NULL, err);
}

static void chunk_start(struct chunk *c) {
  *c = (struct chunk){.arena = arena_new(CHUNK_ARENA)};
  pthread_mutex_init(&c->lock, NULL);
  pthread_cond_init(&c->changed, NULL);
}

static void chunk_end(struct chunk *c) {
  arena_free(c->arena);
  pthread_mutex_destroy(&c->lock);
  pthread_cond_destroy(&c->changed);
}

static int run(struct importer *imp, struct error *err) {
  struct chunk chunks[2];
  if (csv_open(&imp->csv, imp->arena, imp->s->path, NULL, err) < 0 || csv_read_header(imp->csv, err) < 0) return -1;
  if (case_map_bind(imp->map, imp->csv, err) < 0 || prepare(imp, err) < 0) return -1;
  chunk_start(&chunks[0]);
  chunk_start(&chunks[1]);
  int r = run_chunks(imp, chunks, err);
  chunk_end(&chunks[0]);
  chunk_end(&chunks[1]);
  bool changed = imp->report->opened || imp->report->closed;
  if (changed && !imp->s->dry_run) { /* also when it stopped half way: what went in is in */
    struct error late = {0};
    if (lane_call(imp->s->lane, note_import, imp, &late) < 0 && r == 0) {
      *err = late;
      r = -1;
    }
  }
  return r;
}

int case_import(struct case_import_report *out, struct case_map *map, const struct case_import_settings *settings,
                struct error *err) {
  struct importer imp = {.s = settings, .map = map, .report = out, .machine = {.kind = ACTOR_MACHINE}};
  *out = (struct case_import_report){0};
  imp.arena = arena_new(IMPORT_ARENA);
  imp.departments = ARENA_ARRAY(imp.arena, DEPARTMENTS_MOST, struct department);
  int r = run(&imp, err);
  free(imp.seen.slots);
  arena_free(imp.arena);
  return r;
}
