/* cli: the commands of `tongxin`, as one table.
 *
 * A command says its name, its options with their types and defaults, its operands and its help; parsing, --help,
 * messages for what was typed wrongly and exit codes come from that. A command's function gets options that are present
 * and of their type. It returns 0, or -1 with `err`; the code of the error gives the exit code (sysexits.h), what was
 * typed wrongly ends with 64. Data goes to standard output, everything else to standard error. */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdbool.h>
#include <stdint.h>

#include "base/base.h"
#include "base/words.h"
#include "store/db.h"

struct lane;

enum { CLI_EXIT_USAGE = 64, CLI_VALUES = 64 };

enum cli_type {
  CLI_FLAG,   /* there or not */
  CLI_TEXT,   /* any UTF-8 text, a path, an address */
  CLI_NUMBER, /* a whole number of at least 0 */
  CLI_CHOICE, /* one of .choices */
  CLI_DATE    /* YYYY-MM-DD */
};

struct cli_option {
  const char *name; /* "data" is typed --data */
  enum cli_type type;
  const char *value;     /* what stands for its value in the help: "DIR" */
  const char *otherwise; /* its value when it is not given; NULL none */
  const char *choices;   /* "zh|en" */
  bool required;
  enum word help;
};

struct cli;

struct cli_command {
  const char *name;
  enum word help;
  const struct cli_option *options; /* ended by {0}; NULL none besides the common ones */
  const char *operands;             /* as the help shows them: "FILE..." */
  int operands_min, operands_max;
  const struct cli_command *const *under; /* its sub-commands, ended by NULL; then `run` is NULL */
  bool hidden;                            /* not for people: left out of the help */
  bool alone;                             /* needs no data directory, database or district */
  int (*run)(struct cli *c, struct error *err);
};

/* All of them, ended by NULL (commands.c), and the options every command takes that is not `alone`. */
extern const struct cli_command *const cli_commands[];
extern const struct cli_option cli_common_options[];

/* One run of the program. */
struct cli {
  struct arena *arena;
  enum lang lang;
  const struct cli_command *command;
  const char *command_name; /* "import divisions" */
  struct {
    const struct cli_option *option;
    const char *text;
    int64_t number;
  } values[CLI_VALUES];
  int value_count;
  const char **operands;
  int operand_count;
  int exit_code; /* what to end with when the command itself returns 0: `verify` found something */
};

/* Reads the command line and runs it. Returns the exit code. */
int cli_main(int argc, char **argv);

/* The value of an option: NULL, 0 or false when not given and without a default. */
const char *cli_text(const struct cli *c, const char *option);
int64_t cli_number(const struct cli *c, const char *option); /* a CLI_DATE: its day number */
bool cli_flag(const struct cli *c, const char *option);
bool cli_json(const struct cli *c); /* --json */

/* "sqlite:DIR/tongxin.db" unless --database says otherwise. */
const char *cli_database_url(const struct cli *c);
const char *cli_data_dir(const struct cli *c);

/* What most commands work on: the database, up to date, and one district of it. */
struct cli_house {
  struct db *db;
  const char *url, *dir;
  int64_t district;
  const char *code, *name_zh, *name_en;
  int offset_min;
  bool demo;
};

/* Opens the database of `c` and chooses the district (--district CODE where there are several). Errors: cli.data (no such
 * directory), cli.not-made (no database yet), cli.schema-old, cli.district, cli.district.which, those of db_open. */
int cli_house_open(struct cli_house *out, struct cli *c, enum db_use use, struct error *err);
void cli_house_close(struct cli_house *h);

/* Chooses the district among those of an open database: the only one, or the one of `code` (may be NULL). */
int cli_house_choose(struct cli_house *h, struct arena *a, const char *code, struct error *err);

/* One line: to standard output, to standard error. Arguments are strings, NULL ends them. */
void cli_say(const struct cli *c, enum word id, ... /* NULL */) __attribute__((sentinel));
void cli_note(const struct cli *c, enum word id, ... /* NULL */) __attribute__((sentinel));
/* Writes `b` to standard output. Error: cli.output (the disk is full, the reader went away). */
int cli_write(const struct buf *b, struct error *err);
/* Prints an error as people read it: what, then how to mend it. */
void cli_print_error(enum lang lang, const struct error *err);
/* A number as text, in the command's arena. */
const char *cli_amount(const struct cli *c, int64_t n);

/* --- progress: count, rate and per cent on standard error, in one line on a terminal, else every few seconds --- */

struct cli_progress {
  const struct cli *c;
  enum word what;
  int64_t done, total; /* total 0: not known */
  int64_t started_ns, shown_ns;
  bool terminal, shown;
};

/* A line of progress on a terminal: start, tell how far it is, end. */
void cli_progress_start(struct cli_progress *p, const struct cli *c, enum word what, int64_t total);
/* Quick when nothing is to be printed; has the form that importers take: void (*)(void *ctx, int64_t done). */
void cli_progress_at(void *progress, int64_t done);
void cli_progress_end(struct cli_progress *p);

/* The name in `names` (NULL-ended) that was probably meant, or NULL: at most a third of its letters are wrong. */
const char *cli_nearest(const char *typed, const char *const *names);

#endif
