#include "cli/cli.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/help.h"

enum { COMMAND_ARENA = 1 << 30, NAMES = 64, TYPED_MOST = 4096 };

/* --- what was typed --------------------------------------------------------------------------------------------- */

static const struct cli_option *find_in(const struct cli_option *o, const char *name) {
  for (; o && o->name; o++)
    if (text_eq(o->name, name)) return o;
  return NULL;
}

/* Every option a command takes: its own, then the common ones. */
static const struct cli_option *find_option(const struct cli *c, const char *name) {
  const struct cli_option *o = c->command ? find_in(c->command->options, name) : NULL;
  if (!o && !(c->command && c->command->alone)) o = find_in(cli_common_options, name);
  return o ? o : find_in(help_options, name);
}

static size_t add_names(const char **names, size_t n, const struct cli_option *o) {
  for (; o && o->name && n + 1 < NAMES; o++) names[n++] = o->name;
  return n;
}

/* " procedure" for "tongxin procedure --help"; "" for the help of all. */
static const char *after_program(const struct cli *c) {
  return c->command_name ? arena_printf(c->arena, " %s", c->command_name) : "";
}

static int unknown_option(const struct cli *c, const char *name, struct error *err) {
  const char *names[NAMES];
  size_t n = c->command ? add_names(names, 0, c->command->options) : 0;
  if (!(c->command && c->command->alone)) n = add_names(names, n, cli_common_options);
  n = add_names(names, n, help_options);
  names[n] = NULL;
  const char *near = cli_nearest(name, names);
  if (near) return error_set(err, ERR_INPUT, "cli.usage.option.near", name, name, near, NULL);
  return error_set(err, ERR_INPUT, "cli.usage.option", name, name, after_program(c), NULL);
}

static bool is_choice(const char *choices, const char *text) {
  size_t n = strlen(text);
  for (const char *p = choices; p && n; p = strchr(p, '|') ? strchr(p, '|') + 1 : NULL)
    if (strncmp(p, text, n) == 0 && (p[n] == '|' || p[n] == '\0')) return true;
  return false;
}

static int check_value(const struct cli_option *o, const char *text, int64_t *number, struct error *err) {
  int32_t day;
  switch (o->type) {
    case CLI_FLAG:
    case CLI_TEXT: return 0;
    case CLI_NUMBER:
      if (text_to_int(text, number) && *number >= 0) return 0;
      return error_set(err, ERR_INPUT, "cli.usage.number", o->name, o->name, text, NULL);
    case CLI_CHOICE:
      if (is_choice(o->choices, text)) return 0;
      return error_set(err, ERR_INPUT, "cli.usage.choice", o->name, o->name, text, o->choices, NULL);
    case CLI_DATE:
      if (!date_parse(&day, text)) return error_set(err, ERR_INPUT, "cli.usage.date", o->name, o->name, text, NULL);
      *number = day;
      return 0;
  }
  return 0;
}

/* A later one replaces an earlier one, as people expect who press the up arrow and add to the line. */
static int keep_value(struct cli *c, const struct cli_option *o, const char *text, struct error *err) {
  int64_t number = 0;
  int i = 0;
  if (text_empty(text) && o->type != CLI_FLAG)
    return error_set(err, ERR_INPUT, "cli.usage.value", o->name, o->name, o->value, NULL);
  if (check_value(o, text, &number, err) < 0) return -1;
  while (i < c->value_count && c->values[i].option != o) i++;
  if (i == CLI_VALUES) return error_set(err, ERR_INPUT, "cli.usage.many", o->name, NULL);
  if (i == c->value_count) c->value_count++;
  c->values[i].option = o;
  c->values[i].text = text;
  c->values[i].number = number;
  return 0;
}

/* --name, --name value or --name=value; returns how many words it took. */
static int take_option(struct cli *c, char **words, struct error *err) {
  const char *name = words[0] + 2, *equals = strchr(name, '=');
  if (text_eq(words[0], "-h")) name = "help";
  if (equals) name = arena_strndup(c->arena, name, (size_t)(equals - name));
  const struct cli_option *o = find_option(c, name);
  if (!o) return unknown_option(c, name, err);
  if (o->type == CLI_FLAG) {
    if (equals) return error_set(err, ERR_INPUT, "cli.usage.flag", name, name, NULL);
    return keep_value(c, o, "1", err) < 0 ? -1 : 1;
  }
  const char *value = equals ? equals + 1 : words[1];
  if (!value) return error_set(err, ERR_INPUT, "cli.usage.value", name, name, o->value, NULL);
  if (keep_value(c, o, value, err) < 0) return -1;
  return equals ? 1 : 2;
}

