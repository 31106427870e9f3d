/* statements: compiles the files of queries/ and schema/ into C.
 *
 *   statements OUT.h OUT.c FILE.sql ...
 *
 * A query file holds named statements:
 *
 *   -- name: matter_by_code one
 *   -- What it is for, which index it uses, who may see the result.
 *   -- in: district int, code text, street id?
 *   -- out: id int, title text, lat real?
 *   SELECT id, title, lat FROM matter WHERE district = :district AND code = :code [[ AND street = :street ]]
 *   -- postgresql:
 *   (only where the two databases must differ)
 *
 * Kinds: exec (rows changed), one (0 or 1 row), many (an array), each (a callback per row, for exports).
 * Types: int, id, time, real, text, blob, flag; with ? they may be NULL: int? DB_NULL, id? and time? 0, real? NaN,
 * text? NULL, blob? data NULL. A [[ piece ]] is in the statement only when the nullable parameters in it are given;
 * [[?name piece ]] only when the flag is set. Every name becomes a struct and a function, so that a wrong parameter does
 * not compile, and no code outside src/store/ ever holds SQL.
 *
 * A schema file (schema/0010_place.sql) is one migration; `-- sqlite:`, `-- postgresql:` and `-- both:` switch which
 * database the following lines are for. INTEGER, REAL and BLOB are translated for PostgreSQL, STRICT and WITHOUT ROWID
 * dropped. */
#include <ctype.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_FIELDS = 64, MAX_NAME = 80, MAX_SQL = 16384, MAX_QUERIES = 2000, MAX_PIECES = 53 /* DB_MAX_PIECES */ };

struct field {
  char name[MAX_NAME], type[8];
  bool nullable;
};

struct query {
  char name[MAX_NAME], kind[8], comment[2048];
  struct field in[MAX_FIELDS], out[MAX_FIELDS];
  int ins, outs, line;
  const char *file;
  char sqlite[MAX_SQL], postgresql[MAX_SQL];
};

static struct query *queries;
static int query_count;

static void fail(const char *file, int line, const char *fmt, ...) __attribute__((noreturn, format(printf, 3, 4)));
static void fail(const char *file, int line, const char *fmt, ...) {
  va_list args;
  fprintf(stderr, "%s:%d: ", file, line);
  va_start(args, fmt);
  vfprintf(stderr, fmt, args);
  va_end(args);
  fputc('\n', stderr);
  exit(1);
}

static char *read_file(const char *path) {
  FILE *f = fopen(path, "rb");
  if (!f) fail(path, 0, "cannot open");
  fseek(f, 0, SEEK_END);
  long n = ftell(f);
  rewind(f);
  char *s = calloc(1, (size_t)n + 2);
  if (!s || fread(s, 1, (size_t)n, f) != (size_t)n) fail(path, 0, "cannot read");
  fclose(f);
  return s;
}

static void append(char *out, size_t size, const char *s, const char *file, int line) {
  if (strlen(out) + strlen(s) + 2 > size) fail(file, line, "too long");
  memcpy(out + strlen(out), s, strlen(s) + 1);
}

/* --- the header of a statement ---------------------------------------------------------------------------------- */

static bool known_type(const char *t) {
  static const char *const types[] = {"int", "id", "time", "real", "text", "blob", "flag"};
  for (size_t i = 0; i < sizeof types / sizeof *types; i++)
    if (!strcmp(t, types[i])) return true;
  return false;
}

/* "district int, code text?" appended to fields. A line may be continued by a further line of the same kind. */
static int parse_fields(struct field *fields, int count, const char *list, const struct query *q) {
  char *copy = strdup(list), *save = NULL;
  for (char *part = strtok_r(copy, ",", &save); part; part = strtok_r(NULL, ",", &save)) {
    struct field *f = &fields[count];
    char type[32] = "";
    while (isspace((unsigned char)*part)) part++;
    if (!*part) continue;
    if (count == MAX_FIELDS) fail(q->file, q->line, "%s: too many fields", q->name);
    size_t n = strcspn(part, " ");
    if (n >= MAX_NAME) fail(q->file, q->line, "%s: name too long", q->name);
    memcpy(f->name, part, n);
    f->name[n] = '\0';
    part += n + strspn(part + n, " ");
    n = strcspn(part, " \r\n");
    if (n < sizeof type) memcpy(type, part, n);
    f->nullable = n && type[n - 1] == '?';
    if (f->nullable) type[n - 1] = '\0';
    if (!known_type(type)) fail(q->file, q->line, "%s: unknown type '%s' of %s", q->name, type, f->name);
    memcpy(f->type, type, strlen(type) + 1);
    count++;
  }
  free(copy);
  return count;
}

