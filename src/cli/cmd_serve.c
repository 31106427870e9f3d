#include "cli/commands.h"
#include "base/embedded.h"
#include "web/app.h"

static int run(struct cli *c, struct error *err) {
  struct cli_house h;
  struct web_app *app;
  /* Says early and well what is missing; app_start would meet it too. */
  if (cli_house_open(&h, c, DB_WRITER, err) < 0) return -1;
  cli_house_close(&h);
  struct app_settings s = {.dir = h.dir, .url = h.url, .district = h.code, .listen = cli_text(c, "listen"),
                           .proxy = cli_text(c, "proxy"), .workers = (int)cli_number(c, "workers"),
                           .checkpoint_minutes = (int)cli_number(c, "checkpoint-minutes")};
  const struct embedded *bound = embedded_find("catalogues/nation-bound.geojson");
  if (bound) s.nation = bound->data;
  app_block_signals();
  if (app_start(&app, &s, err) < 0) return -1;
  cli_note(c, W_CLI_SERVE_READY, c->lang == LANG_EN ? h.name_en : h.name_zh, s.listen, NULL);
  app_wait();
  app_stop(app);
  return 0;
}

static const struct cli_option options[] = {
    {.name = "listen", .type = CLI_TEXT, .value = "ADDRESS", .otherwise = "127.0.0.1:8365", .help = W_CLI_OPTION_LISTEN},
    {.name = "workers", .type = CLI_NUMBER, .value = "N", .otherwise = "0", .help = W_CLI_SERVE_WORKERS},
    {.name = "proxy", .type = CLI_TEXT, .value = "ADDRESS", .help = W_CLI_SERVE_PROXY},
    {.name = "checkpoint-minutes", .type = CLI_NUMBER, .value = "N", .otherwise = "60", .help = W_CLI_SERVE_CHECKPOINT_MINUTES},
    {0}};

const struct cli_command cmd_serve = {.name = "serve", .help = W_CLI_SERVE, .options = options, .run = run};
