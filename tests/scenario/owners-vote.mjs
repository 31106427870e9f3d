// 业主共同决定: Civil Code 278. By number and by area, on paper, by telephone and on line, with proxies.
import {story} from '../lib/story.mjs';
import {accounts, body, community, sign_in} from '../lib/bodies.mjs';
import {act, begun, entry_of, keep, newest_code, newest_track, open, vote} from '../lib/deciding.mjs';
import {make_jpeg} from '../lib/jpeg.mjs';

const NOW = '2026-11-23T10:18:00+08:00';
const OWNERS = {'o-one': '甄示例', 'o-two': '贺示例', 'o-three': '严示例二', 'o-four': '汤示例', 'o-five': '尹示例', 'o-six': '黎示例'};
const AREAS = {'o-one': '80', 'o-two': '80', 'o-three': '80', 'o-four': '80.01', 'o-five': '80', 'o-six': '80'};

async function up_to_the_vote(t, server, kind, s) {
  const at = await community(server);
  await accounts(server, OWNERS);
  await body(server, {place: at.code, kind: 'owners', name: '龙泉花园业主大会', rows:
    Object.keys(OWNERS).map(login => ({seat: 'owner', login, area: AREAS[login]}))});
  const officer = await server.signed_in(null, 'community');
  await open(t, officer, 'owners-vote', 'propose', {topic: '加装排烟管道隔音设施', kind, plan: '从公共收益支出三万元'});
  const code = await newest_code(server, 'owners-vote');
  await act(t, officer, code, 'begin');
  await act(t, officer, code, 'announce', {[`question-${s}`]: '是否同意从公共收益支出三万元加装隔音设施？'});
  await act(t, officer, code, 'open');
  return {code, track: await newest_track(server), s};
}

function running(t, kind) {
  return begun(t, kind, NOW, server => up_to_the_vote(t, server, kind, kind === 'grave' ? 'g' : 'o'));
}

const sheet = async (who, track, values, photo = true) => {
  const form = (await who.get(`/meeting/${track}/sheets`)).form({action: '/sheets'});
  const picture = {name: 'sheet.jpg', type: 'image/jpeg', bytes: make_jpeg(320, 240)};
  return form.submit(who, {...values, ...(photo ? {photo: picture} : {})});
};

async function count(t, x) {
  await act(t, x.officer, x.code, 'close');
  await act(t, x.officer, x.code, 'count', {[`minutes-${x.s}`]: '两名工作人员当场计票。'});
  return x.server.client().get(`/public/ballot/${x.track}`);
}

story('by number it would pass, by area it misses three quarters by a hundredth of a square metre', async t => {
  const x = await running(t, 'grave');
  for (const login of ['o-one', 'o-two', 'o-three']) t.ok((await vote(x.server, x.track, login, 'yes')).code);
  t.ok((await vote(x.server, x.track, 'o-four', 'no')).code);
  const result = await count(t, x);
  t.has(result.words(), '未通过');
  t.has(result.words(), '按人数：同意 3，参加 4，至少要 3', 'three of four by number');
  t.has(result.words(), '同意 240 m²，参加 320.01 m²，至少要 240.01 m²');
  t.has(result.words(), '按专有面积：参加 320.01 m²，应到 480.01 m²，至少要 320.01 m²', 'the quorum by area is met exactly');
  t.has((await x.officer.get(`/case/${x.code}`)).words(), '未通过');
});

story('an ordinary matter on paper, by telephone and on line in one count, with its totals by channel', async t => {
  const x = await running(t, 'ordinary');
  for (const login of ['o-one', 'o-two']) t.ok((await vote(x.server, x.track, login, 'yes')).code);
  const four = await entry_of(x.officer, x.track, '汤示例');
  const five = await entry_of(x.officer, x.track, '尹示例');
  t.has((await sheet(x.officer, x.track, {number: '1', channel: 'paper', [`line-${four}`]: 'yes'})).words(), '等另一人复核');
  t.has((await sheet(x.secretary, x.track, {number: '1', channel: 'paper', [`line-${four}`]: 'yes'}, false)).words(), '已确认');
  await sheet(x.officer, x.track, {number: '2', channel: 'phone', [`line-${five}`]: 'no'}, false);
  await sheet(x.secretary, x.track, {number: '2', channel: 'phone', [`line-${five}`]: 'no'}, false);
  const result = await count(t, x);
  t.has(result.words(), '通过');
  t.has(result.words(), '网上 2 · 纸质 1');
  t.has(result.words(), '电话 1');
  t.has(result.words(), '4 票，应到 6');
  t.has_not(result.words(), '汤示例', 'the public does not see who');
  const owner = await sign_in(x.server, 'o-one');
  t.has((await owner.get(`/public/ballot/${x.track}`)).words(), '各人意见');
});

