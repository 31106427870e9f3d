// The beef-noodle case through the JSON API, as each role in turn, and what programs get wrong. Every reply is checked
// against the schema the server publishes; a route nobody called fails the last story.
import {story, after} from '../lib/story.mjs';
import {start_tongxin} from '../lib/server.mjs';
import {api_of} from '../lib/api.mjs';
import {Client} from '../lib/http.mjs';
import {png} from '../lib/png.mjs';

const NOODLES = '牛肉面馆后门朝居民楼长期堆放餐厨垃圾，夏天气味很大';
const CATEGORY = 'urban-yuncheng/event/0131';
let opened = null;

// One demo district for the whole file.
async function house() {
  opened ??= (async () => {
    const server = await start_tongxin({now: '2026-11-23T10:00:00+08:00'});
    after(() => server.close());
    return {server, ...await api_of(server)};
  })();
  return opened;
}

const post_of = async caller => (await caller.get('/api/v1/me')).posts[0];
const HERE = {lon: 102.1887, lat: 38.5212};
const report = (said = {}) => ({procedure: 'incident', action: 'report', said: {description: NOODLES, position: HERE, ...said},
  reporter: {name: '张示例', phone: '13800000000'}});

async function case_in_grid(h, said = {}) {
  const grid = await post_of(await h.sign_in('grid'));
  return h.open.good('POST', '/api/v1/matters', report({place: String(grid.place.id), category: CATEGORY, ...said}));
}

story('the noodle-shop case runs through the API from the report to the rating', async t => {
  const h = await house();
  const [grid, centre, leader, market, sanitation] =
    await Promise.all(['grid', 'centre', 'leader', 'market', 'sanitation'].map(h.sign_in));
  const place = String((await post_of(grid)).place.id);
  t.step('reporting');
  const photos = await h.open.photos(png(), png(10, 20, 30));
  const {code, receipt} = await case_in_grid(h, {photos});
  t.has(receipt, /^[A-Z0-9]{6,}$/);
  let seen = await h.open.get(`/api/v1/receipts/${receipt}`);
  t.equal(seen.view, 'reporter');
  t.equal(seen.summary, NOODLES);
  t.equal(seen.photos.length, 2);
  const photo = await h.open.client.get(`/api/v1/receipts/${receipt}/photos/${seen.photos[0].id}`);
  t.status(photo, 200);
  t.equal(photo.headers['content-type'], 'image/jpeg');
  t.equal((await h.open.client.get(`/api/v1/receipts/${receipt}/photos/999999`)).status, 404);

  t.step('accepting, verifying, filing');
  t.ok((await centre.get('/api/v1/inbox?limit=200')).items.some(i => i.code === code), 'it waits for the centre');
  await centre.act(code, 'accept', {place});
  await grid.act(code, 'verify', {verified: true, finding: '后门有三个敞口桶，地面有污水'});
  await centre.act(code, 'file', {place, category: CATEGORY, condition: 1, danger: 'possible', reach: 'few'});
  t.step('whistling');
  await centre.act(code, 'whistle', {problem: '需市场监管、环卫一起到场'});
  seen = await centre.matter(code);
  t.equal(seen.stage, 'whistled');
  t.ok(seen.clocks.some(c => c.name === 'file' && c.lines.length > 0), 'the clock explains itself');
  t.ok(!seen.clocks.some(c => c.name === 'handle'), 'while a whistle runs, its clocks count');
  t.ok(seen.reporters[0].masked, 'the reporter is masked for the centre');
  t.has_not(JSON.stringify(seen.reporters), '13800000000');
  const whistle = seen.links[0].code;
  const orgs = await Promise.all([market, sanitation].map(async c => String((await post_of(c)).organisation.id)));
  await centre.act(whistle, 'prepare', {kind: 'daily', place, lead: orgs[0], assist: [orgs[1]]});
  await centre.refused('matter.not-yours', 'POST', `/api/v1/matters/${whistle}/actions`, {action: 'approve'});
  await leader.act(whistle, 'approve');
  const tracks = (await leader.matter(whistle)).tracks;
  const lead = tracks.find(x => x.role === '牵头').id;
  const assist = tracks.find(x => x.role !== '牵头').id;

  t.step('departments');
  await market.act(whistle, 'confirm', {}, lead);
  await market.refused('matter.not-yours', 'POST', `/api/v1/matters/${whistle}/actions`, {action: 'confirm', track: assist});
  await sanitation.act(whistle, 'confirm', {}, assist);
  await market.act(whistle, 'arrive', {'arrived-at': {lon: 102.188, lat: 38.52}}, lead);
  await sanitation.act(whistle, 'arrive', {'arrived-at': '102.188,38.52'}, assist);
  await centre.act(whistle, 'meet', {'meeting-time': '2026-11-23T10:00:00+08:00', attendees: '居民代表、商户、环卫、物业',
    minutes: '店主当日清运，签收运协议',
    'division-of-work': [{who: orgs[0], what: '督促店主整改', 'by-when': '2026-11-25'},
      {who: orgs[1], what: '清运冲洗', 'by-when': '2026-11-24'}]});
  const finish = {action: 'finish', said: {'joint-result': '店主已清理并使用密闭桶', answer: '垃圾已清运，店主已签收运协议',
    'after-photos': await market.photos(png(1, 2, 3))}};
  await market.refused('matter.condition', 'POST', `/api/v1/matters/${whistle}/actions`, finish);
  await market.act(whistle, 'report', {'done-what': '责令店主清理并使用密闭桶', 'done-photos': await market.photos(png(4, 5, 6))}, lead);
  await sanitation.act(whistle, 'report', {'done-what': '清运三桶并冲洗地面',
    'done-photos': await sanitation.photos(png(7, 8, 9))}, assist);
  await market.act(whistle, 'finish', finish.said);

  t.step('checking and closing');
  await grid.act(whistle, 'check', {'check-result': 'pass', 'check-photos': await grid.photos(png(9, 9, 9))});
  await centre.act(whistle, 'close');
  await centre.act(code, 'send-to-check');
  await grid.act(code, 'check', {'check-result': 'pass', 'check-photos': await grid.photos(png(8, 8, 8))});
  await centre.act(code, 'close', {closing: 1, answer: '面馆后门垃圾已清理，店主签订收运协议'});
  t.step('case and whistle are one thread');
  const thread = await centre.get(`/api/v1/matters/${whistle}/thread`);
  t.same(thread.matters.map(m => [m.number, m.code, m.from]), [[1, code, null], [2, whistle, code]]);
  t.same(thread.timeline.map(l => l.at), thread.timeline.map(l => l.at).toSorted());
  t.same(new Set(thread.timeline.map(l => l.step)).size, thread.timeline.length, 'no step stands there twice');
  await market.refused('access.matter', 'GET', `/api/v1/matters/${code}/thread`);
  t.step('rating');
  const rated = await h.open.good('POST', `/api/v1/receipts/${receipt}/actions`,
    {action: 'rate', said: {solved: true, satisfaction: 5}});
  t.equal(rated.stage, 'closed');
  seen = await h.open.get(`/api/v1/receipts/${receipt}`);
  t.equal(seen.outcome, 'done');
  t.equal(seen.card, null);
  t.has(JSON.stringify(seen.timeline), '已评价');
  t.equal(seen.figures, null, 'a reporter sees no figures of the handlers');
});

