/* What the pages of administration share: a refused change shown again on its form, and how it is noticed that somebody
 * else changed the same thing meanwhile.
 *
 *   panel_field(&p, f, "seen", "hidden", W_PANEL_TABLE, "")->value = admin_digest(r->arena, row.name, row.kind, NULL);
 *   ...
 *   if (admin_seen(r, admin_digest(t->arena, row.name, row.kind, NULL), err) < 0) return -1;     in the lane
 */
#ifndef WEB_ADMIN_H
#define WEB_ADMIN_H

#include "web/panel.h"

#define ADMIN_WRITES ROLE_BIT(ROLE_ADMINISTRATOR)
#define ADMIN_READS (ROLE_BIT(ROLE_ADMINISTRATOR) | ROLE_BIT(ROLE_AUDITOR))

/* True when whoever asks may change what they see here; the auditor may not. */
bool admin_acts(const struct request *r);

/* Draws the page a refused form came from, with what was typed and what is wrong. */
typedef int admin_show_fn(struct request *r, const struct error *wrong, int status, struct error *err);
int admin_refused(struct request *r, struct error *err, admin_show_fn *show);
/* The same for what only the client can mend; the server's own faults stay errors (-1). */
int admin_wrong(struct request *r, struct error *err, admin_show_fn *show);

/* A short digest of what a form shows; NULL ends the list, so give "" for what is not there. In `a`. */
const char *admin_digest(struct arena *a, ... /* const char *, NULL */);
/* 0 when the form's hidden "seen" is `digest`. -1: admin.changed (ERR_CONFLICT). A form without it is refused too. */
int admin_seen(const struct request *r, const char *digest, struct error *err);
/* The hidden field: always what is true now, so that sending again after reading what changed goes through. */
void admin_keep_seen(struct panel *p, struct panel_form *f, const char *digest);

/* Every value of a form's field sent several times, a space between; values with white space are left out. */
const char *admin_many(struct request *r, const char *name);

/* A number in a form: 0, or -1 with error admin.number ({1} least, {2} most) at the field. "" gives `empty`. */
int admin_number(int64_t *out, struct request *r, const char *name, int64_t low, int64_t high, int64_t empty,
                 struct error *err);

#endif
