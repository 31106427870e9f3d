#include "web/case_form.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "place/place.h"
#include "web/case_advice.h"
#include "web/case_form_inside.h"
#include "web/case_view_inside.h"
#include "web/phrases.h"

enum {
  SAID_MOST = 400,
  WORDS_MOST = 16 * 1024,
  TEXT_MOST = 4000,
  SHORT_TEXT = 200,
  ROWS_FIRST = 3,
  ONCE_CHARS = 24,
  FEW = 7
};

/* --- reading what came ------------------------------------------------------------------------------------------ */

static const struct procedure_field *named(const struct form_for *what, const char *name, size_t n) {
  const struct procedure_field_list *lists[] = {&what->action->needs, &what->action->asks};
  for (int l = 0; l < 2; l++)
    for (size_t i = 0; i < lists[l]->count; i++) {
      const struct procedure_field *f = lists[l]->items[i];
      if (strlen(f->name) == n && strncmp(f->name, name, n) == 0) return f;
    }
  return NULL;
}

static int number_of(const struct form_said *said, const char *field) {
  int n = 0;
  for (size_t i = 0; i < said->count; i++) n += text_eq(said->items[i].field, field);
  return n;
}

static void say(struct form_said *out, const char *field, int number, const char *value) {
  if (out->count < SAID_MOST) out->items[out->count++] = (struct said){field, number, value};
}

/* A file sent before, with a form that had something wrong: only its sender may use it. */
static int keep_file(struct form_said *out, const struct case_asker *who, const struct procedure_field *f,
                     const char *value, struct error *err) {
  struct file_info info;
  struct error ignored = {0};
  int64_t id;
  bool own = text_to_int(value, &id) && file_get(who->db, who->arena, who->world->district, id, &info, &ignored) == 0 &&
             text_eq(info.actor, actor_key(who->arena, who->actor));
  if (!own) return error_set(err, ERR_INPUT, "desk.file-not-yours", f->name, NULL);
  say(out, f->name, number_of(out, f->name), value);
  return 0;
}

/* A code as people write it becomes the id of a matter they may see. */
static int find_matter(struct form_said *out, const struct case_asker *who, const struct procedure_field *f,
                       const char *code, struct error *err) {
  int64_t id = 0;
  struct state *s;
  struct subject subject;
  if (state_find_code(who->db, who->world->district, code, &id, who->arena, err) < 0) return -1;
  bool known = id && state_load(&s, who->db, who->world, id, who->arena, err) == 1;
  if (known) {
    state_subject(s, who->arena, &subject);
    known = access_matter(who->actor, &subject, who->now) >= VIEW_HANDLER;
  }
  /* What was typed stays, so that it can be shown again beside the error. */
  say(out, f->name, 0, known ? arena_printf(who->arena, "%lld", (long long)id) : code);
  return known ? 0 : error_set(err, ERR_INPUT, "desk.matter-unknown", f->name, code, NULL);
}

/* Browsers send local times without a zone. */
static const char *whole_moment(const struct case_asker *who, const char *value) {
  char s[48];
  time_ms at;
  if (!time_parse(&at, value, who->world->offset_min)) return value;
  time_format(s, sizeof s, at, who->world->offset_min);
  return arena_strdup(who->arena, s);
}

static int read_value(struct form_said *out, const struct case_asker *who, const struct procedure_field *f,
                      const char *value, struct error *err) {
  if (f->type == FIELD_PHOTO || f->type == FIELD_FILE) return keep_file(out, who, f, value, err);
  if (f->type == FIELD_MATTER) return find_matter(out, who, f, value, err);
  bool many = f->type == FIELD_CHOICES || f->type == FIELD_DEPARTMENTS;
  say(out, f->name, many ? number_of(out, f->name) : 0, f->type == FIELD_TIME ? whole_moment(who, value) : value);
  return 0;
}

