/* Procedures: the shipped files are clean; each mistake is found where it stands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <dirent.h>

#include "matter/procedure.h"

struct file {
  char *text;
  size_t len;
};

static struct file slurp(struct arena *a, const char *path) {
  FILE *f = fopen(path, "rb");
  if (!f) fail_msg("no file %s", path);
  struct file out = {arena_alloc(a, PROCEDURE_FILE_MAX + 2), 0};
  out.len = fread(out.text, 1, PROCEDURE_FILE_MAX + 1, f);
  fclose(f);
  return out;
}

static void print_findings(const char *path, const struct procedure_findings *found) {
  for (size_t i = 0; i < found->count; i++) {
    const struct procedure_finding *f = &found->items[i];
    print_error("%s:%d:%d: %s %s (%s, %s, %s)\n", path, f->at.line, f->at.column,
                f->severity == FINDING_ERROR ? "error" : "warning", f->code, f->arg[0], f->arg[1], f->arg[2]);
  }
}

static const struct procedure *read_shipped(struct arena *a, const char *name) {
  const char *path = arena_printf(a, "procedures/%s.yaml", name);
  struct file file = slurp(a, path);
  struct procedure_findings found = {0};
  struct error err = {0};
  const struct procedure *p = NULL;
  procedure_read(&p, &found, a, file.text, file.len, &err);
  print_findings(path, &found);
  assert_non_null(p);
  assert_int_equal(found.count, 0);
  assert_string_equal(p->name, name);
  return p;
}

static void the_shipped_procedures_check_clean(void **state) {
  (void)state;
  struct arena *a = arena_new(64 << 20);
  const struct procedure *all[] = {read_shipped(a, "incident"), read_shipped(a, "whistle"),
                                   read_shipped(a, "reception"), read_shipped(a, "dispute"),
                                   read_shipped(a, "joint-round")};
  assert_string_equal(all[0]->title.zh, "事件办理");
  struct procedure_findings found = {0};
  size_t *which = NULL;
  procedure_check_together(&found, &which, a, all, sizeof all / sizeof *all);
  print_findings("together", &found);
  assert_int_equal(found.count, 0);
  arena_free(a);
}

/* Each file in tests/unit/procedures begins with "# code line:column": what must be found in it, and where. */
static int wrong_expectations(struct arena *a, const char *name) {
  const char *path = arena_printf(a, "tests/unit/procedures/%s", name);
  struct file file = slurp(a, path);
  char *end = strchr(file.text, '\n'), *colon, *space;
  assert_non_null(end);
  char *head = arena_strndup(a, file.text + 2, (size_t)(end - file.text) - 2);
  space = strchr(head, ' ');
  colon = space ? strchr(space, ':') : NULL;
  assert_non_null(colon);
  *space = *colon = '\0';
  int64_t line = 0, column = 0;
  assert_true(text_to_int(space + 1, &line) && text_to_int(colon + 1, &column));
  struct procedure_findings found = {0};
  struct error err = {0};
  const struct procedure *p = NULL;
  int result = procedure_read(&p, &found, a, file.text, file.len, &err);
  if ((result == 0) != (found.errors == 0) || (result == 0) != (p != NULL)) return 1;
  if (strcmp(head, "clean") == 0) return found.count != 0;
  for (size_t i = 0; i < found.count; i++) {
    const struct procedure_finding *f = &found.items[i];
    if (strcmp(f->code, head) == 0 && (line == 0 || (f->at.line == line && f->at.column == column))) return 0;
  }
  print_error("%s: wanted %s at %d:%d\n", path, head, (int)line, (int)column);
  print_findings(path, &found);
  return 1;
}

static void each_mistake_is_found_where_it_stands(void **state) {
  (void)state;
  DIR *dir = opendir("tests/unit/procedures");
  assert_non_null(dir);
  int wrong = 0, files = 0;
  for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
    if (!strstr(entry->d_name, ".yaml")) continue;
    struct arena *a = arena_new(64 << 20);
    wrong += wrong_expectations(a, entry->d_name);
    files++;
    arena_free(a);
  }
  closedir(dir);
  assert_true(files > 50);
  assert_int_equal(wrong, 0);
}

static void a_file_that_is_too_large_is_refused(void **state) {
  (void)state;
  struct arena *a = arena_new(64 << 20);
  char *text = arena_alloc(a, PROCEDURE_FILE_MAX + 2);
  memset(text, '#', PROCEDURE_FILE_MAX + 1);
  struct procedure_findings found = {0};
  struct error err = {0};
  const struct procedure *p = NULL;
  assert_int_equal(procedure_read(&p, &found, a, text, PROCEDURE_FILE_MAX + 1, &err), -1);
  assert_string_equal(err.code, "yaml.too-large");
  arena_free(a);
}

