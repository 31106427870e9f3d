/* words OUT.h OUT.c FOLDER: checks the table of words and compiles it in.
 * words --codes FOLDER SOURCES: checks that every error code used in C has its words.
 *
 * A line is `key TAB 中文 TAB English`; # starts a remark; empty lines are skipped. Refused: a missing language, a key
 * twice, a further tab, white space at the ends, a placeholder that only one language has, two keys that become one
 * enumerator. */
#include <ctype.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool.h"

struct line {
  const char *key, *zh, *en, *file;
  char *id;
  int at, args;
};

enum { MOST = 20000 };
static struct line *lines;
static size_t count;
static struct arena *memory;

/* The placeholders in a text as a bit set; -1 when a brace is something else. */
static int placeholders(const char *s) {
  int set = 0;
  for (; *s; s++) {
    if (*s == '}') return -1;
    if (*s != '{') continue;
    if (s[1] < '1' || s[1] > '4' || s[2] != '}') return -1;
    set |= 1 << (s[1] - '0');
    s += 2;
  }
  return set;
}

static int highest(int set) {
  int n = 0;
  for (int i = 1; i <= 4; i++)
    if (set & (1 << i)) n = i;
  return n;
}

static char *identifier(const char *key) {
  char *id = arena_strdup(memory, key);
  for (char *p = id; *p; p++) *p = (char)(isalnum((unsigned char)*p) ? toupper((unsigned char)*p) : '_');
  return id;
}

static int key_is_good(const char *key) {
  if (!islower((unsigned char)key[0])) return 0;
  for (const char *p = key; *p; p++)
    if (!islower((unsigned char)*p) && !isdigit((unsigned char)*p) && !strchr("._-", *p)) return 0;
  return 1;
}

static int has_edges(const char *s) {
  size_t n = strlen(s);
  return !n || s[0] == ' ' || s[n - 1] == ' ';
}

static void take(const char *file, int at, char *s) {
  char *zh = strchr(s, '\t');
  char *en = zh ? strchr(zh + 1, '\t') : NULL;
  if (!en || strchr(en + 1, '\t')) {
    tool_error(file, at, 1, "wants exactly key TAB Chinese TAB English");
    return;
  }
  *zh++ = *en++ = '\0';
  if (!key_is_good(s)) tool_error(file, at, 1, "key \"%s\": lower-case letters, digits, . _ - only", s);
  if (has_edges(zh)) tool_error(file, at, 1, "%s: the Chinese is missing or has spaces at an end", s);
  if (has_edges(en)) tool_error(file, at, 1, "%s: the English is missing or has spaces at an end", s);
  int a = placeholders(zh), b = placeholders(en);
  if (a < 0 || b < 0) tool_error(file, at, 1, "%s: braces hold {1} to {4} only", s);
  if (a != b) tool_error(file, at, 1, "%s: the two languages name different placeholders", s);
  if (count == MOST) {
    tool_error(file, at, 1, "more than %d words", MOST);
    return;
  }
  lines[count++] = (struct line){.key = s, .zh = zh, .en = en, .file = file, .at = at, .id = identifier(s), .args = highest(a)};
}

static int by_key(const void *a, const void *b) {
  return strcmp(((const struct line *)a)->key, ((const struct line *)b)->key);
}

static int by_id(const void *a, const void *b) {
  return strcmp((*(struct line *const *)a)->id, (*(struct line *const *)b)->id);
}

static void read_folder(const char *folder) {
  size_t files;
  char **names = tool_files(memory, folder, ".tsv", &files);
  for (size_t i = 0; i < files; i++) {
    char *s = tool_read(memory, names[i], NULL, 1);
    for (int at = 1; s && *s; at++) {
      char *end = strchr(s, '\n');
      if (end) *end = '\0';
      size_t n = strlen(s);
      if (n && s[n - 1] == '\r') tool_error(names[i], at, (int)n, "a carriage return at the end of the line");
      if (*s && *s != '#') take(names[i], at, s);
      s = end ? end + 1 : NULL;
    }
  }
  qsort(lines, count, sizeof *lines, by_key);
  struct line **ids = ARENA_ARRAY(memory, count + 1, struct line *);
  for (size_t i = 0; i < count; i++) ids[i] = &lines[i];
  qsort(ids, count, sizeof *ids, by_id);
  for (size_t i = 1; i < count; i++)
    if (strcmp(ids[i]->id, ids[i - 1]->id) == 0)
      tool_error(ids[i]->file, ids[i]->at, 1, "%s is here already: %s:%d", ids[i]->key, ids[i - 1]->file, ids[i - 1]->at);
}

