// Keys of programs: made, listed and ended on the command line; what a program with one may and may not do.
import {story} from '../lib/story.mjs';
import {run_tongxin} from '../lib/server.mjs';
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
