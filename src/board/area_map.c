#include "board/area_map.h"

#include <math.h>
#include <stdlib.h>

#include "matter/svg.h"

enum {
  TEXT = 13,
  EDGE = 14,
  WIDTH = 640,
  SHADES = 5,
  NEAREST = 2 /* units between two points of an outline */,
  AREAS_MOST = 500
};

static const char *const light_shades[SHADES] = {"#f6f9fd", "#dfebfa", "#c3dbf7", "#a0c5f1", "#7fb0ea"};
static const char *const dark_shades[SHADES] = {"#0d2a5e", "#113672", "#154488", "#1a539f", "#2064b8"};

struct map {
  struct buf *out;
  const struct area_map *m;
  double west, north, scale_x, scale_y, left, top; /* degrees to units */
  int width, height;
  double most;
  const char *ink, *line, *ground;
  const char *const *shades;
};

enum { INSET = 150, INSET_ROOM = INSET + 12, INSET_TEXT = 10, MUCH_LARGER = 6 };

/* --- where things stand ----------------------------------------------------------------------------------------- */

static double extent(const struct place_box *b) {
  return ((double)b->east - b->west) * ((double)b->north - b->south);
}

static int compare_extents(const void *a, const void *b) {
  const double *x = a, *y = b;
  return (*x > *y) - (*x < *y);
}

/* What an area may be large and still belong to the focus. */
static double focus_limit(const struct area_map *m) {
  double sizes[AREAS_MOST];
  int n = m->area_count < AREAS_MOST ? m->area_count : AREAS_MOST;
  for (int i = 0; i < n; i++) sizes[i] = extent(&m->areas[i].shape->box);
  qsort(sizes, (size_t)n, sizeof *sizes, compare_extents);
  return MUCH_LARGER * sizes[n / 2];
}

static struct place_box box_of(const struct area_map *m, double limit) {
  struct place_box all = {INT32_MAX, INT32_MAX, INT32_MIN, INT32_MIN};
  for (int i = 0; i < m->area_count; i++) {
    const struct place_box *b = &m->areas[i].shape->box;
    if (extent(b) > limit) continue;
    if (b->west < all.west) all.west = b->west;
    if (b->south < all.south) all.south = b->south;
    if (b->east > all.east) all.east = b->east;
    if (b->north > all.north) all.north = b->north;
  }
  return all;
}

/* `box` as large as fits, in the middle. A degree of longitude is shorter than one of latitude. */
static void place_map(struct map *d, struct place_box box, int width, int height) {
  struct lonlat sw = place_point_lonlat((struct place_point){box.west, box.south});
  struct lonlat ne = place_point_lonlat((struct place_point){box.east, box.north});
  double metres_lon, metres_lat;
  place_coord_scale(&metres_lon, &metres_lat, (sw.lat + ne.lat) / 2);
  double wide = fmax((ne.lon - sw.lon) * metres_lon, 1), high = fmax((ne.lat - sw.lat) * metres_lat, 1);
  d->width = width;
  double scale = (d->width - 2 * EDGE) / wide;
  int needed = (int)ceil(high * scale) + 2 * EDGE;
  d->height = height ? height : needed < d->width ? needed : d->width;
  scale = fmin(scale, (d->height - 2 * EDGE) / high);
  d->left = (d->width - wide * scale) / 2;
  d->top = (d->height - high * scale) / 2;
  d->west = sw.lon;
  d->north = ne.lat;
  d->scale_x = metres_lon * scale;
  d->scale_y = metres_lat * scale;
}

static int x_of(const struct map *d, double lon) {
  return (int)lround(d->left + (lon - d->west) * d->scale_x);
}
static int y_of(const struct map *d, double lat) {
  return (int)lround(d->top + (d->north - lat) * d->scale_y);
}

/* --- areas ------------------------------------------------------------------------------------------------------ */

/* An outline without the points that would fall on their neighbour. */
static void outline(struct map *d, const struct place_ring *ring) {
  int x = 0, y = 0;
  for (int i = 0; i < ring->count; i++) {
    struct lonlat at = place_point_lonlat(ring->point[i]);
    int nx = x_of(d, at.lon), ny = y_of(d, at.lat);
    if (i && abs(nx - x) + abs(ny - y) < NEAREST) continue;
    buf_printf(d->out, "%s%d %d", i ? "L" : "M", nx, ny);
    x = nx;
    y = ny;
  }
  buf_puts(d->out, "Z");
}