static int find_in(const struct query *q, const char *name, size_t n) {
  for (int i = 0; i < q->ins; i++)
    if (strlen(q->in[i].name) == n && !memcmp(q->in[i].name, name, n)) return i;
  return -1;
}

/* --- reading -------------------------------------------------------------------------------------------------------- */

static bool header_line(struct query *q, const char *text) {
  if (!strncmp(text, "in:", 3)) {
    q->ins = parse_fields(q->in, q->ins, text + 3, q);
  } else if (!strncmp(text, "out:", 4)) {
    q->outs = parse_fields(q->out, q->outs, text + 4, q);
  } else {
    return false;
  }
  return true;
}

static void start_query(struct query *q, const char *rest, const char *file, int line) {
  memset(q, 0, sizeof *q);
  q->file = file;
  q->line = line;
  char kind[16] = "";
  size_t n = strcspn(rest, " ");
  if (!n || n >= MAX_NAME) fail(file, line, "bad name");
  memcpy(q->name, rest, n);
  rest += n + strspn(rest + n, " ");
  n = strcspn(rest, " \r\n");
  if (n < sizeof q->kind) memcpy(kind, rest, n);
  if (strcmp(kind, "exec") && strcmp(kind, "one") && strcmp(kind, "many") && strcmp(kind, "each"))
    fail(file, line, "%s: kind must be exec, one, many or each", q->name);
  memcpy(q->kind, kind, strlen(kind) + 1);
  for (int i = 0; i < query_count; i++)
    if (!strcmp(queries[i].name, q->name)) fail(file, line, "%s is named twice", q->name);
}

static void read_queries(const char *file) {
  char *text = read_file(file);
  struct query *q = NULL;
  bool pg = false;
  int line = 0;
  for (char *s = text, *next; s && *s; s = next) {
    next = strchr(s, '\n');
    if (next) *next++ = '\0';
    line++;
    if (!strncmp(s, "-- name: ", 9)) {
      if (query_count == MAX_QUERIES) fail(file, line, "too many queries");
      q = &queries[query_count];
      start_query(q, s + 9, file, line);
      query_count++;
      pg = false;
    } else if (!strncmp(s, "-- postgresql:", 14)) {
      pg = true;
    } else if (!strncmp(s, "--", 2)) {
      const char *rest = s + 2 + (s[2] == ' ');
      if (q && !*q->sqlite && !header_line(q, rest)) {
        append(q->comment, sizeof q->comment, rest, file, line);
        append(q->comment, sizeof q->comment, "\n", file, line);
      }
    } else if (q && *s) {
      char *sql = pg ? q->postgresql : q->sqlite;
      append(sql, MAX_SQL, s, file, line);
      append(sql, MAX_SQL, "\n", file, line);
    } else if (*s) {
      fail(file, line, "text before the first -- name:");
    }
  }
  free(text);
}

/* --- writing -------------------------------------------------------------------------------------------------------- */

static void put_char(FILE *out, unsigned char c) {
  if (c == '"' || c == '\\') fprintf(out, "\\%c", c);
  else if (c == '\n') fputs(" ", out);
  else if (c < 0x20) fprintf(out, "\\%03o", c);
  else fputc(c, out);
}

/* The text of an optional piece starts with \2, then the number of its conditions and each condition's index, all plus
 * 128, and ends with \3; a parameter is \1 and its index plus 128. */
