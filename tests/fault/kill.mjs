// kill -9 in a loop under load.
// timeout: 280
import {story} from '../lib/story.mjs';
import {loaded_demo} from '../lib/load.mjs';
import {setTimeout as wait} from 'node:timers/promises';

const ROUNDS = 5;

story('what was acknowledged before kill -9 is there once, and nothing is half done', async t => {
  const {server, load} = await loaded_demo(t);
  for (let round = 1; round <= ROUNDS; round++) {
    t.step(`round ${round}`);
    const before = load.told.size;
    load.start();
    while (load.told.size < before + 5) await wait(10);
    await wait(Math.random() * 400);
    await server.kill();
    await load.stop();
    await server.start();
    await load.check(t, {verify: round === ROUNDS});
    await load.send_again(t);
  }
  t.step('at the end');
  await load.check(t);
  t.note(`${load.told.size} reports`);
}, {timeout: 260});

story('a report sent again after the answer was lost gives the first receipt', async t => {
  const {server, load} = await loaded_demo(t);
  const first = await load.report('again-1', `${load.mark} again-1 井盖松动`);
  await server.kill();
  await server.start();
  t.equal(await load.report('again-1', `${load.mark} again-1 井盖松动`), first);
  await load.check(t);
});
