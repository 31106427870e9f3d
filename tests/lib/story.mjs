// The test runner of scenario, browser and fault tests: stories, told in order.
//
//   import {story} from '../lib/story.mjs';
//   story('a resident reports and is told a code', async t => {
//     const server = await t.tongxin({demo: true});
//     t.equal((await server.client().get('/')).status, 200);
//   });
//
// Stories of one file run one after another. What a story opens with t.after() (or t.tongxin, t.browser) is closed
// when it ends; what the file itself opens with after() when all have ended. Results are printed as TAP, one line a
// story, and read by tests/run. A file can be run alone: node tests/scenario/NAME.mjs.
import assert from 'node:assert';
import {format} from 'node:util';
import {setTimeout as wait} from 'node:timers/promises';

const waiting = [];
const closers = [];
const told_closers = [];
let running = null;
let told = 0;
let failed = 0;
let ended = false;

class Skip extends Error {}

// Registers a story. `timeout` is in seconds (default 120).
export function story(title, tell, {timeout = 120} = {}) {
  if (ended) throw new Error(`the story "${title}" comes after the end`);
  waiting.push({title, tell, timeout});
  if (!running) {
    running = 'starting';
    setImmediate(tell_all);
  }
}

// Runs `close` when all stories of this file have ended, in the reverse order of the calls.
export function after(close) {
  closers.push(close);
}

// Runs `close` whenever all stories known so far have been told, before the file's own closers.
export function when_all_are_told(close) {
  told_closers.push(close);
}

// 'sqlite' or 'postgresql': what tests/run wants this file to run on.
export const database = process.env.TONGXIN_TEST_DATABASE || 'sqlite';

// What only differs in how it looks (languages, widths) is shared out between the databases: in a run of both each takes
// every other one, so that all are looked at and none twice. A file that is run by itself takes them all.
export function share(things) {
  const turn = {sqlite: 0, postgresql: 1}[process.env.TONGXIN_TEST_SHARE ? database : ''];
  return turn === undefined ? things : things.filter((_, i) => i % 2 === turn);
}

async function tell_all() {
  while (waiting.length) {
    const next = waiting.shift();
    running = next.title;
    await tell_one(next);
  }
  running = null;
  await close_all([...told_closers], error => result('everything closes cleanly', error, null));
  // Something may still be open and keep the program alive (a listening socket of the test's own): end all the same.
  setTimeout(() => !running && finish().then(() => process.exit()), 5000).unref();
}

async function tell_one({title, tell, timeout}) {
  const t = new Teller(title);
  let problem = null;
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`took longer than ${timeout} s`)), timeout * 1000);
  });
  try {
    await Promise.race([tell(t), late]);
  } catch (error) {
    problem = error;
  }
  clearTimeout(timer);
  await close_all(t.closers, error => { problem ??= error; }, problem);
  result(title, problem, t);
}

function result(title, problem, t) {
  told++;
  if (problem instanceof Skip) {
    console.log(`ok ${told} - ${title} # SKIP ${problem.message}`);
    return;
  }
  if (!problem) {
    console.log(`ok ${told} - ${title}`);
    return;
  }
  failed++;
  console.log(`not ok ${told} - ${title}`);
  if (t?.last_step) console.log(`#   at the step: ${t.last_step}`);
  const text = problem.stack && !problem.plain ? problem.stack : String(problem.message ?? problem);
  for (const line of text.split('\n')) console.log(`#   ${line}`);
  for (const line of t?.notes ?? []) console.log(`#   note: ${line}`);
}

// What a story is given: assertions that say what they saw, and things that close themselves.
class Teller {
  constructor(title) {
    this.title = title;
    this.closers = [];
    this.notes = [];
    this.last_step = '';
  }

  after(close) { this.closers.push(close); }

  // Kept and printed when the story fails.
  note(...words) { this.notes.push(format(...words)); }

  // Names the part of a long story that runs now, so that a failure says where it was.
  step(words) { this.last_step = words; }

  skip(reason) { throw new Skip(reason); }

  equal(seen, wanted, what = '') {
    if (!Object.is(seen, wanted)) this.fail(`${prefix(what)}wanted ${show(wanted)}, saw ${show(seen)}`);
  }

  not_equal(seen, unwanted, what = '') {
    if (Object.is(seen, unwanted)) this.fail(`${prefix(what)}did not want ${show(seen)}`);
  }

  // Deep equality, with node's own difference as the message.
  same(seen, wanted, what = '') { assert.deepStrictEqual(seen, wanted, what || undefined); }

