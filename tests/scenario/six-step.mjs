// 六步议事: the exhaust duct of Changfengli, from the topic to what became of it, with a council of 1+7+X.
import {story} from '../lib/story.mjs';
import {accounts, body, community, sign_in} from '../lib/bodies.mjs';
import {act, begun, entry_of, keep, newest_code, newest_track, open, vote} from '../lib/deciding.mjs';

const NOW = '2026-11-23T10:18:00+08:00';
const MEETING = '2026-11-27T15:00:00+08:00';
const AT_MEETING = '2026-11-27T15:02:00+08:00';
const NAMES = {'m-team': '程示例', 'm-committee': '曾示例', 'm-supervisor': '彭示例', 'm-deputy': '吕示例', 'm-legal': '苏示例',
  'm-shop': '卢示例', 'm-elder': '蒋示例', 'x-resident': '蔡示例', 'x-restaurant': '贾示例', 'not-asked': '丁示例'};
const SEATS = {'m-team': 'party-team', 'm-committee': 'committee', 'm-supervisor': 'supervisors', 'm-deputy': 'deputies',
  'm-legal': 'legal', 'm-shop': 'enterprises', 'm-elder': 'respected'};

async function council(server) {
  const at = await community(server);
  await accounts(server, NAMES);
  await body(server, {place: at.code, kind: 'council', name: `${at.name}议事会`, rows: [
    {seat: 'chair', login: 'secretary'}, ...Object.entries(SEATS).map(([login, seat]) => ({seat, login}))]});
}

// Up to a meeting that was called, with the parties invited.
async function up_to_the_call(t, server, parties) {
  await council(server);
  const officer = await server.signed_in(null, 'community');
  const secretary = await server.signed_in(null, 'secretary');
  await open(t, officer, 'six-step', 'propose', {topic: '龙泉花园两家餐馆排烟管道噪声扰民', affected: '2号楼东侧12户'});
  const code = await newest_code(server, 'six-step');
  await act(t, secretary, code, 'choose', {'in-scope': 'yes', lawful: 'yes', 'who-is-concerned': '两家餐馆、2号楼东侧住户'});
  await act(t, officer, code, 'prepare');
  await act(t, officer, code, 'call', {'meeting-time': MEETING, 'meeting-place': '社区二楼会议室', agenda: '噪声监测结果\n隔音改造方案'});
  const track = await newest_track(server);
  for (const who of parties) t.status(await keep(officer, track, 'invite', {seat: 'party', name: who}), 200);
  return {code, track};
}

function called(t, {parties = ['x-resident', 'x-restaurant']} = {}) {
  return begun(t, parties.join(' '), NOW, server => up_to_the_call(t, server, parties));
}

async function in_session(t, s, {absent = []} = {}) {
  await s.server.restart({now: AT_MEETING});
  s.officer = await s.server.signed_in(null, 'community');
  s.secretary = await s.server.signed_in(null, 'secretary');
  await act(t, s.secretary, s.code, 'convene');
  for (const [login, name] of Object.entries({secretary: '吴示例', ...NAMES})) {
    if (login === 'not-asked' || absent.includes(login)) continue;
    t.status(await keep(s.officer, s.track, 'attend', {entry: await entry_of(s.officer, s.track, name)}), 200);
  }
}

