// The command line: what it says of itself, what it makes of mistakes, and that a journal cannot be changed unseen.
import {execFileSync, spawnSync} from 'node:child_process';
import {existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {story, database} from '../lib/story.mjs';
import {ROOT, run_tongxin} from '../lib/server.mjs';
import {fresh_database, drop_database} from '../lib/pg.mjs';

const english = {...process.env, LC_ALL: 'en_US.UTF-8'};
const chinese = {...process.env, LC_ALL: 'zh_CN.UTF-8'};
const ask = (words, env = english) => run_tongxin(words, {may_fail: true, env});

function folder(t) {
  const path = mkdtempSync(join(tmpdir(), 'tongxin-commands-'));
  t.after(() => rmSync(path, {recursive: true, force: true}));
  return path;
}

// Words that name an empty database of the kind this run is about, and a data folder that does not exist yet.
async function nowhere(t) {
  const data = join(folder(t), 'data');
  if (database === 'sqlite') return {data, words: ['--data', data]};
  const url = await fresh_database();
  t.after(() => drop_database(url));
  return {data, url, words: ['--data', data, '--database', url]};
}

// The commands the help lists, with what each takes below it.
function listed(help) {
  const part = help.split(/^Commands:$/m)[1];
  if (!part) return [];
  return part.split(/\n\n/)[0].split('\n').map(line => /^ {2}([a-z-]+)/.exec(line)?.[1]).filter(Boolean);
}

story('every command explains itself, in Chinese and in English', async t => {
  const all = await ask(['--help']);
  t.equal(all.code, 0);
  const names = listed(all.out);
  for (const name of ['init', 'serve', 'export', 'procedure', 'access', 'verify', 'migrate']) t.has(names, name);
  for (const name of names) {
    const help = await ask([name, '--help']);
    t.equal(help.code, 0, name);
    t.has(help.out, `tongxin ${name}`);
    t.has_not(help.out, /[\u4e00-\u9fff]/, `${name} in English`);
    t.has((await ask([name, '--help'], chinese)).out, /[\u4e00-\u9fff]/, `${name} in Chinese`);
    for (const below of listed(help.out)) t.equal((await ask([name, below, '--help'])).code, 0, `${name} ${below}`);
  }
});

story('what is typed wrongly is refused with 64 and a hint, and nothing is made', async t => {
  const {data} = await nowhere(t);
  const wrong = async (words, what, hint) => {
    const reply = await ask(words);
    t.equal(reply.code, 64, words.join(' '));
    t.equal(reply.out, '');
    t.has(reply.err, what);
    t.has(reply.err, hint);
  };
  await wrong(['verfy'], 'no command verfy', 'Did you mean verify?');
  await wrong(['abrakadabra'], 'no command', 'tongxin --help');
  await wrong(['init', '--data', data, '--distrikt', '620302'], 'no option --distrikt', '--district?');
  await wrong(['init', '--data', data], '--district is needed', 'Add --district');
  await wrong(['init', '--data', data, '--district'], '--district needs a value', '--district CODE');
  await wrong(['serve', '--workers', 'many'], 'whole number', 'whole number');
  await wrong(['verify', '--lang', 'fr'], '“fr”', 'zh|en');
  await wrong(['verify', 'this', '--json'], '“this”', 'Leave it out');
  await wrong(['export'], 'tongxin export', 'journal');
  await wrong(['procedure', 'check'], 'needs more', 'FILE...');
  t.has((await ask(['verfy'], chinese)).err, '是不是 verify？');
  t.has((await ask(['verfy', '--lang', 'zh'])).err, '没有命令');
  t.ok(!existsSync(data));
});

story('what does not exist is said so, each with its exit code', async t => {
  const {data, words} = await nowhere(t);
  const verify = await ask(['verify', ...words]);
  t.equal(verify.code, 66);
  t.has(verify.err, 'tongxin init');
  t.equal((await ask(['serve', ...words])).code, 66);
  t.equal((await ask(['procedure', 'check', join(data, 'none.yaml')])).code, 66);
  t.equal((await ask(['init', '--data', join(data, 'no', 'such'), '--district', '620302'])).code, 75);
  t.equal((await ask(['verify', '--data', data, '--database', 'mysql://here'])).code === 0, false);
});

story('a district is founded once, whole, and only its owner can read it', async t => {
  const {data, words} = await nowhere(t);
  const first = await ask(['init', ...words, '--district', '620302']);
  t.equal(first.code, 0, first.err);
  t.equal(statSync(data).mode & 0o777, 0o700);
  t.equal(statSync(join(data, 'keys/fields.key')).mode & 0o777, 0o600);
  t.equal(statSync(join(data, 'journal.key')).mode & 0o777, 0o600);
  const again = await ask(['init', ...words, '--district', '620302']);
  t.equal(again.code, 73);
  t.has(again.err, 'founded already');
  t.equal((await ask(['verify', ...words])).code, 0);
});

story('a founding that fails leaves nothing behind', async t => {
  const {data, words} = await nowhere(t);
  const refused = await ask(['init', ...words, '--district', '999999']);
  t.equal(refused.code, 65);
  t.has(refused.err, '--name');
  t.ok(!existsSync(data));
  const away = await ask(['init', '--data', data, '--district', '620302', '--database', 'postgresql://127.0.0.1:1/none']);
  t.equal(away.code, 75);
  t.ok(!existsSync(data), existsSync(data) ? readdirSync(data).join(' ') : '');
});

story('a procedure file is refused with line, column and what to do', async t => {
  const file = join(folder(t), 'broken.yaml');
  writeFileSync(file, 'procedure: broken\nversion: 1\nstages:\n  - nonsense\n');
  const reply = await ask(['procedure', 'check', file]);
  t.equal(reply.code, 65);
  t.has(reply.out, /broken\.yaml:\d+:\d+: error: /);
  const found = JSON.parse((await ask(['procedure', 'check', file, '--json'])).out);
  t.ok(found.length > 0);
  t.ok(found.every(f => f.message && f.hint && f.line > 0), JSON.stringify(found));
  const ours = readdirSync(join(ROOT, 'procedures')).map(name => join(ROOT, 'procedures', name));
  t.equal((await ask(['procedure', 'check', ...ours])).code, 0);
});

story('verify finds one changed byte, a missing entry and a forged signature, and says where', async t => {
  const server = await t.tongxin({demo: false, init: ['--district', '620302']});
  await server.stop(); // signs the head
  const verify = async () => {
    const {code, out} = await server.run(['verify', '--json'], {may_fail: true});
    return {code, ...JSON.parse(out)};
  };
  const whole = await verify();
  t.equal(whole.code, 0);
  t.ok(whole.ok && whole.entries >= 1 && whole.checkpoints >= 1, JSON.stringify(whole));

  await server.sql("UPDATE journal SET data = replace(data, '620302', '620303') WHERE seq = 1");
  const changed = await verify();
  t.equal(changed.code, 65);
  t.same([changed.ok, changed.broken.seq, changed.broken.code], [false, 1, 'journal.changed']);
  t.has((await server.run(['verify'], {may_fail: true, env: english})).out, 'entry 1');
  await server.sql("UPDATE journal SET data = replace(data, '620303', '620302') WHERE seq = 1");
  t.equal((await verify()).code, 0);

  await server.sql(`DELETE FROM journal WHERE seq = ${whole.entries}`);
  t.same([(await verify()).code, (await verify()).broken.code], [65, 'journal.cut-off']);
});

story('a checkpoint signed by somebody else does not count', async t => {
  const server = await t.tongxin({demo: false, init: ['--district', '620302']});
  await server.stop();
  const other = join(folder(t), 'other.pub');
  writeFileSync(other, `${'ab'.repeat(32)}\n`);
  const reply = await server.run(['verify', '--checkpoints', other, '--json'], {may_fail: true});
  t.equal(reply.code, 65);
  t.equal(JSON.parse(reply.out).broken.code, 'journal.signer');
  writeFileSync(other, 'not a key\n');
  t.equal((await server.run(['verify', '--checkpoints', other], {may_fail: true})).code, 65);
});

story('an outsider verifies the exported journal with nothing of ours', async t => {
  const server = await t.tongxin({demo: false, init: ['--district', '620302']});
  await server.stop();
  const file = join(folder(t), 'journal.jsonl');
  const {out} = await server.run(['export', 'journal']);
  writeFileSync(file, out);
  const check = () => spawnSync(process.execPath, [join(ROOT, 'docs/verify-journal.mjs'), file,
    join(server.data, 'journal.pub')], {encoding: 'utf8'});
  const good = check();
  t.equal(good.status, 0, good.stderr);
  const {entries, head} = JSON.parse((await server.run(['verify', '--json'])).out);
  t.has(good.stdout, `${entries} entries`);
  t.has(good.stdout, head);
  for (const [from, to] of [['district.found', 'district.lost'], ['"at":1', '"at":2'], ['"signature":"', '"signature":"0']]) {
    t.has(out, from);
    writeFileSync(file, out.replace(from, to));
    t.equal(check().status, from.includes('signature') ? check().status || 1 : 65, to);
  }
});

story('the access matrix lists every door, also for programs', async t => {
  t.has((await ask(['access'])).out, '/healthz');
  const matrix = JSON.parse((await ask(['access', '--json'])).out);
  t.ok(JSON.stringify(matrix).includes('/healthz'));
});

story('a full disk under the output is an error, not a short file', async t => {
  if (!existsSync('/dev/full')) t.skip('this machine has no /dev/full');
  const {TONGXIN_BIN} = process.env;
  const bin = TONGXIN_BIN || [join(ROOT, 'build-test/tongxin'), join(ROOT, 'build/tongxin')].find(existsSync);
  let code = 0;
  try {
    execFileSync('sh', ['-c', `"${bin}" access >/dev/full`], {stdio: 'pipe'});
  } catch (error) {
    code = error.status;
  }
  t.equal(code, 75);
});
