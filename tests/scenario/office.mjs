// The office of the administrator: organisations, keys of programs, letters dropped with a reason.
import {story, database} from '../lib/story.mjs';

story('an administrator adds an organisation, changes it and ends it; who changed it meanwhile is not overwritten', async t => {
  const server = await t.tongxin();
  const admin = await server.signed_in(null, 'admin');
  const blank = async () => (await admin.get('/admin/orgs/new')).form({action: '/admin/orgs/new'});
  t.step('wrong input keeps what was typed and points at the field');
  let reply = await (await blank()).submit(admin, {key: 'Not A Key', zh: '示例单位', en: 'Example unit'});
  t.status(reply, 422);
  t.has(reply.text, 'value="Not A Key"');
  t.has(reply.text, 'value="示例单位"');
  t.has(reply.text, 'aria-invalid="true"');
  reply = await reply.form({action: '/admin/orgs/new'}).submit(admin, {key: 'market-supervision'});
  t.status(reply, 409, 'a key that somebody has');
  reply = await reply.form({action: '/admin/orgs/new'}).submit(admin, {key: 'example-unit', credit: '123'});
  t.status(reply, 422);
  reply = await reply.form({action: '/admin/orgs/new'}).submit(admin, {credit: '', units: ['gas', 'heating']});
  t.status(reply, 200);
  t.has(reply.words(), '示例单位');
  t.has(reply.words(), '燃气公司 · 供热公司');
  t.step('two change it at once: the second is told, sees what is in force and keeps what was typed');
  const id = reply.path.split('/').pop();
  const at = `/admin/orgs/${id}`;
  const [first, second] = [(await admin.get(at)).form({action: at}), (await admin.get(at)).form({action: at})];
  t.status(await first.submit(admin, {zh: '示例一'}), 200);
  reply = await second.submit(admin, {zh: '示例二'});
  t.status(reply, 409);
  t.has(reply.words(), '其他人刚刚改过这里');
  t.has(reply.words(), '示例一');
  t.has(reply.text, 'value="示例二"');
  reply = await reply.form({action: at}).submit(admin);
  t.status(reply, 200);
  t.same(await server.sql(`SELECT name_zh, duties FROM organisation WHERE id = ${id}`), [['示例二', 'gas heating']]);
  t.step('one for which cases wait, or where somebody is in office, is not ended; an empty one is, and can come back');
  const market = (await server.sql("SELECT id FROM organisation WHERE key = 'market-supervision'"))[0][0];
  t.status(await (await admin.get(`/admin/orgs/${market}`)).form({action: '/end'}).submit(admin), 409);
  reply = await (await admin.get(at)).form({action: '/end'}).submit(admin);
  t.has(reply.words(), '已撤销');
  reply = await reply.form({action: at}).submit(admin);
  t.has_not(reply.words(), '已撤销');
  t.step('the auditor reads and changes nothing; others find no door');
  const auditor = await server.signed_in(null, 'auditor');
  t.has_not((await auditor.get(at)).text, `action="${at}`);
  t.status(await auditor.post(at, {zh: 'x'}), 403);
  t.status(await (await server.signed_in(null, 'centre')).get('/admin/orgs'), 403);
  t.equal((await server.run(['verify'])).code, 0);
});

story('a key of a program is shown once, works, and is refused the moment it is revoked', async t => {
  const server = await t.tongxin();
  const admin = await server.signed_in(null, 'admin');
  let reply = await (await admin.get('/admin/keys')).form({action: '/admin/keys'}).submit(admin, {name: '示例平台', rate: 'x'});
  t.status(reply, 422);
  t.has(reply.text, 'value="示例平台"');
  reply = await reply.form({action: '/admin/keys'}).submit(admin, {rate: '', until: '2020-01-01'});
  t.status(reply, 422, 'a day that is over');
  reply = await reply.form({action: '/admin/keys'}).submit(admin, {until: '', source: 'hotline, police'});
  t.status(reply, 200);
  const key = /tx365_[0-9a-f]+/.exec(reply.text)[0];
  t.has_not((await admin.get('/admin/keys')).text, key);
  t.has((await admin.get('/admin/keys')).words(), 'hotline police');
  const ask = () => server.client().get('/api/v1/matters', {headers: {authorization: `Bearer ${key}`}});
  t.status(await ask(), 200);
  const id = (await server.sql("SELECT id FROM api_key WHERE name = '示例平台'"))[0][0];
  const form = (await admin.get('/admin/keys')).form({action: `/admin/keys/${id}/end`});
  t.has((await form.submit(admin)).words(), '密钥已停用');
  t.status(await ask(), 401);
  t.status(await form.submit(admin), 404, 'revoked once');
  t.equal((await server.run(['verify'])).code, 0);
});

story('an undeliverable letter is dropped with a reason that stands in the journal', async t => {
  const server = await t.tongxin();
  const admin = await server.signed_in(null, 'admin');
  await server.sql('INSERT INTO outbox (district, id, channel, recipient, key_id, subject, body, lang, dedupe, state, tries, ' +
    `next_at, created, error) VALUES (1, 901, 'mail', ${database === 'postgresql' ? "''::bytea" : "x''"}, '', 's', 'b', 'zh', ` +
    "'test-901', 'dead', 9, 1, 1, 'outbox.channel')");
  const page = await admin.get('/admin/letters');
  t.has(page.text, 'href="/admin/letters/901/drop"');
  const form = (await admin.get('/admin/letters/901/drop')).form({action: '/drop'});
  let reply = await form.submit(admin, {reason: '错'});
  t.status(reply, 422);
  t.has(reply.text, 'aria-invalid="true"');
  reply = await reply.form({action: '/drop'}).submit(admin, {reason: '地址已停用 "示例"'});
  t.has(reply.words(), '已丢弃');
  t.same(await server.sql('SELECT id FROM outbox WHERE id = 901'), []);
  const [[data]] = await server.sql("SELECT data FROM journal WHERE action = 'outbox.drop'");
  t.equal(JSON.parse(data).reason, '地址已停用 "示例"');
  t.status(await form.submit(admin, {reason: '再丢一次'}), 409);
  t.status(await (await server.signed_in(null, 'auditor')).get('/admin/letters/901/drop'), 403);
  t.has((await admin.get('/admin/letters?state=sent')).words(), '已发送');
});
