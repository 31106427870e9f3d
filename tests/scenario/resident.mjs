// What a resident does: scans a plate, reports with a photo, keeps the receipt, follows, urges, rates, asks again.
import {story} from '../lib/story.mjs';
import {api_of} from '../lib/api.mjs';
import {make_jpeg} from '../lib/jpeg.mjs';
import {png} from '../lib/png.mjs';

const NOW = '2026-11-23T10:18:00+08:00';

async function demo(t) { return t.tongxin({now: NOW}); }

async function plate_of(server) {
  const rows = await server.sql("SELECT plate FROM place WHERE plate IS NOT NULL ORDER BY id LIMIT 1");
  return rows[0][0];
}

// Fills the form as somebody at a stairwell would; `near` steps over the question about neighbours' reports.
async function report(client, plate, values = {}) {
  const page = await client.get(`/p/${plate}`);
  return page.form({has: 'description'}).submit(client,
    {description: '3号楼下面的垃圾桶三天没清了，味道很大', ...values}, {button: '提交上报'});
}

async function past_neighbours(client, reply) {
  if (!reply.words().includes('是同一件事吗')) return reply;
  return reply.form({has: 'description'}).submit(client, {}, {button: '都不是'});
}

const receipt_of = reply => reply.path.split('?')[0].split('/')[2];

story('a report at a plate with a photo gives a receipt with the next date', async t => {
  const server = await demo(t);
  const client = server.client();
  const photo = {name: 'bin.jpg', type: 'image/jpeg', bytes: make_jpeg(64, 48)};
  let reply = await report(client, await plate_of(server), {photos: photo, name: '张示例', phone: '13800000000'});
  reply = await past_neighbours(client, reply);
  t.status(reply, 200);
  t.has(reply.path, /^\/r\/[2-9A-Z]{10}\?new=1$/);
  t.has(reply.words(), '收到了，谢谢您');
  t.has(reply.words(), '最迟到');
  t.has(reply.words(), '已收到，等待受理');
  const picture = reply.all('img')[0].attributes.src;
  const image = await client.get(picture);
  t.equal(image.headers['content-type'], 'image/jpeg');
  t.step('somebody else with the code sees the same, without it nothing');
  t.status(await server.client().get(`/r/${receipt_of(reply)}`), 200);
  t.status(await server.client().get('/r/AAAAAAAAAA'), 404);
  t.step('found again by typing the code as it was copied down');
  const track = await client.get('/track');
  const code = receipt_of(reply).toLowerCase();
  const found = await track.form({has: 'receipt'}).submit(client, {receipt: `${code.slice(0, 5)} ${code.slice(5)}`});
  t.status(found, 200);
  t.has(found.words(), '办理进度');
});