/* "minutes.0.what": row 0 of a record's part. */
static void read_cell(struct form_said *out, const struct case_asker *who, const struct procedure_field *f,
                      const char *rest, const char *value) {
  const char *dot = strchr(rest, '.');
  int64_t row;
  if (!dot || !text_to_int(arena_strndup(who->arena, rest, (size_t)(dot - rest)), &row) || row < 0 || row > 99) return;
  for (size_t i = 0; i < f->fields_count; i++)
    if (text_eq(f->fields[i].name, dot + 1))
      say(out, arena_printf(who->arena, "%s.%s", f->name, f->fields[i].name), (int)row, value);
}

static const char *form_text(const struct request *r, const char *name) {
  const char *s = http_pair_get(&r->http->form, name);
  return s ? s : "";
}

static void read_position(struct form_said *out, struct request *r, const struct procedure_field *f) {
  const char *lon = text_trim(r->arena, form_text(r, arena_printf(r->arena, "%s.lon", f->name)));
  const char *lat = text_trim(r->arena, form_text(r, arena_printf(r->arena, "%s.lat", f->name)));
  if (*lon || *lat) say(out, f->name, 0, arena_printf(r->arena, "%s,%s", lon, lat));
}

/* "place.plate": the code read from a plate says the place, whatever the list beside it says. */
static int read_plate(struct form_said *out, struct request *r, const struct case_asker *who,
                      const struct procedure_field *f, struct error *err) {
  const char *plate = text_trim(r->arena, form_text(r, arena_printf(r->arena, "%s.plate", f->name)));
  struct place_row place;
  if (!*plate) return 0;
  if (place_by_plate(&place, who->db, who->arena, who->world->district, plate, err) != 0) {
    text_copy(err->field, sizeof err->field, f->name);
    return -1;
  }
  const char *id = arena_printf(r->arena, "%lld", (long long)place.id);
  for (size_t i = 0; i < out->count; i++)
    if (text_eq(out->items[i].field, f->name)) {
      out->items[i].value = id;
      return 0;
    }
  say(out, f->name, 0, id);
  return 0;
}

/* Rows left empty in between are closed up, so that numbers run from 0. */
static void close_rows(struct form_said *said, struct arena *a) {
  int *map = ARENA_ARRAY(a, 100, int);
  for (size_t i = 0; i < said->count; i++) {
    struct said *item = &said->items[i];
    const char *dot = strchr(item->field, '.');
    if (!dot) continue;
    size_t n = (size_t)(dot - item->field);
    int rows = 0;
    for (int row = 0; row < 100; row++) {
      bool used = false;
      for (size_t k = 0; k < said->count && !used; k++)
        used = said->items[k].number == row && strncmp(said->items[k].field, item->field, n + 1) == 0;
      map[row] = used ? rows++ : -1;
    }
    if (i == 0 || strncmp(said->items[i - 1].field, item->field, n + 1) != 0)
      for (size_t k = i; k < said->count; k++)
        if (strncmp(said->items[k].field, item->field, n + 1) == 0) said->items[k].number = map[said->items[k].number];
  }
}

/* What must be said and was not is told before anything is sent on: a missing place would be met as a wrong post. */
static int check_needed(const struct form_said *said, const struct case_asker *who, const struct form_for *what,
                        struct error *err) {
  for (size_t i = 0; i < what->action->needs.count; i++) {
    const struct procedure_field *f = what->action->needs.items[i];
    size_t n = strlen(f->name);
    bool given = false;
    for (size_t k = 0; k < said->count && !given; k++)
      given = text_eq(said->items[k].field, f->name) ||
              (text_starts(said->items[k].field, f->name) && said->items[k].field[n] == '.');
    for (size_t k = 0; k < said->file_count && !given; k++) given = text_eq(said->file_fields[k], f->name);
    const char *label = arena_printf(who->arena, "%s%c%s", f->label.zh, ERROR_ARG_LANGUAGES, f->label.en);
    if (!given) return error_set(err, ERR_INPUT, "matter.field.missing", f->name, label, "", NULL);
  }
  return 0;
}

