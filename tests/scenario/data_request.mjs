// What residents ask about the data kept about them: asked on their page, answered by whoever the district names, before
// the legal end, with the journal whole afterwards.
import {story, database} from '../lib/story.mjs';
import {setTimeout as wait} from 'node:timers/promises';
import {api_of} from '../lib/api.mjs';
import {png} from '../lib/png.mjs';

const NOON = '2026-11-23T10:00:00+08:00';
const me = client => client.get('/me');
const ask = async (client, values, options) => (await me(client)).form({action: '/me/ask'}).submit(client, values, options);

// A report of the signed-in resident with a name and a telephone; the number of the reporter's row.
async function reported(server, api, words) {
  const caller = await api.sign_in('resident');
  const place = String((await (await api.sign_in('grid')).get('/api/v1/me')).posts[0].place.id);
  await caller.good('POST', '/api/v1/matters', {procedure: 'incident', action: 'report',
    said: {description: words, place, category: 'urban-yuncheng/event/0131'},
    reporter: {name: '张示例', phone: '13800000000', mail: 'zhang@example.cn'}});
  return String((await server.sql('SELECT max(id) FROM reporter'))[0][0]);
}

async function person_of(server, login) {
  return String((await server.sql(`SELECT person FROM account WHERE login = '${login}'`))[0][0]);
}

story('a correction is asked in sealed words, granted by the administrator, and the answer reaches the person', async t => {
  const server = await t.tongxin({now: NOON});
  const api = await api_of(server);
  const resident = await server.signed_in(null, 'resident');
  const record = await reported(server, api, '花坛边的井盖松了');
  t.step('what cannot be is refused at its field, and what was typed stays');
  let page = await ask(resident, {what: 'correct', record, field: 'phone', value: '12', words: '号码换了'});
  t.status(page, 422);
  t.has(page.text, '号码换了');
  t.has(page.text, /id="value"[^>]*value="12"[^>]*aria-invalid="true"/);
  page = await ask(resident, {what: 'correct', record, field: 'id-number', value: '110101199003070011', words: ''});
  t.status(page, 422);
  t.has(page.words(), '没有这一项可以更正');
  t.step('asking');
  page = await ask(resident, {what: 'correct', record, field: 'phone', value: '138 0000 0001', words: '号码换了，请更正'});
  t.status(page, 200);
  t.has(page.words(), '待答复');
  t.has(page.words(), '答复期限');
  t.status(await ask(resident, {what: 'correct', record, field: 'phone', value: '13800000001'}), 409, 'the same twice');
  t.step('neither table nor journal holds the words');
  const kept = 'SELECT count(*) FROM data_request WHERE value IS NOT NULL AND words IS NOT NULL';
  t.equal((await server.sql(kept))[0][0], '1');
  const clear = database === 'postgresql' ? "position('号码'::bytea in words) > 0" : "instr(words, CAST('号码' AS BLOB)) > 0";
  t.equal((await server.sql(`SELECT count(*) FROM data_request WHERE ${clear}`))[0][0], '0');
  t.has_not(JSON.stringify(await server.sql("SELECT data FROM journal WHERE action = 'person.data-request'")), '号码');
  t.step('others find no door, those above see that it waits and not what it says');
  t.status(await (await server.signed_in(null, 'grid')).get('/data-requests'), 403);
  const leader = await server.signed_in(null, 'auditor');
  t.has((await leader.get('/data-requests')).words(), '更正');
  t.has_not((await leader.get('/data-requests/1')).words(), '号码换了');
  t.step('the administrator sees what is asked and what is stored, masked');
  const admin = await server.signed_in(null, 'admin');
  t.has((await admin.get('/messages')).words(), '个人信息请求待答复');
  page = await admin.get('/data-requests/1');
  t.has(page.words(), '号码换了，请更正');
  t.has(page.words(), '138****0000');
  t.has_not(page.text, '13800000000');
  t.step('refusing needs reasons');
  page = await page.form({action: '/refuse'}).submit(admin, {reason: '不'});
  t.status(page, 422);
  t.has(page.words(), '请写明不同意的理由');
  t.step('granting');
  page = await (await admin.get('/data-requests/1')).form({action: '/grant'}).submit(admin, {reason: '已按您的要求更正'});
  t.status(page, 200);
  t.has(page.words(), '已办理并答复本人');
  page = await me(resident);
  t.has(page.words(), '已同意');
  t.has(page.words(), '已按您的要求更正');
  t.has(JSON.stringify(await (await api.sign_in('resident')).get('/api/v1/messages')), '已同意并办理');
  t.has((await admin.get('/data-requests/1')).words(), '138****0001');
  t.equal((await server.run(['verify'])).code, 0);
});

