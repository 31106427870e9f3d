// Publications: what residents object to, with and without an account and on paper; a text changed after its start; an hour late;
// what is due and late by the plan; and a published line checked by a stranger.
import {story} from '../lib/story.mjs';
import {act, begun, newest_code, notice_id, object, open} from '../lib/deciding.mjs';
import {make_jpeg} from '../lib/jpeg.mjs';

const NOW = '2026-11-23T10:18:00+08:00';
const HEADING = '十月财务收支明细';
const photo = () => ({name: 'board.jpg', type: 'image/jpeg', bytes: make_jpeg(320, 240)});

async function accounts_shown(t, server) {
  const officer = await server.signed_in(null, 'community');
  await open(t, officer, 'disclosure', 'publish', {item: 'accounts', heading: HEADING, where: 'both',
    text: '收入一万二千元，支出八千元，结余四千元。'});
  return {code: await newest_code(server, 'disclosure'), id: await notice_id(server, HEADING)};
}

const shown = t => begun(t, 'accounts', NOW, server => accounts_shown(t, server));

async function again(s, now) {
  await s.server.restart({now});
  s.officer = await s.server.signed_in(null, 'community');
}

const page_of = s => s.server.client().get(`/public/notice/${s.id}`);

story('a resident without an account objects: the period stands still, and both answers are waited for', async t => {
  const s = await shown(t);
  await again(s, '2026-11-25T09:00:00+08:00');
  const anybody = s.server.client();
  const first = await object(s.server, anybody, s.id, {words: '支出里没有写清路灯维修的钱', name: '示例居民', phone: '13800000000'});
  t.has(first.reply.words(), '已收到异议，2026-12-04前答复'.slice(0, 5));
  t.ok(first.receipt, first.reply.url);
  t.step('staff enters one that came on paper, with a photo of it');
  const paper = await object(s.server, s.officer, s.id, {words: '结余和上月对不上', paper: photo()});
  t.ok(paper.receipt, paper.reply.words().slice(0, 400));
  t.step('everybody sees that there are two, and neither who nor what');
  const page = await page_of(s);
  t.has(page.words(), first.code);
  t.has(page.words(), '待答复');
  t.has_not(page.text, '路灯维修');
  t.has_not(page.text, '示例居民');
  t.has(page.words(), '期限暂停');
  const rows = await s.server.sql('SELECT source FROM matter WHERE procedure = \'objection\' ORDER BY id');
  t.same(rows.map(r => r[0]), ['public', 'paper']);
  t.step('one answer is not enough');
  await act(t, s.officer, first.code, 'answer', {reply: '路灯维修列在第三项，八百元。', outcome: 'stands'});
  t.has((await page_of(s)).words(), '期限暂停');
  t.has((await page_of(s)).words(), '路灯维修列在第三项', 'the answer stands on the page');
  await act(t, s.officer, paper.code, 'answer', {reply: '上月结余已核对，数字无误。', outcome: 'stands'});
  t.has_not((await page_of(s)).words(), '期限暂停');
  t.has((await anybody.get(`/r/${first.receipt}`)).words(), '路灯维修列在第三项', 'and at the receipt');
  t.equal((await s.server.run(['verify'])).code, 0);
});

story('an objection on the last day stops the period; an hour after its end it is refused in clear words', async t => {
  const s = await shown(t);
  const ends = (await s.server.sql(`SELECT ends FROM notice WHERE id = ${s.id}`))[0][0];
  const at = minutes => new Date(Number(ends) + minutes * 60000 + 8 * 3600000).toISOString().slice(0, 19) + '+08:00';
  const early = await s.server.client().get(`/public/notice/${s.id}`);
  await again(s, at(-60));
  const last = await object(s.server, s.server.client(), s.id, {words: '最后一天提出的异议'});
  t.ok(last.receipt, 'an hour before the end it is taken');
  await again(s, at(24 * 60));
  t.has((await page_of(s)).words(), '期限暂停', 'a day later it is still on show');
  await act(t, s.officer, last.code, 'answer', {reply: '已经核对，没有变化。', outcome: 'stands'});
  await t.until('what was left of the period runs on', async () => !(await page_of(s)).words().includes('期限暂停'));
  const then = Number((await s.server.sql(`SELECT ends FROM notice WHERE id = ${s.id}`))[0][0]);
  t.ok(then > Number(ends), 'the days it stood still are added');
  await again(s, at((then - Number(ends)) / 60000 - 30));
  t.has((await page_of(s)).words(), '公示中');
  await again(s, at((then - Number(ends)) / 60000 + 60));
  await t.until('and then ends', async () => (await page_of(s)).words().includes('公示期满'));
  t.step('the form of somebody who had the page open since the first day');
  t.ok(early.forms().find(f => f.action.endsWith('/object')));
  const late = await s.server.client().post(`/public/notice/${s.id}/object`, {words: '晚了一个小时的异议'});
  t.equal(late.status, 409);
  t.has(late.words(), '公示已经结束，不能再提异议');
  t.has(late.text, '晚了一个小时的异议', 'what was typed stays');
  t.has_not((await page_of(s)).forms().map(f => f.action).join(' '), '/object');
  t.step('taken down, with a photo');
  t.has((await s.officer.get('/disclosure')).words(), '取下照片');
  await act(t, s.officer, s.code, 'take-down', {'down-photo': photo()});
  t.equal((await s.server.sql(`SELECT removed FROM notice WHERE id = ${s.id}`))[0][0] === '0', false);
});