/* A phrase chosen without a script, put behind what is written already: "_phrase.answer" with the button "_again=answer". */
static void read_phrase(struct form_said *out, struct request *r, const struct form_for *what) {
  const char *field = form_text(r, "_again");
  const struct procedure_field *f = *field ? named(what, field, strlen(field)) : NULL;
  const char *phrase = f ? form_text(r, arena_printf(r->arena, "_phrase.%s", f->name)) : "";
  if (!f || f->type != FIELD_TEXT || !*phrase) return;
  for (size_t i = 0; i < out->count; i++)
    if (text_eq(out->items[i].field, f->name)) {
      out->items[i].value = arena_printf(r->arena, "%s%s%s", out->items[i].value, r->lang == LANG_EN ? " " : "", phrase);
      return;
    }
  say(out, f->name, 0, phrase);
}

static void read_files(struct form_said *out, struct request *r, const struct form_for *what) {
  for (size_t i = 0; i < r->http->file_count; i++) {
    const struct http_file *file = &r->http->files[i];
    const struct procedure_field *f = named(what, file->field, strlen(file->field));
    if (!f || !file->len || (f->type != FIELD_PHOTO && f->type != FIELD_FILE)) continue;
    out->files[out->file_count] = file;
    out->file_fields[out->file_count++] = f->name;
  }
}

int form_read(struct form_said *out, struct request *r, const struct case_asker *who, const struct form_for *what,
              struct error *err) {
  *out = (struct form_said){.items = ARENA_ARRAY(r->arena, SAID_MOST, struct said),
                            .files = ARENA_ARRAY(r->arena, r->http->file_count + 1, const struct http_file *),
                            .file_fields = ARENA_ARRAY(r->arena, r->http->file_count + 1, const char *)};
  struct error first = {0};
  for (size_t i = 0; i < r->http->form.count; i++) {
    const struct http_pair *pair = &r->http->form.at[i];
    const char *value = text_trim(r->arena, pair->value), *dot = strchr(pair->name, '.');
    const struct procedure_field *f = named(what, pair->name, dot ? (size_t)(dot - pair->name) : strlen(pair->name));
    struct error e = {0};
    if (!f || !*value) continue;
    if (dot && f->type == FIELD_RECORD)
      read_cell(out, who, f, dot + 1, value);
    else if (!dot && read_value(out, who, f, value, &e) < 0 && first.kind == ERR_NONE)
      first = e;
  }
  const struct procedure_field_list *lists[] = {&what->action->needs, &what->action->asks};
  for (int l = 0; l < 2; l++)
    for (size_t i = 0; i < lists[l]->count; i++) {
      struct error e = {0};
      if (lists[l]->items[i]->type == FIELD_POSITION) read_position(out, r, lists[l]->items[i]);
      if (lists[l]->items[i]->type == FIELD_PLACE && read_plate(out, r, who, lists[l]->items[i], &e) < 0 &&
          first.kind == ERR_NONE)
        first = e;
    }
  close_rows(out, r->arena);
  read_phrase(out, r, what);
  read_files(out, r, what);
  if (first.kind == ERR_NONE) return check_needed(out, who, what, err);
  *err = first;
  return -1;
}

/* --- making the form -------------------------------------------------------------------------------------------- */

struct filling {
  const struct case_asker *who;
  const struct form_for *what;
  const struct form_said *said;
  const struct error *wrong;
  const struct phrase *phrases;
  int phrase_count;
  bool has_condition; /* the form asks for a condition: its category decides which */
};

static int64_t finest(const struct place_chain *at) {
  const int64_t ids[] = {at->stairwell, at->building, at->grid, at->community, at->street};
  for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
    if (ids[i]) return ids[i];
  return 0;
}

/* What a decision table asks may have been answered at the report: whoever files it sees that answer and may mend it. */
static bool asked_by_table(const struct state *s, const struct procedure_field *field) {
  for (size_t i = 0; i < s->procedure->tracks_count; i++)
    for (size_t n = 0; n < s->procedure->tracks[i].tables_count; n++) {
      const struct procedure_table *t = &s->procedure->tracks[i].tables[n];
      for (size_t at = 0; at < t->inputs.count; at++)
        if (t->inputs.items[at] == field) return true;
    }
  return false;
}

