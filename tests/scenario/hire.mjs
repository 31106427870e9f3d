// People from a table: looked through line by line, taken whole or not at all, and the same again changes nothing.
import {story} from '../lib/story.mjs';

story('a table of people is refused line by line with reasons, taken whole, and changes nothing the second time', async t => {
  const server = await t.tongxin();
  const admin = await server.signed_in(null, 'admin');
  const [[grid]] = await server.sql('SELECT code FROM place WHERE level = 4 ORDER BY code DESC LIMIT 1');
  const blank = async () => (await admin.get('/admin/people/import')).form({action: '/admin/people/import'});
  const send = (form, table) => form.submit(admin, {table, file: {name: '', bytes: Buffer.alloc(0)}});
  const count = async () => (await server.sql('SELECT (SELECT count(*) FROM person), (SELECT count(*) FROM account), ' +
    '(SELECT count(*) FROM post)'))[0].map(Number);
  const before = await count();
  t.step('every refused line has its reason, and nothing is taken');
  const bad = ['name,login,role,place,org,from,until,rotation,phone', `钱示例,qian.one,grid-worker,${grid},,,,,`,
    '=cmd|calc,evil.one,,,,,,,', '孙示例,Not A Login,,,,,,,', '李示例,li.one,emperor,,,,,,', '周示例,zhou.one,grid-worker,没有的地方,,,,,',
    '吴示例,wu.one,grid-worker,620302001,,,,,', '另一示例,centre,,,,,,,', '王示例,wang.one,department-officer,,no-such-org,,,,',
    '冯示例,feng.one,grid-worker,' + grid + ',,2026-13-01,,,', `钱示例,qian.one,grid-worker,${grid},,,,,`, 'too,few', '陈示例,"unclosed'];
  let reply = await send(await blank(), bad.join('\n'));
  t.status(reply, 422);
  for (const word of ['像表格公式', '没有找到“没有的地方”', '是另一个人的', '与第 2 行重复']) t.has(reply.words(), word);
  t.has_not(reply.text, 'name="take"');
  t.has(reply.text, '钱示例,qian.one', 'what was typed stays');
  t.step('pressing take all the same takes nothing');
  const forced = reply.form({action: '/admin/people/import'});
  const csrf = forced.value('csrf');
  t.status(await admin.post('/admin/people/import', {csrf, table: bad.join('\n'), take: '1'}), 422);
  t.same(await count(), before);
  t.step('bombs and files that are no table');
  for (const table of ['', 'name\nx', 'name,login,name\na,b,c', `name,login\n${'a,b\n'.repeat(600)}`,
    `name,login\n${'x'.repeat(300000)}`, `name,login\n"${'",'.repeat(50000)}`]) {
    t.ok([413, 422].includes((await send(await blank(), table)).status));
  }
  for (const bytes of [[0xff, 0xfe, 0x41, 0], [0xd5, 0xc5, 0xca, 0xbe]]) {
    const file = {name: 'a.csv', bytes: Buffer.from(bytes)};
    t.status(await (await blank()).submit(admin, {table: '', file}), 422);
  }
  t.same(await count(), before);
  t.step('a good one, as a spreadsheet writes it');
  const good = `\uFEFFname,login,role,place\r\n<b>钱</b>示例,qian.one,grid-worker,${grid}\r\n孙示例,sun.one,,\r\n` +
    `<b>钱</b>示例,qian.one,community-officer,${grid.slice(0, 12)}\r\n`;
  reply = await (await blank()).submit(admin, {table: '', file: {name: 'people.csv', bytes: Buffer.from(good)}});
  t.status(reply, 200);
  t.has(reply.words(), '其中 3 行是新的');
  t.has_not(reply.text, '<b>钱');
  reply = await reply.form({action: '/admin/people/import'}).submit(admin, {}, {button: 'take'});
  t.has(reply.words(), '已全部导入');
  t.same(await count(), [before[0] + 2, before[1] + 2, before[2] + 2]);
  t.step('the same again changes nothing');
  reply = await (await blank()).submit(admin, {table: '', file: {name: 'people.csv', bytes: Buffer.from(good)}});
  t.has(reply.words(), '都已存在');
  t.has_not(reply.text, 'name="take"');
  t.same(await count(), [before[0] + 2, before[1] + 2, before[2] + 2]);
  t.step('the account has no password until one is given');
  const [[person]] = await server.sql("SELECT person FROM account WHERE login = 'sun.one'");
  t.status(await (await admin.get(`/admin/people/${person}`)).form({action: '/password'}).submit(admin), 200);
  t.status(await (await server.signed_in(null, 'centre')).get('/admin/people/import'), 403);
  t.equal((await server.run(['verify'])).code, 0);
});
