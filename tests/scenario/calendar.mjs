// The work calendar on its page: a year, a day of the district's own with what it moves, the notice of a year.
import {story} from '../lib/story.mjs';

const DAY = 86400000;
const local = ms => new Date(Number(ms) + 8 * 3600000).toISOString().slice(0, 10);

async function until(t, what, test) {
  for (let i = 0; i < 100; i++) {
    if (await test()) return;
    await new Promise(done => setTimeout(done, 100));
  }
  t.ok(false, what);
}

story('a day off is shown with the limits it would move, and only when it is taken into use they move', async t => {
  const server = await t.tongxin();
  const admin = await server.signed_in(null, 'admin');
  const [[clock, matter, due]] = await server.sql('SELECT c.id, m.code, c.due FROM clock c JOIN matter m ' +
    'ON m.district = c.district AND m.id = c.matter ' +
    "WHERE c.end_kind = 0 AND c.unit = 'work-day' AND m.sealed = 0 ORDER BY c.due DESC LIMIT 1");
  const due_now = async () => String((await server.sql(`SELECT due FROM clock WHERE id = ${clock}`))[0][0]);
  const day = local(due);
  t.step('the year says its marks in words too');
  const page = await admin.get(`/admin/calendar?year=${day.slice(0, 4)}`);
  t.has(page.words(), '个工作日');
  t.has(page.words(), '法定放假');
  t.step('wrong input keeps what was typed');
  const form = page.form({action: '/admin/calendar/day'});
  let reply = await form.submit(admin, {day, rule: 'hours', open: '8 to 12', zh: '示例日'});
  t.status(reply, 422);
  t.has(reply.text, 'value="8 to 12"');
  t.has(reply.text, 'aria-invalid="true"');
  t.step('trying moves nothing');
  reply = await reply.form({action: '/admin/calendar/day'}).submit(admin, {rule: 'off', open: ''});
  t.status(reply, 200);
  t.has(reply.words(), matter);
  t.has(reply.words(), '推迟');
  t.equal(await due_now(), String(due));
  t.step('taken into use it moves, and the journal says so');
  const adopt = reply.form({action: '/admin/calendar'});
  t.has((await adopt.submit(admin)).words(), '日历已更新');
  await until(t, 'the limit moved', async () => await due_now() !== String(due));
  t.ok(Number(await due_now()) - Number(due) >= DAY / 2);
  t.at_least(Number((await server.sql("SELECT count(*) FROM journal WHERE action = 'calendar.recompute'"))[0][0]), 1);
  t.has((await admin.get('/admin/calendar')).words(), '示例日');
  t.step('who looked before is told');
  t.status(await adopt.submit(admin), 409);
  t.step('taken out again it moves back');
  reply = await (await admin.get('/admin/calendar')).form({action: '/admin/calendar/remove'}).submit(admin);
  t.has(reply.words(), '提前');
  await reply.form({action: '/admin/calendar'}).submit(admin);
  await until(t, 'the limit moved back', async () => await due_now() === String(due));
  t.step('nobody else changes it');
  const auditor = await server.signed_in(null, 'auditor');
  t.has_not((await auditor.get('/admin/calendar')).text, 'action="/admin/calendar');
  for (const path of ['', '/day', '/remove', '/notice']) t.status(await auditor.post(`/admin/calendar${path}`, {}), 403);
  t.equal((await server.run(['verify'])).code, 0);
});

story('the notice of a year is taken in, and a file that is none is refused', async t => {
  const server = await t.tongxin();
  const admin = await server.signed_in(null, 'admin');
  const send = async bytes => (await admin.get('/admin/calendar')).form({action: '/admin/calendar/notice'})
    .submit(admin, {file: {name: 'notice.json', bytes: Buffer.from(bytes)}});
  const day = '{"name":"x","date":"2031-13-01","isOffDay":true}';
  for (const bad of ['', '[]', '{"year": 2031}', '{"days": [', `{"year":2031,"days":[${day}]}`, '['.repeat(5000),
    `{"year":2031,"days":[${'{},'.repeat(9)}{}]}`, Buffer.from([0xff, 0xfe])]) t.status(await send(bad), 422);
  t.has((await admin.get('/admin/calendar?year=2031')).words(), '还没有导入');
  const days = [{name: '元旦', date: '2031-01-01', isOffDay: true}, {name: '元旦补班', date: '2031-01-04', isOffDay: false}];
  const reply = await send(JSON.stringify({year: 2031, days}));
  t.status(reply, 200);
  t.has(reply.words(), '2031-01-04');
  t.has((await reply.form({action: '/admin/calendar'}).submit(admin)).words(), '日历已更新');
  const page = await admin.get('/admin/calendar?year=2031');
  t.has_not(page.words(), '还没有导入');
  t.has(page.words(), '调休上班');
});
