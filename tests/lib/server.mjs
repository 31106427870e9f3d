// Servers for tests: `tongxin` in a folder of its own, on a free port, surely gone afterwards.
import {spawn, execFile} from 'node:child_process';
import {promisify} from 'node:util';
import {cpSync, existsSync, mkdtempSync, rmSync, readdirSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import net from 'node:net';
import {setTimeout as wait} from 'node:timers/promises';
import {fresh_database, drop_database, psql} from './pg.mjs';
import {demo_copy} from './demo.mjs';
import {Client} from './http.mjs';
import {database as wanted_database} from './story.mjs';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const exec_file = promisify(execFile);
const alive = new Set();

// The program under test: TONGXIN_BIN, else the sanitized build, else the plain one.
export function tongxin_bin() {
  const places = [process.env.TONGXIN_BIN, join(ROOT, 'build-test/tongxin'), join(ROOT, 'build/tongxin')];
  const found = places.find(path => path && existsSync(path));
  if (!found) throw new Error('there is no tongxin to test: run make build, or tests/run, or set TONGXIN_BIN');
  return found;
}

// A port on 127.0.0.1 that nobody uses.
export async function free_port() {
  const probe = net.createServer();
  await new Promise((resolve, reject) => probe.listen(0, '127.0.0.1', resolve).on('error', reject));
  const {port} = probe.address();
  await new Promise(resolve => probe.close(resolve));
  return port;
}

// Starts a server and waits until it answers.
//   demo      true: `tongxin demo` (the default), false: `tongxin init`, then `tongxin serve`
//   database  'sqlite', 'postgresql' (a fresh database), or a postgresql:// address; default: what tests/run wants
//   now       where its clock starts, e.g. '2026-11-23T10:18:00+08:00'
//   data      a folder that exists already; default: a new temporary one, removed by close()
//   args, env more words for the command line, more environment
//   cluster   another PostgreSQL's address: the fresh database is made there
//   through   a function: given the address of the fresh database, gives the one the server is to use (a proxy's)
//   fresh     true: this demo is made anew, not copied from the one that was made before (lib/demo.mjs)
//   like      another server, stopped: this one begins with a copy of its data
export async function start_tongxin(options = {}) {
  const server = new Server(options);
  try {
    await server.prepare();
    await server.start();
  } catch (error) {
    await server.close({unclean: true});
    throw error;
  }
  return server;
}

class Server {
  constructor({demo = true, database = wanted_database, now = null, data = null, args = [], env = {},
               init = [], start_seconds = 180, fresh = false, like = null, cluster = null, through = null} = {}) {
    Object.assign(this, {demo, database, now, args, env, init, start_seconds, fresh, like, cluster, through});
    this.own_data = data === null;
    this.data = data ?? mkdtempSync(join(tmpdir(), 'tongxin-test-'));
    this.lines = [];
    this.child = null;
    this.database_url = null;
    this.own_database = false;
  }

  async prepare() {
    if (this.like) {
      cpSync(this.like.data, this.data, {recursive: true, preserveTimestamps: true});
      this.own_database = Boolean(this.like.database_url);
      this.database_url = this.own_database ? await fresh_database(null, this.like.database_url) : null;
      return;
    }
    if (this.demo && this.own_data && !this.fresh && ['sqlite', 'postgresql'].includes(this.database)) {
      this.own_database = this.database === 'postgresql';
      this.database_url = await demo_copy(this);
      this.made_database = this.database_url;
      if (this.through) this.database_url = await this.through(this.made_database);
      return;
    }
    if (this.database === 'postgresql') {
      this.database_url = await fresh_database();
      this.own_database = true;
    } else if (this.database !== 'sqlite') {
      this.database_url = this.database;
    }
    if (!this.demo) await this.run(['init', ...this.init]);
  }

  // From the next start on it listens there: unix:PATH.
  listen_on(address) {
    this.listen = address;
    this.socket_path = address.replace(/^unix:/, '');
  }

  where() { return ['--data', this.data, ...(this.database_url ? ['--database', this.database_url] : [])]; }

  environment() {
    return {...process.env, ...(this.now ? {TONGXIN_NOW: this.now} : {}), ...this.env};
  }

  async start() {
    if (!this.socket_path) {
      this.port = await free_port();
      this.listen = `127.0.0.1:${this.port}`;
      this.origin = `http://${this.listen}`;
    }
    const words = [this.demo ? 'demo' : 'serve', ...this.where(), '--listen', this.listen, ...this.args];
    const child = spawn(tongxin_bin(), words, {cwd: ROOT, env: this.environment(), stdio: ['ignore', 'pipe', 'pipe']});
    this.child = child;
    alive.add(child);
    child.ended = new Promise(resolve => child.once('close', (code, signal) => {
      alive.delete(child);
      resolve({code, signal});
    }));
    child.once('error', error => this.lines.push(String(error)));
    for (const stream of [child.stdout, child.stderr]) {
      let rest = '';
      stream.setEncoding('utf8');
      stream.on('data', text => {
        const parts = (rest + text).split('\n');
        rest = parts.pop();
        this.lines.push(...parts);
      });
      stream.on('end', () => rest && this.lines.push(rest));
    }
    await this.wait_until_healthy();
    // From here it must not keep the test program alive by itself.
    for (const thing of [child, child.stdout, child.stderr]) thing.unref();
  }

  async wait_until_healthy() {
    const end = Date.now() + this.start_seconds * 1000;
    const client = this.client();
    let last = '';
    while (Date.now() < end && alive.has(this.child)) {
      try {
        const reply = await client.get('/healthz');
        if (reply.status === 200) return;
        last = `status ${reply.status}`;
      } catch (error) {
        last = error.message;
      }
      await wait(30);
    }
    const why = alive.has(this.child) ? `/healthz: ${last}` : `it ended with code ${this.child.exitCode}`;
    throw new Error(`tongxin did not start (${why}). Its last lines:\n${this.tail(40)}`);
  }

  // A new HTTP client (a new cookie jar) for this server.
  client(options = {}) { return new Client(this.origin, {socket_path: this.socket_path, ...options}); }

  // The demo's sign-ins: [{role, account, password, path}].
  async roles() { return (await this.client().get('/demo/roles.json')).json(); }

  // A client signed in as the first account of `role` (or the account `account`) of the demo.
  async signed_in(role, account = null) {
    const found = (await this.roles()).find(r => (account ? r.account === account : r.role === role));
    if (!found) throw new Error(`the demo has no sign-in for ${account ?? role}`);
    const client = this.client();
    const page = await client.get(found.path);
    const form = page.form({has: 'password'});
    const reply = await form.submit(client, {account: found.account, password: found.password});
    if (reply.status !== 200 || reply.forms().some(f => f.names().includes('password'))) {
      throw new Error(`${found.account} cannot sign in: status ${reply.status}, ${reply.words().slice(0, 400)}`);
    }
    return client;
  }

  // Runs `tongxin WORDS... --data --database` to its end: {code, out, err}. A non-zero code throws unless `may_fail`.
  async run(words, {may_fail = false, env = {}, input = ''} = {}) {
    return run_tongxin([words[0], ...this.where(), ...words.slice(1)],
      {may_fail, input, env: {...this.environment(), ...env}});
  }

  // Rows of a query, straight from the database: arrays of strings. The server may go on running.
  async sql(text) {
    if (this.database_url) return psql(this.made_database ?? this.database_url, text);
    const file = readdirSync(this.data).find(name => /\.(db|sqlite3?)$/.test(name));
    if (!file) throw new Error(`no database file in ${this.data}: ${readdirSync(this.data).join(' ')}`);
    const program = 'import sqlite3,sys\nd=sqlite3.connect(sys.argv[1],timeout=20)\nc=d.cursor()\n' +
      'r=c.execute(sys.argv[2]).fetchall()\nd.commit()\n' +
      'sys.stdout.write("\\x1e".join("\\x1f".join("" if v is None else str(v) for v in row) for row in r))';
    const {stdout} = await exec_file('python3', ['-c', program, join(this.data, file), text],
      {maxBuffer: 1 << 28});
    return stdout === '' ? [] : stdout.split('\x1e').map(row => row.split('\x1f'));
  }

  // Stops and starts it again on the same data; `now` moves its clock.
  async restart({now = this.now, kill = false} = {}) {
    await (kill ? this.kill() : this.stop());
    this.now = now;
    await this.start();
  }

  // Ends it as an administrator would, and checks that it went well.
  async stop({unclean = false} = {}) {
    const child = this.child;
    if (!child) return;
    this.child = null;
    child.ref();
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), 20000);
    const {code, signal} = await child.ended;
    clearTimeout(timer);
    if (unclean) return;
    if (signal === 'SIGKILL') throw new Error('tongxin did not end within 20 s of SIGTERM');
    const report = this.lines.findIndex(line => /Sanitizer|runtime error:/.test(line));
    if (report >= 0) throw new Error(`a sanitizer spoke:\n${this.lines.slice(report, report + 40).join('\n')}`);
    if (code !== 0) throw new Error(`tongxin ended with ${signal ?? `code ${code}`}:\n${this.tail(30)}`);
  }

  // kill -9.
  async kill() {
    const child = this.child;
    if (!child) return;
    this.child = null;
    child.ref();
    child.kill('SIGKILL');
    await child.ended;
  }

  // Stops it and removes what was made for it.
  async close({unclean = false} = {}) {
    try {
      await this.stop({unclean});
    } finally {
      const made = this.own_database && (this.made_database ?? this.database_url);
      if (made) await drop_database(made);
      if (this.own_data) rmSync(this.data, {recursive: true, force: true});
    }
  }

  // What it printed: all lines, or the last n as one text.
  log() { return this.lines; }
  tail(n) { return this.lines.slice(-n).join('\n'); }
}

