/* What the handlers of the JSON API share: the world of procedures for the length of a request, what a client said as
 * JSON, cursors, and a few pieces of replies. */
#ifndef WEB_API_H
#define WEB_API_H

#include "matter/engine.h"
#include "matter/list.h"
#include "web/app.h"

/* Members of every reply that is a page of something. */
enum { API_PAGE_USUAL = 30, API_PAGE_MOST = 200 };

/* The present world; given back when the request's memory dies. */
const struct world *api_world(struct request *r);

/* Starts a reply with one object in it; the caller ends the object. */
void api_reply(struct request *r, struct json *j, int status);

/* {"name": ..., "title": ...} under `key`, in the asker's language; null when name is NULL. */
void api_put_named(struct json *j, struct request *r, const char *key, const char *name, const struct bilingual *title);

/* The text of parameter `p` (PARAM_JSON) as what is said to the engine: an object of fields; a value is a string,
 * number, yes or no (true, false), {"lon":..., "lat":...}, a list of such values, or a list of objects (rows of a
 * record). Errors: api.said.shape ({1} the field), api.said.many, web.param.controls. */
int api_said(struct said **out, size_t *count, struct request *r, int p, struct error *err);

/* The text of parameter `p` as who reports: {"name", "phone", "mail", "confidential"}. *out stays NULL when absent and
 * `must` is false. Error: api.reporter ({1} the member). */
int api_reporter(struct reporter_in **out, struct request *r, int p, bool must, struct error *err);

/* A cursor is a moment and an id; opaque to clients. Error: api.cursor. */
const char *api_cursor(struct arena *a, time_ms at, int64_t id);
int api_cursor_read(time_ms *at, int64_t *id, const char *text, struct error *err);

/* "has_more" and "next" (a cursor or null). */
void api_put_next(struct json *j, const char *cursor);

/* What an actor may list: NULL when only what everybody may see. `room` is filled when there is more. */
const struct scope *api_scope(const struct request *r, struct scope *room);

/* The matter of a code in the path, loaded; error matter.unknown (MISSING) also when the asker may not know of it. */
struct state;
int api_matter(struct state **out, struct request *r, struct db *db, const char *code, struct error *err);

/* The matter of a receipt; whoever shows it is its reporter for the rest of the request. Error api.receipt (MISSING).
 */
int api_receipt(struct state **out, struct request *r, struct db *db, const char *receipt, struct error *err);

/* What names an uploaded file until it is part of a matter: its id with a seal, so that nobody takes the photos of
 * others into a matter of their own by counting. */
const char *api_file_token(struct request *r, int64_t id);

/* Puts ids for the tokens in fields of `action` that are photos or files. Error: api.file ({1} the field). */
int api_said_files(struct said *said, size_t count, struct request *r, const struct procedure *p,
                   const struct procedure_track *track, struct error *err);

#endif
