// Databases on the run's private PostgreSQL: a fresh one for each test.
//
// tests/run starts the cluster and passes its address in TONGXIN_TEST_PG; a file that is run alone starts one through
// tests/with-postgresql, which ends with it.
import {spawn, execFile} from 'node:child_process';
import {promisify} from 'node:util';
import {fileURLToPath} from 'node:url';
import {randomBytes} from 'node:crypto';

const exec_file = promisify(execFile);
const WRAPPER = fileURLToPath(new URL('../with-postgresql', import.meta.url));

let shared = null;

// The administrator's address of the cluster that all tests of this run share.
export function cluster() {
  shared ??= process.env.TONGXIN_TEST_PG
    ? Promise.resolve({url: process.env.TONGXIN_TEST_PG, close: async () => {}})
    : own_cluster();
  return shared;
}

// A cluster of the caller's own: {url, pid, folder, close()}. `durable` keeps fsync on, for tests that kill it.
export async function own_cluster({durable = false} = {}) {
  const words = [...(durable ? ['--durable'] : []), 'sh', '-c',
    'echo "$TONGXIN_TEST_PG $TONGXIN_TEST_PG_PID $TONGXIN_TEST_PG_FOLDER"; cat >/dev/null'];
  const holder = spawn(WRAPPER, words, {stdio: ['pipe', 'pipe', 'pipe']});
  let said = '';
  let complaint = '';
  holder.stderr.on('data', bytes => { complaint += bytes; });
  const line = await new Promise((resolve, reject) => {
    holder.stdout.on('data', bytes => {
      said += bytes;
      if (said.includes('\n')) resolve(said.split('\n')[0]);
    });
    holder.on('exit', () => reject(new Error(complaint.trim() || 'PostgreSQL did not start')));
    holder.on('error', reject);
  });
  // It must not keep this program alive: it ends when its input closes, at our exit at the latest.
  for (const thing of [holder, holder.stdin, holder.stdout, holder.stderr]) thing.unref();
  const [url, pid, folder] = line.split(' ');
  const close = () => new Promise(resolve => {
    holder.ref();
    holder.on('exit', resolve);
    if (holder.exitCode !== null) resolve();
    holder.stdin.end();
  });
  return {url, pid: Number(pid), folder, close};
}

// Makes an empty database, or a copy of the one at `like`, and returns its address. `admin` is another cluster's address.
export async function fresh_database(admin, like = null) {
  const at = admin ?? (await cluster()).url;
  const name = `t_${randomBytes(6).toString('hex')}`;
  await psql(at, `CREATE DATABASE ${name}${like ? ` TEMPLATE ${new URL(like).pathname.slice(1)}` : ''}`);
  const url = new URL(at);
  url.pathname = `/${name}`;
  return url.href;
}

// A copy of the database at `like` in the cluster at `admin`; gives its address.
export async function move_database(like, admin) {
  const url = await fresh_database(admin);
  const {stdout} = await exec_file('pg_dump', ['--no-owner', '-d', like], {maxBuffer: 1 << 28});
  const put = exec_file('psql', ['-Xq', '-v', 'ON_ERROR_STOP=1', '-1', '-d', url]);
  put.child.stdin.end(stdout);
  await put;
  return url;
}

// Drops a database made by fresh_database, with whoever is still connected to it.
export async function drop_database(url) {
  const name = new URL(url).pathname.slice(1);
  const admin = new URL(url);
  admin.pathname = '/postgres';
  await psql(admin.href, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
}

// Runs SQL and returns its rows, each an array of strings (NULL is '').
export async function psql(url, sql) {
  const args = ['-XAtq', '-v', 'ON_ERROR_STOP=1', '-F', '\x1f', '-R', '\x1e', '-d', url, '-c', sql];
  const {stdout} = await exec_file('psql', args, {maxBuffer: 1 << 28});
  const text = stdout.replace(/\n$/, '');
  return text === '' ? [] : text.split('\x1e').map(row => row.split('\x1f'));
}
