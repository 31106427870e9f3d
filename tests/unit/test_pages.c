/* web: the page compiler knows where every value stands, and what it writes there is harmless. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "web/pages.h"
#include "web/view_error.h"
#include "web/web.h"

static char folder[] = "/tmp/tongxin-pages-XXXXXX"; /* mkdtemp's own */
static char tool[PATH_MAX];

static const char *in_folder(char out[PATH_MAX], const char *name) {
  struct buf b;
  buf_init(&b, PATH_MAX - 1);
  buf_printf(&b, "%s/%s", folder, name);
  text_copy(out, PATH_MAX, b.data);
  buf_free(&b);
  return out;
}

static void write_file(const char *name, const char *text) {
  char path[PATH_MAX];
  FILE *f = fopen(in_folder(path, name), "w");
  assert_non_null(f);
  fputs(text, f);
  fclose(f);
}

static char said[1 << 16];

static void read_file(const char *name) {
  char path[PATH_MAX];
  FILE *f = fopen(in_folder(path, name), "r");
  assert_non_null(f);
  said[fread(said, 1, sizeof said - 1, f)] = '\0';
  fclose(f);
}

/* Compiles one page with the body; 0 and the C in `said`, or the exit code and the errors. */
static int compile(const char *body) {
  struct buf b;
  buf_init(&b, 10000);
  buf_printf(&b, "{{page x model struct view_x}}\n%s", body);
  write_file("pages/x.html", b.data);
  buf_free(&b);
  char h[PATH_MAX], c[PATH_MAX], sprite[PATH_MAX], pages[PATH_MAX], icons[PATH_MAX], list[PATH_MAX], errors[PATH_MAX];
  in_folder(h, "out.h"), in_folder(c, "out.c"), in_folder(sprite, "out.svg"), in_folder(pages, "pages");
  in_folder(icons, "icons"), in_folder(list, "icons.txt"), in_folder(errors, "errors");
  pid_t pid = fork();
  if (pid == 0) {
    if (!freopen(errors, "w", stderr)) _exit(99);
    execl(tool, tool, h, c, sprite, pages, icons, list, (char *)NULL);
    _exit(98);
  }
  int status = 0;
  assert_int_equal(waitpid(pid, &status, 0), pid);
  assert_true(WIFEXITED(status));
  read_file(WEXITSTATUS(status) == 0 ? "out.c" : "errors");
  return WEXITSTATUS(status);
}

static void expect(const char *body, const char *code) {
  assert_int_equal(compile(body), 0);
  if (!strstr(said, code)) print_error("for %s\nwanted %s\ngot %s\n", body, code, said);
  assert_non_null(strstr(said, code));
}

static void refuse(const char *body, const char *where) {
  int status = compile(body);
  if (status != 1 || !strstr(said, where)) print_error("for %s\nwanted %s\ngot %d %s\n", body, where, status, said);
  assert_int_equal(status, 1);
  assert_non_null(strstr(said, where));
}

static void every_place_has_its_own_function(void **state) {
  (void)state;
  expect("<p>{{m.a}}</p>", "page_text(out, m->a)");
  expect("<p title=\"{{m.a}}\"></p>", "page_attr(out, m->a)");
  expect("<p title='{{m.a}}'></p>", "page_attr(out, m->a)");
  expect("<textarea>{{m.a}}</textarea>", "page_attr(out, m->a)");
  expect("<title>{{m.a}}</title>", "page_attr(out, m->a)");
  expect("<a href=\"{{m.a}}\">x</a>", "page_url(out, m->a)");
  expect("<a href=\"{{m.a}}/edit\">x</a>", "page_url(out, m->a)");
  expect("<a href=\"/case/{{m.a}}?q={{m.b}}\">x</a>", "page_part(out, m->b)");
  expect("<div hx-get=\"/x/{{m.a}}\"></div>", "page_part(out, m->a)");
  expect("<p class=\"a{{if m.late}} late{{end}}\"></p>", "if (page_true(m->late))");
  expect("<option value=\"1\"{{if m.a == 1}} selected{{end}}>x</option>", "if ((m->a == 1))");
  expect("{{if m.a == \"x\" and not m.b}}y{{else if m.c}}z{{end}}", "page_same(m->a, \"x\")) && !page_true(m->b)");
}

static void places_where_nothing_is_safe_take_no_value(void **state) {
  (void)state;
  refuse("<p class={{m.a}}></p>", "pages/x.html:2:10: error: put the attribute's value in quotes");
  refuse("<p {{m.a}}></p>", "no value may stand here");
  refuse("<{{m.a}}>", "no value may stand here");
  refuse("<p onclick=\"{{m.a}}\">", "no value may stand in this attribute");
  refuse("<p style=\"{{m.a}}\">", "no value may stand in this attribute");
  refuse("<script>{{m.a}}</script>", "no slots in scripts");
  refuse("<script>var a = 1</script>", "scripts stand in assets");
  refuse("<style>p{}</style>", "styles stand in assets");
  refuse("<p onclick=\"go()\"></p>", "content security policy");
  refuse("<a href=\"javascript:{{m.a}}\">", "a script as an address");
  refuse("<a href=\"{{m.a}}script:x\">", "after a whole address only");
  refuse("<p {{if m.a}}on{{end}}click=\"{{m.b}}\">", "an attribute's name is cut");
  refuse("<p>{{if m.a}}<b>{{end}}<i title=\"{{if m.a}}\">{{end}}", "error");
  refuse("<a href=\"{{if m.a}}/x{{end}}{{m.b}}\">", "go on in another place");
}