story('the rule says paper counts: a paper takes the place of a vote on line, and only one is counted', async t => {
  const x = await running(t, 'ordinary');
  for (const login of ['o-one', 'o-two', 'o-three', 'o-four', 'o-five']) t.ok((await vote(x.server, x.track, login, 'yes')).code);
  const one = await entry_of(x.officer, x.track, '甄示例');
  t.has((await sheet(x.officer, x.track, {number: '1', channel: 'paper', [`line-${one}`]: 'no'})).words(), '等另一人复核');
  await sheet(x.secretary, x.track, {number: '1', channel: 'paper', [`line-${one}`]: 'no'}, false);
  t.has((await sheet(x.officer, x.track, {number: '2', channel: 'phone', [`line-${one}`]: 'no'}, false)).words(), '已经用纸质票表决');
  const result = await count(t, x);
  t.has(result.words(), '5 票，应到 6');
  t.has(result.words(), '网上 4');
  t.has(result.words(), '纸质 1');
});

story('a proxy for three at most, and whoever stands in votes for each of them', async t => {
  const x = await running(t, 'ordinary');
  const holder = await entry_of(x.officer, x.track, '甄示例');
  for (const name of ['贺示例', '严示例二', '汤示例'])
    t.status(await keep(x.officer, x.track, 'proxy', {entry: await entry_of(x.officer, x.track, name), holder}), 200);
  const fourth = await keep(x.officer, x.track, 'proxy', {entry: await entry_of(x.officer, x.track, '尹示例'), holder});
  t.equal(fourth.status, 409);
  t.has(fourth.words(), '一人最多受 3 人委托');
  const chain = await keep(x.officer, x.track, 'proxy',
    {entry: await entry_of(x.officer, x.track, '黎示例'), holder: await entry_of(x.officer, x.track, '贺示例')});
  t.has(chain.words(), '不能转委托');
  t.ok((await vote(x.server, x.track, 'o-one', 'yes')).code);
  const entry = await entry_of(x.officer, x.track, '贺示例');
  t.ok((await vote(x.server, x.track, 'o-one', 'no', {entry})).code, 'for another');
  t.has((await vote(x.server, x.track, 'o-two', 'yes')).page.words(), '已表决', 'who gave the proxy cannot vote again');
});

story('a vote that ends by itself takes nothing afterwards, and a rule changed meanwhile does not touch it', async t => {
  const x = await running(t, 'ordinary');
  for (const login of ['o-one', 'o-two', 'o-three', 'o-four']) t.ok((await vote(x.server, x.track, login, 'yes')).code);
  const before = (await x.officer.get(`/meeting/${x.track}`)).words();
  t.step('the district takes a new rule into use: nine tenths');
  const {readFileSync, writeFileSync} = await import('node:fs');
  const {ROOT} = await import('../lib/server.mjs');
  const text = readFileSync(`${ROOT}/procedures/owners-vote.yaml`, 'utf8').replaceAll('at-least: 2/3', 'at-least: 9/10')
    .replace('version: 1', 'version: 2');
  writeFileSync(`${x.server.data}/owners-vote.yaml`, text);
  await x.server.run(['procedure', 'adopt', `${x.server.data}/owners-vote.yaml`]);
  await x.server.restart({now: '2026-11-25T10:18:00+08:00'});
  x.officer = await x.server.signed_in(null, 'community');
  const after = (await x.officer.get(`/meeting/${x.track}`)).words();
  t.has(before, '应到 6，至少要 4');
  t.has(after, '应到 6，至少要 4', 'the rule of the day it was opened');
  const late = await sign_in(x.server, 'o-five');
  const page = await late.get(`/vote/${x.track}`);
  await x.server.restart({now: '2026-12-09T10:18:00+08:00'});
  const again = await sign_in(x.server, 'o-five');
  await t.until('the page takes no vote any more',
    async () => !(await again.get(`/vote/${x.track}`)).text.includes('name="option"'));
  t.ok(page);
  x.officer = await x.server.signed_in(null, 'community');
  await t.until('the vote has ended', async () => (await x.officer.get(`/case/${x.code}`)).text.includes('do=count'));
  await act(t, x.officer, x.code, 'count', {'minutes-o': '两名工作人员当场计票。'});
  t.has((await x.server.client().get(`/public/ballot/${x.track}`)).words(), '通过');
});