story('what is wrong in the form is said at its field, and nothing typed is lost', async t => {
  const server = await demo(t);
  const client = server.client();
  const plate = await plate_of(server);
  const cases = async () => Number((await server.sql('SELECT count(*) FROM matter'))[0][0]);
  const before = await cases();
  const good = {description: '楼道灯不亮', address: '二层', name: '张示例'};
  const image = {name: 'a.jpg', type: 'image/jpeg', bytes: make_jpeg(32, 32)};
  const wrong = [
    ['too long', {description: '长'.repeat(1001)}, '太长'],
    ['too short', {description: '灯'}, '太短'],
    ['missing', {description: ''}, '请填写'],
    ['unknown category', {category: 'urban-yuncheng/event/9999'}, '没有这个类别'],
    ['a place that is not there', {place: '999999999'}, null],
    ['a place that is no number', {place: 'abc'}, null],
    ['an address too long', {address: '远'.repeat(201)}, '太长'],
    ['a name too long', {name: '名'.repeat(41)}, '太长'],
    ['no telephone number', {phone: '123'}, null],
    ['not an image', {photos: {name: 'a.jpg', type: 'image/jpeg', bytes: Buffer.from('MZ this is a program')}}, null],
    ['too many photos', {photos: Array(10).fill(image)}, null],
  ];
  for (const [what, values, says] of wrong) {
    t.step(what);
    const form = (await client.get(`/p/${plate}`)).form({has: 'description'});
    const reply = await form.submit(client, {...good, near: 'seen', ...values}, {button: '提交上报', strict: false});
    t.status(reply, 422, what);
    if (says) t.has(reply.words(), says, what);
    const again = reply.form({has: 'description'});
    for (const name of ['description', 'address', 'name']) {
      t.equal(again.value(name), values[name] ?? good[name], `${what}: ${name} is kept`);
    }
  }
  t.step('a position outside the district');
  const form = (await client.get('/report')).form({has: 'description'});
  const outside = await form.submit(client, {...good, position: '116.39,39.9'}, {button: '提交上报'});
  t.status(outside, 422);
  t.has(outside.words(), '不在本区');
  t.step('no place at all');
  const nowhere = await (await client.get('/report')).form({has: 'description'})
    .submit(client, {...good, address: ''}, {button: '提交上报'});
  t.status(nowhere, 422);
  t.step('not UTF-8');
  const bytes = Buffer.concat([Buffer.from('description='), Buffer.from([0xb5, 0xc6, 0xb2, 0xbb])]);
  const gbk = await client.post('/report', bytes, {headers: {'content-type': 'application/x-www-form-urlencoded'}});
  t.status(gbk, 422);
  t.step('from another site');
  const stolen = await client.post('/report', good, {headers: {origin: 'https://evil.example'}});
  t.status(stolen, 403);
  t.equal(await cases(), before, 'no case was made');
});

story('a photo sent with a wrong form comes along with the mended one, without its hidden data', async t => {
  const server = await demo(t);
  const client = server.client();
  const secret = 'GPS 38.52123N';
  const photos = {name: 'a.jpg', type: 'image/jpeg', bytes: make_jpeg(320, 240, {secret})};
  const wrong = await report(client, await plate_of(server), {description: ' ', photos});
  t.status(wrong, 422);
  const kept = wrong.form({has: 'kept'});
  const stolen = await client.get('/report/photo/1-00000000000000000000000000000000');
  t.status(stolen, 404, 'a ticket cannot be guessed');
  let reply = await kept.submit(client, {description: '楼下垃圾桶满了', near: 'seen'}, {button: '提交上报', strict: false});
  reply = await past_neighbours(client, reply);
  t.status(reply, 200);
  const image = await client.get(reply.all('img')[0].attributes.src + '?whole=1');
  t.has_not(image.bytes.toString('latin1'), secret);
  t.equal(image.bytes[0], 0xff);
});

story('the button pressed twice reports once', async t => {
  const server = await demo(t);
  const client = server.client();
  const photos = {name: 'a.jpg', type: 'image/jpeg', bytes: make_jpeg(64, 64)};
  const form = (await client.get(`/p/${await plate_of(server)}`)).form({has: 'description'});
  const values = {description: '电梯口堆了杂物', near: 'seen', photos};
  const send = () => form.submit(client, values, {button: '提交上报', strict: false, follow: false});
  const [one, two] = await Promise.all([send(), send()]);
  t.equal(one.status, 303);
  t.equal(two.headers.location, one.headers.location, 'the same receipt');
  const rows = await server.sql("SELECT count(*) FROM matter WHERE summary = '电梯口堆了杂物'");
  t.equal(rows[0][0], '1');
});

story('a confidential report is nowhere in public, and its journal opens to its receipt only', async t => {
  const server = await demo(t);
  const client = server.client();
  let reply = await report(client, await plate_of(server), {description: '有人在地下室存放气瓶', confidential: '1'});
  reply = await past_neighbours(client, reply);
  t.status(reply, 200);
  const code = reply.words().match(/620302-\d{4}-\d{6}/)[0];
  const other = server.client();
  t.status(await other.get(`/public/case/${code}`), 404);
  for (const door of ['/', '/public/cases', '/public/cases.csv', '/public/cases.geojson', '/public/cases.atom']) {
    t.has_not((await other.get(door)).text, code, door);
  }
  t.status(await other.get(`/verify?code=${code}`), 404);
  t.status(await other.get(`/verify?code=${receipt_of(reply)}`), 200);
});

