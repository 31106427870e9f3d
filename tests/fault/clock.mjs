// The clock of the machine goes wrong: back by a day, on by a year, back again. Nothing ends, and the journal keeps its
// order and holds.
import {story} from '../lib/story.mjs';
import {loaded_demo} from '../lib/load.mjs';
import {api_of} from '../lib/api.mjs';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {setTimeout as wait} from 'node:timers/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

const DAYS = ['2026-11-23T10:18:00+08:00', '2026-11-22T09:00:00+08:00', '2027-11-23T10:18:00+08:00', '2026-11-23T10:20:00+08:00',
  '2026-02-17T12:00:00+08:00'];

story('a clock that jumps back and forth breaks nothing', async t => {
  const {server, load} = await loaded_demo(t, {now: DAYS[0]});
  for (const [i, now] of DAYS.entries()) {
    t.step(now);
    if (i) await server.restart({now});
    for (let k = 0; k < 3; k++) {
      const key = `${load.mark.slice(-8)}-${i}-${k}`;
      t.equal(typeof await load.report(key, `${load.mark} ${key} 时钟演练`), 'string');
    }
    const receipt = [...load.told.values()].at(-1);
    t.status(await server.client().json('GET', `/api/v1/receipts/${receipt}`), 200);
    const first = [...load.told.values()][0];
    t.status(await server.client().json('GET', `/api/v1/receipts/${first}`), 200, 'one from another time');
  }
  await load.check(t);
});

story('the clock jumps while the server runs: nothing runs twice, sessions and timers go on', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'tongxin-clock-'));
  t.after(() => rmSync(folder, {recursive: true}));
  const jump = at => writeFileSync(join(folder, 'now'), at);
  jump('2026-11-23T10:00:00+08:00');
  const server = await t.tongxin({now: `@${join(folder, 'now')}`});
  const api = await api_of(server);
  const grid = await api.sign_in('grid');
  const page = await server.signed_in(null, 'grid');
  const place = String((await grid.get('/api/v1/me')).posts[0].place.id);
  const begin = async round => (await grid.good('POST', '/api/v1/matters', {procedure: 'patrol', action: 'begin',
    said: {round, place}})).code;
  const ends = async code => Number((await server.sql(`SELECT count(*) FROM step s JOIN matter m ON m.id = s.matter
    WHERE s.action = 'run-out' AND m.code = '${code}'`))[0][0]);
  const ended = async code => {
    for (let i = 0; i < 100; i++) {
      if ((await server.sql(`SELECT stage FROM matter WHERE code = '${code}'`))[0][0] === 'ended') return;
      await wait(200);
    }
    t.fail(`${code} did not end by itself`);
  };
  const signed_in = async when => {
    t.equal((await grid.ask('GET', '/api/v1/me')).status, 200, when);
    t.equal((await page.get('/phone', {follow: false})).status, 200, when);
  };
  const first = await begin('一号楼到六号楼');
  t.step('on by thirteen hours: the patrol ends by itself');
  jump('2026-11-23T23:00:00+08:00');
  await ended(first);
  t.equal(await ends(first), 1);
  t.step('back by a day: it does not end again, who is signed in stays so, people work');
  jump('2026-11-22T10:00:00+08:00');
  await wait(2500);
  await signed_in('a day before');
  const second = await begin('河边小路');
  t.step('on again, past the end of both');
  jump('2026-11-22T23:00:00+08:00');
  await ended(second);
  jump('2026-11-23T23:30:00+08:00');
  await wait(2500);
  t.same([await ends(first), await ends(second)], [1, 1]);
  t.equal((await server.run(['verify'])).code, 0);
});