  ok(condition, what) { if (!condition) this.fail(what || `wanted something true, saw ${show(condition)}`); }

  // `part` is a string to be found in `whole`, a regular expression to match it, or an element of an array.
  has(whole, part, what = '') {
    const found = part instanceof RegExp ? part.test(whole) : whole != null && whole.includes(part);
    if (!found) this.fail(`${prefix(what)}did not find ${show(part)} in\n${shorten(show(whole))}`);
  }

  has_not(whole, part, what = '') {
    const found = part instanceof RegExp ? part.test(whole) : whole.includes(part);
    if (found) this.fail(`${prefix(what)}found ${show(part)} in\n${shorten(show(whole))}`);
  }

  at_most(seen, limit, what = '') {
    if (!(seen <= limit)) this.fail(`${prefix(what)}wanted at most ${limit}, saw ${show(seen)}`);
  }

  at_least(seen, limit, what = '') {
    if (!(seen >= limit)) this.fail(`${prefix(what)}wanted at least ${limit}, saw ${show(seen)}`);
  }

  // The status of a page or reply; says what the reply was when it is another.
  status(reply, wanted, what = '') {
    if (reply.status !== wanted) {
      this.fail(`${prefix(what || `${reply.method ?? ''} ${reply.url ?? ''}`)}wanted status ${wanted}, ` +
                `saw ${reply.status}:\n${shorten(reply.words ? reply.words() : reply.text)}`);
    }
  }

  async throws(act, pattern, what = '') {
    try {
      await act();
    } catch (error) {
      if (pattern && !pattern.test(String(error.message))) {
        this.fail(`${prefix(what)}wanted an error like ${pattern}, saw ${show(error.message)}`);
      }
      return error;
    }
    return this.fail(`${prefix(what)}wanted an error, saw none`);
  }

  // Asks again until `ask` returns something true, which is returned.
  async until(what, ask, {seconds = 10, every_ms = 50} = {}) {
    const end = Date.now() + seconds * 1000;
    for (;;) {
      const answer = await ask();
      if (answer) return answer;
      if (Date.now() > end) this.fail(`waited ${seconds} s for: ${what}`);
      await wait(every_ms);
    }
  }

  fail(message) { throw new assert.AssertionError({message, stackStartFn: this.fail}); }

  // A server that ends with the story; see server.mjs.
  async tongxin(options = {}) {
    const {start_tongxin} = await import('./server.mjs');
    const server = await start_tongxin(options);
    this.after(async problem => {
      if (problem && !(problem instanceof Skip)) this.notes.push(`the server's last lines:\n${server.tail(30)}`);
      await server.close({unclean: Boolean(problem)});
    });
    return server;
  }

  // A browser that ends with the story; see browser.mjs.
  async browser(origin, options = {}) {
    const {open_browser} = await import('./browser.mjs');
    const browser = await open_browser(origin, options);
    this.after(problem => browser.close({check: !problem}));
    return browser;
  }
}

const prefix = what => (what ? `${what}: ` : '');
const show = value => (typeof value === 'string' ? JSON.stringify(value) : format('%o', value));
const shorten = text => (text.length > 2000 ? `${text.slice(0, 2000)} … (${text.length} characters)` : text);

// The end: all stories told and nothing left to wait for. A story that waits for something that will never come
// ends up here too, and is a failure.
// What is closed may be all that is left to wait for, and be no reason for node to stay: hold it until the end.
async function close_all(list, failed_with, problem) {
  const hold = setInterval(() => {}, 1000);
  for (const close of list.reverse()) {
    try {
      await close(problem);
    } catch (error) {
      failed_with(error);
    }
  }
  clearInterval(hold);
}

// Both roads to the end wait for the same one.
let finishing = null;
function finish() { return finishing ??= tell_the_end(); }

async function tell_the_end() {
  ended = true;
  if (running) result(running, new Error('it waited for something that never came'), null);
  for (const {title} of waiting) result(title, new Error('the story before it never ended'), null);
  await close_all(closers, error => result('everything closes cleanly', error, null));
  console.log(`1..${told}`);
  process.exitCode = failed ? 1 : 0;
}

process.on('beforeExit', finish);

for (const kind of ['uncaughtException', 'unhandledRejection']) {
  process.on(kind, error => {
    result(running || 'the file itself', error instanceof Error ? error : new Error(String(error)), null);
    process.exit(1);
  });
}
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));