story('me too: a neighbour gets a receipt of their own for the same case, and nothing that is another\'s', async t => {
  const server = await demo(t);
  const client = server.client();
  const plate = await plate_of(server);
  const photos = {name: 'door.jpg', type: 'image/jpeg', bytes: make_jpeg(64, 48)};
  let first = await report(client, plate, {description: '单元门坏了关不上', photos});
  first = await past_neighbours(client, first);
  const urged = await first.form({action: '/urge'}).submit(client, {'urge-note': '我家老人出不了门'});
  t.has(urged.words(), '我家老人出不了门');
  const code = first.words().match(/620302-\d{4}-\d{6}/)[0];
  const neighbour = server.client();
  const asked = await report(neighbour, plate, {description: '门关不上', near: null});
  t.status(asked, 200);
  t.has(asked.words(), '是同一件事吗');
  const follow = asked.form({has: 'description'});
  const mine = await follow.submit(neighbour, {}, {button: code});
  t.status(mine, 200);
  t.has(mine.words(), code);
  t.not_equal(receipt_of(mine), receipt_of(first));
  t.equal(receipt_of(await follow.submit(neighbour, {}, {button: code})), receipt_of(mine), 'pressed twice: the same receipt');
  t.step('anybody may join: nobody who does reads what somebody else wrote or sees their photo, or ends it for them');
  const seen = await neighbour.get(`/r/${receipt_of(mine)}`);
  for (const words of ['单元门坏了', '出不了门', '您上报了这件事', '撤回']) t.has_not(seen.text, words);
  t.has(seen.words(), '有居民反映了这件事');
  t.equal(seen.all('img').length, 0, 'no photo');
  const photo = new URL(first.all('img')[0].attributes.src, first.url).pathname.split('/').pop();
  t.status(await client.get(`/r/${receipt_of(first)}/photo/${photo}`), 200);
  t.status(await neighbour.get(`/r/${receipt_of(mine)}/photo/${photo}`), 404);
  const told = await server.client().get(`/api/v1/receipts/${receipt_of(mine)}`);
  t.has_not(told.text, '单元门坏了');
  const [[matter]] = await server.sql(`SELECT id FROM matter WHERE code = '${code}'`);
  const ended = await neighbour.post(`/r/${receipt_of(mine)}/act/${matter}/withdraw`, {});
  t.ok(ended.status >= 400, `withdrawn by somebody else: ${ended.status}`);
  t.step('hiding one\'s own name does not hide the matter of the others');
  t.status(await neighbour.json('POST', `/api/v1/matters/${code}/follow`, {reporter: {name: '李演示', confidential: true}}), 201);
  t.same(await server.sql(`SELECT confidential, outcome FROM matter WHERE id = ${matter}`), [['0', '0']]);
  t.step('whoever reported it still reads their own');
  t.has((await client.get(`/r/${receipt_of(first)}`)).words(), '我家老人出不了门');
});

