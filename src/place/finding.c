#include "place/finding.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"

enum { FINDINGS_KEPT = 1000 };

void place_findings_start(struct place_findings *f, struct arena *a, int max) {
  *f = (struct place_findings){.arena = a, .max = max > 0 ? max : FINDINGS_KEPT};
}

static void grow(struct place_findings *f) {
  int cap = f->cap == 0 ? 16 : f->cap * 2;
  struct place_finding *item = ARENA_ARRAY(f->arena, (size_t)cap, struct place_finding);
  if (f->count > 0) memcpy(item, f->item, (size_t)f->count * sizeof *item);
  f->item = item;
  f->cap = cap;
}

void place_finding_add(struct place_findings *f, const struct place_finding *finding) {
  if (finding->warning) f->warnings++;
  else f->errors++;
  if (f->count == f->max) return;
  if (f->count == f->cap) grow(f);
  struct place_finding *kept = &f->item[f->count++];
  *kept = *finding;
  kept->name = arena_strdup(f->arena, finding->name ? finding->name : "");
  kept->other = arena_strdup(f->arena, finding->other ? finding->other : "");
  if (kept->unit == NULL) kept->unit = "";
}

void place_finding_error(struct error *out, const struct place_finding *finding) {
  char at[64], size[48];
  snprintf(at, sizeof at, "%.6f, %.6f", finding->at.lon, finding->at.lat);
  snprintf(size, sizeof size, "%.1f %s", finding->size, strcmp(finding->unit, "m2") == 0 ? "m²" : finding->unit);
  error_clear(out);
  error_set(out, ERR_INPUT, finding->code, NULL, finding->name, finding->other, at, size, NULL);
}
