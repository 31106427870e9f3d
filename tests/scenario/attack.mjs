// What somebody does who means ill, over every door that is open to them.
import {story, database, after} from '../lib/story.mjs';
import {start_tongxin} from '../lib/server.mjs';
import {api_of} from '../lib/api.mjs';

const FOUND = {demo: false, init: ['--district', '620302']};

story('guessing passwords from one address is slowed down, whatever account is guessed', async t => {
  if (database !== 'sqlite') t.skip('the limit is in memory and has nothing to do with the database');
  const server = await t.tongxin(FOUND);
  const client = server.client();
  const statuses = new Map();
  for (let i = 0; i < 40; i++) {
    const page = await client.get('/sign-in');
    const reply = await page.form({has: 'password'}).submit(client, {account: `nobody${i}`,
        password: 'Wrong-365-guess'});
    statuses.set(reply.status, (statuses.get(reply.status) ?? 0) + 1);
    if (reply.status === 429) {
      t.ok(Number(reply.headers['retry-after']) > 0, 'it says how long to wait');
      break;
    }
  }
  t.ok(statuses.has(429), `forty guesses were let through: ${JSON.stringify([...statuses])}`);
});

// --- one demonstration district for what follows

let opened = null;
async function house() {
  opened ??= (async () => {
    const server = await start_tongxin();
    after(() => server.close());
    return {server, ...await api_of(server)};
  })();
  return opened;
}

const HOSTILE = [
  '<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', "' onmouseover='alert(1)",
      '</textarea><script>alert(2)</script>',
  '{{7*7}}${7*7}', 'javascript:alert(1)', '=HYPERLINK("http://evil.example")', "Robert'); DROP TABLE matter;--",
];

async function place_of_grid(h) { return String((await (await h.sign_in('grid')).get('/api/v1/me')).posts[0].place.id); }

async function hostile_case(h) {
  const place = await place_of_grid(h);
  const text = HOSTILE.join(' ');
  const made = await h.open.good('POST', '/api/v1/matters', {procedure: 'incident', action: 'report',
    said: {description: text.slice(0, 400), place, address: HOSTILE[1]}, reporter: {name: HOSTILE[0], mail: ''}});
  return made;
}

