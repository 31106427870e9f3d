// Rules that change while a district works: a catalogue and a calendar are imported beside a running server, checked whole
// before anything is written; divisions go out with their validity.
import {story} from '../lib/story.mjs';
import {api_of} from '../lib/api.mjs';
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {setTimeout as wait} from 'node:timers/promises';
import {join} from 'node:path';
import {ROOT} from '../lib/server.mjs';

const SHIPPED = join(ROOT, 'catalogues/urban-yuncheng');
const english = ['--lang', 'en'];

async function until(t, what, seen) {
  for (let i = 0; i < 60; i++) {
    if (await seen()) return;
    await wait(250);
  }
  t.fail(`waited 15 s in vain: ${what}`);
}

const rulebooks = async server => Number((await server.sql('SELECT count(*) FROM rulebook'))[0][0]);

// The shipped file of the scheme with some rows changed, in a folder of the scheme's name.
function changed_file(server, name, change) {
  const folder = join(server.data, 'to-import/urban-yuncheng');
  mkdirSync(folder, {recursive: true});
  writeFileSync(join(folder, name), change(readFileSync(join(SHIPPED, name), 'utf8')));
  return folder;
}

story('a catalogue with mistakes is refused whole with each line, a right one is served without a restart', async t => {
  const server = await t.tongxin();
  const api = await api_of(server);
  const limit = async (from = api) => (await from.open.get('/api/v1/catalogue?q=0131')).items
    .find(i => i.key === 'urban-yuncheng/event/0131').conditions[0].limit;
  const before = await limit();
  const books = await rulebooks(server);
  t.step('three mistakes, three lines, nothing done');
  let folder = changed_file(server, 'conditions.csv', text => text.split('\n').map((line, i) =>
    i === 3 ? line.replace('2WD', 'soon') : i === 5 ? line.replace('component,0102,1', 'component,9999,1') : i === 6 ?
      line.replace('4WH', '0WH') : line).join('\n'));
  let run = await server.run(['import', 'catalogue', folder, ...english], {may_fail: true});
  t.not_equal(run.code, 0);
  for (const line of [4, 6, 7]) t.has(run.err, `line ${line}`);
  t.has(run.err, 'nothing was written');
  t.equal(await rulebooks(server), books);
  t.step('a file that is none, a scheme nobody knows, a folder that is not there');
  for (const path of [join(ROOT, 'README.md'), join(server.data, 'nowhere')]) {
    run = await server.run(['import', 'catalogue', path, ...english], {may_fail: true});
    t.not_equal(run.code, 0, path);
  }
  t.step('a dry run writes nothing, the import does');
  folder = changed_file(server, 'conditions.csv', text => text.replace(/^(event,0131,1,.*?),4WH,/m, '$1,6WH,'));
  await server.run(['import', 'catalogue', folder, '--dry-run']);
  t.equal(await rulebooks(server), books);
  run = await server.run(['import', 'catalogue', join(folder, 'conditions.csv'), ...english]);
  t.has(run.out + run.err, '1 of them changed');
  t.has(run.out + run.err, /Clocks that run now: \d+\. They keep their limits/);
  t.equal(await rulebooks(server), books + 1);
  await until(t, 'the running server knows the new limit', async () => (await limit()) !== before);
  t.has(await limit(), '6');
  run = await server.run(['import', 'catalogue', folder, ...english]);
  t.has(run.out + run.err, '0 of them changed', 'the same again changes nothing');
  t.step('journalled, and whole');
  const [[data]] = await server.sql("SELECT data FROM journal WHERE action = 'rulebook.adopt' ORDER BY seq DESC LIMIT 1");
  t.has(data, 'urban-yuncheng/conditions.csv');
  t.equal((await server.run(['verify'])).code, 0);
  await server.restart();
  t.has(await limit(await api_of(server)), '6', 'and still after a restart');
});