static const struct cli_command *find_command(const struct cli_command *const *list, const char *name) {
  for (; *list; list++)
    if (text_eq((*list)->name, name)) return *list;
  return NULL;
}

static int unknown_command(const struct cli *c, const struct cli_command *const *list, const char *name,
                           struct error *err) {
  const char *names[NAMES];
  size_t n = 0;
  for (; *list && n + 1 < NAMES; list++)
    if (!(*list)->hidden) names[n++] = (*list)->name;
  names[n] = NULL;
  const char *near = cli_nearest(name, names);
  if (near) return error_set(err, ERR_INPUT, "cli.usage.command.near", NULL, name, near, NULL);
  return error_set(err, ERR_INPUT, "cli.usage.command", NULL, name, after_program(c), NULL);
}

/* A word that is not an option: a command, a sub-command, or an operand. */
static int take_word(struct cli *c, const char *word, struct error *err) {
  const struct cli_command *const *list = !c->command ? cli_commands : c->command->under;
  if (!list) {
    c->operands[c->operand_count++] = word;
    return 0;
  }
  const struct cli_command *found = find_command(list, word);
  if (!found) return unknown_command(c, list, word, err);
  c->command_name = c->command ? arena_printf(c->arena, "%s %s", c->command_name, word) : found->name;
  c->command = found;
  return 0;
}

/* Options may stand before or after the operands, but after the command they belong to. */
static int read_words(struct cli *c, int argc, char **argv, struct error *err) {
  bool only_operands = false;
  if (argc > TYPED_MOST) return error_set(err, ERR_INPUT, "cli.usage.many", NULL, NULL);
  c->operands = ARENA_ARRAY(c->arena, (size_t)argc + 1, const char *);
  for (int i = 1; i < argc;) {
    char *s = argv[i];
    if (!text_is_utf8(s, strlen(s))) return error_set(err, ERR_INPUT, "cli.usage.encoding", NULL, cli_amount(c, i), NULL);
    int took = 1;
    if (!only_operands && text_eq(s, "--")) only_operands = true;
    else if (!only_operands && (text_starts(s, "--") || text_eq(s, "-h"))) took = take_option(c, argv + i, err);
    else if (!only_operands && s[0] == '-' && s[1]) took = unknown_option(c, s + 1, err);
    else if (take_word(c, s, err) < 0) took = -1;
    if (took < 0) return -1;
    i += took;
  }
  return 0;
}

static int check_complete(const struct cli *c, struct error *err) {
  for (const struct cli_option *o = c->command->options; o && o->name; o++)
    if (o->required && !cli_text(c, o->name)) return error_set(err, ERR_INPUT, "cli.usage.required", o->name, o->name, NULL);
  if (c->operand_count < c->command->operands_min)
    return error_set(err, ERR_INPUT, "cli.usage.operand.missing", NULL, c->command_name, c->command->operands, NULL);
  if (c->operand_count > c->command->operands_max)
    return error_set(err, ERR_INPUT, "cli.usage.operand.many", NULL, c->operands[c->command->operands_max], NULL);
  return 0;
}

/* --- what a command asks ---------------------------------------------------------------------------------------- */

static const struct cli_option *given(const struct cli *c, const char *name, int *at) {
  for (int i = 0; i < c->value_count; i++)
    if (text_eq(c->values[i].option->name, name)) {
      *at = i;
      return c->values[i].option;
    }
  *at = -1;
  return find_option(c, name);
}

const char *cli_text(const struct cli *c, const char *option) {
  int at;
  const struct cli_option *o = given(c, option, &at);
  return at >= 0 ? c->values[at].text : o ? o->otherwise : NULL;
}

int64_t cli_number(const struct cli *c, const char *option) {
  int at;
  int64_t n = 0;
  const struct cli_option *o = given(c, option, &at);
  if (at >= 0) return c->values[at].number;
  if (o && o->otherwise) text_to_int(o->otherwise, &n);
  return n;
}