story('the same request twice is one case, and another body under the same key is refused', async t => {
  const h = await house();
  const key = {'idempotency-key': `once-${Date.now()}`};
  const send = body => h.open.ask('POST', '/api/v1/matters', body, key);
  const [a, b] = await Promise.all([send(report()), send(report())]);
  t.same([a.status, b.status].sort(), [200, 201]);
  t.equal(a.body.code, b.body.code);
  t.equal(a.body.receipt, b.body.receipt);
  t.equal((await send(report())).body.again, true);
  const other = await send(report({address: '后门'}));
  t.same([other.status, other.body.code], [409, 'store.once-differs']);
  t.status(await send(report()), 200);
  const long = await h.open.ask('POST', '/api/v1/matters', report(), {'idempotency-key': 'k'.repeat(101)});
  t.equal(long.body.code, 'web.key.long');
});

story('two people take the same action at once: one wins, the other is told', async t => {
  const h = await house();
  const {code} = await case_in_grid(h);
  const [centre, duty] = [await h.sign_in('centre'), await h.sign_in('duty')];
  const place = String((await post_of(await h.sign_in('grid'))).place.id);
  const {last_step} = await centre.matter(code);
  const accept = caller => caller.ask('POST', `/api/v1/matters/${code}/actions`,
    {action: 'accept', said: {place}, seen_step: last_step});
  const replies = await Promise.all([accept(centre), accept(duty)]);
  t.same(replies.map(r => r.status).sort(), [201, 409]);
  t.equal(replies.find(r => r.status === 409).body.code, 'matter.moved');
});

