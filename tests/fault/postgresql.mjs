// PostgreSQL fails under load: its processes are killed, it is away for a while, its answer to a COMMIT is lost. Clear
// errors meanwhile, nothing acknowledged is lost, nothing is done twice, and our server needs no restart.
// databases: postgresql
// timeout: 200
import net from 'node:net';
import {story} from '../lib/story.mjs';
import {own_cluster, psql} from '../lib/pg.mjs';
import {loaded_demo} from '../lib/load.mjs';
import {setTimeout as wait} from 'node:timers/promises';

async function until(condition, seconds) {
  for (const end = Date.now() + seconds * 1000; Date.now() < end && !condition();) await wait(20);
}

// Stands between tongxin and PostgreSQL. `cut_commits` ends a connection when a COMMIT has gone through and before its
// answer comes back; `shut` refuses and ends every connection.
class Between {
  constructor(to) { Object.assign(this, {to: new URL(to), cut_commits: 0, cuts: 0, shut: false, pairs: new Set()}); }

  async listen() {
    this.server = net.createServer(client => this.join(client));
    await new Promise(resolve => this.server.listen(0, '127.0.0.1', resolve));
    const url = new URL(this.to);
    url.port = this.server.address().port;
    return url.href;
  }

  join(client) {
    const up = net.connect(Number(this.to.port), this.to.hostname);
    const pair = {client, up, deaf: false};
    this.pairs.add(pair);
    const end = () => {
      this.pairs.delete(pair);
      client.destroy();
      up.destroy();
    };
    for (const socket of [client, up]) socket.on('error', end).on('close', end);
    if (this.shut) return end();
    client.on('data', bytes => {
      const commits = bytes.includes('COMMIT\0');
      if (commits && this.cut_commits > 0) {
        this.cut_commits--;
        this.cuts++;
        pair.deaf = true;
        up.write(bytes);
        setTimeout(end, 50); // the COMMIT gets there; its answer does not come back
      } else {
        up.write(bytes);
      }
    });
    up.on('data', bytes => pair.deaf || client.write(bytes));
  }

  shut_off() {
    this.shut = true;
    for (const {client, up} of this.pairs) {
      client.destroy();
      up.destroy();
    }
  }

  close() {
    this.shut_off();
    this.server.close();
  }
}

async function demo_behind(t, {durable = false} = {}) {
  const cluster = durable ? await own_cluster({durable}) : null;
  if (cluster) t.after(() => cluster.close());
  let between;
  const through = url => {
    between = new Between(url);
    t.after(() => between.close());
    return between.listen();
  };
  const {server, load} = await loaded_demo(t, {database: 'postgresql', cluster: cluster?.url, through});
  return {server, load, between, straight: server.made_database};
}

async function works_again(t, load, seconds) {
  const before = load.told.size;
  await until(() => load.told.size >= before + 10, seconds);
  t.ok(load.told.size >= before + 10, `it did not work again within ${seconds} s; refused: ` +
    `${JSON.stringify([...load.refused])}, the last: ${load.last_refusal?.text.slice(0, 300)}`);
}

story('a COMMIT whose answer is lost is neither lost nor made twice', async t => {
  const {server, load, between} = await demo_behind(t);
  load.start();
  await until(() => load.told.size >= 10, 30);
  for (let i = 0; i < 5; i++) {
    between.cut_commits = 1;
    const cuts = between.cuts;
    await until(() => between.cuts > cuts, 10);
    await works_again(t, load, 20);
  }
  await load.stop();
  t.equal(between.cuts, 5);
  t.same([...load.refused], [], 'nobody was even refused: what had been kept was found out');
  await load.send_again(t);
  await load.check(t);
  t.ok(server.child.exitCode === null, 'the server runs on');
});

story('PostgreSQL is away for a while', async t => {
  const {load, between, server} = await demo_behind(t);
  load.start();
  await until(() => load.told.size >= 10, 30);
  between.shut_off();
  await until(() => load.refused.get(503) > 3, 40);
  t.ok(load.refused.get(503) > 3, `it did not say 503: ${JSON.stringify([...load.refused])}`);
  t.has(load.last_refusal.json().code, /^store\.(away|unknown|busy|lane-full)$/);
  between.shut = false;
  await works_again(t, load, 30);
  await load.stop();
  await load.send_again(t);
  await load.check(t);
  t.status(await server.client().get('/healthz'), 200);
}, {timeout: 150});

story('PostgreSQL crashes and recovers under load', async t => {
  const {load, straight, server} = await demo_behind(t, {durable: true});
  load.start();
  await until(() => load.told.size >= 10, 30);
  for (let i = 0; i < 3; i++) {
    t.step(`crash ${i + 1}`);
    const [[pid]] = await psql(straight, "SELECT pid FROM pg_stat_activity WHERE application_name = 'tongxin' LIMIT 1");
    process.kill(Number(pid), 'SIGKILL'); // the postmaster then ends every backend and goes through recovery
    await works_again(t, load, 40);
  }
  await load.stop();
  await load.send_again(t);
  await load.check(t);
  t.status(await server.client().get('/healthz'), 200);
}, {timeout: 150});
