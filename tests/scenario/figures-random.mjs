// Figures after any history: random reports, returns, rework, mergers, voids, reopenings, moves to another street, other
// categories, ratings, erasures, over the turn of a year; then every counter against a count of the steps, in the test's own
// words. The seed is printed: TONGXIN_SEED=N tells the same history again.
// timeout: 280
import {story} from '../lib/story.mjs';
import {api_of} from '../lib/api.mjs';
import {png} from '../lib/png.mjs';

const DAYS = ['2026-11-23T09:30:00+08:00', '2026-12-31T15:00:00+08:00', '2027-01-01T10:00:00+08:00'];
const ACTS_A_DAY = 110;
const CATEGORIES = ['urban-yuncheng/event/0131', 'urban-yuncheng/event/0101'];

// mulberry32: small, and the same everywhere.
function dice(seed) {
  let a = seed >>> 0;
  const roll = () => {
    a = (a + 0x6D2B79F5) >>> 0;
    let x = Math.imul(a ^ (a >>> 15), a | 1);
    x = (x + Math.imul(x ^ (x >>> 7), x | 61)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 4294967296;
  };
  return {of: list => list[Math.floor(roll() * list.length)], chance: p => roll() < p};
}

// Who does what and with which words; what does not fit the case's state is refused, and is no part of the history.
function repertoire(x) {
  const {d, places, org} = x;
  const photo = async by => x.photos[by] ??= await x[by].photos(png());
  return {
    accept: ['centre', () => ({place: d.of(places)})],
    verify: ['grid', () => ({verified: d.of(['yes', 'yes', 'yes', 'yes', 'no']), finding: '到场看过，情况属实'})],
    refuse: ['centre', () => ({'refusal-kind': 'elsewhere', refusal: '不在本区范围，请向当地反映'})],
    void: ['centre', () => ({'void-reason': '重复登记，作废处理'})],
    merge: ['centre', () => ({into: Number(d.of(x.ids))})],
    file: ['centre', () => ({place: d.of(places), category: d.of(CATEGORIES), condition: 1, danger: 'possible', reach: 'few'})],
    'back-to-filing': ['centre', () => ({'return-reason': '立案条件没有选对'})],
    dispatch: ['centre', () => ({department: org})],
    take: ['urban', () => ({})],
    return: ['urban', () => ({'return-reason': '不在本部门职责范围内'})],
    finish: ['urban', async () => ({result: '已清运并冲洗', 'after-photos': await photo('urban'), answer: '已经清运完毕'})],
    'send-to-check': ['centre', () => ({})],
    check: ['grid', async () => ({'check-result': d.of(['pass', 'pass', 'fail']), 'check-photos': await photo('grid')})],
    rework: ['centre', () => ({'rework-reason': '地面没有冲洗干净'})],
    close: ['centre', () => ({closing: 1, answer: '已办结，请评价'})],
    rate: ['resident', () => ({solved: d.of(['yes', 'no']), satisfaction: d.of([1, 3, 5])})],
    reopen: ['resident', () => ({'reopen-reason': '又堆起来了，还是老样子'})],
    'reopen-by-centre': ['centre', () => ({})],
    'change-category': ['centre', () => ({category: d.of(CATEGORIES), condition: 1})],
    'correct-place': ['centre', () => ({place: d.of([...places, ...places, ...x.elsewhere])})],
    'urge-by-centre': ['centre', () => ({'urge-note': '请抓紧'})],
    supervise: ['leader', () => ({card: 'ordinary', 'supervise-note': '请一周内办结'})],
  };
}
const FORWARD = ['accept', 'verify', 'file', 'dispatch', 'take', 'finish', 'send-to-check', 'check', 'close'];

async function report(x) {
  const by = x.d.of(['resident', 'resident', 'centre']);
  const said = {description: '楼下垃圾桶旁边一直有积水', place: x.d.of(x.places), category: x.d.of(CATEGORIES)};
  const what = by === 'resident' ? {action: 'report', said}
    : {action: 'register', said: {...said, source: x.d.of(['leader', 'hotline'])}};
  const made = await x[by].good('POST', '/api/v1/matters', {procedure: 'incident', ...what});
  x.codes.push(made.code ?? made.matter?.code);
}

// One act on one case. Most go forward, so that there is something to return and to reopen. True when it was taken.
async function act(x, acts) {
  const code = x.d.of(x.codes);
  const all = Object.keys(acts);
  for (const name of x.d.chance(0.75) ? FORWARD : [x.d.of(all), x.d.of(all), x.d.of(all), x.d.of(all)]) {
    const [by, said] = acts[name];
    const reply = await x[by].client.json('POST', `/api/v1/matters/${encodeURIComponent(code)}/actions`,
      {action: name, said: await said()}, {});
    if (reply.status === 201 || reply.status === 200) {
      x.taken.set(name, (x.taken.get(name) ?? 0) + 1);
      return true;
    }
    if (reply.status >= 500) throw new Error(`${name} ${code}: ${reply.status} ${reply.text}`);
  }
  return false;
}

const ACCEPTED = ['verifying', 'accepted', 'filed', 'coordinating', 'dispatched', 'handling', 'whistled', 'suspended', 'handled',
  'checking', 'checked', 'closed'];
const FILED = ACCEPTED.slice(2);
const COUNTS = {reworked: ['rework'], returned: ['return', 'back-to-filing'], reopened: ['reopen', 'reopen-by-centre'],
  supervised: ['supervise']};

// What the figures of incidents should be, from the steps alone: measure/period/street → n, by month and by day.
async function counted(server) {
  const found = new Map();
  const steps = new Map();
  const rows = await server.sql(`SELECT m.id, m.street, m.sealed, m.main, s.track, s.action, s.stage_to, s.at
    FROM matter m JOIN step s ON s.matter = m.id WHERE m.procedure = 'incident' ORDER BY s.id`);
  for (const [matter, street, sealed, main, track, action, to, at] of rows) {
    if (sealed !== '0') continue;
    if (!steps.has(matter)) steps.set(matter, {street, list: []});
    if (main === track) steps.get(matter).list.push({action, to, at: Number(at)});
  }
  const add = (measure, at, street) => {
    const day = new Date(at + 8 * 3600_000).toISOString().slice(0, 10).replaceAll('-', '');
    for (const period of [day, day.slice(0, 6)]) {
      const key = `${measure}/${period}/${street}`;
      found.set(key, (found.get(key) ?? 0) + 1);
    }
  };
  for (const {street, list} of steps.values()) {
    const opened = list[0].at;
    const now = list.at(-1).to;
    add('reported', opened, street);
    if (list.some(s => ACCEPTED.includes(s.to))) add('accepted', opened, street);
    if (list.some(s => FILED.includes(s.to))) add('filed', opened, street);
    if (now === 'refused') add('refused', opened, street);
    if (now === 'void') add('void', opened, street);
    if (now !== 'closed') continue;
    const closing = list[list.findLastIndex((s, i) => s.to === 'closed' && list[i - 1]?.to !== 'closed')].at;
    add('closed', closing, street);
    for (const [measure, names] of Object.entries(COUNTS)) {
      if (list.some(s => names.includes(s.action))) add(measure, closing, street);
    }
  }
  return found;
}

async function kept(server) {
  const measures = ['reported', 'accepted', 'filed', 'refused', 'void', 'closed', ...Object.keys(COUNTS)];
  const rows = await server.sql(`SELECT measure, period, street, n FROM tally WHERE kind = 0 AND n <> 0
    AND procedure = 'incident' AND measure IN (${measures.map(m => `'${m}'`).join()})`);
  return new Map(rows.map(([m, p, street, n]) => [`${m}/${p}/${street}`, Number(n)]));
}

story('after any history every counter is what the steps say, and a check finds nothing to put right', async t => {
  const seed = Number(process.env.TONGXIN_SEED || Date.now() % 1_000_000);
  console.log(`# the seed is ${seed}`);
  const server = await t.tongxin({now: DAYS[0]});
  const x = {d: dice(seed), codes: [], photos: {}, taken: new Map()};
  const places = await server.sql(`SELECT p.id, p.street FROM place p WHERE p.level = 4 AND p.valid_to IS NULL ORDER BY p.id`);
  for (const [n, day] of DAYS.entries()) {
    if (n) await server.restart({now: day});
    const api = await api_of(server);
    const accounts = ['centre', 'grid', 'urban', 'leader', 'district'];
    for (const account of accounts) x[account] = await api.sign_in(account);
    x.resident = await api.sign_in(n < 2 ? 'resident' : 'resident2'); // the first is erased on the second day
    x.photos = {};
    const [own] = (await x.grid.get('/api/v1/me')).posts;
    const street = places.find(([id]) => id === String(own.place.id))[1];
    const grid = String(own.place.id); // mostly where the grid worker may verify and check
    x.places = [grid, grid, grid, grid, ...places.filter(p => p[1] === street && p[0] !== grid).slice(0, 1).map(p => p[0])];
    x.elsewhere = places.filter(p => p[1] !== street).slice(0, 2).map(p => p[0]);
    x.org = (await x.urban.get('/api/v1/me')).posts[0].organisation.id;
    const acts = repertoire(x);
    for (let i = 0; i < 6; i++) await report(x);
    x.ids = (await server.sql(`SELECT id FROM matter WHERE code IN (${x.codes.map(c => `'${c}'`).join()})`)).map(r => r[0]);
    for (let i = 0; i < ACTS_A_DAY; i++) await act(x, acts);
    if (n === 1) {
      const {id} = await x.resident.good('POST', '/api/v1/me/data-requests', {what: 'delete', words: '全部删除'});
      await x.district.good('POST', `/api/v1/data-requests/${id}/answer`, {decision: 'grant', reason: '已删除'});
    }
    t.step(`day ${day}`);
    t.same(new Map([...await kept(server)].sort()), new Map([...await counted(server)].sort()), `seed ${seed}, ${day}`);
  }
  for (const name of ['close', 'file']) t.ok(x.taken.get(name), `${name} was never taken (seed ${seed})`);
  const check = await server.run(['figures', 'check', '--repair', '--lang', 'zh']);
  t.has(check.out + check.err, '计数与案件一致');
  console.log(`# taken: ${[...x.taken].map(([name, n]) => `${name} ${n}`).join(', ')}`);
}, {timeout: 270});
