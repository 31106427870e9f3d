// Each rule of the project lint finds its bad example, and lets the good ones through.
import {story} from '../lib/story.mjs';
import {execFile} from 'node:child_process';
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

const LINT = fileURLToPath(new URL('../../tools/lint', import.meta.url));
const ROOM = `/* place: where things are.\n${' * And how they are found, by name, by number and on the map.\n'.repeat(4)} */\n`;

// Runs the lint on a tree made of {path: text} and returns its findings as "path:line rule".
async function findings_in(t, files) {
  const root = mkdtempSync(join(tmpdir(), 'tongxin-lint-'));
  t.after(() => rmSync(root, {recursive: true}));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), {recursive: true});
    writeFileSync(join(root, path), text);
  }
  const out = await new Promise(resolve => execFile('python3', [LINT, '--root', root], (_, stdout, stderr) => resolve(stdout + stderr)));
  return [...out.matchAll(/^(\S+?):(\d+): ([a-z-]+): /gm)].map(m => `${m[1]}:${m[2]} ${m[3]}`);
}

const BAD = [
  ['banned', 'src/place/a.c', 'int f(char *a) {\n  return sprintf(a, "x");\n}\n', 2],
  ['banned', 'src/place/a.c', 'int f(const char *a) { return system(a); }\n', 1],
  ['banned', 'tools/a.c', 'int f(const char *a) { return atoi(a); }\n', 1],
  ['clock', 'src/matter/a.c', 'long f(void) { return time(0); }\n', 1],
  ['sql', 'src/people/a.c', 'const char *q = "SELECT name"\n                " FROM person";\n', 1],
  ['sql', 'src/place/a.c', 'const char *q = "delete";\nconst char *r = "DELETE FROM place";\n', 2],
  ['sql', 'src/place/a.c', 'const char *r = " ORDER BY id";\n', 1],
  ['html', 'src/web/a.c', 'const char *p = "<div class=\\"a\\">";\n', 1],
  ['html', 'src/web/a.c', 'const char *p = "a<br>b";\n', 1],
  ['rooms', 'src/base/a.c', '#include "store/store.h"\n', 1],
  ['rooms', 'src/matter/a.c', '\n#include "web/web.h"\n', 2],
  ['rooms', 'src/matter/a.c', '#include "cellar/a.h"\n', 1],
  ['one-door', 'src/web/other.c', '#include <microhttpd.h>\n', 1],
  ['one-door', 'src/matter/a.c', '#include <libpq-fe.h>\n', 1],
  ['room-header', 'src/ledger/a.c', 'int a;\n', 1, 'src/ledger'],
  ['room-header', 'src/place/place.h', '/* Places. */\n', 1],
  ['header-comment', 'src/place/a.h', '/* About a. */\n\nint a_b(void);\n', 3],
  ['header-comment', 'src/place/a.h', '/* A. */\nint a(void);\n\nstruct thing *b(void);\n', 4],
  ['typedef-struct', 'src/place/a.c', 'typedef struct point { int x; } point;\n', 1],
  ['function-length', 'src/place/a.c', `static int f(int a) {\n${'  a++;\n'.repeat(80)}  return a;\n}\n`, 1],
  ['function-length', 'src/place/a.c', `static int f(int a,\n             int b) {\n${'  a++;\n'.repeat(80)}}\n`, 1],
  ['file-size', 'src/place/a.c', '\n'.repeat(1300), 1],
  ['file-size', 'catalogues/big.json', ' '.repeat((1 << 20) + 1), 1],
  ['line-length', 'src/place/a.c', `/* ${'长'.repeat(130)} */\n`, 1],
  ['white-space', 'src/place/a.c', '\tint a;\n', 1],
  ['white-space', 'docs/a.md', 'a \n', 1],
  ['white-space', 'pages/a.html', 'a\r\n', 1],
  ['white-space', 'src/place/a.c', 'int a;', 1],
  ['unfinished', 'src/place/a.c', '/* TODO: more */\n', 1],
  ['unfinished', 'docs/a.md', 'FIXME\n', 1],
  ['machine-path', 'docs/a.md', 'See /root/notes.\n', 1],
  ['machine-path', 'tests/unit/a.c', 'const char *p = "/tmp/mine";\n', 1],
  ['registry', 'tools/a.sh', 'npm --registry https://registry.npmjs.org\n', 1],
  ['lock', 'package-lock.json', '{"packages": {"node_modules/a": {"integrity": "x", "resolved": "y"}}}\n', 1],
  ['lock', 'package-lock.json', '{"packages": {"node_modules/a": {"version": "1.0.0"}}}\n', 1],
  ['words', 'src/place/a.c', 'int f(struct error *e) {\n  return error_set(e, ERR_INPUT,\n      "place.none", "a", NULL);\n}\n', 2],
  ['words', 'src/place/a.c', 'const char *f(void) { return words_find(0, "no.such"); }\n', 1],
  ['exception', 'src/place/a.c', '/* lint: allow banned because it was needed once */\nint a;\n', 1],
  ['exception', 'src/place/a.c', '/* lint: allow banned */\nint a;\n', 1],
];

for (const [rule, path, text, line, where = path] of BAD) {
  story(`${rule} is found: ${text.trim().split('\n')[0].slice(0, 50)}`, async t => {
    t.has(await findings_in(t, {'src/place/place.h': ROOM, [path]: text}), `${where}:${line} ${rule}`);
  });
}

story('what is good is let through', async t => {
  t.same(await findings_in(t, {
    'src/place/place.h': ROOM,
    'src/place/a.h': '/* A thing. */\nstruct a {\n  int (*f)(int a);\n};\n/* Makes one. */\nstruct a *a_make(void);\nint a_more(void);\n',
    'src/place/a.c': `#include "base/base.h"
#include "place/a.h"
/* sprintf(), SELECT 1 FROM a and <div> may be spoken of. */
const char *s = "select a place", *q = "a < b > c";
int f(struct error *e) { return error_set(e, ERR_INPUT, "place.none", NULL); }
`,
    'src/store/a.c': 'const char *q = "PRAGMA foreign_keys";\n',
    'tests/unit/a.c': 'char path[] = "/tmp/tongxin-XXXXXX";\n',
    'src/store/store.h': ROOM,
    'words/place.tsv': 'error.place.none\t没有\tNone\nhint.place.none\t请选\tChoose\n',
    'package-lock.json': '{"packages": {"": {}, "node_modules/a": {"integrity": "sha512-x"}}}\n',
  }), []);
});

story('an exception with a reason holds on its line and the next', async t => {
  t.same(await findings_in(t, {'src/place/place.h': ROOM,
    'src/place/a.c': '/* lint: allow banned because the library wants it */\nint f(void) { return rand(); }\n' +
      'int g(void) { return rand(); } /* lint: allow banned because of the same */\n'}), []);
});
