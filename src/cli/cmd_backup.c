/* A copy of the database taken while it is in use, for SQLite; PostgreSQL has its own tool and the error says so. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cli/commands.h"

static int run(struct cli *c, struct error *err) {
  struct cli_house h;
  const char *to = c->operands[0];
  if (access(to, F_OK) == 0) return error_set(err, ERR_CONFLICT, "cli.file-exists", NULL, to, NULL);
  if (cli_house_open(&h, c, DB_READER, err) < 0) return -1;
  int r = db_backup(h.db, to, err);
  cli_house_close(&h);
  if (r == 0) cli_say(c, W_CLI_BACKUP_DONE, to, cli_data_dir(c), NULL);
  return r;
}

const struct cli_command cmd_backup = {
    .name = "backup", .help = W_CLI_BACKUP, .operands = "FILE", .operands_min = 1, .operands_max = 1, .run = run};
