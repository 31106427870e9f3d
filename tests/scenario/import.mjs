// Cases of another system on the command line: what went in comes out, wrong rows are on a list, and 50,000 real cases
// are judged on time or late as their own file says.
import {existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import {story, database} from '../lib/story.mjs';
import {ROOT, run_tongxin} from '../lib/server.mjs';
import {fresh_database, drop_database} from '../lib/pg.mjs';

const english = {...process.env, LC_ALL: 'en_US.UTF-8'};
const ask = (words, seconds = 120) => run_tongxin(words, {may_fail: true, env: english, seconds});

// A founded district: its folder, and the words that name its data.
async function district(t) {
  const path = mkdtempSync(join(tmpdir(), 'tongxin-import-'));
  t.after(() => rmSync(path, {recursive: true, force: true}));
  const words = ['--data', join(path, 'data')];
  if (database !== 'sqlite') {
    const url = await fresh_database();
    t.after(() => drop_database(url));
    words.push('--database', url);
  }
  const made = await ask(['init', '--district', '620302', ...words]);
  t.equal(made.code, 0, made.err);
  return {path, words};
}

const map = 'source: old\nid: no\nopened: in\ntarget: due\nclosed: out\ntopic: what\n' +
  'on-time: {column: flag, yes: yes, no: no}\n';

story('cases go in once, wrong rows are listed, and what is in comes out again', async t => {
  const {path, words} = await district(t);
  const file = join(path, 'cases.csv');
  writeFileSync(join(path, 'map.yaml'), map);
  writeFileSync(file, 'no,in,due,out,flag,what\n' +
    '1,2025-03-03 09:00,2025-03-05 18:00,2025-03-04 10:00,yes,路灯不亮\n' +
    '2,2025-03-03 09:00,2025-03-05 18:00,2025-03-06 10:00,no,井盖松动\n' +
    '3,yesterday,,,,垃圾未清\n');
  const first = await ask(['import', 'cases', file, '--map', join(path, 'map.yaml'), ...words]);
  t.equal(first.code, 65, first.err);
  t.has(first.out, '3 rows read: 2 cases opened, 2 closed');
  t.has(first.out, '2 of 2 agree');
  const list = readFileSync(join(path, 'cases.refused.csv'), 'utf8');
  t.has(list, /4,in,3,refused,import\.case\.moment/);
  const again = await ask(['import', 'cases', file, '--map', join(path, 'map.yaml'), ...words]);
  t.has(again.out, '0 cases opened');
  const out = await ask(['export', 'cases', ...words]);
  t.equal(out.code, 0, out.err);
  t.equal(out.out.trim().split('\n').length, 3);
  t.has(out.out, '井盖松动');
  const lines = (await ask(['export', 'cases', '--format', 'json', ...words])).out.trim().split('\n').map(JSON.parse);
  t.equal(lines.map(line => [line.earlier_number, line.late]).join(' '), '1,0 2,1');
  t.has((await ask(['export', 'cases', '--with-personal', ...words])).err, 'reason');
  t.equal((await ask(['verify', ...words])).code, 0);
});

story('fifty thousand real cases are on time or late as their file says', async t => {
  const shared = process.env.TONGXIN_SHARED || resolve(ROOT, '../shared');
  const file = join(shared, 'data/complaints/boston311_2015_50k.csv.gz');
  if (!existsSync(file)) return t.skip(`no ${file}`);
  if (database !== 'sqlite') return t.skip('on SQLite, where it is quick; the unit tests run on both');
  const {path, words} = await district(t);
  const report = join(path, 'report.csv');
  const map_file = join(ROOT, 'bench/boston311.yaml');
  const done = await ask(['import', 'cases', file, '--map', map_file, '--report', report, ...words], 600);
  t.equal(done.code, 0, done.err);
  t.has(done.out, '50000 rows read: 50000 cases opened, 41806 closed');
  t.has(done.out, '32589 of 32589 agree with the file, 0 do not');
  t.has(done.out, '77 cases were closed before they opened');
  t.equal(readFileSync(report, 'utf8').trim().split('\n').length, 78);
}, {timeout: 700});
