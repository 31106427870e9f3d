#include <stdio.h>

#include "cli/commands.h"
#include "version.h"

static int run(struct cli *c, struct error *err) {
  (void)c;
  (void)err;
  puts("tongxin " TONGXIN_VERSION);
  return 0;
}

const struct cli_command cmd_version = {.name = "version", .help = W_CLI_VERSION, .alone = true, .run = run};