static void wrong_names_and_nesting_are_told_with_their_place(void **state) {
  (void)state;
  refuse("\n <p>{{n.a}}</p>", "pages/x.html:3:5: error: unknown name: n.a");
  refuse("{{m.a-b}}", "not a member path");
  refuse("{{m.a[0]}}", "not a member path");
  refuse("{{if m.a}}x", "no end for what begins here");
  refuse("x{{end}}", "end without a beginning");
  refuse("{{each m in m.a count m.n}}{{end}}", "not a new name");
  refuse("{{include nothing m}}", "no such page: nothing");
  refuse("{{icon no-such-icon}}", "no such icon");
  refuse("{{frobnicate m.a}}", "not understood");
  refuse("{{m.a", "{{ without }}");
  refuse("a < b", "a bare <");
}

/* --- what the functions write --- */

static const char *written(void (*f)(struct buf *, const char *), const char *value) {
  static struct buf b;
  buf_free(&b);
  buf_init(&b, 10000);
  f(&b, value);
  return b.data;
}

static void text_is_escaped_for_text_and_quotes(void **state) {
  (void)state;
  assert_string_equal(written(page_text_string, "<script>alert('1')&\"</script>"),
                      "&lt;script&gt;alert(&#39;1&#39;)&amp;&quot;&lt;/script&gt;");
  assert_string_equal(written(page_text_string, "同心 & 协力"), "同心 &amp; 协力");
  assert_string_equal(written(page_text_string, NULL), "");
}

static void no_address_is_a_script(void **state) {
  (void)state;
  static const char *const bad[] = {"javascript:alert(1)", "JavaScript:alert(1)", " javascript:alert(1)",
                                    "java\nscript:alert(1)", "\x01javascript:alert(1)", "vbscript:x", "data:text/html,x",
                                    "data:image/svg+xml,<svg onload=x>", "//evil.example/", "/\\evil.example", "blob:x",
                                    "file:///etc/passwd", "jav\tascript:x", ":x"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) assert_string_equal(written(page_url_string, bad[i]), "#");
  static const char *const good[] = {"/case/1", "case/1", "?a=b", "#top", "https://example.org/", "mailto:a@example.org",
                                     "tel:110", "/a:b", "data:image/png;base64,AA=="};
  for (size_t i = 0; i < sizeof good / sizeof *good; i++)
    assert_string_equal(written(page_url_string, good[i]), good[i]);
  assert_string_equal(written(page_url_string, "/a?b=\"c\"&d"), "/a?b=&quot;c&quot;&amp;d");
}

static void pieces_of_an_address_are_percent_encoded(void **state) {
  (void)state;
  assert_string_equal(written(page_part_string, "a/b?c=d&e#f:g h\"'<"), "a%2Fb%3Fc%3Dd%26e%23f%3Ag%20h%22%27%3C");
  assert_string_equal(written(page_part_string, "同"), "%E5%90%8C");
}

static void a_hostile_error_page_stays_text(void **state) {
  (void)state;
  struct buf b;
  buf_init(&b, 1 << 20);
  struct page_context ctx = {.lang = LANG_ZH, .district = "<b>", .csrf = "\"><script>", .path = "/", .request_id = "X",
                             .here_zh = "javascript:1", .here_en = "javascript:2", .user_name = "</title>"};
  struct view_error view = {.what = "</title>", .hint = "<i>", .field = "\"", .sign_in = "javascript:3"};
  struct page_menu entry = {.href = "javascript:x", .name = "<i>", .icon = "\"><script>", .mark = "\" onclick=\"x"};
  ctx.menu = ctx.side = &entry;
  ctx.menu_count = ctx.side_count = 1;
  ctx.signed_in = true;
  page_error(&b, &view, &ctx);
  assert_null(strstr(b.data, "javascript:"));
  assert_null(strstr(b.data, "<script>"));
  assert_null(strstr(b.data, "<i>"));
  assert_null(strstr(b.data, "<b>金"));
  assert_null(strstr(b.data, "\" onclick=\"x"));
  assert_non_null(strstr(b.data, "&lt;/title&gt;"));
  buf_free(&b);
}

static int set_up(void **state) {
  (void)state;
  char path[PATH_MAX];
  if (!mkdtemp(folder)) return -1;
  mkdir(in_folder(path, "pages"), 0700);
  mkdir(in_folder(path, "icons"), 0700);
  write_file("icons.txt", "");
  ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
  if (n < 0) return -1;
  path[n] = '\0';
  *strrchr(path, '/') = '\0';
  struct buf b;
  buf_init(&b, PATH_MAX - 1);
  buf_printf(&b, "%s/../tools/pages", path);
  text_copy(tool, sizeof tool, b.data);
  buf_free(&b);
  return access(tool, X_OK);
}

static int tear_down(void **state) {
  (void)state;
  static const char *const files[] = {"pages/x.html", "icons.txt", "out.h", "out.c", "out.svg", "errors"};
  char path[PATH_MAX];
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) unlink(in_folder(path, files[i]));
  rmdir(in_folder(path, "pages"));
  rmdir(in_folder(path, "icons"));
  return rmdir(folder);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_place_has_its_own_function),
      cmocka_unit_test(places_where_nothing_is_safe_take_no_value),
      cmocka_unit_test(wrong_names_and_nesting_are_told_with_their_place),
      cmocka_unit_test(text_is_escaped_for_text_and_quotes),
      cmocka_unit_test(no_address_is_a_script),
      cmocka_unit_test(pieces_of_an_address_are_percent_encoded),
      cmocka_unit_test(a_hostile_error_page_stays_text),
  };
  return cmocka_run_group_tests_name("pages", tests, set_up, tear_down);
}