/* What is known of the matter already stands in the form; what somebody said in words does not. */
static const char *known_value(const struct filling *f, const struct procedure_field *field) {
  const struct state *s = f->what->state;
  struct arena *a = f->who->arena;
  int64_t place = finest(s ? &s->at : &f->what->at);
  if (field->type == FIELD_PLACE) return place ? arena_printf(a, "%lld", (long long)place) : "";
  if (!s) return "";
  switch (field->as) {
    case AS_POSITION: return isnan(s->lon) ? "" : arena_printf(a, "%.6f,%.6f", s->lon, s->lat);
    case AS_CATEGORY: return s->category;
    case AS_URGENCY: return s->urgency;
    case AS_ADDRESS: return s->address;
    case AS_CONDITION: return s->condition_no ? arena_printf(a, "%d", s->condition_no) : "";
    case AS_SUMMARY: break;
    default:
      if (field->type != FIELD_DEPARTMENT && !asked_by_table(s, field)) return "";
  }
  const char *v = state_value(s, f->what->track, field);
  return v ? v : "";
}

const char *form_known(const struct case_asker *who, const struct state *s, const struct state_track *t,
                       const struct procedure_field *f) {
  struct form_for what = {.state = s, .track = t};
  struct filling filling = {.who = who, .what = &what};
  return known_value(&filling, f);
}

static const char *value_of(const struct filling *f, const struct procedure_field *field) {
  for (size_t i = 0; f->said && i < f->said->count; i++)
    if (text_eq(f->said->items[i].field, field->name)) return f->said->items[i].value;
  return f->said ? "" : known_value(f, field);
}

/* Every value of a field; at first those said in its last step, so that a list of departments is not asked twice. */
static int values_of(const struct filling *f, const struct procedure_field *field, const char ***out) {
  const char **list = ARENA_ARRAY(f->who->arena, SAID_MOST, const char *);
  int n = 0;
  *out = list;
  if (f->said) {
    for (size_t i = 0; i < f->said->count && n < SAID_MOST; i++)
      if (text_eq(f->said->items[i].field, field->name)) list[n++] = f->said->items[i].value;
    return n;
  }
  const struct state *s = f->what->state;
  const struct state_step *step =
      s && field->type == FIELD_DEPARTMENTS ? state_said_in(s, f->what->track, field) : NULL;
  for (size_t i = 0; step && i < s->said_count && n < SAID_MOST; i++)
    if (s->said[i].step == step && s->said[i].field == field && s->said[i].value) list[n++] = s->said[i].value;
  return n;
}

static void one_group(struct form_field *out, struct form_group *g) {
  out->groups = g;
  out->group_count = 1;
}

static struct form_group *group_of_options(const struct filling *f, const struct procedure_field *field) {
  struct form_group *g = ARENA_NEW(f->who->arena, struct form_group);
  struct form_option *options = ARENA_ARRAY(f->who->arena, field->options_count + 1, struct form_option);
  const char **chosen;
  int n = values_of(f, field, &chosen);
  const char *known = n || f->said ? "" : known_value(f, field);
  for (size_t i = 0; i < field->options_count; i++) {
    const char *name = field->options[i].name;
    bool is = text_eq(known, name);
    for (int k = 0; k < n && !is; k++) is = text_eq(chosen[k], name);
    options[i] = (struct form_option){
        .value = name, .title = case_pick(f->who, &field->options[i].title), .note = "", .chosen = is};
  }
  *g = (struct form_group){.title = "", .options = options, .option_count = (int)field->options_count};
  return g;
}

static struct form_group *yes_or_no(const struct filling *f, const char *value) {
  static const struct {
    const char *value;
    enum word word;
  } both[] = {{"yes", W_CASE_YES}, {"no", W_CASE_NO}};
  struct form_group *g = ARENA_NEW(f->who->arena, struct form_group);
  struct form_option *options = ARENA_ARRAY(f->who->arena, 2, struct form_option);
  for (int i = 0; i < 2; i++)
    options[i] = (struct form_option){.value = both[i].value,
                                      .title = word(f->who->lang, both[i].word),
                                      .note = "",
                                      .chosen = text_eq(both[i].value, value)};
  *g = (struct form_group){.title = "", .options = options, .option_count = 2};
  return g;
}

