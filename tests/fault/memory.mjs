// The n-th allocation fails: the process ends with 70 (EX_SOFTWARE), and nothing that was acknowledged is lost.
// databases: sqlite
// timeout: 200
import {story} from '../lib/story.mjs';
import {loaded_demo} from '../lib/load.mjs';
import {setTimeout as wait} from 'node:timers/promises';

const EX_SOFTWARE = 70;

// Starts with the n-th allocation failing, under load. Returns the process.
async function starve(server, load, n) {
  await server.stop();
  server.env = {TONGXIN_FAIL_ALLOCATION: String(n)};
  try {
    await server.start();
    const {child} = server;
    load.start();
    await Promise.race([child.ended, wait(4000)]);
    await load.stop();
    return child;
  } catch (error) {
    if (!/did not start/.test(error.message)) throw error;
    return server.child;
  } finally {
    server.env = {};
  }
}

story('a server that runs out of memory ends at once and loses nothing', async t => {
  const {server, load} = await loaded_demo(t);
  let seen = 0;
  for (const n of [1, 40, 400, 1500, 4000, 8000, 12000, 20000]) {
    t.step(`allocation ${n} fails`);
    const child = await starve(server, load, n);
    if (child.exitCode !== null || child.signalCode !== null) {
      const {code, signal} = await child.ended;
      t.equal(signal, null);
      t.equal(code, EX_SOFTWARE);
      t.ok(server.log().some(line => line.includes('event=no-memory')), 'it says why it ends');
      server.child = null;
      seen++;
    }
    if (server.child) await server.stop();
    await server.start();
    await load.send_again(t);
  }
  t.ok(seen >= 4, `it ended for want of memory only ${seen} times`);
  await load.check(t);
}, {timeout: 190});
