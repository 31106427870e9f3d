/* pages OUT.h OUT.c SPRITE.svg PAGES ICONS ICONS.txt: compiles pages/ *.html into C functions, and the icons they use
 * into one sprite. The notation is described in docs/pages.md.
 *
 * The compiler reads the HTML around every slot, character by character, so it knows where a value will stand: in
 * text, in a quoted attribute, at the start of an address or further on in one. Each place has its own function in
 * web/page.h, and a type that has no business there has none. Where no escaping is safe (scripts, styles, event
 * attributes, unquoted values, tag names) a slot is an error. */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tool.h"

enum { MOST_PAGES = 500, MOST_SLOTS = 16, MOST_ICONS = 600, DEPTH = 40, WORDS_IN = 16, NAME = 64 };

/* --- where we are in the HTML --- */

enum place { TEXT, TAG_OPEN, TAG_NAME, IN_TAG, ATTR_NAME, AFTER_NAME, BEFORE_VALUE, VALUE, UNQUOTED, COMMENT, RAW };

struct html_state {
  enum place place;
  char quote;           /* of VALUE */
  bool closing;         /* </tag */
  char tag[NAME], attr[NAME];
  char raw[NAME];       /* script or style while RAW; pre, textarea, title while in them */
  char begun[24];       /* the first characters of an address */
  bool at_start;        /* nothing of the value is written yet */
  bool after_whole;     /* a slot stood at the start of an address: only / ? # & may follow */
  bool must_break;      /* a directive cut an attribute's name: white space or > must follow */
};

/* --- one file being compiled --- */

struct slot {
  char name[NAME];
  bool optional;
};

struct page {
  const char *path, *name, *layout, *model, *include;
  bool is_layout;
  const char *text;
  const char *body; /* after the first line */
  int body_line;
  struct slot slots[MOST_SLOTS]; /* of a layout */
  int slot_count;
};

enum opened { OPEN_IF, OPEN_EACH, OPEN_BLOCK };

struct open {
  enum opened kind;
  int line;
  struct html_state before; /* when it was opened: every branch starts here */
  struct html_state branch; /* at the end of the first branch */
  bool has_branch, has_else, space_before, space_branch;
  char variable[NAME], count[256];
  int names; /* in scope before it */
};

struct compiler {
  const struct page *page;
  const char *at;
  int line, column;
  struct html_state html;
  struct buf out, literal;
  bool space; /* the last character written was white space */
  struct open open[DEPTH];
  int depth;
  char names[DEPTH][NAME]; /* variables of each */
  int name_count;
  bool filled[MOST_SLOTS];
  bool in_block;
};

static struct arena *memory;
static struct page pages[MOST_PAGES];
static int page_count;
static const char *icons_folder;
static char *icons[MOST_ICONS];
static int icon_count;

static void wrong(const struct compiler *c, const char *what, const char *which) {
  tool_error(c->page->path, c->line, c->column, "%s%s%s", what, which ? ": " : "", which ? which : "");
}

static const struct page *find_page(const char *name, bool layout) {
  for (int i = 0; i < page_count; i++)
    if (pages[i].is_layout == layout && strcmp(pages[i].name, name) == 0) return &pages[i];
  return NULL;
}

/* --- literals --- */

static void quote(struct buf *out, const char *s, size_t n) {
  buf_putc(out, '"');
  for (size_t i = 0; i < n; i++) {
    char c = s[i];
    if (c == '\n') {
      buf_puts(out, "\\n");
      continue;
    }
    if (c == '"' || c == '\\' || c == '?') buf_putc(out, '\\');
    buf_putc(out, c);
  }
  buf_putc(out, '"');
}

static void flush(struct compiler *c) {
  if (!c->literal.len) return;
  buf_puts(&c->out, "  page_raw(out, ");
  quote(&c->out, c->literal.data, c->literal.len);
  buf_printf(&c->out, ", %zu);\n", c->literal.len);
  buf_clear(&c->literal);
}

/* Starts a statement that the C compiler will blame on the page's own line. */
static void statement(struct compiler *c) {
  flush(c);
  buf_printf(&c->out, "#line %d \"%s\"\n", c->line, c->page->path);
}

/* A character of text; white space runs become one character, outside <pre> and <textarea>. */
static void put(struct compiler *c, char ch) {
  bool white = ch == ' ' || ch == '\n' || ch == '\t' || ch == '\r';
  if (white && strcmp(c->html.raw, "pre") != 0 && strcmp(c->html.raw, "textarea") != 0) {
    if (c->space) return;
    ch = ch == '\n' ? '\n' : ' ';
    c->space = true;
  } else {
    c->space = false;
  }
  buf_putc(&c->literal, ch);
}

static void put_in_tag(struct compiler *c, char ch) {
  buf_putc(&c->literal, ch);
  c->space = false;
}

/* --- the HTML state machine --- */

static bool is_url_attr(const char *a) {
  static const char *const urls[] = {"href", "src", "action", "formaction", "poster", "cite", "data", "xlink:href",
                                     "ping", "manifest", "background", "hx-get", "hx-post", "hx-put", "hx-patch",
                                     "hx-delete", "hx-push-url", "hx-replace-url", "sse-connect"};
  for (size_t i = 0; i < sizeof urls / sizeof *urls; i++)
    if (strcmp(a, urls[i]) == 0) return true;
  return false;
}

