/* Photos of residents. A sender without an account proves with a ticket that a photo of an earlier try is theirs: ids
 * of files can be guessed, tickets cannot. */
#include <stdlib.h>
#include <string.h>

#include "web/resident.h"

enum { TICKET_MARK = 16 };

static void mark_of(char out[2 * TICKET_MARK + 1], const struct web_app *app, int64_t file) {
  unsigned char hash[HASH_BYTES];
  int64_t said[2] = {app->district, file};
  unsigned char key[HASH_BYTES];
  hash_keyed(key, app->seal.match, "photo-ticket", 12);
  hash_keyed(hash, key, said, sizeof said);
  text_hex(out, hash, TICKET_MARK);
}

const char *resident_photo_ticket(const struct resident *x, int64_t file) {
  char mark[2 * TICKET_MARK + 1];
  mark_of(mark, x->app, file);
  return arena_printf(x->a, "%lld-%s", (long long)file, mark);
}

int64_t resident_photo_of_ticket(const struct resident *x, const char *ticket) {
  const char *dash = ticket ? strchr(ticket, '-') : NULL;
  char mark[2 * TICKET_MARK + 1];
  int64_t file;
  if (!dash || !text_to_int(arena_strndup(x->a, ticket, (size_t)(dash - ticket)), &file) || file <= 0) return 0;
  mark_of(mark, x->app, file);
  return text_eq(dash + 1, mark) ? file : 0;
}

static int64_t number_most(int64_t most) {
  return most < RESIDENT_PHOTOS ? most : RESIDENT_PHOTOS;
}

static void read_kept(struct resident_photos *out, const struct resident *x, int64_t most) {
  const struct http_pairs *form = &x->r->http->form;
  const char *name = out->sound ? "kept-voice" : "kept";
  for (size_t i = 0; i < form->count && out->kept_count < number_most(most); i++) {
    if (!text_eq(form->at[i].name, name)) continue;
    int64_t file = resident_photo_of_ticket(x, form->at[i].value);
    if (file) out->kept[out->kept_count++] = file;
  }
}

static int take_one(struct resident_photos *out, const struct resident *x, const struct http_file *f,
                    const struct file_limits *limits, struct error *err) {
  struct bytes data = {.data = f->data, .len = f->len};
  struct file_draft *draft = &out->drafts[out->draft_count];
  int taken = out->sound ? file_take_plain(draft, x->app->files, data, f->type, limits, err)
                         : file_take_photo(draft, x->app->files, data, f->type, limits, err);
  if (taken == 0 && out->sound && !text_starts(draft->media, "audio/"))
    taken = error_set(err, ERR_INPUT, "file.sound", out->field, NULL);
  if (taken < 0) {
    text_copy(err->field, sizeof err->field, out->field);
    return -1;
  }
  out->draft_count++;
  return 0;
}

static int64_t allowed_of(const struct resident_photos *out, const struct file_limits *limits, int64_t most) {
  if (out->sound) return 1;
  return limits->photo_number < number_most(most) ? limits->photo_number : number_most(most);
}

/* One bad picture does not lose the good ones: the rest is taken and the first error told. */
static int read_files(struct resident_photos *out, const struct resident *x, int64_t most, struct error *err) {
  struct file_limits limits;
  const char *field = out->field;
  read_kept(out, x, most);
  if (file_limits_load(&limits, x->w->settings, x->db, x->app->district, err) < 0) return -1;
  int64_t allowed = allowed_of(out, &limits, most);
  int r = 0;
  for (size_t i = 0; i < x->r->http->file_count; i++) {
    const struct http_file *f = &x->r->http->files[i];
    struct error why = {0};
    if (!text_eq(f->field, field) || !f->len) continue;
    if (out->kept_count + out->draft_count >= allowed)
      return error_set(err, ERR_INPUT, "file.photo.number", field, arena_printf(x->a, "%lld", (long long)allowed),
                       NULL);
    if (take_one(out, x, f, &limits, &why) < 0 && r == 0) {
      *err = why;
      r = -1;
    }
  }
  return r;
}

int resident_photos_read(struct resident_photos *out, const struct resident *x, const char *field, int64_t most,
                         struct error *err) {
  *out = (struct resident_photos){.field = field};
  return read_files(out, x, most, err);
}

int resident_voice_read(struct resident_photos *out, const struct resident *x, const char *field, struct error *err) {
  *out = (struct resident_photos){.field = field, .sound = true};
  return read_files(out, x, 1, err);
}

int resident_photos_add(struct lane_txn *t, struct web_app *app, struct resident_photos *p, const char *actor,
                        struct error *err) {
  for (int i = 0; i < p->draft_count; i++)
    if (file_add(t, app->files, &p->drafts[i], actor, &p->kept[p->kept_count + i], err) < 0 ||
        file_wait(t, p->kept[p->kept_count + i], err) < 0)
      return -1;
  return 0;
}

const struct view_photo *resident_photo_views(const struct resident *x, const int64_t *ids, int n) {
  struct view_photo *out = ARENA_ARRAY(x->a, (size_t)n + 1, struct view_photo);
  for (int i = 0; i < n; i++) {
    out[i].ticket = resident_photo_ticket(x, ids[i]);
    out[i].href = arena_printf(x->a, "/report/photo/%s", out[i].ticket);
    out[i].number = i + 1;
  }
  return out;
}

int resident_photo_send(const struct resident *x, int64_t file, bool thumb, struct error *err) {
  struct file_info info;
  int fd;
  if (file_open(x->db, x->app->files, x->a, file, thumb, &info, &fd, err) < 0) return -1;
  reply_as(x->r, 200, info.media);
  http_header(x->r->http, "X-Content-Type-Options", "nosniff");
  http_header(x->r->http, "Cache-Control", "private, max-age=3600");
  x->r->http->reply.no_store = false;
  x->r->http->reply.file_fd = fd;
  x->r->http->reply.file_size = thumb && info.thumb_bytes ? info.thumb_bytes : info.bytes;
  return 0;
}
