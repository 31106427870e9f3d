/* Who may call a route. A stand-in until people/access.h says it; then this file only includes that one. */
#ifndef WEB_ACCESS_LEVELS_H
#define WEB_ACCESS_LEVELS_H

#include <stdint.h>

typedef uint32_t access_mask;

enum {
  ACCESS_PUBLIC = 1u << 0,    /* anybody, signed in or not */
  ACCESS_SIGNED_IN = 1u << 1, /* anybody signed in */
};

#endif
