#include "board/chart.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "matter/svg.h"

enum {
  WIDTH = 440,
  TEXT = 12,
  LEGEND_LINE = 20,
  BAR = 15,
  BAR_GAP = 4,
  GROUP_GAP = 9,
  VALUE_ROOM = 52,
  AXIS_LEFT = 40,
  AXIS_BELOW = 24,
  AXIS_ABOVE = 14,
  TICKS = 4,
  PLOT_HEIGHT = 200
};

/* Series colours stand 3:1 and more from their ground and from each other by lightness too. */
static const char *const light_colours[CHART_SERIES] = {"#1a5fc4", "#c76a00", "#0b7a55", "#bd1f38", "#623ab8", "#4d5a70"};
static const char *const dark_colours[CHART_SERIES] = {"#4aa8ff", "#ffc24d", "#3fd9a0", "#ff7d8e", "#b9a0ff", "#b7c6dd"};
static const char *const dashes[CHART_SERIES] = {"", "7 3", "2 3", "10 3 2 3", "4 2", "1 4"};

struct drawing {
  struct buf *out;
  const struct chart *c;
  const char *const *colours;
  const char *ink, *sub, *line;
  int width, height, top; /* top: below the legend */
  double most;
};

/* --- numbers ---------------------------------------------------------------------------------------------------- */

static void value_text(char *s, size_t n, const struct chart *c, double v) {
  bool rate = c->unit && text_eq(c->unit, "%");
  if (isnan(v))
    text_copy(s, n, "—");
  else if (rate)
    snprintf(s, n, "%.1f%%", v);
  else
    snprintf(s, n, "%.*f", v == floor(v) ? 0 : 1, v);
}

/* 1, 2, 2.5 or 5 times a power of ten that holds the value: an axis people can read. */
static double round_up(double v) {
  static const double steps[] = {1, 2, 2.5, 4, 5, 10};
  if (v <= TICKS) return TICKS;
  double power = pow(10, floor(log10(v)));
  for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
    if (steps[i] * power >= v) return steps[i] * power;
  return 10 * power;
}

static double highest(const struct chart *c) {
  double most = 0;
  for (int s = 0; s < c->series_count; s++)
    for (int i = 0; i < c->count; i++)
      if (!isnan(c->series[s].values[i]) && c->series[s].values[i] > most) most = c->series[s].values[i];
  return most;
}

/* --- pieces ----------------------------------------------------------------------------------------------------- */

/* What fills a series' bars: its colour with a pattern of its own, so that it is told apart without colour. */
static void pattern(struct drawing *d, int s) {
  static const char *const marks[CHART_SERIES] = {"", "M0 8L8 0M-2 2L2 -2M6 10L10 6", "M2 2h2v2h-2zM6 6h2v2h-2z",
                                                  "M0 0L8 8M8 0L0 8", "M0 4H8", "M4 0V8"};
  const char *over = d->c->dark ? "#0a1f44" : "#ffffff";
  buf_printf(d->out,
             "<pattern id=\"%s-p%d\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\"><rect width=\"8\" height=\"8\" "
             "fill=\"%s\"/>",
             d->c->id, s, d->colours[s]);
  if (*marks[s])
    buf_printf(d->out, "<path d=\"%s\" stroke=\"%s\" stroke-width=\"1.6\" fill=\"none\"/>", marks[s], over);
  buf_puts(d->out, "</pattern>");
}

static const char *fill(struct drawing *d, int s, char *room, size_t n) {
  snprintf(room, n, "url(#%s-p%d)", d->c->id, s);
  return room;
}

static void bar(struct drawing *d, int s, int x, int y, int width, int height) {
  char f[96];
  svg_box(d->out, x, y, width, height, 2, fill(d, s, f, sizeof f), "none");
}

/* Marks of lines: circle, square, triangle, diamond, cross, ring. */
static void mark(struct drawing *d, int s, int x, int y) {
  static const char *const shapes[CHART_SERIES] = {"",
                                                   "M-3.5 -3.5h7v7h-7z",
                                                   "M0 -4.5L4.5 3.5H-4.5z",
                                                   "M0 -5L5 0L0 5L-5 0z",
                                                   "M-4 -1.3h2.7v-2.7h2.6v2.7h2.7v2.6h-2.7v2.7h-2.6v-2.7h-2.7z",
                                                   "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0M-2 0a2 2 0 1 1 4 0a2 2 0 1 1 -4 0"};
  if (!*shapes[s])
    svg_dot(d->out, x, y, 3, d->colours[s]);
  else
    buf_printf(d->out, "<path transform=\"translate(%d %d)\" d=\"%s\" fill=\"%s\"/>", x, y, shapes[s], d->colours[s]);
}

