/* What the files of the residents' pages share. */
#ifndef WEB_RESIDENT_H
#define WEB_RESIDENT_H

#include "matter/list.h"
#include "store/file.h"
#include "web/app.h"
#include "web/view_resident.h"

enum { RESIDENT_PHOTOS = 9, RESIDENT_ONCE = 24 };

/* What a handler works with. The world is given back when the request's memory is. */
struct resident {
  struct request *r;
  struct web_app *app;
  struct db *db;
  const struct world *w;
  struct arena *a;
};
int resident_open(struct resident *out, struct request *r, struct error *err);
/* The same without a view of the database, for the work before something is handed to the lane. */
void resident_begin(struct resident *out, struct request *r);

/* A procedure's text in the asker's language, never NULL. */
const char *resident_say(const struct resident *x, const struct bilingual *t);
/* Somebody's eyes for case_view_make. */
struct case_asker resident_asker(const struct resident *x, const struct actor *actor);

/* The procedure that everybody may open, and the action that opens it; false when the district has none. */
bool resident_opening(const struct resident *x, const struct procedure **p, const struct procedure_action **action);
/* The action's field that fills `as`, or (AS_NOTHING) its first of `type`; NULL when it asks for none. */
const struct procedure_field *resident_field(const struct procedure_action *action, enum procedure_field_as as,
                                             enum procedure_field_type type);
struct view_input resident_input(const struct resident *x, const struct procedure_action *action,
                                 const struct procedure_field *f, const char *value);
/* The words of an error for the top of a form; its field's address within the page. */
struct view_fault resident_fault(const struct resident *x, const struct error *e);
const char *resident_error(const struct resident *x, const struct error *e);

/* Where this site is reached, without a slash at its end. */
int resident_site(const char **out, const struct resident *x, struct error *err);

/* ---- photos (resident_photos.c) ----
 * New ones are processed on the worker and get their rows in the lane; those of an earlier try come back as tickets. */
struct resident_photos {
  const char *field; /* name of the form's field */
  bool sound;        /* it is a voice note */
  struct file_draft drafts[RESIDENT_PHOTOS];
  int draft_count;
  int64_t kept[RESIDENT_PHOTOS];
  int kept_count;
};
/* Reads both from the form. Errors: those of files, with err->field the field's name; what was good is in `out`. */
int resident_photos_read(struct resident_photos *out, const struct resident *x, const char *field, int64_t most,
                         struct error *err);
/* The same for one voice note. What is sent as one and is no sound: file.sound. */
int resident_voice_read(struct resident_photos *out, const struct resident *x, const char *field, struct error *err);
/* In the lane: gives the new ones their rows; they are kept ones afterwards. */
int resident_photos_add(struct lane_txn *t, struct web_app *app, struct resident_photos *p, const char *actor,
                        struct error *err);
const char *resident_photo_ticket(const struct resident *x, int64_t file);
/* The file of a ticket. */
int64_t resident_photo_of_ticket(const struct resident *x, const char *ticket); /* 0: not ours */
const struct view_photo *resident_photo_views(const struct resident *x, const int64_t *ids, int n);
/* Sends a photo; its right to be seen has been checked. */
int resident_photo_send(const struct resident *x, int64_t file, bool thumb, struct error *err);

/* ---- notices (resident_notices.c) ---- */
struct notice;
struct view_notice_row resident_notice_row(const struct resident *x, const struct notice *n);
/* What is on show in a community (0: NULL), the newest three. */
int resident_notices_here(const struct view_notices_here **out, const struct resident *x, int64_t community,
                          struct error *err);
/* The page of one publication. `tried` (NULL none): an objection that was refused, shown again as it was typed. */
struct objecting;
int resident_show_notice(struct request *r, int64_t id, const struct objecting *tried, int status, struct error *err);
/* What was objected to a publication and the form to object; `n` as it is shown (routes_objection.c). */
struct view_notice;
int resident_fill_objections(struct view_notice *v, const struct resident *x, const struct notice *n,
                             const struct objecting *tried, struct error *err);
/* A moment as feeds write it; a word with a value in it. */
const char *resident_moment(const struct resident *x, time_ms at);
const char *resident_words_with(const struct resident *x, enum word id, const char *arg);

/* The streets and towns, for choosing one. */
int resident_streets(const struct view_option **out, int *count, const struct resident *x, int64_t chosen, struct error *err);

/* ---- public cases (resident_public.c) ---- */
const struct view_public *resident_public_rows(const struct resident *x, const struct list_row *rows, size_t n);
const struct view_public *resident_public_near(const struct resident *x, double lon, double lat, const char *category,
                                               int *count, struct error *err);
const char *resident_phase_look(enum procedure_phase phase);
/* Pictures of the common categories; `chosen` may be NULL. */
const struct view_category *resident_categories(const struct resident *x, const char *chosen, int *count);

/* The page of whoever is signed in; `wrong` (NULL none) stands at the form for what they ask of their data. */
int resident_show_me(struct request *r, const struct error *wrong, int status, struct error *err);
/* The form for requests about one's own data, and what was asked before (routes_data_ask.c). */
int resident_fill_ask(struct view_resident_ask *v, const struct resident *x, const struct error *wrong, struct error *err);

#endif
