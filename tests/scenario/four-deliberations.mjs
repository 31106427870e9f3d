// 四议两公开: the reservoir land of Zhongpai village. A secret vote on paper and on line, two publications, an objection on the
// last day; and somebody who opens the database afterwards and cannot tell who voted how.
import {story, database} from '../lib/story.mjs';
import {accounts, body, community, sign_in} from '../lib/bodies.mjs';
import {act, begun, entry_of, keep, newest_code, newest_track, notice_id, object, open, vote} from '../lib/deciding.mjs';
import {make_jpeg} from '../lib/jpeg.mjs';

const NOW = '2026-11-23T10:18:00+08:00';
const REVIEW = '2026-11-25T09:00:00+08:00';
const MEETING = '2026-11-30T15:00:00+08:00';
const PARTY = {'p-one': '党示例', 'p-two': '丘示例', 'p-three': '田示例'};
const VILLAGE = {'v-one': '米示例', 'v-two': '方示例', 'v-three': '石示例', 'v-four': '江示例', 'v-five': '河示例', 'v-six': '湖示例',
  'v-seven': '海示例', 'v-eight': '泉示例', 'v-nine': '林示例'};

async function again(server, now) {
  await server.restart({now});
  return {officer: await server.signed_in(null, 'community'), secretary: await server.signed_in(null, 'secretary')};
}

// Up to the meeting of the representatives, which is open and nobody has come yet.
async function up_to_the_meeting(t, server) {
  const at = await community(server);
  await accounts(server, {...PARTY, ...VILLAGE});
  await body(server, {place: at.code, kind: 'party-members', name: '党支部党员大会', rows:
    Object.keys(PARTY).map(login => ({seat: 'member', login}))});
  await body(server, {place: at.code, kind: 'representatives', name: '村民代表会议', rows:
    Object.keys(VILLAGE).map(login => ({seat: 'representative', login}))});
  let officer = await server.signed_in(null, 'community');
  let secretary = await server.signed_in(null, 'secretary');
  await open(t, secretary, 'four-deliberations', 'propose', {topic: '水库占用土地补偿款使用方案', source: '村民小组会议反映',
    proposal: '拟将集体部分用于渠道维修和养老补贴。'});
  const code = await newest_code(server, 'four-deliberations');
  await act(t, officer, code, 'consult', {plan: '六成用于渠道维修，四成用于养老补贴，按年公布账目。', opinions: '两委一致同意', avoided: '一名委员因亲属承包地回避'});
  await act(t, secretary, code, 'review');
  await act(t, officer, code, 'call', {'time-r': REVIEW, 'where-r': '党员活动室'});
  ({officer, secretary} = await again(server, '2026-11-25T09:01:00+08:00'));
  let track = await newest_track(server);
  await act(t, secretary, code, 'convene');
  for (const name of Object.values(PARTY)) await keep(officer, track, 'attend', {entry: await entry_of(officer, track, name)});
  await act(t, secretary, code, 'vote', {'question-r': '是否同意将方案提交村民代表会议？'});
  for (const login of Object.keys(PARTY)) t.ok((await vote(server, track, login, 'yes')).code);
  await act(t, secretary, code, 'close');
  await act(t, secretary, code, 'count', {'minutes-r': '全体同意提交。'});
  await act(t, officer, code, 'call', {'time-v': MEETING, 'where-v': '村委会会议室', 'agenda-v': '方案说明'});
  ({officer, secretary} = await again(server, '2026-11-30T15:01:00+08:00'));
  track = await newest_track(server);
  await act(t, secretary, code, 'convene');
  return {code, track, then: '2026-11-30T15:01:00+08:00'};
}

// The same with all but `absent` there.
async function representatives_meet(t, {absent = ['v-nine']} = {}) {
  const s = await begun(t, 'meeting', NOW, server => up_to_the_meeting(t, server));
  for (const [login, name] of Object.entries(VILLAGE)) {
    if (absent.includes(login)) continue;
    t.status(await keep(s.officer, s.track, 'attend', {entry: await entry_of(s.officer, s.track, name)}), 200);
  }
  return s;
}

