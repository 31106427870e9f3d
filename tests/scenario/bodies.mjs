// Bodies that deliberate and decide: their rolls come from a table, are kept on pages, and have terms.
import {story} from '../lib/story.mjs';
import {accounts, body, community} from '../lib/bodies.mjs';

const NOW = '2026-11-23T10:18:00+08:00';

async function council(server, extra = []) {
  const at = await community(server);
  await accounts(server, {'member-a': '安示例'});
  return body(server, {place: at.code, kind: 'council', name: '金谷里社区议事会', rows: [
    {seat: 'chair', login: 'secretary'}, {seat: 'party', login: 'member-a'},
    {seat: 'resident', name: '宁示例', phone: '13800000001', area: '88.36', until: '2027-01-01'}, ...extra]});
}

story('a roll read from a table stands on its page with seats and terms', async t => {
  const server = await t.tongxin({now: NOW});
  t.has((await council(server)).out + '', '3');
  const officer = await server.signed_in(null, 'community');
  const list = await officer.get('/bodies');
  t.status(list, 200);
  t.has(list.words(), '金谷里社区议事会');
  const page = await officer.get(list.links().find(l => l.href.startsWith('/bodies/')).href);
  t.has(page.words(), '宁示例');
  t.has(page.words(), '88.36 m²');
  t.has(page.words(), '2027-01-01');
  t.has((await server.run(['body', 'roll', '1'])).out, '宁**', 'the command shows residents masked');
});

story('one wrong line and nothing of the table is taken in', async t => {
  const server = await t.tongxin({now: NOW});
  const at = await community(server);
  const reply = await body(server, {place: at.code, kind: 'owners', name: '龙泉花园业主大会', rows: [
    {seat: 'owner', name: '甲示例', phone: '13800000002', area: '90'},
    {seat: 'owner', name: '乙示例', phone: '13800000003', area: '90.123'}]}, {may_fail: true});
  t.not_equal(reply.code, 0);
  t.has(reply.err, 'Line 3: "area" cannot be read');
  t.same(await server.sql('SELECT COUNT(*) FROM body'), [['0']]);
});

story('a seat is given and ended on the page, a second one for the same person is refused', async t => {
  const server = await t.tongxin({now: NOW});
  await council(server);
  const officer = await server.signed_in(null, 'community');
  const give = async values => (await officer.get('/bodies/1')).form({action: '/seats'}).submit(officer, values);
  t.has((await give({seat: 'resident', name: '丁示例', phone: '13800000009'})).words(), '已列入名册');
  const again = await give({seat: 'resident', name: '丁示例', phone: '13800000009'});
  t.equal(again.status, 409);
  t.has(again.words(), '此人已有同样的席位');
  const wrong = await give({seat: 'resident', name: '戊示例', phone: '13800000010', area: '八十'});
  t.equal(wrong.status, 422);
  t.has(wrong.text, 'value="八十"', 'what was typed stays');
  const page = await officer.get('/bodies/1');
  const ended = await page.forms().filter(f => f.action.endsWith('/end')).at(-1).submit(officer, {});
  t.has(ended.words(), '任期已结束');
  t.has_not((await officer.get('/bodies/1')).words(), '丁示例');
});

story('a roll is nobody else\'s: not of another community, a grid worker or a resident', async t => {
  const server = await t.tongxin({now: NOW});
  await council(server);
  const elsewhere = await server.sql(`SELECT a.login FROM account a JOIN post o ON o.district = a.district AND o.person = a.person
    WHERE a.login LIKE 'community-%' ORDER BY a.login`);
  t.ok(elsewhere.length > 0);
  for (const account of ['grid', 'resident', 'market']) {
    const who = await server.signed_in(null, account);
    t.status(await who.get('/bodies/1'), 403, account);
  }
  t.not_equal((await server.client().get('/bodies/1', {follow: false})).status, 200);
});
