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
