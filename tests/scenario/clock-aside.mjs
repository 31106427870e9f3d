// A clock whose action cannot be taken waits by itself, with its reason; all others run on.
import {story} from '../lib/story.mjs';
import {api_of} from '../lib/api.mjs';
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {setTimeout as wait} from 'node:timers/promises';
import {join} from 'node:path';
import {ROOT} from '../lib/server.mjs';

async function until(t, what, seen) {
  for (let i = 0; i < 100; i++) {
    if (await seen()) return;
    await wait(200);
  }
  t.fail(`waited 20 s in vain: ${what}`);
}

// The patrol, which ends by itself after an hour; broken: ending passes on a finding, of which there is none.
function patrol(server, broken) {
  const folder = join(server.data, broken ? 'broken' : 'whole');
  mkdirSync(folder, {recursive: true});
  let text = readFileSync(join(ROOT, 'procedures/patrol.yaml'), 'utf8');
  text = text.replace('limit: 12 urgent-hours', 'limit: 1 urgent-hours');
  const open = '{open: {procedure: incident, by: report-from-patrol, carry: {description: facts, place: where}}}';
  if (broken) text = text.replace(/(run-out:\n(?:.*\n){3}    by: \[system\])/, `$1\n    then: [${open}]`);
  writeFileSync(join(folder, 'patrol.yaml'), text);
  return join(folder, 'patrol.yaml');
}

story('a clock action that is refused is set aside with its reason, the others are taken, and it can be tried again', async t => {
  const server = await t.tongxin({now: '2026-11-23T10:00:00+08:00', env: {TONGXIN_LOG: 'info'}});
  let api = await api_of(server);
  let grid = await api.sign_in('grid');
  const place = String((await grid.get('/api/v1/me')).posts[0].place.id);
  const begin = async round => (await grid.good('POST', '/api/v1/matters', {procedure: 'patrol', action: 'begin',
    said: {round, place}})).code;
  const version = async () => (await grid.get('/api/v1/procedures/patrol')).version;
  const adopt = async broken => {
    const before = await version();
    const run = await server.run(['procedure', 'adopt', patrol(server, broken)]);
    t.equal(run.code, 0, run.err);
    await until(t, 'the server has read it', async () => await version() > before);
  };
  t.step('two patrols under the whole file around two under the broken one');
  await adopt(false);
  const first = await begin('一号楼到六号楼');
  await adopt(true);
  const [refused, gone] = [await begin('背街后院'), await begin('河边小路')];
  await adopt(false);
  const last = await begin('学校门口');
  // One whose procedure's version nobody has: the matter cannot even be loaded.
  await server.sql(`UPDATE matter SET version = version + 70 WHERE code = '${gone}'`);

  t.step('an hour later the whole ones have ended by themselves');
  await server.restart({now: '2026-11-23T11:30:00+08:00'});
  api = await api_of(server);
  grid = await api.sign_in('grid');
  const stage = async code => (await server.sql(`SELECT stage FROM matter WHERE code = '${code}'`))[0][0];
  const aside = async () => Number((await server.client().get('/metrics')).text.match(/tongxin_clock_marks_aside (\d+)/)[1]);
  await until(t, 'the first ends', async () => await stage(first) === 'ended');
  await until(t, 'the last ends', async () => await stage(last) === 'ended');
  await until(t, 'two are set aside', async () => await aside() === 2);
  t.equal(await stage(refused), 'walking');
  t.equal(await stage(gone), 'walking');
  const reports = await api.open.good('POST', '/api/v1/matters', {procedure: 'incident', action: 'report',
    said: {description: '路灯不亮', place}, reporter: {name: '张示例', phone: '13800000000'}});
  t.ok(reports.code, 'and people can act');

  t.step('the administrator reads which and why');
  const admin = await server.signed_in('administrator');
  const page = await admin.get('/admin/clocks');
  t.status(page, 200);
  for (const words of [refused, gone, '自动结束', 'matter.field.', 'matter.version']) t.has(page.text, words);
  t.has((await admin.get('/admin/security')).text, '搁置的时限动作');
  t.has(server.log().join('\n'), /clock-aside.*code=matter\.field/);
  t.status(await (await server.signed_in(null, 'grid')).get('/admin/clocks'), 403);

  t.step('mended, it is tried again at once and taken');
  await server.sql(`UPDATE matter SET version = version - 70 WHERE code = '${gone}'`);
  await server.sql(`UPDATE matter SET version = (SELECT version FROM matter WHERE code = '${last}') WHERE code = '${gone}'`);
  const [[clock]] = await server.sql(`SELECT c.id FROM clock c JOIN matter m ON m.id = c.matter WHERE m.code = '${gone}'`);
  t.status(await (await server.signed_in(null, 'auditor')).post(`/admin/clocks/${clock}/again`, {}), 403);
  await page.form({action: `/admin/clocks/${clock}/again`}).submit(admin, {});
  await until(t, 'the mended one ends', async () => await stage(gone) === 'ended');
  await until(t, 'one is left', async () => await aside() === 1);
  t.equal(await stage(refused), 'walking');
  t.has((await page.form({action: `/admin/clocks/${clock}/again`}).submit(admin, {})).words(), '不在搁置之列');

  t.step('ended by hand it is gone from the list');
  await grid.act(refused, 'end', {seen: ['exits']});
  await until(t, 'none is left', async () => await aside() === 0);
  t.has_not((await admin.get('/admin/clocks')).text, refused);
  t.equal((await server.run(['verify'])).code, 0);
});
