// The demonstration: there in seconds, with a history, and the same when it is started again.
import {story} from '../lib/story.mjs';

story('the demo comes up with people, cases in every phase, and a journal that holds', async t => {
  const server = await t.tongxin({fresh: true});
  const roles = await server.roles();
  for (const role of ['resident', 'grid-worker', 'street-centre', 'street-leader', 'department-officer', 'auditor',
    'administrator']) t.ok(roles.some(r => r.role === role && r.path === '/sign-in'), role);
  const phases = (await server.sql('SELECT DISTINCT stage FROM matter')).map(row => row[0]);
  for (const stage of ['reported', 'verifying', 'filed', 'handling', 'suspended', 'closed']) t.has(phases, stage);
  t.at_least(Number((await server.sql('SELECT count(*) FROM matter'))[0][0]), 50);
  t.has_not(server.log().join('\n'), 'event=demo-step', 'no step of the demo is refused');
  t.equal((await server.run(['verify'])).code, 0);
  await server.restart();
  t.same(await server.roles(), roles);
});

story('a real district shows no sign-ins', async t => {
  const server = await t.tongxin({demo: false, init: ['--district', '620302']});
  t.status(await server.client().get('/demo/roles.json'), 404);
  const demo = await server.run(['demo', '--listen', '127.0.0.1:0'], {may_fail: true, env: {LC_ALL: 'en_US.UTF-8'}});
  t.equal(demo.code, 73);
  t.has(demo.err, 'tongxin serve');
});

story('the vacancies of 1+2+N are listed', async t => {
  const server = await t.tongxin();
  const lines = async () => (await server.run(['user', 'vacancies', '--json'])).out.trim().split('\n');
  const list = async () => (await lines()).map(line => JSON.parse(line));
  const before = await list();
  t.ok(before.some(v => v.role === 'building-head' && v.vacant && v.have < v.least), 'grids without two building heads');
  t.step('a grid worker leaves');
  const [post, place] = (await server.sql("SELECT id, place FROM post WHERE role = 'grid-worker' ORDER BY id LIMIT 1"))[0];
  t.ok(!before.some(v => v.role === 'grid-worker' && String(v.place) === String(place)), 'the grid had one');
  await server.run(['user', 'post', 'end', String(post), '--reason', 'resigned']);
  t.ok((await list()).some(v => v.role === 'grid-worker' && String(v.place) === String(place) && v.vacant));
});
