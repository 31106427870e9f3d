/* What the files of the phone pages share. The pages work as plain forms; where there is JavaScript the phone keeps what
 * was typed and sends it when there is a network (docs/offline.md). */
#ifndef WEB_PHONE_H
#define WEB_PHONE_H

#include "web/app.h"
#include "web/view_map.h"
#include "web/view_phone.h"

/* Fills what the frame of phone pages knows: whose page it is. */
void phone_frame(struct request *r);

/* The sender is our own script and wants to be told as JSON. */
bool phone_wants_json(const struct request *r);

/* What came of something sent: {"state":"done", ...}. */
int phone_reply_done(struct request *r, const struct acted *acted);

/* The same for what is no case: where it can be read now. */
int phone_reply_at(struct request *r, const char *address);

/* Why it was not taken, with what the phone needs to settle it (docs/offline.md). `s` is the case as it stands now, NULL
 * when there is none or it may not be known. */
int phone_reply_wrong(struct request *r, const struct error *wrong, const struct case_asker *who, const struct state *s,
                      const char *action, int64_t track);

/* Things this actor may begin, as links of the phone; those that report what somebody saw (they ask what the matter is
 * about) are ways of one another when they belong to one procedure. */
int phone_openings(struct phone_link **out, int *count, const char **report, struct request *r,
                   const struct case_asker *who, struct error *err);

/* The grids (or communities) of the asker's posts as a map that begins there; NULL when none is drawn. */
int phone_map(const struct view_map **out, struct request *r, struct db *db, struct error *err);

/* Residents report such matters themselves. */
bool phone_anybody_opens(const struct procedure *p);

/* Everybody who works here may use the phone pages. */
#define PHONE_WHO DESK_WHO

#endif
