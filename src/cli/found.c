#include "cli/found.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/csv.h"
#include "base/embedded.h"
#include "matter/engine.h"
#include "people/org.h"
#include "people/seal.h"
#include "store/store.h"

/* What was made, to be taken away again when founding fails. */
struct making {
  const struct found_settings *s;
  struct arena *arena;
  struct q_district_add_in row;
  bool made_dir, made_keys, made_journal_key, made_file, made_catalogues;
};

static bool exists(struct arena *a, const char *dir, const char *name) {
  return access(arena_printf(a, "%s/%s", dir, name), F_OK) == 0;
}

static void take_away(struct making *m, const char *name) { unlink(arena_printf(m->arena, "%s/%s", m->s->dir, name)); }

/* Calls `each` with the path, under the data directory, of every file of the catalogues. */
static int each_catalogue(struct making *m, int (*each)(const char *path, const struct embedded *f, struct error *err),
                          struct error *err) {
  for (const struct embedded *f = embedded_files; f->name; f++)
    if (text_starts(f->name, "catalogues/") && each(arena_printf(m->arena, "%s/%s", m->s->dir, f->name), f, err) < 0)
      return -1;
  return 0;
}

static int remove_catalogue(const char *path, const struct embedded *f, struct error *err) {
  (void)f;
  (void)err;
  unlink(path);
  return 0;
}

/* Makes the folders of a path that are not there yet. */
static int make_folders(char *path, struct error *err) {
  for (char *p = strchr(path + 1, '/'); p; p = strchr(p + 1, '/')) {
    *p = '\0';
    int made = mkdir(path, 0700) == 0 || errno == EEXIST;
    if (!made) error_set(err, ERR_UNAVAILABLE, "found.dir", "data", path, strerror(errno), NULL);
    *p = '/';
    if (!made) return -1;
  }
  return 0;
}

static int write_catalogue(const char *path, const struct embedded *f, struct error *err) {
  char folders[4096];
  text_copy(folders, sizeof folders, path);
  if (make_folders(folders, err) < 0) return -1;
  FILE *file = fopen(path, "wb");
  bool ok = file && fwrite(f->data.data, 1, f->data.len, file) == f->data.len;
  if (file && fclose(file) != 0) ok = false;
  return ok ? 0 : error_set(err, ERR_UNAVAILABLE, "found.dir", "data", path, strerror(errno), NULL);
}

/* The codes, the calendar and the bounds a district works by: files it may edit, read at start. */
static int make_catalogues(struct making *m, struct error *err) {
  m->made_catalogues = !exists(m->arena, m->s->dir, "catalogues");
  return m->made_catalogues ? each_catalogue(m, write_catalogue, err) : 0;
}

static void remove_folders(struct making *m) {
  for (const struct embedded *f = embedded_files; f->name; f++) {
    const char *end = text_starts(f->name, "catalogues/") ? strrchr(f->name, '/') : NULL;
    if (end && end != strchr(f->name, '/')) rmdir(arena_printf(m->arena, "%s/%.*s", m->s->dir, (int)(end - f->name), f->name));
  }
  rmdir(arena_printf(m->arena, "%s/catalogues", m->s->dir));
}

static void undo(struct making *m) {
  struct error ignored = {0};
  if (m->made_catalogues) {
    each_catalogue(m, remove_catalogue, &ignored);
    remove_folders(m);
  }
  if (m->made_file) {
    const char *path = m->s->url + strlen("sqlite:");
    unlink(path);
    unlink(arena_printf(m->arena, "%s-wal", path));
    unlink(arena_printf(m->arena, "%s-shm", path));
  }
  if (m->made_journal_key) {
    take_away(m, "journal.key");
    take_away(m, "journal.pub");
  }
  if (m->made_keys) {
    take_away(m, "keys/fields.key");
    rmdir(arena_printf(m->arena, "%s/keys", m->s->dir));
  }
  if (m->made_dir) rmdir(m->s->dir);
}

static int make_dir(struct making *m, struct error *err) {
  if (mkdir(m->s->dir, 0700) == 0) m->made_dir = true;
  else if (errno != EEXIST) return error_set(err, ERR_UNAVAILABLE, "found.dir", "data", m->s->dir, strerror(errno), NULL);
  if (access(m->s->dir, R_OK | W_OK | X_OK) == 0) return 0;
  return error_set(err, ERR_UNAVAILABLE, "found.dir", "data", m->s->dir, strerror(errno), NULL);
}

static int make_keys(struct making *m, struct error *err) {
  struct journal_key key;
  m->made_journal_key = !exists(m->arena, m->s->dir, "journal.key");
  if (journal_key_load(&key, m->s->dir, err) < 0) return -1;
  memset(&key, 0, sizeof key);
  m->made_keys = !exists(m->arena, m->s->dir, "keys/fields.key");
  return seal_keys_create(m->s->dir, err);
}

