/* CSV: every row that is read is UTF-8, and written out again and read again it is the same row. */
#include <string.h>

#include "base/base.h"
#include "base/csv.h"
#include "fuzz.h"

static void there_and_back(struct arena *a, const struct csv_row *row) {
  struct buf b;
  struct csv *again;
  struct csv_row back;
  struct error err = {0};
  bool plain = false;
  buf_init(&b, 1 << 20);
  for (int i = 0; i < row->count; i++) {
    PROMISE(text_is_utf8(row->field[i], strlen(row->field[i])));
    plain |= !text_empty(row->field[i]);
    csv_write(&b, row->field[i], i == 0);
  }
  csv_write_end(&b);
  if (plain && !b.full && csv_open_bytes(&again, a, b.data, b.len, NULL, &err) == 0) {
    PROMISE(csv_next(again, &back, &err) == 1);
    PROMISE(back.count == row->count);
    for (int i = 0; i < row->count; i++)
      PROMISE(csv_is_formula(row->field[i]) || strcmp(back.field[i], row->field[i]) == 0);
  }
  buf_free(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct csv_limits limits = {.row_bytes = 4096, .field_bytes = 1024, .columns = 16};
  struct arena *a = arena_new(64u << 20);
  struct csv *c;
  struct error err = {0};
  if (csv_open_bytes(&c, a, data, size, &limits, &err) == 0) {
    struct csv_row row;
    int got, rows = 0;
    while (rows++ < 200 && (got = csv_next(c, &row, &err)) != 0) {
      PROMISE(got == 1 || err.code[0]);
      if (got == 1) there_and_back(a, &row);
      error_clear(&err);
    }
  }
  arena_free(a);
  return 0;
}