story('an imported calendar moves the clocks that run, says which, and the server counts with it at once', async t => {
  const server = await t.tongxin({now: '2026-11-23T10:00:00+08:00'});
  const api = await api_of(server);
  const [grid, centre] = await Promise.all(['grid', 'centre'].map(api.sign_in));
  const place = String((await grid.get('/api/v1/me')).posts[0].place.id);
  const {code} = await api.open.good('POST', '/api/v1/matters', {procedure: 'incident', action: 'report',
    said: {description: '路灯不亮', place}, reporter: {name: '张示例', phone: '13800000000'}});
  await centre.act(code, 'accept', {place});
  const due = async () => (await centre.matter(code)).clocks.find(c => c.name === 'verify').due;
  const before = await due();
  t.step('what is wrong is refused with its line');
  const file = join(server.data, 'own.yaml');
  writeFileSync(file, 'days:\n  - {day: 2026-11-31, rule: off}\n');
  let run = await server.run(['import', 'calendar', file, ...english], {may_fail: true});
  t.not_equal(run.code, 0);
  t.has(run.err, 'Line 2, column 11');
  writeFileSync(file, '{"days": []}');
  run = await server.run(['import', 'calendar', file, ...english], {may_fail: true});
  t.has(run.err, 'does not say its year');
  t.equal(await due(), before);
  t.step('a day off');
  writeFileSync(file, 'days:\n  - {day: 2026-11-23, rule: off, zh: 区庆, en: District day}\n');
  run = await server.run(['import', 'calendar', file, '--json', ...english]);
  const moved = run.out.trim().split('\n').map(JSON.parse);
  t.ok(moved.some(m => m.matter === code), 'it says which clocks moved');
  await until(t, 'the case shows the new end', async () => (await due()) !== before);
  t.equal((await due()).slice(0, 10), '2026-11-24');
  const lines = (await centre.matter(code)).clocks.find(c => c.name === 'verify').lines;
  t.has(JSON.stringify(lines), '区庆');
  const told = (await grid.get('/api/v1/messages')).items.map(m => m.words);
  t.ok(told.some(m => m.includes(code) && m.includes('工作日历有调整') && m.includes('11-24')), `who must act is told: ${told[0]}`);
  t.equal((await server.run(['verify'])).code, 0);
});

story('divisions go out as CSV and as JSON with the days of a code and what goes on with it', async t => {
  const server = await t.tongxin();
  const folder = join(server.data, 'edition');
  mkdirSync(folder);
  const edition = async (date, villages) => {
    writeFileSync(join(folder, 'provinces.csv'), 'code,name\n62,甘肃省\n');
    writeFileSync(join(folder, 'cities.csv'), 'code,name,provinceCode\n6203,金昌市,62\n');
    writeFileSync(join(folder, 'areas.csv'), 'code,name,cityCode,provinceCode\n620302,金川区,6203,62\n');
    writeFileSync(join(folder, 'streets.csv'), 'code,name,areaCode,provinceCode,cityCode\n620302004,金川路街道,620302,62,6203\n');
    writeFileSync(join(folder, 'villages.csv'), 'code,name,streetCode,provinceCode,cityCode,areaCode\n' +
      villages.map(([code, name]) => `${code},${name},620302004,62,6203,620302\n`).join(''));
    await server.run(['import', 'divisions', '--from', folder, '--edition', date]);
  };
  await edition('2030-01-01', [['620302004001', '甲示例社区居委会'], ['620302004002', '乙示例社区居委会']]);
  await edition('2031-01-01', [['620302004001', '甲示例社区居委会'], ['620302004009', '乙示例社区居委会']]);
  const csv = (await server.run(['export', 'divisions', '--all'])).out.split('\r\n');
  t.equal(csv[0], 'code,level,kind,name,valid_from,valid_until,successor');
  const old = csv.find(line => line.startsWith('620302004002') && line.includes('2030-01-01'));
  t.equal(old, '620302004002,community,community,乙示例社区居委会,2030-01-01,2030-12-31,620302004009');
  const json = (await server.run(['export', 'divisions', '--format', 'json'])).out.trim().split('\n').map(JSON.parse);
  t.ok(json.every(d => d.valid_until === null), 'without --all those in force alone');
  t.equal(json.find(d => d.code === '620302004009').valid_from, '2031-01-01');
});

story('what is opened out of another matter lies where that one lies when no place is carried', async t => {
  const server = await t.tongxin();
  const folder = join(server.data, 'own');
  mkdirSync(folder);
  const adopt = async (name, change) => {
    writeFileSync(join(folder, `${name}.yaml`), change(readFileSync(join(ROOT, `procedures/${name}.yaml`), 'utf8')));
    const run = await server.run(['procedure', 'adopt', join(folder, `${name}.yaml`), ...english], {may_fail: true});
    t.equal(run.code, 0, run.out + run.err);
  };
  await adopt('visit', text => text.replace('stairwell], alone: yes}', 'stairwell], from: [patrol], alone: yes}')
    .replace('needs: [place, why, talk, follow]', 'needs: [talk]\n    asks: [place, why, follow]'));
  await adopt('patrol', text => text.replace(/open: \{procedure: incident.*\}\}\]/,
    'open: {procedure: visit, by: record, link: patrol, carry: {talk: facts}}}]'));
  await server.restart();
  const api = await api_of(server);
  const grid = await api.sign_in('grid');
  const place = String((await grid.get('/api/v1/me')).posts[0].place.id);
  const {code} = await grid.good('POST', '/api/v1/matters', {procedure: 'patrol', action: 'begin', said: {round: '河边小路', place}});
  await grid.act(code, 'found', {facts: '三单元有老人独居，看望一下', where: place});
  const [[child]] = await server.sql("SELECT grid FROM matter WHERE procedure = 'visit' ORDER BY id DESC LIMIT 1");
  t.equal(child, place);
});
