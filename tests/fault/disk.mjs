// The disk is full: a clear 503, nothing acknowledged is lost, and it works again when there is space.
// databases: sqlite
import {execFile} from 'node:child_process';
import {mkdtempSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {promisify} from 'node:util';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {story} from '../lib/story.mjs';
import {loaded_demo} from '../lib/load.mjs';
import {setTimeout as wait} from 'node:timers/promises';

const run = promisify(execFile);

async function until(condition, seconds) {
  for (const end = Date.now() + seconds * 1000; Date.now() < end && !condition();) await wait(20);
}

async function full_then_free(t, server, load, fill, free) {
  load.start();
  await until(() => load.told.size >= 10, 30);
  t.step('full');
  await fill();
  await until(() => load.refused.get(503) > 5, 20);
  t.ok(load.refused.get(503) > 5, `it did not say 503: ${JSON.stringify([...load.refused])}`);
  t.equal(load.last_refusal.json().code, 'store.disk');
  t.has(load.last_refusal.json().message, '存储空间不足');
  t.status(await server.client().get('/healthz'), 200, 'reading goes on');
  await load.stop();
  const before = load.told.size;
  t.step('free again');
  await free();
  load.start();
  await until(() => load.told.size >= before + 10, 20);
  await load.stop();
  t.ok(load.told.size >= before + 10, 'it works again without a restart');
  await load.send_again(t);
  await load.check(t);
  t.step('and after kill -9');
  await server.restart({kill: true});
  await load.check(t);
}

story('files may grow no further: 503, and afterwards everything goes on', async t => {
  const {server, load} = await loaded_demo(t);
  const pid = server.child.pid;
  const wal = join(server.data, 'tongxin.db-wal');
  const limit = async size => run('prlimit', ['--pid', String(pid), `--fsize=${size}:unlimited`]);
  await full_then_free(t, server, load, () => limit(statSync(wal).size), () => limit('unlimited'));
});

story('a disk that is really full', async t => {
  if (process.getuid() !== 0) t.skip('only root may mount a small disk');
  // Three times what the write-ahead log grows to before it is moved into the database.
  const data = mkdtempSync(join(tmpdir(), 'tongxin-disk-'));
  try {
    await run('mount', ['-t', 'tmpfs', '-o', 'size=192m', 'tongxin-test', data]);
  } catch (error) {
    rmSync(data, {recursive: true, force: true});
    t.skip(`nothing may be mounted here: ${String(error.stderr).trim()}`);
  }
  t.after(async () => {
    await run('umount', ['-l', data]);
    rmSync(data, {recursive: true, force: true});
  });
  const {server, load} = await loaded_demo(t, {data});
  const fill = () => {
    for (let block = 1 << 20, n = 0; block >= 512; n++) {
      try {
        writeFileSync(join(data, `ballast-${n}`), Buffer.alloc(block));
      } catch {
        block >>= 1;
      }
    }
  };
  const free = () => run('sh', ['-c', 'rm -f "$0"/ballast-*', data]);
  await full_then_free(t, server, load, fill, free);
});