story('what strangers write is shown as text on every page, for whoever looks', async t => {
  const h = await house();
  const {code, receipt} = await hostile_case(h);
  const staff = await h.server.signed_in('street-centre', 'centre');
  const guest = h.server.client();
  const q = encodeURIComponent(HOSTILE[1]);
  const pages = [[staff, `/case/${encodeURIComponent(code)}`], [staff, '/desk'], [staff, '/cases'], [staff,
      `/cases?q=${q}`],
    [guest, `/r/${receipt}`], [guest, `/sign-in?next=${q}`], [guest, `/no-such-${q}`], [guest, `/?q=${q}`]];
  for (const [client, path] of pages) {
    const page = await client.get(path);
    t.ok(page.status < 500, `${path}: ${page.status}`);
    t.has_not(page.text, /<script>alert|<img src=x|onmouseover='alert|href="javascript:/i, path);
    t.has(page.headers['content-security-policy'] ?? '', "default-src 'self'", path);
    t.equal(page.headers['x-content-type-options'], 'nosniff');
  }
});

story('search words with the syntax of the search engines in them find nothing more and break nothing', async t => {
  const h = await house();
  const paths = ['/api/v1/search?q=', '/api/v1/matters?q='];
  const words = ['"', '""', '\'', '*', '垃圾*', '" OR 1=1 --', 'a OR b', 'NEAR(a b)', 'tokens:a', '-', '^a', '(',
      '((((', 'a AND NOT b', '+',
    "'); DROP TABLE matter; --", 'a & b | !c', '<->', ':*', 'a\\', '\\', '%', '_', '电'.repeat(200), '\u0301', '🏮'];
  for (const path of paths) {
    for (const word of words) {
      for (const who of [h.open, await h.sign_in('centre')]) {
        const reply = await who.client.json('GET', path + encodeURIComponent(word));
        t.ok([200, 400, 404, 422].includes(reply.status), `${path}${word}: ${reply.status} ${reply.text.slice(0,
            200)}`);
      }
    }
  }
  t.equal((await h.server.sql('SELECT count(*) > 0 FROM matter')).length, 1);
});

story('a case that is not theirs cannot be read, changed or guessed at by others', async t => {
  const h = await house();
  const {code, receipt} = await hostile_case(h);
  const at = `/api/v1/matters/${encodeURIComponent(code)}`;
  for (const who of [h.open, await h.sign_in('resident2')]) {
    const seen = await who.client.json('GET', at);
    t.equal(seen.json().view, 'public', 'stages and grid are public, no more');
    for (const part of ['alert', '7*7', 'onerror', 'DROP TABLE']) t.has_not(seen.text, part);
    t.same([seen.json().summary, seen.json().address, seen.json().position], [null, null, null]);
    t.same([seen.json().reporters, seen.json().offers, seen.json().photos], [[], [], []]);
    t.equal((await who.client.json('GET', `${at}/photos/1`)).status, 404);
    const acting = await who.client.json('POST', `${at}/actions`, {action: 'accept', said: {}});
    t.ok([401, 403, 404].includes(acting.status), `acting: ${acting.status}`);
  }
  const other = await hostile_case(h);
  const mine = await h.open.client.json('GET', `/api/v1/receipts/${receipt}`);
  t.equal(mine.json().code, code);
  t.not_equal((await h.open.client.json('GET', `/api/v1/receipts/${other.receipt}`)).json().code, code);
  for (const guess of ['AAAAAAAAAA', '1', "' OR '1'='1", '%', '..%2f..']) {
    t.ok((await h.open.client.json('GET', `/api/v1/receipts/${encodeURIComponent(guess)}`)).status >= 400, guess);
  }
});

story('after signing in one goes only to pages of this site', async t => {
  const h = await house();
  const {account, password} = h.roles.find(r => r.role === 'street-centre');
  const targets = ['//evil.example', '/\\evil.example', 'https://evil.example/', '/\t/evil.example',
      '/%09/evil.example', '\\\\evil.example',
    'javascript:alert(1)', '/ok\r\nSet-Cookie: a=b', '///evil.example', '/\n/evil.example', '/./\t/evil.example'];
  for (const next of targets) {
    const client = h.server.client();
    const page = await client.get('/sign-in');
    const reply = await page.form({has: 'password'}).submit(client, {account, password, next}, {strict: false,
        follow: false});
    const to = reply.headers.location ?? '/';
    t.equal(new URL(to, h.server.origin).origin, h.server.origin, `${JSON.stringify(next)} led to ${to}`);
    t.has_not(String(reply.headers['set-cookie'] ?? ''), 'a=b');
  }
});

story('headers cannot be made longer by what is asked', async t => {
  const h = await house();
  for (const path of ['/sign-in?lang=en%0d%0aX-Evil:%201', '/%0d%0aX-Evil:%201', '/sign-in?next=/%0d%0aX-Evil:1',
      '/cases?q=%0d%0aX-Evil:1']) {
    const reply = await h.server.client().get(path, {follow: false});
    t.equal(reply.headers['x-evil'], undefined, path);
    t.ok(reply.status < 500, `${path}: ${reply.status}`);
  }
});

story('paths do not climb out of their folders', async t => {
  const h = await house();
  const paths = ['/assets/../../../../etc/passwd', '/assets/%2e%2e/%2e%2e/etc/passwd',
      '/assets/..%2f..%2fetc%2fpasswd', '/assets//etc/passwd',
    '/assets/%00', '/report/photo/..%2f..%2fkeys', '/photo/..%2f..%2fkeys', '/p/..%2f..', '/../tongxin.db',
        '/%2e%2e/tongxin.db'];
  for (const path of paths) {
    const text = await h.server.client().raw(`GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    t.has(text, /^HTTP\/1\.1 (303|4\d\d) /, path);
    t.has_not(text, /root:|SQLite format/, path);
  }
});

story('a session is new at each sign-in, hidden from scripts, and its end is an end', async t => {
  const h = await house();
  const {account, password} = h.roles.find(r => r.role === 'street-centre');
  const client = h.server.client();
  const planted = 'a'.repeat(64);
  client.cookies.set('session', planted);
  const page = await client.get('/sign-in');
  const reply = await page.form({has: 'password'}).submit(client, {account, password}, {follow: false});
  const line = [].concat(reply.headers['set-cookie'] ?? []).find(l => l.startsWith('session='));
  t.has(line, /; HttpOnly/i);
  t.has(line, /; SameSite=(Lax|Strict)/i);
  const token = client.cookies.get('session');
  t.not_equal(token, planted);
  t.step('signing out');
  const desk = await client.get('/desk');
  const stolen = h.server.client();
  stolen.cookies.set('session', token);
  t.status(await stolen.get('/desk', {follow: false}), 200);
  await desk.form({action: '/sign-out'}).submit(client, {});
  t.not_equal((await stolen.get('/desk', {follow: false})).status, 200, 'what was stolen is worth nothing now');
});

story('other sites cannot act for somebody who is signed in', async t => {
  const h = await house();
  const client = await h.server.signed_in('street-centre', 'centre');
  const evil = {origin: 'https://evil.example'};
  t.status(await client.post('/sign-out', {}, {follow: false}), 403, 'without the token');
  t.status(await client.post('/sign-out', {csrf: 'x'.repeat(64)}, {follow: false}), 403, 'with a wrong one');
  t.status(await client.post('/sign-out', {}, {follow: false, headers: evil}), 403);
  t.status(await client.post('/sign-in', {account: 'a', password: 'b'}, {follow: false, headers: evil}), 403);
  const {code} = await hostile_case(h);
  const act = {action: 'accept', said: {}};
  t.status(await client.json('POST', `/api/v1/matters/${encodeURIComponent(code)}/actions`, act), 403,
      'JSON with a cookie');
  t.status(await client.json('POST', '/api/v1/matters', {procedure: 'incident', said: {}}, {headers: evil}), 403);
  t.status(await client.get('/desk', {follow: false}), 200, 'still signed in');
});

story('an account that does not exist is refused as slowly as a wrong password', async t => {
  const h = await house();
  const client = h.server.client();
  const form = (await client.get('/sign-in')).form({has: 'password'});
  const time = async account => {
    const took = [];
    for (let i = 0; i < 5; i++) {
      const begun = performance.now();
      const reply = await form.submit(client, {account, password: 'Wrong-365-guess'}, {follow: false});
      took.push(performance.now() - begun);
      t.ok([400, 401, 403, 422, 429].includes(reply.status), `${reply.status}`);
    }
    return took.sort((a, b) => a - b)[2];
  };
  const unknown = await time('nobody-of-that-name');
  const known = await time('auditor');
  t.ok(unknown > known / 3 && known > unknown / 3, `unknown ${unknown.toFixed(1)} ms, known ${known.toFixed(1)} ms`);
});

story('what is far too large or far too deep is refused and forgotten', async t => {
  const h = await house();
  const client = h.server.client();
  const json = {'content-type': 'application/json', accept: 'application/json'};
  const deep = n => '{"procedure":"incident","said":' + '['.repeat(n) + ']'.repeat(n) + '}';
  for (const [what, body] of [['deep', deep(30000)], ['long', `{"procedure":"${'a'.repeat(60000)}","said":{}}`],
      ['number', '{"procedure":1e999999}'],
    ['twice', '{"procedure":"incident","procedure":"x","said":{}}'], ['zero',
        '{"procedure":"a\\u0000b","said":{}}'], ['text', '"x"'],
    ['surrogate', '{"procedure":"\\ud800","said":{}}'], ['broken', '{"procedure":'], ['bytes', Buffer.from([0x7b,
        0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])]]) {
    t.step(what);
    const reply = await client.request('POST', '/api/v1/matters', {body, headers: json});
    t.ok(reply.status >= 400 && reply.status < 500, `${what}: ${reply.status}`);
  }
  let huge;
  try {
    huge = (await client.request('POST', '/api/v1/matters', {body: Buffer.alloc(8 << 20, 0x20), headers: json})).status;
  } catch {
    huge = 413; // it may hang up while we still send
  }
  t.equal(huge, 413);
  t.step('many fields');
  const many = Array.from({length: 5000}, (_, i) => `f${i}=1`).join('&');
  t.ok((await client.post('/sign-in', many)).status < 500);
  const fields = await client.get(`/sign-in?${many.slice(0, 6000)}`).catch(() => ({status: 414})); // or hangs up
  t.ok(fields.status < 500);
  t.ok((await client.get(`/sign-in?next=${'%41'.repeat(2000)}`)).status < 500);
  t.step('afterwards');
  t.status(await client.get('/healthz'), 200);
});
