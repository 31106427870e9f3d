/* The commands, one file each (cmd_<name>.c); commands.c puts them into the table. */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "cli/cli.h"

extern const struct cli_command cmd_import_catalogue, cmd_import_calendar, cmd_export_divisions;
extern const struct cli_command cmd_version, cmd_init, cmd_migrate, cmd_verify, cmd_export, cmd_backup, cmd_serve,
    cmd_access, cmd_procedure, cmd_import, cmd_import_cases, cmd_export_cases, cmd_user, cmd_vacancies, cmd_demo,
    cmd_body, cmd_calendar, cmd_figures, cmd_key, cmd_outbox, cmd_procedure_list,
    cmd_procedure_adopt;

extern const struct cli_command cmd_disclosure;

/* cmd_verify_line.c */
int cli_verify_line(struct cli *c, const char *code, struct error *err);

#endif
