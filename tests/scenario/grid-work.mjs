// A grid worker's own work on the phone: where they land, patrol, visits.
import {story} from '../lib/story.mjs';
import {make_jpeg} from '../lib/jpeg.mjs';

const NOW = '2026-11-23T10:18:00+08:00';
const PHONE = 'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36';
const PHOTO = {name: 'exit.jpg', type: 'image/jpeg', bytes: make_jpeg(900, 600)};

// Signs in as a browser would, without following where it leads.
async function lands(server, account, agent) {
  const role = (await server.roles()).find(r => r.account === account);
  const client = server.client({headers: agent ? {'user-agent': agent} : {}});
  const form = (await client.get(role.path)).form({has: 'password'});
  const reply = await form.submit(client, {account: role.account, password: role.password});
  return new URL(reply.url).pathname;
}

// Opens something on the phone and gives its code.
async function begin(t, worker, path, values) {
  const page = await worker.get(path);
  t.status(page, 200);
  const reply = await page.form({action: path}).submit(worker, values);
  t.status(reply, 200);
  return new URL(reply.url).searchParams.get('done');
}

async function act(t, worker, code, action, values) {
  const [[track]] = await worker.server.sql(`SELECT t.id FROM track t JOIN matter m ON m.district = t.district
    AND m.id = t.matter WHERE m.code = '${code}' AND t.type = 'main'`);
  const page = await worker.get(`/phone/case/${code}?do=${action}&track=${track}`);
  t.status(page, 200);
  return page.form({action: `/${action}`}).submit(worker, values);
}

async function signed_in(server, account) {
  const client = await server.signed_in(null, account);
  client.server = server;
  return client;
}

story('signing in on a phone leads those who work outdoors to the phone pages, and everybody else to their desk', async t => {
  const server = await t.tongxin({now: NOW});
  t.equal(await lands(server, 'grid', PHONE), '/phone');
  t.equal(await lands(server, 'community', PHONE), '/phone');
  t.equal(await lands(server, 'grid', null), '/desk');
  t.equal(await lands(server, 'centre', PHONE), '/desk');
  t.equal(await lands(server, 'resident', PHONE), '/');
  t.step('each leads to the other');
  const worker = await signed_in(server, 'grid');
  t.ok((await worker.get('/phone')).links().some(l => l.href === '/desk'));
  t.ok((await worker.get('/desk')).links().some(l => l.href === '/phone'));
});

story('on a patrol what is found becomes a report with its photo at once, and the end says what was looked at', async t => {
  const server = await t.tongxin({now: NOW});
  const worker = await signed_in(server, 'grid');
  t.ok((await worker.get('/phone')).links().some(l => l.href === '/phone/open/patrol/begin'), 'the first page leads there');
  const code = await begin(t, worker, '/phone/open/patrol/begin', {round: '1至3号楼和后院'});
  t.ok(code, 'begun');
  t.has((await worker.get('/phone')).words(), '正在进行');
  t.step('found');
  const found = await act(t, worker, code, 'found', {facts: '2号楼安全出口被家具堵住', exactly: '一单元', photos: PHOTO});
  t.status(found, 200);
  const [[report, photos]] = await server.sql(`SELECT m.code, (SELECT count(*) FROM said s WHERE s.district = m.district
    AND s.matter = m.id AND s.field = 'photos') FROM matter m WHERE m.procedure = 'incident' AND m.summary LIKE '2号楼安全出口%'`);
  t.equal(Number(photos), 1, 'the photo went with it');
  const centre = await server.signed_in(null, 'centre');
  const page = await centre.get(`/case/${report}`);
  t.status(page, 200);
  t.has(page.words(), '网格员上报');
  t.has(page.words(), code, 'it says out of which patrol it came');
  t.step('the end');
  const empty = await act(t, worker, code, 'end', {});
  t.status(empty, 422, 'what was looked at is asked for');
  t.status(await act(t, worker, code, 'end', {seen: ['exits', 'gas'], note: '后院路灯明天再看'}), 200);
  t.has_not((await worker.get('/phone')).words(), '正在进行');
  t.step('no track of the walk is kept');
  const fields = (await server.sql(`SELECT DISTINCT s.field FROM said s JOIN matter m ON m.district = s.district
    AND m.id = s.matter WHERE m.code = '${code}' ORDER BY s.field`)).map(r => r[0]);
  t.same(fields, ['exactly', 'facts', 'note', 'photos', 'place', 'round', 'seen', 'where']);
});

