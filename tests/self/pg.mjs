// The private PostgreSQL of the tests: fresh databases, the right encoding, nothing left behind.
// databases: postgresql
import {story} from '../lib/story.mjs';
import {cluster, own_cluster, fresh_database, drop_database, psql} from '../lib/pg.mjs';
import {existsSync} from 'node:fs';

story('a fresh database holds Chinese in UTF-8 and knows its letters', async t => {
  const url = await fresh_database();
  t.after(() => drop_database(url));
  t.same(await psql(url, 'SHOW server_encoding'), [['UTF8']]);
  t.same(await psql(url, 'SELECT datcollate FROM pg_database WHERE datname = current_database()'), [['C.UTF-8']]);
  await psql(url, "CREATE TABLE a (id int, t text); INSERT INTO a VALUES (1, '电梯'), (2, NULL)");
  t.same(await psql(url, "SELECT id, t, t ~ '^\\w+$' FROM a ORDER BY id"), [['1', '电梯', 't'], ['2', '', '']]);
});

story('a database is dropped, even with somebody in it', async t => {
  const url = await fresh_database();
  const busy = psql(url, 'SELECT pg_sleep(60)').catch(error => error);
  const sleepers = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' AND pid <> pg_backend_pid()";
  await t.until('the sleeper is in', async () => (await psql(url, sleepers))[0][0] === '1');
  await drop_database(url);
  t.ok((await busy) instanceof Error);
  const name = new URL(url).pathname.slice(1);
  const {url: admin} = await cluster();
  t.same(await psql(admin, `SELECT count(*) FROM pg_database WHERE datname = '${name}'`), [['0']]);
});

story('a cluster of its own keeps fsync on when asked, and leaves nothing', async t => {
  const own = await own_cluster({durable: true});
  t.same(await psql(own.url, 'SHOW fsync'), [['on']]);
  t.ok(existsSync(own.folder));
  await own.close();
  t.ok(!existsSync(own.folder), 'its folder is gone');
  await t.throws(() => psql(own.url, 'SELECT 1'), /refused/);
});