static const char *open_piece(FILE *out, const struct query *q, const char *s) {
  int conditions[MAX_FIELDS], count = 0;
  const char *end = strstr(s, "]]");
  if (!end) fail(q->file, q->line, "%s: [[ without ]]", q->name);
  if (*s == '?') {
    size_t n = strcspn(s + 1, " ");
    int i = find_in(q, s + 1, n);
    if (i < 0 || strcmp(q->in[i].type, "flag")) fail(q->file, q->line, "%s: [[? needs a flag", q->name);
    conditions[count++] = i;
    s += 1 + n;
  }
  for (const char *p = s; p < end; p++)
    if (*p == ':' && isalpha((unsigned char)p[1])) {
      size_t n = strspn(p + 1, "abcdefghijklmnopqrstuvwxyz_0123456789");
      int i = find_in(q, p + 1, n);
      if (i >= 0 && q->in[i].nullable) conditions[count++] = i;
    }
  if (!count) fail(q->file, q->line, "%s: an optional piece without a nullable parameter", q->name);
  fprintf(out, "\\002\\%03o", count + 128);
  for (int i = 0; i < count; i++) fprintf(out, "\\%03o", conditions[i] + 128);
  return s;
}

static void put_sql(FILE *out, const struct query *q, const char *sql) {
  bool quoted = false;
  int pieces = 0;
  fputc('"', out);
  for (const char *s = sql; *s; s++) {
    if (*s == '\'') quoted = !quoted;
    if (!quoted && s[0] == '[' && s[1] == '[') {
      if (++pieces > MAX_PIECES) fail(q->file, q->line, "%s: more than %d optional pieces", q->name, MAX_PIECES);
      s = open_piece(out, q, s + 2) - 1;
    } else if (!quoted && s[0] == ']' && s[1] == ']') {
      put_char(out, 3);
      s++;
    } else if (!quoted && *s == ':' && isalpha((unsigned char)s[1]) && (s == sql || s[-1] != ':')) {
      size_t n = strspn(s + 1, "abcdefghijklmnopqrstuvwxyz_0123456789");
      int i = find_in(q, s + 1, n);
      if (i < 0) fail(q->file, q->line, "%s: :%.*s is not in its -- in: list", q->name, (int)n, s + 1);
      fprintf(out, "\\001\\%03o", i + 128);
      s += n;
    } else if (*s == ';') {
      continue;
    } else {
      put_char(out, (unsigned char)*s);
    }
  }
  fputc('"', out);
}

static const char *c_type(const struct field *f) {
  if (!strcmp(f->type, "int") || !strcmp(f->type, "id") || !strcmp(f->type, "time")) return "int64_t ";
  if (!strcmp(f->type, "real")) return "double ";
  if (!strcmp(f->type, "text")) return "const char *";
  if (!strcmp(f->type, "flag")) return "bool ";
  return "struct bytes ";
}

static char type_letter(const struct field *f) {
  char c = !strcmp(f->type, "id") || !strcmp(f->type, "time") ? 'k' : f->type[0];
  return (char)(f->nullable ? toupper((unsigned char)c) : c);
}

static void put_signature(FILE *out, const struct query *q) {
  fprintf(out, "int q_%s(struct db *db", q->name);
  if (!strcmp(q->kind, "one")) fprintf(out, ", struct arena *arena, struct q_%s_out *out", q->name);
  if (!strcmp(q->kind, "many")) fprintf(out, ", struct arena *arena, struct q_%s_out **rows, size_t *count", q->name);
  if (!strcmp(q->kind, "each"))
    fprintf(out, ", int (*row)(void *ctx, const struct q_%s_out *out, struct error *err), void *ctx", q->name);
  if (q->ins) fprintf(out, ", const struct q_%s_in *in", q->name);
  fputs(", struct error *err)", out);
}

static void put_struct(FILE *out, const char *name, const char *suffix, const struct field *fields, int n) {
  if (!n) return;
  fprintf(out, "struct q_%s_%s {\n", name, suffix);
  for (int i = 0; i < n; i++) {
    const char *t = c_type(&fields[i]);
    fprintf(out, "  %s%s;%s\n", t, fields[i].name, fields[i].nullable ? " /* may be null */" : "");
  }
  fputs("};\n", out);
}

