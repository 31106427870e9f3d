/* Data files compiled into the program: procedures, catalogues, the work calendar, and the nation's counties. */
#ifndef BASE_EMBEDDED_H
#define BASE_EMBEDDED_H

#include "base/buf.h"

/* `data` is followed by a NUL, so it may be used as a string. */
struct embedded {
  const char *name; /* "procedures/incident.yaml" */
  struct bytes data;
};

/* Ended by {0}. */
extern const struct embedded embedded_files[];

/* The file of a name, or NULL. */
const struct embedded *embedded_find(const char *name);

#endif
