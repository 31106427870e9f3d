// Bad input at every door, one table a door: what is sent, the status or exit code, the code. Each is tried in Chinese and in
// English; the answer is that code's own words of what is wrong and how to mend it, and afterwards every table is as it was.
// timeout: 600
import {mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import {story, after} from '../lib/story.mjs';
import {ROOT, start_tongxin} from '../lib/server.mjs';
import {api_of} from '../lib/api.mjs';
import {multipart} from '../lib/http.mjs';
import {png} from '../lib/png.mjs';

const NOW = '2026-11-23T10:18:00+08:00';
const LONG = '长'.repeat(5000);
const GBK = Buffer.from([0xc2, 0xb7, 0xb5, 0xc6]); // 路灯
const PARIS = {lon: 2.35, lat: 48.85};
const RENAMED = {name: 'a.png', type: 'image/png', bytes: Buffer.from('%PDF-1.4\n1 0 obj<<>>endobj')};
const BOMB = `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [${'*a,'.repeat(9)}]\nc: [${'*b,'.repeat(9)}]\n`;
const BOW = [[[102.194, 38.509], [102.195, 38.51], [102.195, 38.509], [102.194, 38.51], [102.194, 38.509]]];

// --- what the program says: the texts of its own tables, with anything where a value stands

const texts = new Map(readdirSync(join(ROOT, 'words')).flatMap(name => readFileSync(join(ROOT, 'words', name), 'utf8').split('\n')
  .map(line => line.split('\t')).filter(([key, , en]) => key && en).map(([key, zh, en]) => [key, {zh, en}])));

const squeezed = text => text.replace(/\s+/g, ' ').trim();

function said_by(code, lang) {
  return ['error', 'hint'].map(kind => {
    const text = squeezed(texts.get(`${kind}.${code}`)?.[lang] ?? `no words for ${kind}.${code}`);
    return new RegExp(text.split(/\{\d\}/).map(part => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('[^]*?'));
  });
}

const says = (t, text, code, lang, what) => said_by(code, lang).forEach(words => t.has(squeezed(text), words, what));

// --- one demonstration district for all doors

let opened = null;
const house = () => opened ??= (async () => {
  const server = await start_tongxin({now: NOW});
  after(() => server.close());
  const folder = mkdtempSync(join(tmpdir(), 'tongxin-doors-'));
  after(() => rmSync(folder, {recursive: true, force: true}));
  const {sign_in} = await api_of(server);
  for (const account of ['centre', 'market']) await sign_in(account); // a sign-in is written down
  const {place} = (await (await sign_in('grid')).get('/api/v1/me')).posts[0];
  const [[code]] =  await server.sql("SELECT m.code FROM matter m JOIN place p ON p.district = m.district AND p.id = m.street " +
    "WHERE m.procedure = 'incident' AND m.stage = 'closed' AND p.code = '620302004000' ORDER BY m.id LIMIT 1");
  return {server, folder, sign_in, grid: String(place.id), code, tables: await tables_of(server)};
})();

// Who is signed in and how often somebody failed to are not what a refusal must leave alone; and a server that has just started
// keeps the figures of past months meanwhile.
async function tables_of(server) {
  const rows = await server.sql(server.database_url
    ? "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
    : "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'matter_words%'");
  return rows.map(r => r[0]).filter(name => !['session', 'security_event', 'schema_version', 'matter_words', 'outbox_lease',
    'checkpoint', 'sequence', 'tally', 'figure_kept', 'figure_month'].includes(name)).sort();
}

async function everything(h) {
  const own = " WHERE action <> 'figures.month'";
  const counts = h.tables.map(name => `SELECT '${name}' AS t, count(*) AS n FROM "${name}"${name === 'journal' ? own : ''}`)
    .join(' UNION ALL ');
  const rows = await h.server.sql(`${counts} UNION ALL SELECT 'last step', max(last_step) FROM matter ORDER BY 1`);
  return rows.map(r => r.join(' '));
}

// Tries each row in both languages. `send(row, lang)` gives {status, text, code}; the code is null where the door has no
// place for one, and the words alone tell.
async function refuses(t, h, rows, send) {
  const before = await everything(h);
  const wrong = [];
  for (const row of rows) {
    for (const lang of ['zh', 'en']) {
      t.step(`${row.bad}, ${lang}`);
      const reply = await send(row, lang);
      const missing = said_by(row.code, lang).filter(words => !words.test(squeezed(reply.text)));
      if (reply.status === row.status && (reply.code ?? row.code) === row.code && !missing.length) continue;
      wrong.push(`${row.bad}, ${lang}: wanted ${row.status} ${row.code} ${missing.join(' and ')}\n    saw ${reply.status} ` +
        `${reply.code ?? ''} ${squeezed(reply.text).slice(0, 500)}`);
    }
  }
  if (wrong.length) t.fail(wrong.join('\n'));
  t.step('nothing was written');
  const known = new Set(before);
  t.same((await everything(h)).filter(line => !known.has(line)), [], 'what is no longer as it was');
}

// --- the JSON API

const report = (said, more = {}) => ({procedure: 'incident', action: 'report', said, ...more});
const told = h => ({description: '路灯不亮，晚上看不清路', place: h.grid});
const bytes = (...parts) => Buffer.concat(parts.map(p => Buffer.from(p)));

const API = h => [
  {bad: 'wrong encoding', body: bytes('{"procedure":"incident","said":{"description":"', GBK, '"}}'), status: 422,
    code: 'web.encoding'},
  {bad: 'wrong encoding in the address', at: '/api/v1/matters?q=%ff%fe', get: true, status: 422, code: 'web.encoding'},
  {bad: 'no JSON', body: '{"procedure":', status: 422, code: 'web.json.bad'},
  {bad: 'a key twice', body: '{"procedure":"incident","procedure":"whistle","said":{}}', status: 422, code: 'web.json.bad'},
  {bad: 'far too deep', body: `{"procedure":"incident","said":${'['.repeat(3000)}${']'.repeat(3000)}}`, status: 422,
    code: 'web.json.bad'},
  {bad: 'another format', body: '<report/>', type: 'text/xml', status: 422, code: 'web.body.type'},
  {bad: 'over-long', say: report({...told(h), description: LONG}), status: 422, code: 'matter.field.long'},
  {bad: 'too short', say: report({...told(h), description: '灯'}), status: 422, code: 'matter.field.short'},
  {bad: 'left empty', say: report({place: h.grid}), status: 422, code: 'matter.field.missing'},
  {bad: 'hidden characters', say: report({...told(h), description: '路灯\u202e不亮'}), status: 422, code: 'web.param.controls'},
  {bad: 'unknown procedure', say: {...report(told(h)), procedure: 'nonsense'}, status: 422, code: 'matter.procedure'},
  {bad: 'unknown action', say: {...report(told(h)), action: 'nonsense'}, status: 422, code: 'matter.action'},
  {bad: 'unknown field', say: report({...told(h), nonsense: 'x'}), status: 422, code: 'matter.field.unknown'},
  {bad: 'unknown member', say: report(told(h), {nonsense: 1}), status: 422, code: 'web.json.unknown'},
  {bad: 'unknown category', say: report({...told(h), category: 'urban-yuncheng/incident/9999'}), status: 422,
    code: 'matter.field.category'},
  {bad: 'missing parent', say: report({...told(h), place: '99999999'}), status: 404, code: 'place.missing'},
  {bad: 'a point outside the nation', say: report({description: '路灯不亮', position: PARIS}), status: 422,
    code: 'place.point.outside-nation'},
  {bad: 'a point in another district', say: report({description: '路灯不亮', position: {lon: 116.3, lat: 39.9}}), status: 422,
    code: 'matter.place.outside'},
  {bad: 'longitude and latitude swapped', say: report({description: '路灯不亮', position: {lon: 38.5, lat: 102.1}}), status: 422,
    code: 'matter.field.position'},
  {bad: 'a telephone that is none', say: report(told(h), {reporter: {phone: '123'}}), status: 422, code: 'matter.reporter.phone'},
  {bad: 'a source that is not theirs', say: report(told(h), {source: 'hotline'}), status: 403, code: 'api.source'},
  {bad: "another's photo", say: report({...told(h), photos: [`1-${'0'.repeat(32)}`]}), status: 422, code: 'api.file'},
  {bad: 'a date in the past', as: 'centre',
    say: {procedure: 'joint-round', action: 'plan-year', said: {about: '冬季排查', place: h.street,
    'last-day': '2020-01-01'}}, status: 422, code: 'matter.field.future'},
  {bad: 'a day that is none', as: 'centre',
    say: {procedure: 'joint-round', action: 'plan-year', said: {about: '冬季排查', place: h.street,
    'last-day': '2027-02-30'}}, status: 422, code: 'matter.field.date'},
  {bad: 'done before, and the case is past it', as: 'centre', at: `/api/v1/matters/${h.code}/actions`,
    say: {action: 'accept', said: {place: h.grid}},
    status: 409, code: 'matter.done'},
  {bad: 'no place at all', say: report({description: '路灯不亮，晚上看不清路'}), status: 422, code: 'matter.place.missing'},
  {bad: 'an action that begins a matter', as: 'centre', at: `/api/v1/matters/${h.code}/actions`,
    say: {action: 'report', said: {}}, status: 409, code: 'matter.opens'},
  {bad: 'not by this person', as: 'market', at: `/api/v1/matters/${h.code}/actions`, say: {action: 'accept', said: {}},
    status: 403, code: 'matter.not-yours'},
  {bad: 'an unknown matter', as: 'centre', at: '/api/v1/matters/620302-2026-999999/actions', say: {action: 'accept', said: {}},
    status: 404, code: 'matter.unknown'},
  {bad: 'a file that is not what it says', at: '/api/v1/files', file: RENAMED, status: 422, code: 'file.not-what-it-says'},
  {bad: 'half a photo', at: '/api/v1/files', file: {...RENAMED, bytes: png().subarray(0, 60)}, status: 422,
    code: 'file.photo.broken'},
  {bad: 'an empty file', at: '/api/v1/files', file: {...RENAMED, bytes: Buffer.alloc(0)}, status: 422, code: 'file.empty'},
  {bad: 'a cursor of somebody else', at: '/api/v1/matters?cursor=zzz', get: true, status: 422, code: 'api.cursor'},
  {bad: 'a time that is none', at: '/api/v1/matters?from=yesterday', get: true, status: 422, code: 'web.param.time'},
];

function ask_api(h) {
  return async ({as = null, at = '/api/v1/matters', get = false, say, body, type = 'application/json', file}, lang) => {
    const client = as ? (await h.sign_in(as)).client : h.server.client();
    const headers = {accept: 'application/json', 'accept-language': lang};
    let reply;
    if (get) reply = await client.get(at, {headers});
    else if (file) reply = await client.post(at, [['photo', file]], {headers});
    else reply = await client.request('POST', at, {body: body ?? JSON.stringify(say),
      headers: {...headers, 'content-type': type}});
    const {code, message, hint} = reply.json();
    return {status: reply.status, code, text: `${message} ${hint}`};
  };
}

story('the JSON API names what is wrong and how to mend it, and keeps nothing of it', async t => {
  const h = await house();
  h.street = String((await (await h.sign_in('centre')).get('/api/v1/me')).posts[0].place.id);
  await refuses(t, h, API(h), ask_api(h));
});

story('more than the API takes is refused in its own form before it is read', async t => {
  const h = await house();
  const reply = await h.server.client().request('POST', '/api/v1/matters', {body: Buffer.alloc(100000, 0x20),
    headers: {'content-type': 'application/json', 'accept-language': 'en'}});
  t.status(reply, 413);
  t.equal(reply.json().code, 'web.body.large');
  says(t, `${reply.json().message} ${reply.json().hint}`, 'web.body.large', 'en');
});

// --- Open311

const SERVICE = 'event-0131';
const HERE = {lat: 38.5212, long: 102.1887};

const OPEN311 = [
  {bad: 'wrong encoding', say: `service_code=${SERVICE}&description=%c2%b7%b5%c6`, code: 'web.encoding'},
  {bad: 'over-long', say: {service_code: SERVICE, ...HERE, description: LONG}, code: 'web.param.long'},
  {bad: 'unknown code', say: {service_code: 'event-9999', ...HERE}, code: 'open311.service'},
  {bad: 'a point outside the nation', say: {service_code: SERVICE, lat: PARIS.lat, long: PARIS.lon},
    code: 'place.point.outside-nation'},
  {bad: 'half a point', say: {service_code: SERVICE, lat: 38.5}, code: 'open311.circle'},
  {bad: 'no place at all', say: {service_code: SERVICE, description: '路灯不亮'}, code: 'open311.where'},
  {bad: 'an unknown attribute', say: {service_code: SERVICE, ...HERE, 'attribute[NOTHING]': '1'}, code: 'open311.attribute'},
  {bad: 'a script for an address', say: {service_code: SERVICE, ...HERE, media_url: 'javascript:1'}, code: 'open311.media-url'},
  {bad: 'a telephone that is none', say: {service_code: SERVICE, ...HERE, phone: '123'}, code: 'matter.reporter.phone'},
  {bad: 'a file that is not what it says', say: [['service_code', SERVICE], ['address_string', '后门'], ['media', RENAMED]],
    code: 'file.not-what-it-says'},
];

story('Open311 names what is wrong in its own form, as JSON and as XML, and keeps nothing of it', async t => {
  const h = await house();
  for (const format of ['json', 'xml']) {
    await refuses(t, h, OPEN311.map(row => ({...row, status: 400})), async ({say}, lang) => {
      const {body, headers} = Array.isArray(say) ? multipart(say) : {body: say, headers: {}};
      const reply = await h.server.client().post(`/open311/v2/requests.${format}`, body,
        {headers: {...headers, 'accept-language': lang}});
      const text = format === 'json' ? reply.json().map(e => e.description).join(' ') : unescaped(reply.text);
      return {status: reply.status, code: null, text};
    });
  }
});

const unescaped = xml => xml.replace(/&quot;/g, '"').replace(/&apos;|&#39;/g, "'").replace(/&lt;/g, '<').replace(/&gt;/g, '>')
  .replace(/&amp;/g, '&');

// --- pages, as a browser sends them without a script

const drawing = (properties, coordinates = BOW) => ({name: 'grids.geojson', bytes: Buffer.from(JSON.stringify({
  type: 'FeatureCollection',
  features: [{type: 'Feature', properties, geometry: {type: 'Polygon', coordinates}}]}))});
const table = text => ({name: 'people.csv', type: 'text/csv', bytes: Buffer.from(text)});
const HEAD = 'name,login,role,place,org,from,until,rotation,phone\n';

const PAGES = h => [
  {bad: 'wrong encoding', page: `/p/${h.plate}`, has: 'description', raw: `plate=${h.plate}&description=%c2%b7%b5%c6`,
    to: '/report',
    code: 'web.encoding'},
  {bad: 'over-long', page: `/p/${h.plate}`, has: 'description', say: {description: LONG}, code: 'matter.field.long', keeps: true},
  {bad: 'left empty', page: `/p/${h.plate}`, has: 'description', say: {description: ''}, code: 'matter.field.missing'},
  {bad: 'a telephone that is none', page: `/p/${h.plate}`, has: 'description', say: {description: '门口灯坏了', phone: '123'},
    code: 'identity.phone', keeps: '门口灯坏了'},
  {bad: 'a point outside the nation', page: '/report', has: 'description', say: {description: '门口灯坏了',
    position: `${PARIS.lon},${PARIS.lat}`}, code: 'place.point.outside-nation', keeps: '门口灯坏了'},
  {bad: 'a file that is not what it says', page: `/p/${h.plate}`, has: 'description',
    say: {description: '门口灯坏了', photos: RENAMED},
    code: 'file.not-what-it-says', keeps: '门口灯坏了'},
  {bad: 'an unknown receipt', page: '/track', has: 'receipt', say: {receipt: 'AAAAAAAAAA'}, code: 'resident.receipt'},
  {bad: 'a ring that crosses itself', as: 'admin', page: '/admin/grids/import', has: 'file',
    say: {file: drawing({community: h.community})},
    code: 'place.ring.crossing'},
  {bad: 'missing parent', as: 'admin', page: '/admin/grids/import', has: 'file', say: {file: drawing({community: '620302099999'},
    [[[102.194, 38.509], [102.195, 38.509], [102.195, 38.51], [102.194, 38.509]]])}, code: 'place.grid.community'},
  {bad: 'a drawing in another encoding', as: 'admin', page: '/admin/grids/import', has: 'file',
    say: {file: {name: 'a.json', bytes: GBK}},
    code: 'books.utf8'},
  {bad: 'a table with a formula', as: 'admin', page: '/admin/people/import', has: 'file',
    say: {file: table(`${HEAD}=1+1,zhang.example,grid-worker,${h.gridcode},,,,,\n`)}, status: 422, code: 'hire.formula'},
  {bad: 'a table in another encoding', as: 'admin', page: '/admin/people/import', has: 'file', say: {file: table(GBK)},
    code: 'books.utf8'},
  {bad: 'a bomb of YAML', as: 'admin', page: '/admin/procedure-check', has: 'source', say: {source: BOMB}, code: 'yaml.alias'},
];

async function send_page(h, {as, page, has, say, raw, to}, lang) {
  const client = as ? await signed_in(h, as) : h.server.client();
  const form = (await client.get(`${page}${page.includes('?') ? '&' : '?'}lang=${lang}`)).form({has});
  if (raw) return client.post(to, `${raw}&csrf=${form.value('csrf') ?? ''}`, {headers: {'accept-language': lang}});
  return form.submit(client, say, {strict: false, headers: {'accept-language': lang}});
}

const clients = new Map();
async function signed_in(h, account) {
  if (!clients.has(account)) clients.set(account, await h.server.signed_in(null, account));
  return clients.get(account);
}

story('pages say it in words with what was typed kept, and take nothing half', async t => {
  const h = await house();
  [[h.plate]] = await h.server.sql('SELECT plate FROM place WHERE plate IS NOT NULL ORDER BY id LIMIT 1');
  [[h.gridcode]] = await h.server.sql(`SELECT code FROM place WHERE id = ${h.grid}`);
  h.community = h.gridcode.slice(0, 12);
  await signed_in(h, 'admin');
  await refuses(t, h, PAGES(h).map(row => ({status: 422, ...row})), async (row, lang) => {
    const reply = await send_page(h, row, lang);
    if (row.keeps) t.has(reply.text, row.keeps === true ? LONG.slice(0, 900) : row.keeps, `${row.bad}: what was typed`);
    return {status: reply.status, code: null, text: reply.words()};
  });
});

// --- the command line

const map = 'source: old\nid: no\nopened: in\ntarget: due\nclosed: out\ntopic: what\nposition: {lon: x, lat: y}\nplace: at\n';
const cases = line => `no,in,due,out,what,x,y,at\n${line}\n`;
const files = {
  'map.yaml': map, 'bomb.yaml': BOMB, 'gbk.yaml': bytes('source: ', GBK), 'bow.json': drawing({community: '620302004001'}).bytes,
  'gbk.csv': bytes('no,in,due,out,what,x,y,at\n1,2025-03-03 09:00,,,', GBK, ',,,\n'),
  'torn.csv.gz': gzipSync(cases('1,2025-03-03 09:00,,,路灯不亮,,,')).subarray(0, 40),
  'formula.csv': cases('1,2025-03-03 09:00,,,=HYPERLINK(1),,,'), 'future.csv': cases('1,2099-03-03 09:00,,,路灯不亮,,,'),
  'backwards.csv': cases('1,2025-03-03 09:00,2025-03-01 09:00,,路灯不亮,,,'),
  'early.csv': cases('1,2025-03-03 09:00,,2025-03-01 09:00,路灯不亮,,,'),
  'paris.csv': cases(`1,2025-03-03 09:00,,,路灯不亮,${PARIS.lon},${PARIS.lat},`),
  'nowhere.csv': cases('1,2025-03-03 09:00,,,路灯不亮,,,620302999000'), 'long.csv': cases(`1,2025-03-03 09:00,,,${LONG},,,`),
  'twice.csv': cases('1,2025-03-03 09:00,,,路灯不亮,,,\n1,2025-03-03 09:00,,,路灯不亮,,,'),
  'photo.csv': png(), 'orphan.csv': 'code,name\n620302000000,金川区\n620302001001,龙集里社区\n',
  'year.json': '{"year": 2027, "days": "all"}',
};

const COMMANDS = [
  {bad: 'cases in another encoding', words: ['import', 'cases', 'gbk.csv', '--map', 'map.yaml'], code: 'csv.encoding.gb18030'},
  {bad: 'half a gzip', words: ['import', 'cases', 'torn.csv.gz', '--map', 'map.yaml'], code: 'csv.gzip'},
  {bad: 'a picture for a table', words: ['import', 'cases', 'photo.csv', '--map', 'map.yaml'], code: 'csv.not-text'},
  {bad: 'a formula', words: ['import', 'cases', 'formula.csv', '--map', 'map.yaml'], code: 'import.case.formula', listed: true},
  {bad: 'a date in the future', words: ['import', 'cases', 'future.csv', '--map', 'map.yaml'], code: 'import.case.future',
    listed: true},
  {bad: 'an end before the beginning', words: ['import', 'cases', 'backwards.csv', '--map', 'map.yaml'],
    code: 'import.case.target-early', listed: true},
  {bad: 'closed before it was opened', words: ['import', 'cases', 'early.csv', '--map', 'map.yaml'], code: 'import.case.early',
    listed: true},
  {bad: 'a point outside the nation', words: ['import', 'cases', 'paris.csv', '--map', 'map.yaml'],
    code: 'place.point.outside-nation', listed: true},
  {bad: 'missing parent', words: ['import', 'cases', 'nowhere.csv', '--map', 'map.yaml'], code: 'place.code.unknown',
    listed: true},
  {bad: 'over-long', words: ['import', 'cases', 'long.csv', '--map', 'map.yaml'], code: 'matter.field.long', listed: true},
  {bad: 'a map that is a bomb', words: ['import', 'cases', 'long.csv', '--map', 'bomb.yaml'], code: 'yaml.alias'},
  {bad: 'a map in another encoding', words: ['import', 'cases', 'long.csv', '--map', 'gbk.yaml'], code: 'yaml.encoding'},
  {bad: 'a procedure that is a bomb', words: ['procedure', 'check', 'bomb.yaml'], code: 'yaml.alias'},
  {bad: 'a calendar that is a bomb', words: ['import', 'calendar', 'bomb.yaml'], code: 'yaml.alias'},
  {bad: 'a notice that is none', words: ['import', 'calendar', 'year.json'], code: 'calendar.file.shape'},
  {bad: 'a ring that crosses itself', words: ['import', 'grids', 'bow.json'], code: 'place.ring.crossing'},
  {bad: 'a division without its parent', words: ['import', 'divisions', '--from', 'orphan.csv'], code: 'place.division.parent'},
  {bad: 'an unknown option', words: ['import', 'grids', 'bow.json', '--projection', 'x'], status: 64, code: 'cli.usage.option'},
  {bad: 'a district founded twice', words: ['init', '--district', '620302'], status: 73, code: 'found.exists'},
];

story('commands say it in words on their way out, list every line that is wrong, and keep nothing of it', async t => {
  const h = await house();
  mkdirSync(h.folder, {recursive: true});
  for (const [name, content] of Object.entries(files)) writeFileSync(join(h.folder, name), content);
  await refuses(t, h, COMMANDS.map(row => ({status: 65, ...row})), async ({words, listed}, lang) => {
    const said = words.map(word => (word in files ? join(h.folder, word) : word));
    const {code, out, err} = await h.server.run([...said, '--lang', lang], {may_fail: true});
    const list = listed ? readFileSync(said[2].replace(/\.csv$/, '.refused.csv'), 'utf8').replace(/""/g, '"') : '';
    return {status: code, code: null, text: `${out}\n${err}\n${list}`};
  });
  t.step('and the journal agrees');
  t.equal((await h.server.run(['verify'])).code, 0);
});

// --- the same twice

story('the same request twice is one matter at every door', async t => {
  const h = await house();
  const count = async () => Number((await h.server.sql('SELECT count(*) FROM matter'))[0][0]);
  const before = await count();
  const {client} = await h.sign_in('centre');
  const send = (said, key) => client.json('POST', '/api/v1/matters', report({...told(h), ...said}),
    {headers: {'idempotency-key': key}});
  t.step('API');
  const [one, two] = [await send({}, 'doors-1'), await send({}, 'doors-1')];
  t.same([one.status, two.status], [201, 200]);
  t.equal(two.json().code, one.json().code);
  const other = await send({description: '另一件完全不同的事'}, 'doors-1');
  t.status(other, 409);
  t.equal(other.json().code, 'store.once-differs');
  t.equal(await count(), before + 1);
  t.step('page: the form sent again, as with a double press');
  const guest = h.server.client();
  const form = (await guest.get(`/p/${h.plate}`)).form({has: 'description'});
  const words = {description: '单元门口的扶手松了，老人上下不便'};
  const press = async () => {
    const reply = await form.submit(guest, words, {strict: false});
    return reply.words().includes('是同一件事吗') ? reply.form({has: 'description'}).submit(guest, {}, {button: '都不是'}) : reply;
  };
  const receipts = [];
  for (let i = 0; i < 2; i++) receipts.push((await press()).url);
  t.equal(receipts[1], receipts[0]);
  t.equal(await count(), before + 2);
  t.step('command: one number twice in a file, and the file twice');
  const [list, mapping] = ['twice.csv', 'map.yaml'].map(name => join(h.folder, name));
  const imported = () => h.server.run(['import', 'cases', list, '--map', mapping], {may_fail: true});
  t.equal((await imported()).code, 65);
  t.equal(await count(), before + 3);
  await imported();
  t.equal(await count(), before + 3);
  t.equal((await h.server.run(['verify'])).code, 0);
});
