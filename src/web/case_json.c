#include "web/case_json.h"

#include <math.h>

#include "people/role.h"

struct writer {
  struct json *j;
  const struct case_view *v;
  enum lang lang;
  int offset_min;
};

/* "" in a view is null outside: a program asks whether it is there, not whether it is empty. */
static void put_text(const struct writer *w, const char *key, const char *s) {
  json_put(w->j, key, text_empty(s) ? NULL : s);
}

static void put_time(const struct writer *w, const char *key, time_ms at) {
  json_put_time(w->j, key, at, w->offset_min);
}

static const char *pick(const struct writer *w, const struct bilingual *t) {
  return bilingual_pick(t, w->lang == LANG_ZH);
}

static void put_light(const struct writer *w, const struct case_light *light) {
  json_key(w->j, "light");
  json_object(w->j);
  put_text(w, "look", light->look);
  put_text(w, "words", light->words);
  put_time(w, "due", light->due);
  json_object_end(w->j);
}

static void put_facts(const struct writer *w, const struct case_fact *facts, int n) {
  json_key(w->j, "facts");
  json_array(w->j);
  for (int i = 0; i < n; i++) {
    json_object(w->j);
    json_put(w->j, "field", facts[i].field);
    put_text(w, "label", facts[i].label);
    json_key(w->j, "values");
    json_array(w->j);
    for (int k = 0; k < facts[i].value_count; k++) json_string(w->j, facts[i].values[k]);
    json_array_end(w->j);
    put_text(w, "raw", facts[i].masked ? NULL : facts[i].raw);
    put_text(w, "because", facts[i].because);
    json_put_bool(w->j, "masked", facts[i].masked);
    json_object_end(w->j);
  }
  json_array_end(w->j);
}

static void put_photos(const struct writer *w, const struct case_photo *photos, int n) {
  json_key(w->j, "photos");
  json_array(w->j);
  for (int i = 0; i < n; i++) {
    json_object(w->j);
    json_put_int(w->j, "id", photos[i].id);
    put_text(w, "label", photos[i].label);
    put_time(w, "at", photos[i].at);
    json_object_end(w->j);
  }
  json_array_end(w->j);
}

static void put_stops(const struct writer *w) {
  json_key(w->j, "stops");
  json_array(w->j);
  for (int i = 0; i < w->v->stop_count; i++) {
    const struct case_stop *s = &w->v->stops[i];
    json_object(w->j);
    json_put(w->j, "title", s->title);
    put_text(w, "who", s->who);
    put_text(w, "used", s->used);
    put_text(w, "limit", s->limit);
    put_text(w, "look", s->look);
    put_time(w, "at", s->at);
    json_object_end(w->j);
  }
  json_array_end(w->j);
}

/* Internal titles only for those who see every step; a reporter reads the plain words. */
static void put_step(const struct writer *w, const struct case_step *s) {
  json_object(w->j);
  json_put_int(w->j, "id", s->id);
  put_time(w, "at", s->at);
  put_text(w, "action", s->action);
  put_text(w, "plain", s->plain);
  put_text(w, "actor", s->actor);
  put_text(w, "post", s->post);
  put_text(w, "track", s->track);
  put_text(w, "stage", s->stage);
  put_text(w, "used", s->used);
  put_text(w, "limit", s->limit);
  json_put_bool(w->j, "late", s->late);
  put_facts(w, s->facts, s->fact_count);
  put_photos(w, s->photos, s->photo_count);
  json_object_end(w->j);
}

static void put_steps(const struct writer *w) {
  json_key(w->j, "timeline");
  json_array(w->j);
  for (int i = 0; i < w->v->step_count; i++) put_step(w, &w->v->steps[i]);
  json_array_end(w->j);
}

static void put_tracks(const struct writer *w) {
  json_key(w->j, "tracks");
  json_array(w->j);
  for (int i = 0; i < w->v->track_count; i++) {
    const struct case_track *t = &w->v->tracks[i];
    json_object(w->j);
    json_put_int(w->j, "id", t->id);
    json_put(w->j, "name", t->name);
    put_text(w, "title", t->title);
    put_text(w, "role", t->role);
    put_text(w, "holder", t->holder);
    put_text(w, "stage", t->stage);
    json_put_bool(w->j, "ended", t->ended);
    put_light(w, &t->light);
    put_time(w, "entered", t->entered);
    put_time(w, "closed", t->closed);
    put_facts(w, t->facts, t->fact_count);
    json_object_end(w->j);
  }
  json_array_end(w->j);
}

