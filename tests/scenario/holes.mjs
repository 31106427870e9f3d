// Small doors that must be shut: the same "me too" twice, photos nobody came back for, signing somebody else in.
import {story} from '../lib/story.mjs';
import {api_of} from '../lib/api.mjs';
import {Client} from '../lib/http.mjs';
import {png} from '../lib/png.mjs';
import {totp} from '../lib/totp.mjs';
import {setTimeout as wait} from 'node:timers/promises';

async function opened(api, said = {}) {
  const place = String((await (await api.sign_in('grid')).get('/api/v1/me')).posts[0].place.id);
  return api.open.good('POST', '/api/v1/matters', {procedure: 'incident', action: 'report',
    said: {description: '路灯不亮，晚上看不清路', place, ...said}, reporter: {name: '张示例', phone: '13800000000'}});
}

story('“me too” sent twice under one key is one reporter with one receipt, and another body under it is refused', async t => {
  const server = await t.tongxin();
  const api = await api_of(server);
  const {code} = await opened(api);
  const count = async () => Number((await server.sql('SELECT count(*) FROM reporter'))[0][0]);
  const before = await count();
  const follow = (name, key) => api.open.ask('POST', `/api/v1/matters/${code}/follow`, {reporter: {name, phone: '13800000001'}},
    {'idempotency-key': key});
  const [first, second] = [await follow('李演示', 'me-too-1'), await follow('李演示', 'me-too-1')];
  t.equal(first.status, 201);
  t.equal(second.body.receipt, first.body.receipt);
  t.ok(first.body.receipt.length >= 6, 'a receipt of their own');
  t.equal(await count(), before + 1);
  t.equal((await follow('王示例', 'me-too-1')).body.code, 'store.once-differs');
  t.not_equal((await follow('李演示', 'me-too-2')).body.receipt, first.body.receipt);
  t.equal(await count(), before + 2);
  const steps = await server.sql("SELECT count(*) FROM step WHERE action = 'follow'");
  t.equal(steps[0][0], '2');
  t.equal((await server.run(['verify'])).code, 0);
});

story('an upload nothing came to use goes after the district’s time, one in use never does', async t => {
  const server = await t.tongxin({now: '2026-11-23T10:00:00+08:00'});
  const api = await api_of(server);
  const [kept, left] = await api.open.photos(png(), png(200, 10, 30));
  await opened(api, {photos: [kept]});
  t.ok(left, 'a second one that is never attached');
  const files = async () => Number((await server.sql('SELECT count(*) FROM file'))[0][0]);
  const metric = async name => Number(/^tongxin_\S+ (\d+)$/m.exec((await server.client().get('/metrics')).text
    .split('\n').find(line => line.startsWith(`tongxin_${name} `)))[1]);
  const before = await files();
  t.equal(await metric('files_waiting'), 1);
  t.step('a day later nothing happens');
  await server.restart({now: '2026-11-24T10:00:00+08:00'});
  await wait(1500);
  t.equal(await files(), before);
  t.step('a setting of an hour: the one that waits goes, the one in use stays');
  await server.sql("INSERT INTO setting (district, name, value) VALUES (1, 'files.waiting-hours', '1')");
  await server.restart({now: '2026-11-24T10:00:00+08:00', kill: false});
  for (let i = 0; i < 150 && (await metric('files_abandoned_total')) === 0; i++) await wait(200);
  t.equal(await files(), before - 1);
  t.equal(await metric('files_waiting'), 0);
  t.equal(await metric('files_abandoned_total'), 1);
  const [[data]] = await server.sql("SELECT data FROM journal WHERE action = 'file.sweep'");
  t.equal(data, '{"erased":1}');
  t.equal((await server.run(['verify'])).code, 0);
});