story('the exhaust duct of Changfengli: topic, choice, meeting, vote, publication, undertakings, judgement', async t => {
  const s = await called(t);
  await in_session(t, s, {absent: ['m-shop', 'x-resident']});

  t.step('one party comes in by the QR at the door');
  const token = (await s.server.sql(`SELECT token FROM roll WHERE track = ${s.track}`))[0][0];
  const party = await sign_in(s.server, 'x-resident');
  const door = await party.get(`/attend/${s.track}/${token}`);
  t.has((await door.form({action: '/attend/'}).submit(party, {})).words(), '已签到');
  t.has((await s.officer.get(`/meeting/${s.track}`)).words(), '扫码签到');

  t.step('the vote');
  await act(t, s.secretary, s.code, 'vote', {question: '两家餐馆在本月底前加装隔音设施，是否同意？'});
  const codes = [];
  for (const login of ['m-team', 'm-committee', 'm-supervisor', 'm-deputy', 'm-elder', 'x-resident', 'x-restaurant']) {
    const {code, reply} = await vote(s.server, s.track, login, login === 'm-elder' ? 'abstain' : 'yes');
    t.ok(code, `${login}: ${reply?.words().slice(0, 300)}`);
    codes.push(code);
  }

  t.step('a show of hands on a sheet, entered by one and again by another');
  await act(t, s.secretary, s.code, 'close');
  const sheet = async (who, values) =>
    (await who.get(`/meeting/${s.track}/sheets`)).form({action: '/sheets'}).submit(who, values);
  const entry = await entry_of(s.officer, s.track, '苏示例');
  t.has((await sheet(s.officer, {number: '1', channel: 'hand', [`line-${entry}`]: 'yes'})).words(), '等另一人复核');
  t.has((await act(t, s.secretary, s.code, 'count', {minutes: '会议记录一份'}, {status: 409})).words(), '还没有核对一致');
  t.has((await sheet(s.officer, {number: '1', channel: 'hand', [`line-${entry}`]: 'yes'})).words(), '要由另一个人复核');
  t.has((await sheet(s.secretary, {number: '1', channel: 'hand', [`line-${entry}`]: 'no'})).words(), '不一致');
  t.has((await s.officer.get(`/meeting/${s.track}/sheets`)).words(), '苏示例 不同意', 'the disagreement is shown');
  t.has((await sheet(s.secretary, {number: '1', channel: 'hand', [`line-${entry}`]: 'yes'})).words(), '已确认');

  t.step('the count');
  t.has((await s.server.client().get(`/public/ballot/${s.track}`)).words(), '不公布任何中间结果');
  await act(t, s.secretary, s.code, 'count', {minutes: '餐馆同意改造，费用自理；居民代表同意宽限到月底。'});
  const result = await s.server.client().get(`/public/ballot/${s.track}?code=${codes[0].toLowerCase()}`);
  t.has(result.words(), '通过');
  t.has(result.words(), '这张票已经计入');
  t.has(result.words(), '参加 9，应到 10，至少要 7');
  t.has(result.words(), 'X 利益相关方：参加 2，应到 2，至少要 2');
  t.has(result.words(), '网上 6 · 举手 1');
  t.has((await s.server.client().get(`/public/ballot/${s.track}?code=AAAA-AAAA-AAAA`)).words(), '没有这个码');

  t.step('published, with what each undertook');
  await act(t, s.officer, s.code, 'publish', {'result-heading': '排烟管道噪声协商结果',
    'result-text': '两家餐馆11月30日前加装隔音棉和减振器，社区验收。',
    'undertakings.0.what': '加装隔音棉和减振器', 'undertakings.0.owner': '两家餐馆经营者', 'undertakings.0.until': '2026-11-30',
    'undertakings.1.what': '组织验收，夜间复测噪声', 'undertakings.1.owner': '社区居委会', 'undertakings.1.until': '2026-12-04'});
  t.has((await s.server.client().get('/public/notices')).words(), '排烟管道噪声协商结果');
  const owed = await s.server.sql("SELECT code, summary FROM matter WHERE procedure = 'undertaking' ORDER BY id");
  t.same(owed.map(r => r[1]), ['加装隔音棉和减振器', '组织验收，夜间复测噪声']);
  t.has((await s.officer.get(`/case/${s.code}`)).words(), owed[0][0], 'linked');

  t.step('everyone who took part hears of it');
  const member = await sign_in(s.server, 'm-team');
  t.has((await member.get('/messages')).words(), '结果已公示');
}, {timeout: 300});

story('three days before is the rule: a meeting called for tomorrow is refused with the earliest time', async t => {
  const server = await t.tongxin({now: NOW});
  await council(server);
  const officer = await server.signed_in(null, 'community');
  const secretary = await server.signed_in(null, 'secretary');
  await open(t, officer, 'six-step', 'propose', {topic: '楼道杂物清理公约'});
  const code = await newest_code(server, 'six-step');
  await act(t, secretary, code, 'choose', {'in-scope': 'yes', lawful: 'yes', 'who-is-concerned': '2号楼住户'});
  await act(t, officer, code, 'prepare');
  const tomorrow = {'meeting-time': '2026-11-24T15:00:00+08:00', 'meeting-place': '会议室'};
  const reply = await act(t, officer, code, 'call', tomorrow, {status: 422});
  t.has(reply.words(), '按规定最早只能定在 2026-11-26');
  t.has(reply.text, 'value="会议室"', 'what was typed stays');
});

story('without every interested party there, or one short of two thirds, no vote is taken', async t => {
  const s = await called(t);
  await in_session(t, s, {absent: ['x-restaurant']});
  t.has((await s.officer.get(`/meeting/${s.track}`)).words(), 'X 利益相关方：参加 1，应到 2，至少要 2');
  t.has_not((await s.secretary.get(`/case/${s.code}`)).text, 'do=vote&');
  const rows = await s.server.sql(`SELECT quorate FROM roll WHERE track = ${s.track}`);
  t.equal(rows[0][0], '0');
  t.status(await keep(s.officer, s.track, 'attend', {entry: await entry_of(s.officer, s.track, '贾示例')}), 200);
  t.has((await s.secretary.get(`/case/${s.code}`)).text, 'do=vote&');
});

