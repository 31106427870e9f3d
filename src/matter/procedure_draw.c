/* Drawing a procedure. Each track is a lane: its stages stand one below the other, and what can be done in a stage is
 * listed beside it, one line an action. From the line of an action that leads on, a wire runs to the upright bus of
 * the stage it leads to; the bus ends with an arrow at that stage. Wires never cross a text, because texts, buses and
 * arrows have columns and rows of their own. Forward is blue, back is orange and dashed. */
#include <stdlib.h>

#include "matter/procedure.h"
#include "matter/svg.h"

enum {
  MARGIN = 20,
  BOX_LEAST = 170,
  HEAD = 28,      /* row of a stage's title; wires come in here */
  LINE = 19,      /* row of one action or clock */
  GAP = 14,       /* between stages */
  LANE_HEAD = 34, /* row of the lane's title */
  BUS = 11,       /* between buses */
  FONT = 13,
  COMMON = 5,     /* in so many stages an action is common */
  STAGES_MAX = 64
};

static const char *const FORWARD = "#1a5fc4", *const BACK = "#c25e00", *const INK = "#1c2733", *const SOFT = "#5b6b7b";

struct lane {
  const struct procedure_track *track;
  int x, y, width, height, box, buses_x;
  int top[STAGES_MAX], tall[STAGES_MAX], bus[STAGES_MAX];
  bool zh;
};

static const char *picked(const struct lane *l, const struct bilingual *t) {
  const char *text = bilingual_pick(t, l->zh);
  return text ? text : "";
}

static size_t stage_count(const struct procedure_track *t) {
  return t->stages_count < STAGES_MAX ? t->stages_count : STAGES_MAX;
}

static bool clock_starts(const struct procedure_clock *c, const struct procedure_stage *s) {
  for (size_t i = 0; i < c->start_stages.count; i++)
    if (c->start_stages.items[i] == s) return true;
  return false;
}

/* An action that changes no stage and can be taken in many: drawn once, at the top of the lane. */
static bool is_common(const struct procedure_action *a) {
  return a->from.count >= COMMON && a->moves_count == 1 && a->moves[0].to == TO_STAY;
}

/* Calls `line` for each move of each action that can be taken in `stage`; without one, for those that open a matter
 * and the common ones. */
static void each_move(const struct procedure_track *t, const struct procedure_stage *stage,
                      void (*line)(void *to, const struct procedure_action *a, const struct procedure_move *m),
                      void *to) {
  for (size_t i = 0; i < t->actions_count; i++) {
    const struct procedure_action *a = &t->actions[i];
    if (stage ? is_common(a) || !procedure_action_from(a, stage) : !a->opens && !is_common(a)) continue;
    for (size_t j = 0; j < a->moves_count; j++) line(to, a, &a->moves[j]);
  }
}

static const char *label(struct buf *space, const struct lane *l, const struct procedure_action *a,
                         const struct procedure_move *m) {
  buf_clear(space);
  if (m->to == TO_STAY) buf_puts(space, "↻ ");
  if (m->to == TO_PREVIOUS) buf_puts(space, "↩ ");
  buf_puts(space, picked(l, &a->title));
  if (m->when || a->when) buf_puts(space, " *");
  return space->data;
}

/* ---- measuring ---- */

struct measure {
  struct lane *lane;
  int lines, widest;
  struct buf *space;
};

static void measure_line(void *to, const struct procedure_action *a, const struct procedure_move *m) {
  struct measure *k = to;
  int width = svg_text_width(label(k->space, k->lane, a, m), FONT);
  if (width > k->widest) k->widest = width;
  k->lines++;
}

static int clock_lines(const struct procedure_track *t, const struct procedure_stage *s) {
  int n = 0;
  for (size_t i = 0; i < t->clocks_count; i++) n += clock_starts(&t->clocks[i], s);
  return n;
}

/* A limit as people read it; what cannot be read stands as it was written. */
static void put_limit(struct buf *space, const struct lane *l, const char *text) {
  struct limit limit;
  struct error ignored = {0};
  if (limit_parse(&limit, text, &ignored) < 0)
    buf_puts(space, text);
  else
    limit_words(space, l->zh ? LANG_ZH : LANG_EN, limit);
}

static const char *clock_label(struct buf *space, const struct lane *l, const struct procedure_clock *clock) {
  buf_clear(space);
  buf_puts(space, clock->counts ? "◆ " : "◇ ");
  buf_puts(space, picked(l, &clock->title));
  if (clock->limit_from == LIMIT_FIXED && clock->limit.text) {
    buf_puts(space, " ");
    put_limit(space, l, clock->limit.text);
  }
  if (clock->limit_from == LIMIT_PLAN && clock->track->plan) {
    const struct procedure_plan *p = clock->track->plan;
    buf_puts(space, l->zh ? " 首次 " : " first ");
    put_limit(space, l, p->first.text);
    buf_puts(space, l->zh ? "，之后每 " : ", then every ");
    put_limit(space, l, p->every.text);
  }
  return space->data;
}

