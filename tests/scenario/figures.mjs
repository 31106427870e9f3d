// The figures: every number on the leader's page opens exactly the cases it counted, also after they were reopened, moved or
// given another category; and no number is a person's.
// timeout: 240
import {story} from '../lib/story.mjs';
import {api_of} from '../lib/api.mjs';
import {all, words} from '../lib/html.mjs';

const sign_in = async (t, server, account) => {
  const {roles} = await api_of(server);
  const client = server.client();
  const {account: name, password} = roles.find(r => r.account === account);
  const page = await client.get('/sign-in');
  await page.form({action: '/sign-in'}).submit(client, {account: name, password});
  return client;
};

// Every figure of a page with the address of its list: [{href, n}].
const figures_of = page => page.links().filter(l => l.href.startsWith('/leader/list') && !l.href.includes('lang='))
  .map(l => ({href: l.href, n: l.text.match(/^\s*\d+\s*$/) ? Number(l.text) : null})).filter(f => f.n !== null);

// The cases of a list, over all its pages.
async function cases_of(client, href) {
  const codes = new Set();
  for (let at = href; at;) {
    const page = await client.get(at);
    if (page.status !== 200) throw new Error(`${at}: ${page.status}`);
    for (const l of page.links()) if (l.href.startsWith('/case/')) codes.add(l.href);
    const more = page.links().find(l => l.href.startsWith('/leader/list') && l.href.includes('before=')
      && !l.href.includes('lang='));
    at = more?.href;
  }
  return codes;
}

// Counters against a recount of the rows, in the database's own words.
async function recount(t, server) {
  const measures = {
    reported: ['opened', 'true'], filed: ['opened', '(m.facts & 2) <> 0'], accepted: ['opened', '(m.facts & 1) <> 0'],
    refused: ['opened', 'm.outcome = 2'], relapse: ['opened', 'm.relapse_of IS NOT NULL'],
    closed: ['closed', 'm.outcome = 1'], 'closed-on-time': ['closed', 'm.outcome = 1 AND m.late = 0'],
    'closed-late': ['closed', 'm.outcome = 1 AND m.late <> 0'], reworked: ['closed', 'm.outcome = 1 AND m.reworks > 0'],
    returned: ['closed', 'm.outcome = 1 AND m.returns > 0'], reopened: ['closed', 'm.outcome = 1 AND m.reopens > 0'],
    satisfied: ['opened', '(m.facts & 64) <> 0'],
    solved: ['opened', '(m.facts & 256) <> 0'], unlisted: ['opened', 'm.public = 0'],
    'closed-unlisted': ['closed', 'm.outcome = 1 AND m.public = 0'],
    answerable: ['opened', '(m.facts & 512) <> 0'], answered: ['opened', '(m.facts & 1024) <> 0']};
  for (const [measure, [, where]] of Object.entries(measures)) {
    const rows = await server.sql(`SELECT m.street, count(*) FROM matter m WHERE m.sealed = 0 AND ${where}
      GROUP BY m.street ORDER BY m.street`);
    for (const [kind, periods] of [[0, 'period < 999999'], [0, 'period > 999999'], [2, 'true'], [3, 'true'], [4, 'true']]) {
      const sums = await server.sql(`SELECT street, sum(n) FROM tally WHERE
        measure = '${measure}' AND kind = ${kind} AND ${periods}
        GROUP BY street HAVING sum(n) <> 0 ORDER BY street`);
      t.same(sums.map(String), rows.map(String), `${measure} by ${kind}, ${periods}`);
    }
  }
  t.same(await server.sql('SELECT * FROM tally WHERE n < 0'), [], 'no counter is below nothing');
}

story('every figure opens exactly the cases it counted', async t => {
  const server = await t.tongxin();
  const client = await sign_in(t, server, 'district-leader');
  await recount(t, server);
  const year = new Date().getFullYear();
  const page = await client.get(`/leader?period=${year}`);
  t.status(page, 200);
  const figures = figures_of(page);
  t.at_least(figures.length, 40);
  const done = new Set();
  for (const {href, n} of figures) {
    if (done.has(href) || done.size >= 60) continue;
    done.add(href);
    t.equal((await cases_of(client, href)).size, n, href);
  }
});

