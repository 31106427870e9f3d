/* Forms that are data: what an action of a procedure asks, as a page shows it, and what came back, as the engine takes
 * it.
 *
 * One file for every action of every procedure. The same fields serve the desk's pages and a resident's. What was typed
 * is kept when something was wrong; photos that were sent are kept as ids, which only whoever sent them may use. */
#ifndef WEB_CASE_FORM_H
#define WEB_CASE_FORM_H

#include "store/file.h"
#include "web/case_view.h"
#include "web/route.h"

/* How a field is asked; pages/case_field.html has a part for each. */
struct form_option {
  const char *value, *title, *note;
  bool chosen;
};
struct form_group {
  const char *title; /* "": options without a heading */
  const struct form_option *options;
  int option_count;
};
struct form_file {
  int64_t id;
  const char *title;
};
struct form_cell {
  const char *name, *label, *kind, *value;
  bool required;
  const struct form_group *groups;
  int group_count;
};
struct form_row {
  const struct form_cell *cells;
  int cell_count;
};

struct form_field {
  const char *name, *label, *help, *error;
  const char *purpose, *basis; /* of personal data */
  const char *as;   /* which property of the matter it fills, by its name in procedures: "place"; "nothing" */
  const char *kind; /* text lines choice pills many number date time person phone photo file position select matter
                       rating record */
  bool needed, personal, place, has_min, has_max;
  double min, max;
  int64_t max_chars;
  const char *value, *value2;      /* as typed; position: longitude and latitude */
  const char *accept;              /* photo, file */
  const struct form_group *groups; /* choice, pills, many, select, rating */
  int group_count;
  const struct form_file *files; /* sent before and kept */
  int file_count;
  const struct form_row *rows; /* record */
  int row_count;
  bool reload; /* what may be chosen elsewhere depends on it: a button to look again */
  const char *const *phrases; /* of the asker's body, ready to be put in */
  int phrase_count;
  const char *const *advice; /* why something is recommended, line by line */
  int advice_count;
};

struct case_form {
  const char *action, *title, *help, *address, *track_title;
  const char *error, *hint; /* above the form: what is wrong with all of it */
  const struct form_field *fields;
  int field_count;
  bool composer;        /* a preview beside it follows every change */
  bool has_files;
  bool may_hide;        /* at an opening: whoever reported may ask that neighbours do not see it */
  time_ms began;        /* when it was shown */
  int64_t seen_step;    /* 0 at an opening */
  const char *once_key; /* sent once, however often the button is pressed */
};

/* What the form is about. */
struct form_for {
  const struct procedure *procedure;
  const struct procedure_action *action;
  const struct state *state;       /* NULL at an opening */
  const struct state_track *track; /* NULL at an opening */
  struct place_chain at;           /* opening: where the post is */
  const char *address;             /* where it is sent */
};

/* Values as typed, said in the order they came. */
struct form_said {
  struct said *items;
  size_t count;
  const struct http_file **files; /* sent now */
  const char **file_fields;
  size_t file_count;
};

/* Reads what came with a request: only fields the action names; empty ones are left out. Positions are put together of
 * their two parts, codes of matters are looked up. -1 with matter.field.* for what cannot be read. */
int form_read(struct form_said *out, struct request *r, const struct case_asker *who, const struct form_for *what,
              struct error *err);

/* The form, filled with what was said before (`said`, NULL at first) and with what is known. `wrong` (NULL, or an error
 * of the engine) stands at its field, or above. */
int form_make(struct case_form *out, const struct case_asker *who, const struct form_for *what,
              const struct form_said *said, const struct error *wrong, struct error *err);

/* What a matter knows already of a field that asks for one of its own properties; "" when nothing. */
const char *form_known(const struct case_asker *who, const struct state *s, const struct state_track *t,
                       const struct procedure_field *f);

/* Places somebody may choose from, under headings; `chosen` is marked (and added when it is finer than the list). */
int form_places(struct form_group **out, int *count, const struct case_asker *who, int64_t chosen, bool all,
                struct error *err);
/* Categories in force by major; `schemes` NULL: all. */
int form_categories(struct form_group **out, int *count, const struct case_asker *who, const char *const *schemes,
                    size_t scheme_count, const char *chosen, struct error *err);
/* Organisations that may be asked to handle something, those recommended (`first`, none: NULL) at the top. */
struct case_advice;
int form_departments(struct form_group **out, int *count, const struct case_asker *who, const struct case_advice *first,
                     const char *const *chosen, int chosen_count, struct error *err);

#endif
