/* `tongxin import catalogue FILE|DIR` and `tongxin import calendar FILE`: a city's codes with their limits, the notice of a year,
 * the district's own days. Everything is checked together with what is in use before anything is written; what is right
 * becomes the next version of a rulebook, in one transaction with its entries of the journal. A server that runs meanwhile
 * asks the database every second whether there are more rulebooks than it has read, and reads them: nothing is restarted. */
#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include <jansson.h>

#include "base/file_text.h"
#include "cli/commands.h"
#include "cli/office.h"
#include "matter/catalogue.h"
#include "matter/engine.h"

enum { CATALOGUE_FILE_MAX = 8 << 20, FILES_MAX = 64 };

struct importing {
  struct cli_office in;
  struct catalogue_text files[FILES_MAX];
  size_t count;
  int adopted; /* those whose text was another before */
  struct cli_progress progress;
};

/* --- which files ------------------------------------------------------------------------------------------------ */

static const char *base_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

static bool is_of_scheme(const char *name) {
  return text_eq(name, "majors.csv") || text_eq(name, "codes.csv") || text_eq(name, "conditions.csv");
}

static bool is_common(const char *name) { return text_eq(name, "schemes.csv") || text_eq(name, "units.csv"); }

static int add_file(struct importing *k, const char *name, const char *path, struct error *err) {
  char *text;
  size_t n;
  if (k->count == FILES_MAX) return error_set(err, ERR_TOO_LARGE, "import.catalogue.many", NULL, path, NULL);
  if (file_text(&text, &n, k->in.c->arena, path, CATALOGUE_FILE_MAX, err) < 0) return -1;
  if (strlen(text) != n) return error_set(err, ERR_INPUT, "csv.encoding", NULL, "1", NULL);
  k->files[k->count++] = (struct catalogue_text){name, text, n};
  return 0;
}

/* The files of a scheme that are there; any of the three may be missing when it is in use already. */
static int add_scheme(struct importing *k, const char *scheme, const char *dir, struct error *err) {
  static const char *const names[] = {"majors.csv", "codes.csv", "conditions.csv"};
  struct arena *a = k->in.c->arena;
  struct stat st;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    const char *path = arena_printf(a, "%s/%s", dir, names[i]);
    if (stat(path, &st) == 0 && add_file(k, arena_printf(a, "%s/%s", scheme, names[i]), path, err) < 0) return -1;
  }
  return 0;
}

static int add_folder(struct importing *k, const char *path, struct error *err) {
  struct arena *a = k->in.c->arena;
  struct stat st;
  int r = 0;
  const char *const common[] = {"schemes.csv", "units.csv"};
  for (size_t i = 0; i < 2; i++) {
    const char *file = arena_printf(a, "%s/%s", path, common[i]);
    if (stat(file, &st) == 0 && add_file(k, common[i], file, err) < 0) return -1;
  }
  DIR *d = opendir(path);
  if (!d) return error_set(err, ERR_INPUT, "file.text.unreadable", NULL, path, NULL);
  for (struct dirent *e; r == 0 && (e = readdir(d)) != NULL;) {
    const char *dir = arena_printf(a, "%s/%s", path, e->d_name);
    if (e->d_name[0] != '.' && stat(dir, &st) == 0 && S_ISDIR(st.st_mode))
      r = add_scheme(k, arena_strdup(a, e->d_name), dir, err);
  }
  closedir(d);
  /* The folder of one scheme is taken as well. */
  char resolved[4096];
  text_copy(resolved, sizeof resolved, path);
  for (size_t n = strlen(resolved); n > 1 && resolved[n - 1] == '/'; n--) resolved[n - 1] = '\0';
  if (r == 0 && k->count == 0) r = add_scheme(k, arena_strdup(a, base_name(resolved)), resolved, err);
  return r;
}