const ONLINE = {'v-one': 'yes', 'v-two': 'yes', 'v-three': 'no', 'v-four': 'yes', 'v-five': 'abstain'};

// Five vote on line, three on paper (two for, one against), with a sheet two people agree on.
async function secret_vote(t, s) {
  await act(t, s.secretary, s.code, 'vote', {'question-v': '是否同意土地补偿款使用方案？'});
  const codes = {};
  for (const [login, option] of Object.entries(ONLINE)) codes[login] = (await vote(s.server, s.track, login, option)).code;
  for (const login of ['v-six', 'v-seven', 'v-eight'])
    t.status(await keep(s.officer, s.track, 'paper', {entry: await entry_of(s.officer, s.track, VILLAGE[login])}), 200);
  return codes;
}

async function papers(who, track, {number = '1', photo = true, yes = '2', no = '1'} = {}) {
  const form = (await who.get(`/meeting/${track}/sheets`)).form({action: '/sheets'});
  const files = photo ? {photo: {name: 'sheet.jpg', type: 'image/jpeg', bytes: make_jpeg(320, 240)}} : {};
  return form.submit(who, {number, channel: 'paper', 'line-1': yes, 'line-2': no, ...files});
}

story('the reservoir land of Zhongpai: four deliberations, a secret vote, two publications and an objection', async t => {
  const s = await representatives_meet(t);
  const codes = await secret_vote(t, s);
  t.step('papers wait for the end of the vote');
  t.has((await s.officer.get(`/meeting/${s.track}/sheets`)).words(), '表决结束以后才能清点纸质票');
  await act(t, s.secretary, s.code, 'close');
  const bare = await papers(s.officer, s.track, {photo: false});
  t.equal(bare.status, 422);
  t.has(bare.words(), '要附上原单照片');
  t.has((await papers(s.officer, s.track, {yes: '3'})).words(), '等另一人复核');
  t.has((await papers(s.secretary, s.track, {photo: false})).words(), '不一致');
  t.has((await papers(s.officer, s.track, {photo: false})).words(), '已确认');
  await act(t, s.secretary, s.code, 'count', {'minutes-v': '应到九人，实到八人。'});
  const result = await s.server.client().get(`/public/ballot/${s.track}?code=${codes['v-three']}`);
  t.has(result.words(), '通过');
  t.has(result.words(), '这张票已经计入');
  t.has(result.words(), '8 票，应到 9');
  t.has(result.words(), '同意 5，参加 8，至少要 5', 'more than half of those present');
  t.has(result.words(), '合并公布', 'three papers are too few to be told apart');

  t.step('the first publication, an objection on its last day');
  await act(t, s.officer, s.code, 'publish-resolution', {'resolution-heading': '水库占地补偿款使用决议',
    'resolution-text': '六成用于渠道维修，四成用于养老补贴。', 'undertakings.0.what': '渠道维修', 'undertakings.0.owner': '村委会',
    'undertakings.0.until': '2027-05-31'});
  Object.assign(s, await again(s.server, '2026-12-15T10:00:00+08:00'));
  const id = await notice_id(s.server, '水库占地补偿款使用决议');
  const {reply, code: objection} = await object(s.server, s.server.client(), id, {words: '养老补贴的年龄没有写明'});
  t.has(reply.words(), '已收到异议', 'whoever objects has a receipt and needs no account');
  Object.assign(s, await again(s.server, '2026-12-17T10:00:00+08:00'));
  t.has((await s.server.client().get('/public/notices?shown=1')).words(), '水库占地补偿款使用决议', 'the period stands still');
  await act(t, s.officer, s.code, 'revise', {'resolution-heading': '水库占地补偿款使用决议',
    'resolution-text': '六成用于渠道维修，四成用于六十周岁以上村民的养老补贴。'});
  await act(t, s.officer, objection, 'answer', {reply: '补充写明六十周岁以上。', outcome: 'amended'});
  Object.assign(s, await again(s.server, '2026-12-31T10:00:00+08:00'));
  const shown = await s.server.client().get('/public/notices?shown=1');
  t.has(shown.words(), '水库占地补偿款使用决议', 'fifteen days anew, because the text was changed');
  Object.assign(s, await again(s.server, '2027-01-03T10:00:00+08:00'));
  await t.until('the first publication has ended',
    async () => (await s.officer.get(`/case/${s.code}`)).text.includes('do=publish-result'));

  t.step('the second publication');
  await act(t, s.officer, s.code, 'publish-result');
  await act(t, s.officer, s.code, 'show', {'result-heading': '补偿款使用结果和账目', 'result-text': '渠道维修完工，支出明细张贴于公开栏。'});
  Object.assign(s, await again(s.server, '2027-01-19T10:00:00+08:00'));
  await t.until('the second has ended', async () =>
    (await s.server.client().get('/public/notices')).words().match(/补偿款使用结果和账目.{0,120}公示期满/));
  t.has_not((await s.officer.get(`/case/${s.code}`)).text, 'do=file', 'an undertaking is still owed');
  const owed = await newest_code(s.server, 'undertaking');
  const photos = {name: 'a.jpg', type: 'image/jpeg', bytes: make_jpeg(320, 240)};
  await act(t, s.officer, owed, 'keep', {result: '渠道已维修', photos});
  t.has((await (await sign_in(s.server, 'v-one')).get('/messages')).words(), '一项落实有了结果', 'told what became of it');
  await t.until('nothing is owed any more', async () => (await s.officer.get(`/case/${s.code}`)).text.includes('do=file'));
  await act(t, s.officer, s.code, 'file');
  t.has((await s.officer.get(`/case/${s.code}`)).words(), '已归档');
  t.has((await (await sign_in(s.server, 'v-one')).get('/messages')).words(), '已办结归档');
}, {timeout: 400});

