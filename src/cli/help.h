/* The help of the commands, from their table. */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include <stdio.h>

#include "cli/cli.h"

/* --help and --lang: understood everywhere, by every command. */
extern const struct cli_option help_options[];

/* Help about the command of `c`, or about all of them. */
int help_print(struct cli *c, FILE *to, struct error *err);

#endif