static void a_wrong_name_comes_with_what_was_perhaps_meant(void **state) {
  (void)state;
  struct arena *a = arena_new(64 << 20);
  struct file file = slurp(a, "tests/unit/procedures/stage-unknown.yaml");
  struct procedure_findings found = {0};
  struct error err = {0};
  const struct procedure *p = NULL;
  assert_int_equal(procedure_read(&p, &found, a, file.text, file.len, &err), -1);
  assert_int_equal(err.kind, ERR_INPUT);
  assert_string_equal(err.arg[0], "doin");
  assert_string_equal(err.arg[1], "doing");
  arena_free(a);
}

static void a_number_is_made_from_its_pattern(void **state) {
  (void)state;
  struct arena *a = arena_new(64 << 20);
  const struct procedure *p = read_shipped(a, "whistle");
  struct buf out;
  buf_init(&out, 200);
  struct procedure_number_parts parts = {"620302", "", day_from_civil(2026, 11, 23), 7};
  procedure_number(&out, p, &parts);
  assert_string_equal(out.data, "620302-哨-2026-0007");
  assert_true(procedure_number_yearly(p));
  buf_free(&out);
  arena_free(a);
}

/* A running matter made of one choice, for asking conditions. */
struct pretend {
  const char *field, *value;
  int all, in_stages, done;
};

static void pretend_values(const void *of, const struct procedure_field *field, void (*each)(void *, const char *),
                           void *to) {
  const struct pretend *m = of;
  if (m->field && strcmp(m->field, field->name) == 0) each(to, m->value);
}

static void pretend_tracks(const void *of, const struct procedure_condition *c, int *all, int *in_stages) {
  (void)c;
  const struct pretend *m = of;
  *all = m->all;
  *in_stages = m->in_stages;
}

static bool pretend_was(const void *of, const struct procedure_stage *stage) {
  (void)of;
  return strcmp(stage->name, "handling") == 0;
}

static int pretend_done(const void *of, const struct procedure_action *action) {
  (void)action;
  return ((const struct pretend *)of)->done;
}

static void conditions_hold_when_they_should(void **state) {
  (void)state;
  struct arena *a = arena_new(64 << 20);
  const struct procedure *whistle = read_shipped(a, "whistle"), *incident = read_shipped(a, "incident");
  struct pretend m = {"kind", "emergency", 3, 3, 1};
  struct procedure_facts facts = {&m, pretend_values, pretend_tracks, pretend_was, pretend_done};
  const struct procedure_track *main_track = &whistle->tracks[0];
  const struct procedure_action *finish = procedure_action_find(main_track, "finish");
  assert_true(procedure_holds(finish->when, &facts));
  m.in_stages = 2;
  assert_false(procedure_holds(finish->when, &facts));
  m.all = m.in_stages = 0; /* nobody called: nobody has reported */
  assert_false(procedure_holds(finish->when, &facts));
  const struct procedure_action *blow = procedure_action_find(main_track, "blow-at-once");
  assert_false(procedure_holds(blow->when, &facts)); /* no lead yet */
  m = (struct pretend){.field = "check-result", .value = "pass"};
  assert_true(procedure_holds(procedure_action_find(&incident->tracks[0], "close")->when, &facts));
  const struct procedure_action *check = procedure_action_find(main_track, "check");
  assert_string_equal(procedure_action_move(check, &facts)->stage->name, "checked");
  m.value = "fail";
  assert_string_equal(procedure_action_move(check, &facts)->stage->name, "handling");
  assert_string_equal(procedure_action_move(procedure_action_find(&incident->tracks[0], "reopen"), &facts)->stage->name,
                      "handling");
  arena_free(a);
}

static void a_drawing_is_escaped_and_whole(void **state) {
  (void)state;
  struct arena *a = arena_new(64 << 20);
  struct procedure copy = *read_shipped(a, "incident");
  struct procedure_track *tracks = arena_memdup(a, copy.tracks, copy.tracks_count * sizeof *tracks);
  tracks[0].title.zh = "<b>&\"标题\"";
  copy.tracks = tracks;
  for (int zh = 0; zh < 2; zh++) {
    struct buf out;
    buf_init(&out, 1 << 20);
    procedure_draw(&out, &copy, zh);
    assert_false(out.full);
    assert_non_null(strstr(out.data, zh ? "&lt;b&gt;&amp;&quot;标题" : "To be dispatched"));
    assert_null(strstr(out.data, "<b>"));
    assert_non_null(strstr(out.data, "</svg>"));
    const char *dump = getenv("TONGXIN_DRAW");
    FILE *f = dump ? fopen(arena_printf(a, "%s-%d.svg", dump, zh), "w") : NULL;
    if (f) fwrite(out.data, 1, out.len, f);
    if (f) fclose(f);
    buf_free(&out);
  }
  arena_free(a);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_mistake_is_found_where_it_stands),
      cmocka_unit_test(a_file_that_is_too_large_is_refused),
      cmocka_unit_test(a_wrong_name_comes_with_what_was_perhaps_meant),
      cmocka_unit_test(a_number_is_made_from_its_pattern),
      cmocka_unit_test(conditions_hold_when_they_should),
      cmocka_unit_test(a_drawing_is_escaped_and_whole),
      cmocka_unit_test(the_shipped_procedures_check_clean),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