/* The boxes of a lane are as wide as its widest title or clock needs. */
static int box_width(const struct lane *l, struct buf *space) {
  int width = BOX_LEAST;
  for (size_t i = 0; i < stage_count(l->track); i++) {
    int need = svg_text_width(picked(l, &l->track->stages[i].title), FONT + 2) + 50;
    if (need > width) width = need;
  }
  for (size_t i = 0; i < l->track->clocks_count; i++) {
    int need = svg_text_width(clock_label(space, l, &l->track->clocks[i]), FONT - 2) + 30;
    if (need > width) width = need;
  }
  return width;
}

static void lane_measure(struct lane *l, struct buf *space) {
  const struct procedure_track *t = l->track;
  struct measure k = {.lane = l, .space = space};
  l->box = box_width(l, space);
  each_move(t, NULL, measure_line, &k);
  int y = l->y + LANE_HEAD + (k.lines > 0 ? k.lines * LINE + GAP : 0);
  for (size_t i = 0; i < stage_count(t); i++) {
    k.lines = 0;
    each_move(t, &t->stages[i], measure_line, &k);
    int clocks = clock_lines(t, &t->stages[i]), rows = k.lines > clocks ? k.lines : clocks;
    l->top[i] = y;
    l->tall[i] = HEAD + rows * LINE + 4;
    y += l->tall[i] + GAP;
  }
  int title = svg_text_width(picked(l, &t->title), FONT + 3) + MARGIN;
  l->buses_x = l->x + l->box + 30 + k.widest + 24;
  for (size_t i = 0; i < stage_count(t); i++) l->bus[i] = l->buses_x + (int)i * BUS;
  l->width = l->buses_x + (int)stage_count(t) * BUS + 8 - l->x;
  if (l->width < title) l->width = title;
  l->height = y - l->y;
}

/* ---- drawing ---- */

static const char *stage_fill(const struct procedure_stage *s) {
  if (s->final) return s->outcome == OUTCOME_DONE ? "#dff3e4" : "#eceff2";
  if (s->phase == PHASE_SUSPENDED) return "#eceff2";
  return "#e6effb";
}

static void draw_stage(struct buf *out, const struct lane *l, size_t i, struct buf *space) {
  const struct procedure_stage *s = &l->track->stages[i];
  svg_box(out, l->x, l->top[i], l->box, l->tall[i], 8, stage_fill(s), s->final ? "#3c8a54" : "#1a5fc4");
  buf_clear(space);
  buf_puts(space, picked(l, &s->title));
  if (s->final) buf_puts(space, s->outcome == OUTCOME_DONE ? " ✓" : " ■");
  svg_text(out, l->x + 12, l->top[i] + 19, FONT + 1, SVG_START, true, INK, space->data);
  int y = l->top[i] + HEAD + 13;
  for (size_t c = 0; c < l->track->clocks_count; c++) {
    if (!clock_starts(&l->track->clocks[c], s)) continue;
    const struct procedure_clock *clock = &l->track->clocks[c];
    svg_text(out, l->x + 12, y, FONT - 2, SVG_START, false, SOFT, clock_label(space, l, clock));
    y += LINE;
  }
}

struct drawing {
  struct buf *out, *space;
  const struct lane *lane;
  const struct procedure_stage *from; /* NULL: the actions that open a matter */
  int y;
};

static void draw_wire(const struct drawing *d, const struct procedure_stage *to, int text_end) {
  if (to->index >= STAGES_MAX) return;
  const struct lane *l = d->lane;
  int middle = d->y - 4, bus = l->bus[to->index], arrive = l->top[to->index] + HEAD / 2;
  bool back = arrive < middle;
  const char *colour = back ? BACK : FORWARD;
  svg_line(d->out, text_end + 6, middle, bus, middle, colour, back, false);
  svg_dot(d->out, bus, middle, 2, colour);
  svg_line(d->out, bus, middle, bus, arrive, colour, back, false);
}

static void draw_move(void *to, const struct procedure_action *a, const struct procedure_move *m) {
  struct drawing *d = to;
  const struct lane *l = d->lane;
  bool goes = m->to == TO_STAGE && m->stage != d->from;
  int x = l->x + (d->from ? l->box + 26 : 12);
  const char *text = label(d->space, l, a, m);
  bool system = a->by.count == 1 && a->by.items[0].kind == ACTOR_SYSTEM;
  if (d->from) svg_line(d->out, l->x + l->box, d->y - 4, x - 5, d->y - 4, goes ? INK : "#c3ccd6", false, false);
  svg_text(d->out, x, d->y, FONT, SVG_START, false, goes && !system ? INK : SOFT, text);
  if (goes) draw_wire(d, m->stage, x + svg_text_width(text, FONT));
  d->y += LINE;
}

