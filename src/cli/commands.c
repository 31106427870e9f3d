#include "cli/commands.h"

const struct cli_option cli_common_options[] = {
    {.name = "data", .type = CLI_TEXT, .value = "DIR", .otherwise = "tongxin-data", .help = W_CLI_OPTION_DATA},
    {.name = "database", .type = CLI_TEXT, .value = "URL", .help = W_CLI_OPTION_DATABASE},
    {.name = "district", .type = CLI_TEXT, .value = "CODE", .help = W_CLI_OPTION_DISTRICT},
    {0}};

/* In the order in which a district meets them. */
const struct cli_command *const cli_commands[] = {
    &cmd_demo, &cmd_init, &cmd_import, &cmd_serve, &cmd_user, &cmd_body, &cmd_key, &cmd_calendar, &cmd_figures,
    &cmd_outbox, &cmd_disclosure,
    &cmd_export, &cmd_procedure, &cmd_access, &cmd_verify,
    &cmd_migrate, &cmd_backup, &cmd_version, NULL};
