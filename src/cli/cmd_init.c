#include "cli/commands.h"
#include "cli/found.h"

static int run(struct cli *c, struct error *err) {
  struct found_settings s = {.dir = cli_data_dir(c), .url = cli_database_url(c), .code = cli_text(c, "district"),
                             .name_zh = cli_text(c, "name"), .name_en = cli_text(c, "name-en"),
                             .offset_min = OFFSET_CHINA_MIN};
  if (found_district(&s, c->arena, err) < 0) return -1;
  cli_say(c, W_CLI_INIT_DONE, s.code, s.dir, NULL);
  return 0;
}

static const struct cli_option options[] = {
    {.name = "district", .type = CLI_TEXT, .value = "CODE", .required = true, .help = W_CLI_INIT_DISTRICT},
    {.name = "name", .type = CLI_TEXT, .value = "NAME", .help = W_CLI_INIT_NAME},
    {.name = "name-en", .type = CLI_TEXT, .value = "NAME", .help = W_CLI_INIT_NAME_EN},
    {0}};

const struct cli_command cmd_init = {.name = "init", .help = W_CLI_INIT, .options = options, .run = run};