story('a deletion takes values, hashes and salts of a person, and the journal stays whole', async t => {
  const server = await t.tongxin({now: NOON});
  const api = await api_of(server);
  const resident = await api.sign_in('resident');
  const [admin, district] = await Promise.all(['admin', 'district'].map(api.sign_in));
  const record = Number(await reported(server, api, '花坛边的井盖松了'));
  const person = await person_of(server, 'resident');
  t.step('one report');
  let q = await resident.good('POST', '/api/v1/me/data-requests', {what: 'delete', record, words: '请删掉我的电话'});
  t.equal(q.late, false);
  t.equal((await district.get('/api/v1/data-requests')).items[0].words, '', 'a list holds no words');
  t.equal((await district.get(`/api/v1/data-requests/${q.id}`)).words, '请删掉我的电话');
  await admin.refused('data.reason', 'POST', `/api/v1/data-requests/${q.id}/answer`, {decision: 'refuse'});
  q = await district.good('POST', `/api/v1/data-requests/${q.id}/answer`, {decision: 'grant', reason: '已删除'});
  t.equal(q.granted, true);
  t.same(await server.sql(`SELECT name, phone, mail, phone_hash FROM reporter WHERE id = ${record}`), [['', '', '', '']]);
  await admin.refused('data.answered', 'POST', `/api/v1/data-requests/${q.id}/answer`, {decision: 'grant'});
  t.step('everything: first the person is corrected, so that there is something to find them by');
  for (const [field, value] of [['phone', '13800000003'], ['id-number', '11010119900307002x']]) {
    q = await resident.good('POST', '/api/v1/me/data-requests', {what: 'correct', field, value});
    await admin.good('POST', `/api/v1/data-requests/${q.id}/answer`, {decision: 'grant'});
  }
  const found_by = `SELECT count(*) FROM person WHERE id = ${person} AND phone_match IS NOT NULL AND id_match IS NOT NULL`;
  t.equal((await server.sql(found_by))[0][0], '1');
  q = await resident.good('POST', '/api/v1/me/data-requests', {what: 'delete', words: '全部删除'});
  await admin.good('POST', `/api/v1/data-requests/${q.id}/answer`, {decision: 'grant'});
  const [left] = await server.sql(`SELECT name, phone, id_number, phone_match, id_match FROM person WHERE id = ${person}`);
  t.same(left, ['', '', '', '', '']);
  const clear = `SELECT count(*) FROM data_request WHERE person = ${person} AND (value IS NOT NULL OR words IS NOT NULL)`;
  t.equal((await server.sql(clear))[0][0], '0');
  t.step('the person reads the answer, the journal holds');
  const mine = (await resident.get('/api/v1/me/data-requests')).items;
  t.same(mine.map(i => [i.what, i.granted, i.answer]), [['delete', true, ''], ['correct', true, ''], ['correct', true, ''],
    ['delete', true, '已删除']]);
  const verified = await server.run(['verify']);
  t.equal(verified.code, 0, verified.out + verified.err);
  t.step('who holds a post is not erased while in office, and nobody answers their own');
  const own = await admin.good('POST', '/api/v1/me/data-requests', {what: 'copy'});
  await admin.refused('data.own', 'POST', `/api/v1/data-requests/${own.id}/answer`, {decision: 'grant'});
  const grid = await api.sign_in('grid');
  const staff = await grid.good('POST', '/api/v1/me/data-requests', {what: 'delete'});
  await admin.refused('data.staff', 'POST', `/api/v1/data-requests/${staff.id}/answer`, {decision: 'grant'});
  await grid.refused('access.role', 'GET', '/api/v1/data-requests');
});

