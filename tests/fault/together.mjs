// Two people take the same action at once: one wins, the other is told, in words. On one server, and on two servers that
// share a PostgreSQL.
import {story, database} from '../lib/story.mjs';
import {start_tongxin} from '../lib/server.mjs';
import {api_of} from '../lib/api.mjs';

const ROUNDS = 6;

async function reported(house, place, text) {
  const {code} = await house.open.good('POST', '/api/v1/matters',
    {procedure: 'incident', action: 'report', said: {description: text, place}});
  return code;
}

// `callers` all press the same button at the same moment, on the page as it was before.
async function race(t, callers, code, place) {
  const before = await callers[0].matter(code);
  const replies = await Promise.all(callers.map(caller => caller.ask('POST', `/api/v1/matters/${code}/actions`,
    {action: 'accept', said: {place: place}, seen_step: before.last_step})));
  const won = replies.filter(r => r.status < 300);
  t.equal(won.length, 1, `of ${replies.map(r => `${r.status} ${r.body.code ?? ''}`).join(', ')}`);
  for (const lost of replies.filter(r => r.status >= 300)) {
    t.equal(lost.status, 409);
    t.ok(lost.body.message.length > 4 && lost.body.hint.length > 4, 'it is told what happened and what to do');
  }
  const after = await callers[0].matter(code);
  t.equal(after.story?.filter(s => s.action === 'accept').length ?? 1, 1, 'it was accepted once');
  return after;
}

async function many_races(t, first, second) {
  const one = await api_of(first);
  const two = await api_of(second);
  const {posts} = await (await one.sign_in('grid')).get('/api/v1/me');
  const place = String(posts[0].place.id);
  const callers = [await one.sign_in('centre'), await two.sign_in('duty'), await two.sign_in('centre')];
  for (let round = 1; round <= ROUNDS; round++) {
    t.step(`round ${round}`);
    await race(t, callers, await reported(round % 2 ? one : two, place, `第${round}次同时受理演练`), place);
  }
  const steps = await first.sql("SELECT matter, count(*) FROM step WHERE action = 'accept' GROUP BY matter HAVING count(*) > 1");
  t.same(steps, []);
  t.equal((await first.run(['verify'], {may_fail: true})).code, 0);
}

story('two people accept the same report at once: one wins, the others are told', async t => {
  const server = await t.tongxin();
  await many_races(t, server, server);
});

story('the same over two servers of one district', async t => {
  if (database !== 'postgresql') t.skip('two servers share a district on PostgreSQL only');
  const first = await t.tongxin();
  const second = await start_tongxin({database: first.database_url, data: first.data});
  t.after(() => second.close());
  await many_races(t, first, second);
});
