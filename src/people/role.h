/* Roles: what a person can be in a district, as one list.
 *
 * A role says three things and no more: at what level a post of it is bound to a place or an organisation, what
 * its holder may look at there, and how it is called (key `role.<name>` in words/people.tsv). What a role may DO
 * is said by the procedures (data) and by the table of routes, both of which name roles by their kebab-case name.
 * The list is closed in C because access hangs on it; a district that calls a post something else changes the
 * words, not the role. */
#ifndef PEOPLE_ROLE_H
#define PEOPLE_ROLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where a post is bound. The order is from the smallest place to the largest; ROLE_AT_ORG stands apart. */
enum role_level {
  ROLE_AT_NONE = 0, /* no post needed: everybody is a resident somewhere */
  ROLE_AT_STAIRWELL,
  ROLE_AT_BUILDING,
  ROLE_AT_GRID,
  ROLE_AT_COMMUNITY, /* or village */
  ROLE_AT_STREET,    /* or town */
  ROLE_AT_DISTRICT,
  ROLE_AT_ORG /* a department, unit, lender: sees what was handed to it, wherever that lies */
};

/* What a holder may see, as bits. Doing is not here. */
enum role_can {
  CAN_SEE_PLACE = 1,        /* every matter in the subtree of the post that is not sealed (personal data masked) */
  CAN_SEE_CONFIDENTIAL = 2, /* confidential matters too, without their reporter */
  CAN_OPEN = 4,             /* personal data in clear, for a written reason, journalled */
  CAN_OPEN_REPORTER = 8,    /* the reporter of a confidential matter, for a written reason, journalled */
};

#define CAN_WORK_PLACE (CAN_SEE_PLACE | CAN_SEE_CONFIDENTIAL | CAN_OPEN)
#define CAN_LEAD_PLACE (CAN_WORK_PLACE | CAN_OPEN_REPORTER)

/* X(constant, kebab-case name, level, can).
 * Stairwell and building heads are neighbours who volunteer: they see their own stairwell or building, never a
 * confidential matter, never a telephone number. Mediators, lawyers, volunteers, the police liaison and the
 * women's federation see what was assigned to them (and that is also how they know of a sealed matter). The
 * auditor sees everything masked and opens nothing. The administrator keeps accounts, not cases (separation of
 * system, audit and business posts, GB/T 22239 level 3, 8.1.4.2). */
#define ROLE_LIST(X)                                                                         \
  X(RESIDENT, "resident", ROLE_AT_NONE, 0)                                                   \
  X(STAIRWELL_HEAD, "stairwell-head", ROLE_AT_STAIRWELL, CAN_SEE_PLACE)                      \
  X(BUILDING_HEAD, "building-head", ROLE_AT_BUILDING, CAN_SEE_PLACE)                         \
  X(GRID_WORKER, "grid-worker", ROLE_AT_GRID, CAN_WORK_PLACE)                                \
  X(COMMUNITY_OFFICER, "community-officer", ROLE_AT_COMMUNITY, CAN_WORK_PLACE)               \
  X(PARTY_SECRETARY, "party-secretary", ROLE_AT_COMMUNITY, CAN_WORK_PLACE)                   \
  X(SUPERVISOR, "supervisor", ROLE_AT_COMMUNITY, 0)                                          \
  X(STREET_CENTRE, "street-centre", ROLE_AT_STREET, CAN_LEAD_PLACE)                          \
  X(STREET_LEADER, "street-leader", ROLE_AT_STREET, CAN_LEAD_PLACE)                          \
  X(DEPARTMENT_OFFICER, "department-officer", ROLE_AT_ORG, CAN_SEE_CONFIDENTIAL | CAN_OPEN)  \
  X(DISTRICT_CENTRE, "district-centre", ROLE_AT_DISTRICT, CAN_LEAD_PLACE)                    \
  X(DISTRICT_LEADER, "district-leader", ROLE_AT_DISTRICT, CAN_LEAD_PLACE)                    \
  X(AUDITOR, "auditor", ROLE_AT_DISTRICT, CAN_SEE_PLACE | CAN_SEE_CONFIDENTIAL)              \
  X(ADMINISTRATOR, "administrator", ROLE_AT_DISTRICT, 0)                                     \
  X(POLICE_LIAISON, "police-liaison", ROLE_AT_STREET, CAN_SEE_CONFIDENTIAL | CAN_OPEN)       \
  X(WOMENS_FEDERATION, "womens-federation", ROLE_AT_STREET, CAN_SEE_CONFIDENTIAL | CAN_OPEN) \
  X(MEDIATOR, "mediator", ROLE_AT_COMMUNITY, CAN_SEE_CONFIDENTIAL | CAN_OPEN)                \
  X(LAWYER, "lawyer", ROLE_AT_COMMUNITY, CAN_SEE_CONFIDENTIAL)                               \
  X(VOLUNTEER, "volunteer", ROLE_AT_COMMUNITY, 0)                                            \
  X(UNIT_LIAISON, "unit-liaison", ROLE_AT_ORG, 0)                                            \
  X(LENDER, "lender", ROLE_AT_ORG, 0)

enum role {
#define X(id, name, level, can) ROLE_##id,
  ROLE_LIST(X)
#undef X
      ROLE_COUNT,
  ROLE_NONE = -1
};

/* A set of roles, one bit each; the high bits belong to access.h. */
typedef uint64_t role_set;
#define ROLE_BIT(role) ((role_set)1 << (unsigned)(role))
#define ROLE_ANY_POST ((ROLE_BIT(ROLE_COUNT) - 1) & ~ROLE_BIT(ROLE_RESIDENT)) /* every role that needs a post */

/* The role of a kebab-case name, or ROLE_NONE. */
enum role role_by_name(const char *name);

/* Its kebab-case name ("grid-worker"), the key of its words ("role.grid-worker"), its level, what it can see. Static.
 */
const char *role_name(enum role role);
const char *role_words(enum role role);
enum role_level role_level(enum role role);
unsigned role_can(enum role role);

/* "stairwell", "building", "grid", "community", "street", "district", "org"; "none". Static; and back (ROLE_AT_NONE
 * when unknown). */
const char *role_level_name(enum role_level level);
enum role_level role_level_by_name(const char *name);

#endif
