// A warning served, visited at 7 days and every 3 months, a relapse that raises the level; and everybody else sees nothing.
import {setTimeout as sleep} from 'node:timers/promises';
import {story} from '../lib/story.mjs';
import {api_of} from '../lib/api.mjs';
import {dump_of, files_of} from '../lib/dump.mjs';

const FACTS = '丈夫酒后殴打妻子，妻子面部有伤痕，孩子在场';
// What was said, and the names by which the procedure's file calls its parts.
const SAID = [FACTS, '滨湖路7号', '张示例乙', '工作日上午', '示公告诫字', '示公行罚'];
const NAMES = ['family-support', '家庭', '告诫', 'penalise', 'victim-seen', 'reassess', 'police-post', 'unfounded'];
const post_of = async caller => (await caller.get('/api/v1/me')).posts[0];
const fact = (matter, field) => matter.facts.find(f => f.field === field);
const open_track = (matter, name) => matter.tracks.find(x => x.name === name && !x.ended);

async function people_of(server) {
  const {sign_in} = await api_of(server);
  const names = ['grid', 'community', 'mediator', 'leader', 'centre', 'liaison', 'federation', 'market', 'district', 'resident',
    'auditor', 'admin'];
  return Object.fromEntries(await Promise.all(names.map(async n => [n, await sign_in(n)])));
}

const graded = (changes = {}) => ({injury: 'mark', nature: 'hands', history: 'first', special: false, 'in-public': false,
  'asks-for': false, ongoing: false, breach: false, ...changes});

async function register(p, changes = {}) {
  const [police, federation, community] = await Promise.all([p.liaison, p.federation, p.community].map(post_of));
  const said = {facts: FACTS, place: String(community.place.id), address: '滨湖路7号', source: 'call', ...graded(changes),
    'police-post': String(police.id), 'federation-post': String(federation.id), 'community-post': String(community.id),
    'safe-way': 'in-person', 'safe-when': '工作日上午，妇联当面'};
  return p.liaison.good('POST', '/api/v1/matters', {procedure: 'family-support', action: 'register', said});
}

async function visit(p, code, changes = {}) {
  const track = open_track(await p.liaison.matter(code), 'visit').id;
  await p.liaison.act(code, 'pay', {'visited-by': ['police', 'community'], 'victim-seen': 'apart', 'other-seen': 'apart',
    again: false, children: 'well', ...changes}, track);
}