story('pages of a list neither skip nor repeat while others report', async t => {
  const h = await house();
  const centre = await h.sign_in('centre');
  for (let i = 0; i < 8; i++) await case_in_grid(h); // enough for several pages whatever the demo holds
  for (const order of ['newest', 'soonest', 'changed']) {
    const codes = [];
    let cursor = '';
    for (let page = 0; page < 60; page++) {
      const reply = await centre.get(`/api/v1/matters?order=${order}&limit=7${cursor && `&cursor=${cursor}`}`);
      codes.push(...reply.items.map(i => i.code));
      if (!reply.has_more) break;
      cursor = reply.next;
      if (page < 3) await case_in_grid(h);
    }
    t.equal(new Set(codes).size, codes.length, `${order}: none twice`);
    t.at_least(codes.length, 14, order);
  }
  await centre.refused('api.cursor', 'GET', '/api/v1/matters?cursor=nonsense');
  await centre.refused('web.param.range', 'GET', '/api/v1/matters?limit=0');
});

story('a report with an address in words alone is taken and waits to be placed', async t => {
  const h = await house();
  const district = await h.sign_in('district');
  const {code} = await h.open.good('POST', '/api/v1/matters', report({position: undefined, address: '老电影院后门'}));
  const seen = await district.matter(code);
  t.same([seen.to_be_placed, seen.address], [true, '老电影院后门']);
});

story('what is wrong is said in the language asked for, with the field', async t => {
  const h = await house();
  const post = (body, code, headers = {}) => h.open.refused(code, 'POST', '/api/v1/matters', body, headers);
  const zh = await post({procedure: 'incident', said: {}}, 'matter.field.missing');
  t.equal(zh.body.field, 'description');
  const en = await post({procedure: 'incident', said: {}}, 'matter.field.missing', {'accept-language': 'en'});
  t.has(en.body.message, /[a-z]/);
  t.not_equal(en.body.message, zh.body.message);
  t.ok(en.body.hint && en.body.request_id);
  await post({procedure: 'no-such', said: {description: NOODLES}}, 'matter.procedure');
  await post({procedure: 'incident', action: 'no-such', said: {description: NOODLES}}, 'matter.action');
  await post({procedure: 'incident', said: {description: '长'.repeat(1001)}}, 'matter.field.long');
  await post({procedure: 'incident', said: {description: 'a\u0007b'}}, 'web.param.controls');
  await post({procedure: 'incident', said: {description: {a: 1}}}, 'api.said.shape');
  await post({procedure: 'incident', said: 'text'}, 'api.said.shape');
  await post({procedure: 'incident', said: {description: NOODLES}, more: 1}, 'web.json.unknown');
  await post({...report(), reporter: {nickname: '示例'}}, 'api.reporter');
  await post(report({photos: ['1']}), 'api.file');
  const nowhere = await post(report({position: undefined}), 'matter.place.missing');
  t.equal(nowhere.status, 422);
  t.equal(nowhere.body.field, 'place');
  t.has(nowhere.body.hint, '地址');
  await post(report({position: {lon: 2.35, lat: 48.85}}), 'place.point.outside-nation');
  const raw = body => h.open.client.request('POST', '/api/v1/matters', {body, headers: {'content-type': 'application/json'}});
  for (const [bytes, code] of [[Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]), 'web.encoding'], ['{"a":1,"a":2}', 'web.json.bad'],
    ['[]', 'web.json.object'], ['{', 'web.json.bad']]) {
    const reply = await raw(bytes);
    t.same([reply.status, reply.json().code], [422, code]);
  }
  t.equal((await raw('x'.repeat(70000))).status, 413);
});

