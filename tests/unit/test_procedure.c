/* Procedures: the shipped files are clean; each mistake is found where it stands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

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
                                   read_shipped(a, "reception")};
  assert_string_equal(all[0]->title.zh, "事件办理");
  struct procedure_findings found = {0};
  size_t *which = NULL;
  procedure_check_together(&found, &which, a, all, 3);
  print_findings("together", &found);
  assert_int_equal(found.count, 0);
  arena_free(a);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_shipped_procedures_check_clean),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