story('a patrol is its walker\'s: nobody else ends it, and one that was forgotten ends by itself', async t => {
  const server = await t.tongxin({now: NOW});
  const worker = await signed_in(server, 'grid');
  const code = await begin(t, worker, '/phone/open/patrol/begin', {round: '背街一圈'});
  const other = await server.signed_in(null, 'centre');
  const page = await other.get(`/case/${code}`);
  t.ok(page.status !== 200 || !page.links().some(l => l.href.includes('do=end&')), 'not offered to the centre');
  await server.stop();
  server.now = '2026-11-24T09:00:00+08:00';
  await server.start();
  await t.until('it ended', async () => (await server.sql(
    `SELECT outcome FROM matter WHERE code = '${code}'`))[0][0] === '1', {seconds: 20});
}, {timeout: 150});

story('a visit is recorded without a name, what is to be done waits on today\'s list and is passed on as a report', async t => {
  const server = await t.tongxin({now: NOW});
  const worker = await signed_in(server, 'grid');
  const page = await worker.get('/phone/open/visit/record');
  t.has_not(page.text, 'type="tel"');
  t.has(page.words(), '不写姓名、电话、门牌号');
  const quiet = await begin(t, worker, '/phone/open/visit/record', {why: 'safety', talk: '说了冬季用电安全', follow: 'no'});
  const code = await begin(t, worker, '/phone/open/visit/record', {why: 'needs', talk: '楼道扶手松了，老人上下不便', follow: 'yes'});
  const today = (await worker.get('/phone')).words();
  t.has(today, '楼道扶手松了');
  t.has_not(today, '冬季用电安全', quiet);
  t.status(await act(t, worker, code, 'pass-on', {facts: '3号楼2单元扶手松动，需要固定'}), 200);
  const [[n]] = await server.sql("SELECT count(*) FROM matter WHERE procedure = 'incident' AND summary LIKE '3号楼2单元扶手%'");
  t.equal(Number(n), 1);
});

story('the book lists buildings, stairwells, heads and last visits of one\'s own grid, and no resident', async t => {
  const server = await t.tongxin({now: NOW});
  const worker = await signed_in(server, 'grid');
  const book = await worker.get('/phone/book');
  t.status(book, 200);
  t.has(book.words(), '缺楼口长');
  t.has(book.words(), '钱示例', 'the head of a building');
  t.step('a visit shows up at its stairwell and its building');
  const link = book.links().find(l => l.href.startsWith('/phone/open/visit/record?place='));
  const form = (await worker.get(link.href)).form({action: '/phone/open/visit/record'});
  t.equal(form.value('place'), link.href.split('place=')[1], 'the place is known');
  t.status(await form.submit(worker, {why: 'safety', talk: '说了用火安全', follow: 'no'}), 200);
  t.has((await worker.get('/phone/book')).words(), '最近到过 2026-11-23');
  t.step('homes and those who live there do not stand in it');
  const [[homes]] = await server.sql('SELECT count(*) FROM place WHERE level = 7');
  t.ok(Number(homes) > 0, 'there are homes to leave out');
  const [[home]] = await server.sql(`SELECT h.name FROM place h JOIN post p ON p.district = h.district AND p.grid = h.grid
    JOIN account a ON a.district = p.district AND a.person = p.person WHERE a.login = 'grid' AND h.level = 7 LIMIT 1`);
  t.has_not((await worker.get('/phone/book')).words(), ` ${home} `);
  t.step('another grid is closed');
  const [[other]] = await server.sql(`SELECT id FROM place WHERE level = 4 AND id NOT IN (SELECT p.grid FROM post p
    JOIN account a ON a.district = p.district AND a.person = p.person WHERE a.login = 'grid') LIMIT 1`);
  t.status(await worker.get(`/phone/book?grid=${other}`), 403);
  t.step('a whole community has its grids to choose from');
  t.ok((await (await signed_in(server, 'community')).get('/phone/book')).links()
    .filter(l => l.href.startsWith('/phone/book?grid=')).length > 1);
});

