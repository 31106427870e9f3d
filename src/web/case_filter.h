/* The filter of lists of cases, as it stands in an address: the console, the list, its export, the map and saved filters read
 * the same one, so that any of them opens exactly what another counted. */
#ifndef WEB_CASE_FILTER_H
#define WEB_CASE_FILTER_H

#include "matter/list.h"
#include "web/case_view.h"
#include "web/route.h"

/* Indexes of the parameters; a route's own begin at FILTER_PARAMS. */
enum {
  FILTER_WORDS,
  FILTER_PHASE,
  FILTER_STATE,
  FILTER_PROCEDURE,
  FILTER_MAJOR,
  FILTER_CATEGORY,
  FILTER_PLACE,
  FILTER_ORG,
  FILTER_SOURCE,
  FILTER_FROM,
  FILTER_TO,
  FILTER_ORDER,
  FILTER_AT,
  FILTER_ID,
  FILTER_PARAMS
};

#define CASE_FILTER                                                                              \
  [FILTER_WORDS] = {.name = "q", .type = PARAM_TEXT, .in = IN_QUERY, .max = 100},                \
  [FILTER_PHASE] = {.name = "phase", .type = PARAM_CODE, .in = IN_QUERY},                        \
  [FILTER_STATE] = {.name = "state", .type = PARAM_CODE, .in = IN_QUERY},                        \
  [FILTER_PROCEDURE] = {.name = "procedure", .type = PARAM_CODE, .in = IN_QUERY},                \
  [FILTER_MAJOR] = {.name = "major", .type = PARAM_TEXT, .in = IN_QUERY, .max = 120},            \
  [FILTER_CATEGORY] = {.name = "category", .type = PARAM_TEXT, .in = IN_QUERY, .max = 120},      \
  [FILTER_PLACE] = {.name = "place", .type = PARAM_INT, .in = IN_QUERY, .low = 0, .high = 9e15}, \
  [FILTER_ORG] = {.name = "org", .type = PARAM_INT, .in = IN_QUERY, .low = 0, .high = 9e15},     \
  [FILTER_SOURCE] = {.name = "source", .type = PARAM_CODE, .in = IN_QUERY},                      \
  [FILTER_FROM] = {.name = "from", .type = PARAM_DATE, .in = IN_QUERY},                          \
  [FILTER_TO] = {.name = "to", .type = PARAM_DATE, .in = IN_QUERY},                              \
  [FILTER_ORDER] = {.name = "order", .type = PARAM_CODE, .in = IN_QUERY},                        \
  [FILTER_AT] = {.name = "at", .type = PARAM_INT, .in = IN_QUERY, .low = 0, .high = 9e15},       \
  [FILTER_ID] = {.name = "id", .type = PARAM_INT, .in = IN_QUERY, .low = 0, .high = 9e15}

/* Names of `state` and of `phase`, ended by NULL; phases in the order of enum procedure_phase. */
extern const char *const case_states[], *const case_phases[];
/* The word of a state, by its number in case_states. */
enum word case_state_word(int state);

/* The name of an order in addresses. */
const char *case_order_name(enum list_order order);

/* What the address asks for, within `scope` (NULL: what everybody may see). Error place.missing. */
int case_filter_read(struct list_filter *f, struct request *r, const struct case_asker *who, const struct scope *scope,
                     struct error *err);

/* This request's own address below `path` with one parameter changed (value "": left out); pages start again. */
const char *case_filter_with(struct request *r, const char *path, const char *name, const char *value);

/* Where the page after `last` begins. */
const char *case_filter_next(struct request *r, const char *path, const struct list_filter *f, const struct list_row *last);

#endif
