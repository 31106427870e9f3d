// A district is founded, served, ended, served again, and its journal verified: what every other scenario stands on.
import {story, database} from '../lib/story.mjs';
import {Client} from '../lib/http.mjs';
import {mkdtempSync, rmSync} from 'node:fs';
import {run_tongxin} from '../lib/server.mjs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

const FOUND = {demo: false, init: ['--district', '620302']};

story('a founded district answers, ends cleanly and starts again on the same data', async t => {
  const server = await t.tongxin(FOUND);
  t.step('asking');
  t.status(await server.client().get('/healthz'), 200);
  t.status(await server.client().get('/no-such-page'), 404);
  t.step('starting again');
  await server.restart();
  t.status(await server.client().get('/healthz'), 200);
  t.step('after kill -9');
  await server.restart({kill: true});
  t.status(await server.client().get('/healthz'), 200);
  await server.stop();
  t.step('verifying');
  const verified = await server.run(['verify']);
  t.equal(verified.code, 0);
});

story('the clock of a server can be set', async t => {
  const server = await t.tongxin({...FOUND, now: '2026-11-23T10:18:00+08:00'});
  const rows = await server.sql('SELECT count(*) FROM district');
  t.same(rows, [['1']], 'the one district is in the database');
});

story('a malformed request is refused', async t => {
  const server = await t.tongxin(FOUND);
  const reply = await server.client().raw('GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n');
  t.has(reply, /^(HTTP\/1\.[01] 400 |$)/);
  t.status(await server.client().get('/healthz'), 200, 'it goes on answering');
});

story('it answers on a UNIX socket', async t => {
  if (database !== 'sqlite') t.skip('the socket has nothing to do with the database');
  const server = await t.tongxin(FOUND);
  await server.stop();
  const folder = mkdtempSync(join(tmpdir(), 'tongxin-socket-'));
  t.after(() => rmSync(folder, {recursive: true, force: true}));
  server.listen_on(`unix:${folder}/s`);
  await server.start();
  const client = new Client('http://tongxin.example', {socket_path: `${folder}/s`});
  t.status(await client.get('/healthz'), 200);
  t.step('starting where a socket was left behind');
  await server.restart({kill: true});
  t.status(await client.get('/healthz'), 200);
});

story('a command that is not there says so and fails', async t => {
  const {code, err} = await run_tongxin(['no-such-command'], {may_fail: true});
  t.ok(code !== 0);
  t.has(err, 'no-such-command');
});
