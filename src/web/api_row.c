#include "web/api_row.h"

#include <math.h>

void api_put_position(struct json *j, const char *key, double lon, double lat) {
  json_key(j, key);
  if (isnan(lon) || isnan(lat)) {
    json_null(j);
    return;
  }
  json_object(j);
  json_put_real(j, "lon", lon);
  json_put_real(j, "lat", lat);
  json_object_end(j);
}

static void put_if(struct json *j, const char *key, const char *s, bool shown) {
  json_put(j, key, shown && !text_empty(s) ? s : NULL);
}

static void put_where(struct json *j, const struct list_row *row, bool all) {
  bool place = all || (row->procedure && row->procedure->shows_public & SHOWS_PLACE);
  put_if(j, "street", row->street_name, place);
  put_if(j, "community", row->community_name, place);
  put_if(j, "grid", row->grid_name, all);
  put_if(j, "address", row->address, all);
  api_put_position(j, "position", all ? row->lon : NAN, all ? row->lat : NAN);
}

static void put_what(struct json *j, struct request *r, const struct list_row *row, bool all) {
  unsigned shows = row->procedure ? row->procedure->shows_public : 0;
  put_if(j, "summary", row->summary, all || shows & SHOWS_SUMMARY);
  put_if(j, "category", row->category, all || shows & SHOWS_CATEGORY);
  put_if(j, "source", row->source, all);
  put_if(j, "urgency", row->urgency, all);
  put_if(j, "holder", r->lang == LANG_EN ? row->org_en : row->org_zh, all || shows & SHOWS_HOLDER);
}

static void put_when(struct json *j, struct request *r, const struct list_row *row, bool all) {
  int offset = app_of(r)->offset_min;
  bool dates = all || (row->procedure && row->procedure->shows_public & SHOWS_NEXT_DATE);
  json_put_time(j, "opened", row->opened, offset);
  json_put_time(j, "updated", row->updated, offset);
  json_put_time(j, "closed", row->closed, offset);
  json_put_time(j, "due", dates ? row->due : 0, offset);
}

void api_row_write(struct json *j, struct request *r, const struct list_row *row, bool all) {
  static const struct bilingual unknown = {"", ""};
  json_object(j);
  json_put(j, "code", row->code);
  api_put_named(j, r, "procedure", row->procedure ? row->procedure->name : NULL,
                row->procedure ? &row->procedure->title : &unknown);
  api_put_named(j, r, "stage", row->stage ? row->stage->name : NULL, row->stage ? &row->stage->title : &unknown);
  json_put(j, "phase", procedure_phase_name(row->phase));
  json_put(j, "outcome", procedure_outcome_name(row->outcome));
  put_what(j, r, row, all);
  put_where(j, row, all);
  put_when(j, r, row, all);
  json_put_bool(j, "late", all && row->late);
  json_put_bool(j, "confidential", row->confidential);
  json_put_int(j, "card", all ? row->card : 0);
  json_put_int(j, "reporters", all ? row->reporters : 0);
  json_object_end(j);
}