/* One file: its scheme is the folder it lies in, or --scheme. */
static int add_one(struct importing *k, const char *path, struct error *err) {
  struct arena *a = k->in.c->arena;
  const char *name = base_name(path), *scheme = cli_text(k->in.c, "scheme");
  if (is_common(name)) return add_file(k, name, path, err);
  if (!is_of_scheme(name)) return error_set(err, ERR_INPUT, "import.catalogue.name", NULL, name, NULL);
  if (!scheme && name != path) {
    const char *dir = arena_strndup(a, path, (size_t)(name - path) - 1);
    scheme = base_name(dir);
  }
  if (text_empty(scheme)) return error_set(err, ERR_INPUT, "import.catalogue.scheme", NULL, name, NULL);
  return add_file(k, arena_printf(a, "%s/%s", scheme, name), path, err);
}

/* --- the catalogue ---------------------------------------------------------------------------------------------- */

static void print_findings(const struct cli *c, const struct catalogue_findings *found) {
  for (size_t i = 0; i < found->count; i++) {
    fprintf(stderr, "%s: ", found->files[i]);
    cli_print_error(c->lang, &found->items[i]);
  }
  if (found->total > found->count) cli_say(c, W_CLI_IMPORT_MORE, cli_amount(c, (int64_t)(found->total - found->count)), NULL);
}

static int adopt_files(struct lane_txn *t, void *ctx, struct error *err) {
  struct importing *k = ctx;
  k->adopted = 0;
  for (size_t i = 0; i < k->count; i++) {
    struct q_rulebook_last_out before = {0};
    struct q_rulebook_last_in which = {.district = t->district, .kind = "catalogue", .name = k->files[i].name};
    int now = 0;
    if (q_rulebook_last(t->db, t->arena, &before, &which, err) < 0 ||
        engine_adopt(t, &k->in.by, "catalogue", k->files[i].name, k->files[i].text, &now, err) < 0)
      return -1;
    k->adopted += now != before.version;
    cli_progress_at(&k->progress, (int64_t)i + 1);
  }
  return 0;
}

/* A matter keeps the catalogue of the day it was opened (docs/procedures.md): clocks that run are not counted anew. */
static int say_kept(struct importing *k, struct error *err) {
  struct cli *c = k->in.c;
  struct q_clock_open_count_out row = {0};
  struct q_clock_open_count_in in = {.district = k->in.house.district};
  if (q_clock_open_count(k->in.house.db, c->arena, &row, &in, err) < 0) return -1;
  cli_say(c, W_CLI_IMPORT_CATALOGUE_KEPT, cli_amount(c, row.n), NULL);
  return 0;
}

static int import_catalogue(struct importing *k, struct error *err) {
  struct cli *c = k->in.c;
  struct catalogue_findings *found = ARENA_NEW(c->arena, struct catalogue_findings);
  struct stat st;
  const char *path = c->operands[0];
  if (stat(path, &st) < 0) return error_set(err, ERR_INPUT, "file.text.missing", NULL, path, NULL);
  if ((S_ISDIR(st.st_mode) ? add_folder(k, path, err) : add_one(k, path, err)) < 0) return -1;
  if (!k->count) return error_set(err, ERR_INPUT, "import.catalogue.empty", NULL, path, NULL);
  if (cli_office_engine(&k->in, err) < 0) return -1;
  if (engine_catalogue_try(k->in.engine, k->in.house.db, c->arena, k->files, k->count, found, err) < 0) {
    if (found->count < 2) return -1;
    print_findings(c, found);
    error_clear(err);
    return error_set(err, ERR_INPUT, "import.catalogue.refused", NULL, cli_amount(c, (int64_t)found->total), NULL);
  }
  if (cli_flag(c, "dry-run")) {
    cli_say(c, W_CLI_IMPORT_CATALOGUE_CHECKED, cli_amount(c, (int64_t)k->count), NULL);
    return 0;
  }
  cli_progress_start(&k->progress, c, W_CLI_IMPORT_WRITING, (int64_t)k->count);
  if (cli_office_do(&k->in, adopt_files, k, err) < 0) return -1;
  cli_progress_end(&k->progress);
  cli_say(c, W_CLI_IMPORT_CATALOGUE_DONE, cli_amount(c, (int64_t)k->count), cli_amount(c, k->adopted), NULL);
  return k->adopted ? say_kept(k, err) : 0;
}