static bool is_forbidden_attr(const char *a) {
  return strncmp(a, "on", 2) == 0 || strncmp(a, "hx-on", 5) == 0 || strcmp(a, "style") == 0 ||
         strcmp(a, "srcdoc") == 0 || strcmp(a, "srcset") == 0 || strcmp(a, "hx-vals") == 0 ||
         strcmp(a, "hx-vars") == 0 || strcmp(a, "hx-headers") == 0;
}

static void append(char *name, char ch) {
  size_t n = strlen(name);
  if (n + 1 < NAME) {
    name[n] = (char)tolower((unsigned char)ch);
    name[n + 1] = '\0';
  }
}

static void finish_tag(struct compiler *c) {
  struct html_state *h = &c->html;
  static const char *const special[] = {"script", "style", "pre", "textarea", "title"};
  h->place = TEXT;
  c->space = false;
  for (size_t i = 0; i < sizeof special / sizeof *special; i++) {
    if (strcmp(h->tag, special[i]) != 0) continue;
    if (h->closing) {
      h->raw[0] = '\0';
    } else {
      text_copy(h->raw, sizeof h->raw, h->tag);
      if (i < 2) h->place = RAW;
    }
  }
  if (strcmp(h->tag, "style") == 0 && !h->closing) wrong(c, "styles stand in assets/app.css, not in pages", NULL);
}

static void start_value(struct html_state *h, char q) {
  h->place = q ? VALUE : UNQUOTED;
  h->quote = q;
  h->at_start = true;
  h->after_whole = false;
  h->begun[0] = '\0';
}

