/* Delivering what tell.c says. */
#include "matter/engine_internal.h"

int tell_deliver(struct work *k, const char *key, const char *zh, const char *en) {
  (void)k;
  (void)key;
  (void)zh;
  (void)en;
  return 0;
}
