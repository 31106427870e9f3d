// The rota of a stairwell: who is on duty, who is next, who stands in; two exchange their turns.
import {story} from '../lib/story.mjs';

story('a community keeps the rota of a stairwell, with an empty turn and an exchange, and nobody elsewhere does', async t => {
  const server = await t.tongxin();
  const officer = await server.signed_in(null, 'community');
  const admin = await server.signed_in(null, 'admin');
  const [[community]] = await server.sql('SELECT p.community FROM post p JOIN account a ON a.district = p.district AND ' +
    "a.person = p.person WHERE a.login = 'community' LIMIT 1");
  const [[stairwell]] = await server.sql('SELECT p.code FROM place p WHERE p.level = 6 AND p.valid_to IS NULL AND ' +
    `p.community = ${community} AND NOT EXISTS (SELECT 1 FROM post o WHERE o.district = p.district AND o.place = p.id) ` +
    'ORDER BY p.code LIMIT 1');
  const people = ['甲示例', '乙示例', '丙示例'];
  for (const [i, name] of people.entries()) {
    const form = (await admin.get('/admin/people/new')).form({action: '/admin/people/new'});
    t.status(await form.submit(admin, {name, login: `rota.${i}`}), 200);
  }
  t.step('the community appoints three, the third turn stays empty');
  for (const [who, turn] of [['rota.0', 1], ['rota.1', 2], ['rota.2', 4]]) {
    const form = (await officer.get('/team/posts/new')).form({action: '/team/posts/new'});
    t.status(await form.submit(officer, {who, role: 'stairwell-head', place: stairwell, rotation: String(turn)}), 200);
  }
  const [[place]] = await server.sql(`SELECT id FROM place WHERE code = '${stairwell}' AND level = 6`);
  t.has((await officer.get('/team/rota')).text, `place=${place}"`);
  let page = await officer.get(`/team/rota?role=stairwell-head&place=${place}`);
  for (const name of people) t.has(page.words(), name);
  t.has(page.words(), '第 3 位空缺');
  t.has(page.words(), '代班');
  t.step('wrong input, then an exchange');
  const turns = async () => (await server.sql('SELECT n.staff_name, p.rotation FROM post p JOIN person n ' +
    "ON n.district = p.district AND n.id = p.person WHERE n.staff_name LIKE '_示例' AND p.until_at IS NULL" +
    " AND p.rotation > 0 ORDER BY p.rotation"))
    .filter(r => people.includes(r[0])).map(r => `${r[0]} ${r[1]}`);
  const form = page.form({action: '/team/rota'});
  const option = name => form.options('one').find(o => o.text.includes(name)).value;
  const [one, other] = [option('甲示例'), option('丙示例')];
  t.status(await form.submit(officer, {one, other: one}), 422);
  t.has((await form.submit(officer, {one, other})).words(), '已互换');
  t.same(await turns(), ['丙示例 1', '乙示例 2', '甲示例 4']);
  t.status(await form.submit(officer, {one, other}), 409, 'those posts have ended');
  t.step('who is elsewhere, and who only looks, changes nothing');
  page = await (await server.signed_in(null, 'auditor')).get(`/team/rota?role=stairwell-head&place=${place}`);
  t.has_not(page.text, 'action="/team/rota"');
  t.has(page.words(), '甲示例');
  const fresh = (await officer.get(`/team/rota?role=stairwell-head&place=${place}`)).form({action: '/team/rota'});
  const centre = await server.signed_in(null, 'centre');
  const reply = await centre.post('/team/rota', {csrf: (await centre.get('/team/posts/new')).form({action: '/new'}).value('csrf'),
    one: fresh.options('one').find(o => o.text.includes('甲示例')).value,
    other: fresh.options('one').find(o => o.text.includes('乙示例')).value});
  const [[same]] = await server.sql('SELECT count(*) FROM post p JOIN account a ON a.district = p.district ' +
    `AND a.person = p.person WHERE a.login = 'centre' AND p.until_at IS NULL` +
    ` AND p.street = (SELECT street FROM place WHERE id = ${community})`);
  t.equal(reply.status, Number(same) ? 200 : 403);
  t.equal((await server.run(['verify'])).code, 0);
});
