#include "web/desk_rows.h"

#include "web/case_view_inside.h"

static const char *option(const struct case_asker *who, const struct procedure *p, enum procedure_field_as as,
                          const char *value) {
  const struct procedure_field *f = procedure_field_as(p, as);
  return f && !text_empty(value) ? case_value_words(who, f, "", value) : value ? value : "";
}

void desk_row_words(struct desk_row *row, const struct case_asker *who, const struct procedure *p, const char *source,
                    const char *urgency, int card) {
  static const char *const names[] = {"", "ordinary", "yellow", "red"};
  static const enum word words[] = {W_CASE_NO, W_CARD_ORDINARY, W_CARD_YELLOW, W_CARD_RED};
  bool carded = card >= 1 && card <= 3;
  row->source = case_source_words(who, p, source);
  row->urgency = case_is_urgent(p, urgency) ? option(who, p, AS_URGENCY, urgency) : "";
  row->card = carded ? names[card] : "";
  row->card_title = carded ? word(who->lang, words[card]) : "";
}

void desk_row_place(struct desk_row *row, const struct case_asker *who, const char *street, const char *community,
                    const char *grid, const char *address) {
  const char *parts[] = {community, grid, address};
  struct buf b;
  buf_init(&b, 4000);
  for (int i = 0; i < 3; i++)
    if (!text_empty(parts[i])) buf_printf(&b, "%s%s", b.len ? " · " : "", parts[i]);
  row->place = street ? street : "";
  row->where = arena_strdup(who->arena, b.data ? b.data : "");
  buf_free(&b);
}
