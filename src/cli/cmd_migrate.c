/* Brings the schema of a database up to date. `serve` never does this by itself: an administrator backs up first. */
#include <sys/stat.h>

#include "cli/commands.h"

static int run(struct cli *c, struct error *err) {
  struct db *db = NULL;
  struct stat st;
  const char *url = cli_database_url(c);
  int applied = 0;
  if (text_starts(url, "sqlite:") && stat(url + sizeof "sqlite:" - 1, &st) < 0)
    return error_set(err, ERR_MISSING, "cli.not-made", NULL, cli_data_dir(c), NULL);
  if (db_open(&db, url, DB_WRITER, err) < 0) return -1;
  int r = db_migrate(db, &applied, err);
  db_close(db);
  if (r < 0) return -1;
  if (applied) cli_say(c, W_CLI_MIGRATE_DONE, cli_amount(c, applied), NULL);
  else cli_say(c, W_CLI_MIGRATE_CURRENT, NULL);
  return 0;
}

const struct cli_command cmd_migrate = {.name = "migrate", .help = W_CLI_MIGRATE, .run = run};