static void quote(struct buf *out, const char *s) {
  buf_putc(out, '"');
  for (; *s; s++) {
    if (*s == '"' || *s == '\\' || *s == '?') buf_putc(out, '\\');
    buf_putc(out, *s);
  }
  buf_putc(out, '"');
}

static void write_header(const char *path) {
  struct buf b;
  buf_init(&b, 16u << 20);
  buf_puts(&b,
           "/* Written by tools/words.c from words/. */\n#ifndef BASE_WORDS_IDS_H\n#define BASE_WORDS_IDS_H\n\nenum "
           "word {\n");
  for (size_t i = 0; i < count; i++) buf_printf(&b, "  W_%s,\n", lines[i].id);
  buf_puts(&b, "  WORDS\n};\n\n/* how many arguments each takes */\nenum {\n");
  for (size_t i = 0; i < count; i++) buf_printf(&b, "  WORD_ARGS_%s = %d,\n", lines[i].id, lines[i].args);
  buf_puts(&b, "  WORD_ARGS_MOST = 4\n};\n\n#endif\n");
  tool_write(path, &b);
  buf_free(&b);
}

static void write_source(const char *path) {
  struct buf b;
  buf_init(&b, 64u << 20);
  buf_puts(&b, "/* Written by tools/words.c from words/. Sorted by key. */\n#include \"base/words_table.h\"\n\n");
  buf_puts(&b, "const struct words_line words_table[] = {\n");
  for (size_t i = 0; i < count; i++) {
    buf_puts(&b, "  {");
    quote(&b, lines[i].key);
    buf_puts(&b, ", {");
    quote(&b, lines[i].zh);
    buf_puts(&b, ", ");
    quote(&b, lines[i].en);
    buf_printf(&b, "}, %d},\n", lines[i].args);
  }
  buf_puts(&b, "  {\"\", {\"\", \"\"}, 0}\n};\n");
  tool_write(path, &b);
  buf_free(&b);
}

/* --- the check of error codes --- */

static int known(const char *key) {
  struct line want = {.key = key};
  return bsearch(&want, lines, count, sizeof *lines, by_key) != NULL;
}

static void check_code(const char *file, int at, const char *code) {
  char *what = arena_printf(memory, "error.%s", code), *how = arena_printf(memory, "hint.%s", code);
  if (!known(what)) tool_error(file, at, 1, "no words for %s", what);
  if (!known(how)) tool_error(file, at, 1, "no words for %s", how);
}

/* The code is the first string literal of the call that looks like one ("room.thing"). */
static void check_call(const char *file, int at, const char *p) {
  int depth = 1;
  for (; *p && depth; p++) {
    if (*p == '(') depth++;
    if (*p == ')') depth--;
    if (*p != '"') continue;
    const char *from = ++p;
    while (*p && *p != '"') p += *p == '\\' && p[1] ? 2 : 1;
    char *code = arena_strndup(memory, from, (size_t)(p - from));
    if (key_is_good(code) && strchr(code, '.')) check_code(file, at, code);
    return;
  }
}

static int check_file(const char *path, const struct stat *st, int kind, struct FTW *ftw) {
  (void)st;
  (void)ftw;
  size_t n = strlen(path);
  if (kind != FTW_F || n < 3 || strcmp(path + n - 2, ".c") != 0) return 0;
  static const char *const calls[] = {"error_set(", "error_fault(", "error_unavailable("};
  char *s = tool_read(memory, path, NULL, 1);
  int at = 1;
  for (const char *p = s; *p; p++) {
    if (*p == '\n') at++;
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
      if (strncmp(p, calls[i], strlen(calls[i])) == 0) check_call(path, at, p + strlen(calls[i]));
  }
  return 0;
}

int main(int argc, char **argv) {
  memory = arena_new(256u << 20);
  lines = ARENA_ARRAY(memory, MOST, struct line);
  if (argc == 4 && strcmp(argv[1], "--codes") == 0) {
    read_folder(argv[2]);
    nftw(argv[3], check_file, 16, FTW_PHYS);
  } else if (argc == 4) {
    read_folder(argv[3]);
    if (!tool_errors()) {
      write_header(argv[1]);
      write_source(argv[2]);
    }
  } else {
    fprintf(stderr, "words OUT.h OUT.c FOLDER | words --codes FOLDER SOURCES\n");
    return 2;
  }
  arena_free(memory);
  return tool_errors() ? 1 : 0;
}
