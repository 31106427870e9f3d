#include "board/notice.h"

#include <string.h>

static const struct procedure_publication *publication_of(const struct world *w, const char *name, int64_t version,
                                                          const char *type, const struct procedure **p) {
  *p = world_procedure(w, name, (int)version);
  const struct procedure_track *t = *p ? procedure_track_find(*p, type) : NULL;
  return t ? t->publication : NULL;
}

static const char *or_empty(const char *s) {
  return s ? s : "";
}

int notice_list(struct notice **out, size_t *count, struct db *db, struct arena *a, const struct world *w,
                const struct notice_filter *which, int most, struct error *err) {
  struct q_notice_list_in in = {.district = w->district,
                                .street = which->street,
                                .community = which->community,
                                .procedure = or_empty(which->procedure),
                                .shown = which->shown,
                                .before = which->before ? which->before : INT64_MAX,
                                .before_id = which->before_id,
                                .count = most};
  struct q_notice_list_out *rows;
  size_t n;
  if (q_notice_list(db, a, &rows, &n, &in, err) < 0) return -1;
  *out = ARENA_ARRAY(a, n + 1, struct notice);
  *count = 0;
  for (size_t i = 0; i < n; i++) {
    struct notice *x = &(*out)[*count];
    *x = (struct notice){.id = rows[i].id,
                         .code = "",
                         .street = rows[i].street,
                         .community = rows[i].community,
                         .place = or_empty(rows[i].place),
                         .heading = rows[i].heading,
                         .body = "",
                         .spot = rows[i].spot,
                         .proof = rows[i].proof != 0,
                         .begins = rows[i].begins,
                         .ends = rows[i].ends,
                         .ended = rows[i].ended,
                         .fate = (enum notice_fate)rows[i].fate,
                         .edition = (int)rows[i].edition};
    x->publication = publication_of(w, rows[i].procedure, rows[i].version, rows[i].type, &x->procedure);
    if (x->publication) ++*count;
  }
  return 0;
}

static int get_row(struct q_notice_get_out *row, struct db *db, struct arena *a, const struct world *w, int64_t id,
                   struct error *err) {
  int found = q_notice_get(db, a, row, &(struct q_notice_get_in){.district = w->district, .id = id}, err);
  if (found == 0) return error_set(err, ERR_MISSING, "notice.unknown", NULL, NULL);
  return found < 0 ? -1 : 0;
}

static bool on_board_only(const char *spot) {
  return text_eq(spot, "board");
}

int notice_get(struct notice *out, struct db *db, struct arena *a, const struct world *w, int64_t id, struct error *err) {
  struct q_notice_get_out row;
  if (get_row(&row, db, a, w, id, err) < 0) return -1;
  *out = (struct notice){.id = id,
                         .matter = row.matter,
                         .track = row.track,
                         .code = row.code,
                         .street = row.street,
                         .community = row.community,
                         .place = or_empty(row.place),
                         .heading = row.heading,
                         .body = on_board_only(row.spot) ? "" : row.body,
                         .spot = row.spot,
                         .proof = row.proof != 0,
                         .begins = row.begins,
                         .ends = row.ends,
                         .ended = row.ended,
                         .fate = (enum notice_fate)row.fate,
                         .edition = (int)row.edition};
  out->publication = publication_of(w, row.procedure, row.version, row.type, &out->procedure);
  return out->publication ? 0 : error_set(err, ERR_MISSING, "notice.unknown", NULL, NULL);
}

int notice_editions(struct notice **out, size_t *count, struct db *db, struct arena *a, const struct world *w,
                    int64_t track, struct error *err) {
  struct q_notice_editions_in in = {.district = w->district, .track = track};
  struct q_notice_editions_out *rows;
  if (q_notice_editions(db, a, &rows, count, &in, err) < 0) return -1;
  *out = ARENA_ARRAY(a, *count + 1, struct notice);
  for (size_t i = 0; i < *count; i++)
    (*out)[i] = (struct notice){.id = rows[i].id,
                                .edition = (int)rows[i].edition,
                                .begins = rows[i].begins,
                                .ended = rows[i].ended,
                                .fate = (enum notice_fate)rows[i].fate};
  return 0;
}

/* ---- against the journal ---- */

static bool journal_says(struct db *db, struct arena *a, int64_t district, int64_t seq, const char *field,
                         const char *digest, struct error *err) {
  struct q_journal_data_out line = {0};
  if (q_journal_data(db, a, &line, &(struct q_journal_data_in){.district = district, .seq = seq}, err) != 1) return false;
  return strstr(line.data, arena_printf(a, "\"%s.0\":\"%s\"", field, digest)) != NULL;
}

static int check_one(struct notice_check *out, struct db *db, struct arena *a, const struct world *w, int64_t matter,
                     int64_t step, const char *field, const char *published, struct error *err) {
  struct q_notice_said_in in = {.district = w->district, .matter = matter, .step = step, .field = field};
  struct q_notice_said_out said = {0};
  char digest[2 * HASH_BYTES + 1] = "", salt[2 * SALT_BYTES + 1] = "";
  int found = q_notice_said(db, a, &said, &in, err);
  if (found < 0) return -1;
  if (found && said.salt.len == SALT_BYTES) {
    journal_digest(digest, said.salt.data, published);
    text_hex(salt, said.salt.data, SALT_BYTES);
  }
  *out = (struct notice_check){
      .field = field, .seq = said.seq, .salt = arena_strdup(a, salt), .digest = arena_strdup(a, digest)};
  out->fits = *digest && journal_says(db, a, w->district, said.seq, field, digest, err);
  return err->kind == ERR_NONE ? 0 : -1;
}

int notice_checks(struct notice_check out[2], int *count, struct db *db, struct arena *a, const struct world *w,
                  int64_t id, struct error *err) {
  struct q_notice_get_out row;
  struct notice n;
  *count = 0;
  if (get_row(&row, db, a, w, id, err) < 0 || notice_get(&n, db, a, w, id, err) < 0) return -1;
  if (check_one(&out[0], db, a, w, row.matter, row.heading_step, n.publication->heading->name, row.heading, err) < 0)
    return -1;
  *count = 1;
  if (on_board_only(row.spot)) return 0;
  if (check_one(&out[1], db, a, w, row.matter, row.body_step, n.publication->text->name, row.body, err) < 0) return -1;
  *count = 2;
  return 0;
}
