/* Procedure files: accepted or refused with findings that say where. */
#include "base/base.h"
#include "fuzz.h"
#include "matter/procedure.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size > 20000) return 0;
  struct arena *a = arena_new(256u << 20);
  const struct procedure *p = NULL;
  struct procedure_findings found = {0};
  struct error err = {0};
  if (procedure_read(&p, &found, a, (const char *)data, size, &err) == 0)
    PROMISE(p != NULL);
  else
    PROMISE(p == NULL && err.code[0]);
  arena_free(a);
  return 0;
}
