// Twelve nursing rooms are inspected clause by clause; what does not hold becomes one letter, served on each unit with a time
// of its own to reply; they are put right, inspected again and closed. Then the wrong turns: a reply on a holiday, the last
// day of a month, a late reply, a unit that never replies, an edition that changes while an inspection runs.
import {mkdtempSync, readFileSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {story} from '../lib/story.mjs';
import {api_of} from '../lib/api.mjs';
import {ROOT} from '../lib/server.mjs';
import {png} from '../lib/png.mjs';

const CLAUSES = ['A1', 'A2', 'A3', 'A4', 'A5', 'A6', 'A7', 'A8', 'B1', 'B2', 'C1', 'C2'];
const PHOTO = new Set(['A2', 'A3', 'A4', 'A7', 'B1']);
const NOW = '2026-12-15T10:00:00+08:00';

// The units of a matter as they stand: [{id, stage}].
async function units(server, code) {
  const rows = await server.sql(`SELECT t.id, t.stage FROM track t JOIN matter m ON m.district = t.district AND m.id = t.matter
    WHERE m.code = '${code}' AND t.type = 'unit' ORDER BY t.id`);
  return rows.map(([id, stage]) => ({id: Number(id), stage}));
}

// The day on which the time to reply of a unit ends, in Beijing.
async function reply_due(server, track) {
  const [[due]] = await server.sql(`SELECT due FROM clock WHERE track = ${track} AND name = 'replying' ORDER BY id DESC LIMIT 1`);
  return new Date(Number(due) + 8 * 3600000).toISOString().slice(0, 16);
}

async function people_of(server, names = ['centre', 'leader', 'procurator', 'health', 'market', 'district']) {
  const {sign_in} = await api_of(server);
  return Object.fromEntries(await Promise.all(names.map(async n => [n, await sign_in(n)])));
}

// The answers of one inspection: everything holds but `fails`, with a photo where the clause wants one.
async function answers(caller, fails = {}, clauses = CLAUSES) {
  const wanted = clauses.filter(c => PHOTO.has(c));
  const photos = [];
  while (photos.length < wanted.length) {
    const more = wanted.slice(photos.length, photos.length + 5).map(c => png(c.charCodeAt(0), c.charCodeAt(1), 60));
    photos.push(...await caller.photos(...more));
  }
  return clauses.map(clause => ({clause, verdict: clause in fails ? 'fails' : 'holds',
    ...(clause in fails ? {note: fails[clause]} : {}),
    ...(PHOTO.has(clause) ? {photo: photos[wanted.indexOf(clause)]} : {})}));
}

async function begin(p, names, said = {}) {
  const place = String((await p.centre.get('/api/v1/me')).posts[0].place.id);
  const org = async caller => String((await caller.get('/api/v1/me')).posts[0].organisation.id);
  const [organ, body] = [await org(p.procurator), await org(p.health)];
  const {code} = await p.centre.good('POST', '/api/v1/matters', {procedure: 'facility-check', action: 'begin', said: {
    subject: '公共场所母婴室配置情况', place, organ,
    units: names.map(unit => ({unit, where: '一层', body})), ...said}});
  return {code, place};
}

const TEXT = {facts: '部分场所母婴室缺少安全扣尿布台、热水洗手台、呼叫装置', grounds: '妇女权益保障法第三十四条',
  advice: '逐项整改并建立日常管理制度', urgency: 'ordinary'};

async function letter(p, code, urgency = 'ordinary') {
  await p.procurator.act(code, 'draft', {...TEXT, urgency});
  await p.leader.act(code, 'approve');
}

story('twelve units are rectified after one letter', async t => {
  const server = await t.tongxin({now: NOW});
  const p = await people_of(server);
  const names = Array.from({length: 12}, (_, i) => `示例场所${i + 1}`);
  const {code} = await begin(p, names);
  let seen = await units(server, code);
  t.equal(seen.length, 12);
  t.ok(seen.every(u => u.stage === 'looking'), 'each waits to be inspected');

  t.step('an inspection is complete when every clause is answered, with its photos');
  const first = seen[0].id;
  const all = await answers(p.centre, {A2: '没有安全扣', B1: '没有呼叫装置'});
  const say = said => ['POST', `/api/v1/matters/${code}/actions`, {action: 'inspect', said: {answers: said}, track: first}];
  await p.centre.refused('inspection.missing', ...say(all.slice(1)));
  await p.centre.refused('inspection.photo', ...say(all.map(a => a.clause === 'A3' ? {clause: 'A3', verdict: 'holds'} : a)));
  await p.centre.refused('inspection.twice', ...say([...all, all[0]]));
  await p.centre.refused('inspection.clause', ...say([...all, {clause: 'Z9', verdict: 'holds'}]));
  await p.centre.refused('inspection.note', ...say([...all.filter(a => a.clause !== 'B2'),
    {clause: 'B2', verdict: 'not-applicable'}]));
  await p.centre.refused('matter.field.choice', ...say(all.map(a => a.clause === 'B2' ? {clause: 'B2', verdict: 'perhaps'} : a)));
  const strange = await answers(p.health, {});
  await p.centre.refused('file.missing', ...say(strange));
  await p.centre.good(...say(all));
  seen = await units(server, code);
  t.equal(seen[0].stage, 'found');
  t.equal((await server.sql(`SELECT clause FROM finding WHERE track = ${first} ORDER BY clause`)).join(), 'A2,B1');

  t.step('the letter waits for the last inspection');
  await p.procurator.refused('matter.condition', 'POST', `/api/v1/matters/${code}/actions`, {action: 'draft', said: TEXT});
  for (const unit of seen.slice(1)) {
    await p.centre.act(code, 'inspect', {answers: await answers(p.centre, {A2: '没有安全扣'})}, unit.id);
  }
  await letter(p, code);
  t.equal((await server.sql(`SELECT count(*) FROM document WHERE name = 'letter'`))[0][0] | 0, 1, 'one letter');
  t.equal((await server.sql('SELECT count(*) FROM finding WHERE paper = 0'))[0][0] | 0, 0, 'it takes up every finding');

  t.step('served on each, on days of their own');
  seen = await units(server, code);
  for (const unit of seen.slice(0, 6)) await p.procurator.act(code, 'deliver', {how: 'direct'}, unit.id);
  await server.restart({now: '2026-12-17T10:00:00+08:00'});
  const q = await people_of(server);
  await q.procurator.act(code, 'deliver-all');
  seen = await units(server, code);
  t.ok(seen.every(u => u.stage === 'served'));
  t.equal(await reply_due(server, seen[0].id), '2027-02-15T23:59', 'two months after the 15th');
  t.equal(await reply_due(server, seen[11].id), '2027-02-17T23:59', 'and after the 17th');
  t.equal((await server.sql(`SELECT count(*) FROM document WHERE name = 'receipt'`))[0][0] | 0, 12, 'a receipt for each');

  t.step('each replies, is looked at again where it did not hold, and the last one closes the matter');
  for (const unit of seen) await q.health.act(code, 'answer', {reply: '已更换带安全扣的尿布台'}, unit.id);
  await q.centre.refused('inspection.clause', 'POST', `/api/v1/matters/${code}/actions`,
    {action: 'inspect-again', said: {answers: await answers(q.centre, {})}, track: first});
  for (const [i, unit] of seen.entries()) {
    t.equal((await q.centre.matter(code)).stage, 'issued', 'not before the last one');
    await q.centre.act(code, 'inspect-again', {answers: await answers(q.centre, {}, i ? ['A2'] : ['A2', 'B1'])}, unit.id);
  }
  t.equal((await q.centre.matter(code)).stage, 'closed');
  seen = await units(server, code);
  t.ok(seen.every(u => u.stage === 'rectified'));
  t.equal((await server.sql('SELECT count(*) FROM finding WHERE cleared IS NULL'))[0][0] | 0, 0);
  t.equal((await server.run(['verify'])).code, 0);
}, {timeout: 240});

// One unit inspected, addressed and served; gives its track.
async function served(t, server, p, fails = {A2: '没有安全扣'}, urgency = 'ordinary') {
  const {code} = await begin(p, ['示例商场']);
  const [unit] = await units(server, code);
  await p.centre.act(code, 'inspect', {answers: await answers(p.centre, fails)}, unit.id);
  await letter(p, code, urgency);
  await p.procurator.act(code, 'deliver', {how: 'direct'}, unit.id);
  return {code, track: unit.id};
}

story('the time to reply: the last day of a month, a holiday, late, never', async t => {
  const server = await t.tongxin({now: '2025-12-31T16:00:00+08:00', fresh: true});
  const p = await people_of(server);
  t.step('two months after 31 December is 28 February 2026: a Saturday, and a make-up work day');
  const month_end = await served(t, server, p);
  t.equal(await reply_due(server, month_end.track), '2026-02-28T23:59');
  t.step('fifteen days after 31 December, urgent');
  const urgent = await served(t, server, p, {A2: '没有安全扣'}, 'urgent');
  t.equal(await reply_due(server, urgent.track), '2026-01-15T23:59');

  t.step('two months after 3 August is 3 October: the National Day holiday moves it to 8 October');
  await server.restart({now: '2026-08-03T10:00:00+08:00'});
  const q = await people_of(server);
  const holiday = await served(t, server, q);
  t.equal(await reply_due(server, holiday.track), '2026-10-08T23:59', 'the first day worked afterwards');

  t.step('whoever did not reply in time is overdue, may still reply, and is counted late');
  await t.until('the lapse was entered', async () => (await units(server, urgent.code))[0].stage === 'overdue');
  await q.health.act(urgent.code, 'answer', {reply: '迟到的回复：已经更换'}, urgent.track);
  t.equal((await units(server, urgent.code))[0].stage, 'looking-again');
  const [[late]] = await server.sql(`SELECT late FROM clock WHERE track = ${urgent.track} AND name = 'replying'`);
  t.equal(Number(late), 1);

  t.step('who never replies is sued; a reply then comes too late');
  await q.procurator.act(month_end.code, 'sue', {suit: '向人民法院提起行政公益诉讼'}, month_end.track);
  t.equal((await q.centre.matter(month_end.code)).stage, 'closed');
  await q.health.refused('matter.stage', 'POST', `/api/v1/matters/${month_end.code}/actions`,
    {action: 'answer', said: {reply: '现在才回复'}, track: month_end.track});

  t.step('an objection that is upheld withdraws the letter for that unit and closes the matter');
  await q.health.act(holiday.code, 'object', {objection: '尿布台装有安全扣，检查有误'}, holiday.track);
  await q.centre.act(holiday.code, 'decide', {upheld: true, review: '复核属实，撤回'}, holiday.track);
  t.equal((await units(server, holiday.code))[0].stage, 'withdrawn');
  t.equal((await q.centre.matter(holiday.code)).stage, 'closed');
}, {timeout: 240});

story('an edition that comes into use while an inspection runs does not change it', async t => {
  const server = await t.tongxin({now: NOW});
  const p = await people_of(server);
  const {code: before} = await begin(p, ['示例车站']);
  const folder = mkdtempSync(join(tmpdir(), 'tongxin-checklist-'));
  const text = readFileSync(join(ROOT, 'checklists/nursing-room.yaml'), 'utf8');
  const adopt = async (name, changed) => {
    writeFileSync(join(folder, name), changed);
    return server.run(['procedure', 'adopt', join(folder, name)], {may_fail: true, env: {LC_ALL: 'en_US.UTF-8'}});
  };
  t.step('a checklist with mistakes is refused with line and column');
  const wrong = await adopt('wrong.yaml', text.replace('weight: 10, severity: serious', 'weight: 1000, severity: awful'));
  t.ok(wrong.code !== 0);
  writeFileSync(join(folder, 'wrong.yaml'), text.replace('severity: serious', 'severity: awful'));
  const checked = await server.run(['procedure', 'check', join(folder, 'wrong.yaml')], {may_fail: true});
  t.has(checked.out + checked.err, /wrong\.yaml:\d+:\d+/);

  t.step('a further edition with a clause more, in force from today');
  const more = `${text}  - edition: "2026"
    from: 2026-12-01
    clauses:
      A2: {text: {zh: 有带安全扣的婴儿尿布台, en: A changing table with a safety buckle}, weight: 50, veto: yes, severity: grave}
      Z1: {text: {zh: 有哺乳间使用记录, en: Use is recorded}, weight: 50, severity: minor}
`;
  t.equal((await adopt('more.yaml', more)).code, 0);
  await new Promise(resolve => setTimeout(resolve, 2500)); // servers look for new rulebooks every second
  const {code: after} = await begin(p, ['示例医院']);
  const [old] = await units(server, before);
  const [fresh] = await units(server, after);
  const post = (code, track, said) =>
    ['POST', `/api/v1/matters/${code}/actions`, {action: 'inspect', said: {answers: said}, track}];
  await p.centre.refused('inspection.clause', ...post(before, old.id, [{clause: 'Z1', verdict: 'holds'}]));
  await p.centre.refused('inspection.clause', ...post(after, fresh.id, [{clause: 'A1', verdict: 'holds'}]));
  await p.centre.good(...post(before, old.id, await answers(p.centre, {A3: '没有热水'})));
  await p.centre.good(...post(after, fresh.id, [{clause: 'A2', verdict: 'holds'}, {clause: 'Z1', verdict: 'holds'}]));
  t.same((await server.sql('SELECT edition, version FROM inspection ORDER BY id')).map(r => r.join()), ['2016,1', '2026,2']);
  t.step('the second look goes by the edition the finding was made with');
  await letter(p, before);
  await p.procurator.act(before, 'deliver', {how: 'post'}, old.id);
  await p.health.act(before, 'answer', {reply: '已接热水'}, old.id);
  await p.centre.act(before, 'inspect-again', {answers: await answers(p.centre, {}, ['A3'])}, old.id);
  t.equal((await units(server, before))[0].stage, 'rectified');
}, {timeout: 240});

story('stars come of a dated inspection, fall with a finding, go with a veto and lapse with their day', async t => {
  const server = await t.tongxin({now: NOW});
  const p = await people_of(server, ['centre', 'leader']);
  const place = String((await p.centre.get('/api/v1/me')).posts[0].place.id);
  const ALL = ['A1', 'A2', 'A3', 'B1', 'C1', 'D1', 'E1', 'E2', 'F1', 'G1', 'G2', 'G3', 'H1', 'H2'];
  const PHOTOS = ['A2', 'A3', 'B1', 'C1', 'D1', 'E2', 'G1'];
  async function inspect(code, action, fails) {
    const photos = [];
    for (const c of PHOTOS) photos.push(...await p.centre.photos(png(c.charCodeAt(0), c.charCodeAt(1), 9)));
    await p.centre.act(code, action, {answers: ALL.map(clause => ({clause, verdict: fails.includes(clause) ? 'fails' : 'holds',
      ...(PHOTOS.includes(clause) ? {photo: photos[PHOTOS.indexOf(clause)]} : {})}))});
  }
  const apply = async home => (await p.centre.good('POST', '/api/v1/matters',
    {procedure: 'workers-home', action: 'apply', said: {home, place}})).code;
  const public_page = async () => (await server.client().get('/public/stars')).words();

  t.step('one point short of four stars is three; nothing is public before the award');
  const code = await apply('示例工地生活区');
  await inspect(code, 'inspect', ['B1', 'H2']); // 83
  t.has_not(await public_page(), '示例工地生活区');
  await p.centre.refused('matter.not-yours', 'POST', `/api/v1/matters/${code}/actions`, {action: 'award', said: {}});
  await p.leader.act(code, 'award');
  t.has(await public_page(), '三星');
  t.has(await public_page(), '2027-12-15');
  const paper = (await server.client().get('/public/stars')).links().map(l => l.href).find(h => h.startsWith('/paper/'));
  t.has((await server.client().get(paper)).text, '与日志一致', 'the paper behind it is genuine');

  t.step('a renewal with everything in order is five; a spot check with a finding lowers it');
  await p.centre.act(code, 'renew');
  await inspect(code, 'inspect-renewal', []);
  await p.leader.act(code, 'award-again');
  t.has(await public_page(), '五星');
  await p.centre.act(code, 'spot-check');
  await inspect(code, 'inspect-spot', ['D1']); // 90
  t.has(await public_page(), '四星');
  t.has_not(await public_page(), '五星');

  t.step('one veto leaves none, whatever the sum');
  const vetoed = await apply('示例二号工地');
  await inspect(vetoed, 'inspect', ['G2']);
  t.equal((await p.centre.matter(vetoed)).stage, 'unrated');
  t.step('it lapses with its day');
  await server.restart({now: '2027-12-14T10:00:00+08:00'});
  t.has(await public_page(), '即将到期');
  await server.restart({now: '2027-12-17T10:00:00+08:00'});
  await t.until('it has lapsed', async () => (await server.sql('SELECT count(*) FROM grade WHERE fate = 0'))[0][0] == 0);
  t.has(await public_page(), '近半年到期或摘星的');
  t.equal((await server.run(['verify'])).code, 0);
}, {timeout: 240});
