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
  const server = await t.tongxin({now: NOW, fresh: true});
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
