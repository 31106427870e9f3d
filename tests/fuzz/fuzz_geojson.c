/* GeoJSON: a drawing is read or refused with a code; what is wrong with a ring is a finding, and every ring that is
 * kept can be measured. */
#include <math.h>

#include "base/base.h"
#include "fuzz.h"
#include "place/finding.h"
#include "place/geojson.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size > 50000) return 0;
  struct arena *a = arena_new(256u << 20);
  struct place_geojson_options options = {.max_bytes = 1 << 16, .max_values = 20000, .max_depth = 12, .max_features = 50};
  struct place_features features = {0};
  struct place_findings found;
  struct error err = {0};
  place_findings_start(&found, a, 20);
  if (place_geojson_read(&features, a, data, size, &options, &found, &err) == 0) {
    PROMISE(features.count <= 50);
    for (int i = 0; i < features.count; i++) {
      const struct place_feature *f = &features.item[i];
      PROMISE(f->label && f->code && f->name);
      PROMISE(isfinite(place_shape_area(&f->shape)));
    }
  } else {
    PROMISE(err.code[0]);
  }
  PROMISE(found.count <= 20);
  arena_free(a);
  return 0;
}