static void put_clock(const struct writer *w, const struct case_clock *c) {
  json_object(w->j);
  json_put(w->j, "name", c->name);
  put_text(w, "title", c->title);
  put_text(w, "track", c->track);
  put_light(w, &c->light);
  put_time(w, "started", c->started);
  put_time(w, "due", c->due);
  put_time(w, "ended", c->ended);
  put_text(w, "used", c->used);
  put_text(w, "limit", c->limit);
  json_put_int(w->j, "used_milli", c->used_milli);
  json_put_bool(w->j, "late", c->late);
  json_put_bool(w->j, "paused", c->paused);
  json_put_bool(w->j, "counts", c->counts);
  json_key(w->j, "lines");
  json_array(w->j);
  for (int i = 0; i < c->line_count; i++) json_string(w->j, c->lines[i]);
  json_array_end(w->j);
  json_object_end(w->j);
}

static void put_clocks(const struct writer *w) {
  json_key(w->j, "clocks");
  json_array(w->j);
  for (int i = 0; i < w->v->clock_count; i++) put_clock(w, &w->v->clocks[i]);
  json_array_end(w->j);
}

static void put_reporters(const struct writer *w) {
  json_key(w->j, "reporters");
  json_array(w->j);
  for (int i = 0; i < w->v->reporter_count; i++) {
    const struct case_reporter *p = &w->v->reporters[i];
    json_object(w->j);
    put_text(w, "name", p->name);
    put_text(w, "phone", p->phone);
    json_put_bool(w->j, "confidential", p->confidential);
    json_put_bool(w->j, "masked", p->masked);
    put_time(w, "at", p->at);
    json_object_end(w->j);
  }
  json_array_end(w->j);
}

static void put_links(const struct writer *w) {
  json_key(w->j, "links");
  json_array(w->j);
  for (int i = 0; i < w->v->link_count; i++) {
    const struct case_link *l = &w->v->links[i];
    json_object(w->j);
    put_text(w, "code", l->code);
    json_put(w->j, "kind", l->kind);
    put_text(w, "procedure", l->procedure);
    put_text(w, "stage", l->stage);
    json_put_bool(w->j, "outgoing", l->outgoing);
    json_object_end(w->j);
  }
  json_array_end(w->j);
}

/* --- forms ------------------------------------------------------------------------------------------------------ */

static void put_bound(struct json *j, const char *key, bool has, double bound) {
  json_put_real(j, key, has ? bound : NAN);
}

static void put_field(const struct writer *w, const struct procedure_field *f, bool required) {
  json_object(w->j);
  json_put(w->j, "name", f->name);
  json_put(w->j, "type", procedure_field_type_name(f->type));
  put_text(w, "label", pick(w, &f->label));
  put_text(w, "help", f->help.zh ? pick(w, &f->help) : NULL);
  put_text(w, "purpose", f->purpose.zh ? pick(w, &f->purpose) : NULL);
  json_put_bool(w->j, "required", required);
  put_bound(w->j, "min", f->has_min, f->min);
  put_bound(w->j, "max", f->has_max, f->max);
  json_key(w->j, "options");
  json_array(w->j);
  for (size_t i = 0; i < f->options_count; i++) {
    json_object(w->j);
    json_put(w->j, "name", f->options[i].name);
    json_put(w->j, "title", pick(w, &f->options[i].title));
    json_object_end(w->j);
  }
  json_array_end(w->j);
  json_key(w->j, "fields");
  json_array(w->j);
  for (size_t i = 0; i < f->fields_count; i++) put_field(w, &f->fields[i], f->fields[i].required);
  json_array_end(w->j);
  json_object_end(w->j);
}

static void put_form(const struct writer *w, const struct procedure_action *action) {
  json_key(w->j, "form");
  json_array(w->j);
  for (size_t i = 0; i < action->needs.count; i++) put_field(w, action->needs.items[i], true);
  for (size_t i = 0; i < action->asks.count; i++) put_field(w, action->asks.items[i], false);
  json_array_end(w->j);
}