story('urging twice in a day says when it is too soon; what was typed stays; a report can be withdrawn', async t => {
  const server = await demo(t);
  const client = server.client();
  const reply = await past_neighbours(client, await report(client, await plate_of(server)));
  const urge = reply.form({action: '/urge'});
  const once = await urge.submit(client, {'urge-note': '快三天了'});
  t.status(once, 200);
  t.has(once.words(), '您催办了一次');
  const twice = await client.post(urge.action, {'urge-note': '请再快一点', once: 'another'});
  t.status(twice, 422);
  t.has(twice.words(), '刚刚办理过');
  t.step('something to add, too long');
  const add = once.form({action: '/add-more'});
  const long = await add.submit(client, {more: '多'.repeat(501)});
  t.status(long, 422);
  t.equal(long.form({action: '/add-more'}).value('more'), '多'.repeat(501));
  t.step('added with a photo');
  const photos = {name: 'b.jpg', type: 'image/jpeg', bytes: make_jpeg(48, 48)};
  const added = await long.form({action: '/add-more'}).submit(client, {more: '又多了一堆', photos});
  t.status(added, 200);
  t.has(added.words(), '又多了一堆');
  t.step('withdrawn');
  const gone = await added.form({action: '/withdraw'}).submit(client);
  t.status(gone, 200);
  t.has(gone.words(), '已作废');
});

story('a signed-in resident sees their cases and asks for their data', async t => {
  const server = await demo(t);
  const client = await server.signed_in('resident');
  const me = await client.get('/me');
  t.status(me, 200);
  const reply = await past_neighbours(client, await report(client, await plate_of(server), {description: '花坛边的井盖松了'}));
  t.status(reply, 200);
  t.has((await client.get('/me')).words(), '花坛边的井盖松了');
  const asked = await (await client.get('/me')).form({has: 'what'}).submit(client, {what: 'correct', field: 'phone',
    value: '13800000002', words: '手机号换了'});
  t.status(asked, 200);
  t.has(asked.words(), '请求已记下');
  t.has(asked.words(), '待答复');
});

// The staff's side goes through the JSON API; what residents see is read from their pages.
async function staff(server) {
  const {sign_in} = await api_of(server);
  const [grid, centre, leader, market, sanitation, community] =
    await Promise.all(['grid', 'centre', 'leader', 'market', 'sanitation', 'community'].map(sign_in));
  const post_of = async caller => (await caller.get('/api/v1/me')).posts[0];
  const place = String((await post_of(grid)).place.id);
  const org_of = async caller => String((await post_of(caller)).organisation.id);
  return {grid, centre, leader, market, sanitation, community, place, org_of};
}

const KIND = 'urban-yuncheng/event/0131';

// A resident reports where the demo's grid worker works; {client, page, receipt, code}.
async function reported_in_grid(server, people, description) {
  const client = server.client();
  const form = (await client.get('/report')).form({has: 'description'});
  const page = await form.submit(client, {description, place: people.place, category: KIND, near: 'seen'},
    {button: '提交上报', strict: false});
  return {client, page, receipt: receipt_of(page), code: page.words().match(/620302-\d{4}-\d{6}/)[0]};
}

async function handled(people, code) {
  const {grid, centre, sanitation, place} = people;
  await centre.act(code, 'accept', {place});
  await grid.act(code, 'verify', {verified: true, finding: '后门有三个敞口桶'});
  await centre.act(code, 'file', {place, category: KIND, condition: 1, danger: 'none', reach: 'few'});
  await centre.act(code, 'dispatch', {department: await people.org_of(sanitation)});
}

async function closed(people, code) {
  const {grid, centre, sanitation} = people;
  await sanitation.act(code, 'take');
  await sanitation.act(code, 'finish', {result: '已清运并冲洗地面', answer: '垃圾已清走，地面已冲洗',
    'after-photos': await sanitation.photos(png(1, 2, 3))});
  await centre.act(code, 'send-to-check');
  await grid.act(code, 'check', {'check-result': 'pass', 'check-photos': await grid.photos(png(9, 9, 9))});
  await centre.act(code, 'close', {closing: 1, answer: '垃圾已清走，地面已冲洗'});
}