/* --- the calendar ----------------------------------------------------------------------------------------------- */

/* YAML holds the district's own days, JSON the notice of the year it names. */
static const char *calendar_name(struct arena *a, const char *text, struct error *err) {
  const char *p = text + strspn(text, " \t\r\n\xEF\xBB\xBF");
  if (*p != '{') return CALENDAR_OWN;
  json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
  int64_t year = json_integer_value(json_object_get(root, "year"));
  json_decref(root);
  if (year >= 2000 && year <= 2079) return arena_printf(a, "notice-%lld", (long long)year);
  error_set(err, ERR_INPUT, "import.calendar.year", NULL, NULL);
  return NULL;
}

static int adopt_calendar(struct lane_txn *t, void *ctx, struct error *err) {
  struct importing *k = ctx;
  return engine_adopt(t, &k->in.by, "calendar", k->files[0].name, k->files[0].text, &k->adopted, err);
}

static int import_calendar(struct importing *k, struct error *err) {
  struct cli *c = k->in.c;
  const struct calendar *tried;
  char *text;
  size_t n;
  if (file_text(&text, &n, c->arena, c->operands[0], CALENDAR_FILE_MAX, err) < 0) return -1;
  const char *name = calendar_name(c->arena, text, err);
  if (!name || cli_office_engine(&k->in, err) < 0) return -1;
  const struct calendar_text with = {.name = name, .source = text};
  if (engine_calendar_try(&tried, k->in.engine, k->in.house.db, c->arena, &with, err) < 0) return -1;
  k->files[k->count++] = (struct catalogue_text){name, text, n};
  if (cli_flag(c, "dry-run")) {
    cli_say(c, W_CLI_IMPORT_CALENDAR_CHECKED, name, NULL);
    return 0;
  }
  if (cli_office_do(&k->in, adopt_calendar, k, err) < 0 || engine_reload(k->in.engine, k->in.house.db, err) < 0) return -1;
  if (!cli_json(c)) cli_say(c, W_CLI_IMPORT_CALENDAR_DONE, name, cli_amount(c, k->adopted), NULL);
  return cli_calendar_recompute(&k->in, err);
}

/* --- the commands ----------------------------------------------------------------------------------------------- */

static int with_office(struct cli *c, int (*work)(struct importing *k, struct error *err), struct error *err) {
  struct importing *k = ARENA_NEW(c->arena, struct importing);
  int r = cli_office_open(&k->in, c, err);
  if (r == 0) r = work(k, err);
  cli_office_close(&k->in);
  return r;
}

static int run_catalogue(struct cli *c, struct error *err) { return with_office(c, import_catalogue, err); }
static int run_calendar(struct cli *c, struct error *err) { return with_office(c, import_calendar, err); }

static const struct cli_option catalogue_options[] = {
    {.name = "scheme", .type = CLI_TEXT, .value = "NAME", .help = W_CLI_IMPORT_SCHEME},
    {.name = "dry-run", .type = CLI_FLAG, .help = W_CLI_IMPORT_DRY_RUN},
    {0}};
static const struct cli_option calendar_options[] = {
    {.name = "json", .type = CLI_FLAG, .help = W_CLI_OPTION_JSON},
    {.name = "dry-run", .type = CLI_FLAG, .help = W_CLI_IMPORT_DRY_RUN},
    {0}};
const struct cli_command cmd_import_catalogue = {
    .name = "catalogue", .help = W_CLI_IMPORT_CATALOGUE, .options = catalogue_options, .operands = "FILE|DIR",
    .operands_min = 1, .operands_max = 1, .run = run_catalogue};
const struct cli_command cmd_import_calendar = {
    .name = "calendar", .help = W_CLI_IMPORT_CALENDAR, .options = calendar_options, .operands = "FILE",
    .operands_min = 1, .operands_max = 1, .run = run_calendar};