story('whoever opens the database, while it runs and afterwards, cannot link a vote with its voter', async t => {
  const s = await representatives_meet(t);
  await secret_vote(t, s);
  const all = async text => (await s.server.sql(text)).map(r => r.join('|')).join('\n');

  t.step('while the vote runs');
  const hex = database === 'postgresql' ? "encode(ballots, 'hex')" : 'hex(ballots)';
  const boxes = await s.server.sql(`SELECT ${hex} FROM ballot_box`);
  t.equal(boxes.length, 1, 'the box is one value: no row is one ballot');
  const ballots = boxes[0][0].match(/.{136}/g);
  t.equal(boxes[0][0].length, 5 * 136, 'all ballots have one length');
  t.equal(new Set(ballots).size, 5, 'equal votes do not look equal');
  t.same(ballots, [...ballots].sort(), 'they stand in the order of what they look like, not in which they came');
  const columns = database === 'postgresql'
    ? "SELECT column_name FROM information_schema.columns WHERE table_name = 'ballot_box' ORDER BY 1"
    : "SELECT name FROM pragma_table_info('ballot_box') ORDER BY 1";
  t.same((await s.server.sql(columns)).map(r => r[0]), ['ballots', 'district', 'track'], 'no time, no voter, no number');
  if (database !== 'postgresql') {
    await t.throws(() => s.server.sql('SELECT rowid FROM ballot_box'), /rowid/, 'there is no rowid');
    await t.throws(() => s.server.sql('SELECT rowid FROM roll'), /rowid/);
  }
  t.has_not(await all("SELECT action, data FROM journal WHERE action LIKE 'ballot.%'"), 'cast', 'no line for a vote');
  t.equal(await all("SELECT COUNT(*) FROM journal WHERE action LIKE 'ballot.cast%'"), '0');

  t.step('after the count');
  await act(t, s.secretary, s.code, 'close');
  await papers(s.officer, s.track);
  await papers(s.secretary, s.track, {photo: false});
  await act(t, s.secretary, s.code, 'count', {'minutes-v': '应到九人，实到八人。'});
  t.equal(await all('SELECT COUNT(*) FROM ballot_box'), '0', 'the box is empty');
  t.equal(await all(`SELECT COUNT(*) FROM roll WHERE track = ${s.track} AND box_secret IS NOT NULL`), '0', 'its key is gone');
  t.equal(await all(`SELECT COUNT(*) FROM ballot_named WHERE track = ${s.track}`), '0');
  t.equal(await all(`SELECT marks FROM roll WHERE track = ${s.track}`), 'vvvvvvvv.', 'who voted, no longer in which way');
  const codes = await s.server.sql(`SELECT code FROM ballot_code WHERE track = ${s.track}`);
  t.equal(codes.length, 5);
  const code_columns = database === 'postgresql'
    ? "SELECT column_name FROM information_schema.columns WHERE table_name = 'ballot_code' ORDER BY 1"
    : "SELECT name FROM pragma_table_info('ballot_code') ORDER BY 1";
  t.same((await s.server.sql(code_columns)).map(r => r[0]), ['code', 'district', 'track'], 'a code says nothing of the vote');
  t.same(await s.server.sql(`SELECT option, channel, votes FROM ballot_total WHERE track = ${s.track} ORDER BY option`),
    [['abstain', '0', '1'], ['no', '0', '2'], ['yes', '0', '5']], 'sums of all channels together');
  if (database === 'postgresql') {
    t.equal((await s.server.sql(`SELECT DISTINCT xmin FROM ballot_code WHERE track = ${s.track}`)).length, 1);
  }
  for (const [code] of codes) t.has_not(await all('SELECT data FROM journal'), code, 'no code in the journal');
  t.equal((await s.server.run(['verify'])).code, 0, 'the journal holds');
}, {timeout: 300});