story('the receipt follows the case to its end: rated, asked again, the reporter of a merged one along', async t => {
  const server = await demo(t);
  const people = await staff(server);
  const one = await reported_in_grid(server, people, '面馆后门垃圾没人清');
  const two = await reported_in_grid(server, people, '牛肉面馆后面全是油水');
  await handled(people, one.code);
  let page = await one.client.get(`/r/${one.receipt}`);
  t.has(page.words(), '已派给');
  t.step('merging');
  const [[into]] = await server.sql(`SELECT id FROM matter WHERE code = '${one.code}'`);
  await people.centre.act(two.code, 'merge', {into});
  page = await two.client.get(`/r/${two.receipt}`);
  t.status(page, 200);
  t.has(page.words(), `您上报的 ${two.code} 与 ${one.code} 是同一件事`);
  t.step('closing');
  await closed(people, one.code);
  page = await one.client.get(`/r/${one.receipt}`);
  t.has(page.words(), '垃圾已清走，地面已冲洗');
  t.ok(page.all('img').length >= 1, 'the photos afterwards are shown');
  t.step('rating, first without an answer');
  const rate = page.form({action: '/rate'});
  const missing = await rate.submit(one.client, {'rating-words': '挺快的'});
  t.status(missing, 422);
  t.equal(missing.form({action: '/rate'}).value('rating-words'), '挺快的');
  const rated = await missing.form({action: '/rate'}).submit(one.client,
    {solved: 'yes', satisfaction: '5', 'rating-words': '挺快的'});
  t.status(rated, 200);
  t.has(rated.words(), '您已评价');
  t.step('asked again by the other reporter');
  const again = await (await two.client.get(`/r/${two.receipt}`)).form({action: '/reopen'})
    .submit(two.client, {'reopen-reason': '第二天又堆上了'});
  t.status(again, 200);
  t.has(again.words(), '您要求重新办理');
  t.step('departments were called: the reporter sees them and their dates');
  await people.centre.act(one.code, 'whistle', {problem: '需市场监管、环卫一起到场'});
  const whistle = (await people.centre.matter(one.code)).links.find(l => l.code !== two.code).code;
  await people.centre.act(whistle, 'prepare', {kind: 'daily', place: people.place, lead: await people.org_of(people.market),
    assist: [await people.org_of(people.sanitation)]});
  await people.leader.act(whistle, 'approve');
  page = await one.client.get(`/r/${one.receipt}`);
  t.has(page.words(), '一起办的部门');
});

story('a visitor to the reception room gets a receipt, a case, an answer and a return visit', async t => {
  const server = await demo(t);
  const people = await staff(server);
  const {community, grid, place} = people;
  const made = await community.good('POST', '/api/v1/matters', {procedure: 'reception', action: 'receive',
    said: {topic: '邻居在楼道堆放杂物', kind: 'dispute', talk: '来访人说已多次劝说未果，希望社区出面', place},
    reporter: {name: '张示例', phone: '13800000000'}});
  t.has(made.receipt, /^[2-9A-Z]{10}$/);
  const visitor = server.client();
  let page = await visitor.get(`/r/${made.receipt}`);
  t.status(page, 200);
  t.has(page.words(), '已接待登记');
  t.has(page.words(), '最迟到');
  t.has_not(page.words(), '多次劝说', 'the record of the talk is for those who work on it');
  t.step('an incident is opened and linked');
  await community.act(made.code, 'open-incident', {problem: '楼道堆物堵塞通道'});
  page = await visitor.get(`/r/${made.receipt}`);
  t.has(page.words(), '已转为事件办理');
  t.has(page.words(), '楼道堆物堵塞通道');
  t.step('answered, visited, rated');
  await community.act(made.code, 'answer', {answer: '已联系物业清理，三天内完成'});
  page = await visitor.get(`/r/${made.receipt}`);
  t.has(page.words(), '已联系物业清理，三天内完成');
  await grid.act(made.code, 'visit-back', {'visit-record': '已清理干净', solved: true});
  page = await visitor.get(`/r/${made.receipt}`);
  t.has(page.words(), '已办结');
  const rated = await page.form({action: '/rate'}).submit(visitor, {solved: 'yes', satisfaction: '4'});
  t.status(rated, 200);
});
