// Administration by its pages: posts, people, the running configuration, letters that nobody took.
import {story, database} from '../lib/story.mjs';

story('a street appoints a grid worker, hands the post over and ends it, and nobody gives more than their own', async t => {
  const server = await t.tongxin();
  const centre = await server.signed_in(null, 'centre');
  const [[place, code]] = await server.sql('SELECT id, code FROM place WHERE level = 4 AND street = ' +
    "(SELECT street FROM post WHERE role = 'street-centre' ORDER BY id LIMIT 1) ORDER BY code LIMIT 1");
  t.step('wrong input keeps what was typed and points at the field');
  let form = (await centre.get('/team/posts/new')).form({action: '/team/posts/new'});
  t.ok(!form.options('role').some(o => o.value === 'administrator'), 'a street does not make administrators');
  let reply = await form.submit(centre, {who: '没有这个人', role: 'grid-worker', place: code, body: '示例社区'});
  t.status(reply, 422);
  t.has(reply.words(), '没有找到“没有这个人”');
  t.has(reply.text, 'value="示例社区"');
  t.has(reply.text, 'aria-invalid="true"');
  t.step('appointing');
  reply = await reply.form({action: '/team/posts/new'}).submit(centre, {who: 'duty', from: '', until: ''});
  t.status(reply, 200);
  t.has(reply.words(), '已任命');
  const post = reply.path.split('/').pop();
  t.step('the list of the community shows it, a community elsewhere does not');
  t.has((await centre.get(`/team?role=grid-worker`)).text, `/team/posts/${post}"`);
  t.step('handing over to nobody is refused, to somebody it is done');
  reply = await (await centre.get(`/team/posts/${post}`)).form({action: 'hand-over'}).submit(centre, {who: ''});
  t.status(reply, 422);
  reply = await reply.form({action: 'hand-over'}).submit(centre, {who: 'community'});
  t.status(reply, 200);
  t.has(reply.words(), '已交接');
  const next = reply.path.split('/').pop();
  t.not_equal(next, post);
  t.step('ending');
  reply = await reply.form({action: '/end'}).submit(centre, {reason: 'resigned'});
  t.has(reply.words(), '已终止');
  const rows = await server.sql(`SELECT id, end_reason FROM post WHERE place = ${place} AND id >= ${post} ORDER BY id`);
  t.same(rows.map(r => [String(r[0]), r[1]]), [[post, 'handed-over'], [next, 'resigned']]);
  t.step('a street that asks for an administrator all the same is refused');
  form = (await centre.get('/team/posts/new')).form({action: '/team/posts/new'});
  reply = await centre.post('/team/posts/new', {csrf: form.value('csrf'), who: 'duty', role: 'administrator'});
  t.status(reply, 403);
  t.equal((await server.run(['verify'])).code, 0);
});

story('vacancies of 1+2+N are listed for the own place with what to do', async t => {
  const server = await t.tongxin();
  const officer = await server.signed_in(null, 'community');
  const page = await officer.get('/team/vacancies');
  t.status(page, 200);
  t.has(page.words(), '楼栋长缺岗');
  t.has(page.text, '/team/posts/new?role=building-head');
  const admin = await server.signed_in(null, 'admin');
  t.at_least((await admin.get('/team/vacancies')).all('tr').length, page.all('tr').length, 'a community sees its own only');
});

story('an administrator enters a person with an account, gives a password anew, locks and opens it', async t => {
  const server = await t.tongxin();
  const admin = await server.signed_in(null, 'admin');
  const newcomer = () => admin.get('/admin/people/new').then(page => page.form({action: '/admin/people/new'}));
  t.step('a sign-in name of the wrong form, and one that is taken');
  let reply = await (await newcomer()).submit(admin, {name: '钱新人', login: 'Not A Login'});
  t.status(reply, 422);
  t.has(reply.text, 'value="Not A Login"');
  t.has(reply.text, 'aria-invalid="true"');
  reply = await reply.form({action: '/admin/people/new'}).submit(admin, {login: 'centre'});
  t.status(reply, 409);
  t.has(reply.text, 'value="钱新人"');
  reply = await reply.form({action: '/admin/people/new'}).submit(admin, {login: 'newcomer'});
  t.status(reply, 200);
  const given = /class="code">\s*([A-Za-z0-9]+)</.exec(reply.text)[1];
  t.step('the password opens the door once, and must be changed');
  const sign_in = async password => {
    const client = server.client();
    return (await client.get('/sign-in')).form({action: '/sign-in'}).submit(client, {account: 'newcomer', password});
  };
  t.has((await sign_in(given)).words(), '原密码');
  t.step('locking shuts it, a new password replaces the old one');
  const person = (await server.sql("SELECT person FROM account WHERE login = 'newcomer'"))[0][0];
  const at = `/admin/people/${person}`;
  t.has((await (await admin.get(at)).form({action: '/lock'}).submit(admin)).words(), '账号已锁定');
  t.has_not((await sign_in(given)).words(), '原密码');
  t.has((await (await admin.get(at)).form({action: '/unlock'}).submit(admin)).words(), '账号已解锁');
  reply = await (await admin.get(at)).form({action: '/password'}).submit(admin);
  const again = /class="code">\s*([A-Za-z0-9]+)</.exec(reply.text)[1];
  t.not_equal(again, given);
  t.has_not((await sign_in(given)).words(), '原密码');
  t.has((await sign_in(again)).words(), '原密码');
  t.step('nobody locks themselves');
  const own = (await server.sql("SELECT person FROM account WHERE login = 'admin'"))[0][0];
  t.not_equal((await (await admin.get(`/admin/people/${own}`)).form({action: '/lock'}).submit(admin)).status, 200);
  t.step('others find no door');
  const centre = await server.signed_in(null, 'centre');
  t.status(await centre.get('/admin/people'), 403);
  t.equal((await server.run(['verify'])).code, 0);
});

story('the running configuration is checked, the matrix shows every door, a dead letter is sent again once', async t => {
  const server = await t.tongxin();
  const [admin, auditor] = [await server.signed_in(null, 'admin'), await server.signed_in(null, 'auditor')];
  const page = await admin.get('/admin/security');
  t.has(page.words(), '演示模式公开所有账号密码');
  t.has(page.words(), '未启用动态口令的管理员');
  t.has((await auditor.get('/admin/access')).words(), 'POST /admin/letters/{id}/replay');
  t.step('a letter that nobody took');
  await server.sql('INSERT INTO outbox (district, id, channel, recipient, key_id, subject, body, lang, dedupe, state, tries, ' +
    `next_at, created, error) VALUES (1, 900, 'mail', ${database === 'postgresql' ? "''::bytea" : "x''"}, '', 's', 'b', 'zh', ` +
    "'test-900', 'dead', 9, 1, 1, 'outbox.channel')");
  t.has_not((await auditor.get('/admin/letters')).text, 'action="/admin/letters/', 'an auditor changes nothing');
  t.status(await auditor.post('/admin/letters/900/replay', {}), 403);
  const form = (await admin.get('/admin/letters')).form({action: '/admin/letters/900/replay'});
  t.has((await form.submit(admin)).words(), '已重新排队');
  t.status(await form.submit(admin), 409, 'somebody else was faster');
  t.equal((await server.sql("SELECT count(*) FROM journal WHERE action = 'outbox.replay'"))[0][0].toString(), '1');
});
