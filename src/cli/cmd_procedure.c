/* `tongxin procedure ...`: for those who write how a kind of matter runs. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "base/embedded.h"
#include "base/yaml.h"
#include "matter/checklist.h"
#include "matter/procedure.h"

enum { EXIT_REFUSED = 65, OUTPUT_MAX = 4 << 20, FILES_MOST = 100 };

/* The files being checked, with what was found in each. */
struct checking {
  struct cli *c;
  const char *path[FILES_MOST];
  const struct procedure *read[FILES_MOST];
  int read_file[FILES_MOST]; /* the number of the file that read[i] is */
  size_t read_count;
  int errors, warnings;
  struct buf text;
  struct json json;
};

static int read_text(char **out, size_t *len, struct arena *a, const char *path, struct error *err) {
  FILE *f = fopen(path, "rb");
  if (!f) return error_set(err, ERR_MISSING, "cli.file", NULL, path, strerror(errno), NULL);
  char *text = arena_alloc(a, PROCEDURE_FILE_MAX + 2);
  *len = fread(text, 1, PROCEDURE_FILE_MAX + 1, f);
  bool bad = ferror(f) != 0;
  fclose(f);
  if (bad) return error_set(err, ERR_MISSING, "cli.file", NULL, path, strerror(EIO), NULL);
  *out = text;
  return 0;
}

/* The words of a finding are those of an error with its code and arguments. */
static void finding_words(struct buf *what, struct buf *hint, enum lang lang, const struct procedure_finding *f) {
  struct error e = {.kind = ERR_INPUT};
  text_copy(e.code, sizeof e.code, f->code);
  for (int i = 0; i < ERROR_ARGS; i++) text_copy(e.arg[i], sizeof e.arg[i], f->arg[i] ? f->arg[i] : "");
  e.args = ERROR_ARGS;
  error_words(what, hint, lang, &e);
}

static void put_json(struct checking *k, const char *path, const struct procedure_finding *f, const char *what,
                     const char *hint) {
  struct json *j = &k->json;
  json_object(j);
  json_put(j, "file", path);
  json_put_int(j, "line", f->at.line);
  json_put_int(j, "column", f->at.column);
  json_put(j, "severity", f->severity == FINDING_ERROR ? "error" : "warning");
  json_put(j, "code", f->code);
  json_put(j, "message", what);
  json_put(j, "hint", hint);
  json_object_end(j);
}

/* "FILE:line:column: error: ...", which editors can jump to. */
static void report(struct checking *k, const char *path, const struct procedure_finding *f) {
  struct buf what, hint;
  buf_init(&what, 16 << 10);
  buf_init(&hint, 16 << 10);
  finding_words(&what, &hint, k->c->lang, f);
  bool is_error = f->severity == FINDING_ERROR;
  if (is_error) k->errors++;
  else k->warnings++;
  if (cli_json(k->c)) put_json(k, path, f, what.data, hint.data);
  else {
    buf_printf(&k->text, "%s:%d:%d: %s: %s\n", path, f->at.line, f->at.column,
               word(k->c->lang, is_error ? W_CLI_PROCEDURE_ERROR : W_CLI_PROCEDURE_WARNING), what.data);
    if (hint.len) buf_printf(&k->text, "    %s\n", hint.data);
  }
  buf_free(&what);
  buf_free(&hint);
}

/* A checklist says so by its first key; procedures and checklists may be checked together. */
static bool is_checklist(struct arena *a, const char *text, size_t len) {
  struct yaml *root = NULL;
  struct error ignored = {0};
  return yaml_read(&root, a, text, len, PROCEDURE_FILE_MAX, &ignored) == 0 && yaml_get(root, "checklist");
}