// Runs `tongxin WORDS...` to its end: {code, out, err}.
export async function run_tongxin(words, {may_fail = false, env = process.env, input = '', seconds = 120} = {}) {
  const child = spawn(tongxin_bin(), words, {cwd: ROOT, env, stdio: ['pipe', 'pipe', 'pipe']});
  alive.add(child);
  const out = [];
  const err = [];
  child.stdout.on('data', bytes => out.push(bytes));
  child.stderr.on('data', bytes => err.push(bytes));
  child.stdin.on('error', () => {}); // it may end before it has read everything
  child.stdin.end(input);
  const timer = setTimeout(() => child.kill('SIGKILL'), seconds * 1000);
  const {code, signal} = await new Promise((resolve, reject) => {
    child.on('close', (c, s) => resolve({code: c, signal: s}));
    child.on('error', reject);
  });
  clearTimeout(timer);
  alive.delete(child);
  const reply = {code: signal ? signal : code, out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString()};
  if (/Sanitizer|runtime error:/.test(reply.err)) throw new Error(`tongxin ${words[0]}: a sanitizer spoke:\n${reply.err}`);
  if (reply.code !== 0 && !may_fail) {
    throw new Error(`tongxin ${words.join(' ')} ended with ${reply.code}:\n${reply.out}${reply.err}`);
  }
  return reply;
}

process.on('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});
