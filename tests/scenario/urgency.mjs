// How urgent an incident is: two questions anybody on the spot can answer, a table that answers, and its reason to be read.
import {story} from '../lib/story.mjs';
import {filed_case} from '../lib/cases.mjs';

const NOW = '2026-11-23T09:30:00+08:00';
const CATEGORY = 'urban-yuncheng/event/0131';

async function report(client, values, options = {}) {
  const opening = (await client.get('/open/incident/register')).form({action: '/open/incident/register'});
  const place = opening.options('place').find(o => /网格|Grid/i.test(o.text)).value;
  const said = {description: '楼道里有煤气味', place, source: 'hotline', category: CATEGORY, ...values};
  const reply = await opening.submit(client, said, options);
  return {reply, path: new URL(reply.url).pathname, place};
}

story('people in danger make an incident critical: the street\'s leader hears of it at once, and the page says why', async t => {
  const server = await t.tongxin({now: NOW});
  const [centre, leader] = [await server.signed_in(null, 'centre'), await server.signed_in(null, 'leader')];
  const {path} = await report(centre, {danger: 'now', reach: 'few'});
  const page = (await centre.get(path)).words();
  t.has(page, '特急');
  t.has(page, '正在危及人身');
  const messages = (await leader.get('/messages')).words();
  t.has(messages, '请立即到场，并确认已报110、119或120');
  t.has(messages, decodeURIComponent(path.split('/').pop()));
  const english = (await centre.get(`${path}?lang=en`)).words();
  t.has(english, 'People are in danger now');
});

story('nobody writes how urgent it is: every pair of answers has one, and half an answer has none', async t => {
  const server = await t.tongxin({now: NOW});
  const centre = await server.signed_in(null, 'centre');
  const wanted = {none: {few: '没有危险，影响不大', many: '没有危险，但影响一栋楼、一条路或更大'},
                  possible: {few: '可能伤人', many: '可能伤人，影响一栋楼或一条路'}, now: {few: '正在危及人身', many: '正在危及人身'}};
  for (const [danger, by_reach] of Object.entries(wanted))
    for (const [reach, because] of Object.entries(by_reach))
      t.has((await centre.get((await report(centre, {danger, reach})).path)).words(), because, `${danger}, ${reach}`);
  const half = await report(centre, {danger: 'possible'});
  t.has_not((await centre.get(half.path)).words(), '可能伤人，影响');
  const smuggled = await report(centre, {urgency: 'critical'}, {strict: false});
  t.has_not((await centre.get(smuggled.path)).words(), '特急');
});

story('whoever files it sees the answers of the report, may mend them, and the earlier answer stays to be read', async t => {
  const server = await t.tongxin({now: NOW});
  const centre = await server.signed_in(null, 'centre');
  const path = await filed_case(server);
  t.has((await centre.get(path)).words(), '没有危险，影响不大');
  const back = (await centre.get(`${path}?do=back-to-filing&track=0`)).form({action: `${path}/act`});
  t.status(await back.submit(centre, {'return-reason': '现场又发现电线裸露'}), 200);
  const form = (await centre.get(`${path}?do=file&track=0`)).form({action: `${path}/act`});
  t.equal(form.value('danger'), 'none');
  t.equal(form.value('reach'), 'few');
  const filed = await form.submit(centre, {danger: 'possible', reach: 'many'});
  t.status(filed, 200);
  const words = (await centre.get(path)).words();
  t.has(words, '可能伤人，影响一栋楼或一条路');
  t.has(words, '没有危险，影响不大', 'the answer of before stands in the history');
});