static struct form_group *scale(const struct filling *f, const struct procedure_field *field, const char *value) {
  struct form_group *g = ARENA_NEW(f->who->arena, struct form_group);
  struct form_option *options = ARENA_ARRAY(f->who->arena, (size_t)field->scale + 1, struct form_option);
  for (int i = 0; i < field->scale; i++) {
    const char *n = arena_printf(f->who->arena, "%d", i + 1);
    const char *title = (size_t)i < field->options_count ? case_pick(f->who, &field->options[i].title) : n;
    options[i] = (struct form_option){.value = n, .title = title, .note = "", .chosen = text_eq(n, value)};
  }
  *g = (struct form_group){.title = "", .options = options, .option_count = field->scale};
  return g;
}

static int fill_place(struct form_field *out, const struct filling *f, const char *value, struct error *err) {
  struct form_group *g;
  int64_t id = 0;
  text_to_int(value, &id);
  if (form_places(&g, &out->group_count, f->who, id, f->who->actor->post_count == 0, err) < 0) return -1;
  out->groups = g;
  return 0;
}

static int fill_category(struct form_field *out, const struct filling *f, const struct procedure_field *field,
                         const char *value, struct error *err) {
  struct form_group *g;
  out->reload = f->has_condition;
  if (form_categories(&g, &out->group_count, f->who, field->schemes, field->schemes_count, value, err) < 0) return -1;
  out->groups = g;
  return 0;
}

static void fill_condition(struct form_field *out, const struct filling *f, const struct procedure_field *field,
                           const char *value) {
  struct form_group *g;
  bool asked = field->category && named(f->what, field->category->name, strlen(field->category->name));
  const char *category = asked ? value_of(f, field->category) : f->what->state ? f->what->state->category : "";
  form_conditions(&g, &out->group_count, f->who, category, field->closing, value);
  out->groups = g;
}

static int fill_departments(struct form_field *out, const struct filling *f, const struct procedure_field *field,
                            struct error *err) {
  const char **chosen;
  struct form_group *g;
  int n = values_of(f, field, &chosen);
  const char *one = n || f->said ? "" : known_value(f, field);
  if (*one) chosen[n++] = one;
  struct case_advice *advice = ARENA_NEW(f->who->arena, struct case_advice);
  *advice = (struct case_advice){0};
  if (field->type == FIELD_DEPARTMENT && f->what->state &&
      case_advice_make(advice, f->who, f->what->state->category, err) < 0)
    return -1;
  if (form_departments(&g, &out->group_count, f->who, advice, chosen, n, err) < 0) return -1;
  out->groups = g;
  out->advice = advice->line;
  out->advice_count = advice->count;
  return 0;
}

static int fill_posts(struct form_field *out, const struct filling *f, const char *value, struct error *err) {
  struct form_group *g;
  const struct state *s = f->what->state;
  int64_t org = f->what->track ? f->what->track->org : 0, street = s ? s->at.street : f->what->at.street;
  if (form_posts(&g, &out->group_count, f->who, org, street, value, err) < 0) return -1;
  out->groups = g;
  return 0;
}

static void fill_position(struct form_field *out, const struct filling *f, const char *value) {
  const char *comma = strchr(value, ',');
  out->value = comma ? arena_strndup(f->who->arena, value, (size_t)(comma - value)) : value;
  out->value2 = comma ? comma + 1 : "";
}

/* The code of a matter whose id was found in what was typed. */
static const char *code_of(const struct filling *f, const struct procedure_field *field, const char *value) {
  int64_t id;
  if (!text_to_int(value, &id)) return value;
  const char *code = case_value_words(f->who, field, "", value);
  return *code ? code : value;
}