story('a warning is served and visited until three visits were clean; a relapse raises the level', async t => {
  const server = await t.tongxin({now: '2026-11-23T10:00:00+08:00', fresh: true});
  let p = await people_of(server);
  const at = async moment => {
    await server.restart({now: moment});
    p = await people_of(server);
  };
  t.step('the level comes from injury, nature and frequency, and says why');
  const {code} = await register(p);
  t.ok(/^620302-[A-Z0-9]{10}$/.test(code), `the code tells nothing: ${code}`);
  let seen = await p.liaison.matter(code);
  t.equal(fact(seen, 'level').raw, 'one');
  await p.federation.act(code, 'reassess', graded({'asks-for': true}));
  seen = await p.federation.matter(code);
  t.equal(fact(seen, 'level').raw, 'two');
  t.has(fact(seen, 'level').because, '受害人要求');
  await p.liaison.refused('matter.field.unknown', 'POST', `/api/v1/matters/${code}/actions`,
    {action: 'reassess', said: {...graded(), level: 'one'}});
  await p.liaison.refused('matter.condition', 'POST', `/api/v1/matters/${code}/actions`,
    {action: 'criticise', said: {criticism: '口头批评教育一次'}});

  t.step('a child in the home has a guardian, and is reported at once');
  await p.community.act(code, 'add-child');
  const child = open_track(await p.community.matter(code), 'person').id;
  await p.community.act(code, 'describe', {name: '张示例乙', minor: true, relation: '女儿'}, child);
  await p.community.act(code, 'represent', {guardian: '李演示', relation: '母亲'}, child);
  await p.community.act(code, 'report-minor', {'reported-to': ['police', 'civil']});

  t.step('the warning: evidence, then served on three and the bodies told');
  await p.liaison.refused('matter.field.few', 'POST', `/api/v1/matters/${code}/actions`,
    {action: 'warn', said: {evidence: ['victim'], 'warning-number': '示公告诫字〔2026〕1号', prohibition: '禁止实施家庭暴力'}});
  await p.liaison.act(code, 'warn', {evidence: ['victim', 'recording'], 'warning-number': '示公告诫字〔2026〕1号',
    prohibition: '禁止实施家庭暴力'});
  const served = {'served-how': 'signed', 'served-victim': true, 'served-file': true, 'served-on': '2026-11-23',
    told: ['committee', 'federation', 'centre']};
  await p.liaison.refused('matter.condition', 'POST', `/api/v1/matters/${code}/actions`,
    {action: 'serve', said: {...served, 'served-victim': false}});
  await p.liaison.act(code, 'serve', served);
  t.has(open_track(await p.liaison.matter(code), 'visit').light.due, '2026-11-30');

  t.step('a visit with both together is paid but is not a clean one');
  await at('2026-11-29T10:00:00+08:00');
  await visit(p, code);
  t.has(open_track(await p.liaison.matter(code), 'visit').light.due, '2027-03-0', 'three months later');
  await at('2027-02-26T10:00:00+08:00');
  await visit(p, code, {'victim-seen': 'together'});

  t.step('a missed visit goes to those who take part and to the supervisor, in neutral words');
  await at('2027-06-10T10:00:00+08:00');
  let told = [];
  for (let tries = 0; !told.length && tries < 100; tries++) {
    told = (await p.district.get('/api/v1/messages')).items.filter(m => JSON.stringify(m).includes(code));
    if (!told.length) await sleep(100);
  }
  t.ok(told.length, 'the supervisor is told');
  for (const word of ['家', '暴', '告诫', 'violence', '查访']) t.has_not(JSON.stringify(told), word);
  t.equal((await p.district.ask('GET', `/api/v1/matters/${code}`)).status, 404, 'and does not see it for that');

  t.step('it happens again: the level goes up and the visits begin anew');
  await p.community.act(code, 'relapse', {facts: '再次殴打，告诫书送达后', ...graded({injury: 'minor', history: 'after-warning'})});
  seen = await p.community.matter(code);
  t.equal(fact(seen, 'level').raw, 'three');
  t.has(open_track(seen, 'visit').light.due, '2027-06-17');
  await p.liaison.refused('matter.condition', 'POST', `/api/v1/matters/${code}/actions`,
    {action: 'warn', said: {evidence: ['victim', 'witness'], 'warning-number': '示公告诫字〔2027〕1号', prohibition: '禁止实施家庭暴力'}});
  await p.liaison.act(code, 'penalise', {'police-case': '示公行罚〔2027〕9号', penalty: 'administrative'});

  t.step('three clean visits after the first end it');
  for (const day of ['2027-06-16', '2027-09-15', '2027-12-14', '2028-03-13']) {
    await at(`${day}T10:00:00+08:00`);
    t.equal((await p.liaison.matter(code)).stage, 'visiting');
    await visit(p, code);
  }
  t.equal((await p.liaison.matter(code)).stage, 'closed');

  t.step('nothing of it stands in a table, in a log or in the journal');
  const dump = (await dump_of(server)).split('\n').filter(line => !line.includes('rulebook.adopt')).join('\n');
  for (const word of [...SAID, ...NAMES]) t.equal(dump.split('\n').find(line => line.includes(word)), undefined, 'in the tables');
  for (const {path, bytes} of files_of(server)) for (const word of SAID) t.ok(!bytes.includes(word), `${word} in ${path}`);
  for (const word of [...SAID, ...NAMES]) t.ok(!server.log().join().includes(word), `found in the log: ${word}`);
  t.equal((await server.run(['verify'])).code, 0);

  t.step('when the time to keep it is over its key goes, and the journal still holds');
  await at('2038-04-01T10:00:00+08:00');
  for (let tries = 0; tries < 100; tries++) {
    if ((await p.liaison.ask('GET', `/api/v1/matters/${code}`)).status === 404) break;
    await sleep(100);
  }
  t.equal((await p.liaison.ask('GET', `/api/v1/matters/${code}`)).status, 404);
  t.same(await server.sql('SELECT count(*) FROM sealed WHERE key IS NOT NULL'), [['0']]);
  t.equal((await server.run(['verify'])).code, 0);
}, {timeout: 300});
