#include "matter/limit.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

static const struct {
  const char *name, *code;
} units[UNIT_COUNT] = {
    [UNIT_NONE] = {"none", ""},
    [UNIT_URGENT_MINUTE] = {"urgent-minute", "UM"},
    [UNIT_URGENT_HOUR] = {"urgent-hour", "UH"},
    [UNIT_URGENT_DAY] = {"urgent-day", "UD"},
    [UNIT_WORK_HOUR] = {"work-hour", "WH"},
    [UNIT_WORK_DAY] = {"work-day", "WD"},
    [UNIT_NATURAL_DAY] = {"natural-day", "ND"},
    [UNIT_MONTH] = {"month", "M"},
    [UNIT_FIXED] = {"fixed", "FX"},
};

static bool unit_in_range(enum unit u) {
  return u > UNIT_NONE && u < UNIT_COUNT;
}

const char *unit_name(enum unit u) {
  return units[unit_in_range(u) ? u : UNIT_NONE].name;
}
const char *unit_code(enum unit u) {
  return units[unit_in_range(u) ? u : UNIT_NONE].code;
}

enum unit unit_from_name(const char *name) {
  for (int u = UNIT_NONE + 1; u < UNIT_COUNT; u++) {
    size_t n = strlen(units[u].name);
    if (text_eq(name, units[u].code) || text_eq(name, units[u].name)) return (enum unit)u;
    if (text_starts(name, units[u].name) && text_eq(name + n, "s")) return (enum unit)u;
  }
  return UNIT_NONE;
}

/* "4", "0.5", up to three decimals; moves *p past it. */
static bool read_amount(const char **p, int64_t *milli) {
  int digits = 0;
  int64_t v = 0;
  for (; **p >= '0' && **p <= '9'; (*p)++, digits++) {
    if (digits > 9) return false;
    v = v * 10 + (**p - '0');
  }
  if (!digits) return false;
  v *= LIMIT_ONE;
  if (**p == '.') {
    int64_t worth = LIMIT_ONE / 10;
    (*p)++;
    if (**p < '0' || **p > '9') return false;
    for (; **p >= '0' && **p <= '9'; (*p)++, worth /= 10) {
      if (!worth) return false;
      v += (**p - '0') * worth;
    }
  }
  *milli = v;
  return true;
}

int limit_parse(struct limit *out, const char *text, struct error *err) {
  const char *p = text ? text : "";
  char shown[64];
  text_copy(shown, sizeof shown, p);
  struct limit l = {0};
  if (!read_amount(&p, &l.milli)) return error_set(err, ERR_INPUT, "limit.text", NULL, shown, NULL);
  while (*p == ' ') p++;
  l.unit = unit_from_name(p);
  if (l.unit == UNIT_NONE || l.unit == UNIT_FIXED) return error_set(err, ERR_INPUT, "limit.text", NULL, shown, NULL);
  if (limit_check(l, err)) return -1;
  *out = l;
  return 0;
}

int limit_check(struct limit l, struct error *err) {
  char shown[48];
  if (!unit_in_range(l.unit) || l.unit == UNIT_FIXED)
    return error_set(err, ERR_INPUT, "limit.text", NULL, unit_name(l.unit), NULL);
  limit_write(shown, sizeof shown, l);
  if (l.milli <= 0) return error_set(err, ERR_INPUT, "limit.zero", NULL, shown, NULL);
  if (l.milli > LIMIT_MAX) return error_set(err, ERR_INPUT, "limit.large", NULL, shown, "10000", NULL);
  if (l.unit == UNIT_MONTH && l.milli % LIMIT_ONE) return error_set(err, ERR_INPUT, "limit.month", NULL, shown, NULL);
  return 0;
}

void limit_amount(char *out, size_t size, struct limit l) {
  int64_t part = l.milli % LIMIT_ONE;
  int n = snprintf(out, size, "%lld.%03lld", (long long)(l.milli / LIMIT_ONE), (long long)(part < 0 ? -part : part));
  while (n > 0 && (size_t)n < size && out[n - 1] == '0') out[--n] = '\0';
  if (n > 0 && (size_t)n < size && out[n - 1] == '.') out[n - 1] = '\0';
}

void limit_write(char *out, size_t size, struct limit l) {
  char amount[32];
  limit_amount(amount, sizeof amount, l);
  snprintf(out, size, "%s %s%s", amount, unit_name(l.unit), l.milli == LIMIT_ONE ? "" : "s");
}

void limit_words(struct buf *out, enum lang lang, struct limit l) {
  char key[48], amount[32];
  snprintf(key, sizeof key, "unit.%s.%s", unit_name(l.unit), l.milli == LIMIT_ONE ? "one" : "many");
  limit_amount(amount, sizeof amount, l);
  const char *pattern = words_find(lang, key), *args[] = {amount};
  if (pattern) words_fill(out, pattern, args, 1);
}

bool limit_same(struct limit a, struct limit b) {
  return a.milli == b.milli && a.unit == b.unit;
}

int64_t limit_weight(struct limit l) {
  static const int64_t minutes[UNIT_COUNT] = {[UNIT_URGENT_MINUTE] = 1, [UNIT_URGENT_HOUR] = 60,
                                              [UNIT_URGENT_DAY] = 1440, [UNIT_WORK_HOUR] = 180,
                                              [UNIT_WORK_DAY] = 1440, [UNIT_NATURAL_DAY] = 1440,
                                              [UNIT_MONTH] = 43200};
  return l.milli * minutes[l.unit] / LIMIT_ONE;
}