static void put_header(FILE *out) {
  fputs("/* Made by tools/statements from queries/ and schema/; do not edit. */\n#ifndef QUERIES_H\n#define QUERIES_H\n\n"
        "#include \"base/arena.h\"\n#include \"base/buf.h\"\n#include \"base/error.h\"\n#include \"store/db.h\"\n\n", out);
  fputs("enum {\n", out);
  for (int i = 0; i < query_count; i++) {
    fputs("  Q_", out);
    for (const char *s = queries[i].name; *s; s++) fputc(toupper((unsigned char)*s), out);
    fputs(",\n", out);
  }
  fputs("  Q_COUNT\n};\n\n", out);
  for (int i = 0; i < query_count; i++) {
    const struct query *q = &queries[i];
    fprintf(out, "/* %s */\n", q->comment);
    put_struct(out, q->name, "in", q->in, q->ins);
    put_struct(out, q->name, "out", q->out, q->outs);
    put_signature(out, q);
    fputs(";\n\n", out);
  }
  fputs("#endif\n", out);
}

static void put_values(FILE *out, const struct query *q) {
  for (int i = 0; i < q->ins; i++) {
    const struct field *f = &q->in[i];
    fprintf(out, "  v[%d] = db_value_%s%s(in->%s);\n", i, f->type, f->nullable ? "_or_null" : "", f->name);
  }
}

static void put_fill(FILE *out, const struct query *q) {
  fprintf(out,
          "static void fill_%s(struct db_row *row, struct arena *arena, void *to) {\n  struct q_%s_out *out = to;\n  "
          "(void)arena;\n",
          q->name, q->name);
  for (int i = 0; i < q->outs; i++) {
    const struct field *f = &q->out[i];
    bool memory = !strcmp(f->type, "text") || !strcmp(f->type, "blob");
    const char *suffix = f->nullable && strcmp(f->type, "id") && strcmp(f->type, "time") ? "_or_null" : "";
    fprintf(out, "  out->%s = db_row_%s%s(row, %d%s);\n", f->name, f->type, suffix, i, memory ? ", arena" : "");
  }
  fputs("}\n\n", out);
}

static void put_function(FILE *out, const struct query *q) {
  char id[MAX_NAME + 4] = "Q_";
  for (size_t i = 0; i <= strlen(q->name); i++) id[i + 2] = (char)toupper((unsigned char)q->name[i]);
  if (q->outs) put_fill(out, q);
  if (!strcmp(q->kind, "each"))
    fprintf(out,
            "struct each_%s {\n  int (*row)(void *, const struct q_%s_out *, struct error *);\n  void *ctx;\n};\n\n"
            "static int pass_%s(void *ctx, const void *out, struct error *err) {\n  struct each_%s *e = ctx;\n  return "
            "e->row(e->ctx, out, err);\n}\n\n",
            q->name, q->name, q->name, q->name);
  put_signature(out, q);
  fprintf(out, " {\n  struct db_value v[%d];\n", q->ins ? q->ins : 1);
  if (!q->ins) fputs("  v[0] = db_value_int(0);\n", out);
  put_values(out, q);
  if (!strcmp(q->kind, "exec")) fprintf(out, "  return db_exec(db, %s, v, err);\n", id);
  if (!strcmp(q->kind, "one")) fprintf(out, "  return db_one(db, %s, v, arena, fill_%s, out, err);\n", id, q->name);
  if (!strcmp(q->kind, "many"))
    fprintf(out,
            "  void *p = NULL;\n  int r = db_many(db, %s, v, arena, fill_%s, sizeof **rows, &p, count, err);\n  *rows "
            "= p;\n  return r;\n",
            id, q->name);
  if (!strcmp(q->kind, "each"))
    fprintf(out,
            "  struct each_%s e = {row, ctx};\n  struct q_%s_out out;\n  return db_each(db, %s, v, fill_%s, &out, "
            "pass_%s, &e, err);\n",
            q->name, q->name, id, q->name, q->name);
  fputs("}\n\n", out);
}

static void put_table(FILE *out) {
  fputs("const struct db_query db_queries[] = {\n", out);
  for (int i = 0; i < query_count; i++) {
    const struct query *q = &queries[i];
    fprintf(out, "  {.name = \"%s\", .types = \"", q->name);
    for (int k = 0; k < q->ins; k++) fputc(type_letter(&q->in[k]), out);
    fprintf(out, "\", .outs = %d, .sqlite = ", q->outs);
    put_sql(out, q, q->sqlite);
    fputs(", .postgresql = ", out);
    put_sql(out, q, *q->postgresql ? q->postgresql : q->sqlite);
    fputs("},\n", out);
  }
  fputs("};\nconst int db_query_count = Q_COUNT;\n\n", out);
}

