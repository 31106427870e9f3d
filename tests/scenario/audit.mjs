// Those who check: the journal with its filters, openings of personal data, verification from the page, and no way to change.
import {story} from '../lib/story.mjs';
import {run_tongxin} from '../lib/server.mjs';
import {api_of} from '../lib/api.mjs';

const words_of = page => page.words();

story('the journal is found by person, matter, action and day, and nothing of a sealed matter is', async t => {
  const server = await t.tongxin();
  const auditor = await server.signed_in(null, 'auditor');
  await server.signed_in(null, 'centre');
  const first = await auditor.get('/audit');
  t.has(words_of(first), 'people.sign-in');
  t.step('by person: sign-in name, name, as the journal writes it');
  const [[account, name]] = await server.sql('SELECT a.id, p.staff_name FROM account a JOIN person p ' +
    "ON p.district = a.district AND p.id = a.person WHERE a.login = 'centre'");
  for (const who of ['centre', name, `account:${account}`]) {
    const page = await auditor.get(`/audit?who=${encodeURIComponent(who)}`);
    t.has(words_of(page), `account:${account}`);
    t.has_not(words_of(page), 'system');
  }
  t.has(words_of(await auditor.get('/audit?who=nobody-at-all')), '没有这个人');
  t.step('by action, by matter, by day');
  const page = await auditor.get('/audit?action=people.sign');
  t.has(words_of(page), 'people.sign-in');
  t.has_not(words_of(page), 'district.found');
  t.has_not(words_of(await auditor.get('/audit?action=%25')), 'people.sign-in', 'a percent sign is a percent sign');
  const [[code]] = await server.sql('SELECT code FROM matter WHERE sealed = 0 ORDER BY id LIMIT 1');
  t.has(words_of(await auditor.get(`/audit?matter=${encodeURIComponent(code)}`)), code);
  t.has(words_of(await auditor.get('/audit?from=2099-01-01')), '没有日志');
  t.has(words_of(await auditor.get('/audit?to=2001-01-01')), '没有日志');
  t.has(words_of(await auditor.get('/audit?from=2001-01-01')), 'people.sign-in');
  t.status(await auditor.get('/audit?from=yesterday'), 422);
  t.step('a sealed matter is found by nobody');
  await server.sql(`UPDATE matter SET sealed = 1 WHERE code = '${code}'`);
  t.has(words_of(await auditor.get(`/audit?matter=${encodeURIComponent(code)}`)), '没有这个人');
  t.has_not((await auditor.get('/audit/journal.json')).text, code);
  t.step('exported as lines of JSON');
  const lines = (await auditor.get('/audit/journal.json?action=people.')).text.trim().split('\n').map(JSON.parse);
  t.at_least(lines.length, 1);
  t.ok(lines.every(l => l.action.startsWith('people.') && l.hash.length === 64));
});

story('the chain is verified from the page beside everything else, and the result can be taken away', async t => {
  const server = await t.tongxin();
  const auditor = await server.signed_in(null, 'auditor');
  t.status(await auditor.get('/audit/verify.json'), 404);
  const run = async () => {
    let page = await (await auditor.get('/audit/verify')).form({action: '/audit/verify'}).submit(auditor);
    for (let i = 0; i < 100 && words_of(page).includes('正在校验'); i++) {
      await new Promise(done => setTimeout(done, 100));
      page = await auditor.get('/audit/verify');
    }
    return page;
  };
  t.has(words_of(await run()), '日志链完整');
  const result = (await auditor.get('/audit/verify.json')).json();
  t.ok(result.holds);
  t.at_least(result.entries, 10);
  t.step('an entry changed behind the back of the program is found');
  await server.sql("UPDATE journal SET action = 'people.sign-out' WHERE seq = 7");
  t.has(words_of(await run()), '第 7 条处不相符');
  t.equal((await auditor.get('/audit/verify.json')).json().first_bad, 7);
});