story('a case that is reopened leaves the figures of the closed, and comes back when it is closed again', async t => {
  const server = await t.tongxin();
  const {open, roles} = await api_of(server);
  const {account, password} = roles.find(r => r.role === 'district-centre');
  const {token} = await open.good('POST', '/api/v1/sign-in', {account, password});
  const one = "SELECT code, street FROM matter WHERE stage = 'closed' AND procedure = 'incident' ORDER BY id LIMIT 1";
  const [code, street] = (await server.sql(one))[0];
  const closed = async () => Number((await server.sql(`SELECT coalesce(sum(n), 0) FROM tally WHERE measure = 'closed' AND kind = 0
    AND period < 999999 AND street = ${street} AND procedure = 'incident'`))[0][0]);
  const before = await closed();
  const reply = await server.client().json('POST', `/api/v1/matters/${code}/actions`, {action: 'reopen-by-centre', said: {}},
    {headers: {authorization: `Bearer ${token}`}});
  t.equal(reply.status, 201);
  t.equal(await closed(), before - 1);
  await recount(t, server);
});

story('a street leader sees the figures of that street only, and a share of nothing is —', async t => {
  const server = await t.tongxin();
  const client = await sign_in(t, server, 'leader');
  const page = await client.get('/leader');
  t.status(page, 200);
  const other = (await server.sql("SELECT id FROM place WHERE level = 1 ORDER BY id DESC LIMIT 1"))[0][0];
  const mine = figures_of(page).map(f => new URLSearchParams(f.href.split('?')[1]).get('street'));
  t.equal(new Set(mine).size, 1, 'one street');
  if (String(other) !== mine[0]) t.status(await client.get(`/leader?street=${other}`), 403);
  const empty = await client.get('/leader?period=2001-01');
  t.has(empty.text, '—');
  t.has_not(empty.text, 'nan');
  t.has_not(empty.text, '0.0%');
  t.status(await client.get('/leader?period=2026-13'), 422);
});

story('tables can be taken along as CSV, XLSX and PDF, with the numbers of the page', async t => {
  const server = await t.tongxin();
  const client = await sign_in(t, server, 'district-leader');
  const page = await client.get('/leader');
  for (const l of page.links().filter(x => x.href.startsWith('/leader/table'))) {
    const sheet = await client.get(l.href);
    t.status(sheet, 200);
    if (l.href.endsWith('format=csv')) t.has(sheet.text, l.href.includes('by=air') ? '部门' : '按期结案率');
    else t.equal(sheet.bytes.subarray(0, 2).toString(), l.href.endsWith('format=pdf') ? '%P' : 'PK');
  }
});

story('what everybody reads of a month holds no number from one to four, and is the same at every download', async t => {
  const server = await t.tongxin();
  const client = server.client();
  let csv = '';
  for (let i = 0; i < 40 && csv.split('\r\n').length < 4; i++) {
    await new Promise(done => setTimeout(done, 500));
    csv = (await client.get('/public/figures.csv')).text;
  }
  const rows = csv.trim().split(/\r?\n/).slice(1).map(line => line.split(','));
  t.at_least(rows.length, 6);
  for (const [month, kind, measure, by, , , value, unit, withheld] of rows) {
    if (withheld === '1') t.equal(value, '', `${month} ${kind} ${measure} ${by}`);
    else if (unit === 'count') t.ok(Number(value) === 0 || Number(value) >= 5, `${month} ${kind} ${measure} ${by}: ${value}`);
  }
  t.equal((await client.get('/public/figures.csv')).text, csv);
  t.status(await client.get('/public/figures'), 200);
  t.status(await client.get('/public/data'), 200);
});

story('the calendar of publications has lines of at most 75 octets, each ended, and begins and ends what it opens', async t => {
  const server = await t.tongxin();
  const reply = await server.client().get('/public/calendar.ics');
  t.status(reply, 200);
  const text = reply.bytes.toString();
  t.ok(text.startsWith('BEGIN:VCALENDAR\r\n') && text.endsWith('END:VCALENDAR\r\n'), 'a whole calendar');
  for (const line of text.split('\r\n')) t.ok(Buffer.byteLength(line) <= 75, line);
  t.equal((text.match(/BEGIN:VEVENT/g) || []).length, (text.match(/END:VEVENT/g) || []).length);
});

story('the big screen opens for a leader and at its own address, names no case, and knows no other key', async t => {
  const server = await t.tongxin();
  const client = await sign_in(t, server, 'district-leader');
  const page = await client.get('/screen');
  t.status(page, 200);
  const kiosk = page.links().find(l => l.href.startsWith('/screen/')).href;
  const wall = await server.client().get(kiosk);
  t.status(wall, 200);
  t.has_not(wall.text, '/case/');
  t.has_not(wall.text, '示例');
  t.status(await server.client().get(`${kiosk.slice(0, -1)}x`), 404);
  t.status(await server.client().get('/screen/0-'), 404);
});