bool cli_flag(const struct cli *c, const char *option) {
  int at;
  given(c, option, &at);
  return at >= 0;
}

bool cli_json(const struct cli *c) { return cli_flag(c, "json"); }

const char *cli_amount(const struct cli *c, int64_t n) { return arena_printf(c->arena, "%lld", (long long)n); }

/* --- saying things ---------------------------------------------------------------------------------------------- */

static void print_word(FILE *to, const struct cli *c, enum word id, va_list list) {
  const char *args[ERROR_ARGS];
  struct buf b;
  int n = 0;
  for (const char *s; n < ERROR_ARGS && (s = va_arg(list, const char *)) != NULL;) args[n++] = s;
  buf_init(&b, 64 << 10);
  words_fill(&b, word(c->lang, id), args, n);
  fprintf(to, "%s\n", b.data ? b.data : "");
  buf_free(&b);
}

void cli_say(const struct cli *c, enum word id, ...) {
  va_list list;
  va_start(list, id);
  print_word(stdout, c, id, list);
  va_end(list);
}

void cli_note(const struct cli *c, enum word id, ...) {
  va_list list;
  va_start(list, id);
  print_word(stderr, c, id, list);
  va_end(list);
}

int cli_write(const struct buf *b, struct error *err) {
  if (b->full) return error_set(err, ERR_TOO_LARGE, "cli.output.large", NULL, NULL);
  if (b->len && fwrite(b->data, 1, b->len, stdout) != b->len)
    return error_unavailable(err, "cli.output", "%s", strerror(errno));
  return 0;
}

void cli_print_error(enum lang lang, const struct error *err) {
  struct buf what, hint;
  buf_init(&what, 8 << 10);
  buf_init(&hint, 8 << 10);
  error_words(&what, &hint, lang, err);
  fprintf(stderr, "tongxin: %s\n", what.data ? what.data : err->code);
  if (hint.len) fprintf(stderr, "  %s\n", hint.data);
  if (*err->detail) fprintf(stderr, "  (%s)\n", err->detail);
  buf_free(&what);
  buf_free(&hint);
}

/* --- the program ------------------------------------------------------------------------------------------------ */

static const char *environment(const char *name) {
  const char *s = getenv(name);
  return s && *s ? s : NULL;
}

/* --lang wins, then the locale as the C library orders it; a machine without one gets Chinese, our first language. */
static enum lang choose_lang(int argc, char **argv) {
  static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
  for (int i = 1; i < argc; i++) {
    if (text_eq(argv[i], "--lang") && i + 1 < argc) return lang_from_tag(argv[i + 1], LANG_ZH);
    if (text_starts(argv[i], "--lang=")) return lang_from_tag(argv[i] + 7, LANG_ZH);
  }
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    const char *s = environment(names[i]);
    if (s && (text_starts(s, "zh") || text_starts(s, "en"))) return lang_from_tag(s[0] == 'z' ? "zh" : "en", LANG_ZH);
    if (s && (text_eq(s, "C") || text_eq(s, "POSIX") || text_starts(s, "C."))) return LANG_EN;
  }
  return LANG_ZH;
}

static int run_command(struct cli *c, struct error *err) {
  if (cli_flag(c, "help")) return help_print(c, stdout, err);
  if (!c->command || c->command->under) {
    help_print(c, stderr, err);
    c->exit_code = CLI_EXIT_USAGE;
    return 0;
  }
  if (check_complete(c, err) < 0) return -1;
  return c->command->run(c, err);
}

/* A full disk or a closed pipe is found out here at the latest. */
static int flush_output(struct error *err) {
  if (fflush(stdout) == 0 && !ferror(stdout)) return 0;
  return error_unavailable(err, "cli.output", "%s", strerror(errno));
}

int cli_main(int argc, char **argv) {
  struct error err = {0};
  struct cli c = {.arena = arena_new(COMMAND_ARENA), .lang = choose_lang(argc, argv)};
  int r = read_words(&c, argc, argv, &err);
  if (r == 0) r = run_command(&c, &err);
  if (r == 0) r = flush_output(&err);
  int code = c.exit_code;
  if (r < 0) {
    cli_print_error(c.lang, &err);
    code = text_starts(err.code, "cli.usage") || err.kind == ERR_NONE ? CLI_EXIT_USAGE : error_exit_code(err.kind);
  }
  arena_free(c.arena);
  return code;
}
