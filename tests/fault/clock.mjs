// The clock of the machine goes wrong: back by a day, on by a year, back again. Nothing ends, and the journal keeps its
// order and holds.
import {story} from '../lib/story.mjs';
import {loaded_demo} from '../lib/load.mjs';

const DAYS = ['2026-11-23T10:18:00+08:00', '2026-11-22T09:00:00+08:00', '2027-11-23T10:18:00+08:00', '2026-11-23T10:20:00+08:00',
  '2026-02-17T12:00:00+08:00'];

story('a clock that jumps back and forth breaks nothing', async t => {
  const {server, load} = await loaded_demo(t, {now: DAYS[0]});
  for (const [i, now] of DAYS.entries()) {
    t.step(now);
    if (i) await server.restart({now});
    for (let k = 0; k < 3; k++) {
      const key = `${load.mark.slice(-8)}-${i}-${k}`;
      t.equal(typeof await load.report(key, `${load.mark} ${key} 时钟演练`), 'string');
    }
    const receipt = [...load.told.values()].at(-1);
    t.status(await server.client().json('GET', `/api/v1/receipts/${receipt}`), 200);
    const first = [...load.told.values()][0];
    t.status(await server.client().json('GET', `/api/v1/receipts/${first}`), 200, 'one from another time');
  }
  await load.check(t);
});
