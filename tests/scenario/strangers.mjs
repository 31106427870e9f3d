// One report, and everybody who has nothing to do with it: through no route of the table do they read its words, and by none
// do they change it. A route that is added later is walked without a word here.
import {story} from '../lib/story.mjs';
import {run_tongxin} from '../lib/server.mjs';
import {api_of} from '../lib/api.mjs';
import {key_for, sign_ins} from '../lib/everybody.mjs';
import {Client} from '../lib/http.mjs';

const SECRET = '走查暗语：后院石榴树下第三块砖松了';

// What stands in a {segment} that is not the matter itself; all others are filled with each name the matter has.
const SEGMENTS = {procedure: 'incident', action: 'accept', name: 'incident', track: '0'};

// The addresses of a route that could mean this matter: with its code, its number and the receipt the caller holds.
function addresses(path, names) {
  const fill = own => path.replace(/\{([^}]*)\}/g, (_, name) => encodeURIComponent(SEGMENTS[name] ?? own));
  return path.includes('{') ? [...new Set(names.map(fill))] : [path];
}

const as = (server, token) => new Client(server.origin, {headers: token ? {authorization: `Bearer ${token}`} : {}});

async function report(t, server, token, description, place) {
  const reply = await as(server, token).json('POST', '/api/v1/matters',
    {procedure: 'incident', action: 'report', said: {description, place: String(place)}});
  t.status(reply, 201);
  return reply.json();
}

// Lists with everything asked for, and searches for its words.
const ASKED = ['/cases?all=1', '/cases.csv', '/search', '/api/v1/search', '/api/v1/matters', '/desk/search']
  .flatMap(path => [path, `${path}${path.includes('?') ? '&' : '?'}q=${encodeURIComponent('石榴树')}`]);

// The routes through which the words can be read. Those that do not let the role in at all are access.mjs's.
async function readers(t, server, matrix, role, token, names) {
  const client = as(server, token);
  const seen = [];
  const open = r => r.method === 'GET' && r.path !== '/live' && r.allowed.includes(role);
  for (const {path} of matrix.filter(open)) {
    for (const address of [...addresses(path, names), ...ASKED.filter(a => a.split('?')[0] === path)]) {
      const reply = await client.request('GET', address, {follow: false, headers: {accept: '*/*'}});
      t.ok(reply.status < 500, `${address}: ${reply.status}`);
      if (reply.text.includes(SECRET)) seen.push(path);
    }
  }
  return seen;
}

// The routes that said they did something, and whether the report is another one afterwards, though each was asked with
// everything a stranger could know.
async function changers(t, server, matrix, role, token, names, last_step) {
  const client = as(server, token);
  const before = await last_step();
  const did = [];
  for (const {path} of matrix.filter(r => r.method === 'POST' && r.path.includes('{') && r.allowed.includes(role))) {
    for (const address of addresses(path, names)) {
      const reply = await client.json('POST', address, {action: 'accept', said: {place: names.place}});
      t.ok(reply.status < 500, `${address}: ${reply.status}`);
      if (reply.status < 300) did.push(path);
    }
  }
  return {did, changed: await last_step() !== before};
}

async function cast(t) {
  const server = await t.tongxin();
  const {roles, open} = await api_of(server);
  const matrix = JSON.parse((await run_tongxin(['access', '--json'])).out);
  const accounts = await sign_ins(server, roles);
  const [own, other] = [await key_for(server, '甲系统示例'), await key_for(server, '乙系统示例')];
  const [[place]] = await server.sql("SELECT id FROM place WHERE code = '620302004000'");
  const told = await report(t, server, own, SECRET, place);
  const stranger = await report(t, server, null, '路灯不亮，晚上看不清路', place);
  const [[id]] = await server.sql(`SELECT id FROM matter WHERE code = '${told.code}'`);
  const last_step = async () => (await server.sql(`SELECT last_step FROM matter WHERE id = ${id}`))[0][0];
  const token_of = async role => {
    const {account, password} = accounts.get(role);
    return (await open.good('POST', '/api/v1/sign-in', {account, password})).token;
  };
  const names = Object.assign([told.code, id, stranger.receipt], {place: String(place)});
  return {server, matrix, accounts, own, other, told, last_step, token_of, names};
}

const STRANGERS = ['resident', 'supervisor', 'department-officer', 'mediator', 'lawyer', 'volunteer', 'unit-liaison', 'lender',
  'police-liaison', 'womens-federation', 'administrator'];

story('through no route does anybody read a report they have nothing to do with', async t => {
  const {server, matrix, accounts, own, other, told, names, token_of} = await cast(t);
  const reads = (role, token, of = names) => readers(t, server, matrix, role, token, of);
  t.same(await reads('anonymous', null), [], 'anybody');
  t.same(await reads('api-key', other), [], "another program's key");
  t.has(await reads('api-key', own), '/api/v1/matters/{code}', 'the key it came by');
  t.has(await reads('anonymous', null, [told.receipt]), '/api/v1/receipts/{receipt}', 'its own receipt');
  for (const role of accounts.keys()) {
    t.step(role);
    const seen = await reads(role, await token_of(role));
    if (STRANGERS.includes(role)) t.same(seen, [], role);
    if (['street-centre', 'district-centre', 'auditor'].includes(role)) t.has(seen, '/api/v1/matters/{code}', role);
  }
}, {timeout: 300});

story('by no route does anybody change a report they have nothing to do with', async t => {
  const {server, matrix, other, names, last_step, token_of} = await cast(t);
  const changes = async role => changers(t, server, matrix, role, role === 'anonymous' ? null : role === 'api-key' ? other
    : await token_of(role), names, last_step);
  for (const role of ['anonymous', 'api-key', ...STRANGERS, 'auditor']) {
    t.step(role);
    t.equal((await changes(role)).changed, false, role);
  }
  t.step('and who may, does');
  const centre = await changes('street-centre');
  t.has(centre.did, '/api/v1/matters/{code}/actions');
  t.ok(centre.changed);
}, {timeout: 300});
