/* A matter's number, made from the pattern of its procedure: "{district}-{year}-{seq:6}". */
#include <string.h>

#include "matter/procedure.h"

static void put_seq(struct buf *out, const char *name, size_t len, int64_t seq) {
  int digits = len > 4 && name[4] >= '0' && name[4] <= '9' ? name[4] - '0' : 1;
  buf_printf(out, "%0*lld", digits, (long long)seq);
}

static void put_part(struct buf *out, const char *name, size_t len, const struct procedure_number_parts *parts,
                     const struct civil *day) {
  if (len == 8 && memcmp(name, "district", 8) == 0) buf_puts(out, parts->district);
  if (len == 6 && memcmp(name, "street", 6) == 0) buf_puts(out, parts->street);
  if (len == 4 && memcmp(name, "year", 4) == 0) buf_printf(out, "%04d", day->year);
  if (len == 5 && memcmp(name, "month", 5) == 0) buf_printf(out, "%02d", day->month);
  if (len == 3 && memcmp(name, "day", 3) == 0) buf_printf(out, "%02d", day->day);
  if (len >= 3 && memcmp(name, "seq", 3) == 0) put_seq(out, name, len, parts->seq);
}

void procedure_number(struct buf *out, const struct procedure *p, const struct procedure_number_parts *parts) {
  struct civil day = {0};
  civil_from_day(&day, parts->day);
  for (const char *s = p->number; *s;) {
    const char *end = *s == '{' ? strchr(s, '}') : NULL;
    if (!end) {
      buf_putc(out, *s++);
      continue;
    }
    put_part(out, s + 1, (size_t)(end - s - 1), parts, &day);
    s = end + 1;
  }
}

bool procedure_number_yearly(const struct procedure *p) { return strstr(p->number, "{year}") != NULL; }