/* The names of the series with their patterns; returns how high it is. */
static int legend(struct drawing *d, bool draw) {
  int x = 4, lines = 1;
  if (d->c->series_count < 2 || d->c->kind == CHART_DONUT) return 0;
  for (int s = 0; s < d->c->series_count; s++) {
    int width = 30 + svg_text_width(d->c->series[s].name, TEXT);
    if (x > 4 && x + width > d->width) {
      x = 4;
      lines++;
    }
    int y = lines * LEGEND_LINE - 6;
    if (draw && d->c->kind == CHART_LINES)
      mark(d, s, x + 8, y - 4);
    else if (draw)
      bar(d, s, x, y - 10, 14, 11);
    if (draw) svg_text(d->out, x + 19, y, TEXT, SVG_START, false, d->ink, d->c->series[s].name);
    x += width;
  }
  return lines * LEGEND_LINE + 4;
}

/* As much of a label as fits, with … when cut. */
static void fitting(char *out, size_t n, const char *text, int width) {
  const char *p = text;
  size_t taken = 0;
  text_copy(out, n, text);
  if (svg_text_width(text, TEXT) <= width) return;
  while (*p) {
    const char *next = p;
    char cut[256];
    text_next(&next);
    size_t len = (size_t)(next - text);
    if (len >= sizeof cut - 4 || len >= n - 4) break;
    memcpy(cut, text, len);
    cut[len] = 0;
    if (svg_text_width(cut, TEXT) + TEXT > width) break;
    taken = len;
    p = next;
  }
  snprintf(out + taken, n - taken, "…");
}

/* --- lying bars ------------------------------------------------------------------------------------------------- */

static int label_room(const struct chart *c, int width) {
  int room = 0, most = width * 2 / 5;
  for (int i = 0; i < c->count; i++) {
    int w = svg_text_width(c->labels[i], TEXT);
    if (w > room) room = w;
  }
  return (room > most ? most : room) + 8;
}

static int group_height(const struct chart *c) {
  return c->series_count * (BAR + BAR_GAP) + GROUP_GAP;
}

static void draw_bars(struct drawing *d) {
  int left = label_room(d->c, d->width), room = d->width - left - VALUE_ROOM;
  char text[256];
  for (int i = 0; i < d->c->count; i++) {
    int y = d->top + i * group_height(d->c);
    int middle = y + (d->c->series_count * (BAR + BAR_GAP) - BAR_GAP) / 2 + 4;
    fitting(text, sizeof text, d->c->labels[i], left - 8);
    svg_text(d->out, left - 8, middle, TEXT, SVG_END, false, d->ink, text);
    for (int s = 0; s < d->c->series_count; s++) {
      double v = d->c->series[s].values[i];
      int at = y + s * (BAR + BAR_GAP), length = isnan(v) || d->most <= 0 ? 0 : (int)lround(v / d->most * room);
      if (length < 1 && v > 0) length = 1;
      if (length) bar(d, s, left, at, length, BAR);
      value_text(text, sizeof text, d->c, v);
      svg_text(d->out, left + length + 5, at + BAR - 3, TEXT, SVG_START, false, d->ink, text);
    }
  }
  svg_line(d->out, left, d->top - 2, left, d->height - 2, d->line, false, false);
}

/* --- axes ------------------------------------------------------------------------------------------------------- */

static int y_of(const struct drawing *d, double v) {
  int bottom = d->height - AXIS_BELOW, plot = bottom - d->top - AXIS_ABOVE;
  return bottom - (int)lround((d->most > 0 ? v / d->most : 0) * plot);
}

static void axis(struct drawing *d) {
  char text[64];
  for (int i = 0; i <= TICKS; i++) {
    double v = d->most * i / TICKS;
    int y = y_of(d, v);
    snprintf(text, sizeof text, "%.*f", v == floor(v) ? 0 : 1, v);
    svg_line(d->out, AXIS_LEFT, y, d->width - 6, y, d->line, i > 0, false);
    svg_text(d->out, AXIS_LEFT - 6, y + 4, TEXT - 1, SVG_END, false, d->sub, text);
  }
}