/* The level end of every bus that something runs into. */
static void draw_arrivals(struct buf *out, const struct lane *l) {
  const struct procedure_track *t = l->track;
  for (size_t i = 0; i < stage_count(t); i++) {
    bool wanted = false;
    for (size_t a = 0; a < t->actions_count; a++)
      for (size_t m = 0; m < t->actions[a].moves_count; m++) wanted |= t->actions[a].moves[m].stage == &t->stages[i];
    int y = l->top[i] + HEAD / 2;
    if (wanted) svg_line(out, l->bus[i], y, l->x + l->box, y, SOFT, false, true);
  }
}

static void draw_lane(struct buf *out, const struct lane *l, struct buf *space) {
  svg_box(out, l->x - 12, l->y, l->width + 16, l->height, 10, "#f7f9fc", "#d5dde8");
  svg_text(out, l->x, l->y + 22, FONT + 3, SVG_START, true, "#0b3478", picked(l, &l->track->title));
  draw_arrivals(out, l);
  struct drawing d = {out, space, l, NULL, l->y + LANE_HEAD + 14};
  each_move(l->track, NULL, draw_move, &d);
  for (size_t i = 0; i < stage_count(l->track); i++) {
    draw_stage(out, l, i, space);
    d.from = &l->track->stages[i];
    d.y = l->top[i] + HEAD + 13;
    each_move(l->track, d.from, draw_move, &d);
  }
}

/* ---- decision tables, below the lanes: one line a row ---- */

static const char *row_words(struct buf *space, const struct procedure_table *t, const struct procedure_row *row, bool zh) {
  buf_clear(space);
  buf_printf(space, "%d. ", row->number);
  if (row->when)
    procedure_condition_words(space, row->when, zh);
  else
    buf_puts(space, zh ? "其余" : "everything else");
  for (size_t i = 0; i < t->field->options_count; i++)
    if (text_eq(t->field->options[i].name, row->is))
      buf_printf(space, " → %s", bilingual_pick(&t->field->options[i].title, zh));
  buf_printf(space, " （%s）", bilingual_pick(&row->because, zh));
  return space->data;
}

static void place_table(const struct procedure_table *t, bool zh, struct buf *space, int *width, int *height) {
  for (size_t i = 0; i < t->rows_count; i++) {
    int need = MARGIN * 2 + svg_text_width(row_words(space, t, &t->rows[i], zh), FONT);
    if (need > *width) *width = need;
  }
  *height += (int)(t->rows_count + 1) * LINE + GAP;
}

static void draw_table(struct buf *out, const struct procedure_table *t, bool zh, struct buf *space, int *y) {
  svg_text(out, MARGIN, *y, FONT + 1, SVG_START, true, "#0b3478", bilingual_pick(&t->field->label, zh));
  for (size_t i = 0; i < t->rows_count; i++)
    svg_text(out, MARGIN, *y += LINE, FONT, SVG_START, false, INK, row_words(space, t, &t->rows[i], zh));
  *y += LINE + GAP;
}

/* The main track stands on the left; the others one below the other on its right. */
static void place_lanes(struct lane *lanes, const struct procedure *p, bool zh, struct buf *space, int *width,
                        int *height) {
  int x = MARGIN + 12, y = MARGIN;
  *width = *height = 0;
  for (size_t i = 0; i < p->tracks_count; i++) {
    struct lane *l = &lanes[i];
    *l = (struct lane){.track = &p->tracks[i], .x = x, .y = y, .zh = zh};
    lane_measure(l, space);
    if (l->x + l->width > *width) *width = l->x + l->width;
    if (l->y + l->height > *height) *height = l->y + l->height;
    if (i == 0)
      x = l->x + l->width + MARGIN * 2;
    else
      y += l->height + MARGIN;
  }
  *width += MARGIN;
  *height += MARGIN + 24;
}

void procedure_draw(struct buf *out, const struct procedure *p, bool zh) {
  struct lane *lanes = xmalloc(p->tracks_count * sizeof *lanes);
  struct buf space;
  int width = 0, height = 0;
  buf_init(&space, 4096);
  place_lanes(lanes, p, zh, &space, &width, &height);
  int y = height - 4;
  for (size_t i = 0; i < p->tracks_count; i++)
    for (size_t t = 0; t < p->tracks[i].tables_count; t++) place_table(&p->tracks[i].tables[t], zh, &space, &width, &height);
  svg_begin(out, width, height, bilingual_pick(&p->title, zh));
  for (size_t i = 0; i < p->tracks_count; i++) draw_lane(out, &lanes[i], &space);
  for (size_t i = 0; i < p->tracks_count; i++)
    for (size_t t = 0; t < p->tracks[i].tables_count; t++) draw_table(out, &p->tracks[i].tables[t], zh, &space, &y);
  svg_text(out, MARGIN, height - 12, FONT - 1, SVG_START, false, SOFT,
           zh ? "蓝线向前，橙色虚线退回；↻ 不改变环节，* 有条件，◇ 计时，◆ 计入按期率"
              : "blue: forward; orange, dashed: back; ↻ stays in the stage; * on a condition; "
                "◇ a clock starts, ◆ one that counts for the on-time figures");
  svg_finish(out);
  buf_free(&space);
  free(lanes);
}
