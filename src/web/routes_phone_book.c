/* The book of buildings and stairwells: where they are, who is their head, where one is missing, when somebody from the grid
 * was last there. It lists no residents. */
#include <string.h>

#include "matter/list.h"
#include "pages.h"
#include "people/post.h"
#include "web/phone.h"

enum { BOOK_GRID };
enum { GRIDS_MOST = 60, ACTS_MOST = 6 };
#define LOOK_BACK_MS ((time_ms)366 * 24 * 3600 * 1000)

struct book {
  struct request *r;
  struct case_asker who;
  int64_t grid;
  struct post_row *posts;
  size_t post_count;
  struct q_book_visits_out *visits; /* of all kinds of the grid's own work */
  size_t visit_count;
  const struct phone_link *acts;
  int act_count;
};

/* --- which grids are mine --------------------------------------------------------------------------------------- */

static void add_grid(struct phone_link *grids, int *n, struct book *b, int64_t id, const char *name) {
  const char *href = arena_printf(b->r->arena, "/phone/book?grid=%lld", (long long)id);
  for (int i = 0; i < *n; i++)
    if (text_eq(grids[i].href, href)) return;
  if (*n == GRIDS_MOST) return;
  bool chosen = b->grid == id;
  grids[(*n)++] = (struct phone_link){.href = href, .title = name, .about = "", .icon = "", .chosen = chosen};
}

static int grids_of_post(struct phone_link *grids, int *n, struct book *b, const struct post *post, struct error *err) {
  struct place_row row, *rows;
  size_t count;
  if (post->at.grid) {
    if (place_get(&row, b->who.db, b->r->arena, b->who.world->district, post->at.grid, err) < 0) return -1;
    add_grid(grids, n, b, row.id, row.name);
    return 0;
  }
  if (!post->at.community) return 0;
  if (place_children(&rows, &count, b->who.db, b->r->arena, b->who.world->district, post->at.community, GRIDS_MOST, err) < 0)
    return -1;
  for (size_t i = 0; i < count; i++)
    if (rows[i].level == PLACE_GRID) add_grid(grids, n, b, rows[i].id, rows[i].name);
  return 0;
}

/* The grids of one's posts; the one asked for among them, else the first. */
static int choose_grid(struct view_phone_book *v, struct book *b, struct error *err) {
  struct phone_link *grids = ARENA_ARRAY(b->r->arena, GRIDS_MOST, struct phone_link);
  const struct actor *me = &b->r->actor;
  b->grid = req_int(b->r, BOOK_GRID);
  for (size_t i = 0; i < me->post_count; i++)
    if (grids_of_post(grids, &v->grid_count, b, &me->posts[i], err) < 0) return -1;
  int at = -1;
  for (int i = 0; i < v->grid_count; i++)
    if (grids[i].chosen) at = i;
  if (b->grid && at < 0) return error_set(err, ERR_DENIED, "phone.book.grid", NULL, NULL);
  if (!v->grid_count) return 0;
  if (at < 0) grids[at = 0].chosen = true;
  text_to_int(strchr(grids[at].href, '=') + 1, &b->grid);
  v->grid = grids[at].title;
  v->grids = grids;
  return 0;
}

/* --- what stands in it ------------------------------------------------------------------------------------------ */

static int last_visits(struct book *b, struct error *err) {
  const struct world *w = b->who.world;
  b->visits = NULL;
  for (size_t i = 0; i < w->procedure_count; i++) {
    struct q_book_visits_in in = {.district = w->district, .grid = b->grid, .procedure = w->procedures[i]->name,
                                  .since = b->r->now - LOOK_BACK_MS};
    struct q_book_visits_out *rows;
    size_t n;
    if (w->procedures[i]->menu != IN_GRID) continue;
    if (q_book_visits(b->who.db, b->r->arena, &rows, &n, &in, err) < 0) return -1;
    struct q_book_visits_out *all = ARENA_ARRAY(b->r->arena, b->visit_count + n + 1, struct q_book_visits_out);
    for (size_t k = 0; k < b->visit_count; k++) all[k] = b->visits[k];
    for (size_t k = 0; k < n; k++) all[b->visit_count + k] = rows[k];
    b->visits = all;
    b->visit_count += n;
  }
  return 0;
}

/* A visit to a stairwell is one to its building as well. */
static time_ms visited(const struct book *b, const struct q_book_places_out *place) {
  time_ms last = 0;
  for (size_t i = 0; i < b->visit_count; i++) {
    bool here = place->level == PLACE_STAIRWELL ? b->visits[i].stairwell == place->id : b->visits[i].building == place->id;
    if (here && b->visits[i].at > last) last = b->visits[i].at;
  }
  return last;
}

