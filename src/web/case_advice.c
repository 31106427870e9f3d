#include "web/case_advice.h"

#include "web/case_form_inside.h"
#include "web/case_view_inside.h"

/* Cases of the last half year, and at most so many of them: the answer must not take longer in a large district. */
enum { HISTORY_DAYS = 180, HISTORY_MOST = 400, FEW = 3 };

static const char *number(const struct case_asker *who, int64_t n) {
  return arena_printf(who->arena, "%lld", (long long)n);
}

static const struct q_category_history_out *row_of(const struct q_category_history_out *rows, size_t n, int64_t org) {
  for (size_t i = 0; i < n; i++)
    if (rows[i].org == org) return &rows[i];
  return NULL;
}

/* "近 180 天同类办结 31 件，其中 27 件由该单位办结，平均 2 小时". */
static const char *past_words(const struct case_asker *who, const struct q_category_history_out *row, int64_t all) {
  if (!row) return "";
  const char *args[] = {number(who, HISTORY_DAYS), number(who, all), number(who, row->n),
                        case_span(who->arena, who->lang, row->span)};
  return case_say(who->arena, who->lang, W_ADVICE_PAST, 4, args);
}

static void add(struct case_advice *out, const struct case_asker *who, int64_t org, const char *why, const char *past) {
  const char *args[] = {case_org_name(who, org), why, past};
  enum word w = *why && *past ? W_ADVICE_BOTH : W_ADVICE_ONE;
  if (!*past) args[2] = why;
  else if (!*why) args[2] = past;
  out->org[out->count] = org;
  out->line[out->count++] = case_say(who->arena, who->lang, w, 3, args);
}

int case_advice_make(struct case_advice *out, const struct case_asker *who, const char *category, struct error *err) {
  struct q_category_history_out *rows;
  size_t n;
  int64_t all = 0, unit = form_usual_department(who, category), most = 0;
  struct q_category_history_in in = {.district = who->world->district, .category = category,
                                     .since = who->now - HISTORY_DAYS * (time_ms)DAY_MS, .most = HISTORY_MOST};
  *out = (struct case_advice){0};
  if (text_empty(category)) return 0;
  if (q_category_history(who->db, who->arena, &rows, &n, &in, err) < 0) return -1;
  for (size_t i = 0; i < n; i++) {
    all += rows[i].n;
    if (rows[i].org && rows[i].n >= FEW && !most) most = rows[i].org;
  }
  if (unit) add(out, who, unit, word(who->lang, W_ADVICE_CATALOGUE), past_words(who, row_of(rows, n, unit), all));
  if (most && most != unit) add(out, who, most, "", past_words(who, row_of(rows, n, most), all));
  return 0;
}
