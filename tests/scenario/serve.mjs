// Serving: is it well, what is it doing, and does it go as it came.
import net from 'node:net';
import {story, database} from '../lib/story.mjs';
import {free_port} from '../lib/server.mjs';

const found = ['--district', '620302'];
const english = {LC_ALL: 'en_US.UTF-8'};

story('healthz says what runs, on which database', async t => {
  const server = await t.tongxin({demo: false, init: found});
  const reply = await server.client().get('/healthz');
  t.status(reply, 200);
  const health = reply.json();
  t.ok(health.ok);
  t.same([health.district, health.demo], ['620302', false]);
  t.has(health.version, /^\d+\.\d+\.\d+$/);
  t.has(health.database.toLowerCase(), database === 'sqlite' ? 'sqlite' : 'postgresql');
});

story('metrics are counts in the Prometheus text format', async t => {
  const server = await t.tongxin({demo: false, init: found});
  await server.client().get('/healthz');
  const reply = await server.client().get('/metrics');
  t.status(reply, 200);
  t.has(reply.headers['content-type'] ?? reply.headers.get('content-type'), 'text/plain');
  const lines = reply.text.trimEnd().split('\n');
  t.ok(lines.every(line => /^# (HELP|TYPE) tongxin_[a-z_]+ .+|^tongxin_[a-z_]+(\{[^}]*\})? -?\d+(\.\d+)?$/.test(line)),
    lines.find(line => !/^# |^tongxin_/.test(line)));
  const value = name => Number(lines.find(line => line.startsWith(`tongxin_${name} `))?.split(' ')[1]);
  t.at_least(value('http_requests_total'), 1);
  t.at_least(value('journal_entries_total'), 1);
  t.equal(value('lane_waiting'), 0);
});

story('the log names the route and the request, and nothing that was asked', async t => {
  const server = await t.tongxin({demo: false, init: found});
  await server.client().get('/healthz?secret=13800000000');
  await server.client().get('/no/such/place/13800000000');
  await t.until('both requests are in the log', () => server.log().filter(l => l.includes('event=request')).length >= 3);
  const lines = server.log().filter(line => line.includes('event=request'));
  t.ok(lines.every(line => / id=[A-Z0-9]+ .*route=\S+ status=\d+ ms=/.test(line)), lines.join('\n'));
  t.has_not(server.log().join('\n'), '13800000000');
});

story('a stop signs the journal, ends cleanly, and what was there is there again', async t => {
  const server = await t.tongxin({demo: false, init: found});
  const before = Number((await server.sql('SELECT count(*) FROM checkpoint'))[0][0]);
  await server.stop();
  t.equal(Number((await server.sql('SELECT count(*) FROM checkpoint'))[0][0]), before + 1);
  t.equal((await server.run(['verify'])).code, 0);
  await server.start();
  t.status(await server.client().get('/healthz'), 200);
});

story('a port that is taken is said so', async t => {
  const server = await t.tongxin({demo: false, init: found});
  const port = await free_port();
  const squatter = net.createServer();
  await new Promise(resolve => squatter.listen(port, '127.0.0.1', resolve));
  t.after(() => squatter.close());
  const reply = await server.run(['serve', '--listen', `127.0.0.1:${port}`], {may_fail: true, env: english});
  t.equal(reply.code, 75);
  t.has(reply.err, `127.0.0.1:${port}`);
  const nonsense = await server.run(['serve', '--listen', 'somewhere'], {may_fail: true, env: english});
  t.ok(nonsense.code !== 0);
});

story('an older schema is refused, and the way out is named', async t => {
  const server = await t.tongxin({demo: false, init: found});
  await server.stop();
  const [[newest]] = await server.sql('SELECT max(version) FROM schema_version');
  t.at_least(Number(newest), 1);
  await server.sql(`DELETE FROM schema_version WHERE version = ${newest}`);
  const refused = await server.run(['serve', '--listen', '127.0.0.1:0'], {may_fail: true, env: english});
  t.equal(refused.code, 73);
  t.has(refused.err, 'tongxin migrate');
});
