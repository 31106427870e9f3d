// What an administrator does on the command line of a running district: keys of programs, procedures, dead letters.
import {story} from '../lib/story.mjs';
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {ROOT, run_tongxin} from '../lib/server.mjs';
import {Client} from '../lib/http.mjs';

const house = server => [...server.where(), '--lang', 'en'];

async function key_of(server, name, ...options) {
  return JSON.parse((await run_tongxin(['key', 'add', name, '--json', ...options, ...house(server)])).out);
}

const program = (server, key) => new Client(server.origin, {headers: {'x-api-key': key}});
const report = (client, more = {}) => client.json('POST', '/api/v1/matters',
  {procedure: 'incident', action: 'report', said: {description: '路灯不亮，晚上看不清路', position: '102.1880,38.5200'}, ...more});

story('a program may claim the sources its key names, no others, and a person none', async t => {
  const server = await t.tongxin();
  const {key} = await key_of(server, '热线对接示例', '--source', 'hotline,patrol');
  const hotline = program(server, key);
  const opened = await report(hotline, {source: 'hotline'});
  t.status(opened, 201);
  const [[source]] = await server.sql(`SELECT source FROM matter WHERE code = '${opened.json().code}'`);
  t.equal(source, 'hotline');
  for (const [source, code] of [['police', 'api.source'], ['patrol', 'api.source.unknown']]) {
    const refused = await report(hotline, {source});
    t.equal(refused.json().code, code, source);
  }
  const anyone = await report(server.client(), {source: 'hotline'});
  t.status(anyone, 403);
  t.equal(anyone.json().code, 'api.source');
});

story('a key shows what came by it and nothing else, and ends at once when it is revoked', async t => {
  const server = await t.tongxin();
  const [one, other] = [await key_of(server, '甲系统示例'), await key_of(server, '乙系统示例')];
  const code = (await report(program(server, one.key))).json().code;
  const own = await program(server, one.key).json('GET', `/api/v1/matters/${code}`);
  const foreign = await program(server, other.key).json('GET', `/api/v1/matters/${code}`);
  t.status(own, 200);
  t.ok(own.json().summary, 'its own report has its text');
  t.ok(foreign.status === 404 || !foreign.json().summary, 'another key does not see the text');
  const list = JSON.parse((await run_tongxin(['key', 'list', '--json', ...house(server)])).out);
  t.same(list.map(k => [k.name, k.state]), [['甲系统示例', 'valid'], ['乙系统示例', 'valid']]);
  t.has_not(JSON.stringify(list), one.key);
  await run_tongxin(['key', 'revoke', String(one.id), ...house(server)]);
  t.status(await program(server, one.key).json('GET', '/api/v1/me'), 401);
  const again = await run_tongxin(['key', 'revoke', String(one.id), ...house(server)], {may_fail: true});
  t.equal(again.code, 66);
});

story('a procedure is taken into use once, as the next version; one that is wrong is not', async t => {
  const server = await t.tongxin();
  const versions = async () => (await run_tongxin(['procedure', 'list', '--json', ...house(server)])).out.trim().split('\n')
    .map(line => JSON.parse(line)).filter(row => row.name === 'reception').map(row => row.version);
  const source = readFileSync(join(ROOT, 'procedures/reception.yaml'), 'utf8');
  const file = join(server.data, 'changed.yaml');
  const adopt = () => run_tongxin(['procedure', 'adopt', file, ...house(server)], {may_fail: true});
  t.same(await versions(), [1]);
  writeFileSync(file, source);
  t.has((await adopt()).out, 'nothing changed');
  writeFileSync(file, `${source}\n# looked through once more\n`);
  t.has((await adopt()).out, 'version 2');
  t.same(await versions(), [1, 2]);
  writeFileSync(file, source.replace(/^stages:/m, 'stagges:'));
  const refused = await adopt();
  t.equal(refused.code, 65);
  t.same(await versions(), [1, 2]);
  const [[entries]] = await server.sql(
    "SELECT count(*) FROM journal WHERE action = 'rulebook.adopt' AND data LIKE '%reception%'");
  t.equal(Number(entries), 2);
  t.has((await run_tongxin(['verify', ...house(server)])).out, 'Everything fits');
});

story('dead letters are listed without addresses, sent again or removed, and the journal says so', async t => {
  const server = await t.tongxin();
  const letter = (id, state) => server.sql(
    'INSERT INTO outbox (district, id, channel, recipient, key_id, subject, body, lang, dedupe, ' +
    `state, tries, next_at, created, error) ` +
    `VALUES (1, ${id}, 'mail', ${server.database_url ? "'x'::bytea" : "x'78'"}, '', 'S', ` +
    `'B', 'zh', 'test:${id}', '${state}', 9, 0, 0, 'outbox.refused')`);
  const outbox = (...words) => run_tongxin(['outbox', ...words, ...house(server)], {may_fail: true});
  const listed = async () => (await outbox('list', '--json')).out.trim().split('\n').filter(Boolean)
    .map(l => JSON.parse(l).id);
  await letter(900001, 'dead');
  await letter(900002, 'dead');
  t.same(await listed(), [900002, 900001]);
  t.has((await outbox('drop', '900001')).out, '1');
  t.same(await listed(), [900002]);
  t.equal((await outbox('drop', '900001')).code, 66);
  t.equal((await outbox('replay', 'tomorrow')).code, 65);
  t.has((await outbox('replay', 'all')).out, '1');
  t.same(await listed(), []);
  const actions = await server.sql("SELECT action FROM journal WHERE subject = 'outbox' ORDER BY seq");
  t.same(actions.map(([action]) => action), ['outbox.drop', 'outbox.replay']);
  t.has((await run_tongxin(['verify', ...house(server)])).out, 'Everything fits');
});

story('a changed calendar moves the ends of running clocks, which are listed one by one and stand in the journal', async t => {
  const server = await t.tongxin({now: '2026-11-23T09:30:00+08:00'});
  const year = (await run_tongxin(['calendar', 'show', '--year', '2026', '--json', ...house(server)])).out.trim().split('\n')
    .map(line => JSON.parse(line));
  t.ok(year.some(day => day.day === '2026-10-01' && !day.worked), 'the national day is off');
  t.ok(year.some(day => day.kind === 'make-up' && day.worked), 'a weekend is made up');
  await report(server.client());
  const recompute = async () => (await run_tongxin(['calendar', 'recompute', '--json', ...house(server)],
    {env: {TONGXIN_NOW: '2026-11-23T09:31:00+08:00'}})).out.trim().split('\n').filter(line => line.startsWith('{'))
    .map(line => JSON.parse(line));
  await recompute();
  t.same(await recompute(), [], 'nothing changed, nothing moves');
  const file = join(server.data, 'catalogues/calendar.yaml');
  const text = readFileSync(file, 'utf8');
  t.has(text, 'days: []');
  const off = Array.from({length: 20}, (_, i) => new Date(Date.UTC(2026, 10, 23 + i)).toISOString().slice(0, 10));
  const days = off.map(day => `  - {day: ${day}, rule: off, zh: 测试停工, en: Closed}`).join('\n');
  writeFileSync(file, text.replace('days: []', `days:\n${days}`));
  const changed = await recompute();
  t.ok(changed.length > 0, 'clocks in work time move');
  t.ok(changed.every(clock => clock.is > clock.was), 'later, because fewer days are worked');
  const [[noted]] = await server.sql(`SELECT count(*) FROM journal WHERE action = 'calendar.recompute'`);
  t.ok(Number(noted) >= changed.length, 'each stands in the journal');
  t.equal((await run_tongxin(['verify', ...house(server)])).code, 0);
});
