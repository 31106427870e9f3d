/* `tongxin access`: who may use which door, from the one table of routes. */
#include "cli/commands.h"
#include "web/route.h"

enum { MATRIX_MAX = 8 << 20 };

static int run(struct cli *c, struct error *err) {
  struct buf b;
  if (route_table_check(err) < 0) return -1;
  buf_init(&b, MATRIX_MAX);
  routes_print_access(&b, c->lang, cli_json(c));
  if (b.len && b.data[b.len - 1] != '\n') buf_putc(&b, '\n');
  int r = cli_write(&b, err);
  buf_free(&b);
  return r;
}

static const struct cli_option options[] = {{.name = "json", .type = CLI_FLAG, .help = W_CLI_OPTION_JSON}, {0}};

const struct cli_command cmd_access = {.name = "access", .help = W_CLI_ACCESS, .options = options, .alone = true, .run = run};
