// The handbook's worked example, taken through every step as a new user would: check, draw, adopt, and a case that runs.
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {story} from '../lib/story.mjs';
import {run_tongxin, ROOT} from '../lib/server.mjs';
import {act, newest_code, open} from '../lib/deciding.mjs';

const NOW = '2026-11-23T10:18:00+08:00';
const FILE = join(ROOT, 'docs/handbook/tool-lending.yaml');

story('the example of the handbook is checked, drawn, adopted while the server runs, and a case runs through it', async t => {
  const server = await t.tongxin({now: NOW});
  t.step('check, and the mistake the handbook makes on purpose');
  t.equal((await run_tongxin(['procedure', 'check', FILE])).code, 0);
  const wrong = join(server.data, 'wrong.yaml');
  writeFileSync(wrong, readFileSync(FILE, 'utf8').replace('until: [lent, declined]', 'until: [lent]'));
  const said = await run_tongxin(['procedure', 'check', wrong, '--lang', 'zh'], {may_fail: true});
  t.ok(said.code !== 0);
  for (const page of ['docs/handbook.md', 'docs/handbook.zh-CN.md']) {
    t.has(readFileSync(join(ROOT, page), 'utf8'), said.out.match(/:(\d+:\d+):/)?.[1] ?? said.err, 'line and column as it says');
  }
  t.step('draw');
  t.has((await run_tongxin(['procedure', 'draw', FILE])).out, '<svg');
  t.step('adopt');
  t.equal((await server.run(['procedure', 'adopt', FILE])).code, 0);
  await server.restart();
  t.step('a case, with wrong turns');
  const officer = await server.signed_in(null, 'community');
  const page = await officer.get('/open/tool-lending/ask');
  const form = page.form({action: '/open/tool-lending/ask'});
  const place = form.options('place').find(o => o.value).value;
  t.equal((await form.submit(officer, {place, tool: '电钻', until: '2026-11-01'})).status, 422, 'a day in the past');
  t.equal((await form.submit(officer, {place, tool: '', until: '2026-11-30'})).status, 422, 'no tool named');
  await open(t, officer, 'tool-lending', 'ask', {tool: '电钻', until: '2026-11-30'});
  const code = await newest_code(server, 'tool-lending');
  await act(t, officer, code, 'lend');
  t.has_not((await officer.get(`/case/${code}`)).text, 'do=lend', 'it cannot be lent twice');
  await act(t, officer, code, 'take-back', {state: 'broken'});
  t.has((await officer.get(`/case/${code}`)).words(), '待修理');
  await act(t, officer, code, 'repaired');
  t.has((await officer.get(`/case/${code}`)).words(), '已归还');
  t.step('version 2 while another one runs');
  await open(t, officer, 'tool-lending', 'ask', {tool: '梯子', until: '2026-12-01'});
  const ladder = await newest_code(server, 'tool-lending');
  const second = join(server.data, 'second.yaml');
  const changed = readFileSync(FILE, 'utf8').replace('{zh: 借出, en: Lend}', '{zh: 交付, en: Hand over}');
  writeFileSync(second, changed.replace('version: 1', 'version: 2'));
  t.equal((await server.run(['procedure', 'adopt', second])).code, 0);
  await server.restart();
  const again = await server.signed_in(null, 'community');
  t.has_not((await again.get(`/case/${ladder}`)).words(), '交付', 'what runs keeps the version it began with');
});