story('who may not, may not: wrong stage, wrong role, no name, a forged token', async t => {
  const h = await house();
  const {code, receipt} = await case_in_grid(h);
  const [grid, market, admin] = [await h.sign_in('grid'), await h.sign_in('market'), await h.sign_in('admin')];
  const actions = `/api/v1/matters/${code}/actions`;
  const centre = await h.sign_in('centre');
  const early = await centre.refused('matter.stage', 'POST', actions, {action: 'close', said: {closing: 1, answer: '已办结，谢谢'}});
  t.has(early.body.message, /“.+”，“.+”要到“.+”时/, 'which stage it is for');
  await centre.act(code, 'accept', {place: String((await grid.get('/api/v1/me')).posts[0].place.id)});
  const verified = {action: 'verify', said: {verified: true, finding: '后门有三个敞口桶，地面有污水'}};
  await grid.good('POST', actions, verified);
  const done = await grid.refused('matter.done', 'POST', actions, verified);
  t.equal(done.status, 409);
  t.has(done.body.message, '已经办理过');
  await grid.refused('matter.not-yours', 'POST', actions, {action: 'close', said: {}});
  await centre.refused('matter.opens', 'POST', actions, {action: 'report', said: {}});
  await centre.refused('matter.track', 'POST', actions, {action: 'accept', track: 999999, said: {}});
  await centre.refused('matter.action', 'POST', actions, {action: 'no-such'});
  t.equal((await market.ask('POST', actions, {action: 'accept'})).status, 403);
  t.equal((await h.open.ask('POST', actions, {action: 'accept'})).status, 401);
  const admins = await admin.matter(code);
  t.equal(admins.view, 'public', 'an administrator keeps accounts, not cases');
  t.same([admins.summary, admins.reporters, admins.photos], [null, [], []]);
  t.equal((await h.open.matter(code)).view, 'public');
  await h.open.refused('matter.unknown', 'GET', '/api/v1/matters/620302-1999-000001');
  await h.open.refused('api.receipt', 'GET', '/api/v1/receipts/NOTHING0');
  await h.open.refused('matter.stage', 'POST', `/api/v1/receipts/${receipt}/actions`,
    {action: 'rate', said: {solved: true, satisfaction: 5}});
  const forged = new Client(h.server.origin, {headers: {authorization: `Bearer ${'0'.repeat(64)}`}});
  t.status(await forged.get('/api/v1/matters'), 401);
  await h.open.refused('people.sign-in.wrong', 'POST', '/api/v1/sign-in', {account: 'grid', password: 'not the password'});
});

story('a neighbour follows a case and gets a receipt of their own', async t => {
  const h = await house();
  const {code, receipt} = await case_in_grid(h);
  const theirs = await h.open.good('POST', `/api/v1/matters/${code}/follow`, {reporter: {name: '李演示'}});
  t.not_equal(theirs.receipt, receipt);
  t.equal((await h.open.get(`/api/v1/receipts/${theirs.receipt}`)).code, code);
});

story('a resident with an account is the reporter of what they report, and sees it without the receipt', async t => {
  const h = await house();
  const resident = await h.sign_in('resident');
  const {code, receipt} = await resident.good('POST', '/api/v1/matters',
    report({place: String((await post_of(await h.sign_in('grid'))).place.id)}));
  t.has(receipt, /^[A-Z0-9]{6,}$/);
  t.equal((await resident.matter(code)).view, 'reporter');
  t.equal((await (await h.sign_in('resident2')).matter(code)).view, 'public');

  t.step('their name is told in no step, not to the centre and not to a neighbour who joins');
  const name = h.roles.find(r => r.account === 'resident').name;
  await resident.act(code, 'urge', {'urge-note': '请尽快'});
  const centre = await h.sign_in('centre');
  const seen = await centre.matter(code);
  t.has(seen.timeline.map(s => s.actor), '上报人');
  t.has_not(JSON.stringify(seen.timeline), name);
  const neighbour = await h.open.good('POST', `/api/v1/matters/${code}/follow`, {reporter: {name: '李演示'}});
  t.has_not(JSON.stringify(await h.open.get(`/api/v1/receipts/${neighbour.receipt}`)), name);
});