static void fill_files(struct form_field *out, const struct filling *f, const struct procedure_field *field) {
  const char **ids;
  int n = f->said ? values_of(f, field, &ids) : 0;
  struct form_file *files = ARENA_ARRAY(f->who->arena, (size_t)n + 1, struct form_file);
  for (int i = 0; i < n; i++) {
    text_to_int(ids[i], &files[i].id);
    files[i].title = arena_printf(f->who->arena, "%s %d", case_pick(f->who, &field->label), i + 1);
  }
  out->files = files;
  out->file_count = n;
  out->accept = field->type == FIELD_PHOTO ? "image/jpeg,image/png,image/webp" : "";
}

/* --- records ---------------------------------------------------------------------------------------------------- */

static const char *cell_value(const struct filling *f, const char *field, int row) {
  for (size_t i = 0; f->said && i < f->said->count; i++)
    if (f->said->items[i].number == row && text_eq(f->said->items[i].field, field)) return f->said->items[i].value;
  return "";
}

static const char *input_kind(const struct procedure_field *field) {
  switch (field->type) {
    case FIELD_NUMBER: return "number";
    case FIELD_DATE: return "date";
    case FIELD_TIME: return "time";
    case FIELD_PHONE: return "phone";
    case FIELD_CHOICE:
    case FIELD_DEPARTMENT:
    case FIELD_POST:
    case FIELD_PLACE:
    case FIELD_YES_NO: return "select";
    default: return "text";
  }
}

static int fill_cell(struct form_cell *out, const struct filling *f, const struct procedure_field *record,
                     const struct procedure_field *part, int row, struct error *err) {
  struct arena *a = f->who->arena;
  struct form_field as_field = {0};
  const char *value = cell_value(f, arena_printf(a, "%s.%s", record->name, part->name), row);
  *out = (struct form_cell){.name = arena_printf(a, "%s.%d.%s", record->name, row, part->name),
                            .kind = input_kind(part),
                            .label = case_pick(f->who, &part->label),
                            .value = value,
                            .required = part->required};
  if (part->type == FIELD_DEPARTMENT) {
    struct form_group *g;
    if (form_departments(&g, &out->group_count, f->who, NULL, &value, *value ? 1 : 0, err) < 0) return -1;
    out->groups = g;
    return 0;
  }
  if (part->type == FIELD_POST && fill_posts(&as_field, f, value, err) < 0) return -1;
  if (part->type == FIELD_PLACE && fill_place(&as_field, f, value, err) < 0) return -1;
  if (part->type == FIELD_YES_NO) one_group(&as_field, yes_or_no(f, value));
  if (part->type == FIELD_CHOICE) one_group(&as_field, group_of_options(f, part));
  out->groups = as_field.groups;
  out->group_count = as_field.group_count;
  return 0;
}

static int fill_record(struct form_field *out, const struct filling *f, const struct procedure_field *field,
                       struct error *err) {
  int used = 0, most = field->has_max ? (int)field->max : 99;
  size_t n = strlen(field->name);
  for (size_t i = 0; f->said && i < f->said->count; i++)
    if (text_starts(f->said->items[i].field, field->name) && f->said->items[i].field[n] == '.' &&
        f->said->items[i].number >= used)
      used = f->said->items[i].number + 1;
  int rows = used + 2 > ROWS_FIRST ? used + 2 : ROWS_FIRST;
  if (rows > most) rows = most;
  struct form_row *list = ARENA_ARRAY(f->who->arena, (size_t)rows + 1, struct form_row);
  for (int row = 0; row < rows; row++) {
    struct form_cell *cells = ARENA_ARRAY(f->who->arena, field->fields_count + 1, struct form_cell);
    for (size_t i = 0; i < field->fields_count; i++)
      if (fill_cell(&cells[i], f, field, &field->fields[i], row, err) < 0) return -1;
    list[row] = (struct form_row){.cells = cells, .cell_count = (int)field->fields_count};
  }
  out->rows = list;
  out->row_count = rows;
  return 0;
}

/* --- one field -------------------------------------------------------------------------------------------------- */

