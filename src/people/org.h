/* Organisations: departments, centres, companies, units, lenders. Public bodies: nothing here is personal. */
#ifndef PEOPLE_ORG_H
#define PEOPLE_ORG_H

#include "people/access.h"
#include "store/store.h"

/* An organisation as the table has it. `units` are the kinds of units.csv it answers for, a space between. `parent_key`
 * is only of what was read from a file; `credit_code` and `phone` may be NULL. */
struct org_row {
  int64_t id;
  const char *key, *kind, *name_zh, *name_en, *units, *parent_key, *credit_code, *phone;
  int64_t parent, place;
};

/* Reads a file like catalogues/departments.yaml. -1 with the line in {1}: yaml.*, people.org.file ({2}: what is wrong
 * there: the key of the field). Keys are kebab-case and there once, parents stand before their children. */
int people_orgs_read(struct org_row **rows, size_t *count, struct arena *a, const char *text, size_t len,
                     struct error *err);

/* Adds, or brings up to date by key, and journals. Allowed for the machine and administrators. -1:
 * people.account.denied, people.org.file, identity.credit.*. */
int people_org_put(struct lane_txn *t, const struct actor *by, const struct org_row *in, int64_t *id,
                   struct error *err);

/* Ends it: it can no longer be given anything. `waiting` is how many tracks wait for it, as the caller counted them in this
 * transaction. -1: people.account.denied, people.org.missing, people.org.posts (somebody is in office there),
 * people.org.waiting ({1} how many). Journalled. */
int people_org_end(struct lane_txn *t, const struct actor *by, int64_t id, int64_t waiting, struct error *err);

/* All of a file in one job, in order. */
int people_orgs_put(struct lane_txn *t, const struct actor *by, const struct org_row *rows, size_t count,
                    struct error *err);

/* 1, 0 none, -1 error. */
int people_org_by_key(struct org_row *out, struct db *db, struct arena *a, int64_t district, const char *key,
                      struct error *err);
int people_org_by_id(struct org_row *out, struct db *db, struct arena *a, int64_t district, int64_t id,
                     struct error *err);

/* Every one in force, of a kind or (NULL) of all. */
int people_orgs(struct org_row **rows, size_t *count, struct db *db, struct arena *a, int64_t district,
                const char *kind, struct error *err);

/* The one among `rows` that answers for a kind of unit ("market-supervision"), or NULL. The first in their order. */
const struct org_row *people_org_for_unit(const struct org_row *rows, size_t count, const char *unit);

#endif