static int shade_of(const struct map *d, double n) {
  if (n <= 0 || d->most <= 0) return 0;
  int s = (int)ceil(sqrt(n / d->most) * (SHADES - 1));
  return s < 1 ? 1 : s >= SHADES ? SHADES - 1 : s;
}

static void draw_area(struct map *d, const struct map_area *a) {
  buf_puts(d->out, "<path d=\"");
  for (int r = 0; r < a->shape->rings; r++) outline(d, &a->shape->ring[r]);
  buf_puts(d->out, "\" fill-rule=\"evenodd\" fill=\"");
  if (isnan(a->n))
    buf_printf(d->out, "url(#%s-none)", d->m->id);
  else
    buf_puts(d->out, d->shades[shade_of(d, a->n)]);
  buf_printf(d->out, "\" stroke=\"%s\" stroke-width=\"1.2\" stroke-linejoin=\"round\"><title>", d->line);
  svg_escape(d->out, a->name);
  if (a->says) {
    buf_puts(d->out, " ");
    svg_escape(d->out, a->says);
  }
  buf_puts(d->out, "</title></path>\n");
}

/* With an edge in the ground's colour, so that it is read over lines and hatching. */
static void words(struct map *d, int x, int y, int size, bool bold, const char *text) {
  buf_printf(d->out,
             "<text x=\"%d\" y=\"%d\" font-size=\"%d\" text-anchor=\"middle\" font-weight=\"%s\" fill=\"%s\" "
             "stroke=\"%s\" stroke-width=\"3\" stroke-linejoin=\"round\" paint-order=\"stroke\">",
             x, y, size, bold ? "bold" : "normal", d->ink, d->ground);
  svg_escape(d->out, text);
  buf_puts(d->out, "</text>\n");
}

/* The name where it fits, the number where that does; nothing of an area that lies elsewhere. */
static void label(struct map *d, const struct map_area *a, int text) {
  struct lonlat sw = place_point_lonlat((struct place_point){a->shape->box.west, a->shape->box.south});
  struct lonlat ne = place_point_lonlat((struct place_point){a->shape->box.east, a->shape->box.north});
  int wide = x_of(d, ne.lon) - x_of(d, sw.lon), high = y_of(d, sw.lat) - y_of(d, ne.lat);
  struct lonlat at = place_shape_inside(a->shape);
  int x = x_of(d, at.lon), y = y_of(d, at.lat);
  if (x < EDGE || y < EDGE || x > d->width - EDGE || y > d->height - EDGE) return;
  bool name = svg_text_width(a->name, text) <= wide + text && high >= 2 * text;
  if (name) words(d, x, a->says ? y - 2 : y + 5, text, false, a->name);
  if (a->says && svg_text_width(a->says, text) <= wide + text)
    words(d, x, name ? y + text + 2 : y + 5, text + 1, true, a->says);
}

static void hatching(struct map *d) {
  buf_printf(d->out,
             "<defs><pattern id=\"%s-none\" width=\"7\" height=\"7\" patternUnits=\"userSpaceOnUse\">"
             "<rect width=\"7\" height=\"7\" fill=\"%s\"/><path d=\"M0 7L7 0\" stroke=\"%s\" "
             "stroke-width=\"1\"/></pattern></defs>\n",
             d->m->id, d->shades[0], d->line);
}

/* --- pins ------------------------------------------------------------------------------------------------------- */

static const struct {
  const char *light, *dark, *sign;
} marks[MAP_MARKS] = {[MARK_WAITING] = {"#b06a00", "#ffc24d", "M-1 -21h2v6h-2zM-1 -13.5h2v2h-2z"},
                      [MARK_GOING] = {"#0b7a55", "#3fd9a0", "M-3.2 -16a3.2 3.2 0 1 0 6.4 0a3.2 3.2 0 1 0 -6.4 0"},
                      [MARK_JOINT] = {"#623ab8", "#b9a0ff", "M-4.2 -16.4l1.2 -1.2l2 2l4 -4l1.2 1.2l-5.2 5.2z"},
                      [MARK_HELD] = {"#575b73", "#b7c6dd", "M-3 -19.5h2v7h-2zM1 -19.5h2v7h-2z"}};