static const struct post_row *head_of(const struct book *b, enum role role, int64_t place) {
  for (size_t i = 0; i < b->post_count; i++)
    if (b->posts[i].post.role == role && b->posts[i].post.place == place) return &b->posts[i];
  return NULL;
}

static const char *or_empty(const char *s) {
  return s ? s : "";
}

/* Whether the district's rule of 1+2+N wants somebody of this role at every place of its level. */
static bool is_wanted(const struct book *b, enum role role) {
  const struct people_settings *s = people_in_force(app_of(b->r)->people);
  for (size_t i = 0; i < s->force_count; i++)
    if (s->force[i].role == role && s->force[i].least > 0) return true;
  return false;
}

static struct phone_book_place place_of(const struct book *b, const struct q_book_places_out *row) {
  enum role role = row->level == PLACE_BUILDING ? ROLE_BUILDING_HEAD : ROLE_STAIRWELL_HEAD;
  const struct post_row *head = head_of(b, role, row->id);
  return (struct phone_book_place){.id = row->id,
                                   .name = row->name,
                                   .head = head ? or_empty(head->name) : "",
                                   .head_phone = head ? or_empty(head->duty_phone) : "",
                                   .role = is_wanted(b, role) ? words_find(b->r->lang, role_words(role)) : "",
                                   .visited = visited(b, row),
                                   .acts = b->acts,
                                   .act_count = b->act_count};
}

static int fill_buildings(struct view_phone_book *v, struct book *b, struct error *err) {
  struct q_book_places_in in = {.district = b->who.world->district, .grid = b->grid};
  struct q_book_places_out *rows;
  size_t n;
  if (q_book_places(b->who.db, b->r->arena, &rows, &n, &in, err) < 0) return -1;
  struct phone_book_building *out = ARENA_ARRAY(b->r->arena, n + 1, struct phone_book_building);
  struct phone_book_place *stairwells = ARENA_ARRAY(b->r->arena, n + 1, struct phone_book_place);
  for (size_t i = 0; i < n; i++) {
    struct phone_book_place place = place_of(b, &rows[i]);
    v->vacant += !*place.head && *place.role;
    if (rows[i].level == PLACE_BUILDING) {
      out[v->building_count++] = (struct phone_book_building){.place = place, .stairwells = stairwells};
    } else if (v->building_count) {
      *stairwells++ = place;
      out[v->building_count - 1].stairwell_count++;
      v->stairwell_count++;
    }
  }
  v->buildings = out;
  return 0;
}

/* What is begun in the grid, and a report. */
static int fill_acts(struct book *b, struct error *err) {
  struct phone_link *openings;
  const char *report;
  int n;
  if (phone_openings(&openings, &n, &report, b->r, &b->who, err) < 0) return -1;
  struct phone_link *acts = ARENA_ARRAY(b->r->arena, ACTS_MOST, struct phone_link);
  for (int i = 0; i < n && b->act_count < ACTS_MOST - 1; i++)
    if (openings[i].tile) acts[b->act_count++] = openings[i];
  if (*report)
    acts[b->act_count++] = (struct phone_link){
        .href = report, .title = word(b->r->lang, W_PHONE_REPORT), .about = "", .icon = "camera-plus"};
  b->acts = acts;
  return 0;
}

static int book_get(struct request *r, struct error *err) {
  struct book b = {.r = r};
  struct view_phone_book v = {.grid = "", .grid_head = "", .grid_phone = ""};
  if (desk_asker(&b.who, r, err) < 0 || choose_grid(&v, &b, err) < 0) return -1;
  struct post_filter which = {.grid = b.grid, .role = ROLE_NONE};
  if (b.grid && (people_posts_in_office(&b.posts, &b.post_count, b.who.db, r->arena, b.who.world->district, &which, r->now,
                                        err) < 0 ||
                 last_visits(&b, err) < 0 || fill_acts(&b, err) < 0 || fill_buildings(&v, &b, err) < 0))
    return -1;
  const struct post_row *worker = head_of(&b, ROLE_GRID_WORKER, b.grid);
  v.grid_head = worker ? or_empty(worker->name) : "";
  v.grid_phone = worker ? or_empty(worker->duty_phone) : "";
  phone_frame(r);
  page_phone_book(reply_html(r, 200), &v, &r->page);
  return 0;
}

const struct route routes_phone_book[] = {
    {.method = HTTP_GET,
     .path = "/phone/book",
     .kind = ROUTE_PAGE,
     .who = PHONE_WHO,
     .help = W_ROUTE_PHONE_BOOK,
     .rate = RATE_PAGE,
     .handler = book_get,
     PARAMS([BOOK_GRID] = {.name = "grid", .type = PARAM_INT, .in = IN_QUERY, .low = 0, .high = 9e15})},
    {0}};
