// The exhaust duct of two restaurants: found on a round, its risk judged again when it grows, mediated with its papers,
// visited again until all is quiet; and the wrong turns.
import {setTimeout as sleep} from 'node:timers/promises';
import {story} from '../lib/story.mjs';
import {api_of} from '../lib/api.mjs';

const NOISE = '两家餐馆的排烟管道噪声大，楼上居民多次交涉没有结果';
const post_of = async caller => (await caller.get('/api/v1/me')).posts[0];
const fact = (matter, field) => matter.facts.find(f => f.field === field);

async function people_of(server) {
  const {sign_in} = await api_of(server);
  const names = ['grid', 'community', 'mediator', 'leader', 'liaison', 'market'];
  return Object.fromEntries(await Promise.all(names.map(async n => [n, await sign_in(n)])));
}

async function party(p, code, action, name, minor) {
  await p.community.act(code, action);
  const track = (await p.community.matter(code)).tracks.filter(x => x.name === 'party').at(-1).id;
  await p.community.act(code, 'describe', {name, kind: 'party', minor, contact: 'phone', phone: '13900000000'}, track);
  return track;
}

story('the exhaust duct is mediated, and visited until all is quiet', async t => {
  const server = await t.tongxin({now: '2026-11-23T10:00:00+08:00', fresh: true});
  let p = await people_of(server);
  t.step('registered by the grid worker');
  const place = String((await post_of(p.grid)).place.id);
  const said = {facts: NOISE, kind: 'noise', place, people: 8, source: 'found',
    threat: 'none', hurt: false, times: 1, failed: false};
  const {code} = await p.grid.good('POST', '/api/v1/matters', {procedure: 'dispute', action: 'register', said});
  let seen = await p.community.matter(code);
  t.equal(fact(seen, 'risk').raw, 'blue');
  t.has(fact(seen, 'risk').because, '没有激化迹象');

  t.step('a weapon turns it red, and the police and the leader hear of it at once');
  const judge = {action: 'judge-risk', said: {threat: 'weapon', hurt: false, times: 2, failed: false}};
  await p.community.refused('matter.field.unknown', 'POST', `/api/v1/matters/${code}/actions`,
    {...judge, said: {...judge.said, risk: 'blue'}});
  await p.community.act(code, 'judge-risk', judge.said);
  seen = await p.community.matter(code);
  t.equal(fact(seen, 'risk').raw, 'red');
  t.has(fact(seen, 'risk').because, '第1行');
  const answers = seen.timeline.flatMap(s => s.facts).filter(f => f.field === 'risk').map(f => f.raw);
  t.same(answers.sort(), ['blue', 'red'], 'both answers stay in the history');
  for (const who of [p.liaison, p.leader]) {
    t.has(JSON.stringify(await who.get('/api/v1/messages')), `${code} 有民转刑风险`);
  }
  await p.leader.act(code, 'respond', {measures: '民警、社区干部到场，双方分开劝导'});

  t.step('nobody is heard whose guardian is not there');
  const mediator = String((await post_of(p.mediator)).id);
  const accept = {action: 'accept', said: {'rights-told': true, mediator, request: '降低噪声'}};
  await p.community.refused('matter.condition', 'POST', `/api/v1/matters/${code}/actions`, accept);
  const minor = await party(p, code, 'add-applicant', '张示例', true);
  await party(p, code, 'add-respondent', '李演示', false);
  await p.community.refused('matter.condition', 'POST', `/api/v1/matters/${code}/actions`, accept);
  await p.community.act(code, 'represent', {guardian: '王示例', relation: '父亲'}, minor);
  await p.mediator.refused('matter.unknown', 'POST', `/api/v1/matters/${code}/actions`, accept);
  await p.community.act(code, 'accept', accept.said);

  t.step('a session comes before an agreement');
  const agree = {'agreement-way': 'written', terms: [{what: '加装隔声罩', way: '商户出资', 'by-when': '2026-12-15'}]};
  await p.mediator.refused('matter.condition', 'POST', `/api/v1/matters/${code}/actions`, {action: 'agree', said: agree});
  await p.mediator.act(code, 'inquire', {'inquiry-place': '现场', 'inquiry-with': '双方', inquiry: '昼间噪声超标，管道未固定'});
  await p.mediator.act(code, 'mediate', {'session-with': '双方、社区干部', session: '商定加装隔声罩并限时排烟'});
  await p.mediator.act(code, 'agree', agree);
  const market = await p.market.ask('GET', `/api/v1/matters/${code}`);
  t.equal(market.status, 404, 'a department that was not called does not know of it');

  t.step('the record of the session and the agreement are papers with numbers of the community');
  const papers = await p.mediator.client.get(`/case/${encodeURIComponent(code)}/papers`);
  t.has(papers.text, '人民调解记录');
  t.has(papers.text, '人民调解协议书');
  t.has(papers.text, '人调字〔2026〕1号');

  t.step('a visit that finds the agreement not kept does not count');
  const visit = async kept => {
    const open = (await p.mediator.matter(code)).tracks.find(x => x.name === 'visit' && !x.ended);
    await p.mediator.act(code, 'pay', {'seen-whom': '双方', kept, calm: true}, open.id);
  };
  await visit(false);
  await visit(true);
  t.equal((await p.mediator.matter(code)).stage, 'agreed');
  t.step('a missed visit goes up');
  await server.restart({now: '2026-12-20T10:00:00+08:00'});
  p = await people_of(server);
  let escalated = false;
  for (let tries = 0; !escalated && tries < 100; tries++) {
    escalated = (await p.community.matter(code)).timeline.some(s => s.action === '自动上报' && s.track?.includes('回访'));
    if (!escalated) await sleep(100);
  }
  t.ok(escalated, 'the missed visit was escalated');
  await visit(true);
  t.equal((await p.community.matter(code)).stage, 'closed');
  t.equal((await server.run(['verify'])).code, 0);
});

story('what the monthly round finds is mediated, and the next round is due a month later', async t => {
  const server = await t.tongxin({now: '2026-11-23T10:00:00+08:00', fresh: true});
  const p = await people_of(server);
  const place = String((await post_of(p.grid)).place.id);
  const {code} = await p.community.good('POST', '/api/v1/matters', {procedure: 'joint-round', action: 'plan-year',
    said: {about: '2027年度矛盾纠纷联合排查', place, 'last-day': '2027-01-15'}});
  const waiting = async () => (await p.community.matter(code)).tracks.find(x => x.name === 'round' && !x.ended);
  const first = await waiting();
  t.has(first.light.due, '2026-12-03');
  await p.grid.act(code, 'found', {facts: '楼上楼下因漏水争执三次', where: place}, first.id);
  const dispute = (await p.community.matter(code)).links[0].code;
  t.equal((await p.community.matter(dispute)).stage, 'registered');
  t.equal((await p.community.matter(dispute)).links[0].code, code, 'the link leads back');
  const walk = async () => p.grid.act(code, 'walk', {'with-police': true, 'with-lawyer': true, 'with-mediator': true, homes: 12,
    note: '走访三栋楼'}, (await waiting()).id);
  await walk();
  t.has((await waiting()).light.due, '2026-12-23');
  await server.restart({now: '2026-12-22T10:00:00+08:00'});
  Object.assign(p, await people_of(server));
  await walk();
  t.equal((await p.community.matter(code)).stage, 'done', 'the next would be due after the last day');
});