story('what somebody wrote and photographed is erased at their request, and a letter that waits does not go', async t => {
  const server = await t.tongxin({now: NOON});
  const api = await api_of(server);
  const resident = await api.sign_in('resident');
  const [admin, centre] = await Promise.all(['admin', 'centre'].map(api.sign_in));
  const secret = '隔壁赵示例家的狗整夜叫，我有心脏病';
  const [photo] = await resident.photos(png());
  const place = String((await (await api.sign_in('grid')).get('/api/v1/me')).posts[0].place.id);
  const {code} = await resident.good('POST', '/api/v1/matters', {procedure: 'incident', action: 'report',
    said: {description: secret, place, photos: [photo]},
    reporter: {name: '张示例', phone: '13800000000', mail: 'zhang@example.cn'}});
  await centre.act(code, 'accept', {place});
  const record = Number((await server.sql('SELECT max(id) FROM reporter'))[0][0]);
  const waiting = `SELECT count(*) FROM outbox WHERE key_id = 'reporter.mail:${record}' AND state <> 'sent'`;
  t.at_least(Number((await server.sql(waiting))[0][0]), 1, 'a letter waits');
  const found = async () => (await centre.get(`/api/v1/matters?q=${encodeURIComponent('心脏病')}`)).items.length;
  t.equal(await found(), 1);
  t.step('not without a report to erase it from');
  await resident.refused('data.record', 'POST', '/api/v1/me/data-requests', {what: 'delete', field: 'contents'});
  t.step('asked and granted');
  const q = await resident.good('POST', '/api/v1/me/data-requests', {what: 'delete', record, field: 'contents'});
  t.equal(q.field, 'contents');
  await admin.good('POST', `/api/v1/data-requests/${q.id}/answer`, {decision: 'grant', reason: '已删除'});
  t.step('no table holds the words, search does not find them, the picture is gone, no letter waits');
  for (const [table, column] of [['said', 'value'], ['matter', 'summary'], ['message', 'zh'], ['message', 'en']]) {
    const sql = `SELECT count(*) FROM ${table} WHERE ${column} LIKE '%心脏病%' OR ${column} LIKE '%赵示例%'`;
    t.equal((await server.sql(sql))[0][0], '0', `${table}.${column}`);
  }
  t.equal(await found(), 0);
  t.equal((await server.sql(`SELECT count(*) FROM file WHERE id = ${photo.split('-')[0]}`))[0][0], '0');
  t.equal((await server.sql(waiting))[0][0], '0');
  t.step('the case goes on, says what happened, and the journal holds');
  const after = await centre.matter(code);
  t.has(after.summary, '已按本人请求删除');
  t.same(after.photos, []);
  const verified = await server.run(['verify']);
  t.equal(verified.code, 0, verified.out + verified.err);
});

story('the legal end follows the setting and the calendar, and what is late goes to those above once', async t => {
  const server = await t.tongxin({now: NOON});
  const api = await api_of(server);
  const q = await (await api.sign_in('resident')).good('POST', '/api/v1/me/data-requests', {what: 'copy'});
  t.equal(q.due.slice(0, 10), '2026-12-14', 'fifteen work days after Monday 23 November');
  await server.restart({now: '2026-12-15T09:00:00+08:00'});
  const api2 = await api_of(server);
  const auditor = await api2.sign_in('auditor');
  for (let i = 0; i < 50; i++) {
    if (JSON.stringify(await auditor.get('/api/v1/messages')).includes('超过法定期限')) break;
    await wait(200);
  }
  await wait(2500); // the timer comes by again
  t.equal((await auditor.get('/api/v1/messages')).items.filter(m => m.words.includes('超过法定期限')).length, 1);
  t.equal((await auditor.get('/api/v1/data-requests')).items[0].late, true);
  const page = await (await server.signed_in(null, 'admin')).get('/data-requests');
  t.has(page.words(), '超期未答复');
  t.has((await me(await server.signed_in(null, 'resident'))).words(), '超期未答复');
  t.equal(String((await server.sql("SELECT count(*) FROM journal WHERE action = 'person.data-late'"))[0][0]), '1');
});