static const char *kind_of(const struct procedure_field *field) {
  switch (field->type) {
    case FIELD_TEXT: return field->has_max && field->max <= SHORT_TEXT ? "text" : "lines";
    case FIELD_CHOICE: return field->options_count <= FEW ? "pills" : "choice";
    case FIELD_CHOICES:
    case FIELD_DEPARTMENTS: return "many";
    case FIELD_YES_NO: return "pills";
    case FIELD_PERSON: return "person";
    case FIELD_PHOTO: return "photo";
    case FIELD_FILE: return "file";
    case FIELD_POSITION: return "position";
    case FIELD_CATEGORY: return "choice";
    case FIELD_CONDITION: return "conditions";
    case FIELD_MATTER: return "matter";
    case FIELD_RATING: return "pills";
    case FIELD_RECORD: return "record";
    case FIELD_PLACE:
    case FIELD_DEPARTMENT:
    case FIELD_POST: return "choice";
    default: return input_kind(field);
  }
}

static int fill_choice(struct form_field *out, const struct filling *f, const struct procedure_field *field,
                       struct error *err) {
  const char *value = out->value;
  switch (field->type) {
    case FIELD_CHOICE:
    case FIELD_CHOICES: one_group(out, group_of_options(f, field)); return 0;
    case FIELD_YES_NO: one_group(out, yes_or_no(f, value)); return 0;
    case FIELD_RATING: one_group(out, scale(f, field, value)); return 0;
    case FIELD_PLACE: return fill_place(out, f, value, err);
    case FIELD_CATEGORY: return fill_category(out, f, field, value, err);
    case FIELD_CONDITION: fill_condition(out, f, field, value); return 0;
    case FIELD_DEPARTMENT:
    case FIELD_DEPARTMENTS: return fill_departments(out, f, field, err);
    case FIELD_POST: return fill_posts(out, f, value, err);
    case FIELD_POSITION: fill_position(out, f, value); return 0;
    case FIELD_MATTER: out->value = code_of(f, field, value); return 0;
    case FIELD_PHOTO:
    case FIELD_FILE: fill_files(out, f, field); return 0;
    case FIELD_RECORD: return fill_record(out, f, field, err);
    default: return 0;
  }
}

static const char *local_moment(const struct case_asker *who, const char *value) {
  char s[48];
  time_ms at;
  if (!time_parse(&at, value, who->world->offset_min)) return value;
  time_format(s, sizeof s, at, who->world->offset_min);
  return arena_strndup(who->arena, s, strlen("2026-11-23T10:18"));
}

static const char *wrong_at(const struct filling *f, const struct procedure_field *field) {
  struct buf what;
  if (!f->wrong || f->wrong->kind == ERR_NONE) return "";
  bool here = text_eq(f->wrong->field, field->name) || (field->as == AS_PLACE && text_eq(f->wrong->field, "place"));
  for (size_t i = 0; i < field->fields_count && !here; i++) here = text_eq(f->wrong->field, field->fields[i].name);
  if (!here) return "";
  buf_init(&what, WORDS_MOST);
  error_words(&what, NULL, f->who->lang, f->wrong);
  const char *s = arena_strdup(f->who->arena, what.data ? what.data : "");
  buf_free(&what);
  return s;
}

/* Those for this property of the matter first, then those for any text. */
static void offer_phrases(struct form_field *out, const struct filling *f, const struct procedure_field *field) {
  const char **texts = ARENA_ARRAY(f->who->arena, (size_t)f->phrase_count + 1, const char *);
  const char *as = procedure_field_as_name(field->as);
  out->phrases = texts;
  for (int round = 0; round < 2 && field->type == FIELD_TEXT; round++)
    for (int i = 0; i < f->phrase_count; i++)
      if (round == 0 ? text_eq(f->phrases[i].purpose, as) : !*f->phrases[i].purpose)
        texts[out->phrase_count++] = f->who->lang == LANG_EN ? f->phrases[i].en : f->phrases[i].zh;
}

static int read_phrases(struct filling *f, struct error *err) {
  struct phrase_owner owners[PHRASE_OWNERS];
  struct phrase *all = ARENA_ARRAY(f->who->arena, PHRASE_OWNERS * PHRASES_MOST, struct phrase), *some;
  int bodies = phrase_owners(owners, f->who->actor), n = 0, k;
  for (int i = 0; i < bodies; i++) {
    if (phrase_list(&some, &k, f->who, &owners[i], err) < 0) return -1;
    for (int j = 0; j < k && n < PHRASE_OWNERS * PHRASES_MOST; j++) all[n++] = some[j];
  }
  f->phrases = all;
  f->phrase_count = n;
  return 0;
}

