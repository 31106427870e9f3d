#include "web/admin.h"

#include <stdarg.h>
#include <string.h>

enum { DIGEST_SHOWN = 8 };

bool admin_acts(const struct request *r) { return access_has_role(&r->actor, ADMIN_WRITES); }

int admin_refused(struct request *r, struct error *err, admin_show_fn *show) {
  struct error wrong = *err;
  error_clear(err);
  return show(r, &wrong, error_http_status(wrong.kind), err);
}

int admin_wrong(struct request *r, struct error *err, admin_show_fn *show) {
  bool theirs = err->kind == ERR_INPUT || err->kind == ERR_CONFLICT || err->kind == ERR_DENIED;
  return theirs ? admin_refused(r, err, show) : -1;
}

const char *admin_digest(struct arena *a, ...) {
  unsigned char hash[HASH_BYTES];
  char *hex = arena_alloc(a, 2 * DIGEST_SHOWN + 1);
  const char *all = "";
  va_list list;
  va_start(list, a);
  const char *first = va_arg(list, const char *);
  for (const char *s = first; s; s = va_arg(list, const char *)) all = arena_printf(a, "%s%zu:%s", all, strlen(s), s);
  va_end(list);
  hash_bytes(hash, all, strlen(all));
  text_hex(hex, hash, DIGEST_SHOWN);
  return hex;
}

int admin_seen(const struct request *r, const char *digest, struct error *err) {
  const char *seen = req_form(r, "seen");
  if (seen && text_eq(seen, digest)) return 0;
  return error_set(err, ERR_CONFLICT, "admin.changed", NULL, NULL);
}

void admin_keep_seen(struct panel *p, struct panel_form *f, const char *digest) {
  panel_field(p, f, "seen", "hidden", W_PANEL_TABLE, "")->value = digest;
}

const char *admin_many(struct request *r, const char *name) {
  const char *all = "";
  for (size_t i = 0; i < r->http->form.count; i++) {
    const struct http_pair *pair = &r->http->form.at[i];
    if (!text_eq(pair->name, name) || !*pair->value || strpbrk(pair->value, " \t\r\n")) continue;
    all = *all ? arena_printf(r->arena, "%s %s", all, pair->value) : pair->value;
  }
  return all;
}

int admin_number(int64_t *out, struct request *r, const char *name, int64_t low, int64_t high, int64_t empty,
                 struct error *err) {
  const char *typed = panel_typed(r, name);
  *out = empty;
  if (!*typed) return 0;
  if (text_to_int(typed, out) && *out >= low && *out <= high) return 0;
  return error_set(err, ERR_INPUT, "admin.number", name, arena_printf(r->arena, "%lld", (long long)low),
                   arena_printf(r->arena, "%lld", (long long)high), NULL);
}