/* Every so many labels that none touches its neighbour; the last always. */
static void labels_below(struct drawing *d, double step) {
  int widest = 1;
  for (int i = 0; i < d->c->count; i++) {
    int w = svg_text_width(d->c->labels[i], TEXT - 1) + 8;
    if (w > widest) widest = w;
  }
  int every = (int)ceil(widest / step);
  if (every < 1) every = 1;
  for (int i = 0; i < d->c->count; i += every)
    svg_text(d->out, AXIS_LEFT + (int)lround((i + 0.5) * step), d->height - 7, TEXT - 1, SVG_MIDDLE, false, d->sub,
             d->c->labels[i]);
}

static double step_of(const struct drawing *d) {
  return (double)(d->width - 6 - AXIS_LEFT) / (d->c->count ? d->c->count : 1);
}

static void draw_columns(struct drawing *d) {
  double step = step_of(d);
  int bottom = y_of(d, 0), wide = (int)(step * 0.76 / d->c->series_count);
  if (wide < 1) wide = 1;
  if (wide > 36) wide = 36;
  axis(d);
  for (int i = 0; i < d->c->count; i++)
    for (int s = 0; s < d->c->series_count; s++) {
      double v = d->c->series[s].values[i];
      if (isnan(v) || v <= 0) continue;
      int y = y_of(d, v), x = AXIS_LEFT + (int)lround((i + 0.5) * step) - wide * d->c->series_count / 2 + s * wide;
      bar(d, s, x, y < bottom ? y : bottom - 1, wide > 3 ? wide - 1 : wide, y < bottom ? bottom - y : 1);
    }
  labels_below(d, step);
}

static void draw_line(struct drawing *d, int s) {
  double step = step_of(d);
  bool pen = false;
  buf_puts(d->out, "<path d=\"");
  for (int i = 0; i < d->c->count; i++) {
    double v = d->c->series[s].values[i];
    if (!isnan(v))
      buf_printf(d->out, "%s%d %d", pen ? "L" : "M", AXIS_LEFT + (int)lround((i + 0.5) * step), y_of(d, v));
    pen = !isnan(v);
  }
  buf_printf(d->out, "\" fill=\"none\" stroke=\"%s\" stroke-width=\"2.2\" stroke-linejoin=\"round\"", d->colours[s]);
  if (*dashes[s]) buf_printf(d->out, " stroke-dasharray=\"%s\"", dashes[s]);
  buf_puts(d->out, "/>\n");
  int every = d->c->count > 62 ? 7 : 1;
  for (int i = 0; i < d->c->count; i += every)
    if (!isnan(d->c->series[s].values[i]))
      mark(d, s, AXIS_LEFT + (int)lround((i + 0.5) * step), y_of(d, d->c->series[s].values[i]));
}

static void draw_lines(struct drawing *d) {
  axis(d);
  for (int s = 0; s < d->c->series_count; s++) draw_line(d, s);
  labels_below(d, step_of(d));
}

/* --- donut ------------------------------------------------------------------------------------------------------ */

static double sum_of(const struct chart *c) {
  double sum = 0;
  for (int i = 0; i < c->count; i++)
    if (c->series[0].values[i] > 0) sum += c->series[0].values[i];
  return sum;
}

/* What is beyond the sixth piece is one piece with the sixth's look: the caller puts the largest first. */
static double piece(const struct chart *c, int i) {
  double n = c->series[0].values[i] > 0 ? c->series[0].values[i] : 0;
  for (int k = CHART_SERIES; i == CHART_SERIES - 1 && k < c->count; k++)
    if (c->series[0].values[k] > 0) n += c->series[0].values[k];
  return n;
}

static void ring(struct drawing *d, int s, double from, double to, int x, int y, int outer, int inner) {
  const double turn = 6.283185307179586, top = -1.5707963267948966;
  char f[96];
  if (to - from > 0.99999) to = from + 0.99999;
  double a = top + from * turn, b = top + to * turn;
  int large = to - from > 0.5;
  buf_printf(d->out, "<path d=\"M%.1f %.1fA%d %d 0 %d 1 %.1f %.1fL%.1f %.1fA%d %d 0 %d 0 %.1f %.1fz\" "
             "fill=\"%s\" stroke=\"%s\"/>",
             x + outer * cos(a), y + outer * sin(a), outer, outer, large, x + outer * cos(b), y + outer * sin(b),
             x + inner * cos(b), y + inner * sin(b), inner, inner, large, x + inner * cos(a), y + inner * sin(a),
             fill(d, s, f, sizeof f), d->c->dark ? "#0a1f44" : "#ffffff");
}

