// Making the demo district takes seconds under the sanitizers, and most stories want one. It is made once for a program, a
// database and a moment, and each story gets a copy of its own: a copied folder, a database made after a template.
//
// tests/run names a folder that all files of the run share (TONGXIN_TEST_CACHE); a file that is run alone has its own.
import {cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {createHash} from 'node:crypto';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import {fresh_database, move_database} from './pg.mjs';
import {start_tongxin, tongxin_bin} from './server.mjs';

const WAIT_MS = 120000;
let own = null;

function cache_folder() {
  if (process.env.TONGXIN_TEST_CACHE) return process.env.TONGXIN_TEST_CACHE;
  if (!own) {
    own = mkdtempSync(join(tmpdir(), 'tongxin-demos-'));
    process.on('exit', () => rmSync(own, {recursive: true, force: true}));
  }
  return own;
}

// Everything the making could depend on.
function key_of({database, now, env}) {
  const bin = tongxin_bin();
  const {mtimeMs, size} = statSync(bin);
  return createHash('sha256').update(JSON.stringify([bin, mtimeMs, size, database, now, env])).digest('hex').slice(0, 20);
}

// Makes it in `folder`; what is half made never has the name that others look for.
async function make(folder, {database, now, env}) {
  const half = `${folder}.half`;
  rmSync(half, {recursive: true, force: true});
  mkdirSync(join(half, 'data'), {recursive: true});
  const url = database === 'postgresql' ? await fresh_database() : null;
  const server = await start_tongxin({database: url ?? database, now, env, data: join(half, 'data')});
  await server.close();
  writeFileSync(join(half, 'database'), url ?? '');
  renameSync(half, folder);
}

// Only one makes it, in whatever process; the others wait for it, and take over when it failed.
async function made(wanted) {
  const folder = join(cache_folder(), key_of(wanted));
  const lock = `${folder}.lock`;
  for (const end = Date.now() + WAIT_MS; !existsSync(folder);) {
    try {
      mkdirSync(lock);
    } catch {
      if (Date.now() > end) throw new Error(`the demo in ${folder} is never made`);
      await wait(100);
      continue;
    }
    try {
      if (!existsSync(folder)) await make(folder, wanted);
    } finally {
      rmSync(lock, {recursive: true, force: true});
    }
  }
  return folder;
}

// Copies the demo into the folder of `server`; returns the address of its database (null: in the folder).
export async function demo_copy(server) {
  const folder = await made(server);
  cpSync(join(folder, 'data'), server.data, {recursive: true, preserveTimestamps: true});
  const url = readFileSync(join(folder, 'database'), 'utf8');
  if (!url) return null;
  return server.cluster ? move_database(url, server.cluster) : fresh_database(null, url);
}
