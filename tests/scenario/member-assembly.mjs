// 成员大会、村民会议: what the law says of who must be there, who may stand in, and how many must be for it.
import {story} from '../lib/story.mjs';
import {accounts, body, community} from '../lib/bodies.mjs';
import {act, begun, entry_of, keep, newest_code, newest_track, open, vote} from '../lib/deciding.mjs';

const NOW = '2026-11-23T10:18:00+08:00';
const MEETING = '2026-12-04T09:00:00+08:00';
const MEMBERS = {'a-one': '田示例一', 'a-two': '田示例二', 'a-three': '田示例三', 'a-four': '田示例四', 'a-five': '田示例五', 'a-six': '田示例六'};

async function called(t, server) {
  const at = await community(server);
  await accounts(server, MEMBERS);
  await body(server, {place: at.code, kind: 'members', name: '村集体经济组织成员大会', rows:
    Object.keys(MEMBERS).map(login => ({seat: 'member', login}))});
  const officer = await server.signed_in(null, 'community');
  await open(t, officer, 'member-assembly', 'propose', {topic: '土地补偿费分配方案', decides: 'members',
    plan: '按成员人数平均分配，预留一成用于公益。', discussed: '村党组织会议讨论通过'});
  const code = await newest_code(server, 'member-assembly');
  await act(t, officer, code, 'prepare');
  const soon = await act(t, officer, code, 'call', {'time-m': '2026-11-30T09:00:00+08:00', 'where-m': '村委会院内'}, {status: 422});
  t.has(soon.words(), '按规定最早只能定在 2026-12-03', 'ten days before');
  await act(t, officer, code, 'call', {'time-m': MEETING, 'where-m': '村委会院内'});
  const track = await newest_track(server);
  await server.restart({now: '2026-12-04T09:01:00+08:00'});
  await act(t, await server.signed_in(null, 'community'), code, 'convene');
  return {code, track, then: '2026-12-04T09:01:00+08:00'};
}

const meets = t => begun(t, 'members', NOW, server => called(t, server));

async function there(t, s, logins) {
  for (const login of logins) {
    const entry = await entry_of(s.officer, s.track, MEMBERS[login]);
    t.status(await keep(s.officer, s.track, 'attend', {entry}), 200);
  }
}

story('one member short of two thirds and no vote is taken; a stand-in from another household is refused', async t => {
  const s = await meets(t);
  await there(t, s, ['a-one', 'a-two', 'a-three']);
  t.has_not((await s.officer.get(`/case/${s.code}`)).text, 'do=vote&');
  const absent = await entry_of(s.officer, s.track, MEMBERS['a-four']);
  const holder = await entry_of(s.officer, s.track, MEMBERS['a-one']);
  const refused = await keep(s.officer, s.track, 'proxy', {entry: absent, holder});
  t.ok(refused.status >= 400, `a stand-in from elsewhere: ${refused.status}`);
  t.has(refused.words(), '同一户');
  await there(t, s, ['a-four']);
  t.has((await s.officer.get(`/case/${s.code}`)).text, 'do=vote&', 'four of six are two thirds');
});

story('two thirds of all members must be for it, not of those who came', async t => {
  const s = await meets(t);
  await there(t, s, ['a-one', 'a-two', 'a-three', 'a-four']);
  await act(t, s.officer, s.code, 'vote', {'question-m': '是否同意土地补偿费分配方案？'});
  for (const login of ['a-one', 'a-two', 'a-three']) t.ok((await vote(s.server, s.track, login, 'yes')).code);
  t.ok((await vote(s.server, s.track, 'a-four', 'no')).code);
  await act(t, s.officer, s.code, 'close');
  await act(t, s.officer, s.code, 'count', {'minutes-m': '应到六人，实到四人。'});
  const result = await s.server.client().get(`/public/ballot/${s.track}`);
  t.has(result.words(), '未通过', 'three of four who came, but four of six were needed');
  t.has((await s.officer.get(`/case/${s.code}`)).words(), '未通过');
});
