/* Checklists: accepted or refused with findings that say where; one that is accepted can be judged. */
#include "base/base.h"
#include "fuzz.h"
#include "matter/checklist.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size > 20000) return 0;
  struct arena *a = arena_new(256u << 20);
  const struct checklist *c = NULL;
  struct procedure_findings found = {0};
  struct error err = {0};
  if (checklist_read(&c, &found, a, (const char *)data, size, &err) == 0) {
    const struct checklist_edition *e = checklist_on(c, 20000);
    enum verdict v[CHECKLIST_CLAUSES_MOST];
    struct checklist_result r;
    for (size_t i = 0; i < e->clause_count; i++) v[i] = (enum verdict)(i % VERDICTS);
    checklist_judge(&r, c, e, v);
    PROMISE(r.kept <= r.applies && r.score >= 0 && r.score <= 100);
  } else {
    PROMISE(c == NULL && err.code[0]);
  }
  arena_free(a);
  return 0;
}