story('a text changed after its start is a further edition with its whole period, and the old one stays', async t => {
  const s = await shown(t);
  await again(s, '2026-12-03T09:00:00+08:00');
  const before = Number((await s.server.sql(`SELECT ends FROM notice WHERE id = ${s.id}`))[0][0]);
  const changed = {heading: HEADING, text: '收入一万二千元，支出八千五百元，结余三千五百元。', where: 'both'};
  await act(t, s.officer, s.code, 'revise', {...changed, reason: '漏列一笔支出'});
  const rows = await s.server.sql('SELECT edition, fate, ends, begins FROM notice WHERE item = \'accounts\' ORDER BY id');
  t.same(rows.map(r => [r[0], r[1]]), [['1', '2'], ['2', '0']]);
  t.ok(Number(rows[1][2]) > before, 'it ends later than the first would have');
  t.ok(Number(rows[1][2]) - Number(rows[1][3]) >= 15 * 86400000, 'fifteen days from now');
  t.has((await page_of(s)).words(), '已更正，见新版');
  t.step('the same words again change nothing');
  await act(t, s.officer, s.code, 'revise', {...changed, reason: '再存一次'});
  t.equal((await s.server.sql('SELECT COUNT(*) FROM notice WHERE item = \'accounts\''))[0][0], '2');
});

story('bad objections are refused at the field, and nobody objects to a plain notice', async t => {
  const s = await shown(t);
  const anybody = s.server.client();
  const form = (await page_of(s)).forms().find(f => f.action.endsWith('/object'));
  const empty = await form.submit(anybody, {words: ''});
  t.equal(empty.status, 422);
  const phone = await form.submit(anybody, {words: '这里有一处写错了', phone: '12'});
  t.equal(phone.status, 422);
  t.has(phone.text, '这里有一处写错了', 'what was typed stays');
  t.equal((await anybody.post('/public/notice/999999/object', {words: '没有这条公示的异议'})).status, 404);
  await open(t, s.officer, 'notice', 'publish', {heading: '停水通知', text: '明天上午停水两小时。', where: 'page'});
  const plain = await notice_id(s.server, '停水通知');
  t.equal((await anybody.post(`/public/notice/${plain}/object`, {words: '公告不收异议的'})).status, 404);
  t.equal((await s.server.sql('SELECT COUNT(*) FROM matter WHERE procedure = \'objection\''))[0][0], '0');
});

story('the plan says what is due and late: on the page, as JSON and on the command line', async t => {
  const s = await shown(t);
  const api = (await s.officer.get('/api/v1/disclosure')).json();
  const of = name => api.items.filter(i => i.item === name && i.from === (name === 'accounts' ? '2026-11-01' : '2026-10-01'));
  t.equal(of('accounts')[0].state, 'paid');
  t.equal(of('accounts')[0].publication, s.id);
  t.equal(of('decisions')[0].state, 'late', 'the quarter began in October and nothing was published by the twentieth');
  t.equal(of('decisions')[0].due, '2026-10-20');
  t.equal(new Set(api.items.map(i => i.place)).size, 1, 'a community officer sees the community alone');
  t.has((await s.officer.get('/disclosure')).words(), '议定事项及执行情况');
  t.step('a board without a photo');
  t.same(api.photos.map(x => x.missing), ['put-up']);
  await act(t, s.officer, s.code, 'show-board', {'board-photo': photo()});
  t.same((await s.officer.get('/api/v1/disclosure')).json().photos, []);
  t.step('next month the accounts are due again, and late after the fifteenth');
  await again(s, '2026-12-10T09:00:00+08:00');
  const december = (await s.officer.get('/api/v1/disclosure')).json().items.filter(i => i.item === 'accounts');
  t.same(december.map(i => [i.from, i.state]), [['2026-12-01', 'due']]);
  await t.until('its period has ended', async () => (await page_of(s)).words().includes('公示期满'));
  const listed = JSON.parse((await s.server.run(['disclosure', '--json'])).out);
  t.ok(new Set(listed.items.map(i => i.place)).size > 1, 'the command line sees the whole district');
  t.has((await s.server.run(['disclosure'])).out, /已逾期|Late/);
  t.same(listed.photos.map(x => x.missing), ['taken-down'], 'its period is over and nobody has taken it down');
  t.step('residents and strangers see no such list');
  t.equal((await s.server.client().get('/api/v1/disclosure')).status, 401);
});

story('anybody checks a published line, on the page and by a command, and a changed one is found', async t => {
  const s = await shown(t);
  const page = await page_of(s);
  t.has(page.words(), `核验码 N${s.id}`);
  const led = await s.server.client().get(`/verify?code=N${s.id}`);
  t.has(led.words(), HEADING);
  const good = JSON.parse((await s.server.run(['verify', 'line', `N${s.id}`, '--json'])).out);
  t.equal(good.ok, true);
  t.same(good.lines.map(l => l.fits), [true, true]);
  t.equal((await s.server.run(['verify', 'line', 'X9'], {may_fail: true})).code === 0, false);
  t.step('somebody changes the table');
  await s.server.sql(`UPDATE notice SET body = '收入一万二千元，支出一万二千元，没有结余。' WHERE id = ${s.id}`);
  const bad = await s.server.run(['verify', 'line', `N${s.id}`], {may_fail: true});
  t.equal(bad.code, 65);
  t.has(bad.out, /不一致|differs/);
  t.has((await page_of(s)).words(), '与日志不一致');
});