static void draw_donut(struct drawing *d) {
  int pieces = d->c->count < CHART_SERIES ? d->c->count : CHART_SERIES, radius = 78, x = radius + 6, y = radius + 6;
  double sum = sum_of(d->c), done = 0;
  char text[320], number[64];
  for (int i = 0; i < pieces; i++) {
    double n = piece(d->c, i);
    if (n > 0) ring(d, i, done / sum, (done + n) / sum, x, y, radius, 46);
    done += n;
    int at = 14 + i * 26;
    bar(d, i, 2 * radius + 30, at, 14, 13);
    fitting(text, sizeof text, i == CHART_SERIES - 1 && d->c->count > CHART_SERIES ? "…" : d->c->labels[i],
            d->width - 2 * radius - 150);
    svg_text(d->out, 2 * radius + 51, at + 11, TEXT, SVG_START, false, d->ink, text);
    snprintf(number, sizeof number, "%.0f (%.0f%%)", n, sum > 0 ? 100 * n / sum : 0);
    svg_text(d->out, d->width - 4, at + 11, TEXT, SVG_END, false, d->ink, number);
  }
  value_text(text, sizeof text, d->c, sum);
  svg_text(d->out, x, y + 8, 24, SVG_MIDDLE, true, d->ink, text);
}

/* --- the whole -------------------------------------------------------------------------------------------------- */

static int drawing_height(const struct drawing *d) {
  if (d->c->height) return d->c->height;
  if (d->c->kind == CHART_BARS) return d->top + d->c->count * group_height(d->c) + 2;
  if (d->c->kind == CHART_DONUT) return 172;
  return d->top + AXIS_ABOVE + PLOT_HEIGHT + AXIS_BELOW;
}

static void draw(struct drawing *d) {
  svg_begin_part(d->out, d->width, d->height, d->c->id, d->c->title, d->c->note);
  buf_puts(d->out, "<defs>");
  for (int s = 0; s < CHART_SERIES; s++)
    if (s < d->c->series_count || d->c->kind == CHART_DONUT) pattern(d, s);
  buf_puts(d->out, "</defs>\n");
  legend(d, true);
  switch (d->c->kind) {
    case CHART_BARS: draw_bars(d); break;
    case CHART_COLUMNS: draw_columns(d); break;
    case CHART_LINES: draw_lines(d); break;
    case CHART_DONUT: draw_donut(d); break;
  }
  svg_finish(d->out);
}

bool chart_empty(const struct chart *c) {
  return c->count < 1 || c->series_count < 1 || highest(c) <= 0;
}

void chart_value(char *out, size_t n, const struct chart *c, double v) {
  value_text(out, n, c, v);
}

void chart_write(struct buf *out, const struct chart *asked) {
  struct chart c = *asked;
  struct drawing d = {.out = out,
                      .c = &c,
                      .colours = c.dark ? dark_colours : light_colours,
                      .ink = c.dark ? "#e8f1ff" : "#1c2a40",
                      .sub = c.dark ? "#a9bfe0" : "#56667e",
                      .line = c.dark ? "#2d4d80" : "#d5deea",
                      .width = c.width ? c.width : WIDTH};
  if (c.count > CHART_LABELS) c.count = CHART_LABELS;
  if (c.series_count > CHART_SERIES) c.series_count = CHART_SERIES;
  if (chart_empty(&c)) return;
  double most = highest(&c);
  d.most = c.most > 0 ? c.most : c.kind == CHART_BARS ? most : round_up(most);
  d.top = legend(&d, false);
  d.height = drawing_height(&d);
  draw(&d);
}

void chart_spark(struct buf *out, const char *title, const double *values, int count, bool dark) {
  enum { W = 96, H = 24 };
  double most = 0;
  for (int i = 0; i < count; i++)
    if (values[i] > most) most = values[i];
  buf_printf(out, "<svg class=\"spark\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\"><title>", W, H, W, H);
  svg_escape(out, title);
  buf_puts(out, "</title><path d=\"");
  for (int i = 0; i < count && count > 1; i++)
    buf_printf(out, "%s%.1f %.1f", i ? "L" : "M", 2 + (W - 4.0) * i / (count - 1),
               H - 3 - (most > 0 && values[i] > 0 ? values[i] / most : 0) * (H - 6));
  buf_printf(out, "\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.8\"/></svg>", dark ? dark_colours[0] : light_colours[0]);
}
