#include "cli/help.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { HELP_MAX = 256 << 10, LEFT = 26 };

const struct cli_option help_options[] = {
    {.name = "help", .type = CLI_FLAG, .help = W_CLI_OPTION_HELP},
    {.name = "lang", .type = CLI_CHOICE, .value = "zh|en", .choices = "zh|en", .help = W_CLI_OPTION_LANG},
    {0}};

static void pad(struct buf *b, size_t from) {
  size_t wide = b->len - from;
  if (wide >= LEFT) {
    buf_putc(b, '\n');
    wide = 0;
  }
  for (; wide < LEFT; wide++) buf_putc(b, ' ');
}

static void write_option(struct buf *b, const struct cli *c, const struct cli_option *o) {
  size_t from = b->len;
  buf_printf(b, "  --%s", o->name);
  if (o->type != CLI_FLAG) buf_printf(b, " %s", o->value);
  pad(b, from);
  buf_puts(b, word(c->lang, o->help));
  if (o->required || o->otherwise) buf_putc(b, ' ');
  if (o->required) words_format(b, c->lang, W_CLI_HELP_REQUIRED, NULL);
  else if (o->otherwise) words_format(b, c->lang, W_CLI_HELP_DEFAULT, o->otherwise, NULL);
  buf_putc(b, '\n');
}

static void write_options(struct buf *b, const struct cli *c, const struct cli_option *o) {
  for (; o && o->name; o++) write_option(b, c, o);
}

static bool has_own(const struct cli_command *k, const char *name) {
  for (const struct cli_option *o = k->options; o && o->name; o++)
    if (text_eq(o->name, name)) return true;
  return false;
}

/* A command may say more of a common option than the common list does. */
static void write_common(struct buf *b, const struct cli *c) {
  for (const struct cli_option *o = cli_common_options; o->name; o++)
    if (!has_own(c->command, o->name)) write_option(b, c, o);
}

static void write_commands(struct buf *b, const struct cli *c, const struct cli_command *const *list) {
  for (; *list; list++) {
    if ((*list)->hidden) continue;
    size_t from = b->len;
    buf_printf(b, "  %s", (*list)->name);
    pad(b, from);
    buf_puts(b, word(c->lang, (*list)->help));
    buf_putc(b, '\n');
  }
}

static void write_heading(struct buf *b, const struct cli *c, enum word id) { buf_printf(b, "\n%s\n", word(c->lang, id)); }

static void write_all(struct buf *b, const struct cli *c) {
  words_format(b, c->lang, W_CLI_HELP_ABOUT, NULL);
  buf_putc(b, '\n');
  write_heading(b, c, W_CLI_HELP_COMMANDS);
  write_commands(b, c, cli_commands);
  write_heading(b, c, W_CLI_HELP_COMMON);
  write_options(b, c, cli_common_options);
  write_options(b, c, help_options);
  buf_putc(b, '\n');
  words_format(b, c->lang, W_CLI_HELP_MORE, NULL);
  buf_putc(b, '\n');
}

static void write_one(struct buf *b, const struct cli *c) {
  const struct cli_command *k = c->command;
  words_format(b, c->lang, W_CLI_HELP_USAGE, NULL);
  buf_printf(b, " tongxin %s", c->command_name);
  if (k->under) buf_printf(b, " %s", word(c->lang, W_CLI_HELP_SUBCOMMAND));
  if (k->operands) buf_printf(b, " %s", k->operands);
  buf_printf(b, "\n\n%s\n", word(c->lang, k->help));
  if (k->under) {
    write_heading(b, c, W_CLI_HELP_COMMANDS);
    write_commands(b, c, k->under);
  }
  if (k->options && k->options->name) write_heading(b, c, W_CLI_HELP_OPTIONS);
  write_options(b, c, k->options);
  write_heading(b, c, W_CLI_HELP_COMMON);
  if (!k->alone) write_common(b, c);
  write_options(b, c, help_options);
}

int help_print(struct cli *c, FILE *to, struct error *err) {
  struct buf b;
  buf_init(&b, HELP_MAX);
  if (c->command) write_one(&b, c);
  else write_all(&b, c);
  bool ok = fwrite(b.data, 1, b.len, to) == b.len;
  buf_free(&b);
  return ok ? 0 : error_unavailable(err, "cli.output", "%s", strerror(errno));
}

/* --- what was probably meant ------------------------------------------------------------------------------------ */

enum { NAME_MOST = 40 };

static int least(int a, int b, int c) {
  int m = a < b ? a : b;
  return m < c ? m : c;
}

/* Letters to add, take away or change to make `a` of `b` (Levenshtein), for short names. */
static int distance(const char *a, const char *b) {
  int row[NAME_MOST + 1], n = (int)strlen(b);
  for (int j = 0; j <= n; j++) row[j] = j;
  for (int i = 1; a[i - 1]; i++) {
    int corner = row[0];
    row[0] = i;
    for (int j = 1; j <= n; j++) {
      int above = row[j];
      row[j] = least(above + 1, row[j - 1] + 1, corner + (a[i - 1] != b[j - 1]));
      corner = above;
    }
  }
  return row[n];
}

const char *cli_nearest(const char *typed, const char *const *names) {
  const char *best = NULL;
  int best_distance = (int)(strlen(typed) / 3) + 1;
  if (strlen(typed) > NAME_MOST) return NULL;
  for (; *names; names++) {
    if (strlen(*names) > NAME_MOST) continue;
    int d = distance(typed, *names);
    if (d > best_distance || (best && d == best_distance)) continue;
    best = *names;
    best_distance = d;
  }
  return best;
}
