// The district's settings on their page: what each may be, a change that holds at once, one that waits for its day.
import {story} from '../lib/story.mjs';

const NOW = '2026-11-23T09:30:00+08:00';
const entries = (server, action) => server.sql(`SELECT data FROM journal WHERE action = '${action}' ORDER BY seq`);

async function until(t, what, test) {
  for (let i = 0; i < 100; i++) {
    if (await test()) return;
    await new Promise(done => setTimeout(done, 100));
  }
  t.ok(false, what);
}

const change = async (admin, name, values) =>
  (await admin.get(`/admin/settings/${name}`)).form({action: `/admin/settings/${name}`}).submit(admin, values);

story('a setting changed on its page holds at once, without a restart, with its reason in the journal', async t => {
  const server = await t.tongxin({now: NOW});
  const admin = await server.signed_in(null, 'admin');
  const list = await admin.get('/admin/settings');
  for (const words of ['闲置几分钟退出', '5 至 480', '30 分钟', '出厂以来']) t.has(list.words(), words);
  t.has((await admin.get('/admin/settings?of=procedures&q=accept')).words(), '受理时限');
  t.step('wrong input keeps what was typed and points at the field');
  for (const [values, field] of [[{value: '4'}, 'value'], [{value: 'soon'}, 'value'], [{from: '2026-11-22'}, 'from'],
    [{from: '2046-11-22'}, 'from'], [{reason: '短'}, 'reason']]) {
    const reply = await change(admin, 'people.password-chars', {value: '14', reason: '示例：加强密码', from: '2026-11-23', ...values});
    t.status(reply, 422);
    t.ok(new RegExp(`name="${field}"[^>]*aria-invalid="true"`).test(reply.text), `${field} is pointed at`);
    t.has(reply.text, '示例');
  }
  t.equal((await entries(server, 'setting.change')).length, 0);
  t.step('what holds');
  const reply = await change(admin, 'people.password-chars', {value: '14', reason: '示例：加强密码', from: '2026-11-23'});
  t.status(reply, 200);
  t.has(reply.words(), '已经生效');
  t.has(reply.words(), '14 个字符');
  t.has((await admin.get('/password')).words(), '14');
  const [[data]] = await entries(server, 'setting.change');
  t.equal(data, '{"from":"2026-11-23","name":"people.password-chars","reason":"示例：加强密码","value":"14"}');
  t.step('the same again, and from a page that was looked at before, is refused');
  t.status(await change(admin, 'people.password-chars', {value: '14', reason: '示例：再来一次', from: '2026-11-23'}), 409);
  const old = (await admin.get('/admin/settings/people.password-chars')).form({action: '/admin/settings/people.password-chars'});
  await change(admin, 'people.password-chars', {value: '12', reason: '示例：放宽一些', from: '2026-11-23'});
  t.status(await old.submit(admin, {value: '16', reason: '示例：没看见的', from: '2026-11-23'}), 409);
  t.step('as shipped again');
  t.has((await change(admin, 'people.password-chars', {back: '1', reason: '示例：恢复出厂', from: '2026-11-23'})).words(), '10 个字符');
  t.step('a limit of a procedure, and roles by their names');
  t.status(await change(admin, 'incident.accept-limit', {value: 'tomorrow', reason: '示例：写错了', from: '2026-11-23'}), 422);
  t.has((await change(admin, 'incident.accept-limit', {value: '3 work-hours', reason: '示例：街道要求', from: '2026-11-23'})).words(),
    '3 个工作时');
  t.status(await change(admin, 'rights.answered-by', {value: 'mayor', reason: '示例：写错了', from: '2026-11-23'}), 422);
  t.status(await change(admin, 'site.address', {value: 'javascript:alert(1)', reason: '示例：写错了', from: '2026-11-23'}), 422);
  t.equal((await server.run(['verify'])).code, 0);
});

story('a change of a later day waits, can be withdrawn, and comes into force by itself', async t => {
  const server = await t.tongxin({now: NOW});
  const admin = await server.signed_in(null, 'admin');
  const later = {value: '45', reason: '示例：下周起', from: '2026-11-25'};
  let reply = await change(admin, 'people.idle-minutes', later);
  t.has(reply.words(), '已记下');
  t.has(reply.words(), '2026-11-25 起为 45 分钟');
  t.equal((await server.sql("SELECT count(*) FROM setting WHERE name = 'people.idle-minutes'"))[0][0], '0');
  reply = await reply.form({action: '/withdraw'}).submit(admin);
  t.has(reply.words(), '已撤回');
  t.has((await admin.get('/admin/settings/people.idle-minutes')).words(), '已撤回');
  await change(admin, 'people.idle-minutes', later);
  await server.restart({now: '2026-11-25T08:00:00+08:00'});
  await until(t, 'the day came', async () => (await entries(server, 'setting.begin')).length === 1);
  const again = await server.signed_in(null, 'admin');
  t.has((await again.get('/admin/settings')).words(), '45 分钟');
  t.equal((await server.sql("SELECT value FROM setting WHERE name = 'people.idle-minutes'"))[0][0], '45');
});

story('nobody but an administrator changes a setting, and the auditor may read them', async t => {
  const server = await t.tongxin({now: NOW});
  const auditor = await server.signed_in(null, 'auditor');
  const page = await auditor.get('/admin/settings/rate.page');
  t.status(page, 200);
  t.has_not(page.text, 'action="/admin/settings');
  t.status(await auditor.post('/admin/settings/rate.page', {value: '1', from: '2026-11-23', reason: '示例理由'}), 403);
  t.status(await (await server.signed_in(null, 'centre')).get('/admin/settings'), 403);
  const admin = await server.signed_in(null, 'admin');
  t.status(await admin.get('/admin/settings/no.such'), 404);
});
