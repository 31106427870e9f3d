/* `tongxin demo`: a district to try everything on, made when the directory is empty, served in any case. */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/demo.h"
#include "base/embedded.h"
#include "cli/found.h"
#include "web/app.h"

static const char DEMO_DISTRICT[] = "620302";

static int make(struct cli *c, struct error *err) {
  struct cli_house h;
  struct found_settings s = {.dir = cli_data_dir(c), .url = cli_database_url(c), .code = DEMO_DISTRICT,
                             .name_en = "Jinchuan District (demonstration)", .offset_min = OFFSET_CHINA_MIN, .demo = true};
  cli_note(c, W_CLI_DEMO_MAKING, s.dir, NULL);
  if (found_district(&s, c->arena, err) < 0 || cli_house_open(&h, c, DB_READER, err) < 0) return -1;
  cli_house_close(&h);
  return demo_fill(h.dir, h.url, h.district, c->arena, err);
}

/* A demo that is older than the program is brought up to date without asking: there is nothing in it to be lost. */
static int migrate(struct cli *c, struct error *err) {
  struct db *db = NULL;
  if (db_open(&db, cli_database_url(c), DB_WRITER, err) < 0) return -1;
  int r = db_migrate(db, NULL, err);
  db_close(db);
  return r;
}

static bool is_there(struct cli *c) {
  struct stat st;
  const char *dir = cli_data_dir(c);
  return stat(arena_printf(c->arena, "%s/journal.key", dir), &st) == 0;
}

static int check_demo(struct cli *c, const struct cli_house *h, struct error *err) {
  if (!h->demo) return error_set(err, ERR_CONFLICT, "demo.real", NULL, h->dir, NULL);
  if (access(demo_roles_path(c->arena, h->dir), R_OK) < 0)
    return error_set(err, ERR_CONFLICT, "demo.unfinished", NULL, h->dir, NULL);
  return 0;
}

static void print_roles(struct cli *c, const char *dir, const char *address) {
  json_error_t problem;
  json_t *roles = json_load_file(demo_roles_path(c->arena, dir), JSON_REJECT_DUPLICATES, &problem);
  size_t i;
  json_t *role;
  cli_say(c, W_CLI_DEMO_READY, address, NULL);
  json_array_foreach(roles, i, role) {
    const char *name = json_string_value(json_object_get(role, "role"));
    enum role r = role_by_name(name);
    printf("  %-18s %-20s %-20s %s\n", json_string_value(json_object_get(role, "account")),
           json_string_value(json_object_get(role, "password")), name,
           r == ROLE_NONE ? "" : words_find(c->lang, role_words(r)));
  }
  json_decref(roles);
  fflush(stdout);
}

static int serve(struct cli *c, const struct cli_house *h, struct error *err) {
  struct web_app *app;
  struct app_settings s = {.dir = h->dir, .url = h->url, .district = h->code, .listen = cli_text(c, "listen"),
                           .workers = (int)cli_number(c, "workers")};
  const struct embedded *bound = embedded_find("catalogues/nation-bound.geojson");
  if (bound) s.nation = bound->data;
  app_block_signals();
  if (app_start(&app, &s, err) < 0) return -1;
  const char *address = s.listen;
  if (!text_starts(s.listen, "unix:")) address = arena_printf(c->arena, "http://%s/", s.listen);
  print_roles(c, h->dir, address);
  app_wait();
  app_stop(app);
  return 0;
}

static int run(struct cli *c, struct error *err) {
  struct cli_house h;
  if ((is_there(c) ? migrate(c, err) : make(c, err)) < 0) return -1;
  if (cli_house_open(&h, c, DB_WRITER, err) < 0) return -1;
  cli_house_close(&h);
  return check_demo(c, &h, err) < 0 ? -1 : serve(c, &h, err);
}

static const struct cli_option options[] = {
    {.name = "listen", .type = CLI_TEXT, .value = "ADDRESS", .otherwise = "127.0.0.1:8365", .help = W_CLI_OPTION_LISTEN},
    {.name = "workers", .type = CLI_NUMBER, .value = "N", .otherwise = "0", .help = W_CLI_SERVE_WORKERS},
    {0}};

const struct cli_command cmd_demo = {.name = "demo", .help = W_CLI_DEMO, .options = options, .run = run};