story('every other door of the API', async t => {
  const h = await house();
  const [centre, auditor] = [await h.sign_in('centre'), await h.sign_in('auditor')];
  const streets = (await h.open.get('/api/v1/places')).items;
  t.ok(streets.length > 1 && streets.every(s => s.level === 'street'));
  t.ok((await h.open.get(`/api/v1/places?parent=${streets[0].id}`)).items.length > 0);
  t.ok((await h.open.get(`/api/v1/places?q=${encodeURIComponent(streets[0].name)}`)).items.length > 0);
  const found = await h.open.get('/api/v1/places/locate?lon=102.19&lat=38.52');
  t.equal(found.grid.level, 'grid');
  t.ok((await (await h.sign_in('secretary')).get('/api/v1/disclosure')).items.length > 0, 'what is to be made public, and when');
  await h.open.refused('place.point.outside-nation', 'GET', '/api/v1/places/locate?lon=2.3&lat=48.8');
  await h.open.refused('web.param.range', 'GET', '/api/v1/places/locate?lon=200&lat=48.8');
  const names = (await h.open.get('/api/v1/procedures')).items.map(p => p.name);
  for (const name of names) {
    t.ok((await h.open.get(`/api/v1/procedures/${name}`)).tracks.length > 0);
    const drawing = await h.open.client.get(`/api/v1/procedures/${name}/drawing`);
    t.has(drawing.text, '<svg');
  }
  await h.open.refused('matter.procedure', 'GET', '/api/v1/procedures/no-such');
  const [code] = (await h.open.get('/api/v1/catalogue?scheme=urban-yuncheng&kind=event&q=0131')).items;
  t.equal(code.key, CATEGORY);
  t.ok(code.conditions.length > 0);
  t.ok((await h.open.get('/api/v1/calendar?year=2026')).days.some(d => d.kind === 'make-up'));
  t.equal((await h.open.get('/api/v1/calendar?year=2060')).published, false);
  await h.open.refused('api.year', 'GET', '/api/v1/calendar?year=1950');
  t.equal((await h.open.get('/api/v1/figures')).of, 'public');
  t.equal((await centre.get('/api/v1/figures')).of, 'scope');
  let months = await h.open.get('/api/v1/figures/months');
  // A new server first keeps the figures of the months that have ended.
  for (let tries = 0; !months.figures.length && tries < 100; tries++) {
    await new Promise(resolve => setTimeout(resolve, 100));
    months = await h.open.get('/api/v1/figures/months');
  }
  t.ok(JSON.stringify(months).includes('incident'), 'public figures name what they count');
  t.ok((await centre.get('/api/v1/inbox/counts')).items.length > 0);
  t.ok((await centre.get(`/api/v1/search?q=${encodeURIComponent('餐厨')}`)).items.length > 0);
  t.equal((await h.open.get(`/api/v1/search?q=${encodeURIComponent('餐厨')}`)).items.every(i => i.summary === null), true);
  const box = await centre.get('/api/v1/messages?limit=5');
  t.ok(box.items.length > 0, 'the centre has messages');
  await centre.good('POST', '/api/v1/messages/seen', {upto: box.items[0].id});
  t.equal((await centre.get('/api/v1/messages?limit=5')).items[0].seen, true);
  await h.open.get('/api/v1/journal/checkpoint');
  const lines = (await auditor.client.get('/api/v1/journal?limit=50')).text.trim().split('\n').map(JSON.parse);
  t.same([lines.length, lines[0].seq, lines[49].seq], [50, 1, 50]);
  t.status(await centre.client.get('/api/v1/journal'), 403);
  for (const path of ['/healthz', '/demo/roles.json', '/api/openapi.json']) await h.open.get(path);
});

story('what somebody asks of their own data is answered through the API', async t => {
  const h = await house();
  const [resident, district] = [await h.sign_in('resident'), await h.sign_in('district')];
  const {id} = await resident.good('POST', '/api/v1/me/data-requests', {what: 'copy', words: '请给我一份'});
  await resident.refused('data.twice', 'POST', '/api/v1/me/data-requests', {what: 'copy'});
  await resident.refused('web.param.choice', 'POST', '/api/v1/me/data-requests', {what: 'sell'});
  t.equal((await district.get('/api/v1/data-requests')).items.at(-1).id, id);
  t.equal((await district.get(`/api/v1/data-requests/${id}`)).words, '请给我一份');
  await district.refused('data.missing', 'GET', '/api/v1/data-requests/999999');
  await district.good('POST', `/api/v1/data-requests/${id}/answer`, {decision: 'refuse', reason: '请到窗口领取，法有规定'});
  t.equal((await resident.get('/api/v1/me/data-requests')).items[0].answer, '请到窗口领取，法有规定');
});

story('a browser session needs its token to change anything; a program that signs out is out', async t => {
  const h = await house();
  const {password} = h.roles.find(r => r.account === 'duty');
  const {token} = await h.open.good('POST', '/api/v1/sign-in', {account: 'duty', password});
  const browser = new Client(h.server.origin, {headers: {cookie: `session=${token}`}});
  const {csrf} = (await browser.get('/api/v1/me')).json();
  const seen = headers => browser.json('POST', '/api/v1/messages/seen', {upto: 0}, {headers});
  t.status(await seen({}), 403);
  t.status(await seen({'x-csrf-token': csrf, origin: 'http://elsewhere.example'}), 403);
  t.status(await seen({'x-csrf-token': csrf, origin: h.server.origin}), 200);
  const program = new Client(h.server.origin, {headers: {authorization: `Bearer ${token}`}});
  const ended = await program.json('DELETE', '/api/v1/session');
  h.api.check('DELETE', '/api/v1/session', ended.status, ended.json());
  t.status(await program.get('/api/v1/me'), 401);
});

story('every route of the API was called with success', async t => {
  const {api} = await house();
  t.same(api.unexercised(), []);
});