static void pin(struct buf *out, int x, int y, enum map_mark mark, bool dark, const char *title) {
  buf_printf(out, "<g transform=\"translate(%d %d)\">", x, y);
  if (title) {
    buf_puts(out, "<title>");
    svg_escape(out, title);
    buf_puts(out, "</title>");
  }
  buf_printf(out,
             "<path d=\"M0 0C-2 -5 -9 -9 -9 -16a9 9 0 1 1 18 0c0 7 -7 11 -9 16z\" fill=\"%s\" stroke=\"%s\"/>"
             "<path d=\"%s\" fill=\"%s\"/></g>\n",
             dark ? marks[mark].dark : marks[mark].light, dark ? "#071a3a" : "#ffffff", marks[mark].sign,
             dark ? "#071a3a" : "#ffffff");
}

void area_map_mark(struct buf *out, enum map_mark mark, bool dark) {
  buf_puts(out, "<svg class=\"pin\" viewBox=\"0 0 22 28\" width=\"22\" height=\"28\" aria-hidden=\"true\">");
  pin(out, 11, 27, mark, dark, NULL);
  buf_puts(out, "</svg>");
}

/* --- the whole -------------------------------------------------------------------------------------------------- */

/* All areas small beside it, with a frame around what is shown large. */
static void inset(const struct map *large, double limit) {
  struct map d = *large;
  struct place_box focus = box_of(d.m, limit);
  struct lonlat sw = place_point_lonlat((struct place_point){focus.west, focus.south});
  struct lonlat ne = place_point_lonlat((struct place_point){focus.east, focus.north});
  place_map(&d, box_of(d.m, HUGE_VAL), INSET, 0);
  buf_puts(d.out, "<g transform=\"translate(2 2)\">");
  svg_box(d.out, 0, 0, d.width, d.height, 4, d.ground, d.line);
  for (int i = 0; i < d.m->area_count; i++) draw_area(&d, &d.m->areas[i]);
  for (int i = 0; i < d.m->area_count; i++)
    if (extent(&d.m->areas[i].shape->box) > limit) label(&d, &d.m->areas[i], INSET_TEXT);
  int x = x_of(&d, sw.lon), y = y_of(&d, ne.lat);
  buf_printf(
      d.out,
      "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/></g>\n", x, y,
      x_of(&d, ne.lon) - x, y_of(&d, sw.lat) - y, d.m->dark ? "#ffc24d" : "#bd1f38");
}

static void draw_pins(struct map *d) {
  for (int i = 0; i < d->m->pin_count; i++) {
    int x = x_of(d, d->m->pins[i].at.lon), y = y_of(d, d->m->pins[i].at.lat);
    if (x >= 0 && y >= 0 && x <= d->width && y <= d->height)
      pin(d->out, x, y, d->m->pins[i].mark, d->m->dark, d->m->pins[i].title);
  }
}

void area_map_write(struct buf *out, const struct area_map *m) {
  if (m->area_count < 1) return;
  struct map d = {.out = out,
                  .m = m,
                  .ink = m->dark ? "#e8f1ff" : "#1c2a40",
                  .line = m->dark ? "#4f7fc4" : "#7d94b5",
                  .ground = m->dark ? "#0a2148" : "#ffffff",
                  .shades = m->dark ? dark_shades : light_shades};
  double limit = m->focus ? focus_limit(m) : HUGE_VAL;
  bool parted = false;
  for (int i = 0; i < m->area_count; i++) {
    if (m->areas[i].n > d.most) d.most = m->areas[i].n;
    parted = parted || extent(&m->areas[i].shape->box) > limit;
  }
  int width = m->width ? m->width : WIDTH, aside = parted ? INSET_ROOM : 0;
  place_map(&d, box_of(m, limit), width - aside, m->height);
  if (parted && d.height < INSET_ROOM) place_map(&d, box_of(m, limit), width - aside, INSET_ROOM);
  svg_begin_part(out, width, d.height, m->id, m->title, m->note);
  hatching(&d);
  if (parted) inset(&d, limit);
  /* what is large around the focus is cut at the edge */
  buf_printf(out, "<svg x=\"%d\" y=\"0\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\">\n", aside, d.width, d.height,
             d.width, d.height);
  for (int i = 0; i < m->area_count; i++) draw_area(&d, &m->areas[i]);
  for (int i = 0; i < m->area_count; i++) label(&d, &m->areas[i], TEXT);
  draw_pins(&d);
  svg_finish(out);
  svg_finish(out);
}