story('a member with an interest is excluded, counts nowhere and cannot vote', async t => {
  const s = await called(t);
  await in_session(t, s);
  const entry = await entry_of(s.officer, s.track, '卢示例');
  t.status(await keep(s.officer, s.track, 'exclude', {entry, why: '餐馆经营者的近亲属'}), 200);
  t.has((await s.officer.get(`/meeting/${s.track}`)).words(), '参加 9，应到 9');
  await act(t, s.secretary, s.code, 'vote', {question: '是否同意加装隔音设施？'});
  const tried = await vote(s.server, s.track, 'm-shop', 'yes');
  t.equal(tried.code, undefined);
  t.has(tried.page.words(), '回避');
  const who = tried.who;
  const other = await vote(s.server, s.track, 'm-team', 'yes');
  t.ok(other.code);
  t.step('by hand, around the page');
  const form = other.page.forms().find(f => f.names().includes('option'));
  const mine = await who.get(`/vote/${s.track}`);
  const csrf = mine.forms().find(f => f.names().includes('csrf')).value('csrf');
  const forced = await who.post(`/vote/${s.track}`, {csrf, entry, option: 'yes', code: form.value('code')});
  t.equal(forced.status, 409);
  t.has(forced.words(), '餐馆经营者的近亲属');
});

story('nobody votes twice, for somebody else, off the roll or after the end, and what is open stays hidden', async t => {
  const s = await called(t);
  await in_session(t, s);
  t.step('before it is open');
  t.has((await vote(s.server, s.track, 'm-team', 'yes')).page.words(), '现在还不能表决');
  await act(t, s.secretary, s.code, 'vote', {question: '是否同意加装隔音设施？'});
  const first = await vote(s.server, s.track, 'm-team', 'yes');
  t.ok(first.code);
  const mine = await entry_of(s.officer, s.track, '程示例');
  const other = await entry_of(s.officer, s.track, '曾示例');
  const csrf = (await first.who.get(`/vote/${s.track}`)).forms().find(f => f.names().includes('csrf')).value('csrf');
  const again = await first.who.post(`/vote/${s.track}`, {csrf, entry: mine, option: 'no', code: first.code});
  t.equal(again.status, 409);
  t.has(again.words(), '网上');
  t.equal((await first.who.post(`/vote/${s.track}`, {csrf, entry: other, option: 'no', code: first.code})).status, 403);
  const stranger = await sign_in(s.server, 'not-asked');
  t.status(await stranger.get(`/vote/${s.track}`), 404);
  t.step('on paper besides');
  const sheet = await (await s.officer.get(`/meeting/${s.track}/sheets`)).form({action: '/sheets'})
    .submit(s.officer, {number: '1', channel: 'hand', [`line-${mine}`]: 'no'});
  t.equal(sheet.status, 409);
  t.has(sheet.words(), '已经在网上表决');
  t.step('interim result, count while voting');
  const hidden = await s.officer.get(`/public/ballot/${s.track}`);
  t.has(hidden.words(), '不公布任何中间结果');
  t.has_not(hidden.words(), '票数');
  t.has_not((await s.secretary.get(`/case/${s.code}`)).text, 'do=count&');
  t.step('late');
  const late = await sign_in(s.server, 'm-elder');
  const page = await late.get(`/vote/${s.track}`);
  await act(t, s.secretary, s.code, 'close');
  const refused = await page.forms().find(f => f.names().includes('option')).submit(late, {option: 'yes'});
  t.equal(refused.status, 409);
  t.has(refused.words(), '现在是');
});

story('a party that does not agree: not passed, a second round, then elsewhere', async t => {
  const s = await called(t);
  await in_session(t, s);
  await act(t, s.secretary, s.code, 'vote', {question: '是否同意加装隔音设施？'});
  for (const login of [...Object.keys(SEATS), 'x-resident', 'x-restaurant'])
    t.ok((await vote(s.server, s.track, login, login === 'x-restaurant' ? 'no' : 'yes')).code, login);
  await act(t, s.secretary, s.code, 'close');
  await act(t, s.secretary, s.code, 'count', {minutes: '一家餐馆不同意承担费用。'});
  const result = await s.server.client().get(`/public/ballot/${s.track}`);
  t.has(result.words(), '未通过');
  t.has(result.words(), 'X 利益相关方：同意 1，应到 2，至少要 2');
  await act(t, s.officer, s.code, 'reconvene');
  t.has((await s.officer.get(`/case/${s.code}`)).words(), '会前准备');
  await act(t, s.secretary, s.code, 'refer', {reason: '转人民调解'});
  t.has((await s.officer.get(`/case/${s.code}`)).words(), '另行处理');
});

story('a seat that the law of 1+7+X wants and nobody holds stops the meeting from opening', async t => {
  const s = await called(t, {parties: []});
  await s.server.restart({now: AT_MEETING});
  const secretary = await s.server.signed_in(null, 'secretary');
  const reply = await act(t, secretary, s.code, 'convene', {}, {status: 409});
  t.has(reply.words(), 'X 利益相关方');
});