static void check_address(const struct compiler *c) {
  static const char *const bad[] = {"javascript:", "vbscript:", "data:text"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    if (strncasecmp(c->html.begun, bad[i], strlen(bad[i])) == 0) wrong(c, "a script as an address", NULL);
}

static void in_value(struct compiler *c, char ch) {
  struct html_state *h = &c->html;
  bool ends = h->place == VALUE ? ch == h->quote : ch == ' ' || ch == '\n' || ch == '>';
  if (ends) {
    if (is_url_attr(h->attr)) check_address(c);
    if (strncmp(h->attr, "on", 2) == 0 || strcmp(h->attr, "style") == 0)
      wrong(c, "the content security policy forbids this attribute", h->attr);
    h->attr[0] = '\0';
    h->place = IN_TAG;
    if (ch == '>') finish_tag(c);
    return;
  }
  if (h->after_whole && !strchr("/?#&", ch)) wrong(c, "after a whole address only / ? # & may follow", NULL);
  h->after_whole = false;
  h->at_start = false;
  size_t n = strlen(h->begun);
  if (n + 1 < sizeof h->begun) {
    h->begun[n] = ch;
    h->begun[n + 1] = '\0';
  }
}

static void in_tag(struct compiler *c, char ch) {
  struct html_state *h = &c->html;
  bool white = isspace((unsigned char)ch);
  if (h->must_break && !white && ch != '>' && ch != '/') wrong(c, "an attribute's name is cut by a directive", NULL);
  h->must_break = false;
  if (ch == '>') {
    finish_tag(c);
  } else if (h->place == BEFORE_VALUE) {
    if (white) return;
    if (ch == '"' || ch == '\'') {
      start_value(h, ch);
    } else {
      start_value(h, '\0');
      in_value(c, ch);
    }
  } else if (ch == '=') {
    h->place = BEFORE_VALUE;
  } else if (white || ch == '/') {
    h->place = h->place == ATTR_NAME || h->place == AFTER_NAME ? AFTER_NAME : IN_TAG;
  } else {
    if (h->place != ATTR_NAME) h->attr[0] = '\0';
    h->place = ATTR_NAME;
    append(h->attr, ch);
  }
}

/* In <script> or <style>: only the end tag gets us out, and nothing may stand before it. */
static void in_raw(struct compiler *c, char ch) {
  struct html_state *h = &c->html;
  size_t n = strlen(h->raw);
  if (c->at[0] == '<' && c->at[1] == '/' && strncasecmp(c->at + 2, h->raw, n) == 0) {
    h->place = TAG_OPEN;
  } else if (!isspace((unsigned char)ch)) {
    if (h->begun[0] != '!') wrong(c, "scripts stand in assets/, not in pages", NULL);
    text_copy(h->begun, sizeof h->begun, "!");
  }
}

static void html_char(struct compiler *c, char ch) {
  struct html_state *h = &c->html;
  switch (h->place) {
    case TEXT:
      if (ch != '<') return;
      h->place = TAG_OPEN;
      return;
    case TAG_OPEN:
      h->begun[0] = '\0';
      h->closing = ch == '/';
      h->tag[0] = h->attr[0] = '\0';
      if (!h->closing && !isalpha((unsigned char)ch) && ch != '!') {
        wrong(c, "a bare < : write &lt;", NULL);
        h->place = TEXT;
        return;
      }
      h->place = TAG_NAME;
      if (!h->closing) append(h->tag, ch);
      return;
    case TAG_NAME:
      if (ch == '>') {
        finish_tag(c);
      } else if (isspace((unsigned char)ch) || ch == '/') {
        h->place = IN_TAG;
      } else {
        append(h->tag, ch);
      }
      return;
    case IN_TAG:
    case ATTR_NAME:
    case AFTER_NAME:
    case BEFORE_VALUE: in_tag(c, ch); return;
    case VALUE:
    case UNQUOTED: in_value(c, ch); return;
    case RAW: in_raw(c, ch); return;
    case COMMENT: return;
  }
}

/* --- words of a directive --- */

struct words {
  char *at[WORDS_IN];
  int count;
};

static struct words split(const struct compiler *c, const char *s, size_t n) {
  struct words w = {0};
  char *p = arena_strndup(memory, s, n);
  while (*p) {
    while (isspace((unsigned char)*p)) *p++ = '\0';
    if (!*p) break;
    if (w.count == WORDS_IN) {
      wrong(c, "too many words in a directive", NULL);
      return w;
    }
    w.at[w.count++] = p;
    if (*p == '"') {
      p++;
      while (*p && *p != '"') p++;
      if (*p) p++;
      if (*p && !isspace((unsigned char)*p)) wrong(c, "white space wanted after a string", NULL);
    } else {
      while (*p && !isspace((unsigned char)*p)) p++;
    }
  }
  return w;
}

static bool is_identifier(const char *s, size_t n) {
  if (!n || !(islower((unsigned char)s[0]) || s[0] == '_')) return false;
  for (size_t i = 0; i < n; i++)
    if (!islower((unsigned char)s[i]) && !isdigit((unsigned char)s[i]) && s[i] != '_') return false;
  return true;
}

/* What a root name is: 'p' pointer to a struct, 'i' item of an each, 'n' its number, 0 unknown. */
static char root_kind(const struct compiler *c, const char *s, size_t n) {
  if (n == 1 && *s == 'm') return c->page->model ? 'p' : 0;
  if (n == 3 && strncmp(s, "ctx", 3) == 0) return 'p';
  for (int i = 0; i < c->name_count; i++) {
    size_t len = strlen(c->names[i]);
    if (n == len && strncmp(s, c->names[i], n) == 0) return 'i';
    if (n == len + 2 && strncmp(s, c->names[i], len) == 0 && strcmp(s + len, "_n") == 0) return 'n';
    if (n == len + 2 && strncmp(s, c->names[i], len) == 0 && strncmp(s + len, "_n", 2) == 0) return 'n';
  }
  return 0;
}

/* A member path as a C expression. With `pointer` a bare name is the pointer itself, else what it points to. */
static const char *path(const struct compiler *c, const char *s, bool pointer) {
  const char *start = s;
  bool address = pointer && *s == '&';
  if (address) s++;
  size_t n = strcspn(s, ".-");
  char kind = is_identifier(s, n) ? root_kind(c, s, n) : 0;
  if (!kind) {
    wrong(c, "unknown name", start);
    return "0";
  }
  char *root = arena_strndup(memory, s, n);
  const char *rest = s + n;
  if (!*rest) {
    if (kind == 'p' && !pointer) wrong(c, "a structure is not a value", start);
    if (kind == 'n' || pointer) return root;
    return arena_printf(memory, "(*%s)", root);
  }
  for (const char *p = rest; *p;) {
    p += *p == '.' ? 1 : p[0] == '-' && p[1] == '>' ? 2 : 0;
    size_t part = strcspn(p, ".-");
    if (!is_identifier(p, part)) {
      wrong(c, "not a member path", start);
      return "0";
    }
    p += part;
  }
  rest += *rest == '.' ? 1 : 2;
  return arena_printf(memory, "%s%s->%s", address ? "&" : "", root, rest);
}

/* --- values --- */

static const char *slot_function(struct compiler *c) {
  struct html_state *h = &c->html;
  if (h->place == TEXT) return strcmp(h->raw, "title") == 0 || strcmp(h->raw, "textarea") == 0 ? "page_attr" : "page_text";
  if (h->place != VALUE) {
    wrong(c, h->place == UNQUOTED || h->place == BEFORE_VALUE ? "put the attribute's value in quotes"
                                                             : "no value may stand here", NULL);
    return "page_text";
  }
  if (is_forbidden_attr(h->attr)) wrong(c, "no value may stand in this attribute", h->attr);
  if (!is_url_attr(h->attr)) return "page_attr";
  if (!h->at_start) return "page_part";
  h->after_whole = true;
  return "page_url";
}

static void wrote(struct compiler *c) {
  c->space = false;
  c->html.at_start = false;
}

static void do_value(struct compiler *c, const char *expression) {
  const char *function = slot_function(c);
  const char *value = path(c, expression, false);
  statement(c);
  buf_printf(&c->out, "  %s(out, %s);\n", function, value);
  wrote(c);
}

/* Things whose text is escaped alike in text and in attributes, and that are no addresses. */
static bool plain_place(struct compiler *c) {
  const char *function = slot_function(c);
  bool good = strcmp(function, "page_text") == 0 || strcmp(function, "page_attr") == 0;
  if (!good) wrong(c, "no words in an address", NULL);
  wrote(c);
  return good;
}

static char *upper(const char *s) {
  char *u = arena_strdup(memory, s);
  for (char *p = u; *p; p++) *p = (char)(isalnum((unsigned char)*p) ? toupper((unsigned char)*p) : '_');
  return u;
}

static void do_t(struct compiler *c, const struct words *w) {
  if (w->count < 2) {
    wrong(c, "t wants a key", NULL);
    return;
  }
  plain_place(c);
  char *id = upper(w->at[1]);
  int args = w->count - 2;
  statement(c);
  buf_printf(&c->out, "  _Static_assert(WORD_ARGS_%s == %d, \"%s takes another number of arguments\");\n", id, args, w->at[1]);
  buf_printf(&c->out, "  page_word(out, ctx, W_%s, ", id);
  if (args) {
    buf_puts(&c->out, "(const struct page_value[]){");
    for (int i = 0; i < args; i++) buf_printf(&c->out, "%spage_value(%s)", i ? ", " : "", path(c, w->at[2 + i], false));
    buf_puts(&c->out, "}");
  } else {
    buf_puts(&c->out, "NULL");
  }
  buf_printf(&c->out, ", %d);\n", args);
}

/* word, time, day: a function with the context and one value */
static void do_formatted(struct compiler *c, const char *function, const struct words *w) {
  if (w->count != 2) {
    wrong(c, "wants one value", w->at[0]);
    return;
  }
  plain_place(c);
  const char *value = path(c, w->at[1], false);
  statement(c);
  buf_printf(&c->out, "  %s(out, ctx, %s);\n", function, value);
}

static void text_only(struct compiler *c, const char *what) {
  if (c->html.place != TEXT || c->html.raw[0]) wrong(c, "only between tags", what);
}

static void use_icon(const struct compiler *c, const char *name) {
  for (int i = 0; i < icon_count; i++)
    if (strcmp(icons[i], name) == 0) return;
  char *file = arena_printf(memory, "%s/%s.svg", icons_folder, name);
  bool good = *name && icon_count < MOST_ICONS;
  for (const char *p = name; *p; p++) good = good && (islower((unsigned char)*p) || isdigit((unsigned char)*p) || *p == '-');
  if (!good || access(file, R_OK) != 0) {
    if (c) wrong(c, "no such icon", name);
    else tool_error("assets/icons.txt", 1, 1, "no such icon: %s", name);
    return;
  }
  icons[icon_count++] = arena_strdup(memory, name);
}

static void do_icon(struct compiler *c, const struct words *w) {
  text_only(c, "icon");
  bool dynamic = strcmp(w->at[0], "icon-of") == 0;
  if (w->count != 2) {
    wrong(c, "icon wants a name", NULL);
    return;
  }
  if (!dynamic) use_icon(c, w->at[1]);
  buf_puts(&c->literal, "<svg class=\"i\" aria-hidden=\"true\"><use href=\"");
  statement(c);
  buf_puts(&c->out, "  page_asset(out, A_ICONS_SVG);\n");
  buf_printf(&c->literal, "#i-%s", dynamic ? "" : w->at[1]);
  if (dynamic) {
    const char *name = path(c, w->at[1], false);
    statement(c);
    buf_printf(&c->out, "  page_part(out, %s);\n", name);
  }
  buf_puts(&c->literal, "\"></use></svg>");
  wrote(c);
}

static void do_asset(struct compiler *c, const struct words *w) {
  if (c->html.place != VALUE || !c->html.at_start || w->count != 2) wrong(c, "asset stands alone in an address", NULL);
  statement(c);
  buf_printf(&c->out, "  page_asset(out, A_%s);\n", w->count == 2 ? upper(w->at[1]) : "");
  c->html.after_whole = true;
  wrote(c);
}

static void do_csrf(struct compiler *c) {
  text_only(c, "csrf");
  buf_puts(&c->literal, "<input type=\"hidden\" name=\"csrf\" value=\"");
  statement(c);
  buf_puts(&c->out, "  page_attr(out, ctx->csrf);\n");
  buf_puts(&c->literal, "\">");
  wrote(c);
}

static void do_include(struct compiler *c, const struct words *w) {
  text_only(c, "include");
  const struct page *p = w->count >= 2 ? find_page(w->at[1], false) : NULL;
  if (!p) {
    wrong(c, "no such page", w->count >= 2 ? w->at[1] : "");
    return;
  }
  if (p->model ? w->count != 3 : w->count != 2) wrong(c, p->model ? "wants its model" : "takes no model", p->name);
  const char *model = w->count == 3 ? path(c, w->at[2], true) : "NULL";
  statement(c);
  buf_printf(&c->out, "  page_%s(out, %s, ctx);\n", p->name, model);
  c->space = false;
}

/* --- branches --- */

static bool is_constant(const char *s) {
  const char *p = s;
  if (*p == '-' || isdigit((unsigned char)*p)) {
    if (*p == '-') p++;
    for (; *p; p++)
      if (!isdigit((unsigned char)*p)) return false;
    return p > s;
  }
  if (!isupper((unsigned char)*p)) return false;
  for (; *p; p++)
    if (!isupper((unsigned char)*p) && !isdigit((unsigned char)*p) && *p != '_') return false;
  return true;
}

static int layout_slot(const struct page *layout, const char *name) {
  for (int i = 0; i < layout->slot_count; i++)
    if (strcmp(layout->slots[i].name, name) == 0) return i;
  return -1;
}

/* One term at w[*i]: [not] path [== operand], or `block name` in a layout. */
static const char *term(const struct compiler *c, const struct words *w, int *i) {
  bool negative = false;
  while (*i < w->count && strcmp(w->at[*i], "not") == 0) {
    negative = !negative;
    (*i)++;
  }
  const char *not = negative ? "!" : "";
  if (*i >= w->count) {
    wrong(c, "a condition is missing", NULL);
    return "0";
  }
  const char *left = w->at[(*i)++];
  if (c->page->is_layout && strcmp(left, "block") == 0 && *i < w->count) {
    int slot = layout_slot(c->page, w->at[(*i)++]);
    if (slot < 0) wrong(c, "no such slot", w->at[*i - 1]);
    return arena_printf(memory, "%s(block[%d] != NULL)", not, slot);
  }
  const char *a = path(c, left, false);
  static const char *const operators[] = {"==", "!=", "<", ">", "<=", ">="};
  const char *op = NULL;
  for (size_t k = 0; *i < w->count && k < sizeof operators / sizeof *operators; k++)
    if (strcmp(w->at[*i], operators[k]) == 0) op = operators[k];
  if (!op) return arena_printf(memory, "%spage_true(%s)", not, a);
  (*i)++;
  if (*i >= w->count) {
    wrong(c, "something is missing after", op);
    return "0";
  }
  const char *right = w->at[(*i)++];
  if (*right == '"') {
    if (op[1] != '=' || op[0] == '<' || op[0] == '>') wrong(c, "strings are only equal or not", NULL);
    return arena_printf(memory, "%s(%spage_same(%s, %s))", not, *op == '!' ? "!" : "", a, right);
  }
  return arena_printf(memory, "%s(%s %s %s)", not, a, op, is_constant(right) ? right : path(c, right, false));
}

static const char *condition(const struct compiler *c, const struct words *w, int i) {
  const char *all = term(c, w, &i);
  const char *joint = NULL;
  while (i < w->count) {
    const char *j = w->at[i++];
    bool good = strcmp(j, "and") == 0 || strcmp(j, "or") == 0;
    if (!good || (joint && strcmp(joint, j) != 0)) {
      wrong(c, good ? "do not mix and with or" : "not understood", j);
      return "0";
    }
    joint = j;
    all = arena_printf(memory, "%s %s %s", all, *j == 'a' ? "&&" : "||", term(c, w, &i));
  }
  return all;
}

static struct open *push(struct compiler *c, enum opened kind) {
  if (c->depth == DEPTH) {
    wrong(c, "nested too deep", NULL);
    exit(1);
  }
  struct open *o = &c->open[c->depth++];
  *o = (struct open){.kind = kind, .line = c->line, .before = c->html, .space_before = c->space, .names = c->name_count};
  return o;
}

/* A directive may stand between attributes, but not inside a name or before a value. */
static void settle(struct compiler *c) {
  struct html_state *h = &c->html;
  if (h->place == ATTR_NAME) h->must_break = true;
  if (h->place == ATTR_NAME || h->place == AFTER_NAME) {
    h->place = IN_TAG;
    h->attr[0] = '\0';
  }
  if (h->place == TAG_OPEN || h->place == TAG_NAME || h->place == BEFORE_VALUE || h->place == UNQUOTED)
    wrong(c, "no directive may stand here", NULL);
}

static bool alike(const struct html_state *a, const struct html_state *b) {
  if (a->place != b->place || strcmp(a->raw, b->raw) != 0) return false;
  if (a->place == IN_TAG) return strcmp(a->tag, b->tag) == 0;
  if (a->place != VALUE) return true;
  if (strcmp(a->attr, b->attr) != 0) return false;
  return !is_url_attr(a->attr) || a->at_start == b->at_start;
}

static void do_if(struct compiler *c, const struct words *w) {
  settle(c);
  push(c, OPEN_IF);
  const char *test = condition(c, w, 1);
  statement(c);
  buf_printf(&c->out, "  if (%s) {\n", test);
}

static void do_each(struct compiler *c, const struct words *w) {
  settle(c);
  if (w->count != 6 || strcmp(w->at[2], "in") != 0 || strcmp(w->at[4], "count") != 0) {
    wrong(c, "write: each NAME in LIST count NUMBER", NULL);
    exit(1);
  }
  const char *name = w->at[1];
  if (!is_identifier(name, strlen(name)) || root_kind(c, name, strlen(name)) || strlen(name) > NAME - 4 || strcmp(name, "m") == 0)
    wrong(c, "not a new name", name);
  const char *list = path(c, w->at[3], false), *n = path(c, w->at[5], false);
  struct open *o = push(c, OPEN_EACH);
  text_copy(o->variable, sizeof o->variable, name);
  text_copy(o->count, sizeof o->count, n);
  text_copy(c->names[c->name_count++], NAME, name);
  statement(c);
  buf_printf(&c->out, "  for (size_t %s_n = 1; %s_n <= page_count((long long)(%s)); %s_n++) {\n", name, name, n, name);
  buf_printf(&c->out, "    const __typeof__(*(%s)) *%s = &(%s)[%s_n - 1];\n    (void)%s;\n", list, name, list, name, name);
}

/* Ends a branch: what follows may rely only on what all branches share. */
static void end_branch(struct compiler *c, struct open *o) {
  settle(c);
  bool good = o->has_branch ? alike(&o->branch, &c->html) : o->kind != OPEN_EACH || alike(&o->before, &c->html);
  if (!good) wrong(c, "the branches end in different places of the HTML", NULL);
  if (o->has_branch) {
    c->html.after_whole |= o->branch.after_whole;
    c->html.must_break |= o->branch.must_break;
  }
  o->branch = c->html;
  o->space_branch = (!o->has_branch || o->space_branch) && c->space;
  o->has_branch = true;
}

static void do_else(struct compiler *c, const struct words *w) {
  struct open *o = c->depth ? &c->open[c->depth - 1] : NULL;
  if (!o || o->kind == OPEN_BLOCK || o->has_else) {
    wrong(c, "else without if or each", NULL);
    return;
  }
  bool more = w->count > 1;
  end_branch(c, o);
  c->html = o->before;
  c->space = o->space_before;
  c->name_count = o->names;
  if (more && (strcmp(w->at[1], "if") != 0 || o->kind == OPEN_EACH)) wrong(c, "write else or else if", NULL);
  const char *test = more ? condition(c, w, 2) : NULL;
  o->has_else = !more;
  statement(c);
  if (o->kind == OPEN_EACH) {
    buf_printf(&c->out, "  }\n  if (page_count((long long)(%s)) == 0) {\n", o->count);
  } else if (more) {
    buf_printf(&c->out, "  } else if (%s) {\n", test);
  } else {
    buf_puts(&c->out, "  } else {\n");
  }
}

static void do_end(struct compiler *c) {
  if (!c->depth) {
    wrong(c, "end without a beginning", NULL);
    return;
  }
  struct open *o = &c->open[c->depth - 1];
  flush(c);
  if (o->kind == OPEN_BLOCK) {
    if (c->html.place != TEXT) wrong(c, "a block ends inside a tag", NULL);
    buf_puts(&c->out, "}\n\n");
    c->in_block = false;
    c->html = o->before;
    c->depth--;
    return;
  }
  end_branch(c, o);
  if (!o->has_else) { /* the way past it counts as a branch */
    if (!alike(&o->before, &c->html)) wrong(c, "without it the HTML would go on in another place", NULL);
    c->html.after_whole |= o->before.after_whole;
    c->html.must_break |= o->before.must_break;
    o->space_branch = o->space_branch && o->space_before;
  }
  c->space = o->space_branch;
  c->name_count = o->names;
  c->depth--;
  buf_puts(&c->out, "  }\n");
}

/* --- layouts and blocks --- */

static void do_slot(struct compiler *c, const struct words *w) {
  if (!c->page->is_layout || w->count < 2) {
    wrong(c, "slots stand in layouts and have a name", NULL);
    return;
  }
  if (c->html.place != TEXT) wrong(c, "only between tags", "slot");
  int i = layout_slot(c->page, w->at[1]);
  statement(c);
  buf_printf(&c->out, "  if (block[%d]) block[%d](out, model, ctx);\n", i, i);
  c->space = false;
}

static void model_line(struct compiler *c) {
  if (c->page->model) buf_printf(&c->out, "  const %s *m = model;\n  (void)m;\n", c->page->model);
  buf_puts(&c->out, "  (void)ctx;\n  (void)model;\n  (void)out;\n");
}

static void do_block(struct compiler *c, const struct words *w) {
  const struct page *layout = c->page->layout ? find_page(c->page->layout, true) : NULL;
  int i = layout && w->count == 2 ? layout_slot(layout, w->at[1]) : -1;
  if (i < 0 || c->depth || c->filled[i]) {
    wrong(c, "no such slot in the layout, or filled already", w->count > 1 ? w->at[1] : "");
    exit(1);
  }
  c->filled[i] = true;
  c->in_block = true;
  push(c, OPEN_BLOCK);
  if (strcmp(w->at[1], "title") == 0) text_copy(c->html.raw, NAME, "title");
  c->space = true;
  buf_printf(&c->out, "static void %s__%s(struct buf *out, const void *model, const struct page_context *ctx) {\n",
             c->page->name, w->at[1]);
  model_line(c);
}

/* --- directives --- */

static void directive(struct compiler *c, const char *s, size_t n) {
  struct words w = split(c, s, n);
  if (!w.count || *w.at[0] == '#') return;
  const char *verb = w.at[0];
  if (c->html.place == RAW || c->html.place == COMMENT) wrong(c, "no slots in scripts, styles and comments", NULL);
  bool outside = c->page->layout && !c->in_block;
  if (strcmp(verb, "block") == 0) do_block(c, &w);
  else if (outside) wrong(c, "a page with a layout has blocks and nothing between them", verb);
  else if (strcmp(verb, "if") == 0) do_if(c, &w);
  else if (strcmp(verb, "else") == 0) do_else(c, &w);
  else if (strcmp(verb, "each") == 0) do_each(c, &w);
  else if (strcmp(verb, "end") == 0) do_end(c);
  else if (strcmp(verb, "t") == 0) do_t(c, &w);
  else if (strcmp(verb, "word") == 0) do_formatted(c, "page_word_key", &w);
  else if (strcmp(verb, "time") == 0) do_formatted(c, "page_time", &w);
  else if (strcmp(verb, "day") == 0) do_formatted(c, "page_day", &w);
  else if (strcmp(verb, "icon") == 0 || strcmp(verb, "icon-of") == 0) do_icon(c, &w);
  else if (strcmp(verb, "asset") == 0) do_asset(c, &w);
  else if (strcmp(verb, "csrf") == 0) do_csrf(c);
  else if (strcmp(verb, "include") == 0) do_include(c, &w);
  else if (strcmp(verb, "slot") == 0) do_slot(c, &w);
  else if (w.count == 1) do_value(c, verb);
  else wrong(c, "not understood", verb);
}

static void advance(struct compiler *c, size_t n) {
  for (; n; n--, c->at++) {
    c->column++;
    if (*c->at == '\n') {
      c->line++;
      c->column = 1;
    }
  }
}

static void compile_body(struct compiler *c) {
  while (*c->at) {
    if (strncmp(c->at, "<!--", 4) == 0 && c->html.place == TEXT) {
      const char *end = strstr(c->at, "-->");
      if (!end) wrong(c, "a comment without an end", NULL);
      advance(c, end ? (size_t)(end - c->at) + 3 : strlen(c->at));
    } else if (c->at[0] == '{' && c->at[1] == '{') {
      const char *end = strstr(c->at, "}}");
      if (!end || memchr(c->at, '\n', (size_t)(end - c->at))) {
        wrong(c, "{{ without }} in the same line", NULL);
        return;
      }
      directive(c, c->at + 2, (size_t)(end - c->at) - 2);
      advance(c, (size_t)(end - c->at) + 2);
    } else {
      bool outside = c->page->layout && !c->in_block;
      if (outside && !isspace((unsigned char)*c->at)) {
        wrong(c, "text outside every block", NULL);
        return;
      }
      bool was_text = c->html.place == TEXT;
      char ch = *c->at;
      if (!outside && was_text) put(c, ch);
      html_char(c, ch);
      if (!outside && !was_text) put_in_tag(c, ch);
      advance(c, 1);
    }
  }
  if (c->depth) tool_error(c->page->path, c->open[c->depth - 1].line, 1, "no end for what begins here");
  if (c->html.place != TEXT) wrong(c, "the page ends inside a tag", NULL);
  flush(c);
}

/* --- the first line and the whole --- */

static const char *unquoted(const char *s) {
  size_t n = strlen(s);
  return n > 1 && *s == '"' ? arena_strndup(memory, s + 1, n - 2) : s;
}

static void read_head(struct page *p) {
  struct compiler c = {.page = p, .at = p->text, .line = 1, .column = 1};
  const char *end = strstr(p->text, "}}");
  p->body = p->text;
  p->body_line = 1;
  if (strncmp(p->text, "{{", 2) != 0 || !end) {
    wrong(&c, "the first line is {{page NAME ...}} or {{layout NAME}}", NULL);
    return;
  }
  struct words w = split(&c, p->text + 2, (size_t)(end - p->text) - 2);
  p->is_layout = w.count == 2 && strcmp(w.at[0], "layout") == 0;
  if (w.count < 2 || (!p->is_layout && strcmp(w.at[0], "page") != 0) || !is_identifier(w.at[1], strlen(w.at[1]))) {
    wrong(&c, "the first line is {{page NAME ...}} or {{layout NAME}}", NULL);
    return;
  }
  p->name = w.at[1];
  for (int i = 2; i < w.count; i++) {
    if (strcmp(w.at[i], "layout") == 0 && i + 1 < w.count) p->layout = w.at[++i];
    else if (strcmp(w.at[i], "include") == 0 && i + 1 < w.count) p->include = unquoted(w.at[++i]);
    else if (strcmp(w.at[i], "model") == 0 && i + 2 < w.count && strcmp(w.at[i + 1], "struct") == 0) {
      p->model = arena_printf(memory, "struct %s", w.at[i + 2]);
      i += 2;
    } else wrong(&c, "not understood", w.at[i]);
  }
  for (const char *s = p->text; s < end; s++) p->body_line += *s == '\n';
  p->body = end + 2;
}

static void read_slots(struct page *p) {
  struct compiler c = {.page = p, .line = 1, .column = 1};
  for (const char *s = strstr(p->body, "{{slot "); s; s = strstr(s + 1, "{{slot ")) {
    const char *end = strstr(s, "}}");
    if (!end) return;
    struct words w = split(&c, s + 2, (size_t)(end - s) - 2);
    if (w.count < 2 || layout_slot(p, w.at[1]) >= 0) continue;
    if (p->slot_count == MOST_SLOTS) {
      wrong(&c, "too many slots", NULL);
      return;
    }
    struct slot *slot = &p->slots[p->slot_count++];
    text_copy(slot->name, sizeof slot->name, w.at[1]);
    slot->optional = w.count == 3 && strcmp(w.at[2], "optional") == 0;
  }
}

static void signature(struct buf *out, const struct page *p) {
  if (p->is_layout)
    buf_printf(out,
               "static void layout_%s(struct buf *out, const void *model, const struct page_context *ctx, page_block "
               "*const *block)",
               p->name);
  else
    buf_printf(out, "void page_%s(struct buf *out, const %s *m, const struct page_context *ctx)", p->name,
               p->model ? p->model : "void");
}

static void write_layout_call(struct compiler *c) {
  const struct page *p = c->page, *layout = find_page(p->layout, true);
  signature(&c->out, p);
  buf_puts(&c->out, " {\n  static page_block *const block[] = {");
  for (int i = 0; i < layout->slot_count; i++) {
    if (c->filled[i]) buf_printf(&c->out, "%s%s__%s", i ? ", " : "", p->name, layout->slots[i].name);
    else buf_printf(&c->out, "%sNULL", i ? ", " : "");
    if (!c->filled[i] && !layout->slots[i].optional)
      tool_error(p->path, 1, 1, "the block \"%s\" of layout %s is missing", layout->slots[i].name, layout->name);
  }
  buf_printf(&c->out, "};\n  layout_%s(out, m, ctx, block);\n}\n\n", layout->name);
}

static void compile(const struct page *p, struct buf *all) {
  struct compiler *c = arena_alloc(memory, sizeof *c);
  c->page = p;
  c->at = p->body;
  c->line = p->body_line;
  c->column = 1;
  c->space = true;
  buf_init(&c->out, 16u << 20);
  buf_init(&c->literal, 4u << 20);
  if (p->layout && !find_page(p->layout, true)) {
    tool_error(p->path, 1, 1, "no such layout: %s", p->layout);
    return;
  }
  if (!p->layout) {
    signature(&c->out, p);
    buf_printf(&c->out, " {\n  (void)ctx;\n  (void)%s;\n", p->is_layout ? "model" : "m");
  }
  compile_body(c);
  if (p->layout) write_layout_call(c);
  else buf_puts(&c->out, "}\n\n");
  buf_add(all, c->out.data, c->out.len);
  buf_free(&c->out);
  buf_free(&c->literal);
}

static void write_header(const char *path_out) {
  struct buf b;
  buf_init(&b, 4u << 20);
  buf_puts(&b,
           "/* Written by tools/pages.c from pages/. */\n#ifndef WEB_PAGES_H\n#define WEB_PAGES_H\n\n#include "
           "\"web/page.h\"\n\n");
  for (int i = 0; i < page_count; i++)
    if (pages[i].model) buf_printf(&b, "%s;\n", pages[i].model);
  buf_puts(&b, "\n");
  for (int i = 0; i < page_count; i++) {
    if (pages[i].is_layout) continue;
    signature(&b, &pages[i]);
    buf_puts(&b, ";\n");
  }
  buf_puts(&b, "\n#endif\n");
  tool_write(path_out, &b);
  buf_free(&b);
}

static void write_source(const char *path_out, const struct buf *functions) {
  struct buf b;
  buf_init(&b, 64u << 20);
  buf_puts(&b, "/* Written by tools/pages.c from pages/. */\n#include \"web/pages.h\"\n\n#include <stddef.h>\n\n");
  for (int i = 0; i < page_count; i++)
    if (pages[i].include) buf_printf(&b, "#include \"%s\"\n", pages[i].include);
  buf_puts(&b, "\ntypedef void page_block(struct buf *out, const void *model, const struct page_context *ctx);\n\n");
  buf_puts(&b, "static inline size_t page_count(long long n) { return n > 0 ? (size_t)n : 0; }\n\n");
  buf_add(&b, functions->data, functions->len);
  tool_write(path_out, &b);
  buf_free(&b);
}

/* The sprite: the drawing inside each icon's <svg>, as a symbol. */
static void write_sprite(const char *path_out) {
  struct buf b;
  buf_init(&b, 4u << 20);
  buf_puts(&b, "<svg xmlns=\"http://www.w3.org/2000/svg\">");
  for (int i = 0; i < icon_count; i++) {
    const char *s = tool_read(memory, arena_printf(memory, "%s/%s.svg", icons_folder, icons[i]), NULL, 1);
    const char *svg = strstr(s, "<svg"), *inner = svg ? strchr(svg, '>') : NULL, *end = strstr(s, "</svg>");
    if (!inner || !end) continue;
    buf_printf(&b, "<symbol id=\"i-%s\" viewBox=\"0 0 24 24\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"2\" "
                   "stroke-linecap=\"round\" stroke-linejoin=\"round\">", icons[i]);
    for (const char *p = inner + 1; p < end; p++) {
      static const char ground[] = "<path stroke=\"none\" d=\"M0 0h24v24H0z\" fill=\"none\" />"; /* drawn in no colour */
      if (strncmp(p, ground, sizeof ground - 1) == 0) p += sizeof ground - 2;
      else if (*p != '\n' && !(*p == ' ' && p[1] == ' ') && !(*p == ' ' && p[1] == '<')) buf_putc(&b, *p);
    }
    buf_puts(&b, "</symbol>");
  }
  buf_puts(&b, "</svg>\n");
  tool_write(path_out, &b);
  buf_free(&b);
}

static void read_icon_list(const char *file) {
  char *s = tool_read(memory, file, NULL, 1), *save = NULL;
  for (char *line = strtok_r(s, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
    if (*line && *line != '#') use_icon(NULL, line);
}

static void read_pages(const char *folder) {
  size_t n;
  char **files = tool_files(memory, folder, ".html", &n);
  for (size_t i = 0; i < n && page_count < MOST_PAGES; i++) {
    struct page *p = &pages[page_count];
    p->path = arena_printf(memory, "pages/%s", tool_name(files[i]));
    p->text = tool_read(memory, files[i], NULL, 1);
    read_head(p);
    if (!p->name) continue;
    if (find_page(p->name, p->is_layout)) tool_error(p->path, 1, 1, "the name %s is taken", p->name);
    page_count++;
    if (p->is_layout) read_slots(p);
  }
}

int main(int argc, char **argv) {
  if (argc != 7) {
    fprintf(stderr, "pages OUT.h OUT.c SPRITE.svg PAGES ICONS ICONS.txt\n");
    return 2;
  }
  memory = arena_new(512u << 20);
  icons_folder = argv[5];
  read_icon_list(argv[6]);
  read_pages(argv[4]);
  struct buf functions;
  buf_init(&functions, 64u << 20);
  for (int layouts = 1; layouts >= 0; layouts--)
    for (int i = 0; i < page_count; i++)
      if (pages[i].is_layout == layouts) compile(&pages[i], &functions);
  if (!tool_errors()) {
    write_header(argv[1]);
    write_source(argv[2], &functions);
    write_sprite(argv[3]);
  }
  buf_free(&functions);
  int errors = tool_errors();
  arena_free(memory);
  return errors ? 1 : 0;
}