static int make_schema(struct making *m, struct error *err) {
  struct db *db = NULL;
  struct stat st;
  const char *url = m->s->url;
  m->made_file = text_starts(url, "sqlite:") && stat(url + strlen("sqlite:"), &st) < 0;
  if (db_open(&db, url, DB_WRITER, err) < 0) return -1;
  int r = db_migrate(db, NULL, err);
  struct q_district_all_out *rows;
  size_t n = 0;
  if (r == 0) r = q_district_all(db, m->arena, &rows, &n, err) < 0 ? -1 : 0;
  db_close(db);
  if (r < 0) return -1;
  m->row.district = n ? rows[n - 1].district + 1 : 1;
  for (size_t i = 0; i < n; i++)
    if (text_eq(rows[i].code, m->row.code)) return error_set(err, ERR_CONFLICT, "found.exists", NULL, m->row.code, NULL);
  return 0;
}

/* The departments a district begins with; it changes them with `tongxin user departments`. */
static int write_departments(struct lane_txn *t, struct error *err) {
  const struct embedded *file = embedded_find("catalogues/departments.yaml");
  const struct actor machine = {.kind = ACTOR_MACHINE, .district = t->district};
  struct org_row *rows;
  size_t count;
  if (!file) return 0;
  if (people_orgs_read(&rows, &count, t->arena, (const char *)file->data.data, file->data.len, err) < 0) return -1;
  return people_orgs_put(t, &machine, rows, count, err);
}

/* The files of one folder shipped with the program, as rulebooks of one kind. */
static int adopt_folder(struct lane_txn *t, const char *folder, const char *kind, struct error *err) {
  struct actor machine = {.kind = ACTOR_MACHINE, .district = t->district};
  for (const struct embedded *f = embedded_files; f->name; f++) {
    if (!text_starts(f->name, folder)) continue;
    const char *name = f->name + strlen(folder), *dot = strrchr(name, '.');
    name = arena_strndup(t->arena, name, dot ? (size_t)(dot - name) : strlen(name));
    if (engine_adopt(t, &machine, kind, name, (const char *)f->data.data, NULL, err) < 0) return -1;
  }
  return 0;
}

/* What is shipped with the program are the first rulebooks; the district changes them when it likes. */
static int adopt_rulebooks(struct lane_txn *t, struct error *err) {
  if (adopt_folder(t, "documents/", "document", err) < 0) return -1;
  if (adopt_folder(t, "checklists/", "checklist", err) < 0) return -1;
  return adopt_folder(t, "procedures/", "procedure", err);
}

static int write_district(struct lane_txn *t, void *ctx, struct error *err) {
  struct making *m = ctx;
  m->row.created = t->now;
  if (q_district_add(t->db, &m->row, err) < 0) return -1;
  const char *data = arena_printf(t->arena, "{\"code\":\"%s\"}", m->row.code);
  struct journal_entry e = {.actor = "system", .action = "district.found", .subject = "district",
                            .subject_id = m->row.district, .data = data};
  if (journal_append(t, &e, NULL, err) < 0 || write_departments(t, err) < 0) return -1;
  return adopt_rulebooks(t, err);
}

static int make_district(struct making *m, struct error *err) {
  struct lane *lane;
  if (lane_open(&lane, m->s->url, m->row.district, err) < 0) return -1;
  int r = lane_call(lane, write_district, m, err);
  lane_close(lane);
  return r;
}

/* "金川区" of 620302, out of the nation's list of counties. */
static int find_name(struct arena *a, const char *code, const char **name, struct error *err) {
  const struct embedded *list = embedded_find("divisions/areas.csv");
  struct csv *csv;
  struct csv_row row;
  *name = NULL;
  if (!list || csv_open_bytes(&csv, a, list->data.data, list->data.len, NULL, err) < 0) return -1;
  while (!*name && csv_next(csv, &row, err) == 1)
    if (row.count > 1 && text_eq(row.field[0], code)) *name = arena_strdup(a, row.field[1]);
  csv_close(csv);
  if (err->kind != ERR_NONE) return -1;
  return *name ? 0 : error_set(err, ERR_INPUT, "found.name", "district", code, NULL);
}

static int fill_row(struct making *m, struct error *err) {
  const struct found_settings *s = m->s;
  int64_t number;
  if (strlen(s->code) != 6 || !text_to_int(s->code, &number) || number < 100000)
    return error_set(err, ERR_INPUT, "found.code", "district", s->code, NULL);
  const char *zh = s->name_zh;
  if (!zh && find_name(m->arena, s->code, &zh, err) < 0) return -1;
  m->row = (struct q_district_add_in){.code = s->code, .name_zh = zh, .name_en = s->name_en ? s->name_en : zh,
                                      .offset_min = s->offset_min, .demo = s->demo};
  return 0;
}

int found_district(const struct found_settings *s, struct arena *a, struct error *err) {
  struct making m = {.s = s, .arena = a};
  if (fill_row(&m, err) == 0 && make_dir(&m, err) == 0 && make_keys(&m, err) == 0 && make_catalogues(&m, err) == 0 &&
      make_schema(&m, err) == 0 && make_district(&m, err) == 0)
    return 0;
  undo(&m);
  return -1;
}