story('who opened personal data, and why, is listed for the auditor and for nobody else', async t => {
  const server = await t.tongxin();
  const [auditor, centre] = [await server.signed_in(null, 'auditor'), await server.signed_in(null, 'centre')];
  const [[place]] = await server.sql("SELECT id FROM place WHERE level = 4 AND street = (SELECT p.street FROM post p " +
    "JOIN account a ON a.district = p.district AND a.person = p.person WHERE a.login = 'centre' LIMIT 1) ORDER BY id LIMIT 1");
  const {open} = await api_of(server);
  const {code} = await open.good('POST', '/api/v1/matters', {procedure: 'incident', action: 'report',
    said: {description: '示例：楼道堆物', place: String(place)}, reporter: {name: '张示例', phone: '13800000000'}});
  const page = await centre.get(`/case/${encodeURIComponent(code)}`);
  t.status(await page.form({action: '/reporters'}).submit(centre, {reason: '示例核实用途'}), 200);
  const log = await auditor.get('/audit/openings');
  t.has(words_of(log), '示例核实用途');
  t.has(words_of(log), code);
  t.has(words_of(await auditor.get('/audit/openings?who=community')), '没有查看记录');
  t.step('of a sealed matter the opening stays to be seen, its number does not');
  await server.sql(`UPDATE matter SET sealed = 1 WHERE code = '${code}'`);
  const sealed = await auditor.get('/audit/openings');
  t.has(words_of(sealed), '密封事项');
  t.has_not(sealed.text, code);
  for (const account of ['centre', 'admin', 'community'])
    t.status(await (await server.signed_in(null, account)).get('/audit/openings'), 403);
});

// What an auditor may do like anybody: their own sign-in, their own messages, data, lists; and what every resident may.
const OWN = ['/sign-in', '/sign-out', '/password', '/codes', '/messages', '/me/ask', '/api/v1/sign-in', '/api/v1/session',
  '/api/v1/messages/seen', '/api/v1/me/data-requests', '/track', '/audit/verify', '/case/{code}/watch',
  '/cases/filters', '/cases/filters/{id}/drop'];
const RESIDENTS = ['/report', '/r/{receipt}/act/{matter}/{action}', '/api/v1/matters', '/api/v1/matters/{code}/follow',
  '/api/v1/receipts/{receipt}/actions', '/api/v1/files', '/open311/v2/requests.json', '/open311/v2/requests.xml',
  '/open311/test/v2/requests.json', '/open311/test/v2/requests.xml'];

story('an auditor tries every way of writing there is, is refused, and leaves nothing', async t => {
  const server = await t.tongxin();
  const auditor = await server.signed_in(null, 'auditor');
  const token = (await auditor.get('/audit/verify')).form({action: '/audit/verify'}).value('csrf');
  const matrix = JSON.parse((await run_tongxin(['access', '--json'])).out)
    .filter(r => r.method !== 'GET' && !OWN.includes(r.path) && !RESIDENTS.includes(r.path));
  const matters = await server.sql('SELECT m.code, m.procedure, t.id FROM matter m JOIN track t ON t.district = m.district ' +
    'AND t.matter = m.id WHERE m.outcome = 0 AND m.sealed = 0 ORDER BY m.id LIMIT 60');
  const procedures = (await server.client().get('/api/v1/procedures')).json();
  const list = Array.isArray(procedures) ? procedures : procedures.items ?? procedures.procedures;
  const names = [...new Set(list.map(p => p.name))];
  const actions = {};
  for (const name of names) {
    const one = (await server.client().get(`/api/v1/procedures/${name}`)).json();
    actions[name] = [...new Set(one.tracks.flatMap(track => track.actions.map(a => a.name)))];
  }
  const tables = ['journal', 'matter', 'track', 'step', 'said', 'clock', 'post', 'person', 'account', 'organisation', 'api_key',
    'rulebook', 'setting', 'place', 'place_shape', 'household', 'outbox', 'opening', 'link', 'reporter'];
  const state = async () => {
    const all = {};
    // What the server does by itself meanwhile (it keeps the figures of months that ended) is nobody's doing.
    const by = table => table === 'journal' ? "WHERE actor <> 'system'" : '';
    for (const table of tables) all[table] = String((await server.sql(`SELECT count(*) FROM ${table} ${by(table)}`))[0][0]);
    return all;
  };
  const before = await state();
  const slipped = [];
  let tried = 0;
  const attempt = async (method, path) => {
    const body = method === 'DELETE' ? undefined : `csrf=${token}&reason=a-reason-long-enough`;
    const reply = await auditor.request(method, path, {body, follow: false,
      headers: {'content-type': 'application/x-www-form-urlencoded'}});
    tried++;
    if (![401, 403, 404, 405, 409, 415, 422].includes(reply.status)) slipped.push(`${method} ${path}: ${reply.status}`);
  };
  for (const {method, path} of matrix) {
    if (path.includes('{action}')) continue;
    await attempt(method, path.replace('{code}', encodeURIComponent(matters[0][0])).replace(/\{[^}]*\}/g, '1'));
  }
  t.step('every action of every open matter, and every opening');
  for (const [code, procedure, track] of matters)
    for (const action of actions[procedure] ?? []) {
      await attempt('POST', `/case/${encodeURIComponent(code)}/act/${track}/${action}`);
    }
  t.same(slipped, []);
  t.at_least(tried, 300);
  t.same(await state(), before);
  t.equal((await server.run(['verify'])).code, 0);
}, {timeout: 200});
