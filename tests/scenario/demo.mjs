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

story('the demo tells of a merged report, a whistle of three, and weeks in which most was done in time', async t => {
  const server = await t.tongxin();
  t.step('two neighbours reported the same heap: one case, and both heard of its end');
  const [merged, into] = (await server.sql('SELECT id, merged_into FROM matter WHERE merged_into IS NOT NULL'))[0];
  const told = (await server.sql(`SELECT to_key, zh FROM message WHERE matter = ${into} AND to_key LIKE 'reporter:%'`));
  const last = told.filter(row => row[1].includes('已办结：垃圾已清运'));
  t.equal(new Set(last.map(row => row[0])).size, 2, 'both are told, with the answer in it');
  t.equal((await server.sql(`SELECT count(*) FROM reporter WHERE reported = ${merged} AND matter = ${into}`))[0][0], '1');
  t.step('the finished whistle has the property company beside the two departments');
  const tracks = await server.sql(`SELECT o.key FROM track t
    JOIN organisation o ON o.district = t.district AND o.id = t.org
    JOIN matter m ON m.district = t.district AND m.id = t.matter
    WHERE m.procedure = 'whistle' AND m.stage = 'closed' AND t.type = 'participant' ORDER BY o.key`);
  t.same(tracks.map(row => row[0]), ['market-supervision', 'property', 'sanitation']);
  t.step('weeks of history, most of it closed in time, some of it not');
  const [closed, late] = (await server.sql(`SELECT count(*), sum(late) FROM matter WHERE stage = 'closed'`))[0].map(Number);
  t.at_least(closed, 150);
  t.at_least(late, 3);
  t.at_least(closed - late, Math.ceil(closed * 0.85));
  const [first, end] = (await server.sql('SELECT min(opened), max(opened) FROM matter'))[0].map(Number);
  t.at_least((end - first) / 86400000, 42);
  t.step('the resident finds what they reported');
  const client = await server.signed_in('resident');
  t.has((await client.get('/me')).text, '五号楼前垃圾桶满了两天');
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
