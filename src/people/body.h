/* Bodies that deliberate and decide - a council, a meeting of representatives, the owners of an estate - and who has a seat
 * in them, of which kind, from when until when (Organic Law of Villagers' Committees 25-30, of Urban Residents' Committees,
 * Civil Code 277-278). A procedure names a body by its kind and finds the one of its matter's place; kinds of bodies and of
 * seats are words of the procedures, not of this room. */
#ifndef PEOPLE_BODY_H
#define PEOPLE_BODY_H

#include "people/access.h"
#include "people/settings.h"
#include "store/store.h"

/* Areas are whole hundredths of a square metre, so that sums and shares are exact: 88.36 m2 is 8836. */
enum { AREA_ONE = 100 };

/* Reads "88.36" (at most two decimals, at most ten million square metres). False when it is anything else. */
bool area_read(int64_t *out, const char *text);
/* "88.36", "120". `out` has at least 24 bytes. */
void area_format(char *out, size_t size, int64_t area);

struct body_row {
  int64_t id, place, seats; /* seats: held now; only from people_bodies */
  const char *kind, *name, *place_name;
  struct place_chain at;
};

/* May `by` keep the bodies of a place: make them, give and end seats? Administrators and the machine anywhere, the
 * community's officers and secretary and the street's centre in their own place. */
bool people_body_may_keep(const struct actor *by, const struct place_chain *at);

/* The body of a kind at a place, made when there is none, else given the name. In the lane, journalled. -1:
 * people.body.kind (kebab-case), people.body.name, people.body.denied, place.missing. */
struct body_new {
  const char *kind, *name;
  int64_t place;
};
int people_body_put(struct lane_txn *t, const struct actor *by, const struct body_new *in, int64_t *id, struct error *err);

/* A seat for a person from `from` (0: now) until `until` (0: no end). -1: people.body.missing, people.body.denied,
 * people.body.seat (kebab-case), people.body.twice (the same person for the same household), people.body.area. */
struct seat_new {
  int64_t body, person, household, area;
  const char *seat;
  time_ms from, until;
};
int people_seat_add(struct lane_txn *t, const struct actor *by, const struct seat_new *in, int64_t *id, struct error *err);

/* Ends a seat now, for a reason ("term", "resigned", "moved", "mistake"). -1: people.body.missing, people.body.denied. */
int people_seat_end(struct lane_txn *t, const struct actor *by, int64_t body, int64_t seat, const char *reason,
                    struct error *err);

struct seat_row {
  int64_t id, person, household, area;
  const char *seat;
  time_ms from, until;
};

/* 1, 0 none, -1 error. */
int people_body_get(struct body_row *out, struct db *db, struct arena *a, int64_t district, int64_t id, struct error *err);
/* The body of `kind` at the smallest place of the chain that has one. 1, 0 none, -1 error. */
int people_body_find(struct body_row *out, struct db *db, struct arena *a, int64_t district, const struct place_chain *at,
                     const char *kind, struct error *err);
/* Those `who` may keep or see, at most a thousand. */
int people_bodies(struct body_row **rows, size_t *count, struct db *db, struct arena *a, const struct actor *who,
                  time_ms now, struct error *err);
/* Seats held at a moment, in the order they were taken. */
int people_seats(struct seat_row **rows, size_t *count, struct db *db, struct arena *a, int64_t district, int64_t body,
                 time_ms at, struct error *err);

#endif