story('my burden counts forms, fields and minutes, also of the desk, is mine alone, and sums of few are withheld', async t => {
  const server = await t.tongxin({now: NOW});
  const worker = await signed_in(server, 'grid');
  const send = async (took, values = {}) => {
    const form = (await worker.get('/phone/open/visit/record')).form({action: '/phone/open/visit/record'});
    return form.submit(worker, {why: 'safety', talk: '说了用火安全', follow: 'no', _took: took, ...values});
  };
  t.status(await send('120'), 200);
  t.status(await send('999999'), 200, 'an app left open over night');
  t.status(await send('60', {talk: ''}), 422, 'what was not taken is not counted');
  const page = (await worker.get('/phone/burden')).words();
  t.has(page, /2 表单|表单 2/);
  t.has(page, /8 填报项|填报项 8/);
  t.has(page, /32 分钟|分钟 32/, 'two minutes, and half an hour at most');
  t.has(page, '不足5人，不显示');
  t.step('somebody else sees their own only');
  const other = (await (await signed_in(server, 'community')).get('/phone/burden')).words();
  t.has(other, /0 表单|表单 0/);
  t.has_not(other, '32');
  t.step('the same form sent twice is counted once');
  const form = (await worker.get('/phone/open/visit/record')).form({action: '/phone/open/visit/record'});
  const values = {why: 'safety', talk: '第三张', follow: 'no', _took: '0'};
  await form.submit(worker, values);
  await form.submit(worker, values);
  t.has((await worker.get('/phone/burden')).words(), /3 表单|表单 3/);
  t.step('a form of the desk counts too; one of the centre does not');
  const desk = (await worker.get('/open/visit/record')).form({action: '/open/visit/record'});
  t.status(await desk.submit(worker, {why: 'safety', talk: '在电脑上登记', follow: 'no'}), 200);
  t.has((await worker.get('/phone/burden')).words(), /4 表单|表单 4/);
  const centre = await signed_in(server, 'centre');
  const call = (await centre.get('/open/incident/register')).form({action: '/open/incident/register'});
  const place = call.options('place').at(-1).value;
  t.status(await call.submit(centre, {description: '来电反映路灯不亮', source: 'hotline', place}), 200);
  t.has((await centre.get('/phone/burden')).words(), /0 表单|表单 0/);
});

story('a hand-over says what is open, both confirm it, it is journalled and shows nobody more than their posts do', async t => {
  const server = await t.tongxin({now: NOW});
  const worker = await signed_in(server, 'grid');
  await begin(t, worker, '/phone/open/visit/record', {why: 'needs', talk: '扶手松动要跟进', follow: 'yes'});
  const page = await worker.get('/phone/handover');
  t.has(page.words(), '扶手松动要跟进');
  const form = page.form({action: '/phone/handover'});
  t.step('without a successor it is not sent, and the words stay');
  const empty = await form.submit(worker, {to: '', notes: '钥匙在社区办公室'});
  t.status(empty, 422);
  t.equal(empty.form({action: '/phone/handover'}).value('notes'), '钥匙在社区办公室');
  t.step('nobody outside the list can be named');
  const [[stranger]] = await server.sql("SELECT person FROM account WHERE login = 'auditor'");
  t.status(await worker.post('/phone/handover', {csrf: form.value('csrf'), post: form.value('post'), to: stranger}), 422);
  const [[officer]] = await server.sql("SELECT person FROM account WHERE login = 'community'");
  t.ok(form.options('to').some(o => o.value === officer), 'the community officer is offered');
  const sent = await form.submit(worker, {to: officer, notes: '钥匙在社区办公室'});
  t.status(sent, 200);
  const path = new URL(sent.url).pathname;
  t.step('the successor is told, reads it, and declines only with a word');
  const next = await signed_in(server, 'community');
  t.has((await next.get('/phone')).words(), '有一份工作交接等您确认');
  t.has((await next.get('/messages')).words(), '有一份工作交接等您确认');
  const seen = await next.get(path);
  t.has(seen.words(), '钥匙在社区办公室');
  t.has(seen.words(), '扶手松动要跟进', 'their post covers the grid');
  t.status(await seen.form({has: 'words'}).submit(next, {}, {button: '暂不接手'}), 422);
  t.step('only the successor takes over, nobody else reads it');
  t.status(await (await signed_in(server, 'centre')).get(path), 404);
  t.status(await worker.post(path, {csrf: (await worker.get('/phone/handover')).form({action: '/phone/handover'}).value('csrf'),
    do: 'taken'}), 403);
  t.status(await (await next.get(path)).form({has: 'words'}).submit(next, {}, {button: '确认接手'}), 200);
  t.has((await worker.get(path)).words(), '已接手');
  const lines = (await server.sql("SELECT action FROM journal WHERE action LIKE 'post.hand-over-%' ORDER BY seq")).map(r => r[0]);
  t.same(lines, ['post.hand-over-offered', 'post.hand-over-taken']);
  t.step('it is over');
  const csrf = (await worker.get('/phone/handover')).form({action: '/phone/handover'}).value('csrf');
  t.status(await worker.post(path, {csrf, do: 'withdrawn'}), 409);
});