static int check_file(struct checking *k, int number, struct error *err) {
  struct arena *a = k->c->arena;
  struct procedure_findings found = {0};
  const struct procedure *p = NULL;
  struct error refused = {0};
  char *text = NULL;
  size_t len = 0;
  if (read_text(&text, &len, a, k->path[number], err) < 0) return -1;
  const struct checklist *list;
  int r = is_checklist(a, text, len) ? checklist_read(&list, &found, a, text, len, &refused)
                                     : procedure_read(&p, &found, a, text, len, &refused);
  if (r < 0 && !found.count) {
    *err = refused;
    return -1;
  }
  for (size_t i = 0; i < found.count; i++) report(k, k->path[number], &found.items[i]);
  if (p) {
    k->read_file[k->read_count] = number;
    k->read[k->read_count++] = p;
  }
  return 0;
}

/* What one file says of another can be checked only when the others are given too. */
static void check_together(struct checking *k) {
  struct procedure_findings found = {0};
  size_t *which = NULL;
  if (k->read_count < 2) return;
  procedure_check_together(&found, &which, k->c->arena, k->read, k->read_count);
  for (size_t i = 0; i < found.count; i++) report(k, k->path[k->read_file[which[i]]], &found.items[i]);
}

static int check_all(struct checking *k, struct error *err) {
  struct cli *c = k->c;
  for (int i = 0; i < c->operand_count; i++) {
    k->path[i] = c->operands[i];
    if (check_file(k, i, err) < 0) return -1;
  }
  check_together(k);
  return 0;
}

static int run_check(struct cli *c, struct error *err) {
  struct checking k = {.c = c};
  buf_init(&k.text, OUTPUT_MAX);
  json_start(&k.json, &k.text);
  if (cli_json(c)) json_array(&k.json);
  int r = check_all(&k, err);
  if (cli_json(c)) {
    json_array_end(&k.json);
    buf_putc(&k.text, '\n');
  }
  if (r == 0) r = cli_write(&k.text, err);
  buf_free(&k.text);
  if (r == 0 && k.errors) c->exit_code = EXIT_REFUSED;
  if (r == 0) cli_note(c, k.errors ? W_CLI_PROCEDURE_REFUSED : W_CLI_PROCEDURE_GOOD, cli_amount(c, c->operand_count),
                       cli_amount(c, k.errors), cli_amount(c, k.warnings), NULL);
  return r;
}

static const struct cli_option check_options[] = {{.name = "json", .type = CLI_FLAG, .help = W_CLI_OPTION_JSON}, {0}};
static const struct cli_command check = {.name = "check", .help = W_CLI_PROCEDURE_CHECK, .options = check_options,
                                         .operands = "FILE...", .operands_min = 1, .operands_max = FILES_MOST,
                                         .alone = true, .run = run_check};

/* FILE, or the name of one that is shipped. */
static int run_draw(struct cli *c, struct error *err) {
  const char *name = c->operands[0];
  const struct embedded *shipped = embedded_find(arena_printf(c->arena, "procedures/%s.yaml", name));
  struct procedure_findings found = {0};
  const struct procedure *p;
  char *text = shipped ? arena_strndup(c->arena, (const char *)shipped->data.data, shipped->data.len) : NULL;
  size_t len = shipped ? shipped->data.len : 0;
  if (!shipped && read_text(&text, &len, c->arena, name, err) < 0) return -1;
  if (procedure_read(&p, &found, c->arena, text, len, err) < 0) return -1;
  struct buf b;
  buf_init(&b, OUTPUT_MAX);
  procedure_draw(&b, p, c->lang == LANG_ZH);
  int r = cli_write(&b, err);
  buf_free(&b);
  return r;
}

static const struct cli_command draw = {.name = "draw", .help = W_CLI_PROCEDURE_DRAW, .operands = "NAME|FILE",
                                        .operands_min = 1, .operands_max = 1, .alone = true, .run = run_draw};

static const struct cli_command *const under[] = {&check, &draw, &cmd_procedure_list, &cmd_procedure_adopt, NULL};
const struct cli_command cmd_procedure = {.name = "procedure", .help = W_CLI_PROCEDURE, .under = under};