story('nobody is signed in by somebody else’s page: who does not say where it comes from needs the form’s token', async t => {
  const server = await t.tongxin();
  const {account, password} = (await server.roles()).find(r => r.role === 'grid-worker');
  const victim = new Client(server.origin);
  const page = await victim.get('/sign-in');
  const post = (client, fields, headers = {}) => client.post('/sign-in', {account, password, next: '', ...fields},
    {headers, follow: false});
  const signed_in = async client => (await client.get('/api/v1/me')).status === 200;
  t.step('a form on another page, with and without saying so');
  for (const headers of [{origin: 'http://elsewhere.example'}, {origin: 'null'},
    {origin: null, referer: 'http://elsewhere.example/x'},
    {origin: null, 'sec-fetch-site': 'cross-site'}, {'sec-fetch-site': 'same-site'}, {origin: null}]) {
    t.status(await post(victim, {csrf: ''}, headers), 403, JSON.stringify(headers));
    t.equal(await signed_in(victim), false);
  }
  t.step('the token of another browser does not do');
  const attacker = new Client(server.origin);
  const foreign = (await attacker.get('/sign-in')).form({action: '/sign-in'}).value('csrf');
  t.status(await post(victim, {csrf: foreign}, {origin: null}), 403);
  t.equal(await signed_in(victim), false);
  t.step('a browser that says it is us, and one that says nothing but brings its token');
  const modern = new Client(server.origin);
  await modern.get('/sign-in');
  t.status(await post(modern, {}, {origin: server.origin, 'sec-fetch-site': 'same-origin'}), 303);
  t.equal(await signed_in(modern), true);
  t.status(await post(victim, {csrf: page.form({action: '/sign-in'}).value('csrf')}, {origin: null}), 303);
  t.equal(await signed_in(victim), true);
  t.step('the API gives a token and sets no cookie');
  const program = new Client(server.origin);
  const reply = await program.json('POST', '/api/v1/sign-in', {account, password});
  t.status(reply, 201);
  t.equal(reply.headers['set-cookie'] ?? null, null);
});

story('an administrator turns one-time codes on by the page, and from then on a password alone opens nothing', async t => {
  const server = await t.tongxin();
  const {account, password} = (await server.roles()).find(r => r.role === 'administrator');
  const admin = await server.signed_in(null, account);
  for (const [lang, says] of [['zh', '动态口令'], ['en', 'One-time codes']]) {
    t.has((await admin.get(`/codes?lang=${lang}`)).words(), says);
  }
  const form = (await admin.get('/codes?lang=zh')).form({has: 'code'});
  const secret = form.value('secret');
  t.step('a wrong code keeps the key that was scanned');
  const wrong = await form.submit(admin, {code: '000000'}, {strict: false});
  t.status(wrong, 422);
  t.equal(wrong.form({has: 'code'}).value('secret'), secret);
  t.step('the right one');
  t.status(await form.submit(admin, {code: totp(secret)}), 200);
  t.step('the password alone asks for the code, and another code is refused');
  const client = server.client();
  const asked = await (await client.get('/sign-in')).form({has: 'password'}).submit(client, {account, password}, {strict: false});
  t.ok(asked.form({has: 'code'}), 'the code is asked');
  t.equal((await client.get('/api/v1/me')).status, 401);
  const refused = await asked.form({has: 'code'}).submit(client, {account, password, code: '000000'}, {strict: false});
  t.not_equal(refused.status, 200);
  t.equal((await client.get('/api/v1/me')).status, 401);
  const next = totp(secret, Date.now() + 30000); // the one of this moment was used to turn it on
  t.status(await refused.form({has: 'code'}).submit(client, {account, password, code: next}, {strict: false}), 200);
  t.equal((await client.get('/api/v1/me')).status, 200);
  t.equal((await server.sql("SELECT count(*) FROM account WHERE totp IS NOT NULL"))[0][0], '1');
});

story('a street prints the plates of its stairwells, in both languages, each leading to its own report form', async t => {
  const server = await t.tongxin();
  const centre = await server.signed_in(null, 'centre');
  const {id} = (await centre.get('/api/v1/me')).json().posts[0].place;
  for (const [lang, says] of [['zh', '扫码反映问题'], ['en', 'Print on A4']]) {
    t.has((await centre.get(`/places/${id}/plates?lang=${lang}`)).words(), says);
  }
  const codes = new Set((await centre.get(`/places/${id}/plates`)).text.match(/\/p\/[A-Z0-9]{6,}/g));
  const [[stairwells]] = await server.sql(`SELECT count(*) FROM place WHERE level = 6 AND street = ${id} AND valid_to IS NULL`);
  t.equal(String(codes.size), stairwells);
  const page = await server.client().get([...codes][0]);
  t.status(page, 200);
  t.ok(page.form({has: 'description'}).value('place') || page.form({has: 'description'}).value('plate'), 'the place is known');
  t.status(await (await server.signed_in(null, 'market')).get(`/places/${id}/plates`), 403);
});