void case_json_fields(struct json *j, const struct procedure_action *action, enum lang lang) {
  put_form(&(struct writer){.j = j, .lang = lang}, action);
}

static void put_offers(const struct writer *w) {
  json_key(w->j, "offers");
  json_array(w->j);
  for (int i = 0; i < w->v->offer_count; i++) {
    const struct case_offer *o = &w->v->offers[i];
    json_object(w->j);
    json_put(w->j, "action", o->name);
    json_put_int(w->j, "track", o->track);
    put_text(w, "track_title", o->track_title);
    put_text(w, "title", o->title);
    put_text(w, "help", o->help);
    put_form(w, o->action);
    json_object_end(w->j);
  }
  json_array_end(w->j);
}

/* --- the whole -------------------------------------------------------------------------------------------------- */

static const char *const view_names[] = {"none", "public", "reporter", "handler", "full"};

static void put_head(const struct writer *w) {
  const struct case_view *v = w->v;
  json_put(w->j, "code", v->code);
  json_put(w->j, "view", view_names[v->view]);
  json_put(w->j, "procedure", v->state->procedure->name);
  put_text(w, "procedure_title", v->procedure);
  json_put(w->j, "stage", v->stage_name);
  put_text(w, "stage_title", v->stage);
  put_text(w, "phase", v->phase);
  put_text(w, "outcome", v->outcome);
  put_text(w, "plain", v->plain);
  put_text(w, "summary", v->summary);
  put_text(w, "address", v->address);
  put_text(w, "source", v->source);
  put_text(w, "urgency", v->urgency);
  put_text(w, "holder", v->holder);
  put_text(w, "place", v->place);
  put_text(w, "category", v->category_code);
  put_text(w, "category_title", v->category);
  put_text(w, "unit", v->unit);
}

static void put_position(const struct writer *w) {
  json_key(w->j, "position");
  if (!w->v->has_position) {
    json_null(w->j);
    return;
  }
  json_object(w->j);
  json_put_real(w->j, "lon", w->v->lon);
  json_put_real(w->j, "lat", w->v->lat);
  json_object_end(w->j);
}

/* How often it was returned, urged and so on is of those who work on it. */
static void put_figures(const struct writer *w) {
  const struct case_view *v = w->v;
  json_key(w->j, "figures");
  if (v->view < VIEW_HANDLER) {
    json_null(w->j);
    return;
  }
  json_object(w->j);
  json_put_int(w->j, "reporters", v->reporters_total);
  json_put_int(w->j, "returns", v->returns);
  json_put_int(w->j, "reworks", v->reworks);
  json_put_int(w->j, "urges", v->urges);
  json_put_int(w->j, "reopens", v->reopens);
  json_put_int(w->j, "extensions", v->extensions);
  json_object_end(w->j);
}

static void put_state(const struct writer *w) {
  const struct case_view *v = w->v;
  put_position(w);
  json_put_bool(w->j, "to_be_placed", v->to_be_placed);
  json_put_bool(w->j, "confidential", v->confidential);
  json_put_bool(w->j, "late", v->late);
  put_text(w, "card", v->card);
  put_time(w, "opened", v->opened);
  put_time(w, "updated", v->updated);
  put_time(w, "closed", v->closed);
  put_time(w, "next_date", v->next_date);
  put_light(w, &v->light);
  put_figures(w);
  put_text(w, "merged_into", v->merged_code);
  put_text(w, "relapse_of", v->relapse_code);
  json_put_int(w->j, "last_step", v->last_step);
}

void case_json_write(struct json *j, const struct case_view *v, enum lang lang, int offset_min) {
  const struct writer w = {j, v, lang, offset_min};
  json_object(j);
  put_head(&w);
  put_state(&w);
  put_stops(&w);
  put_facts(&w, v->facts, v->fact_count);
  put_photos(&w, v->photos, v->photo_count);
  put_steps(&w);
  put_tracks(&w);
  put_clocks(&w);
  put_reporters(&w);
  put_links(&w);
  put_offers(&w);
  json_object_end(j);
}