/* --- migrations ----------------------------------------------------------------------------------------------------- */

static bool word_at(const char *text, const char *s, const char *word) {
  size_t n = strlen(word);
  if (strncmp(s, word, n) || isalnum((unsigned char)s[n]) || s[n] == '_') return false;
  return s == text || (!isalnum((unsigned char)s[-1]) && s[-1] != '_');
}

static const struct {
  const char *from, *to;
} translations[] = {{"INTEGER", "bigint"}, {"REAL", "double precision"}, {"BLOB", "bytea"},
                    {"STRICT", ""},        {"WITHOUT ROWID", ""}};

static void put_translated(FILE *out, const char *line, const char *whole) {
  for (const char *s = line; *s; s++) {
    bool done = false;
    for (size_t i = 0; i < sizeof translations / sizeof *translations && !done; i++)
      if (word_at(whole, s, translations[i].from)) {
        for (const char *t = translations[i].to; *t; t++) put_char(out, (unsigned char)*t);
        s += strlen(translations[i].from) - 1;
        done = true;
      }
    if (!done) put_char(out, (unsigned char)*s);
  }
}

static void put_migration(FILE *out, const char *path, bool pg) {
  char *text = read_file(path);
  bool on = true;
  fputc('"', out);
  for (char *s = text, *next; s && *s; s = next) {
    next = strchr(s, '\n');
    if (next) *next++ = '\0';
    if (!strncmp(s, "-- sqlite:", 10)) on = !pg;
    else if (!strncmp(s, "-- postgresql:", 14)) on = pg;
    else if (!strncmp(s, "-- both:", 8)) on = true;
    if (!on) continue;
    char *comment = strstr(s, "--");
    if (comment && !strchr(s, '\'')) *comment = '\0';
    /* "STRICT, WITHOUT ROWID" must not leave its comma behind */
    char *pair = pg ? strstr(s, "STRICT, WITHOUT ROWID") : NULL;
    if (pair) memset(pair, ' ', strlen("STRICT, WITHOUT ROWID"));
    if (pg) put_translated(out, s, s);
    else for (const char *c = s; *c; c++) put_char(out, (unsigned char)*c);
    fputs("\\n\"\n    \"", out);
  }
  fputs("\"", out);
  free(text);
}

static void put_migrations(FILE *out, int n, char **paths) {
  int count = 0;
  fputs("const struct db_migration db_migrations[] = {\n", out);
  for (int i = 0; i < n; i++) {
    const char *base = strrchr(paths[i], '/') + 1;
    if (!strstr(paths[i], "schema/")) continue;
    if (strspn(base, "0123456789") != 4) fail(paths[i], 0, "a migration's name starts with four digits");
    fprintf(out, "  {.version = %ld, .name = \"%s\", .sqlite = ", strtol(base, NULL, 10), base);
    put_migration(out, paths[i], false);
    fputs(", .postgresql = ", out);
    put_migration(out, paths[i], true);
    fputs("},\n", out);
    count++;
  }
  fprintf(out, "};\nconst int db_migration_count = %d;\n", count);
}

static int by_base_name(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

int main(int argc, char **argv) {
  if (argc < 4) {
    fputs("usage: statements OUT.h OUT.c FILE.sql ...\n", stderr);
    return 64;
  }
  queries = calloc(MAX_QUERIES, sizeof *queries);
  if (!queries) return 70;
  qsort(argv + 3, (size_t)argc - 3, sizeof *argv, by_base_name);
  for (int i = 3; i < argc; i++)
    if (!strstr(argv[i], "schema/")) read_queries(argv[i]);
  FILE *h = fopen(argv[1], "w"), *c = fopen(argv[2], "w");
  if (!h || !c) fail(argv[1], 0, "cannot write");
  put_header(h);
  fputs("/* Made by tools/statements; do not edit. */\n#include \"queries.h\"\n\n#include \"store/db_internal.h\"\n\n", c);
  for (int i = 0; i < query_count; i++) put_function(c, &queries[i]);
  put_table(c);
  put_migrations(c, argc - 3, argv + 3);
  return fclose(h) || fclose(c);
}