story('one representative short of two thirds, and no vote is taken', async t => {
  const s = await representatives_meet(t, {absent: ['v-six', 'v-seven', 'v-eight', 'v-nine']});
  t.has((await s.officer.get(`/meeting/${s.track}`)).words(), '参加 5，应到 9，至少要 6');
  t.has_not((await s.secretary.get(`/case/${s.code}`)).text, 'do=vote&');
  await keep(s.officer, s.track, 'attend', {entry: await entry_of(s.officer, s.track, '湖示例')});
  t.has((await s.secretary.get(`/case/${s.code}`)).text, 'do=vote&');
});

story('paper and on line: whichever comes first counts, the other is refused in clear words', async t => {
  const s = await representatives_meet(t);
  await act(t, s.secretary, s.code, 'vote', {'question-v': '是否同意土地补偿款使用方案？'});
  t.ok((await vote(s.server, s.track, 'v-one', 'yes')).code);
  const page = await s.officer.get(`/meeting/${s.track}`);
  const csrf = page.forms().find(f => f.names().includes('csrf')).value('csrf');
  const twice = await s.officer.post(`/meeting/${s.track}/paper`, {csrf, entry: await entry_of(s.officer, s.track, '米示例')});
  t.equal(twice.status, 409);
  t.has(twice.words(), '已经在网上表决，不能再领纸质票');
  const voter = await sign_in(s.server, 'v-two');
  const ballot = await voter.get(`/vote/${s.track}`);
  await keep(s.officer, s.track, 'paper', {entry: await entry_of(s.officer, s.track, '方示例')});
  const late = await ballot.forms().find(f => f.names().includes('option')).submit(voter, {option: 'no'});
  t.equal(late.status, 409);
  t.has(late.words(), '已经用纸质票表决，不能再在网上表决');
  t.step('more papers than were handed out are not counted');
  await act(t, s.secretary, s.code, 'close');
  await papers(s.officer, s.track);
  await papers(s.secretary, s.track, {photo: false});
  const refused = await act(t, s.secretary, s.code, 'count', {'minutes-v': '应到九人，实到八人。'}, {status: 409});
  t.has(refused.words(), '单子上共 3 票，名册上只有 1 人用这种方式');
});
