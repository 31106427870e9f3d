/* The thread of a matter: the page and the same for programs. */
#include "base/json_write.h"
#include "matter/sealed.h"
#include "matter/state.h"
#include "pages.h"
#include "web/api.h"
#include "web/view_thread.h"

enum { THREAD_CODE };

static int thread_of(struct case_thread *out, const struct case_asker *who, struct request *r, struct error *err) {
  struct state *s;
  int64_t id = 0;
  if (sealed_find_code(who->db, &r->actor, who->world->district, req_text(r, THREAD_CODE), r->now, &id, r->arena, err) < 0)
    return -1;
  int found = id ? state_load(&s, who->db, who->world, id, r->arena, err) : 0;
  if (found < 0) return -1;
  return found ? case_thread_make(out, who, s, err) : error_set(err, ERR_MISSING, "access.matter", NULL, NULL);
}

static void make_view(struct view_thread *out, const struct case_thread *thread, struct arena *a) {
  struct thread_row *rows = ARENA_ARRAY(a, (size_t)thread->matter_count + 1, struct thread_row);
  struct thread_step *lines = ARENA_ARRAY(a, (size_t)thread->line_count + 1, struct thread_step);
  *out = (struct view_thread){.matters = rows, .matter_count = thread->matter_count, .lines = lines,
                              .line_count = thread->line_count, .more = thread->more};
  for (int i = 0; i < thread->matter_count; i++) {
    const struct thread_matter *m = &thread->matters[i];
    const struct case_view *v = m->view;
    rows[i] = (struct thread_row){.number = m->number, .code = v->code, .href = m->href, .kind = m->kind, .from = m->from,
                                  .procedure = v->procedure, .summary = v->summary, .stage = v->stage,
                                  .opened = v->opened, .asked = m->asked};
    if (!m->asked) continue;
    out->code = v->code;
    out->href = m->href;
  }
  for (int i = 0; i < thread->line_count; i++) {
    const struct thread_line *l = &thread->lines[i];
    lines[i] = (struct thread_step){l->matter->number, l->matter->view->procedure, *l->step};
  }
}

static int thread_page(struct request *r, struct error *err) {
  struct case_asker who;
  struct case_thread thread;
  struct view_thread view;
  if (desk_asker(&who, r, err) < 0 || thread_of(&thread, &who, r, err) < 0 || desk_frame(r, &who, err) < 0) return -1;
  make_view(&view, &thread, r->arena);
  r->http->reply.no_store = true;
  page_thread(reply_html(r, 200), &view, &r->page);
  return 0;
}

static void put_matter(struct json *j, const struct thread_matter *m, int offset_min) {
  json_object(j);
  json_put_int(j, "number", m->number);
  json_put(j, "code", m->view->code);
  json_put(j, "kind", text_empty(m->kind) ? NULL : m->kind);
  json_put(j, "from", text_empty(m->from) ? NULL : m->from);
  json_put(j, "procedure", m->view->procedure);
  json_put(j, "stage", m->view->stage_name);
  json_put_bool(j, "over", m->view->over);
  json_put_time(j, "opened", m->view->opened, offset_min);
  json_put_time(j, "closed", m->view->closed, offset_min);
  json_object_end(j);
}

static void put_line(struct json *j, const struct thread_line *l, int offset_min) {
  json_object(j);
  json_put_int(j, "step", l->step->id);
  json_put(j, "code", l->matter->view->code);
  json_put_time(j, "at", l->step->at, offset_min);
  json_put(j, "action", l->step->action);
  json_put(j, "actor", l->step->actor);
  json_put(j, "post", text_empty(l->step->post) ? NULL : l->step->post);
  json_put(j, "track", text_empty(l->step->track) ? NULL : l->step->track);
  json_put(j, "stage", text_empty(l->step->stage) ? NULL : l->step->stage);
  json_object_end(j);
}

static int thread_api(struct request *r, struct error *err) {
  struct case_asker who;
  struct case_thread thread;
  struct json j;
  if (desk_asker(&who, r, err) < 0 || thread_of(&thread, &who, r, err) < 0) return -1;
  r->http->reply.no_store = true;
  api_reply(r, &j, 200);
  json_put_bool(&j, "more", thread.more);
  json_key(&j, "matters");
  json_array(&j);
  for (int i = 0; i < thread.matter_count; i++) put_matter(&j, &thread.matters[i], app_of(r)->offset_min);
  json_array_end(&j);
  json_key(&j, "timeline");
  json_array(&j);
  for (int i = 0; i < thread.line_count; i++) put_line(&j, &thread.lines[i], app_of(r)->offset_min);
  json_array_end(&j);
  json_object_end(&j);
  return 0;
}

#define THREAD_PARAMS                                                                                            \
  PARAMS([THREAD_CODE] = {.name = "code",                                                                        \
                          .type = PARAM_TEXT,                                                                    \
                          .in = IN_PATH,                                                                         \
                          .required = true,                                                                      \
                          .max = 64,                                                                             \
                          .zh = "编号",                                                                          \
                          .en = "its code"})

const struct route routes_thread[] = {{.method = HTTP_GET,
                                       .path = "/case/{code}/thread",
                                       .kind = ROUTE_PAGE,
                                       .who = DESK_WHO,
                                       .help = W_ROUTE_THREAD,
                                       .rate = RATE_PAGE,
                                       .handler = thread_page,
                                       THREAD_PARAMS},
                                      {.method = HTTP_GET,
                                       .path = "/api/v1/matters/{code}/thread",
                                       .kind = ROUTE_API,
                                       .who = ACCESS_SIGNED_IN | ACCESS_API_KEY,
                                       .reply = "thread",
                                       .tag = "matters",
                                       .help = W_API_THREAD,
                                       .rate = RATE_API,
                                       .handler = thread_api,
                                       THREAD_PARAMS},
                                      {0}};