static int fill_field(struct form_field *out, const struct filling *f, const struct procedure_field *field, bool needed,
                      struct error *err) {
  const struct case_asker *who = f->who;
  *out = (struct form_field){.name = field->name,
                             .label = case_pick(who, &field->label),
                             .help = case_pick(who, &field->help),
                             .purpose = case_pick(who, &field->purpose),
                             .basis = case_pick(who, &field->basis),
                             .error = wrong_at(f, field),
                             .as = procedure_field_as_name(field->as),
                             .kind = kind_of(field),
                             .needed = needed,
                             .personal = field->type == FIELD_PERSON || field->type == FIELD_PHONE,
                             .place = field->type == FIELD_PLACE,
                             .has_min = field->has_min,
                             .has_max = field->has_max,
                             .min = field->min,
                             .max = field->max,
                             .max_chars = field->has_max ? (int64_t)field->max : TEXT_MOST,
                             .value = value_of(f, field),
                             .value2 = "",
                             .accept = ""};
  if (field->type == FIELD_TIME && *out->value) out->value = local_moment(who, out->value);
  if (text_eq(out->kind, "lines")) offer_phrases(out, f, field);
  return fill_choice(out, f, field, err);
}

static int fill_fields(struct case_form *out, const struct filling *f, struct error *err) {
  const struct procedure_field_list *lists[] = {&f->what->action->needs, &f->what->action->asks};
  struct form_field *fields = ARENA_ARRAY(f->who->arena, lists[0]->count + lists[1]->count + 1, struct form_field);
  int n = 0;
  for (int l = 0; l < 2; l++)
    for (size_t i = 0; i < lists[l]->count; i++) {
      const struct procedure_field *field = lists[l]->items[i];
      if (fill_field(&fields[n++], f, field, l == 0, err) < 0) return -1;
      out->has_files = out->has_files || field->type == FIELD_PHOTO || field->type == FIELD_FILE;
    }
  out->fields = fields;
  out->field_count = n;
  return 0;
}

static void say_wrong(struct case_form *out, const struct filling *f) {
  struct buf what, hint;
  out->error = out->hint = "";
  if (!f->wrong || f->wrong->kind == ERR_NONE) return;
  buf_init(&what, WORDS_MOST);
  buf_init(&hint, WORDS_MOST);
  error_words(&what, &hint, f->who->lang, f->wrong);
  out->error = arena_strdup(f->who->arena, what.data ? what.data : "");
  out->hint = arena_strdup(f->who->arena, hint.data ? hint.data : "");
  buf_free(&what);
  buf_free(&hint);
}

int form_make(struct case_form *out, const struct case_asker *who, const struct form_for *what,
              const struct form_said *said, const struct error *wrong, struct error *err) {
  struct filling f = {.who = who, .what = what, .said = said, .wrong = wrong};
  char *once = arena_alloc(who->arena, ONCE_CHARS + 1);
  const struct procedure_field_list *lists[] = {&what->action->needs, &what->action->asks};
  for (int l = 0; l < 2; l++)
    for (size_t i = 0; i < lists[l]->count; i++)
      f.has_condition = f.has_condition || lists[l]->items[i]->type == FIELD_CONDITION;
  random_code(once, ONCE_CHARS);
  *out = (struct case_form){.action = what->action->name,
                            .title = case_pick(who, &what->action->title),
                            .help = case_pick(who, &what->action->help),
                            .address = what->address,
                            .composer = what->action->composer,
                            .track_title = what->track ? case_track_words(who, what->track) : "",
                            .seen_step = what->state ? what->state->last_step : 0,
                            .began = who->now,
                            .once_key = once};
  say_wrong(out, &f);
  if (read_phrases(&f, err) < 0) return -1;
  return fill_fields(out, &f, err);
}
